"""Today on the live page: missing is not zero, the open hour is marked, and days may have 23 or 25 hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.day import State, Step, Sum, cells, labels, spans, state_of, total
from api.i18n import Language

STOCKHOLM = ZoneInfo("Europe/Stockholm")
NOON = datetime(2026, 11, 21, 11, 37, 20, tzinfo=UTC)  # 12:37:20 in Stockholm


def steps_of(
    start: datetime, end: datetime, entries: int | None = 10, coverage: float | None = 1.0, *, estimate: bool = False
) -> list[Step]:
    found = []
    at = start
    while at < end:
        local = at.astimezone(STOCKHOLM)
        offset = local.utcoffset() or timedelta()
        found.append(
            Step(
                at,
                at + timedelta(hours=1),
                local.replace(tzinfo=None),
                int(offset.total_seconds()),
                entries,
                coverage,
                estimate,
            )
        )
        at += timedelta(hours=1)
    return found


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
    assert names[:5] == ["00:00", "01:00", "02:00 (UTC+2)", "02:00 (UTC+1)", "03:00"]
    assert len(set(names)) == 25


def test_each_step_has_its_state() -> None:
    start = NOON.replace(minute=0, second=0)
    step = steps_of(start - timedelta(hours=1), start)[0]
    assert state_of(step, NOON) is State.COUNTED
    assert state_of(steps_of(start, start + timedelta(hours=1))[0], NOON) is State.UNFINISHED
    assert state_of(steps_of(start + timedelta(hours=1), start + timedelta(hours=2))[0], NOON) is State.FUTURE
    assert state_of(steps_of(step.start, step.end, None, 0.2)[0], NOON) is State.GAP
    assert state_of(steps_of(step.start, step.end, 5, 0.8, estimate=True)[0], NOON) is State.ESTIMATE
    assert state_of(steps_of(step.start, step.end, 0)[0], NOON) is State.COUNTED


def test_a_gap_has_no_value_and_zero_has() -> None:
    asked = spans(NOON, STOCKHOLM)
    before = steps_of(asked.week_before.start, asked.week_before.end, 20)
    missing, nothing = (
        cells(steps_of(asked.today.start, asked.today.end, value), before, NOON, Language.SV) for value in (None, 0)
    )
    assert {cell.value for cell in missing} == {None}
    assert (missing[3].state, missing[3].note, missing[3].before) == (State.GAP, "ingen mätning", 20)
    assert missing[3].sentence == "03:00: ingen mätning, förra veckan 20"
    assert (nothing[3].state, nothing[3].value) == (State.COUNTED, 0)
    assert nothing[3].sentence == "03:00: 0 inpassager, förra veckan 20"
    assert (nothing[12].state, nothing[12].note) == (State.UNFINISHED, "pågår")
    assert (nothing[13].state, nothing[13].value, nothing[13].before) == (State.FUTURE, None, 20)


def test_steps_without_a_week_before_have_nothing_beside_them() -> None:
    asked = spans(NOON, STOCKHOLM)
    found = cells(steps_of(asked.today.start, asked.today.end), [], NOON, Language.EN)
    assert {cell.before for cell in found} == {None}


UNTIL = NOON.astimezone(STOCKHOLM).replace(minute=30, second=0)


@pytest.mark.parametrize(
    ("finished", "compared", "expected"),
    [
        (Sum(1120, 1.0, False), Sum(1000, 1.0, False), "12 % fler än lördagen förra veckan till 12:30 (1 000)"),
        (Sum(880, 1.0, False), Sum(1000, 1.0, False), "12 % färre än lördagen förra veckan till 12:30 (1 000)"),
        (Sum(1000, 1.0, False), Sum(1000, 1.0, False), "lika många som lördagen förra veckan till 12:30 (1 000)"),
        (Sum(1120, 0.8, True), Sum(1000, 1.0, False), "1 000 lördagen förra veckan till 12:30"),
        (Sum(1120, 1.0, False), Sum(1000, 0.8, True), "1 000 lördagen förra veckan till 12:30"),
        (Sum(3, 1.0, False), Sum(0, 1.0, False), "0 lördagen förra veckan till 12:30"),
        (Sum(3, 1.0, False), Sum(None, None, False), "Ingen mätning samma tid förra veckan."),
    ],
)
def test_the_comparison_says_how_much_only_where_nothing_is_missing(
    finished: Sum, compared: Sum, expected: str
) -> None:
    said = total(finished, finished, compared, UNTIL, Language.SV).compared_text
    assert said.replace("\N{NO-BREAK SPACE}", " ") == expected


def test_the_sum_names_the_lines_that_it_lacks() -> None:
    said = total(Sum(10, 0.62, True, ("Mot centrum",)), Sum(10, 0.62, True), Sum(None, None, False), UNTIL, Language.SV)
    assert said.estimate
    assert said.coverage_text.replace("\N{NO-BREAK SPACE}", " ") == "täckning 62 %, saknas: Mot centrum"


def test_without_any_observation_there_is_no_number() -> None:
    nothing = Sum(None, None, False)
    said = total(nothing, nothing, nothing, UNTIL, Language.EN)
    assert (said.entries, said.estimate, said.coverage_text) == (None, False, "Nothing observed today yet.")
