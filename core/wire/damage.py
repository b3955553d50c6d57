"""Cuts a message on `records` that is not JSON into its records, so that what is damaged hurts no neighbour.

A record is found by its braces alone: no text in a valid one holds a brace, so quotes that are damaged change nothing
for the others. What lies between whole records, and isn't the comma, is a gap.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from core.wire.records import Seq, SeqNumber
from core.wire.whole_numbers import with_whole_numbers

_ARRAY: Final = re.compile(rb'"records"\s*:\s*\[')
_TAIL: Final = re.compile(rb'\]\s*(?=,\s*"(?:minor|epoch|previous_epoch|lost)"\s*:)')
_BRACE: Final = re.compile(rb"[{}]")
_SEPARATOR: Final = re.compile(rb"\s*,?\s*")
_OBJECT: Final = re.compile(rb"\s*,?\s*\{.*\}\s*,?\s*", re.DOTALL)
_END: Final = re.compile(rb"\s*\]\s*\}\s*")
_NUMBER: Final = re.compile(rb'"seq"\s*:\s*([1-9][0-9]{0,15})\s*,\s*"(?:start|setup)"\s*:\s*"')
"""A number where writers put it, in front of the record's next field: damage elsewhere leaves both as they were."""
_NAMES: Final = re.compile(rb'"(kind|seq|start|period_s|setup|flags|lines|zones)"\s*:')
_DEEPEST: Final = 3
"""Objects in objects that a record is made of: the dwell record, its zone, its histogram."""


class Numbered(msgspec.Struct):
    """All that is read of a record whose other fields can't be."""

    seq: SeqNumber


numbered: Final = msgspec.json.Decoder(Numbered)


class Gap(NamedTuple):
    """Bytes between records that are not a record.

    Attributes:
        seqs: numbers of records that can be read in it.
        is_record: it begins and ends as an object, and holds what only a record holds.
    """

    seqs: tuple[Seq, ...]
    is_record: bool


class CutMessage(NamedTuple):
    """A damaged message.

    Attributes:
        envelopes: its fields without the records, as JSON: the whole of them first, then only those before the records.
        parts: the records that are JSON, and the gaps between them, in order.
    """

    envelopes: tuple[bytes, bytes]
    parts: list[bytes | Gap]


def cut(payload: bytes) -> CutMessage | None:
    """Return the parts of a message that is not JSON; None where it doesn't say where its records begin."""
    if (array := _ARRAY.search(payload)) is None:
        return None
    spans = list(_records(payload, array.end()))
    tail = _TAIL.search(payload, spans[-1].end if spans else array.end())
    end = tail.start() if tail else len(payload)
    head = payload[: array.end()]
    if tail is None and spans and not payload[spans[-1].end :].strip():
        del spans[-1]  # the message's own end is gone, or has become the end of a record that lacks its own
    parts = list(_parts(payload, array.end(), list(_whole(payload, spans, end)), end))
    return CutMessage((head + payload[tail.start() :] if tail else head + b"]}", head + b"]}"), parts)


def gap_of(raw: bytes) -> Gap:
    """Return what can be said of bytes that are not a record."""
    seqs = tuple(Seq(int(found[1])) for found in _NUMBER.finditer(raw))
    is_whole = _OBJECT.fullmatch(raw) is not None
    return Gap(seqs, is_whole and len({found[1] for found in _NAMES.finditer(raw)}) > 1)


class _Span(NamedTuple):
    start: int
    end: int
    record: bytes


def _whole(payload: bytes, spans: list[_Span], end: int) -> Iterator[_Span]:
    """Yield the records whose rest doesn't follow: a brace too many makes a record of the first half of one."""
    for span, next_start in zip(spans, [*(span.start for span in spans[1:]), end], strict=False):
        name = _NAMES.search(payload, span.end, next_start)
        if name is None or b'"%s"' % name[1] in span.record:
            yield span


def _parts(payload: bytes, start: int, spans: list[_Span], end: int) -> Iterator[bytes | Gap]:
    for span in spans:
        between = payload[start : span.start]
        if not _SEPARATOR.fullmatch(between):
            yield gap_of(between)
        yield span.record
        start = span.end
    between = payload[start:end]
    if not (_SEPARATOR.fullmatch(between) or _END.fullmatch(between)):
        yield gap_of(between)


def _records(payload: bytes, start: int) -> Iterator[_Span]:
    """Yield the objects behind `start` that are JSON and have a number: no object with another one in it."""
    for first, last in _objects(payload, start):
        if first >= start and (record := _numbered(payload[first:last])) is not None:
            yield _Span(first, last, record)
            start = last


def _objects(payload: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Yield where each object begins and ends that is no deeper than a record, inner ones first, in one pass."""
    open_at: list[int] = []
    heights: list[int] = []
    for brace in _BRACE.finditer(payload, start):
        if brace[0] == b"{":
            open_at.append(brace.start())
            heights.append(1)
        elif open_at:
            height = heights.pop()
            if height <= _DEEPEST:
                yield open_at.pop(), brace.end()
            else:
                open_at.pop()
            if heights:
                heights[-1] = max(heights[-1], height + 1)


def _numbered(raw: bytes) -> bytes | None:
    """Return the record with whole numbers written as such, if it is JSON and has a number."""
    if b'"seq"' not in raw:
        return None
    plain = with_whole_numbers(raw) or raw
    try:
        numbered.decode(plain)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return plain
