"""Messages to bytes and back. Decoding raises only subclasses of WireError."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Raw, Struct

from core.wire.errors import InvalidError, NewerVersionError, TooLargeError
from core.wire.limits import MAX_PAYLOAD_BYTES, MAX_RECORDS, MINOR
from core.wire.messages import TYPE_OF, Message
from core.wire.records import (
    Batch,
    DecodedBatch,
    EpochId,
    LostRange,
    Minor,
    Record,
    RejectedRecord,
    Seq,
    SeqNumber,
    check_seqs,
)
from core.wire.refusal import UNREADABLE, explain, explain_part, may_keep
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


class _Numbered(Struct):
    seq: SeqNumber


_decoders: Final = {kind: msgspec.json.Decoder(type_) for kind, type_ in TYPE_OF.items()}
_batch: Final = msgspec.json.Decoder(Batch)
_loose_batch: Final = msgspec.json.Decoder(_LooseBatch)
_record: Final[msgspec.json.Decoder[Record]] = msgspec.json.Decoder(Record)
_numbered: Final = msgspec.json.Decoder(_Numbered)


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
    """Read a message on `records`, setting aside each record that is wrong but has a readable `seq`.

    Raises TooLargeError, UnknownFieldError, NewerVersionError or InvalidError when the message as a whole, or
    a record without a readable `seq`, can't be read.
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
        raise explain(error, payload) from None
    outcomes = [_decode_record(place, bytes(raw)) for place, raw in enumerate(loose.records)]
    try:
        check_seqs([outcome.seq for outcome in outcomes])
        batch = Batch(
            minor=loose.minor,
            epoch=loose.epoch,
            previous_epoch=loose.previous_epoch,
            records=[outcome for outcome in outcomes if not isinstance(outcome, RejectedRecord)],
            lost=loose.lost,
        )
    except ValueError as error:
        raise InvalidError(str(error)) from None
    return DecodedBatch(batch, [outcome for outcome in outcomes if isinstance(outcome, RejectedRecord)])


def _decode_record(place: int, raw: bytes) -> Record | RejectedRecord:
    try:
        return _record.decode(raw)
    except UNREADABLE as error:
        reason = explain_part(error, raw, f"records[{place}]")
    try:
        seq = Seq(_numbered.decode(raw).seq)
    except UNREADABLE as error:
        raise explain_part(error, raw, f"records[{place}]") from None
    return RejectedRecord(seq, reason, raw if may_keep(reason, raw) else None)


def _check_size(payload: bytes) -> None:
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise TooLargeError(f"a message of {len(payload)} bytes, {MAX_PAYLOAD_BYTES} at most")
