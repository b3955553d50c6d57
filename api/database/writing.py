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
from psycopg_pool import AsyncConnectionPool

from api.database.errors import Sentences, explained
from api.database.reading import DatabaseLimits
from api.errors import ApiError, DatabaseNotReadyError, DatabaseUnavailableError

_ROLE: Final = "set local role platspuls_staff"
_CONNECTIONS: Final = 4
"""Commands are short and rare; nobody waits long for one of these."""
_RETRY_S: Final = 5.0
_LOCK_MS: Final = 5_000

_SENTENCES: Final = Sentences(
    too_slow="the command took longer than it may: nothing was written",
    not_ready="the API may not write: its user for writing needs the role platspuls_staff",
    broken="the connection to the database broke: look whether it was written, or try again",
)


class Commands:
    """A pool of connections that run commands as platspuls_staff. It connects when the first command comes.

    Args:
        url: a libpq address of a user who is, or may become, platspuls_staff.
        limits: how long to wait, and how long a command may take.

    Attributes:
        fault: why the last command could not be run at all; None where it could, whatever became of it.
    """

    __slots__ = ("_pool", "fault")

    def __init__(self, url: str, limits: DatabaseLimits) -> None:
        self.fault: str | None = None
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
        with self._noting_faults(), explained(_SENTENCES):
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute(_ROLE)
                cursor = await connection.execute(_call(command, given), given)
                row = await cursor.fetchone()
        return row and row[0]

    @contextmanager
    def _noting_faults(self) -> Iterator[None]:
        try:
            yield
        except (DatabaseNotReadyError, DatabaseUnavailableError) as error:
            self.fault = str(error)
            raise
        except ApiError:
            self.fault = None
            raise
        self.fault = None


def _call(command: str, names: dict[str, object]) -> Composed:
    arguments = SQL(", ").join(
        SQL("{} => {}").format(Identifier(f"p_{name}"), psycopg.sql.Placeholder(name)) for name in names
    )
    return SQL("select writing.{}({})").format(Identifier(command), arguments)
