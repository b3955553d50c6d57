"""Two databases for all queries: one with the seeded site, one with nothing in it."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from store.migrate import migrate
from tests.api.serving import serving
from tests.dashboards.asking import Reader, quarter_now, seed


@pytest.fixture(scope="session")
def seeded(cluster: Cluster) -> Iterator[Reader]:
    """Grafana at the seeded site."""
    with _migrated(cluster, "dashboards_seeded") as database:
        base = quarter_now()
        seed(database, base)
        yield Reader(database, base)


@pytest.fixture(scope="session")
def api(cluster: Cluster, seeded: Reader) -> Iterator[httpx.Client]:
    """The API at the seeded site."""
    del seeded  # it must be there
    with serving(cluster.url("dashboards_seeded")) as client:
        yield client


@pytest.fixture(scope="session")
def empty(cluster: Cluster) -> Iterator[Reader]:
    """Grafana at a database that holds nothing."""
    with _migrated(cluster, "dashboards_empty") as database:
        yield Reader(database, quarter_now())


@contextmanager
def _migrated(cluster: Cluster, name: str) -> Iterator[Database]:
    cluster.create_database(name)
    with connect(cluster.url(name), application="tests", autocommit=True) as database:
        migrate(database)
        yield database
