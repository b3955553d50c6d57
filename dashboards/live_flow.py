"""The dashboard "Live flow" ("Flödet just nu"): who is here, who came, and how far the numbers can be trusted."""

from collections.abc import Sequence
from typing import Final

from grafana_foundation_sdk.builders.dashboard import AnnotationQuery, Dashboard, Row
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync, Panel

from dashboards import look, panels, texts
from dashboards.language import Language, Text
from dashboards.look import Colour, Field, Limits, Unit, coloured
from dashboards.page import Frame, Page, language_link
from dashboards.query import Format, Query, datasource
from dashboards.variables import variables

NAME: Final = "live-flow"


def live_flow(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(NAME, language)
    dashboard = _empty(page)
    for other in Language:
        if other is not language:
            dashboard = dashboard.link(language_link(Page(NAME, other), texts.OTHER_LANGUAGE))
    for variable in variables(page):
        dashboard = dashboard.with_variable(variable)
    for name, title, colour in (
        ("outages", texts.OUTAGES, Colour.BAD),
        ("conflicts", texts.CONFLICTS, Colour.DOUBTFUL),
    ):
        dashboard = dashboard.annotation(_annotation(page, name, title, colour))
    for number, title, parts in _rows(page):
        dashboard = dashboard.with_row(Row(page.say(title)).id(number))
        for panel in parts:
            dashboard = dashboard.with_panel(panel)
    return dashboard


def _empty(page: Page) -> Dashboard:
    return (
        Dashboard(page.say(texts.TITLE))
        .uid(page.uid)
        .description(page.say(texts.ABOUT))
        .tags(["platspuls", page.language.value])
        .readonly()
        .time("now-24h", "now")
        .timezone("browser")
        .week_start("monday")
        .refresh("30s")
        .tooltip(DashboardCursorSync.CROSSHAIR)
    )


def _annotation(page: Page, name: str, title: Text, colour: Colour) -> AnnotationQuery:
    return (
        AnnotationQuery()
        .name(page.say(title))
        .datasource(datasource())
        .enable(True)
        .icon_color(colour.value)
        .target(Query(name, Format.TABLE))
    )


def _rows(page: Page) -> Sequence[tuple[int, Text, Sequence[Builder[Panel]]]]:
    """Return each row's id, title and panels. Ids are never used again for something else."""
    return [
        (101, texts.ROW_NOW, [_people_now(page), _today(page), _silence(page), _quality(page)]),
        (102, texts.ROW_FLOW, [_site_flow(page), _border_flow(page)]),
        (103, texts.ROW_ZONES, [_zones_now(page), _zone_presence(page)]),
        (104, texts.ROW_DEVICES, [_devices(page), _line_coverage(page), _troubles(page)]),
    ]


def _people_now(page: Page) -> Builder[Panel]:
    fields = [
        Field("occupancy", texts.OCCUPANCY, Unit.COUNT, look.COUNTED),
        Field("age_s", texts.AGE, Unit.SECONDS, look.AGE_OF_FIGURE),
    ]
    return panels.stat(page, Frame(1, texts.PEOPLE_NOW, "people_now", width=5, height=4), fields)


def _today(page: Page) -> Builder[Panel]:
    fields = [
        Field("entries", texts.ENTRIES, Unit.COUNT, look.COUNTED),
        Field("exits", texts.EXITS, Unit.COUNT, Limits(Colour.OUT)),
        Field("coverage", texts.COVERAGE, Unit.SHARE, look.COVERAGE),
    ]
    return panels.stat(page, Frame(2, texts.TODAY, "today", width=8, height=4), fields)


def _silence(page: Page) -> Builder[Panel]:
    fields = [
        Field("age_s", texts.SILENT_FOR, Unit.SECONDS, look.AGE_OF_DEVICE),
        Field("never_heard", texts.NEVER_HEARD, Unit.COUNT, look.NONE_WANTED),
    ]
    return panels.stat(page, Frame(3, texts.SILENCE, "silence", width=5, height=4), fields)


def _quality(page: Page) -> Builder[Panel]:
    fields = [
        Field("held", texts.HELD, Unit.COUNT, look.NONE_WANTED),
        Field("conflicts", texts.CONFLICTS, Unit.COUNT, look.NONE_WANTED),
        Field("rejects", texts.REJECTS, Unit.COUNT, look.NONE_WANTED),
    ]
    return panels.stat(page, Frame(4, texts.QUALITY, "quality", width=6, height=4), fields)


def _site_flow(page: Page) -> Builder[Panel]:
    fields = [
        look.series("entries", texts.ENTRIES, Colour.IN),
        look.series("exits", texts.EXITS, Colour.OUT, down=True),
    ]
    return panels.bars(page, Frame(5, texts.SITE_FLOW, "site_flow", width=12, height=9), fields)


def _border_flow(page: Page) -> Builder[Panel]:
    fields = [
        Field("inward", texts.BORDER_IN, Unit.COUNT),
        Field("outward", texts.BORDER_OUT, Unit.COUNT, custom=look.DOWNWARDS),
    ]
    return panels.stacked_bars(page, Frame(6, texts.BORDER_FLOW, "border_flow", width=12, height=9), fields)


def _zones_now(page: Page) -> Builder[Panel]:
    fields = [
        Field("zone", texts.ZONE),
        Field("occupancy", texts.OCCUPANCY, Unit.COUNT),
        Field("staying", texts.STAYING, Unit.COUNT),
        Field("stay_s", texts.THRESHOLD, Unit.SECONDS),
        coloured("age_s", texts.AGE, Unit.SECONDS, look.AGE_OF_FIGURE),
    ]
    return panels.table(page, Frame(7, texts.ZONES_NOW, "zones_now", width=12), fields)


def _zone_presence(page: Page) -> Builder[Panel]:
    fields = [Field("occupancy_mean", texts.OF_ZONE, Unit.DECIMAL)]
    return panels.steps(page, Frame(8, texts.ZONE_PRESENCE, "zone_presence", width=12), fields)


def _line_coverage(page: Page) -> Builder[Panel]:
    fields = [Field("coverage", texts.OF_LINE, Unit.SHARE)]
    return panels.shares(page, Frame(9, texts.LINE_COVERAGE, "line_coverage", width=12), fields)


def _devices(page: Page) -> Builder[Panel]:
    states = {
        "online": (texts.ONLINE, Colour.GOOD),
        "offline": (texts.OFFLINE, Colour.BAD),
        "never": (texts.NEVER, Colour.PLAIN),
        "revoked": (texts.REVOKED, Colour.PLAIN),
    }
    fields = [
        Field("device", texts.DEVICE, only_device=texts.ONLY_DEVICE),
        Field("key", texts.KEY),
        Field("state", texts.STATE, words=states, custom=look.COLOURED_TEXT),
        coloured("age_s", texts.LAST_HEARD, Unit.SECONDS, look.AGE_OF_DEVICE),
        Field("clock_offset_ms", texts.CLOCK_OFFSET, Unit.MILLISECONDS),
        Field("outbox_records", texts.OUTBOX, Unit.COUNT),
        Field("frame_rate", texts.FRAME_RATE, Unit.HERTZ),
        Field("temperature_c", texts.TEMPERATURE, Unit.CELSIUS),
        Field("setup", texts.SETUP),
        Field("counter_version", texts.VERSION),
    ]
    return panels.table(page, Frame(10, texts.DEVICES, "devices", width=24), fields)


def _troubles(page: Page) -> Builder[Panel]:
    kinds = {
        "held": (texts.KIND_HELD, Colour.DOUBTFUL),
        "reject": (texts.KIND_REJECT, Colour.BAD),
        "conflict": (texts.KIND_CONFLICT, Colour.BAD),
        "unsettled": (texts.KIND_UNSETTLED, Colour.DOUBTFUL),
        "unknown": (texts.KIND_UNKNOWN, Colour.BAD),
    }
    fields = [
        Field("kind", texts.KIND, words=kinds, custom=look.COLOURED_TEXT),
        Field("device", texts.DEVICE),
        Field("cause", texts.CAUSE),
        Field("times", texts.TIMES, Unit.COUNT),
        Field("last_at", texts.LAST_AT, Unit.TIME),
    ]
    return panels.table(page, Frame(11, texts.TROUBLES, "troubles", width=12), fields)
