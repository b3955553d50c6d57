"""The dashboard "Devices and delivery" ("Räknare och leverans"): how devices are, and what became of their records."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import Panel

from dashboards import look, panels, variables
from dashboards.board import CONFLICTS, OUTAGES, Board, Section
from dashboards.boards import shared
from dashboards.language import Language
from dashboards.look import Colour, Field, Unit, coloured
from dashboards.page import DELIVERY, Frame, Page
from dashboards.texts import common
from dashboards.texts import delivery as words


def delivery(language: Language) -> Dashboard:
    """Return the dashboard in one language."""
    page = Page(DELIVERY, language)
    return Board(
        page,
        words.ABOUT,
        since="now-7d",
        refresh="1m",
        variables=[
            variables.site(page),
            variables.spaces(page),
            variables.devices(page),
            variables.steps(page, ("quarter", "hour", "day"), "hour"),
        ],
        marks=[OUTAGES, CONFLICTS],
        sections=_sections(page),
    ).dashboard()


def _sections(page: Page) -> Sequence[Section]:
    health = [
        shared.silence(page, 1, width=6),
        _figures(page),
        shared.devices(page, 3),
        _offsets(page),
        _outboxes(page),
    ]
    return [
        Section(101, words.ROW_HEALTH, [*health, _coverage(page), shared.line_coverage(page, 7)]),
        Section(102, words.ROW_DELIVERY, [_reconciliation(page), _unplaced(page)]),
        Section(103, words.ROW_REFUSED, [_rejects_over_time(page), _held(page), _rejects(page)]),
        Section(104, words.ROW_INSTALLATION, [_certificates(page), _store(page)]),
    ]


def _figures(page: Page) -> Builder[Panel]:
    fields = [
        Field("unsettled", words.UNSETTLED, Unit.COUNT, look.RECORDS_WAITING),
        Field("waiting_s", words.WAITING, Unit.SECONDS, look.AGE_OF_RECORD),
        Field("unknown", words.UNKNOWN, Unit.COUNT, look.NONE_WANTED),
        Field("lost", words.LOST, Unit.COUNT, look.NONE_WANTED),
    ]
    return panels.stat(page, Frame(2, words.FIGURES, "delivery_figures", width=18, height=4), fields)


def _offsets(page: Page) -> Builder[Panel]:
    fields = [
        Field("device", common.DEVICE),
        Field("offset_ms", None, Unit.MILLISECONDS, look.CLOCK_OFFSET),
    ]
    return panels.bars_of_rows(page, Frame(4, words.OFFSETS, "clock_offsets", width=12), fields)


def _outboxes(page: Page) -> Builder[Panel]:
    fields = [Field("device", common.DEVICE), Field("records", None, Unit.COUNT, look.RECORDS_WAITING)]
    return panels.bars_of_rows(page, Frame(5, words.OUTBOXES, "outboxes", width=12), fields)


def _coverage(page: Page) -> Builder[Panel]:
    fields = [Field("coverage", common.OF_DEVICE, Unit.SHARE)]
    return panels.shares(page, Frame(6, words.COVERAGE, "device_coverage", width=12), fields)


def _reconciliation(page: Page) -> Builder[Panel]:
    states = {
        "current": (words.CURRENT, Colour.GOOD),
        "dead": (words.DEAD, Colour.PLAIN),
        "unheard": (words.UNHEARD, Colour.BAD),
    }
    fields = [
        Field("device", common.DEVICE),
        Field("epoch", words.EPOCH),
        Field("state", common.STATE, words=states, custom=look.COLOURED_TEXT),
        Field("made", words.MADE, Unit.COUNT),
        Field("stored", words.STORED, Unit.COUNT),
        coloured("rejected", words.REJECTED, Unit.COUNT, look.NONE_WANTED),
        coloured("lost", words.LOST, Unit.COUNT, look.NONE_WANTED),
        coloured("unsettled", words.UNSETTLED, Unit.COUNT, look.RECORDS_WAITING),
        coloured("unknown", words.UNKNOWN, Unit.COUNT, look.NONE_WANTED),
        Field("unsettled_since", words.UNSETTLED_SINCE, Unit.TIME),
        Field("held", words.HELD_FOR),
        Field("last_heard_at", words.LAST_RECORD, Unit.TIME),
    ]
    return panels.table(page, Frame(8, words.RECONCILIATION, "reconciliation", width=24, height=9), fields)


def _unplaced(page: Page) -> Builder[Panel]:
    fields = [
        Field("device", common.DEVICE),
        Field("place", words.PLACE),
        Field("crossings", words.CROSSINGS, Unit.COUNT),
        Field("entries", common.ENTRIES, Unit.COUNT),
        Field("observed_s", words.OBSERVED, Unit.SECONDS),
        Field("received_at", words.RECEIVED, Unit.TIME),
    ]
    return panels.table(page, Frame(9, words.UNPLACED, "unplaced", width=24, height=6), fields)


def _rejects_over_time(page: Page) -> Builder[Panel]:
    fields = [Field("rejects", words.OF_CODE, Unit.COUNT)]
    return panels.stacked_bars(page, Frame(10, words.REJECTS_OVER_TIME, "rejects_over_time", width=12), fields)


def _held(page: Page) -> Builder[Panel]:
    fields = [
        Field("device", common.DEVICE),
        Field("cause", common.CAUSE),
        Field("detail", words.DETAIL),
        Field("times", common.TIMES, Unit.COUNT),
        Field("first_at", words.FIRST_AT, Unit.TIME),
        Field("last_at", common.LAST_AT, Unit.TIME),
    ]
    return panels.table(page, Frame(11, words.HELD, "held", width=12), fields)


def _rejects(page: Page) -> Builder[Panel]:
    outcomes = {
        "stored": (words.OUTCOME_STORED, Colour.GOOD),
        "repeat": (words.OUTCOME_REPEAT, Colour.GOOD),
        "refused": (words.OUTCOME_REFUSED, Colour.BAD),
        "held": (words.OUTCOME_HELD, Colour.DOUBTFUL),
        "none": (words.OUTCOME_NONE, Colour.PLAIN),
    }
    fields = [
        Field("number", words.NUMBER, Unit.COUNT),
        Field("last_at", common.LAST_AT, Unit.TIME),
        Field("times", common.TIMES, Unit.COUNT),
        Field("device", common.DEVICE),
        Field("code", words.CODE),
        Field("reason", words.REASON),
        Field("fields", words.FIELDS),
        Field("outcome", words.OUTCOME, words=outcomes, custom=look.COLOURED_TEXT),
    ]
    return panels.table(page, Frame(12, words.REJECTS, "rejects", width=24), fields)


def _certificates(page: Page) -> Builder[Panel]:
    fields = [
        Field("path", words.PATH),
        Field("names", words.NAMES),
        Field("ends_at", words.ENDS, Unit.TIME),
        coloured("days_left", words.DAYS_LEFT, Unit.COUNT, look.DAYS_LEFT),
        coloured("noted_s", words.NOTED, Unit.SECONDS, look.AGE_OF_NOTE),
    ]
    return panels.table(page, Frame(13, words.CERTIFICATES, "certificates", width=16, height=7), fields)


def _store(page: Page) -> Builder[Panel]:
    fields = [
        Field("bytes", words.BYTES, Unit.BYTES, look.PLAIN),
        Field("limit_bytes", words.LIMIT, Unit.BYTES, look.PLAIN),
        Field("share", words.OF_LIMIT, Unit.SHARE, look.FULLNESS),
    ]
    return panels.stat(page, Frame(14, words.STORE, "store_size", width=8, height=7), fields)
