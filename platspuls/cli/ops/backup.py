"""`platspuls backup` and `platspuls restore`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from platspuls.cli.ops.shared import time_now
from platspuls.cli.shared import database_url_option, failing

_URL = database_url_option("Address of the store, as its owner.")


@contextmanager
def _errors() -> Iterator[None]:
    """End with 1 and the sentence of what is wrong."""
    from platspuls.ops.backup.errors import BackupError
    from store.database import DatabaseError
    from store.migrate import MigrationError

    with failing(1, BackupError, DatabaseError, MigrationError):
        yield


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@_URL
@click.option(
    "--files",
    type=click.Path(path_type=Path),
    multiple=True,
    envvar="PLATSPULS_INSTALLATION",
    show_envvar=True,
    help="Keep this file or folder with it: site files, credentials, secrets. May be given again.",
)
@click.option("--keep", type=click.IntRange(1, 10_000), help="Take away all but so many newest backups in FOLDER.")
def backup(folder: Path, database_url: str, files: tuple[Path, ...], keep: int | None) -> None:
    """Make a backup below FOLDER, while everything goes on: the store, and the files that belong to it.

    It holds secrets where --files does: keep it as you keep those. It is there when it is whole.
    """
    from platspuls.ops.backup.make import backup as make
    from platspuls.ops.backup.make import thin_out

    with _errors():
        made = make(database_url, folder, files, time_now())
        click.echo(f"made {made}")
        for gone in thin_out(folder, keep) if keep else ():
            click.echo(f"took away {gone}")


@click.command()
@click.argument("backup", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_URL
@click.option("--force", is_flag=True, help="Take away the store that is in the database, with all that it holds.")
@click.option(
    "--files-to",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the files of the backup below this folder too. None of them may be there.",
)
def restore(backup: Path, database_url: str, force: bool, files_to: Path | None) -> None:
    """Take BACKUP back into an empty database, and bring it to this version. End ingest and the API first.

    What was counted since comes again by itself: the devices send what the store no longer knows of.
    """
    from platspuls.ops.backup.restore import restore as take_back
    from platspuls.ops.backup.restore import unpack

    with _errors():
        if files_to:
            click.echo(f"{len(unpack(backup, files_to))} files are below {files_to}")
        for migration in take_back(backup, database_url, force=force):
            click.echo(f"ran {migration.path.name}")
    click.echo(f"The store is as it was at {backup.name}. Start ingest: the devices send again what it lacks.")
