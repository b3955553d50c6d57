"""The dashboard "Live flow" ("Flödet just nu"): who is here, who came, and how far the numbers can be trusted."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import look, panels, variables
from dashboards.board import ACTIVITIES, CONFLICTS, OUTAGES, Board, Section
from dashboards.boards import shared
from dashboards.language import Language, Text
from dashboards.look import Colour, Field, Limits, Unit, coloured
from dashboards.page import LIVE_FLOW, Frame, Page
from dashboards.texts import common
from dashboards.texts import live_flow as words


def live_flow(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(LIVE_FLOW, language)
    return Board(
        page,
        words.ABOUT,
        since="now-24h",
        refresh="30s",
        variables=[
            variables.site(page),
            variables.spaces(page),
            variables.devices(page),
            variables.steps(page, ("quarter", "hour", "day"), "hour"),
        ],
        marks=[ACTIVITIES, OUTAGES, CONFLICTS],
        sections=[Section(number, title, parts) for number, title, parts in _rows(page)],
    ).dashboard()


def _rows(page: Page) -> Sequence[tuple[int, Text, Sequence[Builder[Panel]]]]:
    """Return each row's id, title and panels. Ids are never used again for something else."""
    return [
        (101, words.ROW_NOW, [_people_now(page), _today(page), shared.silence(page, 3, width=5), _quality(page)]),
        (102, words.ROW_FLOW, [_site_flow(page), _border_flow(page)]),
        (103, words.ROW_ZONES, [_zones_now(page), _zone_presence(page)]),
        (104, words.ROW_DEVICES, [shared.devices(page, 10), shared.line_coverage(page, 9), _troubles(page)]),
    ]


def _people_now(page: Page) -> Builder[Panel]:
    fields = [
        Field("occupancy", common.OCCUPANCY, Unit.COUNT, look.COUNTED),
        Field("age_s", common.AGE, Unit.SECONDS, look.AGE_OF_FIGURE),
    ]
    return panels.stat(page, Frame(1, words.PEOPLE_NOW, "people_now", width=5, height=4), fields)


def _today(page: Page) -> Builder[Panel]:
    fields = [
        Field("entries", common.ENTRIES, Unit.COUNT, look.COUNTED),
        Field("exits", common.EXITS, Unit.COUNT, Limits(Colour.OUT)),
        Field("week_ago", common.WEEK_AGO, Unit.COUNT, look.PLAIN),
        Field("coverage", common.COVERAGE, Unit.SHARE, look.COVERAGE),
    ]
    return panels.stat(page, Frame(2, words.TODAY, "today", width=8, height=4), fields)


def _quality(page: Page) -> Builder[Panel]:
    fields = [
        Field("held", common.HELD, Unit.COUNT, look.NONE_WANTED),
        Field("conflicts", common.CONFLICTS, Unit.COUNT, look.NONE_WANTED),
        Field("rejects", common.REJECTS, Unit.COUNT, look.NONE_WANTED),
    ]
    return panels.stat(page, Frame(4, words.QUALITY, "quality", width=6, height=4), fields)


def _site_flow(page: Page) -> Builder[Panel]:
    fields = [
        look.series("entries", common.ENTRIES, Colour.IN),
        look.series("exits", common.EXITS, Colour.OUT, down=True),
    ]
    return panels.bars(page, Frame(5, words.SITE_FLOW, "site_flow", width=12, height=9), fields)


def _border_flow(page: Page) -> Builder[Panel]:
    fields = [
        look.shades("inward", common.BORDER_IN, Colour.IN),
        look.shades("outward", common.BORDER_OUT, Colour.OUT, down=True),
    ]
    return panels.stacked_bars(page, Frame(6, words.BORDER_FLOW, "border_flow", width=12, height=9), fields)


def _zones_now(page: Page) -> Builder[Panel]:
    fields = [
        Field("zone", common.ZONE),
        Field("occupancy", common.OCCUPANCY, Unit.COUNT),
        Field("staying", common.STAYING, Unit.COUNT),
        Field("stay_s", common.THRESHOLD, Unit.SECONDS),
        coloured("age_s", common.AGE, Unit.SECONDS, look.AGE_OF_FIGURE),
    ]
    return panels.table(page, Frame(7, words.ZONES_NOW, "zones_now", width=12), fields)


def _zone_presence(page: Page) -> Builder[Panel]:
    fields = [Field("occupancy_mean", common.OF_ZONE, Unit.DECIMAL)]
    return panels.steps(page, Frame(8, words.ZONE_PRESENCE, "zone_presence", width=12), fields)


def _troubles(page: Page) -> Builder[Panel]:
    kinds = {
        "held": (common.KIND_HELD, Colour.DOUBTFUL),
        "reject": (common.KIND_REJECT, Colour.BAD),
        "conflict": (common.KIND_CONFLICT, Colour.BAD),
        "unsettled": (common.KIND_UNSETTLED, Colour.DOUBTFUL),
        "unknown": (common.KIND_UNKNOWN, Colour.BAD),
    }
    fields = [
        Field("kind", common.KIND, words=kinds, custom=look.COLOURED_TEXT),
        Field("device", common.DEVICE),
        Field("cause", common.CAUSE),
        Field("times", common.TIMES, Unit.COUNT),
        Field("last_at", common.LAST_AT, Unit.TIME),
    ]
    return panels.table(page, Frame(11, words.TROUBLES, "troubles", width=12), fields)
