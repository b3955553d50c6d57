"""What a backup must know of the store, and how a database is made ready to take one back."""

from collections.abc import Mapping
from dataclasses import dataclass

from store.database import Database, NotReadyError, connect, statement, transaction
from store.migrate import MigrationError, migrations

_APPLICATION = "platspuls restore"


class RestoreRefusedError(Exception):
    """A backup can't be taken back into this database; the sentence says why."""


@dataclass(frozen=True, slots=True)
class DatabaseContents:
    """What a database holds.

    Attributes:
        server: version of PostgreSQL, as in 170011.
        timescale: version of TimescaleDB, where this database has it.
        schema: the migrations that it ran: number and hash.
    """

    server: int
    timescale: str | None
    schema: Mapping[int, str]


def contents(database: Database) -> DatabaseContents:
    """Return what the database holds. Raises NotReadyError where there is no store."""
    with transaction(database):
        [(server, timescale)] = database.execute(statement("backup/server"))
        applied = database.execute(statement("migration/applied")).fetchall()
    return DatabaseContents(server, timescale, {number: sha256 for number, sha256 in applied})  # noqa: C416 - typed


def check_schema_known(schema: Mapping[int, str]) -> None:
    """Raise RestoreRefusedError unless this version knows all that a store of these migrations may hold."""
    try:
        known = {migration.number: migration.sha256 for migration in migrations()}
    except MigrationError as error:
        raise RestoreRefusedError(str(error)) from error
    if newer := sorted(set(schema) - set(known)):
        raise RestoreRefusedError(
            f"the backup is newer: its schema is {newer[-1]}, this version knows {len(known)}; restore it with the "
            "version that made it, or a later one"
        )
    if other := sorted(number for number, sha256 in schema.items() if known[number] != sha256):
        raise RestoreRefusedError(f"the backup ran another text of migration {other[0]}")


def prepare_database(url: str, backup: DatabaseContents, *, force: bool) -> None:
    """Make a database ready: empty, with the roles, and with the same TimescaleDB as the backup had.

    Args:
        url: its address, as a user who owns it.
        backup: what is to be restored.
        force: whether a store that is there may be taken away.

    Raises:
        RestoreRefusedError: there is a store, somebody uses it, or the server can't hold the backup.
        DatabaseError: what the database says.
    """
    with connect(url, application=_APPLICATION, autocommit=True) as database:
        _check_server(database, backup)
        _check_empty(database, force=force)
        with transaction(database):
            database.execute(statement("backup/clear"))
            database.execute(statement("backup/roles"))
    if backup.timescale is not None:
        _put_timescale(url, backup.timescale)


def _check_server(database: Database, backup: DatabaseContents) -> None:
    [(server, _)] = database.execute(statement("backup/server"))
    if server // 10_000 < backup.server // 10_000:
        raise RestoreRefusedError(
            f"the backup is of PostgreSQL {backup.server // 10_000}, this server is {server // 10_000}: take one as new"
        )
    if backup.timescale is None:
        return
    offered = [version for (version,) in database.execute(statement("backup/timescale_versions"))]
    if backup.timescale not in offered:
        there = ", ".join(offered) or "none"
        raise RestoreRefusedError(
            f"the backup needs TimescaleDB {backup.timescale}, this server has {there}: restore it there, then update"
        )


def _check_empty(database: Database, *, force: bool) -> None:
    [(there, users)] = database.execute(statement("backup/in_use"))
    if users:
        raise RestoreRefusedError(f"{', '.join(users)} is connected to this database: end it first")
    if there and not force:
        raise RestoreRefusedError(
            "this database holds a store already; --force takes it away first, with all that it holds"
        )


def _put_timescale(url: str, version: str) -> None:
    """A connection that has seen the extension go can't make it: each step has its own."""
    for name in ("backup/drop_timescale", "backup/create_timescale", "backup/pre_restore"):
        with connect(url, application=_APPLICATION, autocommit=True) as database, transaction(database):
            database.execute(statement("backup/timescale_version"), (version,))
            database.execute(statement(name))


def finish_restore(url: str, backup: DatabaseContents) -> None:
    """Let TimescaleDB work again, where the backup has it, and let the planner know the tables.

    Raises DatabaseError.
    """
    with connect(url, application=_APPLICATION, autocommit=True) as database:
        if backup.timescale is not None:
            with transaction(database):
                database.execute(statement("backup/post_restore"))
        try:
            with transaction(database):
                database.execute("analyze")
        except NotReadyError:
            return  # nothing was restored
