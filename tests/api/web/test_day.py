"""Today on the live page: missing is not zero, the open hour is marked, and days may have 23 or 25 hours."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from api.tables.flow import SiteFlowRow
from api.typical import UsualSoFar, UsualStep
from api.web.live.day import (
    DayMoment,
    DaySums,
    SoFar,
    StepState,
    WeekAgo,
    beside_name,
    cells,
    labels,
    spans,
    state_of,
    total,
)
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


def day_sum(entries: int | None, coverage: float | None = 1.0, *, missing: list[str] | None = None) -> SoFar:
    return SoFar(entries, coverage, missing or [], coverage is not None and coverage < 0.9, NOON)


def test_a_day_goes_from_midnight_to_midnight_of_the_site() -> None:
    asked = spans(NOON, STOCKHOLM)
    assert asked.today.start == datetime(2026, 11, 20, 23, tzinfo=UTC)
    assert asked.today.end == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert asked.yesterday.start == datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert (asked.yesterday.end, asked.day.isoformat()) == (asked.today.start, "2026-11-21")
    assert asked.week_before.start == datetime(2026, 11, 13, 23, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-21", 24)])
def test_days_have_23_24_or_25_hours(day: str, hours: int) -> None:
    noon = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=STOCKHOLM)
    today = spans(noon, STOCKHOLM).today
    assert today.end - today.start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("today", "alone"),
    [
        ("2026-10-25", ["02:00 (+01:00)"]),
        ("2026-11-01", []),
        ("2026-03-29", []),
        ("2026-04-05", ["02:00"]),
    ],
)
def test_each_hour_lies_beside_the_same_hour_of_the_week_before_once(today: str, alone: list[str]) -> None:
    """On and after days of 23 and 25 hours: alone is what the week before lacks, and none of its hours comes twice."""
    noon = datetime.fromisoformat(f"{today}T12:00").replace(tzinfo=STOCKHOLM)
    asked = spans(noon, STOCKHOLM)
    before = steps_of(asked.week_before.start, asked.week_before.end)
    numbered = [step.model_copy(update={"entries": number}) for number, step in enumerate(before)]
    found = cells(steps_of(asked.today.start, asked.today.end), numbered, DayMoment(noon), Language.EN)
    beside = {cell.label: cell.before for cell in found}
    assert [label for label, place in beside.items() if place is None] == alone
    taken = [place for place in beside.values() if place is not None]
    assert len(taken) == len(set(taken))
    assert all(
        f"{numbered[place].start_local:%H:%M}" == label[:5] for label, place in beside.items() if place is not None
    )


def test_an_hour_that_comes_twice_says_its_offset() -> None:
    today = spans(datetime(2026, 10, 25, 12, tzinfo=UTC), STOCKHOLM).today
    names = labels(steps_of(today.start, today.end))
    assert names[:5] == ["00:00", "01:00", "02:00 (+02:00)", "02:00 (+01:00)", "03:00"]
    assert len(set(names)) == 25


def test_each_step_has_its_state() -> None:
    start = NOON.replace(minute=0, second=0)
    assert state_of(step(start - HOUR, start), DayMoment(NOON)) is StepState.COUNTED
    assert state_of(step(start - HOUR, start, 0), DayMoment(NOON)) is StepState.COUNTED
    assert state_of(step(start - HOUR, start, None, 0.2), DayMoment(NOON)) is StepState.GAP
    assert state_of(step(start - HOUR, start, 5, 0.8), DayMoment(NOON)) is StepState.ESTIMATE
    assert state_of(step(start, start + HOUR), DayMoment(NOON)) is StepState.UNFINISHED
    assert state_of(step(start, start + HOUR, None, 0.0), DayMoment(NOON)) is StepState.UNFINISHED
    assert state_of(step(start + HOUR, start + 2 * HOUR), DayMoment(NOON)) is StepState.FUTURE


def test_what_is_on_its_way_is_unfinished_and_no_gap() -> None:
    """Whatever the counter's period: a step is a gap only when each line could have reported it."""
    start = NOON.replace(minute=0, second=0)
    late = DayMoment(start + timedelta(seconds=20), start - timedelta(minutes=15))
    assert state_of(step(start - HOUR, start, None, 0.0), late) is StepState.UNFINISHED
    assert state_of(step(start - 2 * HOUR, start - HOUR, None, 0.0), late) is StepState.GAP
    assert state_of(step(start, start + HOUR), late) is StepState.UNFINISHED


def test_what_is_usual_stands_beside_today_from_three_days_on() -> None:
    asked = spans(NOON, STOCKHOLM)
    steps = steps_of(asked.today.start, asked.today.end)
    usual = [UsualStep(time(hour), 8, 20, 25, 34) for hour in range(23)] + [UsualStep(time(23), 2, None, None, None)]
    found = cells(
        steps, steps_of(asked.week_before.start, asked.week_before.end, 7), DayMoment(NOON), Language.SV, usual
    )
    assert (found[3].usual, found[3].beside) == ((20, 25, 34), "20\N{EN DASH}34")
    assert found[3].sentence == "03:00: 10 inpassager, brukar vara 20\N{EN DASH}34"
    assert (found[23].usual, found[23].beside) == (None, "7")
    assert beside_name(usual, asked.day, Language.SV) == "brukar vara (8 dagar)"
    assert beside_name(usual[-1:], asked.day, Language.SV) == "lördagen förra veckan"


@pytest.mark.parametrize(
    ("entries", "expected"),
    [(90, "färre än vanligt: 100-200"), (150, "brukar vara 100-200"), (201, "fler än vanligt: 100-200")],
)
def test_the_day_so_far_beside_what_is_usual(entries: int, expected: str) -> None:
    usual = UsualSoFar("hall", UNTIL, entries, 1.0, False, 8, 100, 150, 200, 160)
    said = total(DaySums(day_sum(entries), beside(1000), usual), TODAY, {}, Language.SV).compared_text
    assert said.replace("\N{EN DASH}", "-") == f"{expected} en lördag till 12:30"


def test_a_gap_has_no_value_and_zero_has() -> None:
    asked = spans(NOON, STOCKHOLM)
    before = steps_of(asked.week_before.start, asked.week_before.end, 20)
    missing, nothing = (
        cells(steps_of(asked.today.start, asked.today.end, value), before, DayMoment(NOON), Language.SV)
        for value in (None, 0)
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
    found = cells(steps_of(asked.today.start, asked.today.end), [], DayMoment(NOON), Language.EN)
    assert {cell.before for cell in found} == {None}


TODAY = NOON.astimezone(STOCKHOLM).date()
UNTIL = NOON.astimezone(STOCKHOLM).replace(minute=30, second=0, tzinfo=None)


def beside(week_ago: int | None, change: str | None = None, *, left_out: bool = False) -> WeekAgo:
    return WeekAgo(1, week_ago, Decimal(change) if change else None, UNTIL, left_out)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (beside(1000, "0.1200"), "12 % fler än lördagen förra veckan till 12:30 (1 000)"),
        (beside(1000, "-0.1200"), "12 % färre än lördagen förra veckan till 12:30 (1 000)"),
        (beside(1000, "0.0040"), "lika många som lördagen förra veckan till 12:30 (1 000)"),
        (beside(1000), "1 000 lördagen förra veckan till 12:30"),
        (beside(0), "0 lördagen förra veckan till 12:30"),
        (beside(None), "Ingen mätning samma tid förra veckan."),
        (None, "Ingen mätning samma tid förra veckan."),
        (
            beside(960, "0.0000", left_out=True),
            "lika många som lördagen förra veckan till 12:30 (960), utan den tid som bara den ena dagen har",
        ),
    ],
)
def test_the_comparison_in_words(found: WeekAgo | None, expected: str) -> None:
    said = total(DaySums(day_sum(1), found), TODAY, {}, Language.SV).compared_text
    assert said.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_the_sum_names_the_lines_that_it_lacks() -> None:
    so_far = day_sum(10, 0.62, missing=["centrum"])
    said = total(DaySums(so_far, None), TODAY, {"centrum": "Mot centrum"}, Language.SV)
    assert said.estimate
    assert said.coverage_text.replace("\N{NO-BREAK SPACE}", " ") == "täckning 62 %, saknas: Mot centrum"


@pytest.mark.parametrize("nothing", [None, day_sum(None, None), day_sum(None, 0.0)])
def test_without_any_observation_there_is_no_number(nothing: SoFar | None) -> None:
    said = total(DaySums(nothing, None), TODAY, {}, Language.EN)
    assert (said.entries, said.estimate, said.coverage_text) == (None, False, "Nothing observed today yet.")
