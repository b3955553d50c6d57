"""Messages to bytes and back. Decoding raises only subclasses of WireError."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Raw, Struct

from ingest.wire.errors import InvalidError, NewerVersionError, TooLargeError, UnknownFieldError, WireError
from ingest.wire.limits import MAJOR, MAX_PAYLOAD_BYTES, MAX_RECORDS, MINOR
from ingest.wire.messages import TYPE_OF, Message
from ingest.wire.records import (
    Batch,
    DecodedBatch,
    DwellRecord,
    EpochId,
    FlowRecord,
    LostRange,
    Record,
    RejectedRecord,
    Seq,
    SeqNumber,
)
from ingest.wire.topics import Kind

_UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError)
"""All that msgspec raises on bytes from a stranger."""

_encoder: Final = msgspec.json.Encoder()


def encode(message: Message | Record) -> bytes:
    """Return a message, or one record, as UTF-8 JSON."""
    return _encoder.encode(message)


class _RawBatch(Struct, omit_defaults=True, kw_only=True):
    minor: int = 0
    epoch: str
    previous_epoch: str | None = None
    records: list[Raw] = []
    lost: list[LostRange] = []


def encode_batch(
    epoch: str, records: Sequence[bytes], *, previous_epoch: str | None = None, lost: Sequence[LostRange] = ()
) -> bytes:
    """Return one message of records that were encoded before.

    Raises TooLargeError when the message exceeds MAX_PAYLOAD_BYTES or MAX_RECORDS; `split` keeps below both.
    """
    if len(records) > MAX_RECORDS or len(lost) > MAX_RECORDS:
        raise TooLargeError(f"{max(len(records), len(lost))} records in one message, {MAX_RECORDS} at most")
    raw = [Raw(record) for record in records]
    payload = _encoder.encode(
        _RawBatch(minor=MINOR, epoch=epoch, previous_epoch=previous_epoch, records=raw, lost=list(lost))
    )
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise TooLargeError(f"a message of {len(payload)} bytes, {MAX_PAYLOAD_BYTES} at most")
    return payload


_ENVELOPE_BYTES: Final = 512


def split(sizes: Iterable[int], max_records: int = MAX_RECORDS) -> Iterator[int]:
    """Yield how many of the records of these sizes (bytes, in order) go into each message."""
    count, total = 0, _ENVELOPE_BYTES
    for size in sizes:
        if count and (count == max_records or total + size + 1 > MAX_PAYLOAD_BYTES):
            yield count
            count, total = 0, _ENVELOPE_BYTES
        count, total = count + 1, total + size + 1
    if count:
        yield count


class _Version(Struct):
    minor: int = 0


class _LooseBatch(Struct, forbid_unknown_fields=True, kw_only=True):
    minor: Annotated[int, Meta(ge=0)] = 0
    epoch: EpochId
    previous_epoch: EpochId | None = None
    records: Annotated[list[Raw], Meta(max_length=MAX_RECORDS)] = []
    lost: Annotated[list[LostRange], Meta(max_length=MAX_RECORDS)] = []


class _Numbered(Struct):
    seq: SeqNumber


_decoders: Final = {kind: msgspec.json.Decoder(type_) for kind, type_ in TYPE_OF.items()}
_batch: Final = msgspec.json.Decoder(Batch)
_loose_batch: Final = msgspec.json.Decoder(_LooseBatch)
_record: Final[msgspec.json.Decoder[Record]] = msgspec.json.Decoder(Record)
_numbered: Final = msgspec.json.Decoder(_Numbered)
_version: Final = msgspec.json.Decoder(_Version)


def decode(kind: Kind, payload: bytes) -> Message:
    """Read one message. Raises TooLargeError, UnknownFieldError, NewerVersionError or InvalidError."""
    _check_size(payload)
    try:
        return _decoders[kind].decode(payload)
    except _UNREADABLE as error:
        raise _explain(error, payload) from None


def decode_batch(payload: bytes) -> DecodedBatch:
    """Read a message on `records`, setting aside each record that is wrong but has a readable `seq`.

    Raises TooLargeError, UnknownFieldError, NewerVersionError or InvalidError when the message as a whole, or
    a record without a readable `seq`, can't be read.
    """
    _check_size(payload)
    try:
        return DecodedBatch(_check_seqs(_batch.decode(payload)))
    except _UNREADABLE as error:
        if (whole := _explain(error, payload)).code == NewerVersionError.code:
            raise whole from None
    return _decode_one_by_one(payload)


def _decode_one_by_one(payload: bytes) -> DecodedBatch:
    try:
        loose = _loose_batch.decode(payload)
        outcomes = [_decode_record(bytes(raw)) for raw in loose.records]
    except _UNREADABLE as error:
        raise _explain(error, payload) from None
    good = [record for record in outcomes if not isinstance(record, RejectedRecord)]
    bad = [record for record in outcomes if isinstance(record, RejectedRecord)]
    return DecodedBatch(
        _check_seqs(
            Batch(
                minor=loose.minor,
                epoch=loose.epoch,
                previous_epoch=loose.previous_epoch,
                records=good,
                lost=loose.lost,
            )
        ),
        bad,
    )


def _decode_record(raw: bytes) -> FlowRecord | DwellRecord | RejectedRecord:
    try:
        return _record.decode(raw)
    except msgspec.DecodeError as error:
        seq = Seq(_numbered.decode(raw).seq)
        reason = _explain(error, raw)
        return RejectedRecord(seq, reason, None if isinstance(reason, UnknownFieldError) else raw)


def _check_seqs(batch: Batch) -> Batch:
    seqs = [record.seq for record in batch.records]
    if any(later <= earlier for earlier, later in pairwise(seqs)):
        raise InvalidError(f"records: seq must rise within a message, got {str(seqs)[:200]}")
    return batch


def _check_size(payload: bytes) -> None:
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise TooLargeError(f"a message of {len(payload)} bytes, {MAX_PAYLOAD_BYTES} at most")


def _explain(error: Exception, payload: bytes) -> WireError:
    if _minor_of(payload) > MINOR:
        return NewerVersionError(f"written by wire {MAJOR}.{_minor_of(payload)}, this is {MAJOR}.{MINOR}")
    text = str(error)
    if "unknown field" in text:
        return UnknownFieldError(text)
    return InvalidError(text + _value_at(text, payload))


def _minor_of(payload: bytes) -> int:
    try:
        return _version.decode(payload).minor
    except _UNREADABLE:
        return 0


def _value_at(text: str, payload: bytes) -> str:
    """Return ', got VALUE' for the path that msgspec's sentence ends with, or nothing where there is none."""
    if (path := re.search(r"at `\$([^`]*)`$", text)) is None:
        return ""
    try:
        value = msgspec.json.decode(payload)
        for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path[1]):
            value = value[name] if name else value[int(index)]
    except (*_UNREADABLE, LookupError, TypeError):
        return ""
    return f", got {str(msgspec.json.encode(value), 'utf-8', 'replace')[:80]}"


def field_names(payload: bytes, most: int = 50) -> list[str]:
    """Return the field names of a refused message, all that is kept beside its hash and size."""
    try:
        value = msgspec.json.decode(payload)
    except _UNREADABLE:
        return []
    return sorted({name[:60] for name in _names(value)})[:most]


def _names(value: object) -> Iterator[str]:
    match value:
        case dict():
            for name, inner in value.items():
                yield str(name)
                yield from _names(inner)
        case list():
            for inner in value:
                yield from _names(inner)
        case _:
            return
