"""The rows that lie in one page of a SQLite file, as far as they can be read: what `.recover` of SQLite's shell does.

A page says where its cells begin, and a cell how long it is. Where a page doesn't agree with itself, a cell is looked
for at each of its bytes: a row's checksum tells a row from what only looks like one.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from counter.records.checksums import Value
from counter.records.schema import PAGE_BYTES

_LEAF: Final = 0x0D
_OTHERS: Final = frozenset({0x02, 0x05, 0x0A})
"""Pages of indexes and inner pages of tables: there are no rows in them."""
_HEADER_BYTES: Final = 8
_MOST_LOCAL: Final = PAGE_BYTES - 35
_LEAST_LOCAL: Final = (PAGE_BYTES - 12) * 32 // 255 - 23
_MOST_BYTES: Final = 4_000_000
"""No row is longer."""
_LONGEST_HEADER: Final = 40
"""Bytes of a row's header: no table has more columns."""
_LAST: Final = 0x80
"""A byte of a number below this is its last."""
_SIZES: Final = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
_FLOAT: Final = 7
_FIRST_BLOB: Final = 12

PageOf = Callable[[int], bytes]
"""Returns a page by its number, empty where there is none."""


@dataclass(frozen=True, slots=True)
class CellRow:
    """One row as it lies in the file: its number, and its values."""

    rowid: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    row: CellRow
    size: int


def rows_of(page: bytes, page_of: PageOf, *, anywhere: bool) -> Iterator[CellRow]:
    """Yield the rows in one page of a table.

    Args:
        page: its bytes; a page that was cut short is read as far as it goes.
        page_of: for what does not fit into one page.
        anywhere: look at each byte of a page that doesn't agree with itself; the caller then checks what is found.
    """
    if not page or (page[0] in _OTHERS and not anywhere):
        return
    found = list(_cells(page, page_of))
    yield from (cell.row for cell in found if cell is not None)
    if anywhere and not _agrees(page, found):
        yield from _anywhere(page, page_of)


def _cells(page: bytes, page_of: PageOf) -> Iterator[_Cell | None]:
    """Yield what lies where the page says that a cell begins; None for what can't be read."""
    if page[0] != _LEAF or len(page) < _HEADER_BYTES:
        return
    count = struct.unpack(">H", page[3:5])[0]
    for place in range(_HEADER_BYTES, min(_HEADER_BYTES + 2 * count, len(page) - 1), 2):
        yield _cell(page, struct.unpack(">H", page[place : place + 2])[0], page_of)


def _agrees(page: bytes, found: list[_Cell | None]) -> bool:
    """Return whether the cells that were found fill what the page says it holds, but for room it says is free."""
    if page[0] in _OTHERS:
        return True
    if page[0] != _LEAF or None in found or len(page) < PAGE_BYTES:
        return False
    free, _, begin, fragments = struct.unpack(">HHHB", page[1:_HEADER_BYTES])
    while _HEADER_BYTES <= free < PAGE_BYTES - 3:
        free, size = struct.unpack(">HH", page[free : free + 4])
        fragments += size
        if free == 0 or fragments > PAGE_BYTES:
            break
    return bool(sum(cell.size for cell in found if cell) + fragments == PAGE_BYTES - begin)


def _anywhere(page: bytes, page_of: PageOf) -> Iterator[CellRow]:
    for offset in range(_HEADER_BYTES, len(page) - 4):
        if page[offset] and (cell := _cell(page, offset, page_of)) is not None:
            yield cell.row


def _cell(page: bytes, offset: int, page_of: PageOf) -> _Cell | None:
    """Return the cell that begins at `offset`; None where there is none."""
    try:
        length, place = _varint(page, offset)
        rowid, place = _varint(page, place)
        if length > _MOST_BYTES or not 1 < page[place] <= min(_LONGEST_HEADER, length):
            return None
        local = _local(length)
        payload = page[place : place + local]
        if local < length:
            (after,) = struct.unpack(">I", page[place + local : place + local + 4])
            payload += _overflow(after, length - local, page_of)
        values = _values(payload) if len(payload) == length else None
    except (IndexError, struct.error):
        return None
    size = max(place - offset + local + 4 * (local < length), 4)
    return None if values is None else _Cell(CellRow(_signed(rowid), values), size)


def _local(length: int) -> int:
    """Return how much of a row's bytes lies in the page itself."""
    if length <= _MOST_LOCAL:
        return length
    left = _LEAST_LOCAL + (length - _LEAST_LOCAL) % (PAGE_BYTES - 4)
    return left if left <= _MOST_LOCAL else _LEAST_LOCAL


def _overflow(number: int, length: int, page_of: PageOf) -> bytes:
    parts: list[bytes] = []
    while length > 0 and number:
        page = page_of(number)
        (number,) = struct.unpack(">I", page[:4])
        parts.append(page[4 : 4 + length])
        length -= PAGE_BYTES - 4
    return b"".join(parts)


def _values(payload: bytes) -> tuple[Value, ...] | None:
    """Return the values of a row; None where its header doesn't fit what follows it."""
    header, place = _varint(payload, 0)
    types: list[int] = []
    while place < header:
        kind, place = _varint(payload, place)
        types.append(kind)
    sizes = [_size(kind) for kind in types]
    if place != header or None in sizes or header + sum(size or 0 for size in sizes) != len(payload):
        return None
    values: list[Value] = []
    for kind, size in zip(types, sizes, strict=True):
        values.append(_value(kind, payload[place : place + (size or 0)]))
        place += size or 0
    return tuple(values)


def _size(kind: int) -> int | None:
    if kind >= _FIRST_BLOB:
        return (kind - _FIRST_BLOB) // 2
    return _SIZES.get(kind)


def _value(kind: int, data: bytes) -> Value:
    if kind >= _FIRST_BLOB:
        return data.decode("utf-8", "replace") if kind % 2 else data
    if kind == 0:
        return None
    if kind == _FLOAT:
        return float(struct.unpack(">d", data)[0])
    return int.from_bytes(data, "big", signed=True) if data else kind - 8


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """Return the number that begins at `place`, and where it ends. Raises IndexError."""
    value = 0
    for more in range(8):
        byte = data[place + more]
        value = value << 7 | byte & 0x7F
        if byte < _LAST:
            return value, place + more + 1
    return value << 8 | data[place + 8], place + 9


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= 1 << 63 else number
