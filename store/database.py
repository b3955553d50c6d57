"""Connections to the database, its SQL statements, and its errors by who is to blame.

Every statement is a file: `sql/statements/SUBJECT/NAME.sql` holds one, and its name is SUBJECT/NAME.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

from core.sql import statements
from core.sqlstate import NOT_FOUND, Failure, failure_of

SQL_FOLDER: Final = Path(__file__).parent / "sql"

Database = Connection[TupleRow]
Rollback: Final = psycopg.Rollback
"""Raised inside `transaction`, it takes back what was done there, and goes no further."""


class DatabaseError(Exception):
    """Something the database said."""


class DatabaseAwayError(DatabaseError):
    """The database can't be reached or can't serve now (`Failure.AWAY`): it passes, retry."""


class ServerFaultError(DatabaseAwayError):
    """The server itself is at fault (`Failure.SERVER`), such as its disk: retry; what was asked is not to blame."""


class DataError(DatabaseError):
    """The database refuses the data itself (`Failure.DATA`): retrying doesn't help."""


class NotReadyError(DatabaseError):
    """The database isn't what this program needs: no schema, another version, no rights, or no address."""


class CommandRefusedError(DatabaseError):
    """A command of the schema `writing` refuses its arguments (`Failure.DATA`, or P0002); the text is its sentence."""


_ADDRESS: Final = "the database's address must be like postgresql://user@host/database"
_ERRORS: Final[Mapping[Failure, type[DatabaseError]]] = {
    Failure.DATA: DataError,
    Failure.AWAY: DatabaseAwayError,
    Failure.SERVER: ServerFaultError,
    Failure.NOT_READY: NotReadyError,
}
_SILENCE: Final = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
"""A server that is gone without a word, with its host or its network, is noticed within a minute; else in hours."""


def connect(url: str, *, application: str, autocommit: bool = False, timeout_s: int = 10) -> Database:
    """Open a connection with UTC as its time zone. Raises DatabaseAwayError or NotReadyError.

    Args:
        url: a libpq address, such as postgresql://user@host/database. What it says of keepalives counts.
        application: shown in pg_stat_activity.
        autocommit: each statement its own transaction.
        timeout_s: how long to wait for the server, in seconds.
    """
    try:
        return psycopg.connect(
            _noticing_silence(url),
            autocommit=autocommit,
            connect_timeout=timeout_s,
            application_name=application,
            options="-c TimeZone=UTC",
        )
    except psycopg.Error as error:
        raise explain(error) from error


def _noticing_silence(url: str) -> str:
    params = _params(url)
    return make_conninfo(url, **{name: value for name, value in _SILENCE.items() if name not in params})


def _params(url: str) -> dict[str, Any]:
    """Return the parts of an address. Raises NotReadyError without libpq's words, which may hold the password."""
    try:
        params = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise NotReadyError(_ADDRESS) from None
    if "://" in url and _is_torn(params):
        raise NotReadyError(f"{_ADDRESS}, with % and two hexadecimal digits for signs in a password")
    return params


def _is_torn(params: Mapping[str, object]) -> bool:
    """Tell whether an `@` or `/` of the password tore the address: libpq's words about it would have a part of it."""
    port, parts = str(params.get("port") or ""), [str(params.get(name) or "") for name in ("host", "dbname")]
    return any("@" in part for part in parts) or not all(one.isdecimal() for one in port.split(",") if one)


def for_programs(url: str) -> tuple[str, dict[str, str]]:
    """Return an address for PostgreSQL's own programs without its password, and the environment that holds that.

    Everybody on a machine may read the arguments of a program. Raises NotReadyError.
    """
    params = {name: str(value) for name, value in _params(url).items() if value is not None}
    password = params.pop("password", None)
    return make_conninfo("", **params), {} if password is None else {"PGPASSWORD": password}


def explain(error: psycopg.Error) -> Exception:
    """Return the error of ours that stands for this one of psycopg's, or the very same where it is unknown."""
    kind = _ERRORS.get(failure_of(error.sqlstate) if error.sqlstate else _without_state(error))
    return kind(" ".join(str(error).split())) if kind else error


def _without_state(error: psycopg.Error) -> Failure:
    """Return what an error means that never came from the server: psycopg's own."""
    if isinstance(error, psycopg.DataError):
        return Failure.DATA
    return Failure.AWAY if isinstance(error, psycopg.OperationalError) else Failure.OTHER


@contextmanager
def transaction(database: Database) -> Iterator[Database]:
    """Run one transaction: committed at the end, rolled back when anything is raised.

    Raises DatabaseAwayError, DataError or NotReadyError for what the database says.
    """
    try:
        with database.transaction():
            yield database
    except psycopg.Error as error:
        raise explain(error) from error


@contextmanager
def command(database: Database) -> Iterator[Database]:
    """Run one transaction of commands. Raises CommandRefusedError, and what `transaction` does."""
    try:
        with database.transaction():
            yield database
    except psycopg.Error as error:
        state = error.sqlstate or ""
        if state == NOT_FOUND or failure_of(state) is Failure.DATA:
            raise CommandRefusedError(error.diag.message_primary or str(error)) from error
        raise explain(error) from error


statement: Final = statements(SQL_FOLDER / "statements")
"""Return the statement in sql/statements/NAME.sql; a name is SUBJECT/WHAT, such as delivery/settle."""
