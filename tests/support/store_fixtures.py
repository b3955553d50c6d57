"""Fixtures of a database with one small site, for the tests of the store and of ingest."""

from collections.abc import Iterator

import pytest

from ingest.batch.writer import BatchWriter
from store.database import Database, connect
from tests.support.small_site import make_site


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A connection to a database with one small site."""
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database)
        yield database


@pytest.fixture
def writer(database_url: str) -> Iterator[BatchWriter]:
    """A writer with a connection of its own."""
    with connect(database_url, application="writer", autocommit=True) as connection:
        yield BatchWriter(connection)
