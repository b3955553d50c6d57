"""Checksums of the outbox's rows: a bit that flips on a card is found before it becomes a number of people.

SQLite checks no content. A flipped bit in a record is a message that can't be read, or one of six times another count;
in a mark of a receipt it is a record that is never sent. So each row has the CRC-32 of its values and its table's name,
checked when the file is opened and again when the row is used. A CRC-32 finds every single flipped bit, and misses one
in four billion of other damages.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import msgspec

Value = None | int | float | str | bytes
"""What a column holds; damage makes a float of a whole number, or a text of a blob."""
Row = tuple[Value, ...]

_encoder: Final = msgspec.msgpack.Encoder()


def checksum(*values: Value) -> int:
    """Return the checksum of a row: its table's name, then its values in order."""
    return crc32(_encoder.encode(values))


@dataclass(frozen=True, slots=True)
class TableLayout:
    """One table, as its rows lie in the file.

    Attributes:
        name: of the table.
        columns: in order, without `crc`, which is the last.
        unchecked: those that the checksum leaves out.
        is_numbered: whether the first column is the row's number, which SQLite keeps apart from the values.
    """

    name: str
    columns: tuple[str, ...]
    unchecked: frozenset[str] = frozenset()
    is_numbered: bool = True

    def crc(self, row: Sequence[Value]) -> int:
        """Return the checksum of these values, which are without `crc`."""
        if not self.unchecked:
            return checksum(self.name, *row)
        pairs = zip(self.columns, row, strict=True)
        return checksum(self.name, *(value for column, value in pairs if column not in self.unchecked))

    def is_sound(self, row: Sequence[Value]) -> bool:
        """Return whether a row, `crc` included, is as it was written."""
        if len(row) != len(self.columns) + 1:
            return False
        try:
            return row[-1] == self.crc(row[:-1])
        except (OverflowError, UnicodeEncodeError):  # a number or a text that no row ever held
            return False


META: Final = TableLayout(
    "meta",
    ("one", "epoch", "previous_epoch", "created_ms", "began_ms", "last_seq", "records", "bytes"),
    frozenset({"records", "bytes"}),
)
META_COPY: Final = TableLayout("meta_copy", ("one", "epoch", "previous_epoch", "created_ms", "began_ms", "last_seq"))
RECORD: Final = TableLayout("record", ("seq", "kind", "start_ms", "bytes", "settled_ms"))
LATEST: Final = TableLayout("latest", ("kind", "start_ms"), is_numbered=False)
LOST: Final = TableLayout("lost", ("first", "last", "reason"))
CHECKPOINT: Final = TableLayout("checkpoint", ("one", "fingerprint", "at_ms", "uses", "state"), frozenset({"uses"}))
BOOT: Final = TableLayout(
    "boot", ("one", "boot_id", "clock_known", "about", "at_ms", "uses", "state"), frozenset({"uses"})
)
SECOND: Final = TableLayout("second", ("first", "last", "tally"))
LAYOUTS: Final = (META, META_COPY, RECORD, LATEST, LOST, CHECKPOINT, BOOT, SECOND)


def teach(connection: sqlite3.Connection) -> None:
    """Give a connection the SQL function `checksum`, and texts that damage has made unreadable as they are."""
    connection.create_function("checksum", -1, checksum, deterministic=True)
    connection.text_factory = _text


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
