"""The same facts, aggregates and answers, to the last integer, on PostgreSQL alone and both editions of TimescaleDB."""

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import pytest

from ingest.batch.writer import BatchWriter
from platspuls.embedded.postgres import running_postgres
from store.aggregates.verify import Verifier
from store.database import Database, connect
from store.housekeeping import forget_before
from store.migrate import migrate
from tests.ingest.batch.test_bounds import declare
from tests.support import small_site as support
from tests.support.servers.timescale import running_apache, running_community

pytestmark = [pytest.mark.full, pytest.mark.timeout(180)]
EDITIONS = ("alone", "apache", "community")
FACTS = ("line_flow", "zone_flow", "zone_dwell")
_IN_PHASE = (
    "select count(*) from platspuls.line_flow where start >= '2025-03-03T10:15Z' and start < '2025-03-03T10:45Z'"
)
_ANSWERS = (
    "select * from reading.line_flow('torget', 'hour', '2025-03-03T00:00Z', '2025-03-04T00:00Z') order by 1, 2",
    "select * from reading.site_flow('torget', 'day', '2025-03-01T00:00Z', '2025-03-08T00:00Z') order by 1, 2",
    "select * from reading.zone_flow('torget', 'hour', '2025-03-03T00:00Z', '2025-03-04T00:00Z') order by 1, 2",
    "select * from reading.zone_dwell('torget', 'day', '2025-03-01T00:00Z', '2025-03-08T00:00Z', 60) order by 1, 2",
)


@contextmanager
def running(edition: str, folder: Path) -> Iterator[str]:
    """Run one edition; yield the address of an empty database."""
    match edition:
        case "alone":
            with running_postgres(folder / "alone") as cluster:
                yield cluster.url()
        case "apache":
            with running_apache(folder) as url:
                yield url
        case _:
            with running_community(folder) as url:
                yield url


@pytest.fixture(scope="module")
def databases(server_folder: Path) -> Iterator[dict[str, Database]]:
    """The three editions, each migrated, with one site and the same seeded run of two epochs stored."""
    folder = Path(mkdtemp(dir=server_folder))
    with ExitStack() as stack:
        databases = {}
        # What a machine may lack comes first: nothing is begun that a skip would leave half done.
        for edition in reversed(EDITIONS):
            url = stack.enter_context(running(edition, folder))
            databases[edition] = stack.enter_context(connect(url, application="test", autocommit=True))
            migrate(databases[edition])
            support.make_site(databases[edition])
            _store_a_run(databases[edition])
        yield databases


def _store_a_run(database: Database) -> None:
    rng = random.Random(11)
    writer = BatchWriter(database)
    batches = support.a_run(rng) * 2
    rng.shuffle(batches)
    for batch in batches:
        writer.store([support.received(*batch.records, epoch=batch.epoch, lost=batch.lost)])


def test_timescale_has_hypertables(databases: dict[str, Database]) -> None:
    query = "select hypertable_name, compression_enabled from timescaledb_information.hypertables order by 1"
    names = ["line_flow", "line_quarter", "zone_dwell", "zone_flow", "zone_quarter"]
    assert databases["apache"].execute(query).fetchall() == [(name, False) for name in names]
    assert databases["community"].execute(query).fetchall() == [
        (name, name in {"line_flow", "zone_flow"}) for name in names
    ]


@pytest.mark.parametrize("edition", EDITIONS[1:])
def test_the_same_rows(databases: dict[str, Database], edition: str) -> None:
    alone, other = support.dump(databases["alone"]), support.dump(databases[edition])
    assert all(alone[table] for table in (*FACTS, "line_quarter", "zone_quarter", "conflict", "delivery"))
    assert other == alone
    support.assert_recount_agrees(databases[edition])


@pytest.mark.parametrize("edition", EDITIONS[1:])
@pytest.mark.parametrize("query", _ANSWERS)
def test_the_same_answers(databases: dict[str, Database], edition: str, query: str) -> None:
    alone = databases["alone"].execute(query.encode()).fetchall()
    assert any(value for row in alone for value in row[5:])
    assert databases[edition].execute(query.encode()).fetchall() == alone


def test_late_data_goes_into_a_compressed_chunk(databases: dict[str, Database]) -> None:
    database = databases["community"]
    compressed = database.execute("select compress_chunk(c) from show_chunks('platspuls.line_flow') c").fetchall()
    assert compressed
    before = _count(database, "line_flow")
    late = support.flow(1, 60 * 24 * 2 - 30)
    again = support.flow(2, 0)
    stored = BatchWriter(database).store([support.received(late, again, epoch="00000000000000aa")])
    assert stored.facts == len(late.lines)
    assert _count(database, "line_flow") == before + len(late.lines)
    assert _count(database, "conflict") > 0
    support.assert_recount_agrees(database)


@pytest.mark.parametrize("edition", EDITIONS)
def test_quarter_hours_are_counted_again_and_repaired(databases: dict[str, Database], edition: str) -> None:
    database = databases[edition]
    verifier = Verifier(database, support.SITE)
    assert [verifier.differences(month, 9).total for month in verifier.months(None, None)] == [0]
    database.execute("update platspuls.line_quarter set forward = forward + 1 where start = '2025-03-03T10:15Z'")
    [month] = verifier.months(None, None)
    found = verifier.differences(month, 9).total
    assert found > 0
    assert verifier.repair(month) == found
    assert verifier.differences(month, 9).total == 0
    support.assert_recount_agrees(database)


@pytest.mark.parametrize("edition", EDITIONS)
def test_old_facts_are_forgotten_and_the_aggregates_kept(databases: dict[str, Database], edition: str) -> None:
    database = databases[edition]
    weeks_before = support.flow(1, -60 * 24 * 15)
    BatchWriter(database).store([support.received(weeks_before, epoch="00000000000000bb")])
    kept = {table: _count(database, table) for table in ("line_quarter", "zone_quarter", "zone_dwell", "delivery")}
    before, [(in_phase,)] = _count(database, "line_flow"), support.rows(database, _IN_PHASE)
    declare(database, "[2025-03-03T10:15Z,2025-03-03T10:45Z)")
    forget_before(database, datetime(2026, 1, 1, tzinfo=UTC))
    assert support.rows(database, _IN_PHASE) == [(in_phase,)]
    # Chunks stay or go whole.
    left = in_phase if edition == "alone" else before - len(weeks_before.lines)
    assert 0 < in_phase < before
    assert _count(database, "line_flow") == left
    database.execute("update platspuls.phase set closed_at = now(), archived_at = now()")
    forget_before(database, datetime(2026, 1, 1, tzinfo=UTC))
    assert _count(database, "line_flow") == _count(database, "zone_flow") == 0
    assert {table: _count(database, table) for table in kept} == kept


def _count(database: Database, table: str) -> int:
    return int(support.rows(database, f"select count(*) from platspuls.{table}")[0][0])  # noqa: S608 - words of ours
