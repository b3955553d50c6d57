"""Every query of every dashboard and alert on both editions of TimescaleDB, whatever the data source says of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import connect
from store.migrate import migrate
from tests.dashboards.asking import CHOICES, Reader, check, expanded, last_day, longer, quarter_now, seed
from tests.dashboards.walk import ENGLISH, RULES, Asked
from tests.support.servers.timescale import running_apache, running_community

pytestmark = [pytest.mark.full, pytest.mark.timeout(180)]
RUNNING = {"apache": running_apache, "community": running_community}


@pytest.fixture(scope="module", params=RUNNING)
def edition(request: pytest.FixtureRequest, server_folder: Path) -> Iterator[Reader]:
    """Grafana at the seeded site in one edition, by its one connection."""
    with (
        RUNNING[request.param](server_folder) as url,
        connect(url, application="tests", autocommit=True) as database,
    ):
        migrate(database)
        base = quarter_now()
        for asked in [*ENGLISH, *RULES]:
            check(asked, Reader(database, base).ask(asked, CHOICES["nothing"]))
        seed(database, base)
        yield Reader(database, base)


def test_timescaledb_is_there(edition: Reader) -> None:
    found = edition.database.execute("select count(*) from timescaledb_information.hypertables").fetchone()
    assert found == (5,)


@pytest.mark.parametrize("asked", [*ENGLISH, *RULES], ids=lambda asked: asked.where)
def test_every_query_runs(edition: Reader, asked: Asked) -> None:
    with edition.database.transaction(force_rollback=True):
        if "weekday" in asked.sql and "$study" in asked.sql:
            longer(edition)  # no other needs whole days
        for choice in ("single", "all", "quoted"):
            for ready in expanded(asked, CHOICES[choice], last_day(edition.base)):
                answer = edition.run(ready)
                check(asked, answer)
                assert choice != "all" or any(value is not None for row in answer.rows for value in row)
