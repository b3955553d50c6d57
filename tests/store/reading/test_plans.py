"""The hot questions read by index: a day of one site must not cost a scan of all that was ever counted."""

# ruff: noqa: S608 - the questions are put together from our own words

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pytest

from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from tests.store.reading.place import LinePlace, Place
from tests.support.waiting import eventually

pytestmark = pytest.mark.chain

LINES, ZONES, DAYS = 6, 4, 120


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[Database]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database plans template platspuls_template")
    with connect(cluster.url("plans"), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        for number in range(LINES):
            place.line(LinePlace(f"line-{number}", "main", None, "hall", [(None, None)]))
        for number in range(ZONES):
            place.zone(f"zone-{number}", "hall", [(None, None)])
        fill(database)
        fill_sums(database)
        yield database


def fill(database: Database) -> None:
    quarters = f"generate_series('2025-01-01Z'::timestamptz, '2025-01-01Z'::timestamptz + '{DAYS} days', '15 min')"
    for table, thing, columns in (
        ("line_quarter", "line", "1, 1, 1, 1, 1, 900000, 32767, 0"),
        ("zone_quarter", "zone", "1, 1, 1, 1, 1, 60, 1, 900000, 32767, 0"),
        ("zone_dwell", "zone", f"1, 1, 1, {', '.join(['1'] * 75)}, 900000, 0"),
    ):
        database.execute(
            f"insert into platspuls.{table} select {thing}_id, start, {columns} "
            f"from platspuls.{thing}, {quarters} as start order by start".encode()
        )
    database.execute(b"analyze")


def fill_sums(database: Database) -> None:
    """Put in sums by day of years before, as nights make them: a row of each line and zone after the other."""
    days = "reading.buckets('Europe/Stockholm', 'day', '2019-12-31T23:00Z', '2023-12-31T23:00Z')"
    for thing, columns in (("line", "1, 1, 1, 1, 86400000, 0"), ("zone", "1, 1, 1, 1, 60, 1, 86400000, 0")):
        database.execute(
            f"insert into platspuls.{thing}_day select {thing}_id, start_utc, {columns} "
            f"from platspuls.{thing}, {days} order by start_utc, {thing}_id".encode()
        )
        database.execute(
            f"insert into platspuls.{thing}_summed select {thing}_id, 'Europe/Stockholm', "
            f"tstzmultirange(tstzrange('2019-12-31T23:00Z', '2023-12-31T23:00Z')) from platspuls.{thing}".encode()
        )
        eventually(partial(is_visible_to_all, database, f"{thing}_day"))


def is_visible_to_all(database: Database, table: str) -> bool:
    """Return whether an index will do for all of it: what the server does by itself meanwhile may stand in the way."""
    database.execute(f"vacuum analyze platspuls.{table}".encode())
    visible = f"select relallvisible = relpages from pg_class where oid = 'platspuls.{table}'::regclass"
    return database.execute(visible.encode()).fetchall() == [(True,)]


def scans(
    database: Database, question: str, tables: Sequence[str] = ("line_quarter", "zone_quarter", "zone_dwell")
) -> list[dict[str, Any]]:
    """Return the nodes of the plan that read these tables."""
    [(plan,)] = database.execute(f"explain (analyze, format json) {question}".encode()).fetchall()
    found: list[dict[str, Any]] = []
    waiting = [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
    while waiting:
        node = waiting.pop()
        waiting += node.get("Plans", [])
        if node.get("Relation Name") in tables:
            found.append(node)
    return found


DAY = "'tunnel', 'hour', '2025-02-01Z', '2025-02-02Z'"
QUESTIONS = [
    ("line_flow", "", LINES),
    ("site_flow", "", LINES),
    ("space_flow", "", LINES),
    ("zone_flow", "", ZONES),
    ("zone_dwell", ", 60", ZONES),
]


@pytest.mark.parametrize(("function", "more", "things"), QUESTIONS)
def test_a_day_is_read_by_index(database: Database, function: str, more: str, things: int) -> None:
    assert_by_index(scans(database, f"select * from reading.{function}({DAY}{more})"), things)


@pytest.mark.parametrize(("function", "more", "things"), QUESTIONS)
def test_a_plan_that_knows_no_range_reads_by_index_too(
    database: Database, function: str, more: str, things: int
) -> None:
    """The API's short answers are planned once a connection."""
    with database.transaction():
        for name in ("nestloop", "mergejoin", "sort", "incremental_sort"):
            database.execute(f"set local enable_{name} = off".encode())
        database.execute(b"set local plan_cache_mode = force_generic_plan")
        parameters = "text, text, timestamptz, timestamptz"
        database.execute(
            f"prepare {function} ({parameters}) as select * from reading.{function}($1, $2, $3, $4{more})".encode()
        )
        found = scans(database, f"execute {function} ({DAY})")
        database.execute(f"deallocate {function}".encode())
    assert_by_index(found, things)


def test_segments_look_back_by_index(database: Database) -> None:
    """What counted before the range is one row of each line and zone, however much there is before; also unplanned."""
    asked = "'tunnel', '2025-04-20Z', '2025-04-21Z'"
    with database.transaction():
        for name in ("nestloop", "mergejoin", "sort", "incremental_sort"):
            database.execute(f"set local enable_{name} = off".encode())
        database.execute(b"set local plan_cache_mode = force_generic_plan")
        database.execute(
            b"prepare segments (text, timestamptz, timestamptz) as select * from reading.segments($1, $2, $3)"
        )
        found = [
            scans(database, f"select * from reading.segments({asked})"),
            scans(database, f"execute segments ({asked})"),
        ]
        database.execute(b"deallocate segments")
    for nodes in found:
        assert_by_index(nodes, LINES)


@pytest.mark.parametrize(("function", "more", "things"), [one for one in QUESTIONS if one[0] != "zone_dwell"])
def test_days_are_read_from_the_index_alone(database: Database, function: str, more: str, things: int) -> None:
    """Rows of one line lie on as many pages as there are days; with a thousand lines, each is read from a page."""
    years = "'tunnel', 'day', '2019-12-31T23:00Z', '2023-12-31T23:00Z'"
    tables = ("line_day", "zone_day")
    with database.transaction():
        database.execute(b"set local plan_cache_mode = force_generic_plan")
        parameters = "text, text, timestamptz, timestamptz"
        database.execute(
            f"prepare days ({parameters}) as select * from reading.{function}($1, $2, $3, $4{more})".encode()
        )
        answers = [
            scans(database, f"select * from reading.{function}({years}{more})", tables),
            scans(database, f"execute days ({years})", tables),
        ]
        database.execute(b"deallocate days")
    for found in answers:
        read = [node for node in found if node["Actual Loops"]]
        assert {node["Node Type"] for node in read} == {"Index Only Scan"}
        assert sum(node["Heap Fetches"] for node in read) == 0
        assert sum(node["Actual Rows"] * node["Actual Loops"] for node in read) == (4 * 365 + 1) * things


def assert_by_index(found: list[dict[str, Any]], things: int) -> None:
    assert found
    for node in found:
        assert node["Node Type"] in ("Index Scan", "Index Only Scan", "Bitmap Heap Scan"), node["Node Type"]
        # Dwell looks half an hour beyond the range on both sides, for outages.
        assert node["Actual Rows"] * node["Actual Loops"] <= things * (96 + 4)
        assert node.get("Rows Removed by Filter", 0) == 0
