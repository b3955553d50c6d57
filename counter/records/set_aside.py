"""Files beside the outbox: what was set aside and is kept for a while, and a new file that is about to take its place.

A new file is written as `<outbox>.tmp`, becomes `<outbox>.new` when it is complete and on the disk, and then takes the
outbox's place, whose file is set aside before. A start that finds `<outbox>.new` finishes that.
"""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from core.clock import Clock, aware

_PARTS: Final = ("-wal", "-shm", "")
_KEPT: Final = ".kept"
_MOST_KEPT: Final = 5
"""Files set aside that are kept: a count, since no clock need be right."""
_STAMP: Final = r"\.[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}"
_BELONGS: Final = rf"(({_STAMP}({re.escape(_KEPT)})?|\.tmp|\.new)?(-wal|-shm|-journal)?|\.lock|\.people|\.staff)"
_ONLY_OWNER: Final = 0o600
_ONLY_OWNER_FOLDER: Final = 0o700


def beside(path: Path, suffix: str) -> Path:
    """Return the path of the file that is named like this one with more behind it."""
    return path.with_name(path.name + suffix)


def kept_name(path: Path, clock: Clock) -> Path:
    """Return a new name under which the outbox at `path` can be set aside."""
    stamp = aware(clock.now_ms()).strftime("%Y%m%dT%H%M%SZ")
    return beside(path, f".{stamp}-{secrets.token_hex(2)}{_KEPT}")


def set_aside(path: Path, clock: Clock) -> Path | None:
    """Move the outbox at `path`, and what belongs to it, away; return its new path, None where there was nothing."""
    aside = kept_name(path, clock)
    found = [part for part in _PARTS if beside(path, part).exists()]
    for part in found:
        beside(path, part).rename(beside(aside, part))
    return aside if found else None


def unfinished(path: Path) -> Path:
    """Return where a new file for `path` may be written; what an earlier try left there is gone."""
    temporary = beside(path, ".tmp")
    for part in _PARTS:
        beside(temporary, part).unlink(missing_ok=True)
    return temporary


def replace_by(path: Path, complete: Path, clock: Clock) -> Path | None:
    """Put a complete file, that `unfinished` named, in the place of the outbox; return where that one was set aside."""
    complete.rename(beside(path, ".new"))
    _sync_folder(path)
    return finish(path, clock)


def finish(path: Path, clock: Clock) -> Path | None:
    """Put `<outbox>.new` in its place, if there is one: also what a crash left half done."""
    new = beside(path, ".new")
    if not new.exists():
        return None
    aside = set_aside(path, clock)
    new.rename(path)
    _sync_folder(path)
    return aside


def keep_few(path: Path, most: int = _MOST_KEPT) -> int:
    """Delete the oldest of what was set aside, by its name, but for `most`; return how many files went."""
    kept = re.compile(re.escape(path.name) + _STAMP + re.escape(_KEPT))
    found = sorted((one for one in path.parent.iterdir() if kept.fullmatch(one.name)), reverse=True)
    for old in found[most:]:
        for part in _PARTS:
            beside(old, part).unlink(missing_ok=True)
    return len(found[most:])


def earlier_files(path: Path) -> list[Path]:
    """Return what earlier versions set aside, oldest first: its records were not sent."""
    named = re.compile(re.escape(path.name) + _STAMP)
    return sorted(one for one in path.parent.iterdir() if named.fullmatch(one.name))


def mark_kept(aside: Path) -> None:
    """Rename a file of `earlier_files` whose records are in the outbox now."""
    for part in _PARTS:
        with suppress(FileNotFoundError):
            beside(aside, part).rename(beside(aside, _KEPT + part))


def make_private(path: Path) -> None:
    """Make the outbox's folder, and let nobody but the owner read it and the files in it that belong to the outbox.

    A folder that holds anything else, or that another user owns, is left as it is.
    """
    for folder in reversed((path.parent, *path.parent.parents)):
        if not folder.exists():
            folder.mkdir(exist_ok=True, mode=_ONLY_OWNER_FOLDER)
    entries = list(path.parent.iterdir())
    belongs = re.compile(re.escape(path.name) + _BELONGS)
    ours = [entry for entry in entries if belongs.fullmatch(entry.name)]
    for entry in ours:
        if entry.is_file() and not entry.is_symlink() and entry.stat().st_uid == os.getuid():
            entry.chmod(_ONLY_OWNER)
    if len(ours) == len(entries) and path.parent.stat().st_uid == os.getuid():
        path.parent.chmod(_ONLY_OWNER_FOLDER)


def _sync_folder(path: Path) -> None:
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
