"""The rows of rejects: what is kept of a message or record that is refused for good, and why."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import asdict

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


def rows_with_counts(rejects: Iterable[Reject]) -> list[Mapping[str, object]]:
    """Return each row once, with how often it came."""
    times: dict[tuple[object, ...], int] = {}
    rows: dict[tuple[object, ...], Reject] = {}
    for reject in rejects:
        key = (reject.topic, reject.payload_sha256, reject.code, reject.epoch, reject.seq)
        times[key] = times.get(key, 0) + 1
        rows[key] = reject
    return [{**asdict(reject), "times": times[key]} for key, reject in rows.items()]
