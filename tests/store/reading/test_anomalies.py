"""Each rule speaks of what it is for and of nothing else; what it found is kept, answered, and gone when it is."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import Rollback

from platspuls.embedded.postgres import Cluster
from store.anomalies import Detected, detect, list_anomalies
from store.database import connect
from tests.store.reading.place import QUARTER, LinePlace, Passed, Place

pytestmark = pytest.mark.chain

MONDAY = datetime(2025, 3, 3, tzinfo=UTC)
WEEKS = 9
LAST = MONDAY + timedelta(weeks=WEEKS - 1)
END = LAST + timedelta(days=1)
"""Nine Mondays, 08-20 UTC, 40 crossings an hour each way; the last one is what a test changes."""


@pytest.fixture(scope="module")
def place(cluster: Cluster) -> Iterator[Place]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database anomalies template platspuls_template")
    with connect(cluster.url("anomalies"), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "UTC")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(MONDAY, None)]))
        place.zone("bench", "hall", [(MONDAY, None)])
        database.execute(
            b"insert into platspuls.site_hours select site_id, 'open', '2025-01-01', null, day, '08:00', '20:00' "
            b"from platspuls.site cross join generate_series(1, 7) as day"
        )
        database.execute(
            b"insert into platspuls.device (site_id, key, name_sv, name_en) select site_id, 'kamera', '', '' "
            b"from platspuls.site"
        )
        for week in range(WEEKS - 1):
            place.passes("gate", *usual(MONDAY + timedelta(weeks=week)))
        yield place


def usual(day: datetime) -> list[Passed]:
    """Return a Monday: 9-11 each way a quarter-hour while it is open, nobody at night."""
    return [Passed(day + QUARTER * n, *((9 + n % 3, 9 + n % 2) if 32 <= n < 80 else (0, 0))) for n in range(96)]


def found(place: Place) -> list[tuple[Any, ...]]:
    rows = place.ask("select * from reading.anomalies_in('tunnel', %s, %s) order by rule, starts_at", LAST, END)
    return [
        (r["rule"], r["line"] or r["zone"] or r["space"] or r["device"], r["starts_at"], r["ends_at"]) for r in rows
    ]


def with_changes(place: Place, changed: dict[int, tuple[int, int]], flags: dict[int, int]) -> list[tuple[Any, ...]]:
    """Put in the last Monday with some quarter-hours changed; return what is found."""
    with place.database.transaction():
        for n, quarter in enumerate(usual(LAST)):
            forward, backward = changed.get(n, (quarter.forward, quarter.backward))
            place.passes("gate", Passed(quarter.start, forward, backward), flags=flags.get(n, 0))
        rows = found(place)
        raise Rollback
    return rows


def span(first: int, end: int) -> tuple[datetime, datetime]:
    return LAST + QUARTER * first, LAST + QUARTER * end


def test_a_usual_day_has_none(place: Place) -> None:
    assert with_changes(place, {}, {}) == []


def test_each_rule_finds_its_own(place: Place) -> None:
    silent = dict.fromkeys(range(40, 44), (0, 0))
    assert with_changes(place, silent, {}) == [("zero_run", "gate", *span(40, 44))]
    assert with_changes(place, dict.fromkeys(range(48, 52), (100, 100)), {}) == [("spike", "gate", *span(48, 52))]
    one_way = dict.fromkeys(range(32, 80), (18, 2))
    assert with_changes(place, one_way, {})[0] == ("imbalance", "hall", LAST, END)
    assert with_changes(place, dict.fromkeys(range(50, 57), (9, 9)), {}) == [("stuck", "gate", *span(50, 57))]
    assert with_changes(place, {}, {60: 2, 61: 32, 70: 2}) == [("blocked", "gate", *span(60, 62))]
    blind = {60: 128, 61: 256, 62: 512}
    assert with_changes(place, {}, blind) == [("blocked", "gate", *span(60, 63))]
    assert with_changes(place, {}, dict.fromkeys(range(20, 36), 1)) == [("dark", "gate", *span(32, 36))]
    assert with_changes(place, {}, dict.fromkeys(range(4), 16)) == [("clock", "gate", *span(0, 4))]
    assert with_changes(place, {}, {10: 8, 11: 8}) == [("moved", "gate", *span(10, 12))]


def test_a_thing_that_stays_for_hours_and_a_clock_that_is_wrong(place: Place) -> None:
    with place.database.transaction():
        for n in range(8):
            place.occupies("bench", LAST + QUARTER * n, (0, 0, 0, 0, 900, 1))
        place.database.execute(
            b"insert into platspuls.device_status (device_id, online, at, received_at, clock_offset_ms) "
            b"select device_id, true, %(at)s, %(at)s, -2400 from platspuls.device",
            {"at": LAST + timedelta(hours=5)},
        )
        rows = found(place)
        raise Rollback
    assert ("stuck", "bench", *span(0, 8)) in rows
    assert ("clock", "kamera", LAST, LAST + timedelta(hours=5, seconds=1)) in rows


def answer(place: Place, number: int, version: int, fields: str) -> dict[str, Any]:
    """Answer as staff may."""
    with place.database.transaction():
        place.database.execute(b"set local role platspuls_staff")
        [row] = place.ask("select writing.anomaly_answer('key:anna', 'tunnel', %s, %s, %s)", number, version, fields)
        place.database.execute(b"reset role")
    return dict(row["anomaly_answer"])


def test_what_was_found_is_kept_and_answered(place: Place) -> None:
    noon = LAST + timedelta(hours=12)
    with place.database.transaction():
        day = usual(LAST)
        place.passes("gate", *[Passed(q.start, 0, 0) if 40 <= n < 44 else q for n, q in enumerate(day[:44])])
        assert detect(place.database, "tunnel", noon, 7) == Detected(1, 0, 0)
        [one] = list_anomalies(place.database, "tunnel", everything=False, limit=9)
        assert (one.rule, one.part, one.starts_at, one.ends_at) == ("zero_run", "gate", *span(40, 44))
        answered = answer(place, one.number, 0, '{"answer": "exclude", "reason": "tejp", "result_seen": false}')
        assert (answered["state"], answered["excluded"], answered["version"]) == ("answered", True, 1)
        [excluded] = place.ask("select line, starts_at, ends_at, reason, written_by from reading.exclusion")
        assert tuple(excluded.values()) == ("gate", *span(40, 44), "tejp", "key:anna")
        # It goes on: open again, and the same one.
        place.passes("gate", *[Passed(q.start, 0, 0) if n < 50 else q for n, q in enumerate(day) if n >= 44])
        assert detect(place.database, "tunnel", END, 7) == Detected(0, 1, 0)
        [again] = list_anomalies(place.database, "tunnel", everything=False, limit=9)
        assert (again.number, again.ends_at, again.version) == (one.number, LAST + QUARTER * 50, 1)
        answered = answer(place, one.number, 1, '{"answer": "explain", "reason": "stängt för städning"}')
        assert (answered["state"], answered["excluded"], answered["exclusion_id"]) == ("answered", False, None)
        assert place.ask("select * from reading.exclusion") == []
        history = place.ask("select action, after ->> 'answer' as answer from platspuls.audit where entity = 'anomaly'")
        assert [tuple(row.values()) for row in history] == [("answer", "exclude"), ("answer", "explain")]
        # Late data fills it: nothing is unusual any more, but it was, and somebody answered.
        place.database.execute(
            b"update platspuls.line_quarter set forward = 9 + extract(minute from start) / 15, backward = 9 "
            b"where forward = 0 and extract(hour from start) between 8 and 19"
        )
        assert detect(place.database, "tunnel", END, 7).gone == 1
        assert list_anomalies(place.database, "tunnel", everything=False, limit=9) == []
        raise Rollback


@pytest.mark.parametrize(
    ("version", "fields", "state", "words"),
    [
        (3, '{"answer": "accept"}', "23505", "version 0, not 3"),
        (0, '{"answer": "maybe"}', "22023", "answer must be one of"),
        (0, '{"answer": "explain"}', "22023", "reason must be given"),
        (0, '{"answer": "exclude", "reason": "x"}', "22023", "result_seen must be given"),
        (0, '{"answer": "exclude", "reason": "x", "result_seen": true}', "22023", "of a device"),
    ],
)
def test_answers_that_cannot_be(place: Place, version: int, fields: str, state: str, words: str) -> None:
    with place.database.transaction():
        [row] = place.ask(
            "insert into platspuls.anomaly (site_id, rule, device_id, starts_at, ends_at) "
            "select site_id, 'clock', device_id, %s, %s from platspuls.device returning anomaly_id",
            LAST,
            END,
        )
        with pytest.raises(psycopg.Error, match=words) as refused:
            answer(place, row["anomaly_id"], version, fields)
        assert refused.value.sqlstate == state
        raise Rollback


def test_an_anomaly_that_is_not_there_cannot_be_answered(place: Place) -> None:
    with pytest.raises(psycopg.Error, match="no anomaly 0") as refused:
        answer(place, 0, 0, '{"answer": "accept"}')
    assert refused.value.sqlstate == "P0002"


def test_a_missing_hour_gets_an_estimate_beside_what_was_counted(place: Place) -> None:
    ten = LAST + timedelta(hours=10)
    with place.database.transaction():
        place.passes("gate", *[q for q in usual(LAST) if not ten <= q.start < ten + timedelta(minutes=30)])
        rows = place.ask(
            "select * from reading.line_estimate('tunnel', 'hour', %s, %s) where missing_ms > 0", LAST, END
        )
        [day] = place.ask("select * from reading.line_estimate('tunnel', 'day', %s, %s)", LAST, END)
        raise Rollback
    [row] = rows
    others = [q for q in usual(MONDAY) if q.start.hour == 10]
    counted = [q for q in others if q.start.minute >= 30]
    assert (row["start_utc"], row["missing_ms"], row["unfilled_ms"], row["matches"]) == (ten, 1_800_000, 0, 4)
    assert row["forward"] == sum(q.forward for q in counted)
    # By hand: half an hour at the rate of the same hour of the four Mondays before, which are alike.
    assert float(row["missing_forward"]) == sum(q.forward for q in others) / 2
    assert row["missing_forward_low"] == row["missing_forward_high"] == row["missing_forward"]
    assert (day["missing_forward"], day["missing_ms"]) == (row["missing_forward"], 1_800_000)
    assert day["forward"] == sum(q.forward for q in usual(LAST)) - sum(q.forward for q in others) + row["forward"]


def test_hours_that_people_excluded_are_no_matches(place: Place) -> None:
    """What was excluded is known to be wrong: here the hour of the Monday before, in which nobody was counted."""
    ten = LAST + timedelta(hours=10)
    before = ten - timedelta(weeks=1)
    with place.database.transaction():
        place.passes("gate", *[q for q in usual(LAST) if not ten <= q.start < ten + timedelta(hours=1)])
        place.database.execute(
            b"update platspuls.line_quarter set forward = 0 where start >= %s and start < %s",
            (before, before + timedelta(hours=1)),
        )
        query = "select * from reading.line_estimate('tunnel', 'hour', %s, %s) where missing_ms > 0"
        [then] = place.ask(query, LAST, END)
        place.ask(
            "select writing.exclusion_create('tests', 'tunnel', jsonb_build_object('line', 'gate', 'starts_at', "
            "%s::text, 'ends_at', %s::text, 'reason', 'blocked', 'result_seen', false))",
            (before + QUARTER).isoformat(),
            (before + 2 * QUARTER).isoformat(),
        )
        [now] = place.ask(query, LAST, END)
        raise Rollback
    names = ("matches", "missing_forward_low", "missing_forward", "missing_forward_high")
    assert tuple(then[name] for name in names) == (4, 0, 30, 40)
    assert tuple(now[name] for name in names) == (3, 40, 40, 40)


def test_where_nothing_is_missing_the_estimate_is_none_but_zero(place: Place) -> None:
    [day] = place.ask(
        "select * from reading.line_estimate('tunnel', 'day', %s, %s)", MONDAY, MONDAY + timedelta(days=1)
    )
    assert (day["missing_ms"], day["missing_forward"], day["missing_backward_high"]) == (0, 0, 0)


def test_hours_without_matches_stay_unfilled(place: Place) -> None:
    tuesday = LAST + timedelta(days=1)
    [day] = place.ask(
        "select * from reading.line_estimate('tunnel', 'day', %s, %s)", tuesday, tuesday + timedelta(days=1)
    )
    assert (day["missing_ms"], day["unfilled_ms"], day["missing_forward"]) == (86_400_000, 86_400_000, None)
