"""Counting by hand beside a counter: what is kept, what is compared, and that nothing is overwritten."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import psycopg
import pytest

from store.database import connect
from store.housekeeping import forget_before
from tests.store.calibration.hall import DARK, MINUTE, START, Hall, chance, factor
from tests.store.reading.place import BINS, QUARTER, Dwelt

pytestmark = pytest.mark.chain


@pytest.fixture
def hall(database_url: str) -> Iterator[Hall]:
    with connect(database_url, application="test", autocommit=True) as database:
        yield Hall.made(database)


def shown(hall: Hall, counting_round: int) -> dict[str, Any]:
    [row] = hall.place.ask("select * from reading.counting_round where counting_round_id = %s", counting_round)
    return row


def half_hour(**more: object) -> dict[str, Any]:
    hand = {"forward": 3, "backward": 4}
    return {"kind": "crossings", "line": "gate", "from": START, "to": START + 30 * MINUTE, "hand": hand, **more}


def refusal(hall: Hall, **given: object) -> tuple[str, str]:
    with pytest.raises(psycopg.Error) as caught:
        hall.counting_round(**given)
    return caught.value.sqlstate or "", caught.value.diag.message_primary or ""


def test_a_counting_round_keeps_what_the_counter_told_of_the_same_minutes(hall: Hall) -> None:
    hall.line_facts("gate", START - MINUTE, [(99, 99)])
    hall.line_facts("gate", START, [(10, 5)] * 29)
    hall.line_facts("gate", START + 29 * MINUTE, [(10, 5)], flags=DARK)
    hall.line_facts("gate", START + 30 * MINUTE, [(99, 99)])
    row = shown(hall, hall.counting_round(**half_hour(note="regn")))
    assert row["machine"] == {"forward": 300, "backward": 150}
    assert row["hand"] == {"forward": 3, "backward": 4}
    assert (row["line"], row["zone"], row["setup"], row["dark"], row["busy"]) == ("gate", None, "one", True, 15)
    assert (row["from_utc"], row["to_utc"], row["counted_by"], row["note"]) == (
        START,
        START + 30 * MINUTE,
        "AB",
        "regn",
    )
    assert hall.run("select count(*) from platspuls.audit where entity = 'calibration_session' and action = 'add'") == 1


def test_presence_and_stays_keep_the_zones_side(hall: Hall) -> None:
    hall.zone_facts("bench", START, [90] * 60)
    complete, cut = tuple(range(BINS)), (1,) * BINS
    hall.place.dwells("bench", *(Dwelt(START + n * QUARTER, complete, cut) for n in range(4)))
    hall.place.occupies("bench", START, [0, 0, 0, 0, 1800, 3])
    hour = {"zone": "bench", "from": START, "to": START + 60 * MINUTE}
    row = shown(hall, hall.counting_round(kind="presence", hand={"looks": 30, "present": 44}, **hour))
    assert (row["machine"], row["busy"]) == ({"presence_s": 5400}, 1.5)
    row = shown(hall, hall.counting_round(kind="stays", hand={"complete": [1] * BINS, "known_s": 600}, **hour))
    assert row["machine"] == {"complete": [4 * n for n in range(BINS)], "cut": [4] * BINS}
    assert (row["busy"], row["hand"]) == (2, {"complete": [1] * BINS, "known_s": 600})


def compared(row: dict[str, Any]) -> tuple[Any, ...]:
    """Return whether, why not all, and which minutes of START's half hour."""
    part = row["compared_from"] and tuple((row[f"compared_{end}"] - START) // MINUTE for end in ("from", "to"))
    return row["state"], row["reason"], part


def test_too_little_watched_other_periods_and_other_setups_are_kept_and_said(hall: Hall) -> None:
    hall.line_facts("gate", START, [(1, 1)] * 29)
    number = hall.counting_round(**half_hour())
    assert compared(shown(hall, number)) == ("waiting", "no_records", None)
    hall.line_facts("gate", START + 29 * MINUTE, [(1, 1)], setup=2)
    row = shown(hall, number)
    assert compared(row) == ("never", "setup_changed", None)
    assert (row["machine"], row["compared_hand"], row["setup"]) == (None, None, None)
    hall.line_facts("back", START, [(5, 5)] * 6, period_s=300)
    late = half_hour(line="back", **{"from": START + 2 * MINUTE})
    assert compared(shown(hall, hall.counting_round(**late))) == ("never", "cuts_periods", None)
    short = half_hour(line="back", **{"from": START + 31 * MINUTE, "to": START + 35 * MINUTE})
    assert compared(shown(hall, hall.counting_round(**short))) == ("never", "too_short", None)


def test_a_part_is_compared_where_each_minute_is_known(hall: Hall) -> None:
    minutes = {"forward": list(range(18)), "backward": [1] * 18}
    given = half_hour(**{"from": START + 2 * MINUTE, "to": START + 20 * MINUTE}, hand=None, hand_minutes=minutes)
    number = hall.counting_round(**given)
    assert compared(shown(hall, number)) == ("waiting", "no_records", None)
    hall.line_facts("gate", START, [(5, 7)] * 4, period_s=300)
    row = shown(hall, number)
    assert compared(row) == ("compared", "cuts_periods", (5, 20))
    assert row["compared_hand"] == {"forward": sum(range(3, 18)), "backward": 15}
    assert (row["hand"], row["machine"]) == ({"forward": 153, "backward": 18}, {"forward": 15, "backward": 21})
    assert (row["setup"], row["observed_ms"], row["dark"], row["busy"]) == ("one", 900_000, False, Decimal("2.400"))


def test_what_is_compared_is_hand_and_counter_of_the_same_watched_time(hall: Hall) -> None:
    """Of any period, start, length, order of arrival, gap, poor minute and setup: drawn, and worked out again here."""
    drawn = chance("counting rounds")
    states = set()
    for world in range(60):
        line, base = ("gate", "back")[world % 2], START + world * timedelta(hours=6)
        period = drawn.choice([1, 5, 15])
        start, length = base + drawn.randrange(60) * MINUTE, drawn.randint(5, 120)
        end = start + length * MINUTE
        facts = drawn_facts(drawn, base, period)
        minutes = {way: [drawn.randrange(9) for _ in range(length)] for way in ("forward", "backward")}
        is_by_minute = drawn.random() < 0.7
        hand = {"hand_minutes": minutes} if is_by_minute else {"hand": {way: sum(minutes[way]) for way in minutes}}
        early = drawn.randrange(len(facts) + 1)
        put(hall, line, facts[:early], period)
        number = hall.counting_round(**half_hour(line=line, **{"from": start, "to": end, "hand": None, **hand}))
        check(shown(hall, number), facts[:early], minutes, period)
        put(hall, line, facts[early:], period)
        row = shown(hall, number)
        check(row, facts, minutes, period)
        if is_by_minute and (longest := longest_run(facts, start, end, period)) >= timedelta(minutes=5):
            assert row["compared_to"] - row["compared_from"] >= longest
        states.add((row["state"], row["reason"]))
    assert {("compared", None), ("compared", "cuts_periods"), ("never", "cuts_periods")} <= states


@dataclass(frozen=True)
class DrawnFact:
    """A fact of a counter."""

    start: datetime
    forward: int
    backward: int
    watched: float
    setup: int


def drawn_facts(drawn: Random, base: datetime, period: int) -> list[DrawnFact]:
    """Draw three hours of a counter in the order of arrival: with gaps, poor periods and a change of setup."""
    count, gaps, poor = 180 // period, drawn.random() < 0.5, drawn.random() < 0.4
    change = drawn.randrange(count) if drawn.random() < 0.4 else count
    facts = [
        DrawnFact(
            base + n * period * MINUTE,
            drawn.randrange(50),
            drawn.randrange(50),
            0.5 if poor and drawn.random() < 0.1 else 1.0,
            1 if n < change else 2,
        )
        for n in range(count)
        if not gaps or drawn.random() > 0.1
    ]
    drawn.shuffle(facts)
    return facts


def put(hall: Hall, line: str, facts: list[DrawnFact], period: int) -> None:
    """Put in facts as they arrive."""
    with hall.database.cursor() as cursor:
        cursor.executemany(
            b"insert into platspuls.line_flow select line_id, %s, %s, 1, 1, %s, %s, %s, %s, %s, %s, 0 "
            b"from platspuls.line where key = %s",
            [
                (
                    *(fact.start, 60 * period, fact.setup, *2 * (fact.forward, fact.backward)),
                    *(int(fact.watched * period * 60_000), line),
                )
                for fact in facts
            ],
        )


def check(row: dict[str, Any], facts: list[DrawnFact], minutes: dict[str, list[int]], period: int) -> None:
    """Work out hand and counter of the part that is said to be compared."""
    assert row["state"] in {"compared", "waiting", "never"}
    assert row["state"] == "compared" or row["reason"]
    if row["state"] != "compared":
        assert (row["machine"], row["compared_hand"], row["compared_from"]) == (None, None, None)
        return
    start, end = row["compared_from"], row["compared_to"]
    first, last = ((at - row["from_utc"]) // MINUTE for at in (start, end))
    within = [fact for fact in facts if start <= fact.start and fact.start + period * MINUTE <= end]
    assert row["compared_hand"] == {way: sum(counts[first:last]) for way, counts in minutes.items()}
    assert row["machine"] == {way: sum(getattr(fact, way) for fact in within) for way in ("forward", "backward")}
    assert len({fact.setup for fact in within}) == 1
    seconds = (end - start).total_seconds()
    assert seconds >= 300
    assert sum(fact.watched for fact in within) * period * 60 >= 0.98 * seconds
    assert min(fact.start for fact in within) == start or row["reason"] is None


def longest_run(facts: list[DrawnFact], start: datetime, end: datetime, period: int) -> timedelta:
    """Return the longest time without a gap that the counter watched with one setup, within the round."""
    step, best, run, before = period * MINUTE, timedelta(0), timedelta(0), None
    for fact in sorted(facts, key=lambda fact: fact.start):
        if fact.watched < 1 or fact.start < start or fact.start + step > end:
            before = None
            continue
        follows = before is not None and before.start + step == fact.start and before.setup == fact.setup
        run = run + step if follows else step
        best, before = max(best, run), fact
    return best


def test_presence_and_stays_wait_and_say_why_not_too(hall: Hall) -> None:
    hour = {"zone": "bench", "from": START + 2 * MINUTE, "to": START + 62 * MINUTE}
    stays = hall.counting_round(kind="stays", hand={"complete": [1] * BINS, "known_s": None}, **hour)
    assert compared(shown(hall, stays)) == ("never", "cuts_periods", None)
    whole = {"zone": "bench", "from": START, "to": START + 60 * MINUTE}
    looks = {"looks": [1, 0] * 30, "present": [2, 0] * 30}
    present = hall.counting_round(kind="presence", hand_minutes=looks, **whole)
    assert compared(shown(hall, present)) == ("waiting", "no_records", None)
    hall.zone_facts("bench", START, [120] * 40)
    row = shown(hall, present)
    assert compared(row) == ("compared", "no_records", (0, 40))
    assert (row["compared_hand"], row["machine"]) == ({"looks": 20, "present": 40}, {"presence_s": 4800})
    assert refusal(hall, kind="stays", hand_minutes=looks, **whole) == ("22023", "hand_minutes: stays have none")


def test_what_was_compared_stays_when_raw_facts_go(hall: Hall, database_url: str) -> None:
    minutes = {"forward": [1] * 20, "backward": [0] * 20}
    hall.line_facts("gate", START, [(5, 7)] * 3, period_s=300)
    number = hall.counting_round(**half_hour(to=START + 20 * MINUTE, hand=None, hand_minutes=minutes))
    before = shown(hall, number)
    assert compared(before) == ("compared", "no_records", (0, 15))
    waits = hall.counting_round(**half_hour(line="back"))
    with connect(database_url, application="test", autocommit=True) as owner:
        assert forget_before(owner, START + timedelta(days=1)) == 3
    after = shown(hall, number)
    assert {name: after[name] for name in before if name != "reason"} == {
        name: before[name] for name in before if name != "reason"
    }
    assert compared(shown(hall, waits)) == ("never", "no_records", None)


def changed(hall: Hall, number: int, version: int, **fields: object) -> dict[str, Any]:
    hall.run(
        "select writing.counting_round_change('cli:other', 'hall', %s, %s, %s)", number, version, json.dumps(fields)
    )
    return shown(hall, number)


def test_counts_by_whom_and_the_note_are_corrected_and_each_version_stays(hall: Hall) -> None:
    hall.line_facts("gate", START, [(5, 7)] * 3, period_s=300)
    minutes = {"forward": [1] * 20, "backward": [0] * 20}
    number = hall.counting_round(**half_hour(to=START + 20 * MINUTE, hand=None, hand_minutes=minutes))
    row = changed(hall, number, 1, counted_by="CD", note="regn")
    assert (row["version"], row["counted_by"], row["note"], row["changed_by"]) == (2, "CD", "regn", "cli:other")
    row = changed(hall, number, 2, hand_minutes={**minutes, "backward": [1] * 20}, note=None)
    assert (row["hand"], row["note"]) == ({"forward": 20, "backward": 20}, None)
    assert row["compared_hand"] == {"forward": 15, "backward": 15}
    row = changed(hall, number, 3, hand={"forward": 20, "backward": 20})
    assert row["hand_minutes"], "the same sums say nothing against the minutes"
    row = changed(hall, number, 4, hand={"forward": 21, "backward": 20})
    assert (row["hand_minutes"], *compared(row)) == (None, "waiting", "no_records", None)
    with pytest.raises(psycopg.errors.UniqueViolation, match="version 5, not 4"):
        changed(hall, number, 4, note="x")
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="minutes sum up to"):
        changed(hall, number, 5, hand={"forward": 21, "backward": 20}, hand_minutes=minutes)
    hall.run("select writing.counting_round_withdraw('cli:other', 'hall', %s, 'the wrong door')", number)
    with pytest.raises(psycopg.errors.CheckViolation, match="was withdrawn"):
        changed(hall, number, 6, note="x")
    versions = hall.place.ask("select * from reading.counting_round_version where counting_round_id = %s", number)
    assert [(one["version"], one["action"]) for one in versions] == [
        (1, "add"), (2, "change"), (3, "change"), (4, "change"), (5, "change"), (6, "withdraw")
    ]  # fmt: skip
    assert versions[1]["record"]["note"] == "regn"


def test_a_calibration_takes_what_is_compared_and_keeps_it(hall: Hall) -> None:
    both = [factor("forward", 1.1), factor("backward", 1.1)]
    gate = {"kind": "crossings", "line": "gate"}
    for number in range(6):
        at = START + number * timedelta(hours=1)
        hall.line_facts("gate", at, [(5, 7)] * 5, period_s=300)
        minutes = {"forward": [1] * 30, "backward": [2] * 30}
        hall.counting_round(**gate, **{"from": at, "to": at + 30 * MINUTE}, hand_minutes=minutes)
    waiting = hall.counting_round(
        **gate, **{"from": START - 60 * MINUTE, "to": START}, hand={"forward": 1, "backward": 1}
    )
    with pytest.raises(psycopg.errors.InvalidParameterValue, match=f"counting_rounds {waiting}: they aren't compared"):
        hall.calibration(both, **gate, **{"from": START})
    hall.counting_rounds.remove(waiting)
    hall.calibration(both, **gate, **{"from": START})
    hall.line_facts("gate", START + 25 * MINUTE, [(9, 9)], period_s=300)
    row = shown(hall, hall.counting_rounds[0])
    assert (row["machine"], row["compared_hand"]) == ({"forward": 25, "backward": 35}, {"forward": 25, "backward": 50})
    with pytest.raises(psycopg.errors.UniqueViolation, match="calibration 1 was made with it"):
        changed(hall, hall.counting_rounds[0], 1, hand={"forward": 30, "backward": 60})
    assert changed(hall, hall.counting_rounds[0], 1, note="regn")["note"] == "regn"


def test_what_is_wrong_is_told_by_field_and_value(hall: Hall) -> None:
    hall.line_facts("gate", START, [(1, 1)] * 30)
    wrong = {
        "kind tea: kinds are": {"kind": "tea"},
        "crossings are of a line": {"zone": "bench"},
        "name is unknown: counting_round has kind, line": {"name": "Anna Andersson"},
        "they must be times with an offset": {"from": "2026-03-02 00:00"},
        "to null: a counting round takes": {"to": None},
        "the second must be later": {"to": START},
        "whole steps of 1 minutes": {"to": START + timedelta(seconds=1230)},
        "1 minute to 12 hours": {"to": START + 721 * MINUTE},
        "hand_minutes.forward: it must be a list of 30 numbers": {"hand_minutes": {"forward": [1], "backward": [1]}},
        "counted_by Anna Andersson of the desk": {"counted_by": "Anna Andersson of the desk"},
        "forward must be a whole number from 0 to 100000, not -1": {"hand": {"forward": -1, "backward": 0}},
        "backward must be given": {"hand": {"forward": 1}},
        "names is unknown: hand has forward, backward": {"hand": {"forward": 1, "backward": 1, "names": []}},
        "hand must be an object, not 7": {"hand": 7},
    }
    for sentence, change in wrong.items():
        state, message = refusal(hall, **half_hour(**change))
        assert sentence in message
        assert state == "22023"
    assert refusal(hall, **half_hour(line="moon")) == ("P0002", "site hall has no line moon")
    assert hall.run("select count(*) from platspuls.calibration_session") == 0


def test_the_same_time_is_compared_once(hall: Hall) -> None:
    """Two at one line at once are both kept: the second is compared once the first is withdrawn."""
    hall.line_facts("gate", START, [(1, 1)] * 60)
    first = hall.counting_round(**half_hour())
    assert refusal(hall, **half_hour(hand={"forward": 9, "backward": 9}))[0] == "23P01"
    again = hall.counting_round(**half_hour(**{"from": START + 10 * MINUTE, "to": START + 40 * MINUTE}))
    assert compared(shown(hall, again)) == ("never", "overlaps", None)
    hall.run("select writing.counting_round_withdraw('cli:test', 'hall', %s, 'the wrong door')", first)
    assert compared(shown(hall, again)) == ("compared", None, (10, 40))
    assert shown(hall, first)["withdrawn_reason"] == "the wrong door"


def test_a_counting_round_in_use_is_not_withdrawn_before_its_calibration(hall: Hall) -> None:
    hall.counted_line()
    number = hall.calibration(
        [factor("forward", 1.1), factor("backward", 1.1)], kind="crossings", line="gate", **{"from": START}
    )
    with pytest.raises(psycopg.errors.UniqueViolation, match=f"calibration {number} was made with it"):
        hall.run("select writing.counting_round_withdraw('x', 'hall', %s, 'why')", hall.counting_rounds[0])
    hall.run("select writing.calibration_withdraw('x', 'hall', %s, 'moved')", number)
    hall.run("select writing.counting_round_withdraw('x', 'hall', %s, 'why')", hall.counting_rounds[0])
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="none withdrawn"):
        hall.calibration([factor("forward", 1.1)], kind="crossings", line="gate", **{"from": START})


def test_one_calibration_of_a_kind_holds_at_a_time(hall: Hall) -> None:
    hall.counted_line()
    both = [factor("forward", 1.1), factor("backward", 1.1)]
    gate = {"kind": "crossings", "line": "gate"}
    first = hall.calibration(both, **gate, **{"from": START, "to": START + timedelta(days=7)})
    with pytest.raises(psycopg.errors.ExclusionViolation, match=f"calibration {first} holds then"):
        hall.calibration(both, **gate, **{"from": START + timedelta(days=6)})
    hall.calibration(both, **gate, **{"from": START + timedelta(days=7)})
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="whole steps of 15 minutes"):
        hall.calibration(both, **gate, **{"from": START - MINUTE, "to": START})
    hall.counting_rounds.pop()
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="at least 6"):
        hall.calibration(both, **gate, **{"from": START - timedelta(days=9), "to": START})


def test_staff_may_enter_counting_rounds_and_read_all_of_it_but_touch_no_table(hall: Hall) -> None:
    hall.counted_line()
    hall.line_facts("gate", START, [(1, 1)] * 30)
    hall.run("set role platspuls_staff")
    both = [factor("forward", 1.1), factor("backward", 1.1)]
    hall.calibration(both, kind="crossings", line="gate", **{"from": START})
    hall.counting_round(**half_hour())
    for role in ("platspuls_staff", "platspuls_reader"):
        hall.run(f"set role {role}")
        for view in ("calibration", "calibration_factor", "counting_round", "correction"):
            assert hall.run(f"select count(*) from reading.{view}") > 0  # noqa: S608  words of the test
        span = "'2026-03-02Z', '2026-03-03Z'"
        assert hall.run(f"select count(*) from reading.corrected_sums('hall', 'site', 'day', {span})") == 2  # noqa: S608  the same
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            hall.run("update platspuls.calibration_factor set factor = 2")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        hall.counting_round(**half_hour())


def test_ingest_that_runs_and_a_look_for_anomalies_hold_up_no_counting_round(hall: Hall, database_url: str) -> None:
    """They have locks of their own numbers, for as long as they run."""
    hall.line_facts("gate", START, [(1, 1)] * 30)
    with connect(database_url, application="test", autocommit=True) as other:
        for number in (7_238_202, 7_238_203):
            other.execute("select pg_advisory_lock(%s, n) from generate_series(1, 5) as n", (number,))
        hall.run("set statement_timeout = '5s'")
        assert hall.counting_round(**half_hour()) == 1
