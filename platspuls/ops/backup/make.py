"""Makes a backup: one folder, there when it is whole."""

import os
import shutil
import tarfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from platspuls import __version__
from platspuls.ops.backup import manifest, programs
from platspuls.ops.backup.errors import BackupError
from platspuls.ops.backup.manifest import Manifest
from store.backup import contents
from store.database import connect

DUMP: Final = "store.dump"
FILES: Final = "files.tar"
_PREFIX: Final = "platspuls-"
_TENS_OF_THOUSANDS: Final = 10_000


def backup(url: str, into: Path, files: Sequence[Path], now: datetime) -> Path:
    """Make a backup below `into`. Returns its folder.

    The store goes on working meanwhile; the backup holds what was committed when it began. Live numbers aren't in it.

    Args:
        url: address of the store, as a user who may read all of it.
        into: holds a folder for each backup.
        files: files and folders to keep with it: site files, credentials, secrets.
        now: aware.

    Raises:
        BackupError: something can't be read or written, or pg_dump is missing or fails.
        DatabaseError: what the database says.
    """
    _check(into, files)
    made = into / f"{_PREFIX}{now:%Y%m%dT%H%M%SZ}"
    unfinished = into / f".{made.name}.unfinished"
    try:
        into.mkdir(parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)
        _fill(unfinished, url, files, now)
        _persist(unfinished)
        unfinished.rename(made)
    except OSError as error:
        raise BackupError(f"{error.filename or into} can't be written: {error.strerror}") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return made


def _check(into: Path, files: Sequence[Path]) -> None:
    for path in files:
        if not path.exists():
            raise BackupError(f"{path} isn't there")
        if into.resolve().is_relative_to(path.resolve()):
            raise BackupError(f"{into} lies in {path}: each backup would hold those before it")
    if len({path.resolve().name for path in files}) < len(files):
        raise BackupError("two of the files have one name")


def _fill(folder: Path, url: str, files: Sequence[Path], now: datetime) -> None:
    with connect(url, application="platspuls backup", autocommit=True) as database:
        held = contents(database)
    pg_dump = programs.find("pg_dump", held.server // _TENS_OF_THOUSANDS)
    dump = folder / DUMP
    options = ["--format=custom", "--no-unlogged-table-data", "--exclude-table-data=platspuls.ingest_run"]
    pg_dump.run(url, [*options, f"--file={dump}"])
    _pack(folder / FILES, files)
    manifest.write(
        folder,
        Manifest(
            made_at=now,
            made_by=__version__,
            server=held.server,
            dumped_by=pg_dump.major,
            timescale=held.timescale,
            schema=held.schema,
            files=[manifest.described(dump), manifest.described(folder / FILES)],
        ),
    )


def _pack(archive: Path, files: Sequence[Path]) -> None:
    with tarfile.open(archive, "w") as tar:
        for path in files:
            tar.add(path, arcname=path.resolve().name)


def _persist(folder: Path) -> None:
    """Close all of it to others, and have it on the disk before it gets its name."""
    for path in (*folder.iterdir(), folder):
        if path.is_file():
            path.chmod(0o600)
        number = os.open(path, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def thin_out(into: Path, keep: int) -> list[Path]:
    """Take away all but the newest `keep` backups below `into`. Returns those that went. Raises BackupError."""
    whole = sorted(path for path in into.glob(f"{_PREFIX}*") if (path / manifest.NAME).exists())
    gone = whole[:-keep]
    for path in gone:
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise BackupError(f"{path} can't be taken away: {error.strerror}") from error
    return gone
