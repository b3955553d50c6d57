"""Coverage of today so far: judged until what can have arrived, so that it changes only when something is wrong.

The class of faults: time that no record can cover yet is taken for time not watched, by the period of the counter or by
its delivery, so that the percentage falls and rises with every record.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from store.database import Database, connect
from tests.store.reading.place import LinePlace, Place

pytestmark = pytest.mark.chain

MIDNIGHT = datetime(2026, 11, 17, 23, tzinfo=UTC)
"""Of Wednesday 18 November in Stockholm."""
LINES = ("north", "south")
_FACT = """
insert into platspuls.line_flow
  (line_id, start, period_s, delivery_id, seq, setup_id, forward, backward, gross_forward, gross_backward, observed_ms,
   flags)
select line_id, %(start)s, %(period_s)s, 1, 1, 1, 2, 1, 2, 1, %(period_s)s * 1000, 0
from platspuls.line where key = %(line)s
"""
_QUARTER = """
insert into platspuls.line_quarter
  (line_id, start, setup_id, forward, backward, gross_forward, gross_backward, observed_ms, minutes, flags)
select line_id, date_bin('15 minutes', %(start)s, timestamptz '2000-01-01 00:00Z'), 1, 2, 1, 2, 1,
  %(period_s)s * 1000, 32767, 0
from platspuls.line where key = %(line)s
on conflict (line_id, start) do update
set forward = line_quarter.forward + 2, observed_ms = line_quarter.observed_ms + excluded.observed_ms
"""


@pytest.fixture
def place(database_url: str) -> Iterator[Place]:
    with connect(database_url, application="test", autocommit=True) as database:
        made = Place(database, "hall", "Europe/Stockholm")
        made.space("hall")
        for line in LINES:
            made.line(LinePlace(line, "main", None, "hall", [(None, None)]))
        yield made


def arrives(database: Database, line: str, start: datetime, period: timedelta) -> None:
    values = {"line": line, "start": start, "period_s": int(period.total_seconds())}
    for text in (_FACT, _QUARTER):
        database.execute(text.encode(), values)


def today(place: Place, at: datetime) -> tuple[int | None, Decimal, list[str]] | None:
    rows = place.ask("select * from reading.site_today('hall', %s)", at)
    return (rows[0]["entries"], rows[0]["coverage"], rows[0]["missing"]) if rows else None


@pytest.mark.parametrize("period_s", [60, 300, 900])
def test_coverage_of_healthy_counters_is_whole_at_every_moment_of_an_hour(place: Place, period_s: int) -> None:
    """Two lines whose records come 1 to 28 s after their end: no flicker, and the sum never falls."""
    period = timedelta(seconds=period_s)
    coming = [
        (MIDNIGHT + (n + 1) * period + timedelta(seconds=1 + (n * 7 + late) % 28), line, MIDNIGHT + n * period)
        for n in range(3600 // period_s)
        for line, late in zip(LINES, (0, 13), strict=True)
    ]
    coming.sort()
    for line in LINES:
        arrives(place.database, line, MIDNIGHT - period, period)  # of yesterday
    entries = 0
    for second in sorted({*range(29, 3600, 60), *range(31, 3600, 60), *range(60, 3600, 60)}):
        at = MIDNIGHT + timedelta(seconds=second)
        while coming and coming[0][0] <= at:
            _, line, start = coming.pop(0)
            arrives(place.database, line, start, period)
        found = today(place, at)
        assert found is None or found[1:] == (1, []), (at, found)
        assert found is None or (found[0] or 0) >= entries
        entries = (found and found[0]) or entries
    assert entries == 2 * 2 * (3600 // period_s - 1)


@pytest.mark.parametrize("period_s", [60, 900])
def test_a_line_that_falls_silent_lowers_the_coverage_from_its_next_record_on(place: Place, period_s: int) -> None:
    period = timedelta(seconds=period_s)
    for n in range(7200 // period_s):
        arrives(place.database, "north", MIDNIGHT + n * period, period)
        if n < 3600 // period_s:
            arrives(place.database, "south", MIDNIGHT + n * period, period)
    hour = MIDNIGHT + timedelta(hours=1)
    before = today(place, hour + timedelta(seconds=25))
    assert before
    assert before[1] == 1
    later = today(place, MIDNIGHT + timedelta(hours=2, seconds=40))
    assert later
    assert later[1:] == (Decimal("0.5000"), ["south"])
    assert later[0] == 2 * (7200 + 3600) // period_s


def test_just_after_midnight_nothing_can_have_arrived(place: Place) -> None:
    assert today(place, MIDNIGHT + timedelta(seconds=20)) is None
