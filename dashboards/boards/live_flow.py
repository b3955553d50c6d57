"""The dashboard "Live flow" ("Flödet just nu"): who is here, who came, and how far the numbers can be trusted."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from core.texts.catalog import Language
from core.texts.catalog import noop as _
from dashboards import display, panels, variables
from dashboards.boards import shared
from dashboards.dashboard_spec import ACTIVITIES, CONFLICTS, OUTAGES, DashboardSpec, Section
from dashboards.display import Colour, Field, FieldUnit, Limits, coloured
from dashboards.page import LIVE_FLOW, Page, PanelSpec


def live_flow(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(LIVE_FLOW, language)
    return DashboardSpec(
        page,
        _(
            "People at the place now, entries and exits, presence, coverage and the counters' health. "
            "Nothing about persons."
        ),
        since="now-24h",
        refresh="30s",
        variables=variables.of_devices(page),
        marks=[ACTIVITIES, OUTAGES, CONFLICTS],
        sections=_sections(page),
    ).dashboard()


def _sections(page: Page) -> Sequence[Section]:
    now = [_people_now(page), _today(page), shared.silence(page, 3, width=4), _quality(page)]
    quality = [shared.devices(page, 10), shared.line_coverage(page, 9), _troubles(page)]
    return [
        Section(101, _("Now"), now),
        Section(102, _("Flow"), [_site_flow(page), _border_flow(page)]),
        Section(103, _("Zones"), [_zones_now(page), _zone_presence(page)]),
        Section(104, _("Devices and data quality"), quality),
    ]


def _people_now(page: Page) -> Builder[Panel]:
    fields = [
        Field("occupancy", _("People"), FieldUnit.COUNT, display.COUNTED),
        Field("age_s", _("Age"), FieldUnit.SECONDS, display.AGE_OF_FIGURE),
    ]
    about = _(
        "People in those zones of the chosen spaces that may be added. No sum is shown when one of the zones wasn't "
        "heard for 20 seconds. A moment's picture, never a statistic."
    )
    spec = PanelSpec(1, _("People now"), about, "people_now", width=4, height=4, empty=_("Not heard now"))
    return panels.stat(page, spec, fields)


def _today(page: Page) -> Builder[Panel]:
    fields = [
        Field("entries", _("Entries"), FieldUnit.COUNT, display.COUNTED),
        Field("exits", _("Exits"), FieldUnit.COUNT, Limits(Colour.OUT)),
        Field("week_ago", _("Entries a week ago"), FieldUnit.COUNT, display.PLAIN),
        Field("change", _("Change"), FieldUnit.SHARE, display.PLAIN),
        Field("coverage", _("Coverage"), FieldUnit.SHARE, display.COVERAGE),
    ]
    about = _(
        "Entries and exits of the whole site since midnight by its clocks, and the coverage: the smallest share of "
        "the time that any of the lines was watched. Under 90 % the sum is an estimate, under 50 % it isn't shown. "
        "An entry isn't a person: who goes out and in again is two. A week ago: entries until the last quarter-hour "
        "that has passed, in the time that clocks showed on both days. Change: today's entries in that same time "
        "beside those, unless one of them is an estimate or fewer than 30 came."
    )
    spec = PanelSpec(2, _("Today"), about, "today", width=10, height=4, empty=_("Too little observed"))
    return panels.stat(page, spec, fields)


def _quality(page: Page) -> Builder[Panel]:
    fields = [
        Field("held", _("Held"), FieldUnit.COUNT, display.NONE_EXPECTED),
        Field("conflicts", _("Conflicts"), FieldUnit.COUNT, display.NONE_EXPECTED),
        Field("rejects", _("Rejects"), FieldUnit.COUNT, display.NONE_EXPECTED),
    ]
    about = _(
        "The whole site. Held: causes that records wait for. Conflicts: the same time reported twice, not counted. "
        "Rejects: messages and records that are never stored. The latter two during the chosen range. What comes "
        "from unknown sites is included."
    )
    spec = PanelSpec(4, _("Data quality"), about, "quality", width=6, height=4, empty=_("0"))
    return panels.stat(page, spec, fields)


def _site_flow(page: Page) -> Builder[Panel]:
    fields = [
        display.series("entries", _("Entries"), Colour.IN),
        display.series("exits", _("Exits"), Colour.OUT, down=True),
    ]
    about = _(
        "The whole site, in whole steps of its own time, until the last one that has passed. Exits are "
        "drawn downwards. Where any line was watched for less than half of the time the step is left empty: that is "
        "missing time, not zero."
    )
    spec = PanelSpec(
        5, _("Entries and exits"), about, "site_flow", width=12, height=9, empty=_("Nothing observed in the range")
    )
    return panels.bars(page, spec, fields)


def _border_flow(page: Page) -> Builder[Panel]:
    fields = [
        display.shades("inward", _("${__field.labels.border}, in"), Colour.IN),
        display.shades("outward", _("${__field.labels.border}, out"), Colour.OUT, down=True),
    ]
    about = _(
        "In (upwards) and out (downwards) over the borders of the chosen spaces. At a border to outside, in is into "
        "the site. Between two spaces, in is the border's own direction, from its first space to its second. "
        "Missing time is left empty."
    )
    spec = PanelSpec(
        6, _("Flow by border"), about, "border_flow", width=12, height=9, empty=_("Nothing observed in the range")
    )
    return panels.stacked_bars(page, spec, fields)


def _zones_now(page: Page) -> Builder[Panel]:
    fields = [
        Field("zone", _("Zone")),
        Field("occupancy", _("People"), FieldUnit.COUNT),
        Field("staying", _("Staying"), FieldUnit.COUNT),
        Field("stay_s", _("Threshold"), FieldUnit.SECONDS),
        coloured("age_s", _("Age"), FieldUnit.SECONDS, display.AGE_OF_FIGURE),
    ]
    about = _(
        "People in each zone, how many of them have been there for at least the threshold, and the figure's age. "
        "Figures older than 20 seconds aren't shown. Zones may overlap: not to be added."
    )
    spec = PanelSpec(7, _("People now by zone"), about, "zones_now", width=12)
    return panels.table(page, spec, fields)


def _zone_presence(page: Page) -> Builder[Panel]:
    fields = [Field("occupancy_mean", _("${__field.labels.zone}"), FieldUnit.DECIMAL)]
    about = _(
        "Mean number present: presence over the time watched. Broken where less than half of the time was watched."
    )
    spec = PanelSpec(
        8, _("Presence by zone"), about, "zone_presence", width=12, empty=_("Nothing observed in the range")
    )
    return panels.steps(page, spec, fields)


def _troubles(page: Page) -> Builder[Panel]:
    kinds = {
        "held": (_("held"), Colour.DOUBTFUL),
        "reject": (_("reject"), Colour.BAD),
        "conflict": (_("conflict"), Colour.BAD),
        "unsettled": (_("unsettled"), Colour.DOUBTFUL),
        "unknown": (_("unknown"), Colour.BAD),
    }
    fields = [
        Field("kind", _("Kind"), words=kinds, custom=display.COLOURED_TEXT),
        Field("device", _("Device")),
        Field("cause", _("Cause")),
        Field("times", _("Times"), FieldUnit.COUNT),
        Field("last_at", _("Last"), FieldUnit.TIME),
    ]
    about = _("What is behind the figures of data quality, the newest first.")
    spec = PanelSpec(11, _("Causes"), about, "troubles", width=12)
    return panels.table(page, spec, fields)
