"""The quarantine of poison messages: a record that brings out a fault doesn't stop the others, and isn't lost.

An error that nobody foresaw ends the program, which is started anew. What was being stored then is noted before. When
it comes again it is stored alone, in ever smaller parts; the one record that still can't be stored is quarantined: held
with its payload until a person releases or rejects it (`platspuls quarantine`), not settled, and recognised from then
on before it is tried. Its device keeps it and sends it again.

A program that is killed can't note anything any more. The next run is careful (`runs`), so that a second kill
leaves what was being stored; that is then stored message by message, and after a further kill record by record. A
record that was alone at two kills is quarantined without being tried again.

A fault of the server (its disk, a damaged page) is no fault of a record: everything is tried again, with back-off. Only
where it goes on, and one record alone fails while others are stored, that one is quarantined: a damaged page of one
table must not stop all the rest. Where more than a few would be, in all programs within an hour, the server is at
fault, and nothing is quarantined.

Records are known again by device, epoch and number, since a device may put them into other messages the next time.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Final

from ingest.batch.writer import StoredBatch
from ingest.messages import Refusal, Storable, UnreadableMessage
from ingest.quarantine.bisect import StoreMessages, halves, store_around
from ingest.quarantine.in_flight import PoisonTracker
from ingest.quarantine.marks import all_marks, marks, singles
from ingest.quarantine.server_faults import ServerFaults, store_apart
from ingest.quarantine.ward import Case, Ward
from store.database import DatabaseError, ServerFaultError

_log: Final = logging.getLogger(__name__)

MOST_QUARANTINED: Final = 10
"""Records quarantined within an hour, by all programs. Where more fail, the fault is the server's, not the records'."""
_REASON_LENGTH: Final = 500


class KilledError(Exception):
    """This program was killed while it stored this record and nothing else, more than once."""


class Quarantine:
    """Stores batches through one connection, and remembers there what was being stored when it failed.

    Args:
        poison: what is noted already; its connection is that of `store`, between transactions.
        store: stores messages in one transaction.
        faults: how often the server failed lately.
    """

    def __init__(self, poison: PoisonTracker, store: StoreMessages, faults: ServerFaults | None = None) -> None:
        self._poison = poison
        self._write = store
        self._faults = faults or ServerFaults()
        self._ward = Ward(poison.database)

    def store(self, messages: Sequence[Storable]) -> list[StoredBatch]:
        """Store all messages but what is in quarantine. Returns what each transaction did.

        Raises:
            DatabaseError: as `store_around` does.
            Exception: a fault of this program; what was being stored is noted as suspect.
        """
        try:
            return self._store(messages)
        except DatabaseError:
            self._poison.run.note_nothing(self._poison.database)  # whoever is killed while it waits stores nothing
            raise

    def _store(self, messages: Sequence[Storable]) -> list[StoredBatch]:
        rest: list[Storable] = []
        suspects: list[Storable] = []
        for message in self._ward.sift(messages):
            (suspects if self._poison.any_of(marks(message)) else rest).append(message)
        done = self._store_together(rest)
        for message in suspects:
            done += self._store_suspect(message)
        if suspects:
            self._poison.forget(all_marks(suspects))
        return done

    def _store_together(self, messages: Sequence[Storable]) -> list[StoredBatch]:
        if not messages:
            return []
        self._poison.run.note_in_flight_if_careful(self._poison.database, lambda: all_marks(messages))
        try:
            done = self._store_in_spite(messages)
        except DatabaseError:
            raise
        except Exception:
            self._poison.note(all_marks(messages))
            raise
        self._faults.over()
        return done

    def _store_in_spite(self, messages: Sequence[Storable]) -> list[StoredBatch]:
        """Store, and where the server goes on failing, store what it can."""
        try:
            _raise_unreadable(messages)
            return list(store_around(self._write, messages))
        except ServerFaultError as error:
            if not self._faults.note():
                raise
            return self._store_apart(messages, error)

    def _store_apart(self, messages: Sequence[Storable], error: ServerFaultError) -> list[StoredBatch]:
        """Store in ever smaller parts around what fails, and quarantine that alone; nothing where all fails."""
        done, failing = store_apart(lambda part: list(store_around(self._write, part)), messages)
        if failing and not done:
            raise error
        for message in failing:
            try:
                done += store_around(self._write, [message])
            except ServerFaultError as fault:
                done += self._quarantine(message, fault)
        return done

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
        except Exception as error:  # noqa: BLE001 - logged as an error, and kept as the reason of the quarantine
            if parts := halves(messages):
                return [stored for part in parts for stored in self._store_alone(part)]
            return self._quarantine(messages[0], error)

    def _quarantine(self, message: Storable, error: Exception) -> list[StoredBatch]:
        """Hold what failed alone. Where that would be too many, the program ends with the fault, or waits."""
        reason = quarantined(error).reason
        case = Case.of(message, reason)
        if not self._ward.admit(case, MOST_QUARANTINED):
            raise error
        _log.error("quarantined %s, which can't be stored: %s", case.mark, reason)
        return list(store_around(self._write, list(self._ward.sift([message]))))


def quarantined(error: Exception) -> Refusal:
    """Return why something is quarantined, or refused, that brought out this fault."""
    return Refusal("quarantined", f"{type(error).__name__}: {' '.join(str(error).split())}"[:_REASON_LENGTH])


def _raise_unreadable(messages: Iterable[Storable]) -> None:
    """Raise what reading one of the messages brought out: here it is known what to do about it."""
    for message in messages:
        if isinstance(message, UnreadableMessage):
            raise message.error
