"""Counting by hand beside a counter: what is kept, what is refused, and that nothing is overwritten."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from store.database import connect
from tests.store.calibration.hall import DARK, MINUTE, START, Hall, factor
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


def test_too_little_watched_other_periods_and_other_setups_are_refused(hall: Hall) -> None:
    hall.line_facts("gate", START, [(1, 1)] * 29)
    assert "T00:30:00+00:00: the counter watched 0.9667 of it (it must be 0.98)" in refusal(hall, **half_hour())[1]
    hall.line_facts("gate", START + 29 * MINUTE, [(1, 1)], setup=2)
    assert refusal(hall, **half_hour())[1].endswith("the counter's setup changed in it")
    hall.line_facts("back", START, [(5, 5)] * 6, period_s=300)
    late = half_hour(line="back", **{"from": START + 2 * MINUTE})
    assert "1500 of 1680 seconds are reported in whole periods" in refusal(hall, **late)[1]
    hall.counting_round(**half_hour(line="back"))


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
        "5 minutes to 12 hours": {"to": START + 4 * MINUTE},
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


def test_the_same_time_is_counted_once(hall: Hall) -> None:
    hall.line_facts("gate", START, [(1, 1)] * 60)
    first = hall.counting_round(**half_hour())
    again = half_hour(**{"from": START + 10 * MINUTE, "to": START + 40 * MINUTE})
    assert refusal(hall, **again)[0] == "23P01"
    hall.run("select writing.counting_round_withdraw('cli:test', 'hall', %s, 'the wrong door')", first)
    hall.counting_round(**again)
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
