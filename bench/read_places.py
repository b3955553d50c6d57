"""The databases that `bench.read` asks: quarter-hours of many sites, and a site of a thousand lines."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from platspuls.embedded.postgres import Cluster
from store.aggregates.sums import sum_up_some
from store.database import Database, connect
from store.migrate import migrate

END = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
_OLDER_SUMS = (
    """
    insert into platspuls.line_day
    select line_id, day.start_utc, floor(random() * 2600), 864, 4320, 1152, 86400000, 0
    from reading.buckets('Europe/Stockholm', 'day', %(from)s, %(to)s) as day
      cross join (select line_id from platspuls.line where site_id = 11) as line
    where day.end_utc <= %(to)s
    order by day.start_utc, line_id
    """,
    """
    insert into platspuls.line_summed
    select line_id, 'Europe/Stockholm', tstzmultirange(tstzrange(min(start_utc), max(end_utc)))
    from reading.buckets('Europe/Stockholm', 'day', %(from)s, %(to)s) as day
      cross join (select line_id from platspuls.line where site_id = 11) as line
    where day.end_utc <= %(to)s
    group by line_id
    """,
)
"""No answer by day reads the quarter-hours of days that are summed up: 175 million of five years were for nothing.

They lie as nights make them, a row of each line after the other.
"""


@dataclass(frozen=True, slots=True)
class Filling:
    """What quarter-hours and facts a database has, all of them until END.

    Attributes:
        sites: of how many sites there are lines, ten each.
        zone_sites: of how many there are zones, ten each.
        line_days: of how many days there are quarter-hours of lines.
        zone_days: the same of zones, and their dwell.
        facts_days: of how many days there are facts.
        silent_lines: how many lines one more site has of which nothing was ever reported.
    """

    sites: int
    zone_sites: int
    line_days: int
    zone_days: int
    facts_days: int = 0
    silent_lines: int = 1


def make_places(database: Database, silent_lines: int) -> None:
    """Make ten sites, and one with lines that nothing was ever reported of."""
    database.execute(
        f"""
        insert into platspuls.site (key, name_sv, name_en, time_zone, file_sha256)
        select 'site-' || n, 'Plats', 'Site', 'Europe/Stockholm', '' from generate_series(1, 11) as n;
        insert into platspuls.space (site_id, key, name_sv, name_en) select site_id, 'hall', '', '' from platspuls.site;
        insert into platspuls.border (site_id, key, name_sv, name_en, to_space_id)
        select site_id, 'door', '', '', space_id from platspuls.space;
        insert into platspuls.line (site_id, border_id, key, name_sv, name_en, role, commissioned)
        select site_id, border_id, 'line-' || n, 'Linje', 'Line', 'main', '{{(,)}}'
        from platspuls.border, lateral generate_series(1, case site_id when 11 then {silent_lines} else 10 end) as n;
        insert into platspuls.zone
          (site_id, space_id, key, name_sv, name_en, covers_space, disjoint, stay_threshold_s, commissioned)
        select site_id, space_id, 'zone-' || n, 'Zon', 'Zone', false, true, 60, '{{(,)}}'
        from platspuls.space, generate_series(1, 10) as n
        where site_id <= 2
        """.encode()  # noqa: S608 - our own words
    )


def fill(database: Database, filling: Filling) -> None:
    """Put in what is asked for: busy days, still nights, some visits cut."""
    bins = [f"floor(random() * {8 / (n + 2) * share:.3f})::int * busy" for share in (1, 0.2, 0.1) for n in range(24)]
    dwell = ", ".join([*bins[:24], "0", *bins[24:48], "0", *bins[48:], "0"])
    line, zone = "floor(random() * 40) * busy, 9, 45, 12", "20 * busy, 1, 19, 2, floor(random() * 5000) * busy, 9"
    tables = (
        ("line_quarter", filling.line_days, 15, "line", filling.sites, f"1, {line}, 900000, 32767, 0"),
        ("zone_quarter", filling.zone_days, 15, "zone", filling.zone_sites, f"1, {zone}, 900000, 32767, 0"),
        ("zone_dwell", filling.zone_days, 15, "zone", filling.zone_sites, f"1, 1, 1, {dwell}, 900000, 0"),
        ("line_flow", filling.facts_days, 5, "line", filling.sites, f"300, 1, 1, 1, {line}, 300000, 0"),
        ("zone_flow", filling.facts_days, 5, "zone", filling.zone_sites, f"300, 1, 1, 1, {zone}, 300000, 0"),
    )
    for table, days, minutes, thing, sites, columns in tables:
        database.execute(
            f"""
            insert into platspuls.{table}
            select {thing}_id, start, {columns}
            from generate_series(
              '{END - days * DAY}'::timestamptz, '{END - timedelta(minutes=minutes)}', '{minutes} min'
            ) as start
            cross join (select {thing}_id from platspuls.{thing} where site_id <= {sites} order by 1) as part
            cross join lateral (select (extract(hour from start) between 5 and 20)::int as busy) as hour
            where (extract(epoch from start)::bigint / 3600 + {thing}_id * 37) % 720 <> 5
            order by start, {thing}_id
            """.encode()  # noqa: S608 - our own words
        )
    database.execute(b"vacuum analyze")


def prepare(cluster: Cluster, name: str, filling: Filling) -> None:
    """Make a database, unless it is there."""
    cluster.create_database(name)
    with connect(cluster.url(name), application="bench", autocommit=True) as database:
        migrate(database)
        if database.execute("select exists (select from platspuls.site)").fetchall() == [(False,)]:
            with database.transaction():
                database.execute(b"set local session_replication_role = replica")
                make_places(database, filling.silent_lines)
            database.execute(b"set session_replication_role = replica")
            database.execute(b"set synchronous_commit = off")
            fill(database, filling)


def prepare_thousand(cluster: Cluster, days: int, all_days: int) -> None:
    """Make a database of a thousand lines, unless it is there: so many days, and sums alone of those before."""
    cluster.create_database("thousand")
    with connect(cluster.url("thousand"), application="bench", autocommit=True) as database:
        migrate(database)
        if database.execute("select exists (select from platspuls.site)").fetchall() == [(True,)]:
            return
        database.execute(b"set session_replication_role = replica")
        database.execute(b"set synchronous_commit = off")
        make_places(database, 1000)
        first = END - days * DAY
        database.execute(
            f"""
            insert into platspuls.line_quarter
            select line_id, start, 1, floor(random() * 40), 9, 45, 12, 900000, 32767, 0
            from generate_series('{first}'::timestamptz, '{END - timedelta(minutes=15)}', '15 min') as start
            cross join (select line_id from platspuls.line where site_id = 11) as line
            """.encode()  # noqa: S608 - our own words
        )
        older = {"from": END - all_days * DAY, "to": END - days * DAY}
        for statement in _OLDER_SUMS:
            database.execute(statement.encode(), older)
        database.execute(b"vacuum analyze")


def sum_up_by_night(url: str, days: int) -> float:
    """Sum up the last days one after the other, as nights do: sums of a line lie apart. Returns the seconds."""
    began = time.perf_counter()
    with connect(url, application="bench", autocommit=True) as database:
        for days_before in range(days, -2, -1):
            while sum_up_some(database, END - days_before * DAY + timedelta(hours=3)):
                pass
        database.execute(b"vacuum analyze")
    return time.perf_counter() - began


def sum_up(url: str) -> float:
    """Sum up all days. Returns the seconds."""
    began = time.perf_counter()
    with connect(url, application="bench", autocommit=True) as database:
        while sum_up_some(database, datetime.now(UTC)):
            pass
        database.execute(b"vacuum analyze")
    return time.perf_counter() - began
