"""The manifest of a backup: versions, sizes and checksums, and whether its files agree with them."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from platspuls.ops.backup.errors import BackupError

NAME: Final = "manifest.json"
VERSION: Final = 1


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a backup.

    Attributes:
        name: within the backup's folder.
        size: in bytes.
        sha256: of what it holds, in hexadecimal.
    """

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a backup holds.

    Attributes:
        made_at: when it began: what was stored later isn't in it.
        made_by: version of the program.
        server: version of PostgreSQL, as in 170011.
        dumped_by: major version of pg_dump.
        timescale: version of TimescaleDB, where the store had it.
        schema: hashes of the migrations, by number.
        files: all others of the backup.
    """

    version: int = VERSION
    made_at: datetime
    made_by: str
    server: int
    dumped_by: int
    timescale: str | None
    schema: Mapping[int, str]
    files: Sequence[File]


def described(path: Path) -> File:
    """Return a file's name, size and hash. Raises BackupError when it can't be read."""
    try:
        with path.open("rb") as file:
            return File(path.name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise BackupError(f"{path} can't be read: {error.strerror}") from error


def write(folder: Path, manifest: Manifest) -> None:
    """Write it."""
    (folder / NAME).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")


def load(folder: Path) -> Manifest:
    """Read a backup's manifest and check all of its files. Raises BackupError."""
    path = folder / NAME
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise BackupError(f"{path} can't be read: {error.strerror}: {folder} is not a whole backup") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BackupError(f"{path} is not a manifest of this version ({VERSION}): {error}") from error
    if manifest.version != VERSION:
        raise BackupError(f"{path} has version {manifest.version}; this program knows {VERSION}")
    for file in manifest.files:
        if described(folder / file.name) != file:
            raise BackupError(f"{folder / file.name} isn't what was written: the backup is damaged")
    return manifest
