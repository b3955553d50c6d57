"""The dashboard "Space in depth" ("Rummet på djupet"): when a space is used, and how long people stay in it."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import look, panels, variables
from dashboards.board import ACTIVITIES, ZONE_OUTAGES, Board, Section
from dashboards.language import Language
from dashboards.look import Colour, Field, Unit, coloured
from dashboards.page import SPACE, Frame, Page
from dashboards.texts import common
from dashboards.texts import space as words


def space(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(SPACE, language)
    return Board(
        page,
        words.ABOUT,
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
        Section(101, words.ROW_WEEK, [_figures(page), _heat_presence(page), _heat_inward(page)]),
        Section(102, words.ROW_FLOW, [_space_flow(page), _occupancy(page)]),
        Section(103, words.ROW_DWELL, [_stays(page), _dwell(page), _dwell_table(page), _coverage(page)]),
    ]


def _figures(page: Page) -> Builder[Panel]:
    fields = [
        Field("person_hours", words.PERSON_HOURS, Unit.COUNT, look.COUNTED),
        Field("present", words.PRESENT, Unit.DECIMAL, look.COUNTED),
        Field("coverage", common.COVERAGE, Unit.SHARE, look.COVERAGE),
    ]
    return panels.stat(page, Frame(1, words.FIGURES, "space_figures", width=24, height=4), fields)


def _heat_presence(page: Page) -> Builder[Panel]:
    fields = [Field("space", common.SPACE), Field("weekday", words.WEEKDAY), *look.hours_of_day(Unit.DECIMAL)]
    return panels.heat_table(page, Frame(2, words.HEAT_PRESENCE, "heat_presence", width=24, height=9), fields)


def _heat_inward(page: Page) -> Builder[Panel]:
    fields = [Field("space", common.SPACE), Field("weekday", words.WEEKDAY), *look.hours_of_day(Unit.COUNT)]
    return panels.heat_table(page, Frame(3, words.HEAT_INWARD, "heat_inward", width=24, height=9), fields)


def _space_flow(page: Page) -> Builder[Panel]:
    fields = [
        look.shades("inward", words.SPACE_IN, Colour.IN),
        look.shades("outward", words.SPACE_OUT, Colour.OUT, down=True),
    ]
    return panels.stacked_bars(page, Frame(4, words.SPACE_FLOW, "space_flow", width=12, height=9), fields)


def _occupancy(page: Page) -> Builder[Panel]:
    fields = [
        Field("occupancy_mean", words.ZONE_MEAN, Unit.DECIMAL),
        Field("occupancy_max", words.ZONE_MOST, Unit.DECIMAL, custom=look.DASHED),
    ]
    return panels.steps(page, Frame(5, words.OCCUPANCY, "zone_occupancy", width=12, height=9), fields)


def _stays(page: Page) -> Builder[Panel]:
    fields = [Field("stays", common.OF_ZONE, Unit.COUNT)]
    return panels.bars_by_name(page, Frame(6, words.STAYS, "zone_stays", width=12), fields)


def _dwell(page: Page) -> Builder[Panel]:
    fields = [
        Field("median_s", words.ZONE_MEDIAN, Unit.SECONDS),
        Field("p90_s", words.ZONE_P90, Unit.SECONDS, custom=look.DASHED),
    ]
    return panels.steps(page, Frame(7, words.DWELL, "zone_dwell", width=12), fields)


def _dwell_table(page: Page) -> Builder[Panel]:
    states = {
        "shown": (common.SHOWN, Colour.PLAIN),
        "refused": (common.REFUSED, Colour.DOUBTFUL),
        "missing": (common.MISSING, Colour.BAD),
    }
    fields = [
        Field("zone", common.ZONE),
        Field("week", common.WEEK),
        Field("entered", common.ENTERED, Unit.COUNT),
        Field("stays", common.STAYS, Unit.COUNT),
        Field("stays_low", common.STAYS_LOW, Unit.COUNT),
        Field("stays_high", common.STAYS_HIGH, Unit.COUNT),
        Field("share", common.SHARE, Unit.SHARE),
        Field("median_s", common.MEDIAN, Unit.SECONDS),
        Field("p75_s", common.P75, Unit.SECONDS),
        Field("p90_s", common.P90, Unit.SECONDS),
        Field("state", common.STATE, words=states, custom=look.COLOURED_TEXT),
        coloured("coverage", common.COVERAGE, Unit.SHARE, look.COVERAGE),
    ]
    return panels.table(page, Frame(8, words.DWELL_TABLE, "dwell_table", width=24, height=9), fields)


def _coverage(page: Page) -> Builder[Panel]:
    fields = [Field("coverage", common.OF_ZONE, Unit.SHARE)]
    return panels.shares(page, Frame(9, words.COVERAGE, "zone_coverage", width=24), fields)
