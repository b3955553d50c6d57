"""How often a request asks the database before it is answered: a turn is one statement, or several sent together."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest

from api.access.roles import Role
from api.database.reading import Database as Reading
from api.database.reading import DatabaseLimits
from api.errors import DatabaseUnavailableError
from api.tables.context import CONTEXT, context_columns
from platspuls.embedded.postgres import Cluster
from store.database import connect
from store.migrate import migrate
from store.registry.apply import apply
from tests.api.access.grants import bearer, new_key
from tests.api.serving import serving
from tests.store.registry.example import example, loaded

SITE = "/api/v1/sites/haninge-entre"
RANGE = "from=2025-11-01&to=2025-11-03"
_ANSWER = ("set_config(", "set transaction isolation level")
"""What begins the transaction in which the rows of an answer are read."""

_pipeline: ContextVar[bool] = ContextVar("pipeline", default=False)


class Turns:
    """Counts turns to the server and back of the connections that read, by the statements of each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        execute, pipeline = psycopg.AsyncCursor.execute, psycopg.AsyncConnection.pipeline

        async def counted_execute(cursor: Any, query: Any, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - psycopg's
            if cursor.connection.info.parameter_status("application_name") == "platspuls-api":
                text = query if isinstance(query, str) else query.as_string(cursor)
                if _pipeline.get():
                    self.statements[-1] += text
                else:
                    self.statements.append(text)
            return await execute(cursor, query, *args, **more)

        @asynccontextmanager
        async def counted_pipeline(connection: Any) -> AsyncIterator[Any]:  # noqa: ANN401 - psycopg's
            if not _pipeline.get():
                self.statements.append("")
            token = _pipeline.set(True)
            try:
                async with pipeline(connection) as opened:
                    yield opened
            finally:
                _pipeline.reset(token)

        monkeypatch.setattr(psycopg.AsyncCursor, "execute", counted_execute)
        monkeypatch.setattr(psycopg.AsyncConnection, "pipeline", counted_pipeline)

    def before_the_answer(self) -> int:
        """Return how many there were before the rows of the answer were read, of all where nothing begins them."""
        begun = [at for at, text in enumerate(self.statements) if any(word in text for word in _ANSWER)]
        return begun[0] if begun else len(self.statements)


@pytest.fixture(scope="module")
def place(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    cluster.create_database("statements")
    url = cluster.url("statements")
    folder = tmp_path_factory.mktemp("statements")
    with connect(url, application="test", autocommit=True) as database:
        migrate(database)
        apply(database, loaded(folder, example()))
    return url


@pytest.fixture(scope="module")
def client(place: str) -> Iterator[httpx.Client]:
    headers = bearer(new_key(place, "evaluator", Role.ADMIN))
    with serving(place, access_keep_s=60, request_burst=10_000) as client:
        client.headers.update(headers)
        assert client.get("/api/v1/sites").status_code == 200  # from now on the key is known
        yield client


@pytest.mark.chain
@pytest.mark.parametrize(
    ("path", "turns"),
    [
        (f"{SITE}/flow?{RANGE}", 2),
        (f"{SITE}/flow?of=line&lines=stationen&{RANGE}", 2),
        (f"{SITE}/flow?of=space&numbers=corrected&{RANGE}", 2),
        (f"{SITE}/flow.csv?of=line&{RANGE}", 2),
        (f"{SITE}/flow.ndjson?{RANGE}", 2),
        (f"{SITE}/dwell?zones=bankarna&threshold_s=300&{RANGE}", 2),
        (f"{SITE}/dwell.csv?hours=open&{RANGE}", 2),
        (f"{SITE}/dwell.parquet?{RANGE}", 2),
        (f"{SITE}/dwell.xlsx?{RANGE}", 2),
        (f"{SITE}/presence?zones=bankarna&{RANGE}", 2),
        (f"{SITE}/quality?lines=stationen&zones=bankarna&{RANGE}", 2),
        (f"{SITE}/estimates?{RANGE}", 2),
        (f"{SITE}/occupancy?{RANGE}", 2),
        (f"{SITE}/weather.csv?bucket=day&{RANGE}", 2),
        (f"{SITE}/dwell/profile?by=weekday_hour&{RANGE}", 2),
        (f"{SITE}/flow/profile.parquet?of=line&by=day_type&{RANGE}", 2),
    ],
)
def test_numbers_need_two_turns_before_their_rows(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, path: str, turns: int
) -> None:
    counted = Turns(monkeypatch)
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert counted.before_the_answer() == turns, [text[:60] for text in counted.statements]
    counted.statements.clear()
    if tag := answer.headers.get("etag"):
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        assert len(counted.statements) == turns, counted.statements


@pytest.mark.chain
@pytest.mark.parametrize(
    ("path", "turns"),
    [
        ("/healthz", 0),
        ("/readyz", 1),
        ("/api/v1/sites", 1),
        (SITE, 1),
        (f"{SITE}/zones", 2),
        (f"{SITE}/calendar", 2),
        (f"{SITE}/devices", 2),
        (f"{SITE}/live", 2),
        (f"{SITE}/health", 2),
        (f"{SITE}/reconciliation?day=2025-11-01", 2),
        (f"{SITE}/anomalies", 2),
        (f"{SITE}/activities?from=2025-11-01", 2),
        (f"{SITE}/counting-rounds", 2),
        (f"{SITE}/calibrations", 2),
        (f"{SITE}/audit", 1),
        (f"{SITE}/flow?lines=stationen&{RANGE}", 0),
        (f"{SITE}/flow?of=line&lines=nowhere&{RANGE}", 2),
        ("/api/v1/sites/nowhere/flow?from=2025-11-01", 2),
    ],
)
def test_an_answer_needs_at_most_two_turns(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, path: str, turns: int
) -> None:
    counted = Turns(monkeypatch)
    client.get(path)
    assert len(counted.statements) == turns, counted.statements


@pytest.mark.chain
@pytest.mark.parametrize("path", ["passages/2025-11", "dwell/2025-10", "participants/2025", "surveys/2025"])
def test_what_the_public_asks_again_is_not_read_again(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Only whether there is something new."""
    address = f"/api/v1/public/sites/haninge-entre/{path}"
    first = client.get(address)
    assert first.status_code == 200, first.text
    counted = Turns(monkeypatch)
    assert client.get(address).json() == first.json()
    assert len(counted.statements) == 2, counted.statements
    assert "version" in counted.statements[1]


@pytest.mark.chain
def test_the_live_page_needs_six(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once what is usual on such a day is known: it is read once a day."""
    assert client.get("/sites/haninge-entre").status_code == 200
    counted = Turns(monkeypatch)
    assert client.get("/sites/haninge-entre").status_code == 200
    assert len(counted.statements) == 6, counted.statements


@pytest.mark.chain
def test_a_key_is_looked_up_once_while_it_is_believed(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = bearer(new_key(place, "another", Role.STAFF))
    with serving(place, access_keep_s=60) as client:
        counted = Turns(monkeypatch)
        turns = []
        for _ in range(3):
            counted.statements.clear()
            assert client.get(SITE, headers=headers).status_code == 200
            turns.append(len(counted.statements))
    assert turns[1:] == [1, 1], turns
    assert turns[0] <= 3, counted.statements


def _limits(connections: int) -> DatabaseLimits:
    return DatabaseLimits(
        connections=connections, wait_s=20, statement_timeout_s=20, export_timeout_s=20, work_mem_mb=4
    )


@asynccontextmanager
async def _watched(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Reading, list[Any]]]:
    """Give a database of one connection, and a list with its connections."""
    seen: list[Any] = []
    execute = psycopg.AsyncCursor.execute

    async def seen_execute(cursor: Any, *args: Any, **more: Any) -> Any:  # noqa: ANN401 - psycopg's
        if cursor.connection not in seen:
            seen.append(cursor.connection)
        return await execute(cursor, *args, **more)

    with monkeypatch.context() as patched:
        patched.setattr(psycopg.AsyncCursor, "execute", seen_execute)
        async with Reading(url, _limits(1)) as reading:
            yield reading, seen


@pytest.mark.chain
def test_what_is_asked_again_and_again_is_planned_once(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planning was two thirds of what an answer cost the database, since psycopg had been asked to prepare nothing."""

    async def planned() -> tuple[int, int]:
        async with _watched(place, monkeypatch) as (reading, connections):
            for day in range(1, 9):
                start = datetime(2025, 11, day, tzinfo=UTC)
                asked = {
                    "site": "haninge-entre", "bucket": "hour", "hours": "all", "whole": False, "only": None,
                    "of": "site", "from_utc": start, "to_utc": start + timedelta(days=1),
                }  # fmt: skip
                await reading.rows("places/site", {"site": "haninge-entre"}, dict)
                await reading.version_and_keys("version/data_version", asked)
                await reading.json_at_once("numbers/site_flow", asked)
                await reading.rows("numbers/occupancy", asked, dict)  # not short
            [connection] = connections
            counted = "select count(*), sum(generic_plans + custom_plans) from pg_prepared_statements"
            [(statements, runs)] = await (await connection.execute(counted)).fetchall()
            return statements, runs

    statements, runs = asyncio.run(planned())
    assert (statements, runs) == (3, 24)


@pytest.mark.chain
def test_a_connection_keeps_the_plans_used_last_and_no_more(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes some megabytes of the server, and what can be asked for differs in hundreds of ways."""

    async def kept() -> list[str]:
        start = datetime(2025, 11, 1, tzinfo=UTC)
        asked = {
            "site": "haninge-entre", "bucket": "hour", "hours": "all", "whole": False, "only": None,
            "from_utc": start, "to_utc": start + timedelta(hours=1),
        }  # fmt: skip
        columns = context_columns(CONTEXT)
        async with _watched(place, monkeypatch) as (reading, connections):
            for number in range(1, 31):
                await reading.rows("places/site", {"site": "haninge-entre"}, dict)
                beside = [columns[number % len(columns)], *columns[: number % 7]]
                least = {"rows_min_coverage": 0.5 if number % 2 else None}
                await reading.json_at_once("numbers/site_flow", {**asked, **least, "context": beside})
            await reading.rows("places/site", {"site": "haninge-entre"}, dict)  # what is to go goes with the next
            [connection] = connections
            statements = await (await connection.execute("select statement from pg_prepared_statements")).fetchall()
            return [statement for (statement,) in statements]

    statements = asyncio.run(kept())
    assert len(statements) == 24
    assert sum("row_to_json" not in statement for statement in statements) == 1


@pytest.mark.chain
def test_plans_of_before_an_upgrade_are_not_kept(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The contracts made anew change nothing; where a column is of another type now, one request is refused."""

    async def answers() -> list[object]:
        found: list[object] = []
        async with _watched(database_url, monkeypatch) as (reading, connections):
            with connect(database_url, application="test", autocommit=True) as database:
                for change in ("", "contracts", "view", "contracts"):
                    if change == "contracts":
                        migrate(database)
                    elif change:
                        database.execute(b"drop view reading.schema_version cascade")
                        database.execute(b"create view reading.schema_version as select 7::bigint as version")
                    for _ in range(2):
                        try:
                            found.append(await reading.rows("version/schema_version", {}, dict))
                        except DatabaseUnavailableError as error:
                            found.append(str(error))
            assert len(connections) > 1
        return found

    first, *_, now = found = asyncio.run(answers())
    assert now == first
    refused = "the database was upgraded just now: try again"
    assert found == [first, first, first, first, refused, [{"version": 7}], refused, first]
