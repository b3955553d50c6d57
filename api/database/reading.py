"""Reading the database: a pool of read-only connections, and statements that are files.

`sql/SUBJECT/NAME.sql` holds one statement, and its name is SUBJECT/NAME. It reads nothing but the schema `reading`.
"""

import asyncio
import select
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Final, LiteralString, Self, TypeVar

from psycopg import AsyncConnection, pq
from psycopg.abc import PQGen
from psycopg.errors import FeatureNotSupported
from psycopg.generators import copy_from
from psycopg.pq.abc import PGconn
from psycopg.rows import class_row
from psycopg.sql import SQL, Composed, Identifier
from psycopg_pool import AsyncConnectionPool

from api.database.errors import Sentences, explained
from api.database.export_columns import csv_query, typed_query
from api.database.parallel_parts import in_parallel
from api.database.shares import FairShares
from api.database.statement import Statement, asked
from api.database.statement import named as _statement
from api.database.watched_rows import LeftOutRow, left_out_rows
from api.errors import DatabaseNotReadyError, DatabaseUnavailableError, TooSlowError
from api.negotiation import Dialect
from api.tables.table import Column

_NEEDED_VERSION: Final = 34
"""The oldest schema that has all that the statements here read."""
_ROWS_AT_ONCE_SINCE: Final = 170_000
_BATCH_ROWS: Final = 500 if pq.version() >= _ROWS_AT_ONCE_SINCE else 1
"""Rows taken at once when rows are streamed; older libraries give them one by one."""
_BLOCK_BYTES: Final = 65_536
"""A CSV is handed on in blocks of about this size."""
_JSON: Final = SQL("select row_to_json(whole_row)::text from ({}) as whole_row")
_VERSION_AND_KEYS: Final = SQL("select ({}) as version, array({}) as keys")
_PLANNED_ONCE: Final = ("access/", "places/", "version/", "health/live")
"""What requests ask before their answers, or all the time: a few rows each, of which planning is most of the work."""
_PLANS_KEPT: Final = 24
"""The plans that a connection keeps, those used last: each takes some megabytes of the server (`bench.kept_plans`)."""
_RETRY_S: Final = 5.0
"""How long one attempt to connect goes on; the next question starts another."""

_SETTINGS: Final = (
    "select set_config('statement_timeout', %(timeout_ms)s, true), "
    "set_config('idle_in_transaction_session_timeout', %(timeout_ms)s, true), "
    "set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true), "
    "set_config('enable_sort', 'off', true), set_config('enable_incremental_sort', 'off', true)"
)
"""For one answer. The planner can't know how many cells a range has, takes them for few, and would compare each row
with each cell, or sort what is better hashed; where nothing but a loop or a sort is possible, it is done all the
same."""
_ONE_MOMENT: Final = "set transaction isolation level repeatable read"
_LISTENER: Final[dict[str, Any]] = {
    "application_name": "platspuls-api-listener",
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
_SENTENCES: Final = Sentences(
    too_slow="the database took longer than it may: ask for a shorter range or a longer bucket",
    not_ready="the database has no Platspuls schema that this user may read",
    broken="the connection to the database broke: try again in a while",
)
RowT = TypeVar("RowT")
Parameters = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DatabaseLimits:
    """What the database may be asked for.

    Attributes:
        connections: the most at once.
        wait_s: the longest wait for one of them, in seconds.
        statement_timeout_s: the longest time of one statement, in seconds.
        export_timeout_s: the longest time of one file, its reader's slowness included, in seconds.
        work_mem_mb: memory for one sort in the database, in MiB.
    """

    connections: int
    wait_s: float
    statement_timeout_s: float
    export_timeout_s: float
    work_mem_mb: int


@dataclass(frozen=True, slots=True)
class Ask:
    """A statement, what it takes, and what its rows are made by."""

    name: str
    parameters: Parameters
    row: type[Any]


class Database:
    """A pool of read-only connections. Use as an async context; it opens whether or not the database is there."""

    __slots__ = ("_limits", "_pool", "_shares", "_url")

    def __init__(self, url: str, limits: DatabaseLimits) -> None:
        """Prepare the pool without connecting; `url` is a libpq address."""
        timeout_ms = f"{limits.statement_timeout_s * 1000:.0f}"
        settings = {
            "TimeZone": "UTC",
            "default_transaction_read_only": "on",
            "statement_timeout": timeout_ms,
            "idle_in_transaction_session_timeout": timeout_ms,
            "work_mem": f"{limits.work_mem_mb}MB",
            "hash_mem_multiplier": "8",
            # Rows that are streamed are wanted to the last one: no plan that only begins fast.
            "cursor_tuple_fraction": "1.0",
            "plan_cache_mode": "force_generic_plan",
        }
        self._limits = limits
        self._url = url
        self._shares = FairShares(limits.connections, limits.wait_s)
        self._pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
            url,
            kwargs={
                "application_name": "platspuls-api",
                # One statement is a transaction by itself: nobody waits for the server to begin and to end it.
                "autocommit": True,
                "connect_timeout": 5,
                "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
                # A plan made once doesn't know the range, and ranges differ by a factor of thousands: only what says
                # `prepare=True` is, however often it is asked. (None would prepare nothing at all.)
                "prepare_threshold": sys.maxsize,
                # A server that went away without a word is noticed within half a minute.
                "keepalives_idle": 15,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 30_000,
            },
            min_size=1,
            max_size=limits.connections,
            max_waiting=limits.connections * 50,
            timeout=limits.wait_s,
            reconnect_timeout=_RETRY_S,
            configure=_keep_few_plans,
            check=_check,
            open=False,
            name="api",
        )

    async def __aenter__(self) -> Self:
        await self._pool.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def rows(self, name: str, parameters: Parameters, row: type[RowT]) -> list[RowT]:
        """Return all rows of a statement, each made by `row(**columns)`. Raises the errors of `api.errors`."""
        async with self._connection() as connection, connection.cursor(row_factory=class_row(row)) as cursor:
            await cursor.execute(_statement(name), parameters, prepare=name.startswith(_PLANNED_ONCE))
            return await cursor.fetchall()

    async def together(self, *asks: Ask) -> list[list[Any]]:
        """Return all rows of each of several statements, in one turn to the server and back. Raises as `rows`."""
        async with self._connection() as connection, AsyncExitStack() as stack:
            cursors = [await stack.enter_async_context(connection.cursor(row_factory=class_row(a.row))) for a in asks]
            async with connection.pipeline():
                for ask, cursor in zip(asks, cursors, strict=True):
                    statement = asked(ask.name, ask.parameters)
                    await cursor.execute(statement, ask.parameters)
            return [await cursor.fetchall() for cursor in cursors]

    async def version_and_keys(self, name: str, parameters: Parameters) -> tuple[str, list[str]]:
        """Return the version of the data by the statement `name`, and the keys of what the rows are of, in their order.

        There are no keys where `of` is None: the rows are of what isn't known beforehand.
        """
        query = _VERSION_AND_KEYS.format(SQL(_statement(name)), SQL(_statement("version/parts")))
        async with self._connection() as connection, connection.cursor() as cursor:
            await cursor.execute(query, parameters, prepare=True)
            [(version, keys)] = await cursor.fetchall()
        return version, keys

    async def left_out(self, name: str, parameters: Parameters, of: str | None) -> list[LeftOutRow]:
        """Return rows that a statement leaves out for their coverage. `of` is the column of what they are of."""
        timeout = {"timeout_ms": f"{self._limits.statement_timeout_s * 1000:.0f}"}
        async with self._transaction() as connection, connection.cursor(row_factory=class_row(LeftOutRow)) as cursor:
            await connection.execute(_SETTINGS, timeout)
            await cursor.execute(left_out_rows(_statement(name), of), parameters)
            return await cursor.fetchall()

    async def json_rows(
        self, statement: Statement, parameters: Parameters, *, is_export: bool = False
    ) -> AsyncGenerator[str, None]:
        """Yield each row of a statement as a JSON object, as it comes: some hundreds in memory at a time.

        As an export it may take longer, but raises DatabaseUnavailableError when too many of them are under way.
        """
        timeout_s = self._limits.export_timeout_s if is_export else self._limits.statement_timeout_s
        async with self._transaction(is_file=is_export) as connection, connection.cursor() as cursor:
            await cursor.execute(_SETTINGS, {"timeout_ms": f"{timeout_s * 1000:.0f}"})
            query = _JSON.format(asked(statement, parameters))
            async for (row,) in cursor.stream(query, parameters, size=_BATCH_ROWS):
                yield row

    async def json_at_once(self, name: str, parameters: Parameters) -> list[str]:
        """Return each row of a statement as a JSON object. For short answers: their plan is made once a connection."""
        async with (
            self._connection() as connection,
            connection.pipeline(),
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            await cursor.execute(_SETTINGS, {"timeout_ms": f"{self._limits.statement_timeout_s * 1000:.0f}"})
            await cursor.execute(_JSON.format(asked(name, parameters)), parameters, prepare=True)
            return [row for (row,) in await cursor.fetchall()]

    async def csv_blocks(
        self, statement: Statement, parts: Sequence[Parameters], columns: Sequence[Column], dialect: Dialect
    ) -> AsyncGenerator[bytes, None]:
        """Yield the rows of a statement as CSV in blocks, without a header: those of the first part, then of the next.

        All are of one moment. Where there are several parts and connections to spare, two are made at once.
        Raises DatabaseUnavailableError when too many exports are under way.
        """
        query = csv_query(asked(statement, parts[0]), columns, dialect)
        ends_at = asyncio.get_running_loop().time() + self._limits.export_timeout_s
        async with AsyncExitStack() as stack:
            connections = [await stack.enter_async_context(self._transaction(is_file=True))]
            if len(parts) > 1:
                await connections[0].execute(_ONE_MOMENT)
                if self._has_some_to_spare():
                    await stack.enter_async_context(self._shares.files)
                    connections.append(await stack.enter_async_context(self._second()))
                    await _share_moment(*connections)
            makers = [partial(_copied, connection, query, ends_at) for connection in connections]
            async for block in await stack.enter_async_context(aclosing(in_parallel(makers, parts))):
                yield block

    def _has_some_to_spare(self) -> bool:
        stats = self._pool.get_stats()
        idle = stats["pool_max"] - stats["pool_size"] + stats["pool_available"]
        return not self._shares.files.locked() and idle > 1 and not stats.get("requests_waiting")

    async def typed_rows(
        self, first: tuple[str, Parameters], second: tuple[Statement, Parameters], columns: Sequence[Column]
    ) -> AsyncGenerator[tuple[Any, ...], None]:
        """Yield the only row of the first statement, then each row of the second, as both were at one moment.

        Each is the statement's name and what it takes. Values of the second are numbers, texts, booleans and lists of
        texts; times are whole seconds.
        Raises DatabaseUnavailableError when too many exports are under way.
        """
        query = typed_query(asked(*second), columns)
        async with self._transaction(is_file=True) as connection, connection.cursor() as cursor:
            await cursor.execute(_ONE_MOMENT)
            await cursor.execute(_SETTINGS, {"timeout_ms": f"{self._limits.export_timeout_s * 1000:.0f}"})
            await cursor.execute(_statement(first[0]), first[1])
            for row in await cursor.fetchall():
                yield row
            async for row in cursor.stream(query, second[1], size=_BATCH_ROWS):
                yield row

    async def changes(self, channel: LiteralString) -> AsyncGenerator[None, None]:
        """Yield at each commit that announces a change on a channel, over a connection of its own, until it breaks.

        Raises DatabaseUnavailableError then, or where the server is one that can't listen, such as a replica.
        """
        with explained(_SENTENCES):
            async with await AsyncConnection.connect(self._url, autocommit=True, **_LISTENER) as connection:
                await connection.execute(SQL("listen {}").format(Identifier(channel)))
                async for _ in connection.notifies():
                    yield

    async def schema_version(self) -> int:
        """Return the newest migration. Raises DatabaseUnavailableError, or DatabaseNotReadyError when it is too old."""
        async with self._connection() as connection:
            cursor = await connection.execute(_statement("version/schema_version"))
            found = await cursor.fetchone()
        version: int = (found and found[0]) or 0
        if version < _NEEDED_VERSION:
            raise DatabaseNotReadyError(
                f"the database has schema version {version}, the API needs {_NEEDED_VERSION}: "
                "run `platspuls db migrate`"
            )
        return version

    @asynccontextmanager
    async def _connection(self, *, is_file: bool = False) -> AsyncIterator[AsyncConnection]:
        async with self._shares.turn(is_file=is_file):
            with explained(_SENTENCES):
                async with self._pool.connection() as connection, _with_plans_of_now(connection):
                    yield connection

    @asynccontextmanager
    async def _transaction(self, *, is_file: bool = False) -> AsyncIterator[AsyncConnection]:
        async with self._connection(is_file=is_file) as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def _second(self) -> AsyncIterator[AsyncConnection]:
        """Lend another connection to who has one: without a turn, for which two would wait for each other."""
        with explained(_SENTENCES):
            async with self._pool.connection() as connection, connection.transaction():
                yield connection


async def _keep_few_plans(connection: AsyncConnection) -> None:
    connection.prepared_max = _PLANS_KEPT


async def _check(connection: AsyncConnection) -> None:
    """Raise OperationalError where the server has gone: it has closed the socket, so that there is something to read.

    Only then is it asked: an answer is not to wait for one more turn to the server and back for each statement.
    """
    looking = select.poll()
    looking.register(connection.fileno(), select.POLLIN)
    if looking.poll(0):
        await AsyncConnectionPool.check_connection(connection)


@asynccontextmanager
async def _with_plans_of_now(connection: AsyncConnection) -> AsyncIterator[None]:
    """End a connection with a plan of before an upgrade, whose columns are of other types now.

    Raises DatabaseUnavailableError then.
    """
    try:
        yield
    except FeatureNotSupported as error:
        await connection.close()
        raise DatabaseUnavailableError("the database was upgraded just now: try again") from error


async def _share_moment(first: AsyncConnection, second: AsyncConnection) -> None:
    """Let the second see what the first sees. Both have begun nothing but a transaction of repeatable reads."""
    snapshot = await (await first.execute("select pg_export_snapshot()")).fetchone()
    await second.execute(_ONE_MOMENT)
    await second.execute(SQL("set transaction snapshot {}").format(snapshot[0] if snapshot else None))


async def _copied(
    connection: AsyncConnection, query: Composed, ends_at: float, parameters: Parameters
) -> AsyncGenerator[bytes, None]:
    """Yield what a COPY gives, in blocks. `ends_at`, by the clock of the event loop, is when it must be done."""
    left_s = ends_at - asyncio.get_running_loop().time()
    if left_s <= 0:
        raise TooSlowError("the file took longer than it may: ask for a shorter range or a longer bucket")
    async with connection.cursor() as cursor:
        await cursor.execute(_SETTINGS, {"timeout_ms": f"{left_s * 1000:.0f}"})
        async with cursor.copy(query, parameters):
            is_more = True
            while is_more:
                block = await connection.wait(_block(connection.pgconn))
                is_more = len(block) >= _BLOCK_BYTES
                if block:
                    yield block


def _block(pgconn: PGconn) -> PQGen[bytes]:
    """Return the next lines of a COPY: _BLOCK_BYTES or a little more, and less at its end.

    They are taken without waiting for the event loop between them, which would be two thirds of the work.
    """
    block = bytearray()
    while len(block) < _BLOCK_BYTES:
        line = yield from copy_from(pgconn)
        if not isinstance(line, memoryview):
            break
        block += line
    return bytes(block)
