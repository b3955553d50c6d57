"""Takes a backup back into a database, and brings that to this version."""

import tarfile
from pathlib import Path

from platspuls.ops.backup import manifest, programs
from platspuls.ops.backup.errors import BackupError
from platspuls.ops.backup.make import DUMP, FILES
from store.backup import DatabaseContents, RestoreRefusedError, check_schema_known, finish_restore, prepare_database
from store.database import connect
from store.migrate import Migration, migrate


def restore(folder: Path, url: str, *, force: bool = False) -> list[Migration]:
    """Restore the store. Returns the migrations that were run since: the backup may be of an older version.

    What was stored after the backup was made is then missing here, and the devices send it again by themselves, as far
    as their outboxes reach back.

    Args:
        folder: of the backup.
        url: address of an empty database, as its owner.
        force: take away a store that is there.

    Raises:
        BackupError: the backup is damaged, newer than this version, or doesn't fit this server, and nothing was
            changed; or the dump itself fails, and the database is empty.
        MigrationError, DatabaseError: what the database says.
    """
    manifested = manifest.load(folder)
    held = DatabaseContents(manifested.server, manifested.timescale, manifested.schema)
    pg_restore = programs.find("pg_restore", manifested.dumped_by)
    try:
        check_schema_known(manifested.schema)
        prepare_database(url, held, force=force)
    except RestoreRefusedError as error:
        raise BackupError(str(error)) from error
    try:
        pg_restore.run(url, ["--no-owner", "--single-transaction", str(folder / DUMP)])
    finally:
        finish_restore(url, held)
    with connect(url, application="platspuls restore", autocommit=True) as database:
        return migrate(database)


def unpack(folder: Path, into: Path) -> list[str]:
    """Write the files of a backup below `into`, and return their names. Raises BackupError where one is there."""
    manifest.load(folder)
    try:
        with tarfile.open(folder / FILES) as tar:
            names = tar.getnames()
            if there := [name for name in names if (into / name).is_file()]:
                raise BackupError(f"{into / there[0]} is there already: choose an empty folder")
            into.mkdir(parents=True, exist_ok=True, mode=0o700)
            tar.extractall(into, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise BackupError(f"{folder / FILES} can't be unpacked into {into}: {error}") from error
    return names
