"""The dashboard "Evaluation" ("Utvärdering"): a study's baseline beside its follow-up, with coverage. No verdict."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from core.texts.catalog import Language
from core.texts.catalog import noop as _
from dashboards import display, panels, variables
from dashboards.dashboard_spec import ACTIVITIES, PHASES, ZONE_OUTAGES, DashboardSpec, Section
from dashboards.display import Colour, Field, FieldUnit, coloured, series
from dashboards.page import EVALUATION, Page, PanelSpec


def evaluation(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(EVALUATION, language)
    return DashboardSpec(
        page,
        _(
            "The phases of a study beside each other: baseline and follow-up, with coverage. A "
            "description, not a verdict: that takes intervals, and rules fixed beforehand."
        ),
        since="now-1y",
        variables=[
            variables.site(page),
            variables.spaces(page),
            variables.choice(page, "study", _("Study")),
            variables.choice(page, "baseline", _("Baseline")),
            variables.choice(page, "follow_up", _("Follow-up")),
            variables.hours(page, "open"),
            variables.threshold(page),
        ],
        marks=[PHASES, ACTIVITIES, ZONE_OUTAGES],
        sections=_sections(page),
    ).dashboard()


def _sections(page: Page) -> Sequence[Section]:
    return [
        Section(101, _("Baseline beside follow-up"), [_phases(page), _weekdays(page), _hours(page), _stays(page)]),
        Section(102, _("Day by day"), [_days(page)]),
        Section(103, _("Coverage"), [_coverage(page)]),
    ]


def _phases(page: Page) -> Builder[Panel]:
    compared = {
        "baseline": (_("baseline"), Colour.BASELINE),
        "follow_up": (_("follow-up"), Colour.FOLLOW_UP),
        "other": (_("not"), Colour.PLAIN),
    }
    fields = [
        Field("phase", _("Phase")),
        Field("compared", _("Compared as"), words=compared, custom=display.COLOURED_TEXT),
        Field("starts_at", _("From"), FieldUnit.TIME),
        Field("ends_at", _("To"), FieldUnit.TIME),
        Field("entries_a_day", _("Entries a day"), FieldUnit.COUNT),
        Field("entry_days_used", _("Days used"), FieldUnit.COUNT),
        Field("entry_days", _("of days"), FieldUnit.COUNT),
        Field("person_hours_a_day", _("Person-hours a day"), FieldUnit.COUNT),
        Field("present", _("Mean present"), FieldUnit.DECIMAL),
        Field("presence_days_used", _("Days used (presence)"), FieldUnit.COUNT),
        Field("presence_days", _("of days (presence)"), FieldUnit.COUNT),
        Field("counted_by", _("Counting versions")),
        Field("cuts", _("Setups changed"), FieldUnit.COUNT),
    ]
    about = _(
        "Means a day in the hours chosen, only over days watched for 90 % or more; how many of all days these are. "
        "Entries are those of the whole site, presence that of the chosen spaces' zones that may be added. Setups "
        "changed: how often a line or zone was counted by another setup from then on. What other counting versions "
        "have counted differs by their rules too."
    )
    spec = PanelSpec(1, _("The phases of the study"), about, "phase_table", width=24, height=6)
    return panels.table(page, spec, fields)


def _beside(unit: FieldUnit) -> list[Field]:
    """Return the two columns that are compared."""
    return [
        series("baseline", _("Baseline"), Colour.BASELINE, unit),
        series("follow_up", _("Follow-up"), Colour.FOLLOW_UP, unit),
    ]


def _weekdays(page: Page) -> Builder[Panel]:
    fields = [Field("weekday", _("Weekday")), *_beside(FieldUnit.COUNT)]
    about = _("Means of the days watched for 90 % or more, whole site. A bar is missing where there is no such day.")
    spec = PanelSpec(
        2, _("Entries a day by weekday"), about, "phase_weekdays", width=8, empty=_("No chosen phase has data")
    )
    return panels.compared(page, spec, fields)


def _hours(page: Page) -> Builder[Panel]:
    fields = [Field("hour", _("Hour")), *_beside(FieldUnit.DECIMAL)]
    about = _(
        "Means of the hours in which all zones of the chosen spaces that may be added were watched for 90 % or "
        "more, by the site's clocks."
    )
    spec = PanelSpec(
        3, _("Mean number present by hour"), about, "phase_hours", width=8, empty=_("No chosen phase has data")
    )
    return panels.compared(page, spec, fields)


def _stays(page: Page) -> Builder[Panel]:
    fields = [Field("zone", _("Zone")), *_beside(FieldUnit.SHARE)]
    about = _(
        "Visits at least as long as the threshold over all who came in, of all visits of the days watched for dwell "
        "for 90 % or more put together. *: the bounds differ by more than 10 %, since many were lost from sight."
    )
    spec = PanelSpec(
        4, _("Share who stay, by zone"), about, "phase_stays", width=8, empty=_("No chosen phase has data")
    )
    return panels.compared(page, spec, fields)


def _days(page: Page) -> Builder[Panel]:
    fields = [
        series("entries", _("Entries"), Colour.IN),
        series("person_hours", _("Person-hours"), Colour.GOOD),
    ]
    about = _(
        "The whole range, with the phases marked. Empty where a line, or a zone, was watched for less than 90 % of "
        "the day's hours chosen."
    )
    spec = PanelSpec(
        5,
        _("Entries and person-hours by day"),
        about,
        "days",
        width=24,
        height=9,
        empty=_("Nothing observed in the range"),
    )
    return panels.bars(page, spec, fields)


def _coverage(page: Page) -> Builder[Panel]:
    kinds = {"line": (_("line"), Colour.PLAIN), "zone": (_("zone"), Colour.PLAIN)}
    definitions = {
        "older": (_("wire 1.0"), Colour.PLAIN),
        "newer": (_("from wire 1.1"), Colour.PLAIN),
        "two": (_("two definitions"), Colour.DOUBTFUL),
    }
    fields = [
        Field("place", _("Line or zone")),
        Field("kind", _("Kind"), words=kinds),
        coloured("baseline", _("Baseline"), FieldUnit.SHARE, display.COVERAGE),
        coloured("follow_up", _("Follow-up"), FieldUnit.SHARE, display.COVERAGE),
        Field("definition", _("Watched means"), words=definitions, custom=display.COLOURED_TEXT),
    ]
    about = _(
        "Time watched over the time that should have been watched in each phase, in the hours chosen. Empty where "
        "the line or zone wasn't commissioned. Counters from wire 1.1 on name time as watched only where a person "
        "walking through would have been counted: two definitions aren't to be compared."
    )
    spec = PanelSpec(6, _("Coverage by line and zone"), about, "phase_coverage", width=24)
    return panels.table(page, spec, fields)
