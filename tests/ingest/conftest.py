"""What the tests of ingest share: a database with a small site."""

from tests.support.store_fixtures import database, writer

__all__ = ["database", "writer"]
