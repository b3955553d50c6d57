"""What the overview says that people haven't written: participants, and how days went."""

from collections.abc import Iterator

import pytest
from psycopg.rows import dict_row

from api.database.statement import named
from store.database import Database, connect
from tests.browser.seed import SITE, add_place
from tests.browser.serving import NOW

_HOURS = (
    "insert into platspuls.site_hours (site_id, kind, valid_from, weekday, opens, closes)"
    " select site_id, 'open', '2026-01-01', weekday, '08:00', '20:00'"
    " from platspuls.site, generate_series(1, 6) as weekday"
)
_CLOSE = (
    "insert into platspuls.day_close"
    " (day_close_id, site_id, version, day, opening, disturbances, written_at, written_by)"
    " select row_number() over (), site_id, 1, day, 'as_planned', false, now(), 'key:test'"
    " from platspuls.site, unnest(%s::date[]) as day"
)
_ACTIVITY = (
    "insert into platspuls.activity"
    " (activity_id, site_id, version, kind, title, starts_at, ends_at, status, written_at, written_by)"
    " select %s, site_id, 1, 'music', 'Piano', %s::timestamptz - interval '2 hours', %s, %s, now(), 'key:test'"
    " from platspuls.site"
)


@pytest.fixture
def place(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        add_place(database)
        yield database


def unfinished(database: Database) -> tuple[int, int]:
    with database.cursor(row_factory=dict_row) as cursor:
        cursor.execute(named("overview/unfinished"), {"sites": [SITE], "at": NOW})
        [found] = cursor.fetchall()
    return found["uncounted"], found["unclosed"]


def test_days_are_asked_for_that_were_open_and_that_nobody_closed_since_somebody_began_to(place: Database) -> None:
    def with_closes(*days: str) -> int:
        place.execute(b"delete from platspuls.day_close")
        place.execute(_CLOSE.encode(), (list(days),))
        return unfinished(place)[1]

    assert with_closes() == 0
    assert with_closes("2026-11-17") == 0
    assert with_closes("2026-11-15") == 2
    assert with_closes("2026-10-01") == 14
    place.execute(_HOURS.encode())
    assert with_closes("2026-11-13") == 3  # Saturday, Monday and Tuesday: no Sunday, and today isn't over
    assert with_closes("2026-11-13", "2026-11-16") == 2
    place.execute(b"update platspuls.day_close set withdrawn_at = now() where day = '2026-11-16'")
    assert unfinished(place)[1] == 3


def test_activities_that_are_over_have_participants_or_were_cancelled(place: Database) -> None:
    for number, (end, status) in enumerate(
        [
            ("2026-11-17T18:00Z", "held"),
            ("2026-11-17T18:00Z", "ongoing"),
            ("2026-11-17T18:00Z", "planned"),
            ("2026-11-17T18:00Z", "cancelled"),
            ("2026-10-17T18:00Z", "held"),  # long ago
            ("2026-11-18T18:00Z", "held"),  # to come
        ]
    ):
        place.execute(_ACTIVITY.encode(), (number + 1, end, end, status))
    assert unfinished(place)[0] == 3
    place.execute(
        b"update platspuls.activity set participants_method = 'counted', participants_total = 0,"
        b" participants_groups = '[]' where activity_id = 1"
    )
    assert unfinished(place)[0] == 2
