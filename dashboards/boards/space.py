"""The dashboard "Space in depth" ("Rummet på djupet"): when a space is used, and how long people stay in it."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from core.texts.catalog import Language
from core.texts.catalog import noop as _
from dashboards import display, panels, variables
from dashboards.dashboard_spec import ACTIVITIES, ZONE_OUTAGES, DashboardSpec, Section
from dashboards.display import Colour, Field, FieldUnit, coloured
from dashboards.page import SPACE, Page, PanelSpec


def space(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(SPACE, language)
    return DashboardSpec(
        page,
        _(
            "When a space is used, how long people stay and how many are there at once, with "
            "coverage. Nothing about persons."
        ),
        since="now-28d",
        variables=[
            variables.site(page),
            variables.spaces(page),
            variables.hours(page, "all"),
            variables.steps(page, ("quarter", "hour", "day", "week"), "day"),
            variables.threshold(page),
        ],
        marks=[ACTIVITIES, ZONE_OUTAGES],
        sections=_sections(page),
    ).dashboard()


def _sections(page: Page) -> Sequence[Section]:
    return [
        Section(101, _("The hours of the week"), [_figures(page), _heat_presence(page), _heat_inward(page)]),
        Section(102, _("Flow and occupancy"), [_space_flow(page), _occupancy(page)]),
        Section(103, _("Dwell"), [_stays(page), _dwell(page), _dwell_table(page), _coverage(page)]),
    ]


def _figures(page: Page) -> Builder[Panel]:
    fields = [
        Field("person_hours", _("Person-hours"), FieldUnit.COUNT, display.COUNTED),
        Field("present", _("Mean present"), FieldUnit.DECIMAL, display.COUNTED),
        Field("coverage", _("Coverage"), FieldUnit.SHARE, display.COVERAGE),
    ]
    about = _(
        "Presence in those zones of the chosen spaces that may be added: person-hours, the mean number present, and "
        "the smallest share of the time that any of the zones was watched. No sum is shown under 50 %."
    )
    spec = PanelSpec(1, _("The whole range"), about, "figures", width=24, height=4, empty=_("Too little observed"))
    return panels.stat(page, spec, fields)


def _heat_presence(page: Page) -> Builder[Panel]:
    fields = [Field("space", _("Space")), Field("weekday", _("Weekday")), *display.hours_of_day(FieldUnit.DECIMAL)]
    about = _(
        "The mean over all such hours of the range, by the site's clocks: presence over the time watched, over "
        "zones that may be added. Hours of which less than half was watched are left out. An empty cell is missing "
        "time, not zero."
    )
    spec = PanelSpec(2, _("Mean number present by hour of the week"), about, "heat_presence", width=24, height=9)
    return panels.heat_table(page, spec, fields)


def _heat_inward(page: Page) -> Builder[Panel]:
    fields = [Field("space", _("Space")), Field("weekday", _("Weekday")), *display.hours_of_day(FieldUnit.COUNT)]
    about = _(
        "The mean an hour over all such whole hours of the range, by the site's clocks. Hours in which one of the "
        "space's lines was watched for less than 90 % are left out, so that nothing is too low. An empty cell is "
        "missing time, not zero."
    )
    spec = PanelSpec(3, _("Passages into the space by hour of the week"), about, "heat_inward", width=24, height=9)
    return panels.heat_table(page, spec, fields)


def _space_flow(page: Page) -> Builder[Panel]:
    fields = [
        display.shades("inward", _("${__field.labels.space}, in"), Colour.IN),
        display.shades("outward", _("${__field.labels.space}, out"), Colour.OUT, down=True),
    ]
    about = _(
        "Into (upwards) and out of (downwards) each chosen space, over all its borders. A step is empty where one "
        "of the lines was watched for less than half of the time."
    )
    spec = PanelSpec(
        4, _("Passages in and out"), about, "flow", width=12, height=9, empty=_("Nothing observed in the range")
    )
    return panels.stacked_bars(page, spec, fields)


def _occupancy(page: Page) -> Builder[Panel]:
    fields = [
        Field("occupancy_mean", _("${__field.labels.zone}, mean"), FieldUnit.DECIMAL),
        Field("occupancy_max", _("${__field.labels.zone}, most"), FieldUnit.DECIMAL, custom=display.DASHED),
    ]
    about = _(
        "The mean number over the time watched, and the most at one moment. Broken where less than half of the time "
        "was watched. Zones may overlap: not to be added."
    )
    spec = PanelSpec(
        5,
        _("People in each zone: mean and most"),
        about,
        "zone_occupancy",
        width=12,
        height=9,
        empty=_("Nothing observed in the range"),
    )
    return panels.steps(page, spec, fields)


def _stays(page: Page) -> Builder[Panel]:
    fields = [Field("stays", _("${__field.labels.zone}"), FieldUnit.COUNT)]
    about = _(
        "Visits at least as long as the threshold, among those who came in over the zone's edge, from the life "
        "table; the table below has the bounds. Empty where less than half of the time was watched. Half an hour "
        "around an outage counts as unobserved. Several zones: zone visits, not persons."
    )
    spec = PanelSpec(6, _("Stays by zone"), about, "zone_stays", width=12, empty=_("Nothing to show in the range"))
    return panels.bars_by_name(page, spec, fields)


def _dwell(page: Page) -> Builder[Panel]:
    fields = [
        Field("median_s", _("${__field.labels.zone}, median"), FieldUnit.SECONDS),
        Field("p90_s", _("${__field.labels.zone}, 90 %"), FieldUnit.SECONDS, custom=display.DASHED),
    ]
    about = _(
        "The time that half, and nine tenths, of the visits don't exceed, known to its bin (docs/numbers.md). Empty "
        "where more than one in five was lost from sight, or less than half of the time was watched."
    )
    spec = PanelSpec(
        7, _("Dwell: median and 90 %"), about, "zone_dwell", width=12, empty=_("Nothing to show in the range")
    )
    return panels.steps(page, spec, fields)


def _dwell_table(page: Page) -> Builder[Panel]:
    states = {
        "shown": (_("shown"), Colour.PLAIN),
        "wide": (_("wide bounds"), Colour.DOUBTFUL),
        "missing": (_("missing"), Colour.BAD),
    }
    weeks = {"whole": (_("whole"), Colour.PLAIN), "partial": (_("a part"), Colour.DOUBTFUL)}
    fields = [
        Field("zone", _("Zone")),
        Field("week", _("Week")),
        Field("cut", _("Whole week"), words=weeks, custom=display.COLOURED_TEXT),
        Field("entered", _("Came in"), FieldUnit.COUNT),
        Field("stays", _("Stays"), FieldUnit.COUNT),
        Field("stays_low", _("At least"), FieldUnit.COUNT),
        Field("stays_high", _("At most"), FieldUnit.COUNT),
        Field("share", _("Share who stay"), FieldUnit.SHARE),
        Field("median_s", _("Median"), FieldUnit.SECONDS),
        Field("p75_s", _("75 %"), FieldUnit.SECONDS),
        Field("p90_s", _("90 %"), FieldUnit.SECONDS),
        Field("state", _("State"), words=states, custom=display.COLOURED_TEXT),
        coloured("coverage", _("Coverage"), FieldUnit.SHARE, display.COVERAGE),
    ]
    about = _(
        "The number of stays with its two bounds, the share of all who came in, dwell and coverage. Weeks of the "
        "site's clocks; a part: the range cuts it, or it goes on. Wide bounds: they differ by more than 10 %, since "
        "many were lost from sight. Missing: less than half was watched."
    )
    spec = PanelSpec(8, _("Stays and dwell by week"), about, "dwell_table", width=24, height=9)
    return panels.table(page, spec, fields)


def _coverage(page: Page) -> Builder[Panel]:
    fields = [Field("coverage", _("${__field.labels.zone}"), FieldUnit.SHARE)]
    about = _(
        "Time watched for dwell over the time the zone was commissioned within the hours chosen. Dashed lines at 50 "
        "% and 90 %."
    )
    spec = PanelSpec(
        9,
        _("Coverage of dwell by zone"),
        about,
        "zone_coverage",
        width=24,
        empty=_("No zone commissioned in the range"),
    )
    return panels.shares(page, spec, fields)
