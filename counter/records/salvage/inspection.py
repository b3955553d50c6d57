"""Whether the file of an outbox can be trusted: its structure, its tables to the letter, and each row's checksum."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Final

from counter.errors import OutboxVersionError
from counter.records.checksums import LAYOUTS, META, META_COPY, RECORD, TableLayout
from counter.records.salvage.page_images import PageImages, WalLog
from counter.records.salvage.rebuild import readable_rows
from counter.records.schema import (
    APPLICATION_ID,
    EARLIER_VERSIONS,
    SCHEMA_VERSION,
    Tables,
    expected_tables,
    tables_of,
)
from counter.records.set_aside import beside
from counter.records.sqlite import connect, passing_error, sql, transaction

_MOST_FAULTS: Final = 3
_NAMED: Final = frozenset({"meta", "record"})


class Condition(Enum):
    """How a file is."""

    ABSENT = "absent"
    SOUND = "sound"
    EARLIER = "earlier"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found.

    Attributes:
        condition: of the file; ABSENT also where the process died before the outbox was made.
        why: what is wrong with it.
        is_whole: whether its structure is sound, so that nothing but single records can be damaged.
    """

    condition: Condition
    why: str = ""
    is_whole: bool = False


def inspect(path: Path) -> Inspection:
    """Look at the outbox at `path`. Call it with the lock held.

    Raises:
        OutboxVersionError: another schema version, or no outbox.
        OutboxUnavailableError: it can't be opened now.
    """
    log = WalLog.read(beside(path, "-wal"))
    if not log.is_sound:
        return Inspection(Condition.DAMAGED, "its log is damaged")
    if not path.exists() or path.stat().st_size == 0:
        return Inspection(Condition.DAMAGED, "only its log is there") if log.frames else Inspection(Condition.ABSENT)
    try:
        with closing(connect(path, "FULL")) as connection:
            return _opened(path, connection)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the second is of a message that names what is damaged
        if (passing := passing_error(error, path)) is not None:
            raise passing from error
        return Inspection(Condition.DAMAGED, f"it is damaged: {error}")


def _opened(path: Path, connection: sqlite3.Connection) -> Inspection:
    faults = [str(row[0]) for row in connection.execute(f"pragma integrity_check({_MOST_FAULTS})")]
    tables = tables_of(connection)
    if faults == ["ok"] and not tables:
        return Inspection(Condition.ABSENT)
    _check_application(path, connection, tables)
    if faults != ["ok"]:
        return Inspection(Condition.DAMAGED, f"it is damaged: {'; '.join(faults)[:500]}")
    version = connection.execute("pragma user_version").fetchone()[0]
    if not any("crc" in (text or "") for _, name, text in tables if name == "record"):
        _check_version(path, version, EARLIER_VERSIONS)
        return Inspection(Condition.EARLIER, f"it is of version {version}", is_whole=True)
    _check_version(path, version, {SCHEMA_VERSION})
    if tables != expected_tables() or version != SCHEMA_VERSION:
        return Inspection(Condition.DAMAGED, "its header or the text of its tables is damaged")
    return _rows(path, connection)


def _check_application(path: Path, connection: sqlite3.Connection, tables: Tables) -> None:
    """Refuse a database of another program; a flipped bit in the mark alone doesn't make it one."""
    marked = connection.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
    if marked or {name for _, name, _ in tables} >= _NAMED:
        return
    with closing(PageImages.of(path)) as images:
        if next(readable_rows(images), None) is None:
            raise OutboxVersionError(f"{path} is a SQLite file, but not an outbox of Platspuls")


def _check_version(path: Path, version: int, known: frozenset[int] | set[int]) -> None:
    """Refuse a version that is not known, unless one flipped bit makes it one that is."""
    if not any((version ^ one).bit_count() <= 1 for one in known):
        raise OutboxVersionError(
            f"{path} has schema version {version}, this program reads {SCHEMA_VERSION}: "
            "run the version that made it, or move the file away to begin a new epoch"
        )


def _rows(path: Path, connection: sqlite3.Connection) -> Inspection:
    marked = connection.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
    if not marked:
        return Inspection(Condition.DAMAGED, "its mark is damaged")
    bad = {layout.name: count for layout in LAYOUTS if (count := _unsound(connection, layout))}
    if not bad:
        _count_again(path, connection)
        return Inspection(Condition.SOUND)
    why = ", ".join(f"{count} of {name}" for name, count in bad.items())
    return Inspection(Condition.DAMAGED, f"rows in it are damaged: {why}", is_whole=bad.keys() == {RECORD.name})


def _unsound(connection: sqlite3.Connection, layout: TableLayout) -> int:
    """Return how many rows have a wrong checksum; a missing row of the epoch is one, too."""
    rows = connection.execute(sql(f"all_{layout.name}"))
    total, sound = 0, 0
    for row in rows:
        total += 1
        sound += layout.is_sound(row)
    return total - sound or int(layout in {META, META_COPY} and not total)


def _count_again(path: Path, connection: sqlite3.Connection) -> None:
    """Count what is kept: these numbers have no checksum, and decide what is dropped."""
    if connection.execute(sql("meta_kept")).fetchone() != connection.execute(sql("record_count")).fetchone():
        with transaction(connection, path):
            connection.execute(sql("meta_count"))
