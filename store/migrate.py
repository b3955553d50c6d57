"""Brings a database to this version: migrations once and in order, the reading and writing contracts anew each time.

A migration that was released never changes: its hash stands in `migrations/FROZEN`, and a database remembers the
hash of what it ran. The files of the contracts may change freely: they are dropped and made again in the same
transaction (`store.contracts`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

from core.sql import script
from store.contracts import make_contracts
from store.database import SQL_FOLDER, Database, NotReadyError, explain, statement

_LOCK: Final = 7_238_201
"""Advisory lock: two programs that migrate at once wait for each other."""


class MigrationError(Exception):
    """The migrations on disk and those that the database ran don't fit together."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file of migrations/, named NUMBER_NAME.sql."""

    number: int
    name: str
    sha256: str
    path: Path


def migrations(folder: Path = SQL_FOLDER / "migrations") -> list[Migration]:
    """Return the migrations in order. Raises MigrationError when the numbers have a gap or a frozen one changed."""
    found = [_read(path) for path in sorted(folder.glob("*.sql"))]
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise MigrationError(f"migrations must be numbered 0001, 0002, ... without gaps: {[m.name for m in found]}")
    _check_frozen(found, folder / "FROZEN")
    return found


def _read(path: Path) -> Migration:
    number, _, name = path.stem.partition("_")
    return Migration(int(number), name, hashlib.sha256(path.read_bytes()).hexdigest(), path)


def _check_frozen(found: Sequence[Migration], frozen: Path) -> None:
    expected = dict(line.split()[::-1] for line in frozen.read_text().splitlines() if line)
    for migration in found:
        if expected.get(migration.path.name, migration.sha256) != migration.sha256:
            raise MigrationError(f"{migration.path.name} is frozen and may not change: write a new migration")


def migrate(database: Database) -> list[Migration]:
    """Run what is missing and make both contracts anew. Returns the migrations that were run.

    Args:
        database: a connection in autocommit mode, as the owner of the schema.

    Raises:
        MigrationError: the database ran a migration that this version doesn't have, or another text of it.
        NotReadyError: the user may not do this.
    """
    known = migrations()
    try:
        with database.transaction():
            database.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
            database.execute(statement("migration/table"))
            missing = _missing(known, _applied(database))
            for migration in missing:
                database.execute(script(migration.path))
                database.execute(statement("migration/note"), (migration.number, migration.name, migration.sha256))
            make_contracts(database)
    except psycopg.Error as error:
        raise explain(error) from error
    return missing


def check_version(database: Database) -> None:
    """Raise NotReadyError unless the database has exactly this version's migrations."""
    try:
        missing = _missing(migrations(), _applied(database))
    except psycopg.errors.UndefinedTable:
        raise NotReadyError("the database has no Platspuls schema: run `platspuls db migrate`") from None
    except MigrationError as error:
        raise NotReadyError(str(error)) from error
    if missing:
        names = ", ".join(migration.path.name for migration in missing)
        raise NotReadyError(f"the database lacks {names}: run `platspuls db migrate`")


def _applied(database: Database) -> dict[int, str]:
    return {number: sha256 for number, sha256 in database.execute(statement("migration/applied"))}  # noqa: C416 - typed


def _missing(known: Sequence[Migration], applied: dict[int, str]) -> list[Migration]:
    if newer := sorted(set(applied) - {migration.number for migration in known}):
        raise MigrationError(f"the database is newer: it ran migration {newer[-1]}, this version knows {len(known)}")
    for migration in known:
        if applied.get(migration.number, migration.sha256) != migration.sha256:
            raise MigrationError(f"the database ran another text of {migration.path.name}")
    return [migration for migration in known if migration.number not in applied]
