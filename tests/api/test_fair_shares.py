"""Staff's live page while others ask for all that the database has: the class is whose wait is whose."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median

import httpx
import pytest

from api.access.roles import Role
from store.database import connect
from tests.api.access.grants import bearer, new_key
from tests.api.serving import serving
from tests.support.small_site import make_site
from tests.support.waiting import eventually

pytestmark = pytest.mark.chain

SITE = "/api/v1/sites/torget"
LONG = [
    f"{SITE}/estimates?from=2025-03-01&to=2025-03-20",
    f"{SITE}/flow.csv?from=2025-03-01&to=2025-03-20",
    f"{SITE}/flow?from=2025-03-01&to=2025-03-20",
    "/api/v1/public/sites/torget/passages/2025-02",
    "/api/v1/public/sites/torget/dwell/2025-02",
]


@contextmanager
def locked(database_url: str) -> Iterator[None]:
    """Keep the quarter-hours locked: whoever reads them waits, as if for a very long answer."""
    with connect(database_url, application="tests") as database:
        database.execute(b"lock table platspuls.line_quarter, platspuls.zone_quarter, platspuls.zone_dwell")
        yield
        database.rollback()


def test_live_waits_behind_nobodys_numbers(database_url: str) -> None:
    with connect(database_url, application="tests", autocommit=True) as database:
        make_site(database)
    evaluator = bearer(new_key(database_url, "institute", Role.EVALUATOR))
    staff = bearer(new_key(database_url, "desk", Role.STAFF))
    with serving(database_url, connections=4, public_sites="torget", database_wait_s=20) as client:
        assert client.get(f"{SITE}/live", headers=staff).status_code == 200
        with ThreadPoolExecutor(30) as pool:
            with locked(database_url):
                asked = [pool.submit(_ask, client, path, {} if "public" in path else evaluator) for path in LONG * 6]
                eventually(lambda: _waiting(database_url) >= 3)
                took_s = []
                for _ in range(10):
                    began = time.monotonic()
                    assert client.get(f"{SITE}/live", headers=staff).status_code == 200
                    assert client.get(f"{SITE}/activities", headers=staff).status_code == 200
                    took_s.append(time.monotonic() - began)
                assert median(took_s) < 2, "more than a moment in which the machine did something else"
                assert not any(future.done() for future in asked)
            assert {future.result() for future in asked} == {200}


def _ask(client: httpx.Client, path: str, headers: dict[str, str]) -> int:
    return client.get(path, headers=headers).status_code


def _waiting(database_url: str) -> int:
    """Return how many of the API's connections wait for the lock."""
    with connect(database_url, application="tests", autocommit=True) as database:
        [(found,)] = database.execute(
            b"select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        ).fetchall()
    return int(found)
