"""A store of the first released schema, with facts in it, is brought up to this version, and answers as a new one."""

import random

import pytest

from core.sql import script
from ingest.batch.writer import BatchWriter
from store.database import SQL_FOLDER, Database, connect, statement
from store.migrate import check_version, migrate, migrations
from tests.support import small_site as support

pytestmark = pytest.mark.chain

ANSWERS = (
    "select * from reading.line_flow('torget', 'hour', '2025-03-03T00:00Z', '2025-03-04T00:00Z') order by 1, 2",
    "select * from reading.zone_flow('torget', 'hour', '2025-03-03T00:00Z', '2025-03-04T00:00Z') order by 1, 2",
    "select * from reading.zone_dwell('torget', 'day', '2025-03-01T00:00Z', '2025-03-08T00:00Z', 60) order by 1, 2",
)


def make_released_schema(database: Database) -> int:
    """Run the migrations that are frozen, as the program of their time did. Returns how many."""
    frozen = {line.split()[1] for line in (SQL_FOLDER / "migrations" / "FROZEN").read_text().splitlines()}
    database.execute(statement("migration/table"))
    for migration in migrations():
        if migration.path.name in frozen:
            database.execute(script(migration.path))
            database.execute(statement("migration/note"), (migration.number, migration.name, migration.sha256))
    return len(frozen)


def store_a_run(database: Database) -> None:
    support.make_site(database)
    writer = BatchWriter(database)
    for batch in support.a_run(random.Random(11)):
        writer.store([support.told(*batch.records, epoch=batch.epoch, lost=batch.lost)])


def test_an_older_store_keeps_all_and_answers_as_a_new_one(empty_database_url: str, database_url: str) -> None:
    with (
        connect(empty_database_url, application="test", autocommit=True) as old,
        connect(database_url, application="test", autocommit=True) as new,
    ):
        released = make_released_schema(old)
        store_a_run(old)
        store_a_run(new)
        before = support.dump(old)
        assert all(before[table] for table in ("line_flow", "zone_dwell", "line_quarter", "delivery"))
        assert len(migrate(old)) == len(migrations()) - released
        check_version(old)
        assert support.dump(old) == before == support.dump(new)
        for question in ANSWERS:
            assert support.rows(old, question) == support.rows(new, question) != []
        late = support.told(support.flow(900, 60 * 24 * 3))
        assert BatchWriter(old).store([late]).facts == 2
        support.assert_recount_agrees(old)
