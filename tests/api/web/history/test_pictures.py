"""What the page of history makes of rows: bars, cells, lengths of visits, the calendar, differences."""

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from api.tables.flow import SiteFlowRow
from api.tables.profile import DwellBinRow, SiteFlowProfileRow
from api.web.formatting import write_days, write_signed_percent
from api.web.history.bar_chart import ChartWords, bar_chart, tick_size
from api.web.history.coverage_month import MonthWords, covered_weeks
from api.web.history.dwell_bars import dwell_bars
from api.web.history.heat import heat_rows
from api.web.history.reads import HistoryFigures
from api.web.history.spans import HistoryView, span_of
from api.web.live.day import DayMoment
from core.texts.catalog import Language
from core.wire import BIN_EDGES_S

Row = TypeVar("Row", bound=BaseModel)
ZONE = ZoneInfo("Europe/Stockholm")
NOW = DayMoment(datetime(2026, 11, 18, 14, 37, 20, tzinfo=ZONE))


def row_of(kind: type[Row], **columns: Any) -> Row:  # noqa: ANN401 - values are anything
    """A row that has only the columns that a picture reads."""
    make: Any = kind.model_construct
    made: Row = make(**columns)
    return made


def step(start: datetime, length: timedelta, entries: int | None, coverage: float | None = 1.0) -> SiteFlowRow:
    return row_of(
        SiteFlowRow,
        start_utc=start,
        end_utc=start + length,
        start_local=start.replace(tzinfo=None),
        utc_offset="+01:00",
        entries=entries,
        coverage=coverage,
        missing=["gate"] if coverage is not None and coverage < 0.9 else [],
        estimate=coverage is not None and 0.5 <= coverage < 0.9,
        expected_ms=0 if coverage is None else round(length.total_seconds() * 1000),
    )


def hours(day: date, entries: list[int | None], coverage: float = 1.0) -> list[SiteFlowRow]:
    start = datetime.combine(day, datetime.min.time(), ZONE)
    return [step(start + timedelta(hours=n), timedelta(hours=1), one, coverage) for n, one in enumerate(entries)]


def figures(steps: list[SiteFlowRow], before: list[SiteFlowRow], *activities: dict[str, object]) -> HistoryFigures:
    return HistoryFigures(steps, before, [], [], [], [], list(activities))


WORDS = ChartWords(HistoryView.DAY, ZONE, Language.EN, {"gate": "The gate"}, {})


@given(st.integers(0, 10**9))
def test_the_grid_has_few_lines_and_reaches_over_all_bars(top: int) -> None:
    tick = tick_size(top)
    assert re.fullmatch(r"[125]0*", str(tick))
    assert -(-top // tick) <= 4


def test_a_gap_an_estimate_and_what_is_to_come_are_no_zeros() -> None:
    entries: list[int | None] = [0, 40, None, *[10] * 11, 7, *[None] * 9]
    steps = hours(date(2026, 11, 18), entries)
    steps[1] = step(steps[1].start_utc, timedelta(hours=1), 40, 0.8)
    chart = bar_chart(figures(steps, hours(date(2026, 11, 11), [20] * 24)), WORDS, NOW)
    assert [bar.state for bar in chart.bars][:3] == ["counted", "estimate", "gap"]
    assert {bar.state for bar in chart.bars[15:]} == {"future"}
    assert chart.bars[14].state == "unfinished"
    assert [bar.value for bar in chart.bars[:3]] == [0, 40, None]
    assert chart.bars[0].height == 0
    assert chart.bars[1].y == chart.top
    assert chart.bars[1].sentence == (
        "01:00: 40 entries, estimate, coverage 80%, missing: The gate, the week before 20"
    )
    assert chart.bars[2].sentence == "02:00: not observed, the week before 20"


def test_an_activity_lies_where_its_time_is_and_is_named_in_its_hours() -> None:
    activity = {
        "activity_id": 3,
        "title": "Piano",
        "starts_at": "2026-11-17T16:00:00+00:00",
        "ends_at": "2026-11-17T18:30:00+00:00",
    }
    chart = bar_chart(figures(hours(date(2026, 11, 17), [5] * 24), [], activity), WORDS, NOW)
    [shown] = chart.activities
    assert float(shown.x[:-1]) == pytest.approx(17 / 24 * 100, abs=0.01)
    assert float(shown.width[:-1]) == pytest.approx(2.5 / 24 * 100, abs=0.01)
    assert shown.time_text == "17:00\N{EN DASH}19:30"
    assert [place for place, bar in enumerate(chart.bars) if "Piano" in bar.sentence] == [17, 18, 19]


def test_a_day_with_an_hour_twice_is_matched_once_and_nothing_is_lost() -> None:
    start = datetime(2026, 10, 24, 22, tzinfo=ZoneInfo("UTC"))
    steps = []
    for n in range(25):
        at = start + timedelta(hours=n)
        row = step(at, timedelta(hours=1), n)
        local = at.astimezone(ZONE)
        offset = f"+0{round((local.utcoffset() or timedelta()) / timedelta(hours=1))}:00"
        steps.append(row.model_copy(update={"start_local": local.replace(tzinfo=None), "utc_offset": offset}))
    chart = bar_chart(figures(steps, hours(date(2026, 10, 18), list(range(24)))), WORDS, NOW)
    assert [bar.label for bar in chart.bars[1:5]] == ["01:00", "02:00 (+02:00)", "02:00 (+01:00)", "03:00"]
    assert [bar.before for bar in chart.bars[1:5]] == [1, 2, None, 3]


def profile(weekday: int, hour: int, rate: float | None, *, days: int = 4) -> SiteFlowProfileRow:
    return row_of(
        SiteFlowProfileRow,
        weekday=weekday,
        hour=hour,
        entries_per_hour=rate,
        days=days,
        expected_ms=3_600_000 * days,
        estimate=False,
    )


@given(st.lists(st.floats(0, 10_000), min_size=7, max_size=7))
@example([0, 0, 0, 0, 0, 2, 5e-324])
def test_cells_are_darker_the_more_there_were_and_zero_has_no_colour(rates: list[float]) -> None:
    [row] = heat_rows([profile(day, 8, rate) for day, rate in enumerate(rates, 1)], Language.EN)
    levels = [int(cell.level) for cell in row.cells]
    assert all(0 <= level <= 5 for level in levels)
    assert all((level == 0) == (rate == 0) for level, rate in zip(levels, rates, strict=True))
    assert all(a[0] <= b[0] for a, b in pairwise(sorted(zip(levels, rates, strict=True), key=lambda pair: pair[1])))


def test_an_hour_unwatched_and_one_not_expected_differ_from_zero() -> None:
    rows = [profile(1, 8, None), profile(2, 8, 12.4), profile(3, 8, 2.25)]
    [row] = heat_rows([*rows, row_of(SiteFlowProfileRow, weekday=1, hour=3, expected_ms=0)], Language.EN)
    assert [cell.level for cell in row.cells] == ["gap", "5", "1", "none", "none", "none", "none"]
    assert row.cells[1].sentence == "Tuesday 08:00: 12 entries an hour, 4 days"
    assert (row.cells[0].text, row.cells[2].text) == ("\N{EN DASH}", "2.3")


@given(st.lists(st.integers(0, 50), min_size=24, max_size=24), st.sampled_from(BIN_EDGES_S[1:]))
def test_bars_of_dwell_lose_no_visit_and_part_at_the_threshold(counts: list[int], threshold_s: int) -> None:
    ends = [*BIN_EDGES_S[1:], None]
    rows = [
        row_of(DwellBinRow, bin_from_s=start, bin_to_s=end, complete=count, cut=1 if count else 0, fragment=9)
        for start, end, count in zip(BIN_EDGES_S, ends, counts, strict=True)
    ]
    bars = dwell_bars(rows, threshold_s, Language.EN)
    assert sum(bar.visits for bar in bars) == sum(count + 1 for count in counts if count)
    stays = sum(count + 1 for start, count in zip(BIN_EDGES_S, counts, strict=True) if count and start >= threshold_s)
    assert sum(bar.visits for bar in bars if bar.is_stay) == stays


def test_the_calendar_tells_unwatched_from_not_expected_and_from_days_to_come() -> None:
    month = span_of(HistoryView.MONTH, date(2026, 11, 18))
    start = datetime(2026, 11, 1, tzinfo=ZONE)
    coverage = [1.0, 0.8, 0.2, None]
    rows = [step(start + timedelta(days=n), timedelta(days=1), 5, one) for n, one in enumerate(coverage)]
    days = {month.first + timedelta(days=n): f"/{n}" for n in range(30)}
    weeks = covered_weeks(rows, MonthWords({"gate": "The gate"}, days, Language.EN))
    assert all(len(week) == 7 for week in weeks)
    cells = [cell for week in weeks for cell in week if cell]
    assert [cell.day for cell in cells] == sorted(days)
    assert weeks[0][:6] == [None] * 6
    assert [cell.kind for cell in cells[:5]] == ["full", "part", "little", "none", "future"]
    assert cells[1].sentence == "2 November: coverage 80%, missing: The gate"


def test_days_and_differences_are_written_as_the_language_does() -> None:
    assert write_signed_percent(-0.034, Language.EN) == "-3%"
    assert write_signed_percent(0.125, Language.SV) == "+13\N{NO-BREAK SPACE}%"
    assert write_signed_percent(0, Language.SV) == "0\N{NO-BREAK SPACE}%"
    assert "16" in write_days(date(2026, 11, 16), date(2026, 11, 22), Language.SV)
