"""Numbers of the hours that a site is open or staffed: weekly hours by date, exceptions, clock changes."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from tests.store.reading.by_hand import utc
from tests.store.reading.place import QUARTER, Dwelt, LinePlace, Passed, Place, bins

pytestmark = pytest.mark.chain

FIRST, LAST = utc("2025-10-19T22:00"), utc("2025-11-02T23:00")
"""Two weeks in Stockholm, from Monday to Monday; clocks go back on the first Sunday, the 26th."""


@pytest.fixture(scope="module")
def place(cluster: Cluster) -> Iterator[Place]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database hours template platspuls_template")
    with connect(cluster.url("hours"), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        place.line(LinePlace("late", "main", "hall", None, [(utc("2025-10-22T08:30"), None)]))
        place.zone("bench", "hall", [(None, None)])
        open_hours(database)
        quarters = [FIRST + QUARTER * n for n in range(round((LAST - FIRST) / QUARTER))]
        for line in ("gate", "late"):
            place.passes(line, *(Passed(at, 1, 2) for at in quarters))
        place.dwells("bench", *(Dwelt(at, bins(b8=3)) for at in quarters))
        for at in quarters[:8]:
            place.occupies("bench", at, (1, 0, 1, 0, 60, 1))
        yield place


def open_hours(database: Database) -> None:
    """07:10-19:00 on weekdays until the 27th and 08:00-18:00 after; 01:00-04:00 on Sundays; closed on the 21st."""
    database.execute("""
      insert into platspuls.site_hours (site_id, kind, valid_from, valid_to, weekday, opens, closes)
      select site_id, 'open', valid_from::date, valid_to::date, weekday, opens::time, closes::time
      from platspuls.site cross join (
        select '2025-01-01', '2025-10-27', weekday, '07:10', '19:00' from generate_series(1, 5) as weekday
        union all select '2025-10-27', null, weekday, '08:00', '18:00' from generate_series(1, 5) as weekday
        union all select '2025-01-01', null, 7, '01:00', '04:00'
      ) as hours (valid_from, valid_to, weekday, opens, closes)
    """)
    database.execute("""
      insert into platspuls.site_exception (site_id, kind, day, opens, closes)
      select site_id, 'open', day::date, opens::time, closes::time
      from platspuls.site
      cross join (values ('2025-10-21', null, null), ('2025-10-24', '10:00', '24:00')) as other (day, opens, closes)
    """)


HOURS = {20: 12, 21: 0, 22: 12, 23: 12, 24: 14, 25: 0, 26: 4, 27: 10, 28: 10, 29: 10, 30: 10, 31: 10, 1: 0, 2: 3}
"""Open hours by day of the month; from 07:10 the whole quarter-hour counts."""


def flow(place: Place, bucket: str, hours: str = "open") -> list[dict[str, Any]]:
    query = "select * from reading.line_flow('tunnel', %s, %s, %s, %s) order by line, start_utc"
    return place.ask(query, bucket, FIRST, LAST, hours)


def test_days_have_the_hours_they_are_open(place: Place) -> None:
    gate = [row for row in flow(place, "day") if row["line"] == "gate"]
    expected = {day: hours * 3_600_000 for day, hours in HOURS.items()}
    assert {row["start_local"].day: row["expected_ms"] for row in gate} == expected
    assert [row["observed_ms"] for row in gate] == list(expected.values())
    assert [row["forward"] for row in gate] == [hours * 4 or None for hours in HOURS.values()]
    assert [row["coverage"] for row in gate] == [Decimal(1) if hours else None for hours in HOURS.values()]


def test_commissioned_and_open_time_are_both_needed(place: Place) -> None:
    late = [row for row in flow(place, "day") if row["line"] == "late"]
    assert [row["expected_ms"] for row in late][:4] == [0, 0, round(8.5 * 3_600_000), 12 * 3_600_000]


def test_hours_of_each_cell_add_up_to_the_day(place: Place) -> None:
    for bucket in ("quarter", "hour", "week", "month"):
        rows = [row for row in flow(place, bucket) if row["line"] == "gate"]
        assert sum(row["forward"] or 0 for row in rows) == 4 * sum(HOURS.values())
        assert sum(row["expected_ms"] for row in rows) == 3_600_000 * sum(HOURS.values())
    assert sum(row["forward"] or 0 for row in flow(place, "day", hours="all")) > 2000


def test_sums_zones_and_dwell_keep_to_the_hours(place: Place) -> None:
    asked = (FIRST, FIRST + timedelta(days=2))
    site = place.ask("select * from reading.site_flow('tunnel', 'day', %s, %s, 'open') order by 1", *asked)
    assert [(row["entries"], row["coverage"]) for row in site] == [(48, Decimal(1)), (None, None)]
    zone = place.ask("select * from reading.zone_flow('tunnel', 'day', %s, %s, 'open') order by 2", *asked)
    assert [(row["presence_s"], row["expected_ms"]) for row in zone] == [(None, 43_200_000), (None, 0)]
    dwell = place.ask("select * from reading.zone_dwell('tunnel', 'day', %s, %s, 60, 'open') order by 2", *asked)
    assert [(row["entered"], row["presence_s"], row["coverage"]) for row in dwell] == [
        (144, None, Decimal(1)),
        (None, None, None),
    ]


def test_sums_are_expected_in_the_hours_in_which_one_of_their_lines_is(place: Place) -> None:
    """Of the site, its spaces and its borders, raw and corrected, by the day and the week."""
    for bucket in ("day", "week"):
        lines = {key: [row for row in flow(place, bucket) if row["line"] == key] for key in ("gate", "late")}
        for sums, key in {
            "site_flow('tunnel', %s, %s, %s, 'open')": "gate",
            "space_flow('tunnel', %s, %s, %s, 'open')": "gate",
            "border_flow('tunnel', %s, %s, %s, 'open', '{late}')": "late",
            "corrected_sums('tunnel', 'site', %s, %s, %s, 'open')": "gate",
            "corrected_sums('tunnel', 'space', %s, %s, %s, 'open')": "gate",
            "corrected_sums('tunnel', 'border', %s, %s, %s, 'open', '{late}')": "late",
        }.items():
            query = f"select * from reading.{sums} order by start_utc"  # noqa: S608 - functions of ours
            found = place.ask(query, bucket, FIRST, LAST)
            assert [(row["start_utc"], row["expected_ms"], row["observed_ms"]) for row in found] == [
                (row["start_utc"], row["expected_ms"], min(row["expected_ms"], row["observed_ms"]))
                for row in lines[key]
            ], sums


def test_without_hours_of_the_kind_nothing_is_expected(place: Place) -> None:
    assert {row["expected_ms"] for row in flow(place, "day", hours="staffed")} == {0}


def test_other_hours_are_refused(place: Place) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        flow(place, "day", hours="weekend")


def test_only_the_lines_and_zones_asked_for_are_told(place: Place) -> None:
    day = (FIRST, FIRST + timedelta(days=1))
    lines = place.ask("select distinct line from reading.line_flow('tunnel', 'day', %s, %s, 'all', '{late}')", *day)
    assert [row["line"] for row in lines] == ["late"]
    assert place.ask("select * from reading.zone_dwell('tunnel', 'day', %s, %s, 60, 'all', '{sofa}')", *day) == []
    [row] = place.ask("select * from reading.border_flow('tunnel', 'day', %s, %s, 'open', '{gate}')", *day)
    assert (row["forward"], row["backward"], row["gross_forward"], row["gross_backward"]) == (48, 96, 96, 192)
    assert (row["coverage"], row["missing"], row["estimate"]) == (Decimal(1), [], False)


def test_an_hour_that_came_twice_is_usual_once(place: Place) -> None:
    """A week is one of the weeks before, also where its night had the hour twice: never nine of eight weeks."""
    query = "select * from reading.line_usual('tunnel', %s, %s) where line = 'gate' order by start_utc"
    usual = place.ask(query, utc("2025-10-25T22:00"), LAST)
    twice = [row for row in usual if f"{row['start_local']:%d %H}" == "26 02"]
    assert [row["weeks"] for row in twice] == [0, 0]
    assert {(row["weeks"], row["usual"]) for row in usual if row["start_utc"] >= utc("2025-11-01T23:00")} == {(1, 12)}
