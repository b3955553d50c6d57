"""Writes what is true now, and keeps a tick or status that brings out a fault of this program from ending it again.

A retained status comes back at every start. So what was being written when this program failed is written alone the
next time; what fails again is rejected with the code `quarantined`, and its topic is passed over until the next start.
"""

import logging
from collections.abc import Callable
from typing import Final

from ingest.batch.catalogue import Catalogue
from ingest.batch.writer import Addressed, Writer
from ingest.live.rewind import rewinds
from ingest.live.state import Board
from ingest.messages import RefusedMessage, incoming
from ingest.quarantine.in_flight import Suspects
from ingest.quarantine.records import KilledError, quarantined
from store.database import Database, DatabaseAwayError, NotReadyError, transaction

_log: Final = logging.getLogger(__name__)

Write = Callable[[Database, Board, Catalogue], list[Addressed]]


def write(database: Database, board: Board, catalogue: Catalogue) -> list[Addressed]:
    """Write a board in the caller's transaction. Returns receipts for devices that must send again."""
    board.write(database, catalogue)
    return rewinds(database, board.statuses(), catalogue)


class Poster:
    """Writes boards through one connection, each in a transaction of its own.

    Args:
        suspects: what is noted already, with its connection.
        writer: stores what is put away.
        put: what is done with a board inside its transaction.
    """

    def __init__(self, suspects: Suspects, writer: Writer, put: Write = write) -> None:
        self._suspects = suspects
        self._writer = writer
        self._put = put
        self._passed_over: set[str] = set()

    def post(self, board: Board) -> list[Addressed]:
        """Write what the board holds, and clear it. Returns receipts for devices that must send again.

        Raises:
            DatabaseAwayError: try the same again, soon.
            Exception: a fault of this program; what was being written is noted as suspect.
        """
        rest, doubted = board.parted(self._suspects.by_mark.keys() | self._passed_over)
        asked = self._noting(rest)
        for one in doubted:
            asked += self._alone(one)
        board.clear(self._catalogue())
        return asked

    def _catalogue(self) -> Catalogue:
        with transaction(self._suspects.database):
            return self._writer.catalogue()

    def _noting(self, board: Board) -> list[Addressed]:
        if not board:
            return []
        self._suspects.run.try_carefully(self._suspects.database, board.topics)
        try:
            return self._write(board)
        except (DatabaseAwayError, NotReadyError):
            raise
        except Exception:
            self._suspects.note(board.topics())
            raise

    def _alone(self, board: Board) -> list[Addressed]:
        [topic] = board.topics()
        if topic in self._passed_over:
            return []
        try:
            done = self._try(board, topic)
        except (DatabaseAwayError, NotReadyError):
            raise
        except Exception as error:  # noqa: BLE001 - told as an error, and kept as the reason of the reject
            self._put_away(board, topic, error)
            return []
        self._suspects.forget([topic])
        return done

    def _try(self, board: Board, topic: str) -> list[Addressed]:
        if self._suspects.is_guilty(topic):
            raise KilledError(KilledError.__doc__)
        self._suspects.run.try_(self._suspects.database, [topic])
        return self._write(board)

    def _write(self, board: Board) -> list[Addressed]:
        with transaction(self._suspects.database) as database:
            return self._put(database, board, self._writer.catalogue())

    def _put_away(self, board: Board, topic: str, error: Exception) -> None:
        """Reject what failed twice, and pass over what else comes of the topic in this run."""
        refusal = quarantined(error)
        _log.error("quarantined %s, which made this program fail: %s", topic, refusal.reason)
        [(parsed, payload, arrived_at)] = board.messages()
        self._writer.store([RefusedMessage(incoming(topic, payload, arrived_at), parsed, refusal, payload)])
        self._passed_over.add(topic)
