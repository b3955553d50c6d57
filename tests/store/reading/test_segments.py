"""Segments of a series, by the setup that counted it; and a setup that changes within a phase warns.

The class: whatever changes what is counted while a study measures (an upgrade, a device file, another device, and the
way back) is seen in each series, with its reason, and speaks where a phase has data of both. A change outside of phases
is none.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import Rollback

from counter.counting.version import CountingVersion, setup_on_wire
from platspuls.embedded.postgres import Cluster
from store.anomalies import Detected, detect, list_anomalies
from store.database import connect
from tests.store.reading.place import QUARTER, LinePlace, Place
from tests.support.properties import examples

pytestmark = pytest.mark.chain

START: Final = datetime(2026, 10, 24, tzinfo=UTC)
"""The night after it has 25 hours in Stockholm."""
END: Final = START + timedelta(days=2)
SETUPS: Final[Sequence[tuple[str, str]]] = (
    ("kamera", "kamera-a"),
    ("kamera", "kamera-a.c2"),
    ("kamera", "kamera-a.c3"),
    ("kamera", "kamera-b.c3"),
    ("reserv", "kamera-b.c3"),
)
OLD, FORMER, NEWEST, MOVED, OTHER = range(1, 6)
"""Their ids: as they were heard of."""


@pytest.fixture(scope="module")
def place(cluster: Cluster) -> Iterator[Place]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database segments template platspuls_template")
    with connect(cluster.url("segments"), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(START, None)]))
        place.zone("bench", "hall", [(START, None)])
        for device in ("kamera", "reserv"):
            place.ask(
                "insert into platspuls.device (site_id, key, name_sv, name_en) select site_id, %s, '', '' "
                "from platspuls.site returning key",
                device,
            )
        for device, setup in SETUPS:
            place.ask(
                "insert into platspuls.setup (device_id, key) select device_id, %s from platspuls.device "
                "where key = %s returning key",
                setup,
                device,
            )
        yield place


def counted_by(place: Place, *setups: int, start: datetime = START) -> None:
    """Put in quarter-hours of the line in a row, each of a setup; 0 leaves one out."""
    place.ask(
        "insert into platspuls.line_quarter select line_id, %s + (n - 1) * interval '15 minutes', setup, 1, 1, 1, 1, "
        "900000, 32767, 0 from platspuls.line cross join unnest(%s::integer[]) with ordinality as given (setup, n) "
        "where setup > 0 returning start",
        start,
        list(setups),
    )


def declare(place: Place, study: str, phase: str, first: int, end: int | None) -> None:
    """Declare a phase from one quarter-hour to another, as staff do; without an end as only older stores have it."""
    place.ask(
        "with known as (insert into platspuls.study (site_id, key) select site_id, %s from platspuls.site "
        "where not exists (select from platspuls.study where key = %s) returning study_id) "
        "insert into platspuls.phase (study_id, key, kind, during) "
        "select study_id, %s, 'baseline', tstzrange(%s, %s) from "
        "(select study_id from known union all select study_id from platspuls.study where key = %s) as study "
        "returning phase_id",
        *(study, study, phase, START + first * QUARTER, None if end is None else START + end * QUARTER, study),
    )


def segments(place: Place, start: datetime = START, end: datetime = END) -> list[dict[str, Any]]:
    return place.ask("select * from reading.segments('tunnel', %s, %s) order by kind, part, from_utc", start, end)


def shown(rows: Sequence[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def test_each_change_begins_a_segment_and_says_by_what(place: Place) -> None:
    with place.database.transaction():
        counted_by(place, OLD, FORMER, FORMER, NEWEST, 0, 0, NEWEST, FORMER, NEWEST, MOVED, OTHER)
        found = segments(place)
        raise Rollback
    assert shown(found, "setup", "counting_version", "counting_version_before", "began_by") == [
        ("kamera-a", None, None, "first"),
        ("kamera-a.c2", 2, None, "counting_version"),
        ("kamera-a.c3", 3, 2, "counting_version"),
        ("kamera-a.c2", 2, 3, "counting_version"),
        ("kamera-a.c3", 3, 2, "counting_version"),
        ("kamera-b.c3", 3, 3, "setup"),
        ("kamera-b.c3", 3, 3, "device"),
    ]
    assert found[2]["from_utc"] == START + 3 * QUARTER
    assert found[2]["to_utc"] == START + 7 * QUARTER  # over the gap: the same setup went on
    assert {tuple(row["phases"]) for row in found} == {()}


def test_a_range_begins_with_what_went_on(place: Place) -> None:
    with place.database.transaction():
        counted_by(place, FORMER, FORMER, FORMER, NEWEST, NEWEST)
        within = segments(place, START + QUARTER, START + 4 * QUARTER)
        at_change = segments(place, START + 3 * QUARTER)
        raise Rollback
    assert shown(within, "began_by", "from_utc", "to_utc") == [
        ("continues", START + QUARTER, START + 3 * QUARTER),
        ("counting_version", START + 3 * QUARTER, START + 4 * QUARTER),
    ]
    assert shown(at_change, "began_by", "counting_version_before") == [("counting_version", 2)]


@pytest.mark.parametrize(
    ("first", "end", "cut"),
    [
        (0, 8, True),
        (0, None, True),
        (3, 5, True),
        (4, 8, False),  # it began as the new setup did
        (0, 4, False),  # it ended as the new setup began
        (6, 8, False),
        (-8, -4, False),
    ],
)
def test_a_change_cuts_a_phase_that_has_data_of_both(place: Place, first: int, end: int | None, cut: bool) -> None:
    """Both ways: to the newest rules, and back to the former."""
    for before, after in ((FORMER, NEWEST), (NEWEST, FORMER), (NEWEST, MOVED), (MOVED, OTHER), (OLD, FORMER)):
        with place.database.transaction():
            declare(place, "amp", "noll", first, end)
            counted_by(place, *[before] * 4, *[after] * 4)
            found = shown(segments(place), "phases")
            warned = place.ask("select line from reading.anomaly_setup('tunnel', %s, %s)", START, END)
            raise Rollback
        assert found == [([],), (["amp/noll"] if cut else [],)], (before, after)
        assert shown(warned, "line") == [("gate",)] * cut


def test_several_studies_and_their_phases(place: Place) -> None:
    with place.database.transaction():
        declare(place, "amp", "noll", 0, 3)
        declare(place, "amp", "uppf", 3, 40)
        declare(place, "light", "noll", 2, 30)
        declare(place, "light", "later", 90, 99)
        counted_by(place, *[FORMER] * 6, *[NEWEST] * 6)
        place.occupies("bench", START, (1, 0, 1, 0, 60, 1))
        [_, gate, bench] = segments(place)
        raise Rollback
    assert gate["phases"] == ["amp/uppf", "light/noll"]
    assert (bench["part"], bench["began_by"], bench["setup"]) == ("bench", "first", "kamera-a")


def test_what_was_found_waits_for_an_answer_and_is_found_once(place: Place) -> None:
    """It is about the quarter-hour of the change: it doesn't grow with the phase, so an answer holds."""
    with place.database.transaction():
        declare(place, "amp", "noll", 0, 96)
        counted_by(place, *[FORMER] * 4, *[NEWEST] * 4)
        assert detect(place.database, "tunnel", START + 8 * QUARTER, 8) == Detected(1, 0, 0)
        [one] = list_anomalies(place.database, "tunnel", everything=False, limit=9)
        assert (one.rule, one.part, one.starts_at) == ("setup_changed", "gate", START + 4 * QUARTER)
        assert (one.measured, one.usual) == (3, 2)
        place.ask(
            "select writing.anomaly_answer('key:anna', 'tunnel', %s, 0, %s)",
            one.number,
            '{"answer": "explain", "reason": "uppdaterad av misstag"}',
        )
        counted_by(place, *[NEWEST] * 8, start=START + 8 * QUARTER)
        assert detect(place.database, "tunnel", START + 16 * QUARTER, 8) == Detected(0, 1, 0)
        assert list_anomalies(place.database, "tunnel", everything=False, limit=9) == []
        place.database.execute(
            b"update platspuls.phase set withdrawn_at = now(), closed_at = now(), archived_at = now()"
        )
        assert detect(place.database, "tunnel", START + 16 * QUARTER, 8) == Detected(0, 0, 1)
        raise Rollback


@pytest.mark.parametrize(
    ("setup", "name", "version"),
    [
        ("kamera-a.c3", "kamera-a", 3),
        ("kamera-a.c12", "kamera-a", 12),
        ("kamera-a", "kamera-a", None),
        ("kam.1f00aa.c3h", "kam.1f00aa", 3),
        ("kamera.c", "kamera.c", None),
        ("kamera.c2.c3", "kamera.c2", 3),
        ("kamera-c3", "kamera-c3", None),
        ("kamera.c3x", "kamera.c3x", None),
        ("kamera.c99999999999999", "kamera.c99999999999999", None),
    ],
)
def test_any_name_of_a_setup_is_read(place: Place, setup: str, name: str, version: int | None) -> None:
    [row] = place.ask("select reading.setup_name(%s) as name, reading.counting_version(%s) as version", setup, setup)
    assert (row["name"], row["version"]) == (name, version)


def test_whatever_a_device_writes_is_read(place: Place) -> None:
    """Both versions of a name, long ones shortened, have one name here: only the counting version changed."""
    names = ["k", "kamera-a", "kamera.c2", "kamera.c2h", "a" * 36, "a" * 37, "a" * 38, "a" * 40, "a." * 20]
    written = [(name, version, setup_on_wire(name, version)) for name in names for version in get_args(CountingVersion)]
    read = place.ask(
        "select reading.setup_name(setup) as name, reading.counting_version(setup) as version "
        "from unnest(%s::text[]) with ordinality as given (setup, n) order by n",
        [setup for *_, setup in written],
    )
    assert [row["version"] for row in read] == [version for _, version, _ in written]
    assert len({row["name"] for row in read}) == len(names)


@settings(max_examples=examples(60))
@given(
    setups=st.lists(st.integers(0, 5), min_size=1, max_size=12),
    phase=st.tuples(st.integers(-2, 12), st.integers(1, 12)),
    asked=st.tuples(st.integers(-1, 12), st.integers(1, 12)),
)
def test_drawn_series_are_cut_as_by_hand(
    place: Place, setups: list[int], phase: tuple[int, int], asked: tuple[int, int]
) -> None:
    """Worked out again in Python, quarter-hour by quarter-hour."""
    known = [(n, setup) for n, setup in enumerate(setups) if setup]
    first, end = phase[0], phase[0] + phase[1]
    expected = [
        (n, phase_is_cut(first, end, before, n))
        for (before, was), (n, setup) in pairwise(known)
        if setup != was and asked[0] <= n < sum(asked)
    ]
    with place.database.transaction():
        declare(place, "amp", "noll", first, end)
        counted_by(place, *setups)
        found = segments(place, START + asked[0] * QUARTER, START + sum(asked) * QUARTER)
        raise Rollback
    begun = [row for row in found if row["began_by"] not in {"first", "continues"}]
    assert [((row["from_utc"] - START) / QUARTER, row["phases"] != []) for row in begun] == expected
    within = [START + n * QUARTER for n, _ in known if asked[0] <= n < sum(asked)]
    assert [row["from_utc"] for row in found[:1]] == within[:1]


def phase_is_cut(first: int, end: int, before: int, n: int) -> bool:
    """Whether a phase of these quarter-hours has data of the setup before the change and of the one after."""
    return first <= before < end and first <= n < end
