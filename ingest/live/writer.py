"""Writes live states; a tick or status that brings out a fault of this program (poison) doesn't end it again and again.

A retained status comes back at every start. So what was being written when this program failed is written alone the
next time; what fails again is rejected with the code `quarantined`, and its topic is passed over until the next start.
"""

import logging
from collections.abc import Callable
from typing import Final

from core.logs import ThrottledLog
from ingest.batch.catalogue import Catalogue
from ingest.batch.writer import BatchWriter
from ingest.live.rewind import rewinds
from ingest.live.state import LatestStates
from ingest.messages import AddressedReceipt, RefusedMessage, incoming
from ingest.quarantine.in_flight import PoisonTracker
from ingest.quarantine.records import KilledError, quarantined
from store.database import Database, DatabaseAwayError, NotReadyError, ServerFaultError, transaction

_log: Final = logging.getLogger(__name__)

Write = Callable[[Database, LatestStates, Catalogue], list[AddressedReceipt]]


def write(database: Database, states: LatestStates, catalogue: Catalogue) -> list[AddressedReceipt]:
    """Write live states in the caller's transaction. Returns receipts for devices that must send again."""
    states.write(database, catalogue)
    return rewinds(database, states.statuses(), catalogue)


class LiveStateWriter:
    """Writes live states through one connection, each batch of them in a transaction of its own.

    Args:
        poison: what is noted already, with its connection.
        writer: stores what is quarantined.
        put: what is done with them inside its transaction.
    """

    def __init__(self, poison: PoisonTracker, writer: BatchWriter, put: Write = write) -> None:
        self._poison = poison
        self._writer = writer
        self._put = put
        self._passed_over: set[str] = set()
        self._trouble = ThrottledLog(_log)

    def write(self, states: LatestStates) -> list[AddressedReceipt]:
        """Write what the states hold, and clear them. Returns receipts for devices that must send again.

        Where the server itself is at fault they are left out: they are never facts, and records must not wait for them.

        Raises:
            DatabaseAwayError: try the same again, soon.
            Exception: a fault of this program; what was being written is noted as suspect.
        """
        rest, suspects = states.split(self._poison.by_mark.keys() | self._passed_over)
        try:
            asked = self._write_together(rest)
            for one in suspects:
                asked += self._write_alone(one)
        except ServerFaultError as error:
            self._trouble.warn(f"live states can't be written, newer ones will be tried: {error}")
            asked = []
        else:
            self._trouble.over("live states can be written again")
        states.clear(self._catalogue())
        return asked

    def _catalogue(self) -> Catalogue:
        with transaction(self._poison.database):
            return self._writer.catalogue()

    def _write_together(self, states: LatestStates) -> list[AddressedReceipt]:
        if not states:
            return []
        self._poison.run.note_in_flight_if_careful(self._poison.database, states.topics)
        try:
            return self._write(states)
        except (DatabaseAwayError, NotReadyError):
            raise
        except Exception:
            self._poison.note(states.topics())
            raise

    def _write_alone(self, states: LatestStates) -> list[AddressedReceipt]:
        [topic] = states.topics()
        if topic in self._passed_over:
            return []
        try:
            done = self._try(states, topic)
        except (DatabaseAwayError, NotReadyError):
            raise
        except Exception as error:  # noqa: BLE001 - logged as an error, and kept as the reason of the reject
            self._quarantine(states, topic, error)
            return []
        self._poison.forget([topic])
        return done

    def _try(self, states: LatestStates, topic: str) -> list[AddressedReceipt]:
        if self._poison.is_guilty(topic):
            raise KilledError(KilledError.__doc__)
        self._poison.run.note_in_flight(self._poison.database, [topic])
        return self._write(states)

    def _write(self, states: LatestStates) -> list[AddressedReceipt]:
        with transaction(self._poison.database) as database:
            return self._put(database, states, self._writer.catalogue())

    def _quarantine(self, states: LatestStates, topic: str, error: Exception) -> None:
        """Reject what failed twice, and pass over what else comes of the topic in this run."""
        refusal = quarantined(error)
        _log.error("quarantined %s, which made this program fail: %s", topic, refusal.reason)
        [(parsed, payload, arrived_at)] = states.messages()
        self._writer.store([RefusedMessage(incoming(topic, payload, arrived_at), parsed, refusal, payload)])
        self._passed_over.add(topic)
