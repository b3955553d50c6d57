"""The dashboard "Evaluation" ("Utvärdering"): a study's baseline beside its follow-up, with coverage. No verdict."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import look, panels, variables
from dashboards.board import ACTIVITIES, PHASES, ZONE_OUTAGES, Board, Section
from dashboards.language import Language
from dashboards.look import Colour, Field, Unit, coloured, levels
from dashboards.page import EVALUATION, Frame, Page
from dashboards.texts import common
from dashboards.texts import evaluation as words


def evaluation(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(EVALUATION, language)
    return Board(
        page,
        words.ABOUT,
        since="now-1y",
        variables=[
            variables.site(page),
            variables.spaces(page),
            variables.study(page),
            variables.phase(page, "baseline", common.BASELINE),
            variables.phase(page, "follow_up", common.FOLLOW_UP),
            variables.hours(page, "open"),
            variables.threshold(page),
        ],
        marks=[PHASES, ACTIVITIES, ZONE_OUTAGES],
        sections=_sections(page),
    ).dashboard()


def _sections(page: Page) -> Sequence[Section]:
    return [
        Section(101, words.ROW_PHASES, [_phases(page), _weekdays(page), _hours(page), _stays(page)]),
        Section(102, words.ROW_DAYS, [_days(page)]),
        Section(103, words.ROW_COVERAGE, [_coverage(page)]),
    ]


def _phases(page: Page) -> Builder[Panel]:
    compared = {
        "baseline": (words.IS_BASELINE, Colour.BASELINE),
        "follow_up": (words.IS_FOLLOW_UP, Colour.FOLLOW_UP),
        "other": (words.IS_OTHER, Colour.PLAIN),
    }
    fields = [
        Field("phase", words.PHASE),
        Field("compared", words.COMPARED, words=compared, custom=look.COLOURED_TEXT),
        Field("starts_at", words.STARTS, Unit.TIME),
        Field("ends_at", words.ENDS, Unit.TIME),
        Field("entries_a_day", words.ENTRIES_A_DAY, Unit.COUNT),
        Field("entry_days_used", words.ENTRY_DAYS_USED, Unit.COUNT),
        Field("entry_days", words.ENTRY_DAYS, Unit.COUNT),
        Field("person_hours_a_day", words.PERSON_HOURS_A_DAY, Unit.COUNT),
        Field("present", words.PRESENT, Unit.DECIMAL),
        Field("presence_days_used", words.PRESENCE_DAYS_USED, Unit.COUNT),
        Field("presence_days", words.PRESENCE_DAYS, Unit.COUNT),
    ]
    return panels.table(page, Frame(1, words.PHASES, "phase_table", width=24, height=6), fields)


def _beside(unit: Unit) -> list[Field]:
    """Return the two columns that are compared."""
    return [
        levels("baseline", common.BASELINE, unit, Colour.BASELINE),
        levels("follow_up", common.FOLLOW_UP, unit, Colour.FOLLOW_UP),
    ]


def _weekdays(page: Page) -> Builder[Panel]:
    fields = [Field("weekday", words.WEEKDAY), *_beside(Unit.COUNT)]
    return panels.compared(page, Frame(2, words.WEEKDAYS, "phase_weekdays", width=8), fields)


def _hours(page: Page) -> Builder[Panel]:
    fields = [Field("hour", words.HOUR), *_beside(Unit.DECIMAL)]
    return panels.compared(page, Frame(3, words.HOURS, "phase_hours", width=8), fields)


def _stays(page: Page) -> Builder[Panel]:
    fields = [Field("zone", common.ZONE), *_beside(Unit.SHARE)]
    return panels.compared(page, Frame(4, words.STAYS, "phase_stays", width=8), fields)


def _days(page: Page) -> Builder[Panel]:
    fields = [
        levels("entries", common.ENTRIES, Unit.COUNT, Colour.IN),
        levels("person_hours", words.PERSON_HOURS, Unit.COUNT, Colour.GOOD),
    ]
    return panels.bars(page, Frame(5, words.DAYS, "days", width=24, height=9), fields)


def _coverage(page: Page) -> Builder[Panel]:
    kinds = {"line": (words.KIND_LINE, Colour.PLAIN), "zone": (words.KIND_ZONE, Colour.PLAIN)}
    fields = [
        Field("place", words.PLACE),
        Field("kind", common.KIND, words=kinds),
        coloured("baseline", common.BASELINE, Unit.SHARE, look.COVERAGE),
        coloured("follow_up", common.FOLLOW_UP, Unit.SHARE, look.COVERAGE),
    ]
    return panels.table(page, Frame(6, words.COVERAGE, "phase_coverage", width=24), fields)
