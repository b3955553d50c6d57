"""Stores of earlier versions, with something of everything in them, are brought up to this one and answer alike."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from psycopg.types.json import Jsonb

from core.sql import script
from ingest.batch.writer import BatchWriter
from store.aggregates.sums import sum_up_some
from store.database import SQL_FOLDER, Database, connect, statement
from store.migrate import check_version, migrate, migrations
from store.weather import Measure, WeatherSource, WeatherValue, import_weather
from tests.store.writing.staff import GIVEN, SITE, run
from tests.support import small_site as support

pytestmark = pytest.mark.chain

ANSWERS = (
    "select * from reading.line_flow('torget', 'hour', '2025-03-03T00:00Z', '2025-03-04T00:00Z') order by 1, 2",
    "select * from reading.zone_flow('torget', 'hour', '2025-03-03T00:00Z', '2025-03-04T00:00Z') order by 1, 2",
    "select * from reading.zone_dwell('torget', 'day', '2025-03-01T00:00Z', '2025-03-08T00:00Z', 60) order by 1, 2",
)

UPGRADE: Final = Path(__file__).parent / "upgrade"
"""What a database of 21d44ef held, and how it answered: its questions are in today's words, its answers in its own.

It gave no stays between wide bounds."""
IDENTITY: Final = """
select column_name, pg_get_serial_sequence('platspuls.' || table_name, column_name)
from information_schema.columns
where table_schema = 'platspuls' and table_name = %s and is_identity = 'YES'
"""
REQUEST: Final = "11111111-1111-4111-8111-111111111111"
"""A manual count was made with this request then."""
RENAMED: Final = {
    "observation": "manual_count",
    "observation_id": "manual_count_id",
    "calibration_session": "counting_round",
    "session": "login",
}


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
        writer.store([support.received(*batch.records, epoch=batch.epoch, lost=batch.lost)])


def copy_into_older(new: Database, old: Database) -> None:
    """Put into an older schema what its program would have stored: today's rows, in the columns that it has."""
    tables = (
        "select table_name from information_schema.tables "
        "where table_schema = 'platspuls' and table_type = 'BASE TABLE'"
    )
    columns = "select column_name from information_schema.columns where table_schema = 'platspuls' and table_name = %s"
    old.execute("set session_replication_role = replica")
    for (table,) in support.rows(old, tables):
        names = [name for (name,) in support.rows(old, columns, table)]
        rows = support.rows(new, f"select {', '.join(names)} from platspuls.{table}")  # noqa: S608 - names of our schema
        values = ", ".join(["%s"] * len(names))
        into = f"insert into platspuls.{table} ({', '.join(names)}) overriding system value"
        insert = f"{into} values ({values})"
        for row in rows:
            old.execute(insert.encode(), [Jsonb(value) if isinstance(value, dict) else value for value in row])
        for column, sequence in support.rows(old, IDENTITY, table):
            newest = f"select setval(%s, (select max({column}) from platspuls.{table}))"  # noqa: S608 - the same
            old.execute(newest.encode(), (sequence,))
    old.execute("set session_replication_role = origin")


def test_an_older_store_keeps_all_and_answers_as_a_new_one(empty_database_url: str, database_url: str) -> None:
    with (
        connect(empty_database_url, application="test", autocommit=True) as old,
        connect(database_url, application="test", autocommit=True) as new,
    ):
        released = make_released_schema(old)
        store_a_run(new)
        copy_into_older(new, old)
        before = support.dump(old)
        assert all(before[table] for table in ("line_flow", "zone_dwell", "line_quarter", "delivery"))
        assert len(migrate(old)) == len(migrations()) - released
        check_version(old)
        assert support.dump(old) == before == support.dump(new)
        for question in ANSWERS:
            assert support.rows(old, question) == support.rows(new, question) != []
        late = support.received(support.flow(900, 60 * 24 * 3))
        assert BatchWriter(old).store([late]).facts == 2
        support.assert_recount_agrees(old)


@pytest.fixture
def before(empty_database_url: str) -> Iterator[Database]:
    """The store of 21d44ef, brought up to this version."""
    with connect(empty_database_url, application="test", autocommit=True) as database:
        make_released_schema(database)
        database.execute((UPGRADE / "data_of_21d44ef.sql").read_bytes())
        migrate(database)
        yield database


def in_todays_words(answer: Any) -> Any:  # noqa: ANN401 - JSON holds anything
    match answer:
        case dict():
            return {RENAMED.get(key, key): in_todays_words(value) for key, value in answer.items()}
        case list():
            return [in_todays_words(value) for value in answer]
        case str():
            return RENAMED.get(answer, answer)
        case _:
            return answer


def as_json(rows: Sequence[Sequence[Any]]) -> list[str]:
    """Return rows as text, in an order that doesn't depend on words."""
    return sorted(json.dumps(list(row), default=str, sort_keys=True) for row in rows)


def test_every_question_has_the_answer_that_it_had_before(before: Database) -> None:
    for answer in json.loads((UPGRADE / "answers_of_21d44ef.json").read_text("utf-8")):
        found = as_json(before.execute(answer["question"].encode()).fetchall())
        assert found == as_json(in_todays_words(answer["rows"])) != [], answer["question"]


def with_sums_of_before_their_index_had_all(database: Database) -> None:
    """Leave the sums as they are, in tables as version 28 had them."""
    for thing in ("line", "zone"):
        database.execute(
            f"alter table platspuls.{thing}_day drop constraint {thing}_day_pkey, add primary key ({thing}_id, start), "
            "reset (autovacuum_vacuum_insert_scale_factor)".encode()
        )
    database.execute(b"delete from public.platspuls_migration where number = 29")


def test_what_is_summed_up_after_an_upgrade_changes_no_answer(before: Database) -> None:
    questions = [answer["question"] for answer in json.loads((UPGRADE / "answers_of_21d44ef.json").read_text("utf-8"))]
    from_quarters = [as_json(before.execute(question.encode()).fetchall()) for question in questions]
    while sum_up_some(before, datetime.now(UTC)):
        pass
    assert support.rows(before, "select count(*) > 0 from platspuls.line_hour") == [(True,)]
    assert [as_json(before.execute(question.encode()).fetchall()) for question in questions] == from_quarters
    with_sums_of_before_their_index_had_all(before)
    assert [migration.name for migration in migrate(before)] == ["covering_sums"]
    assert [as_json(before.execute(question.encode()).fetchall()) for question in questions] == from_quarters


def test_what_was_written_before_is_changed_and_withdrawn_now(before: Database) -> None:
    [(number, version)] = support.rows(
        before, "select manual_count_id, version from reading.manual_count order by manual_count_id limit 1"
    )
    run(before, "manual_count_change", "test", SITE, number, version, {"note": "counted again"})
    run(before, "manual_count_withdraw", "test", SITE, number, version + 1, "twice")
    history = "select version, action, record ->> 'note' from reading.history where entity = %s and entity_id = %s"
    written = [
        (1, "create", None),
        (2, "change", "x"),
        (3, "change", "counted again"),
        (4, "withdraw", "counted again"),
    ]
    assert sorted(support.rows(before, history, "manual_count", str(number))) == written
    assert support.rows(before, "select distinct entity from platspuls.audit where entity = 'manual_count'") == []
    again = run(before, "manual_count_create", "test", SITE, GIVEN["manual_count"], REQUEST)
    assert again["written_by"] == "test"
    assert support.rows(before, "select count(*) from platspuls.request") == [(1,)]
    source, at = WeatherSource("a.csv", "test"), datetime(2026, 1, 1, tzinfo=UTC)
    for value, changed in ((1.5, (1, 0)), (1.5, (0, 0)), (2, (0, 1))):
        assert import_weather(before, SITE, Measure.TEMPERATURE, [WeatherValue(at, value)], source) == changed
