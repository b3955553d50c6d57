"""Today on the live page: missing is not zero, the open hour is marked, and days may have 23 or 25 hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.tables.flow import SiteFlowRow
from api.web.day import DaySums, StepState, cells, labels, spans, state_of, total
from core.texts.catalog import Language

STOCKHOLM = ZoneInfo("Europe/Stockholm")
HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 21, 11, 37, 20, tzinfo=UTC)  # 12:37:20 in Stockholm


def step(
    start: datetime,
    end: datetime,
    entries: int | None = 10,
    coverage: float | None = 1.0,
    *,
    missing: list[str] | None = None,
) -> SiteFlowRow:
    local = start.astimezone(STOCKHOLM)
    offset = local.utcoffset() or timedelta()
    return SiteFlowRow.model_validate(
        {
            "start_utc": start,
            "end_utc": end,
            "start_local": local.replace(tzinfo=None),
            "utc_offset": int(offset.total_seconds()),
            "partial": False,
            "entries": entries,
            "exits": entries,
            "difference": None,
            "gross_entries": None,
            "gross_exits": None,
            "observed_ms": int((coverage or 0) * 3_600_000),
            "expected_ms": 3_600_000,
            "coverage": coverage,
            "missing": missing or [],
            "estimate": coverage is not None and coverage < 0.9,
        }
    )


def steps_of(start: datetime, end: datetime, entries: int | None = 10) -> list[SiteFlowRow]:
    hours = int((end - start) / HOUR)
    return [step(start + n * HOUR, start + (n + 1) * HOUR, entries) for n in range(hours)]


def day_sum(entries: int | None, coverage: float | None = 1.0, *, missing: list[str] | None = None) -> SiteFlowRow:
    return step(NOON, NOON + HOUR, entries, coverage, missing=missing)


def test_a_day_goes_from_midnight_to_midnight_of_the_site() -> None:
    asked = spans(NOON, STOCKHOLM)
    assert asked.today.start == datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert asked.today.end == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert asked.finished.end == datetime(2026, 11, 21, 11, 30, tzinfo=UTC)
    assert asked.week_before.start == datetime(2026, 11, 13, 23, tzinfo=UTC)
    assert asked.compared.end == datetime(2026, 11, 14, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-21", 24)])
def test_days_have_23_24_or_25_hours(day: str, hours: int) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=STOCKHOLM)
    today = spans(noon, STOCKHOLM).today
    assert today.end - today.start == timedelta(hours=hours)


def test_the_same_time_a_week_before_is_the_same_time_on_the_clock() -> None:
    after_the_change = datetime(2026, 10, 26, 11, 7, tzinfo=UTC)  # 12:07, winter time
    asked = spans(after_the_change, STOCKHOLM)
    assert asked.compared.end == datetime(2026, 10, 19, 10, 0, tzinfo=UTC)  # 12:00, summer time


def test_an_hour_that_comes_twice_says_its_offset() -> None:
    today = spans(datetime(2026, 10, 25, 12, tzinfo=UTC), STOCKHOLM).today
    names = labels(steps_of(today.start, today.end))
    assert names[:5] == ["00:00", "01:00", "02:00 (+02:00)", "02:00 (+01:00)", "03:00"]
    assert len(set(names)) == 25


def test_each_step_has_its_state() -> None:
    start = NOON.replace(minute=0, second=0)
    assert state_of(step(start - HOUR, start), NOON) is StepState.COUNTED
    assert state_of(step(start - HOUR, start, 0), NOON) is StepState.COUNTED
    assert state_of(step(start - HOUR, start, None, 0.2), NOON) is StepState.GAP
    assert state_of(step(start - HOUR, start, 5, 0.8), NOON) is StepState.ESTIMATE
    assert state_of(step(start, start + HOUR), NOON) is StepState.UNFINISHED
    assert state_of(step(start, start + HOUR, None, 0.0), NOON) is StepState.UNFINISHED
    assert state_of(step(start + HOUR, start + 2 * HOUR), NOON) is StepState.FUTURE


def test_a_gap_has_no_value_and_zero_has() -> None:
    asked = spans(NOON, STOCKHOLM)
    before = steps_of(asked.week_before.start, asked.week_before.end, 20)
    missing, nothing = (
        cells(steps_of(asked.today.start, asked.today.end, value), before, NOON, Language.SV) for value in (None, 0)
    )
    assert {cell.value for cell in missing} == {None}
    assert (missing[3].state, missing[3].note, missing[3].before) == (StepState.GAP, "ingen mätning", 20)
    assert missing[3].sentence == "03:00: ingen mätning, förra veckan 20"
    assert (nothing[3].state, nothing[3].value) == (StepState.COUNTED, 0)
    assert nothing[3].sentence == "03:00: 0 inpassager, förra veckan 20"
    assert (nothing[12].state, nothing[12].note) == (StepState.UNFINISHED, "pågår")
    assert (nothing[13].state, nothing[13].value, nothing[13].before) == (StepState.FUTURE, None, 20)


def test_steps_without_a_week_before_have_nothing_beside_them() -> None:
    asked = spans(NOON, STOCKHOLM)
    found = cells(steps_of(asked.today.start, asked.today.end), [], NOON, Language.EN)
    assert {cell.before for cell in found} == {None}


UNTIL = NOON.astimezone(STOCKHOLM).replace(minute=30, second=0)


@pytest.mark.parametrize(
    ("finished", "compared", "expected"),
    [
        (day_sum(1120), day_sum(1000), "12 % fler än lördagen förra veckan till 12:30 (1 000)"),
        (day_sum(880), day_sum(1000), "12 % färre än lördagen förra veckan till 12:30 (1 000)"),
        (day_sum(1000), day_sum(1000), "lika många som lördagen förra veckan till 12:30 (1 000)"),
        (day_sum(1120, 0.8), day_sum(1000), "1 000 lördagen förra veckan till 12:30"),
        (day_sum(1120), day_sum(1000, 0.8), "1 000 lördagen förra veckan till 12:30"),
        (day_sum(3), day_sum(0), "0 lördagen förra veckan till 12:30"),
        (day_sum(60), day_sum(29), "29 lördagen förra veckan till 12:30"),
        (day_sum(60), day_sum(30), "100 % fler än lördagen förra veckan till 12:30 (30)"),
        (None, day_sum(7), "7 lördagen förra veckan till 12:30"),
        (day_sum(3), day_sum(None, 0.1), "Ingen mätning samma tid förra veckan."),
        (None, None, "Ingen mätning samma tid förra veckan."),
    ],
)
def test_the_comparison_says_how_much_only_where_nothing_is_missing(
    finished: SiteFlowRow | None, compared: SiteFlowRow | None, expected: str
) -> None:
    said = total(DaySums(finished, finished, compared), UNTIL, {}, Language.SV).compared_text
    assert said.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_the_sum_names_the_lines_that_it_lacks() -> None:
    so_far = day_sum(10, 0.62, missing=["centrum"])
    said = total(DaySums(so_far, so_far, None), UNTIL, {"centrum": "Mot centrum"}, Language.SV)
    assert said.estimate
    assert said.coverage_text.replace("\N{NO-BREAK SPACE}", " ") == "täckning 62 %, saknas: Mot centrum"


@pytest.mark.parametrize("nothing", [None, day_sum(None, None), day_sum(None, 0.0)])
def test_without_any_observation_there_is_no_number(nothing: SiteFlowRow | None) -> None:
    said = total(DaySums(nothing, nothing, nothing), UNTIL, {}, Language.EN)
    assert (said.entries, said.estimate, said.coverage_text) == (None, False, "Nothing observed today yet.")
