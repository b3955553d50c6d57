"""The rows of rejects: what is kept of a message or record that is refused for good, and why."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import asdict

from ingest.batch.bounds import Owner
from ingest.messages import Incoming, PayloadTrace, RecordsMessage, RefusedMessage, RefusedRecord, trace_of


class Reject(Struct, frozen=True):
    """One row of the table of rejects. payload is None where nothing of it may be kept."""

    topic: str
    site_key: str | None
    device_key: str | None
    epoch: str | None
    seq: int | None
    code: str
    reason: str
    payload: bytes | None
    payload_sha256: str
    payload_bytes: int
    field_names: tuple[str, ...]


def reject_message(message: RefusedMessage) -> Reject:
    """Return the row for a message that is refused as a whole."""
    arrived, topic = message.incoming, message.topic
    return Reject(
        arrived.topic,
        topic.site if topic else None,
        topic.device if topic else None,
        None,
        None,
        message.refusal.code,
        message.refusal.reason,
        message.payload,
        *_trace(arrived),
    )


def reject_record(message: RecordsMessage, record: RefusedRecord) -> Reject:
    """Return the row for one record of an accepted message."""
    return Reject(
        message.incoming.topic,
        message.topic.site,
        message.topic.device,
        message.batch.epoch,
        record.seq,
        record.refusal.code,
        record.refusal.reason,
        record.raw,
        *(_trace(message.incoming) if record.raw is None else trace_of(record.raw)),
    )


def _trace(message: Incoming) -> PayloadTrace:
    return message.too_large or trace_of(message.payload)


class RejectKey(NamedTuple):
    """What makes two rejects the same."""

    topic: str
    payload_sha256: str
    code: str
    epoch: str | None
    seq: int | None


def key_of(reject: Reject) -> RejectKey:
    """Return what makes another reject the same."""
    return RejectKey(reject.topic, reject.payload_sha256, reject.code, reject.epoch, reject.seq)


class CountedReject(NamedTuple):
    """A reject, whose it is, and how often it came."""

    owner: Owner
    reject: Reject
    times: int = 1

    def as_row(self) -> Mapping[str, object]:
        """Return it as the statements take it."""
        return {**asdict(self.reject), "times": self.times}

    def size_bytes(self) -> int:
        """Return how many bytes its texts take."""
        texts = (self.reject.topic, self.reject.reason, *self.reject.field_names)
        return len(self.reject.payload or b"") + sum(len(text.encode(errors="replace")) for text in texts)


def counted(rejects: Iterable[CountedReject]) -> list[CountedReject]:
    """Return each reject once, with how often it came, in the order of arrival."""
    found: dict[RejectKey, CountedReject] = {}
    for one in rejects:
        known = found.get(key_of(one.reject))
        found[key_of(one.reject)] = known._replace(times=known.times + one.times) if known else one
    return list(found.values())
