"""Keeps a record that brings out a fault of this program from ending it again and again.

An error that nobody foresaw ends the program, which is started anew. What was being stored then is noted before. When
it comes again it is stored alone, in ever smaller parts; the one record that still can't be stored is rejected with
the code `quarantined`, with its payload, so that it can be replayed once the fault is mended.

Records are known again by device, epoch and number, since a device may put them into other messages the next time.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from ingest import wire
from ingest.arrival import RecordsMessage, Refusal, RefusedMessage, Storable, trace_of
from ingest.database import Database, DatabaseError, statement, transaction
from ingest.poison import Store, halves, refusing_the_one, store_around
from ingest.writer import Stored

_log: Final = logging.getLogger(__name__)

MOST_QUARANTINED: Final = 10
"""Records that one run puts into quarantine. Where more fail, the fault is the server's, not the records'."""
_REASON_LENGTH: Final = 500


class Quarantine:
    """Stores batches through one connection, and remembers there what was being stored when it failed.

    Args:
        database: a connection in autocommit mode, between transactions.
        store: stores messages in one transaction.
    """

    def __init__(self, database: Database, store: Store) -> None:
        self._database = database
        self._write = store
        self._quarantined = 0
        with transaction(database):
            self._suspects = {str(mark) for (mark,) in database.execute(statement("suspect_marks"))}

    def store(self, messages: Sequence[Storable]) -> list[Stored]:
        """Store all messages. Returns what each transaction did.

        Raises:
            DatabaseError: as `store_around` does.
            Exception: a fault of this program; what was being stored is noted as suspect.
        """
        suspects = [message for message in messages if self._is_suspect(message)]
        done = self._noting([message for message in messages if not self._is_suspect(message)])
        for message in suspects:
            done += self._alone([message])
        if suspects:
            self._forget(mark for message in suspects for mark in marks(message))
        return done

    def _is_suspect(self, message: Storable) -> bool:
        return bool(self._suspects) and not self._suspects.isdisjoint(marks(message))

    def _noting(self, messages: Sequence[Storable]) -> list[Stored]:
        if not messages:
            return []
        try:
            return list(store_around(self._write, messages))
        except DatabaseError:
            raise
        except Exception:
            self._note(messages)
            raise

    def _note(self, messages: Iterable[Storable]) -> None:
        """Remember the messages. The fault that is on its way up is worth more than one that happens here."""
        found = sorted({mark for message in messages for mark in marks(message)})
        try:
            with transaction(self._database):
                self._database.execute(statement("suspect_note"), {"marks": found})
        except DatabaseError as error:
            _log.error("what was being stored can't be noted: %s", error)
        else:
            _log.error("noted %d records or messages that were being stored when this program failed", len(found))

    def _alone(self, messages: Sequence[Storable]) -> list[Stored]:
        """Store one message, or a part of it, in ever smaller parts around what fails."""
        try:
            return list(store_around(self._write, messages))
        except DatabaseError:
            raise
        except Exception as error:  # noqa: BLE001 - told as an error, and kept as the reason of the reject
            if parts := halves(messages):
                return [stored for part in parts for stored in self._alone(part)]
            return self._put_away(messages[0], error)

    def _put_away(self, message: Storable, error: Exception) -> list[Stored]:
        """Reject what failed twice. Where that fails too, or too often, the program ends with the fault."""
        self._quarantined += 1
        if self._quarantined > MOST_QUARANTINED:
            raise error
        reason = f"{type(error).__name__}: {' '.join(str(error).split())}"[:_REASON_LENGTH]
        _log.error("quarantined %s, which made this program fail twice: %s", ", ".join(marks(message)), reason)
        return list(store_around(self._write, [_refusing(message, Refusal("quarantined", reason))]))

    def _forget(self, stored: Iterable[str]) -> None:
        gone = sorted(set(stored))
        with transaction(self._database):
            self._database.execute(statement("suspect_forget"), {"marks": gone})
        self._suspects.difference_update(gone)


def marks(message: Storable) -> Iterator[str]:
    """Yield what each part of a message is known again by: its records, or else its bytes."""
    if isinstance(message, RecordsMessage) and (message.batch.records or message.refused):
        for record in (*message.batch.records, *message.refused):
            yield f"{message.topic.site}/{message.topic.device}/{message.batch.epoch}/{record.seq}"
    else:
        trace = message.incoming.too_large or trace_of(message.incoming.payload)
        yield f"{message.incoming.topic} {trace.sha256}"


def _refusing(message: Storable, refusal: Refusal) -> Storable:
    if isinstance(message, RecordsMessage) and message.batch.records:
        return refusing_the_one(message, refusal)
    if isinstance(message, RefusedMessage):
        return replace(message, refusal=refusal)
    payload = message.incoming.payload
    keep = wire.may_keep(wire.InvalidError(refusal.reason), payload)
    return RefusedMessage(message.incoming, message.topic, refusal, payload if keep else None)
