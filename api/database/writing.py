"""Writing to the database: the commands of the schema `writing`, each in a transaction of the role that may run it.

What a command says is checked in the database; this module only passes it on and names its errors.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final, Self

import psycopg
from psycopg import AsyncConnection
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool, PoolClosed, PoolTimeout

from api.database.reading import DatabaseLimits
from api.errors import (
    ApiError,
    ChangedError,
    ConflictError,
    DatabaseNotReadyError,
    DatabaseUnavailableError,
    ParameterError,
    TooSlowError,
    UnknownRecordError,
)
from core.sqlstate import NOT_FOUND, Failure, failure_of

_ROLE: Final = "set local role platspuls_staff"
_CONNECTIONS: Final = 4
"""Commands are short and rare; nobody waits long for one of these."""
_RETRY_S: Final = 5.0
_LOCK_MS: Final = 5_000


class Commands:
    """A pool of connections that run commands as platspuls_staff. It connects when the first command comes.

    Args:
        url: a libpq address of a user who is, or may become, platspuls_staff.
        limits: how long to wait, and how long a command may take.
    """

    __slots__ = ("_pool",)

    def __init__(self, url: str, limits: DatabaseLimits) -> None:
        timeout_ms = f"{limits.statement_timeout_s * 1000:.0f}"
        settings = {
            "TimeZone": "UTC",
            "statement_timeout": timeout_ms,
            "idle_in_transaction_session_timeout": timeout_ms,
            "lock_timeout": str(_LOCK_MS),
        }
        self._pool: AsyncConnectionPool[AsyncConnection] = AsyncConnectionPool(
            url,
            kwargs={
                "application_name": "platspuls-api-commands",
                "connect_timeout": 5,
                "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            },
            min_size=0,
            max_size=_CONNECTIONS,
            max_waiting=_CONNECTIONS * 50,
            timeout=limits.wait_s,
            reconnect_timeout=_RETRY_S,
            check=AsyncConnectionPool.check_connection,
            open=False,
            name="commands",
        )

    async def __aenter__(self) -> Self:
        await self._pool.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def run(self, command: str, **arguments: object) -> Any:  # noqa: ANN401 - what jsonb holds is anything
        """Run `writing.command` and return what it returns; all of it, or nothing, is written.

        Args:
            command: the function's name, a word of ours.
            arguments: by name, without `p_`. A dict is given as jsonb.

        Raises:
            ParameterError: a field can't be used; the text names it and its value.
            UnknownRecordError: there is no such site or log record.
            ChangedError: the log record has another version by now.
            ConflictError: the state of what is there doesn't allow it.
            DatabaseUnavailableError: try again in a while.
            DatabaseNotReadyError: no schema, or no right to write.
        """
        given = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in arguments.items()}
        with _explained():
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute(_ROLE)
                cursor = await connection.execute(_call(command, given), given)
                row = await cursor.fetchone()
        return row and row[0]


def _call(command: str, names: dict[str, object]) -> Composed:
    arguments = SQL(", ").join(
        SQL("{} => {}").format(Identifier(f"p_{name}"), psycopg.sql.Placeholder(name)) for name in names
    )
    return SQL("select writing.{}({})").format(Identifier(command), arguments)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise _explain(error) from error


def _explain(error: psycopg.Error) -> ApiError | psycopg.Error:
    """Return the error of ours that stands for this one of a command, or the very same where it is unknown."""
    # Without a state it is what can't even be sent: text with a NUL.
    state = error.sqlstate or ("22000" if isinstance(error, psycopg.DataError) else "")
    failure = failure_of(state)
    if state == NOT_FOUND or failure is Failure.DATA:
        return _refusal(state, error.diag.message_primary or str(error), error.diag.constraint_name)
    if isinstance(error, psycopg.errors.QueryCanceled):
        return TooSlowError("the command took longer than it may: nothing was written")
    if isinstance(error, PoolTimeout | PoolClosed) or failure is Failure.AWAY:
        return DatabaseUnavailableError("the database can't be reached or is too busy now: try again in a while")
    if failure is Failure.NOT_READY:
        return DatabaseNotReadyError("the API may not write: its user for writing needs the role platspuls_staff")
    if not state and isinstance(error, psycopg.OperationalError):
        return DatabaseUnavailableError(
            "the connection to the database broke: look whether it was written, or try again"
        )
    return error


def _refusal(state: str, sentence: str, constraint: str | None) -> ApiError:
    if state == NOT_FOUND:
        return UnknownRecordError(sentence)
    if state.startswith("22"):
        return ParameterError(sentence)
    return ChangedError(sentence) if constraint == "version" else ConflictError(sentence)
