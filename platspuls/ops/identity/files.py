"""Files that only their owner may read, written atomically."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from platspuls.ops.identity.errors import IdentityError

_ONLY_OWNER: Final = 0o600
_ONLY_OWNER_FOLDER: Final = 0o700


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make the folder where it is missing, and keep others out of it meanwhile."""
    make_folder(folder)
    try:
        file = os.open(folder / ".lock", os.O_CREAT | os.O_RDWR, _ONLY_OWNER)
    except OSError as error:
        raise IdentityError(f"{folder} can't be written: {error.strerror}") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, that only its owner may enter. Raises IdentityError."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folder(folder.parent)
    try:
        folder.mkdir(mode=_ONLY_OWNER_FOLDER)
    except OSError as error:
        raise IdentityError(f"the folder {folder} can't be made: {error.strerror}") from error


def write(path: Path, content: bytes | str) -> None:
    """Put a file in place at once, mode 0600; it belongs to whom its folder belongs to.

    So the operator gives the folder of the broker's files to the broker's user once, and each new file follows.

    Raises:
        IdentityError: it can't be written.
    """
    make_folder(path.parent)
    new = path.with_name(f".{path.name}.new")
    data = content.encode() if isinstance(content, str) else content
    try:
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _ONLY_OWNER), "wb") as file:
            _give_to_owner_of(path.parent, file.fileno())
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise IdentityError(f"{path} can't be written: {error.strerror}") from error


def _give_to_owner_of(folder: Path, file: int) -> None:
    owner = folder.stat()
    if owner.st_uid != os.geteuid():
        os.fchown(file, owner.st_uid, owner.st_gid)


def read(path: Path) -> bytes:
    """Return what a file holds. Raises IdentityError when it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise IdentityError(f"{path} can't be read: {error.strerror}") from error
