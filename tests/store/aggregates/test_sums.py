"""Sums by hour and day are what their quarter-hours say, whatever came late; and counted again they still are."""

from datetime import UTC, datetime

import pytest

from core.ranges import TimeRange
from ingest.batch.writer import BatchWriter
from store.aggregates.sums import sum_up_some
from store.aggregates.verify import Verifier
from store.aggregates.verify_sums import forget_sums, sum_differences
from store.database import Database, connect
from tests.support.small_site import ZONES, dwell, flow, make_site, received, rows

pytestmark = pytest.mark.chain

NOW = datetime(2025, 3, 7, 12, tzinfo=UTC)
MARCH = TimeRange(datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))
QUARTERS_A_DAY = 96


def store_quarters(writer: BatchWriter, seq: int, first: int, count: int, site: str = "torget") -> int:
    """Store flow and dwell of so many quarter-hours from `first` on. Returns the next number."""
    records = []
    for quarter in range(first, first + count):
        records += [
            flow(seq, quarter * 15, zones=ZONES, period_s=900, count=quarter % 7),
            dwell(seq + 1, quarter, count=1),
        ]
        seq += 2
    writer.store([received(*records[at : at + 90], site=site) for at in range(0, len(records), 90)])
    return seq


def sum_up(database: Database, now: datetime = NOW) -> int:
    """Sum up all that can be; return of how many days of lines and zones."""
    total = 0
    while some := sum_up_some(database, now):
        total += some
    return total


def summed(database: Database, part: str = "line") -> list[str]:
    return [text for (text,) in rows(database, f"select during::text from platspuls.{part}_summed order by {part}_id")]  # noqa: S608 - words of ours


def test_days_that_are_over_are_summed_up_once(database: Database, writer: BatchWriter) -> None:
    make_site(database, "other")
    store_quarters(writer, 1, 0, 3 * QUARTERS_A_DAY)
    assert sum_up(database) == 4 * 4  # a part of the first day, two days, a part of the last; two lines and two zones
    assert summed(database) == ['{["2025-03-02 23:00:00+00","2025-03-06 23:00:00+00")}'] * 2
    assert summed(database, "zone") == summed(database)
    assert sum_up(database) == 0
    assert sum_differences(database, "torget", MARCH, 9) == ([], 0)
    for table, count in (("line_hour", 144), ("line_day", 8), ("zone_dwell_hour", 144), ("zone_day", 8)):
        assert rows(database, f"select count(*) from platspuls.{table}") == [(count,)]  # noqa: S608 - words of ours
    assert rows(database, "select sum(quarters) from platspuls.zone_dwell_day") == [(6 * QUARTERS_A_DAY,)]


def test_the_day_that_runs_and_the_hour_after_it_have_no_sums(database: Database, writer: BatchWriter) -> None:
    store_quarters(writer, 1, 0, QUARTERS_A_DAY)
    assert sum_up(database, datetime(2025, 3, 3, 23, 59, tzinfo=UTC)) == 0
    assert sum_up(database, datetime(2025, 3, 4, 0, 1, tzinfo=UTC)) == 4
    assert summed(database)[0] == '{["2025-03-02 23:00:00+00","2025-03-03 23:00:00+00")}'


def test_what_comes_late_is_taken_out_in_its_transaction_and_summed_up_again(
    database: Database, writer: BatchWriter
) -> None:
    following = store_quarters(writer, 1, 0, 40)
    following = store_quarters(writer, following, 50, 200)
    sum_up(database)
    store_quarters(writer, following, 44, 2)
    holes = '{["2025-03-02 23:00:00+00","2025-03-03 21:00:00+00"),["2025-03-03 21:30:00+00","2025-03-06 23:00:00+00")}'
    assert summed(database) == summed(database, "zone") == [holes] * 2
    assert sum_differences(database, "torget", MARCH, 9).total == 0
    assert sum_up(database) == 4
    assert sum_differences(database, "torget", MARCH, 9).total == 0
    assert rows(database, "select sum(quarters) from platspuls.zone_dwell_hour") == [(2 * 242,)]


def test_older_days_than_the_first_are_summed_up_when_they_come(database: Database, writer: BatchWriter) -> None:
    following = store_quarters(writer, 1, 2 * QUARTERS_A_DAY, 30)
    sum_up(database)
    store_quarters(writer, following, 0, 4)
    assert sum_up(database) == 8
    assert sum_differences(database, "torget", MARCH, 9).total == 0


def test_a_site_that_moves_to_another_time_zone_begins_anew(database: Database, writer: BatchWriter) -> None:
    store_quarters(writer, 1, 0, 3 * QUARTERS_A_DAY)
    sum_up(database)
    database.execute("update platspuls.site set time_zone = 'Asia/Kathmandu'")
    assert rows(database, "select count(*) from reading.line_summed") == [(0,)]
    assert sum_up(database) == 16
    assert summed(database)[0] == '{["2025-03-02 18:15:00+00","2025-03-06 18:15:00+00")}'
    assert sum_differences(database, "torget", MARCH, 9).total == 0
    assert rows(database, "select distinct extract(minute from start)::int from platspuls.zone_hour") == [(15,)]


def test_nothing_is_summed_up_while_an_ingest_of_before_there_were_sums_is_connected(
    database: Database, database_url: str, writer: BatchWriter
) -> None:
    """One of several that wasn't restarted after an upgrade takes nothing out of sums that it doesn't know."""
    store_quarters(writer, 1, 0, QUARTERS_A_DAY)
    with connect(database_url, application="platspuls ingest") as before:
        database.execute("update public.platspuls_migration set applied_at = clock_timestamp() where name = 'sums'")
        assert sum_up(database) == 0
        database.execute("select pg_terminate_backend(%s, 10000)", (before.info.backend_pid,))
        with connect(database_url, application="platspuls ingest"):
            assert sum_up(database) > 0


def test_a_repaired_quarter_hour_is_taken_out(database: Database, writer: BatchWriter) -> None:
    store_quarters(writer, 1, 0, 2 * QUARTERS_A_DAY)
    database.execute("update platspuls.line_quarter set forward = 99 where start = '2025-03-04 10:00Z'")
    database.execute("update platspuls.zone_quarter set entries = 99 where start = '2025-03-04 11:00Z'")
    sum_up(database)
    assert Verifier(database, "torget").repair(MARCH) == 4
    assert ["10:15" in text for text in summed(database)] == [True, True]
    assert ["11:15" in text for text in summed(database, "zone")] == [True, True]
    sum_up(database)
    assert sum_differences(database, "torget", MARCH, 9).total == 0


OF_NOTHING = """
    insert into platspuls.line_hour
    select 1, start - interval '90 min', 1, 1, 1, 1, 1, 0 from platspuls.line_hour where line_id = 1 and {}"""
FAULTS = {
    "a count by hour": ("update platspuls.line_hour set forward = forward + 1 where line_id = 1 and {}", "forward"),
    "a count by day": ("update platspuls.zone_day set entries = entries + 1 where zone_id = 1 and {}", "entries"),
    "a bin": ("update platspuls.zone_dwell_hour set cut_03 = 0 where zone_id = 1 and {}", "cut_03"),
    "a missing sum": ("delete from platspuls.line_day where line_id = 1 and {}", "no sum"),
    "a sum of nothing": (OF_NOTHING, "no quarter-hours"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found_and_summed_up_again(database: Database, writer: BatchWriter, fault: str) -> None:
    store_quarters(writer, 1, 2, QUARTERS_A_DAY)
    sum_up(database)
    change, said = FAULTS[fault]
    first = "start = (select min(start) from platspuls.line_hour) or start = '2025-03-03 23:00Z'"
    database.execute(change.format(f"({first})").encode())
    found = sum_differences(database, "torget", MARCH, 9)
    assert found.total in {1, 2}
    assert {said in str(one) for one in found.differences} == {True}
    [(version,)] = rows(database, "select version from platspuls.site")
    forget_sums(database, "torget", found.differences)
    assert rows(database, "select version from platspuls.site") == [(version + 1,)]  # nobody keeps an answer of them
    assert sum_differences(database, "torget", MARCH, 9).total == 0
    assert sum_up(database) > 0
    assert sum_differences(database, "torget", MARCH, 9).total == 0
