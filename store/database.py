"""The one door to the database for the ingest side: connections, SQL files, and errors by who is to blame.

Every statement is a file: `sql/statements/NAME.sql` holds one statement, and its name is the file's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, LiteralString

import psycopg
from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import TupleRow

SQL_FOLDER: Final = Path(__file__).parent / "sql"

Database = Connection[TupleRow]


class DatabaseError(Exception):
    """Something the database said."""


class DatabaseAwayError(DatabaseError):
    """The database can't be reached or can't serve now (SQLSTATE 08, 25006, 40, 53, 55, 57): it passes, try again."""


class DataError(DatabaseError):
    """The database refuses the data itself (SQLSTATE 22, 23): trying the same again is no use."""


class NotReadyError(DatabaseError):
    """The database can be reached but isn't what this program needs: no schema, another version, no rights."""


class CommandRefusedError(DatabaseError):
    """A command of the schema `writing` refuses what it was told (SQLSTATE 22, 23, P0002); the text is its sentence."""


_PASSING: Final = ("08", "25006", "40", "53", "55", "57")
"""25006: the server only reads, as one that has just been replaced by another does."""
_DATA: Final = ("22", "23")
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
    told = conninfo_to_dict(url)
    return make_conninfo(url, **{name: value for name, value in _SILENCE.items() if name not in told})


def for_programs(url: str) -> tuple[str, dict[str, str]]:
    """Return an address for PostgreSQL's own programs without its password, and the environment that holds that.

    Everybody on a machine may read the arguments of a program.
    """
    told = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    password = told.pop("password", None)
    return make_conninfo("", **told), {} if password is None else {"PGPASSWORD": password}


def explain(error: psycopg.Error) -> Exception:
    """Return the error of ours that stands for this one of psycopg's, or the very same where it is unknown."""
    state = error.sqlstate or ""
    text = " ".join(str(error).split())
    if state.startswith(_DATA) or (not state and isinstance(error, psycopg.DataError)):
        return DataError(text)
    if state.startswith(_PASSING) or (not state and isinstance(error, psycopg.OperationalError)):
        return DatabaseAwayError(text)
    if state.startswith(("28", "3D", "3F", "42")):
        return NotReadyError(text)
    return error


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
        if state.startswith(_DATA) or state == "P0002":
            raise CommandRefusedError(error.diag.message_primary or str(error)) from error
        raise explain(error) from error


@cache
def statement(name: str) -> LiteralString:
    """Return the statement in sql/statements/NAME.sql.

    This is the one place where text becomes trusted SQL: it comes from our own package, never from a user.
    """
    return (SQL_FOLDER / "statements" / f"{name}.sql").read_text("utf-8")


def script(path: Path) -> LiteralString:
    """Return a migration, or a file of reading/, as trusted SQL (see `statement`)."""
    return path.read_text("utf-8")
