"""Rows of outboxes that versions 1 and 2 of the file hold: they had no checksums, so each is judged by what it says."""

import re
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from core import wire
from counter.records.checksums import (
    BOOT,
    CHECKPOINT,
    LATEST,
    LOST,
    META,
    RECORD,
    SECOND,
    Row,
    TableLayout,
    Value,
)

_EPOCH: Final = re.compile("[0-9a-f]{16}")
_KINDS: Final = frozenset({"flow", "dwell", "unplaced"})
_META_WITH_RETIRED: Final = 9

_record: Final[msgspec.json.Decoder[wire.Record]] = msgspec.json.Decoder(wire.Record)


def is_readable(seq: Value, kind: Value, record: Value) -> bool:
    """Return whether a record's bytes are that record: what a checksum says of a later version's."""
    if not isinstance(record, bytes):
        return False
    try:
        found = _record.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return found.seq == seq and found.__struct_config__.tag == kind


def _is_meta(row: Row) -> bool:
    match row:
        case (1, str(epoch), str() | None, int(), int() | None, int(made), int(), int(), 0 | 1):
            return bool(_EPOCH.fullmatch(epoch)) and 0 <= made <= wire.MAX_SEQ
        case _:
            return False


def _is_record(row: Row) -> bool:
    match row:
        case (int(seq), str(kind), int(), bytes(record), int() | None):
            return is_readable(seq, kind, record)
        case _:
            return False


def _is_latest(row: Row) -> bool:
    match row:
        case (str(kind), int()):
            return kind in _KINDS
        case _:
            return False


def _is_lost(row: Row) -> bool:
    match row:
        case (int(first), int(last), "outbox_full" | "no_longer_kept"):
            return 1 <= first <= last <= wire.MAX_SEQ
        case _:
            return False


def _is_checkpoint(row: Row) -> bool:
    match row:
        case (1, str(), int(), int(), bytes()):
            return True
        case _:
            return False


def _is_boot(row: Row) -> bool:
    match row:
        case (1, str(), 0 | 1, str(), int(), int(), bytes() | None):
            return True
        case _:
            return False


def _is_second(row: Row) -> bool:
    match row:
        case (int(first), int(last), bytes()):
            return first <= last
        case _:
            return False


_IS: Final[tuple[tuple[TableLayout, Callable[[Row], bool]], ...]] = (
    (META, _is_meta),
    (RECORD, _is_record),
    (LATEST, _is_latest),
    (LOST, _is_lost),
    (CHECKPOINT, _is_checkpoint),
    (BOOT, _is_boot),
    (SECOND, _is_second),
)


def recognised(rowid: int, values: Sequence[Value]) -> tuple[TableLayout, Row] | None:
    """Return which table a row of an earlier version is of, and the row; None for one of none, or that is damaged.

    `meta` had one column more, which says whether its epoch has ended: such a row has 9 values.
    """
    for layout, is_of in _IS:
        if layout.is_numbered and (not values or values[0] is not None):
            continue
        row = (rowid, *values[1:]) if layout.is_numbered else tuple(values)
        if is_of(row):
            return layout, row
    return None


def has_ended(meta: Row) -> bool:
    """Return whether an earlier version noted that the epoch of this row of `meta` has ended."""
    return len(meta) == _META_WITH_RETIRED and meta[-1] == 1
