"""Messages: what arrives from the broker, and what it is once it has been decoded."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple, assert_never

from core import wire

_TOPIC_LENGTH: Final = 200
"""A longer topic is not one of ours; what is kept of it is cut here."""
_TOPICS_KEPT: Final = 10_000
"""Topics that are read once: each device has a few, which come again and again."""


class AckToken(NamedTuple):
    """What a message is acknowledged with: its packet id means nothing on another connection."""

    generation: int
    mid: int


class PayloadTrace(NamedTuple):
    """What may be kept of any refused message."""

    sha256: str
    size_bytes: int
    field_names: tuple[str, ...]


def trace_of(payload: bytes) -> PayloadTrace:
    """Return hash, size and field names of a message."""
    return PayloadTrace(hashlib.sha256(payload).hexdigest(), len(payload), tuple(wire.field_names(payload)))


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message as it came. Make one with `incoming`.

    Attributes:
        topic: printable, cut at 200 characters.
        payload: never more than the wire allows.
        arrived_at: when it came, aware UTC.
        retained: it is the broker's copy of an older message.
        token: what to acknowledge with; None when nothing is to be acknowledged (QoS 0).
        too_large: what is left of a message that was larger than the wire allows.
    """

    topic: str
    payload: bytes
    arrived_at: datetime
    retained: bool = False
    token: AckToken | None = None
    too_large: PayloadTrace | None = None


def incoming(
    topic: str, payload: bytes, arrived_at: datetime, *, retained: bool = False, token: AckToken | None = None
) -> Incoming:
    """Return a message with a bounded size: of a larger payload only its trace is kept in memory."""
    plain = topic if topic.isprintable() and len(topic) <= _TOPIC_LENGTH else _printable(topic[:_TOPIC_LENGTH])
    if len(payload) > wire.MAX_PAYLOAD_BYTES:
        return Incoming(plain, b"", arrived_at, retained, token, trace_of(payload))
    return Incoming(plain, payload, arrived_at, retained, token)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


class AddressedReceipt(NamedTuple):
    """A receipt and the topic that it goes to."""

    topic: wire.Topic
    receipt: wire.Receipt


class Refusal(NamedTuple):
    """Why something is refused for good: a code for programs and a sentence for people."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """One record of an accepted message that is refused. `raw` is None where it must not be kept."""

    seq: int
    refusal: Refusal
    raw: bytes | None


@dataclass(frozen=True, slots=True)
class RecordsMessage:
    """A readable message on `records`.

    Attributes:
        incoming: the message as it came.
        topic: whose it is.
        batch: envelope, good records and lost ranges.
        refused: the records that can't be read, with their sequence numbers.
        unnumbered: what can't be read, nor which number it has.
        first_seen_at: when it first came, aware UTC, where that was before `incoming` says: a reject that is replayed.
    """

    incoming: Incoming
    topic: wire.Topic
    batch: wire.Batch
    refused: tuple[RefusedRecord, ...] = ()
    first_seen_at: datetime | None = None
    unnumbered: tuple[wire.UnnumberedPart, ...] = ()

    def seen_at(self) -> datetime:
        """Return when it first came, aware UTC: what its clock is compared with."""
        return self.first_seen_at or self.incoming.arrived_at


@dataclass(frozen=True, slots=True)
class RefusedMessage:
    """A message that is refused as a whole. `payload` is None where it must not be kept."""

    incoming: Incoming
    topic: wire.Topic | None
    refusal: Refusal
    payload: bytes | None = None


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message, or a part of one, that waits: of a newer minor version, or in quarantine.

    Attributes:
        cause: why, for programs.
        detail: the same as a sentence.
    """

    incoming: Incoming
    topic: wire.Topic
    detail: str
    cause: str = wire.NewerVersionError.code


@dataclass(frozen=True, slots=True)
class UnreadableMessage:
    """A message whose decoding brought out a fault of this program; where it is stored, it is decided what to do."""

    incoming: Incoming
    topic: wire.Topic | None
    error: Exception


@dataclass(frozen=True, slots=True)
class LiveMessage:
    """One live tick of a device."""

    topic: wire.Topic
    live: wire.Live
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """How a device is."""

    topic: wire.Topic
    status: wire.Status
    arrived_at: datetime
    retained: bool = False


Storable = RecordsMessage | RefusedMessage | HeldMessage | UnreadableMessage
LiveState = LiveMessage | StatusMessage


def decode(message: Incoming) -> Storable | LiveState:
    """Decode a message. Raises nothing: what can't be decoded comes back refused, held or unreadable."""
    topic: wire.Topic | None = None
    try:
        topic = _topic(message.topic)
        return _decode_or_refuse(message, topic)
    except wire.TopicError as error:
        return RefusedMessage(message, topic, Refusal(error.code, str(error)))
    except Exception as error:  # noqa: BLE001 - raised where it can be noted which message it was
        return UnreadableMessage(message, topic, error)


@lru_cache(_TOPICS_KEPT)
def _topic(text: str) -> wire.Topic:
    return wire.parse_topic(text)


def _decode_or_refuse(message: Incoming, topic: wire.Topic) -> Storable | LiveState:
    try:
        return _decode_kind(message, topic)
    except wire.NewerVersionError as error:
        return HeldMessage(message, topic, str(error))
    except wire.TopicError:
        raise
    except wire.WireError as error:
        keep = message.payload if wire.may_keep(error, message.payload) else None
        return RefusedMessage(message, topic, Refusal(error.code, str(error)), keep)


def _decode_kind(message: Incoming, topic: wire.Topic) -> Storable | LiveState:
    if message.too_large:
        raise wire.TooLargeError(f"a message of {message.too_large.size_bytes} bytes, {wire.MAX_PAYLOAD_BYTES} at most")
    if topic.kind is wire.Kind.RECORDS:
        return _records(message, topic)
    match wire.decode(topic.kind, message.payload):
        case wire.Live() as live:
            return LiveMessage(topic, live, message.arrived_at)
        case wire.Status() as status:
            return StatusMessage(topic, status, message.arrived_at, message.retained)
        case wire.Receipt() | wire.Batch():
            raise wire.TopicError(f"topic {message.topic!r}: kind {topic.kind} is not for ingest")
        case other:
            assert_never(other)


def _records(message: Incoming, topic: wire.Topic) -> RecordsMessage:
    decoded = wire.decode_batch(message.payload)
    refused = tuple(
        RefusedRecord(record.seq, Refusal(record.error.code, str(record.error)), record.raw)
        for record in decoded.rejected
    )
    return RecordsMessage(message, topic, decoded.batch, refused, unnumbered=tuple(decoded.unnumbered))


def facts_in(message: Storable | LiveState) -> int:
    """Return how many facts (rows) the message makes at most."""
    return sum(map(wire.facts_in, message.batch.records)) if isinstance(message, RecordsMessage) else 0
