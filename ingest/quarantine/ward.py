"""What is in quarantine, in the store: recognised before it is tried, held, and given up only by a person."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import msgspec

from core import wire
from ingest.batch.rejects import reject_message, reject_record
from ingest.messages import (
    HeldMessage,
    PayloadTrace,
    RecordsMessage,
    Refusal,
    RefusedMessage,
    RefusedRecord,
    Storable,
    UnreadableMessage,
    trace_of,
)
from ingest.quarantine.bisect import refusing_the_one
from ingest.quarantine.marks import marks, singles
from store.database import Database, statement, transaction

CODE: Final = "quarantined"
_READ_AGAIN_S: Final = 5.0
"""What a person or another program decides is known after so long, in seconds."""


class Verdict(NamedTuple):
    """What is to be done with something that is known by its mark: it waits, or a person has rejected it.

    `sha256` is of what failed, in hex: a number alone doesn't say which record a person has rejected.
    """

    is_rejected: bool
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the quarantine: a message of one record, or one that can't be read."""

    mark: str
    topic: str
    site_key: str | None
    device_key: str | None
    epoch: str | None
    seq: int | None
    reason: str
    payload: bytes | None
    payload_sha256: str
    payload_bytes: int

    @classmethod
    def of(cls, message: Storable, reason: str) -> "Case":
        """Return the case of a message that has one mark."""
        [mark] = marks(message)
        refusal = Refusal(CODE, reason)
        if isinstance(message, RecordsMessage):
            refused = refusing_the_one(message, refusal) if message.batch.records else message
            row = reject_record(refused, refused.refused[-1])
        else:
            row = reject_message(_refused(message, refusal))
        return cls(
            mark, row.topic, row.site_key, row.device_key, row.epoch, row.seq, reason, row.payload, row.payload_sha256,
            row.payload_bytes,
        )  # fmt: skip


def _refused(message: Storable, refusal: Refusal) -> RefusedMessage:
    """Return a message as one that is refused, with what of it may be kept."""
    payload = message.incoming.payload
    if isinstance(message, UnreadableMessage):  # nothing looks into it again
        trace = PayloadTrace(hashlib.sha256(payload).hexdigest(), len(payload), ())
        return RefusedMessage(replace(message.incoming, too_large=trace), message.topic, refusal)
    keep = wire.may_keep(wire.InvalidError(refusal.reason), payload)
    return RefusedMessage(message.incoming, message.topic, refusal, payload if keep else None)


class Ward:
    """The quarantine, through one connection between transactions.

    Args:
        clock: seconds that never jump.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, Verdict] = {}
        self._read_s = float("-inf")

    def sift(self, messages: Sequence[Storable]) -> Iterator[Storable]:
        """Yield the messages, with what waits in quarantine as held and what a person rejected as refused."""
        known = self._verdicts()
        for message in messages:
            if known and not known.keys().isdisjoint(marks(message)):
                yield from _sifted(message, known)
            else:
                yield message

    def admit(self, case: Case, most: int) -> bool:
        """Put a case into quarantine; return whether there was room: at most `most` within an hour."""
        row = {name: getattr(case, name) for name in Case.__slots__}
        with transaction(self._database):
            [(there,)] = self._database.execute(statement("quarantine/quarantined_put"), {**row, "most": most})
        self._read_s = float("-inf")
        return bool(there)

    def _verdicts(self) -> dict[str, Verdict]:
        if self._clock() - self._read_s >= _READ_AGAIN_S:
            with transaction(self._database):
                rows = self._database.execute(statement("quarantine/quarantined_marks")).fetchall()
            self._known = {mark: Verdict(*verdict) for mark, *verdict in rows}
            self._read_s = self._clock()
        return self._known


def _sifted(message: Storable, known: dict[str, Verdict]) -> Iterator[Storable]:
    if not isinstance(message, RecordsMessage):
        [mark] = marks(message)
        yield _judged(message, known[mark])
        return
    good: list[wire.Record] = []
    refused: list[RefusedRecord] = []
    for part in singles(replace(message, batch=msgspec.structs.replace(message.batch, lost=[]))):
        found = part if isinstance(part, RecordsMessage) else message
        verdict = known.get(next(marks(found), ""))
        if verdict is None or (verdict.is_rejected and not _is_what_failed(found, verdict)):
            good += found.batch.records
            refused += found.refused
        elif verdict.is_rejected and found.batch.records:
            refused += refusing_the_one(found, Refusal(CODE, verdict.reason)).refused
        elif verdict.is_rejected:
            refused += found.refused
        else:
            yield _held(found, verdict)
    yield replace(message, batch=msgspec.structs.replace(message.batch, records=good), refused=tuple(refused))


def _is_what_failed(message: RecordsMessage, verdict: Verdict) -> bool:
    """Return whether the one record is what was rejected, not another under its number; what can't be read may be."""
    return not message.batch.records or trace_of(wire.encode(message.batch.records[0])).sha256 == verdict.sha256


def _judged(message: Storable, verdict: Verdict) -> Storable:
    if verdict.is_rejected or message.topic is None:
        return _refused(message, Refusal(CODE, verdict.reason))
    return _held(message, verdict)


def _held(message: Storable, verdict: Verdict) -> HeldMessage:
    assert message.topic is not None  # noqa: S101 - `_judged` holds none without
    return HeldMessage(message.incoming, message.topic, verdict.reason, CODE)
