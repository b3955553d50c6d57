"""The quarantine of poison messages: a record that brings out a fault of this program doesn't end it again and again.

An error that nobody foresaw ends the program, which is started anew. What was being stored then is noted before. When
it comes again it is stored alone, in ever smaller parts; the one record that still can't be stored is rejected with
the code `quarantined`, with its payload, so that it can be replayed once the fault is fixed.

A program that is killed can't note anything any more. The next run is careful (`runs`), so that a second kill
leaves what was being stored; that is then stored message by message, and after a further kill record by record. A
record that was alone at two kills is rejected without being tried again.

Records are known again by device, epoch and number, since a device may put them into other messages the next time.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from core import wire
from ingest.batch.writer import StoredBatch
from ingest.messages import PayloadTrace, RecordsMessage, Refusal, RefusedMessage, Storable, UnreadableMessage, trace_of
from ingest.quarantine.bisect import StoreMessages, halves, refusing_the_one, store_around
from ingest.quarantine.in_flight import PoisonTracker
from store.database import DatabaseError

_log: Final = logging.getLogger(__name__)

MOST_QUARANTINED: Final = 10
"""Records that one run puts into quarantine. Where more fail, the fault is the server's, not the records'."""
_REASON_LENGTH: Final = 500


class KilledError(Exception):
    """This program was killed while it stored this record and nothing else, more than once."""


class Quarantine:
    """Stores batches through one connection, and remembers there what was being stored when it failed.

    Args:
        poison: what is noted already; its connection is that of `store`, between transactions.
        store: stores messages in one transaction.
    """

    def __init__(self, poison: PoisonTracker, store: StoreMessages) -> None:
        self._poison = poison
        self._write = store
        self._quarantined: set[str] = set()

    def store(self, messages: Sequence[Storable]) -> list[StoredBatch]:
        """Store all messages. Returns what each transaction did.

        Raises:
            DatabaseError: as `store_around` does.
            Exception: a fault of this program; what was being stored is noted as suspect.
        """
        rest: list[Storable] = []
        suspects: list[Storable] = []
        for message in messages:
            (suspects if self._poison.any_of(marks(message)) else rest).append(message)
        done = self._store_together(rest)
        for message in suspects:
            done += self._store_suspect(message)
        if suspects:
            # Others like an unreadable one will come although it is settled.
            settled = (message for message in suspects if not isinstance(message, UnreadableMessage))
            self._poison.forget(_all_marks(settled))
        return done

    def _store_together(self, messages: Sequence[Storable]) -> list[StoredBatch]:
        if not messages:
            return []
        self._poison.run.note_in_flight_if_careful(self._poison.database, lambda: _all_marks(messages))
        try:
            _raise_unreadable(messages)
            return list(store_around(self._write, messages))
        except DatabaseError:
            raise
        except Exception:
            self._poison.note(_all_marks(messages))
            raise

    def _store_suspect(self, suspect: Storable) -> list[StoredBatch]:
        """Store a message that may end this program, noting each try."""
        parts = list(singles(suspect)) if self._poison.must_be_parted(marks(suspect)) else [suspect]
        done: list[StoredBatch] = []
        for part in parts:
            found = tuple(marks(part))
            if len(found) == 1 and self._poison.is_guilty(found[0]):
                done += self._quarantine(part, KilledError(KilledError.__doc__))
            else:
                self._poison.run.note_in_flight(self._poison.database, found)
                done += self._store_alone([part])
        return done

    def _store_alone(self, messages: Sequence[Storable]) -> list[StoredBatch]:
        """Store one message, or a part of it, in ever smaller parts around what fails."""
        try:
            _raise_unreadable(messages)
            return list(store_around(self._write, messages))
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 - logged as an error, and kept as the reason of the reject
            if parts := halves(messages):
                return [stored for part in parts for stored in self._store_alone(part)]
            return self._quarantine(messages[0], error)

    def _quarantine(self, message: Storable, error: Exception) -> list[StoredBatch]:
        """Reject what failed twice. Where that fails too, or too often, the program ends with the fault."""
        self._quarantined.update(marks(message))
        if len(self._quarantined) > MOST_QUARANTINED:
            raise error
        refusal = quarantined(error)
        _log.error("quarantined %s, which made this program fail: %s", ", ".join(marks(message)), refusal.reason)
        return list(store_around(self._write, [_refusing(message, refusal)]))


def quarantined(error: Exception) -> Refusal:
    """Return why something is refused that brought out this fault of the program."""
    return Refusal("quarantined", f"{type(error).__name__}: {' '.join(str(error).split())}"[:_REASON_LENGTH])


def _raise_unreadable(messages: Iterable[Storable]) -> None:
    """Raise what reading one of the messages brought out: here it is known what to do about it."""
    for message in messages:
        if isinstance(message, UnreadableMessage):
            raise message.error


def _all_marks(messages: Iterable[Storable]) -> Iterator[str]:
    return (mark for message in messages for mark in marks(message))


def marks(message: Storable) -> Iterator[str]:
    """Yield what each part of a message is known again by: its records, or else its bytes.

    A message that can't be read is known by its topic: its device may put its records together anew each time.
    """
    if isinstance(message, RecordsMessage) and (message.batch.records or message.refused):
        for record in (*message.batch.records, *message.refused):
            yield f"{message.topic.site}/{message.topic.device}/{message.batch.epoch}/{record.seq}"
    elif isinstance(message, UnreadableMessage):
        yield f"{message.incoming.topic} unreadable"
    else:
        trace = message.incoming.too_large or trace_of(message.incoming.payload)
        yield f"{message.incoming.topic} {trace.sha256}"


def singles(message: Storable) -> Iterator[Storable]:
    """Yield the message as one a record."""
    if not isinstance(message, RecordsMessage):
        yield message
        return
    empty = msgspec.structs.replace(message.batch, records=[], lost=[])
    for record in message.batch.records:
        yield replace(message, batch=msgspec.structs.replace(empty, records=[record]), refused=())
    for refused in message.refused:
        yield replace(message, batch=empty, refused=(refused,))
    if message.batch.lost:
        yield replace(message, batch=msgspec.structs.replace(empty, lost=message.batch.lost), refused=())


def _refusing(message: Storable, refusal: Refusal) -> Storable:
    if isinstance(message, RecordsMessage) and message.batch.records:
        return refusing_the_one(message, refusal)
    if isinstance(message, RefusedMessage):
        return replace(message, refusal=refusal)
    payload = message.incoming.payload
    if isinstance(message, UnreadableMessage):  # nothing looks into it again
        trace = PayloadTrace(hashlib.sha256(payload).hexdigest(), len(payload), ())
        return RefusedMessage(replace(message.incoming, too_large=trace), message.topic, refusal)
    keep = wire.may_keep(wire.InvalidError(refusal.reason), payload)
    return RefusedMessage(message.incoming, message.topic, refusal, payload if keep else None)
