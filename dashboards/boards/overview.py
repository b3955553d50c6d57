"""The dashboard "Site overview" ("Platsen i översikt"), for funders and the public: whole months, few visits withheld.

It has no choices and reads the public grid alone (`reading.public_month`, `reading.public_dwell`), so that Grafana can
share it with everyone, and a login with the role platspuls_public is enough for it.
"""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from core.texts.catalog import Language
from core.texts.catalog import noop as _
from dashboards import display, panels
from dashboards.dashboard_spec import DashboardSpec, Section
from dashboards.display import Colour, Field, FieldUnit, coloured
from dashboards.page import OVERVIEW, Page, PanelSpec


def overview(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(OVERVIEW, language)
    return DashboardSpec(
        page,
        _(
            "The last twelve whole months, for whoever wants to see how the place is used: entries, "
            "presence, who stays, and coverage. Cells with 1-4 visits aren't shown."
        ),
        since="now-12M/M",
        sections=_sections(page),
    ).dashboard()


def _sections(page: Page) -> Sequence[Section]:
    return [
        Section(101, _("How the place is used"), [_months(page), _presence(page), _table(page)]),
        Section(102, _("Who stays"), [_dwell(page)]),
        Section(103, _("How much was watched"), [_coverage(page)]),
    ]


def _months(page: Page) -> Builder[Panel]:
    fields = [
        display.shades("entries", _("${__field.labels.site}, in"), Colour.IN),
        display.shades("exits", _("${__field.labels.site}, out"), Colour.OUT, down=True),
    ]
    about = _(
        "Entries (upwards) and exits (downwards), whole site. An entry isn't a person: who goes out and in again is "
        "two. Months watched for less than half of the time are empty."
    )
    spec = PanelSpec(
        1, _("Entries and exits by month"), about, "months", width=12, height=9, empty=_("No whole month yet")
    )
    return panels.bars_by_name(page, spec, fields)


def _presence(page: Page) -> Builder[Panel]:
    fields = [Field("person_hours", _("${__field.labels.site}"), FieldUnit.COUNT)]
    about = _(
        "The time that people spent in the zones, all together. Empty where less than half was watched, or a zone "
        "had 1-4 visits."
    )
    spec = PanelSpec(
        2, _("Person-hours by month"), about, "presence", width=12, height=9, empty=_("No whole month yet")
    )
    return panels.bars_by_name(page, spec, fields)


def _table(page: Page) -> Builder[Panel]:
    states = {
        "shown": (_("shown"), Colour.PLAIN),
        "estimate": (_("estimate"), Colour.DOUBTFUL),
        "suppressed": (_("too few"), Colour.PLAIN),
        "missing": (_("missing"), Colour.BAD),
    }
    fields = [
        Field("site", _("Site")),
        Field("month", _("Month")),
        Field("entries", _("Entries"), FieldUnit.COUNT),
        Field("entry_state", _("Of entries"), words=states, custom=display.COLOURED_TEXT),
        coloured("coverage", _("Coverage of entries"), FieldUnit.SHARE, display.COVERAGE),
        Field("person_hours", _("Person-hours"), FieldUnit.COUNT),
        Field("presence_state", _("Of presence"), words=states, custom=display.COLOURED_TEXT),
        coloured("presence_coverage", _("Coverage of presence"), FieldUnit.SHARE, display.COVERAGE),
    ]
    about = _(
        "The same numbers as in the charts, with coverage. Estimate: a line was watched for less than 90 %, the sum "
        "is too low. Too few: 1-4 visits. Missing: less than half was watched."
    )
    spec = PanelSpec(3, _("Month by month"), about, "table", width=24, height=9)
    return panels.table(page, spec, fields)


def _dwell(page: Page) -> Builder[Panel]:
    states = {
        "shown": (_("shown"), Colour.PLAIN),
        "suppressed": (_("too few"), Colour.PLAIN),
        "wide": (_("wide bounds"), Colour.DOUBTFUL),
        "missing": (_("missing"), Colour.BAD),
    }
    fields = [
        Field("site", _("Site")),
        Field("zone", _("Zone")),
        Field("month", _("Month")),
        Field("threshold_s", _("Threshold"), FieldUnit.SECONDS),
        Field("entered", _("Came in"), FieldUnit.COUNT),
        Field("share", _("Share who stay"), FieldUnit.SHARE),
        Field("median_s", _("Median"), FieldUnit.SECONDS),
        Field("state", _("State"), words=states, custom=display.COLOURED_TEXT),
        coloured("coverage", _("Coverage"), FieldUnit.SHARE, display.COVERAGE),
    ]
    about = _(
        "The share of all who came into the zone that stayed for at least the threshold, and the median time. Too "
        "few: 1-4 visits, or 1-4 of them stayed or didn't. Wide bounds: too many were lost from sight. Missing: less "
        "than half was watched."
    )
    spec = PanelSpec(4, _("Who stays, by zone and month"), about, "dwell", width=24, height=10)
    return panels.table(page, spec, fields)


def _coverage(page: Page) -> Builder[Panel]:
    fields = [
        Field("coverage", _("${__field.labels.site}, entries"), FieldUnit.SHARE),
        Field("presence_coverage", _("${__field.labels.site}, presence"), FieldUnit.SHARE, custom=display.DASHED),
    ]
    about = _(
        "The smallest share of the month that any of the lines (entries) or zones (presence) was watched. Dashed "
        "lines at 50 % and 90 %."
    )
    spec = PanelSpec(5, _("Coverage by month"), about, "coverage", width=24, empty=_("No whole month yet"))
    return panels.shares(page, spec, fields)
