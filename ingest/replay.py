"""Replays rejects: stores them after all, once the cause is fixed, by the same writer, each in its own transaction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

from core import wire
from ingest.batch.catalogue import KnownDevice
from ingest.batch.classify import unknown_device
from ingest.batch.writer import BatchWriter, StoredBatch
from ingest.messages import (
    HeldMessage,
    LiveMessage,
    LiveState,
    RecordsMessage,
    RefusedMessage,
    StatusMessage,
    Storable,
    UnreadableMessage,
    decode,
    incoming,
)
from ingest.quarantine.bisect import store_around
from ingest.quarantine.records import quarantined
from store.database import Database, DatabaseError, DataError, Rollback, statement, transaction

Outcome = Literal["stored", "repeat", "refused", "held"]
_FINAL: Final = ("stored", "repeat")


@dataclass(frozen=True, slots=True)
class KeptReject:
    """All that is kept of one reject.

    Attributes:
        seq: None for a message that was refused as a whole.
        payload: None where nothing of it may be kept.
        outcome: what came of the newest try to store it after all; None while nobody tried.
    """

    reject_id: int
    arrived_at: datetime
    last_at: datetime
    times: int
    topic: str
    site: str | None
    device: str | None
    epoch: str | None
    seq: int | None
    code: str
    reason: str
    payload: bytes | None
    payload_sha256: str
    payload_bytes: int
    field_names: tuple[str, ...]
    replayed_at: datetime | None
    replayed_by: str | None
    outcome: Outcome | None
    outcome_reason: str | None


class ReplayResult(NamedTuple):
    """What came of trying a reject again; outcome is None when there was no use in trying."""

    reject_id: int
    outcome: Outcome | None
    reason: str

    @property
    def is_stored(self) -> bool:
        """Whether it is in the store now, by this try or an earlier one."""
        return self.outcome in _FINAL


def kept_reject(database: Database, reject_id: int) -> KeptReject | None:
    """Return all that is kept of one reject, or None when there is none of this number."""
    with transaction(database):
        row = database.execute(statement("quarantine/reject_show"), {"reject": reject_id}).fetchone()
    return KeptReject(*row) if row else None


def why_not_replayable(reject: KeptReject) -> str | None:
    """Return why the reject can't be tried again, or None when it can."""
    if reject.outcome in _FINAL:
        return f"it was stored already: {reject.outcome_reason}"
    if reject.payload is None:
        return f"nothing of it was kept: {_UNKEPT.get(reject.code, _UNKEPT['invalid'])}"
    return None


_UNKEPT: Final = {
    "size": "it was larger than the wire allows; the device must send it in smaller messages",
    "unknown_field": "it had fields that the wire doesn't know, which might be anything; the device must send it anew",
    "topic": "its topic is not one of ours",
    "invalid": "it held more than plain numbers and short texts of known names; the device must send it anew",
}


class Replayer:
    """Tries rejects again, each in a transaction of its own. It doesn't matter how often.

    Args:
        database: a connection in autocommit mode that nobody else uses meanwhile.
        who: who does this, for the record.
    """

    def __init__(self, database: Database, who: str) -> None:
        self._database = database
        self._who = who
        self._writer = BatchWriter(database, replays=True)

    def replay(self, reject: KeptReject) -> ReplayResult:
        """Store the reject, or note why that still can't be.

        Only what is stored changes the data. What is refused again stays rejected; what would have to wait (for a
        device, an assignment, a newer program) stays rejected too, since its device may not send it again.

        Raises:
            DatabaseAwayError: try again later; this reject is as it was.
            NotReadyError: the schema or the rights are not as they must be.
        """
        if sentence := why_not_replayable(reject):
            return ReplayResult(reject.reject_id, reject.outcome, sentence)
        match _meaning(reject):
            case RecordsMessage() as message:
                return self._store(reject, message)
            case RefusedMessage(refusal=refusal):
                return self._note(ReplayResult(reject.reject_id, "refused", f"{refusal.code}: {refusal.reason}"))
            case UnreadableMessage(error=error):
                return self._note(ReplayResult(reject.reject_id, "refused", quarantined(error).reason))
            case HeldMessage(detail=detail):
                return self._note(ReplayResult(reject.reject_id, "held", detail))
            case LiveMessage() | StatusMessage():
                reason = "it reported the state of its time, which is not kept: the device reports again"
                return ReplayResult(reject.reject_id, None, reason)

    def _store(self, reject: KeptReject, message: RecordsMessage) -> ReplayResult:
        try:
            tried = self._attempt(reject, message)
        except DataError as error:
            tried = ReplayResult(reject.reject_id, "refused", f"database: {error}")
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 - what was quarantined may fail again: the reason is kept
            tried = ReplayResult(reject.reject_id, "refused", f"{type(error).__name__}: {' '.join(str(error).split())}")
        else:
            if tried.is_stored:
                return tried
        self._writer = BatchWriter(self._database, replays=True)  # the old one may remember what has been undone
        return self._note(tried)

    def _attempt(self, reject: KeptReject, message: RecordsMessage) -> ReplayResult:
        """Store in one transaction, which doesn't stand when nothing is stored."""
        with transaction(self._database):
            tried = self._try(reject, message)
            if not tried.is_stored:
                raise Rollback
        return tried

    def _try(self, reject: KeptReject, message: RecordsMessage) -> ReplayResult:
        """Store within the caller's transaction. Locks as ingest does: the device first."""
        catalogue = self._writer.catalogue()
        if (device := catalogue.device(message.topic)) is None:
            return ReplayResult(reject.reject_id, "held", unknown_device(catalogue, message.topic)[1])
        self._database.execute(statement("delivery/device_lock"), {"devices": [device.device_id]})
        [(before,)] = self._database.execute(statement("quarantine/reject_lock"), {"reject": reject.reject_id})
        if before in _FINAL:
            return ReplayResult(reject.reject_id, before, "it was stored meanwhile")
        heard = self._reopen(device, message, reject.seq)
        done = list(store_around(self._writer.store, [message]))
        for delivery_id, at in heard:
            self._database.execute(statement("delivery/heard"), {"delivery": delivery_id, "at": at})
        tried = _sum_up(reject, done)
        if tried.is_stored:
            self._write(tried)
        return tried

    def _reopen(self, device: KnownDevice, message: RecordsMessage, seq: int | None) -> Sequence[tuple[int, datetime]]:
        """Take a single record out of those rejected; a whole message was never settled."""
        known = {"device": device.device_id, "epoch": message.batch.epoch, "seq": seq or 0}
        return self._database.execute(statement("delivery/reopen"), known).fetchall()

    def _note(self, tried: ReplayResult) -> ReplayResult:
        with transaction(self._database):
            self._write(tried)
        return tried

    def _write(self, tried: ReplayResult) -> None:
        params = {"reject": tried.reject_id, "outcome": tried.outcome, "reason": tried.reason, "who": self._who}
        self._database.execute(statement("quarantine/reject_outcome"), params)


def _meaning(reject: KeptReject) -> Storable | LiveState:
    """Return what this version of the program reads in the reject, as if it came now; it says when it first came."""
    payload = reject.payload or b""
    if reject.seq is not None and reject.epoch is not None:
        payload = wire.encode_batch(reject.epoch, [payload])
    found = decode(incoming(reject.topic, payload, datetime.now(UTC)))
    return replace(found, first_seen_at=reject.arrived_at) if isinstance(found, RecordsMessage) else found


def _sum_up(reject: KeptReject, done: Sequence[StoredBatch]) -> ReplayResult:
    waiting = [cause.detail for stored in done for cause in stored.held]
    refused = [f"{refusal.code}: {refusal.reason}" for stored in done for refusal in stored.refusals]
    records = sum(stored.records for stored in done)
    if waiting:
        return ReplayResult(reject.reject_id, "held", waiting[0])
    if refused and (reject.seq is not None or records == 0):
        return ReplayResult(reject.reject_id, "refused", refused[0])
    if records == 0:
        return ReplayResult(reject.reject_id, "repeat", "all of it had been settled before")
    return ReplayResult(reject.reject_id, "stored", ", ".join(_counts(records, done, refused)))


def _counts(records: int, done: Sequence[StoredBatch], refused: Sequence[str]) -> Iterator[str]:
    yield f"{records} record{'' if records == 1 else 's'} stored"
    facts = sum(stored.facts for stored in done)
    yield f"{facts} fact{'' if facts == 1 else 's'} counted"
    if conflicts := sum(stored.conflicts for stored in done):
        yield f"{conflicts} not counted, since their time was covered before"
    if refused:
        yield f"{len(refused)} rejected by themselves"
