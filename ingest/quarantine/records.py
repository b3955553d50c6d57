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
fault: the rest is held for `server_fault`, until it passes.

Records are known again by device, epoch and number, since a device may put them into other messages the next time.
"""

import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final

from core.logs import ThrottledLog
from ingest.batch.writer import StoredBatch
from ingest.messages import HeldMessage, Refusal, Storable, UnreadableMessage
from ingest.quarantine.bisect import StoreMessages, halves, store_around
from ingest.quarantine.in_flight import PoisonTracker
from ingest.quarantine.marks import all_marks, is_without_records, marks, singles
from ingest.quarantine.server_faults import ServerFaults, store_apart
from ingest.quarantine.ward import Case, Ward
from store.database import DatabaseError, ServerFaultError

_log: Final = logging.getLogger(__name__)

MOST_QUARANTINED: Final = 10
"""Records quarantined within an hour, by all programs. Where more fail, the fault is the server's, not the records'."""
_REASON_LENGTH: Final = 500
SERVER_FAULT: Final = "server_fault"
SERVER_FAULT_DETAIL: Final = "the database's server fails at it, while it stores others: see its log, and its disk"


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
        self._fault_log = ThrottledLog(_log)

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
        tried: list[Storable] = []
        for message in suspects:
            try:
                done += self._store_suspect(message)
            except ServerFaultError as fault:
                if not done:
                    raise
                done += self._hold([message], fault)
            else:
                tried.append(message)
        if tried:
            self._poison.forget(all_marks(tried))
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
        """Store in ever smaller parts around what fails, and put that aside; nothing where all fails."""
        done, failing = store_apart(lambda part: list(store_around(self._write, part)), messages)
        if failing and not done:
            raise error
        if failing:
            self._faults.parted()
        for part in failing:
            try:
                done += store_around(self._write, part)
            except ServerFaultError as fault:
                done += self._put_aside(part, fault)
        return done

    def _put_aside(self, part: Sequence[Storable], fault: ServerFaultError) -> list[StoredBatch]:
        """Quarantine what failed alone; hold what is more than may be in quarantine, so that the others go on."""
        if len(part) == 1 and len(tuple(marks(part[0]))) == 1 and not is_without_records(part[0]):
            with suppress(ServerFaultError):
                return self._quarantine(part[0], fault)
        return self._hold(part, fault)

    def _hold(self, part: Sequence[Storable], fault: ServerFaultError) -> list[StoredBatch]:
        """Hold what the server fails at: its device sends it again. Raises the fault for what is nobody's."""
        topics = [message.topic for message in part if not isinstance(message, HeldMessage) and message.topic]
        if not topics:
            raise fault
        self._fault_log.warn(f"the server fails at what comes on {topics[0]}, held until it doesn't: {fault}")
        held = [HeldMessage(part[0].incoming, topic, SERVER_FAULT_DETAIL, SERVER_FAULT) for topic in topics]
        return list(store_around(self._write, held))

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
