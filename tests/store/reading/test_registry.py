"""The registry part of the reading contract: what it shows, who may read it, and how fast its thin views are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from store.database import Database, connect
from store.registry.apply import apply
from tests.store.registry.example import example, loaded

pytestmark = pytest.mark.chain

_ALL = SQL("select * from {}")


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        apply(database, loaded(tmp_path, example()))
        yield database


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    return database.execute(query.encode()).fetchall()


def _contract(database: Database) -> list[str]:
    return [name for (name,) in rows(database, "select viewname from pg_views where schemaname = 'reading'")]


def test_a_reader_reads_all_of_the_contract_and_nothing_else(database: Database) -> None:
    views = _contract(database)
    tables = rows(database, "select schemaname, tablename from pg_tables where schemaname in ('platspuls', 'public')")
    database.execute("set role platspuls_reader")
    assert len(views) >= 19
    for view in views:
        database.execute(_ALL.format(Identifier("reading", view)))
    assert rows(database, "select count(*) from reading.buckets('UTC', 'day', '2026-01-01Z', '2026-01-03Z')") == [(2,)]
    for schema, table in tables:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            database.execute(_ALL.format(Identifier(schema, table)))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(database, "create table reading.mine ()")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        rows(database, "update reading.site set name_en = 'x'")


def test_the_contract_names_things_as_the_site_file_does(database: Database) -> None:
    assert rows(database, "select site, time_zone, version from reading.site") == [
        ("haninge-entre", "Europe/Stockholm", 1)
    ]
    assert rows(database, "select border, from_space, to_space from reading.border order by 1") == [
        ("stationen", None, "gangtunneln"),
        ("trappan", "gangtunneln", "torget"),
    ]
    assert rows(database, "select line, border, role, from_space, to_space from reading.line order by 1") == [
        ("stationen", "stationen", "main", None, "gangtunneln"),
        ("trappan", "trappan", "main", "gangtunneln", "torget"),
    ]
    assert rows(database, "select zone, space, stay_threshold_s from reading.zone") == [("bankarna", "gangtunneln", 60)]
    assert rows(database, "select device, name_sv from reading.device") == [("tunnel-kamera", "Kamera i tunneln")]


def test_hours_tell_midnight_at_the_end_of_the_day(database: Database) -> None:
    hours = "select kind, weekday, opens, closes from reading.site_hours order by kind, weekday"
    assert rows(database, hours)[-1] == ("staffed", 5, "16:00", "24:00")
    assert rows(database, "select day::text, opens, closes, note from reading.site_exception order by day") == [
        ("2026-12-24", None, None, "julafton"),
        ("2026-12-31", "10:00", "24:00", None),
    ]


def test_assignments_are_one_row_a_period(database: Database) -> None:
    query = """
      select kind, line, zone, from_utc::text, to_utc::text from reading.device_assignment order by kind, line, from_utc
    """
    assert rows(database, query) == [
        ("line", "stationen", None, "2026-09-30 22:00:00+00", None),
        ("line", "trappan", None, "2026-09-30 22:00:00+00", "2026-11-30 23:00:00+00"),
        ("line", "trappan", None, "2027-01-01 05:00:00+00", None),
        ("zone", None, "bankarna", "2026-09-30 22:00:00+00", None),
    ]


def test_a_space_is_closed_while_all_its_borders_are_watched(database: Database) -> None:
    query = "select space, closed, closed_during::text from reading.space order by 1"
    both = '{["2026-09-30 22:00:00+00","2026-11-30 23:00:00+00"),["2027-01-01 05:00:00+00",)}'
    assert rows(database, query) == [("gangtunneln", True, both), ("torget", True, both)]
    database.execute("update platspuls.line set role = 'check' where key = 'stationen'")
    assert rows(database, query) == [("gangtunneln", False, "{}"), ("torget", True, both)]


def test_a_space_without_borders_is_not_closed(database: Database) -> None:
    database.execute(
        "insert into platspuls.space (site_id, key, name_sv, name_en) select site_id, 'x', '', '' from platspuls.site"
    )
    assert rows(database, "select closed, closed_during::text from reading.space where space = 'x'") == [(False, "{}")]


def test_deliveries_are_counted(database: Database) -> None:
    database.execute("""
      insert into platspuls.delivery (device_id, epoch, made, stored, rejected, lost)
      select device_id, '0123456789abcdef', 12, '{[1,5),[7,9)}', '{[5,6)}', '{}' from platspuls.device
    """)
    query = "select site, device, epoch, made, stored, rejected, lost from reading.delivery"
    assert rows(database, query) == [("haninge-entre", "tunnel-kamera", "0123456789abcdef", 12, 6, 1, 0)]


def test_live_rows_and_health_tell_their_age(database: Database) -> None:
    silent = "select device, online, age_s from reading.device_health"
    assert rows(database, silent) == [("tunnel-kamera", None, None)]
    database.execute("""
      insert into platspuls.live_zone (zone_id, device_id, at, received_at, occupancy, staying, stay_s)
      select zone_id, device_id, now(), now() - interval '90.9 seconds', 3, 1, 60
      from platspuls.zone cross join platspuls.device
    """)
    database.execute("""
      insert into platspuls.live_line (line_id, device_id, at, received_at, start, forward, backward)
      select line_id, device_id, now(), now() - interval '5 seconds', now(), 4, 2
      from platspuls.line cross join platspuls.device where line.key = 'trappan'
    """)
    database.execute("""
      insert into platspuls.device_status (device_id, online, at, received_at)
      select device_id, true, now(), now() - interval '2 days' from platspuls.device
    """)
    ((zone, device, age_s, occupancy, staying, stay_s),) = rows(
        database, "select zone, device, age_s, occupancy, staying, stay_s from reading.live_zone"
    )
    assert (zone, device, occupancy, staying, stay_s) == ("bankarna", "tunnel-kamera", 3, 1, 60)
    assert 90 <= age_s < 120
    ((line, age_s, forward),) = rows(database, "select line, age_s, forward from reading.live_line")
    assert (line, forward) == ("trappan", 4)
    assert 5 <= age_s < 35
    ((_, online, age_s),) = rows(database, silent)
    assert online
    assert 172_800 <= age_s < 172_830


def test_conflicts_name_what_was_told_twice(database: Database) -> None:
    database.execute("""
      with delivery as (
        insert into platspuls.delivery (device_id, epoch)
        select device_id, 'e' from platspuls.device
        returning delivery_id
      )
      insert into platspuls.conflict (kind, line_id, start, period_s, delivery_id, seq, fact)
      select 'line_flow', line_id, '2026-10-02Z', 60, delivery_id, 7, '{}'
      from platspuls.line cross join delivery where line.key = 'trappan'
    """)
    assert rows(database, "select site, kind, line, zone, device, epoch, seq from reading.conflict") == [
        ("haninge-entre", "line_flow", "trappan", None, "tunnel-kamera", "e", 7)
    ]


_MILLION = """
  insert into platspuls.line_quarter
  select line_id, timestamptz '2000-01-01Z' + quarter * interval '15 minutes', 1, 1, 1, 1, 1, 900000, 32767, 0
  from (select line_id from platspuls.line union all select -1 union all select -2) as lines
  cross join generate_series(1, 250000) as quarter
"""


_DAY_QUERIES = {
    "by id": """
      select sum(forward)
      from reading.line_quarter
      where line_id = (select line_id from reading.line where line = 'trappan')
        and start >= '2005-06-01Z' and start < '2005-06-02Z'
    """,
    "by key": """
      select sum(forward)
      from reading.line_quarter
      where site = 'haninge-entre' and line = 'trappan' and start >= '2005-06-01Z' and start < '2005-06-02Z'
    """,
    "by bucket": """
      select line.line, bucket.start_utc, kept.forward
      from reading.line
      cross join reading.buckets('Europe/Stockholm', 'hour', '2005-06-01Z', '2005-06-02Z') as bucket
      cross join lateral (
        select sum(forward) as forward
        from reading.line_quarter
        where line_quarter.line_id = line.line_id and start >= bucket.start_utc and start < bucket.end_utc
      ) as kept
      where line.site = 'haninge-entre'
    """,
}


def test_the_thin_views_use_the_index_of_a_million_rows(database: Database) -> None:
    database.execute("alter table platspuls.line_quarter drop constraint line_quarter_line_id_fkey")
    database.execute(_MILLION)
    database.execute("analyze platspuls.line_quarter")
    plans = {
        name: "\n".join(line for (line,) in rows(database, f"explain (costs off) {query}"))
        for name, query in _DAY_QUERIES.items()
    }
    for plan in plans.values():
        assert "line_quarter_pkey" in plan
        assert "Seq Scan on line_quarter" not in plan
    assert "setup" not in plans["by id"]
