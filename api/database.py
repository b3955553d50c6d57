"""The one door to the database: a pool of read-only connections, and statements that are files.

`sql/NAME.sql` holds one statement, and its name is the file's. It reads nothing but the schema `reading`.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Final, LiteralString, Self, TypeVar

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import class_row
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from api.errors import ApiError, DatabaseAwayError, DatabaseNotReadyError, ParameterError, TooSlowError

_SQL: Final = Path(__file__).parent / "sql"
_NEEDED_VERSION: Final = 4
"""The oldest schema that has all that the statements here read."""
_BATCH_ROWS: Final = 500
"""Rows fetched at once when rows are streamed."""
_RETRY_S: Final = 5.0
"""How long one attempt to connect goes on; the next question starts another."""

RowT = TypeVar("RowT")
Parameters = Mapping[str, object]


class Database:
    """A pool of read-only connections. Use as an async context; it opens whether or not the database is there."""

    __slots__ = ("_pool",)

    def __init__(
        self, url: str, *, connections: int, wait_s: float, statement_timeout_s: float, work_mem_mb: int
    ) -> None:
        """Prepare the pool without connecting.

        Args:
            url: a libpq address.
            connections: the most connections at once.
            wait_s: the longest wait for one of them, in seconds.
            statement_timeout_s: the longest time of one statement, in seconds.
            work_mem_mb: memory for one sort in the database, in MiB.
        """
        settings = {
            "TimeZone": "UTC",
            "default_transaction_read_only": "on",
            "statement_timeout": f"{statement_timeout_s * 1000:.0f}",
            "idle_in_transaction_session_timeout": f"{statement_timeout_s * 1000:.0f}",
            "work_mem": f"{work_mem_mb}MB",
            "hash_mem_multiplier": "8",
            # Rows that are streamed are wanted to the last one: no plan that only begins fast.
            "cursor_tuple_fraction": "1.0",
        }
        self._pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
            url,
            kwargs={
                "application_name": "platspuls-api",
                "connect_timeout": 5,
                "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
                # A generic plan would not know the range, and ranges differ by a factor of thousands.
                "prepare_threshold": None,
            },
            min_size=1,
            max_size=connections,
            max_waiting=connections * 8,
            timeout=wait_s,
            reconnect_timeout=_RETRY_S,
            check=AsyncConnectionPool.check_connection,
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
            await cursor.execute(_statement(name), parameters)
            return await cursor.fetchall()

    async def stream(self, name: str, parameters: Parameters, row: type[RowT]) -> AsyncGenerator[RowT, None]:
        """Yield the rows of a statement as they come from the database, a few hundred in memory at a time."""
        async with self._connection() as connection, connection.cursor("stream", row_factory=class_row(row)) as cursor:
            cursor.itersize = _BATCH_ROWS
            await cursor.execute(_statement(name), parameters)
            async for each in cursor:
                yield each

    async def schema_version(self) -> int:
        """Return the newest migration. Raises DatabaseAwayError, or DatabaseNotReadyError when it is too old."""
        async with self._connection() as connection:
            cursor = await connection.execute(_statement("schema_version"))
            found = await cursor.fetchone()
        version: int = (found and found[0]) or 0
        if version < _NEEDED_VERSION:
            raise DatabaseNotReadyError(
                f"the database has schema version {version}, the API needs {_NEEDED_VERSION}: "
                "run `platspuls db migrate`"
            )
        return version

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        with _explained():
            async with self._pool.connection() as connection:
                yield connection


@cache
def _statement(name: str) -> LiteralString:
    """Return the statement in sql/NAME.sql: trusted, since it comes from our own package and never from a user."""
    return (_SQL / f"{name}.sql").read_text("utf-8")


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise _explain(error) from error


def _explain(error: psycopg.Error) -> ApiError | psycopg.Error:
    """Return the error of ours that stands for this one of psycopg's, or the very same where it is unknown."""
    state = error.sqlstate or ""
    if isinstance(error, psycopg.errors.QueryCanceled):
        return TooSlowError("the database took longer than it may: ask for a shorter range or a longer bucket")
    if isinstance(error, PoolTimeout | PoolClosed) or state.startswith(("08", "40", "53", "55", "57")):
        return DatabaseAwayError("the database can't be reached or is too busy now: try again in a while")
    if state.startswith(("22", "23")):
        return ParameterError(error.diag.message_primary or str(error))
    if state.startswith(("28", "3D", "3F", "42")):
        return DatabaseNotReadyError("the database has no Platspuls schema that this user may read")
    if not state and isinstance(error, psycopg.OperationalError):
        return DatabaseAwayError("the connection to the database broke: try again in a while")
    return error
