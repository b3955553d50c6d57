"""Messages to bytes and back. Decoding raises only subclasses of WireError."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Raw, Struct

from core.wire.damage import CutMessage, cut, gap_of, numbered
from core.wire.errors import InvalidError, NewerVersionError, TooLargeError, WireError
from core.wire.limits import MAX_PAYLOAD_BYTES, MAX_RECORDS, MINOR
from core.wire.messages import TYPE_OF, Message
from core.wire.numbering import BrokenPart, Part, number_parts
from core.wire.records import (
    Batch,
    DecodedBatch,
    EpochId,
    LostRange,
    Minor,
    Record,
    RejectedRecord,
    Seq,
    check_seqs,
)
from core.wire.refusal import UNREADABLE, explain, explain_part, is_json, may_keep
from core.wire.topics import Kind
from core.wire.whole_numbers import with_whole_numbers

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
_LOST_BYTES: Final = 128


def split(sizes: Iterable[int], max_records: int = MAX_RECORDS, *, lost: int = 0) -> Iterator[int]:
    """Yield how many of the records of these sizes (bytes, in order) go into each message.

    Each message stays below MAX_PAYLOAD_BYTES, also when it carries `lost` ranges besides.
    """
    envelope = _ENVELOPE_BYTES + lost * _LOST_BYTES
    count, total = 0, envelope
    for size in sizes:
        if count and (count == max_records or total + size + 1 > MAX_PAYLOAD_BYTES):
            yield count
            count, total = 0, envelope
        count, total = count + 1, total + size + 1
    if count:
        yield count


class _LooseBatch(Struct, forbid_unknown_fields=True, kw_only=True):
    minor: Minor = 0
    epoch: EpochId
    previous_epoch: EpochId | None = None
    records: Annotated[list[Raw], Meta(max_length=MAX_RECORDS)] = []
    lost: Annotated[list[LostRange], Meta(max_length=MAX_RECORDS)] = []


_DAMAGED: Final = InvalidError("its text is damaged: it is not JSON")
_decoders: Final = {kind: msgspec.json.Decoder(type_) for kind, type_ in TYPE_OF.items()}
_batch: Final = msgspec.json.Decoder(Batch)
_loose_batch: Final = msgspec.json.Decoder(_LooseBatch)
_record: Final[msgspec.json.Decoder[Record]] = msgspec.json.Decoder(Record)


def decode(kind: Kind, payload: bytes) -> Message:
    """Read one message. Raises TooLargeError, UnknownFieldError, NewerVersionError or InvalidError."""
    _check_size(payload)
    try:
        return _decoders[kind].decode(payload)
    except UNREADABLE as error:
        if (plain := with_whole_numbers(payload)) is not None:
            return decode(kind, plain)
        raise explain(error, payload) from None


def decode_batch(payload: bytes) -> DecodedBatch:
    """Read a message on `records`, setting aside each record that is wrong; what is damaged hurts no neighbour.

    A message that is not JSON is cut into its records. A wrong record is rejected where its `seq` can be read, or is
    without doubt the only one missing between its neighbours; else it is one of `unnumbered`.

    Raises TooLargeError, UnknownFieldError, NewerVersionError or InvalidError when the message as a whole can't be
    read: its envelope, or none of its records.
    """
    _check_size(payload)
    try:
        return DecodedBatch(_batch.decode(payload))
    except UNREADABLE as error:
        if (plain := with_whole_numbers(payload)) is not None:
            return decode_batch(plain)
        whole = explain(error, payload)
    if isinstance(whole, NewerVersionError):
        raise whole
    return _decode_one_by_one(payload)


def _decode_one_by_one(payload: bytes) -> DecodedBatch:
    try:
        loose = _loose_batch.decode(payload)
    except UNREADABLE as error:
        whole = explain(error, payload)
    else:
        parts = [_decode_part(place, bytes(raw)) for place, raw in enumerate(loose.records)]
        return _batch_of(loose, parts, _first_error(parts))
    if is_json(payload) or (damaged := cut(payload)) is None or len(damaged.parts) > 2 * MAX_RECORDS:
        raise whole
    return _decode_damaged(damaged, whole)


def _decode_damaged(damaged: CutMessage, whole: WireError) -> DecodedBatch:
    """Read what a damaged message still says. Raises `whole` where that is nothing."""
    loose = _envelope(damaged.envelopes, whole)
    parts = [
        _decode_part(place, part) if isinstance(part, bytes) else BrokenPart(_DAMAGED, part)
        for place, part in enumerate(damaged.parts)
    ]
    return _batch_of(loose, parts, whole)


def _envelope(envelopes: Iterable[bytes], whole: WireError) -> _LooseBatch:
    for envelope in envelopes:
        try:
            return _loose_batch.decode(envelope)
        except UNREADABLE as error:
            if isinstance(newer := explain(error, envelope), NewerVersionError):
                raise newer from None
    raise whole


def _batch_of(loose: _LooseBatch, parts: Sequence[Part], whole: WireError | None) -> DecodedBatch:
    """Return the message. Raises `whole` where there are parts and none of them can be used."""
    found = number_parts(parts)
    if whole and not (found.records or found.rejected or loose.lost):
        raise whole
    try:
        batch = Batch(
            minor=loose.minor,
            epoch=loose.epoch,
            previous_epoch=loose.previous_epoch,
            records=found.records,
            lost=loose.lost,
        )
    except ValueError as error:
        raise InvalidError(str(error)) from None
    return DecodedBatch(batch, found.rejected, found.unnumbered)


def _first_error(parts: Sequence[Part]) -> WireError | None:
    """Return why none of the parts can be used, if none can: the first that is no record, or the order of numbers."""
    for part in parts:
        if isinstance(part, BrokenPart):
            return part.error
    try:
        check_seqs([part.seq for part in parts if not isinstance(part, BrokenPart)])
    except ValueError as error:
        return InvalidError(str(error))
    return None


def _decode_part(place: int, raw: bytes) -> Part:
    try:
        return _record.decode(raw)
    except UNREADABLE as error:
        reason = explain_part(error, raw, f"records[{place}]")
    kept = raw if may_keep(reason, raw) else None
    try:
        return RejectedRecord(Seq(numbered.decode(raw).seq), reason, kept)
    except UNREADABLE as error:
        return BrokenPart(explain_part(error, raw, f"records[{place}]"), gap_of(raw), kept)


def _check_size(payload: bytes) -> None:
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise TooLargeError(f"a message of {len(payload)} bytes, {MAX_PAYLOAD_BYTES} at most")
