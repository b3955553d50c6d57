"""The connection to the database: reconnects after it broke, and retries with back-off while the database is away."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from core.backoff import Backoff
from ingest.batch.writer import BatchWriter
from ingest.gil_turn import GilTurn
from ingest.live.writer import LiveStateWriter
from ingest.quarantine.in_flight import known
from ingest.quarantine.records import Quarantine
from ingest.quarantine.runs import IngestRun
from ingest.quarantine.server_faults import ServerFaults
from store.database import Database, DatabaseAwayError, connect, transaction
from store.migrate import check_version

_log: Final = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoreHandle:
    """A connection and what stands on it: what they remember is true of this database only."""

    database: Database
    writer: BatchWriter
    quarantine: Quarantine
    live: LiveStateWriter


class ReconnectingStore:
    """Runs work on the database; while the database is away it waits and tries again.

    Args:
        url: the database's address.
        stop: ends the waiting when it is set.
        backoff: how long to wait between two tries.

    Attributes:
        gil_turn: lets reading give way while storing needs Python for itself.
    """

    def __init__(self, url: str, stop: threading.Event, backoff: Backoff | None = None) -> None:
        self.gil_turn = GilTurn()
        self._url = url
        self._stop = stop
        self._backoff = backoff or Backoff(0.1, 10.0)
        self._handle: StoreHandle | None = None
        self._ingest_run = IngestRun()
        self._faults = ServerFaults()
        self._away: tuple[float, float | None] = 0.0, None
        self._progress_at = time.monotonic()

    def is_away(self) -> bool:
        """Return whether the database is away, as far as the worker knows."""
        return self._away[1] is not None

    def server_fails(self) -> bool:
        """Return whether the last try to store failed by a fault of the server itself."""
        return self._faults.go_on()

    def away_s(self) -> float:
        """Return how long the database has been away in all, in seconds."""
        before_s, since = self._away  # replaced whole: who asks on another thread never counts a time twice
        return before_s + (time.monotonic() - since if since is not None else 0.0)

    def note_progress(self) -> None:
        """Note that the worker makes progress."""
        self._progress_at = time.monotonic()

    def stalled_s(self) -> float:
        """Return for how long the worker has made no progress, in seconds."""
        return time.monotonic() - self._progress_at

    def run_once(self, work: Callable[[StoreHandle], T]) -> T:
        """Do the work without a retry. Raises what it does, and DatabaseAwayError or NotReadyError when connecting."""
        handle = self._handle = self._handle or _open(self._url, self._ingest_run, self.gil_turn, self._faults)
        try:
            return work(handle)
        except DatabaseAwayError:
            self.close()
            raise

    def run_with_retries(self, work: Callable[[StoreHandle], T], deadline: float | None = None) -> T | None:
        """Do the work, with retries while the database is away. Returns None when it was asked to stop first.

        Args:
            work: may run several times.
            deadline: with this moment of the monotonic clock, being asked to stop doesn't end it, the deadline does.
        """
        outage = _Outage()
        while True:
            try:
                done = self.run_once(work)
            except DatabaseAwayError as error:
                outage.note(error)
                self._note_away()
                if not self._wait_for_retry(self._backoff.next_s(), deadline):
                    return None
            else:
                outage.over()
                self._backoff.reset()
                self._note_back()
                return done

    def _note_away(self) -> None:
        self.note_progress()
        if not self.is_away():
            self._away = self._away[0], time.monotonic()

    def _note_back(self) -> None:
        self.note_progress()
        self._away = self.away_s(), None

    def _wait_for_retry(self, wait_s: float, deadline: float | None) -> bool:
        if deadline is None:
            return not self._stop.wait(wait_s)
        time.sleep(max(0.0, min(wait_s, deadline - time.monotonic())))
        return time.monotonic() < deadline

    def close(self) -> None:
        """Close the connection; the next work makes a new one."""
        if self._handle:
            self._handle.database.close()
        self._handle = None

    def end(self) -> None:
        """Note that this program ends as it should."""
        if self._handle:
            self._ingest_run.end(self._handle.database)


def _open(url: str, run: IngestRun, gil_turn: GilTurn, faults: ServerFaults) -> StoreHandle:
    database = connect(url, application="platspuls ingest", autocommit=True)
    try:
        with transaction(database):
            check_version(database)
        run.begin(database)
        return store_handle(database, run, gil_turn, faults)
    except BaseException:  # whatever it was, raised on: the connection must not stay
        database.close()
        raise


def store_handle(
    database: Database, run: IngestRun, gil_turn: GilTurn | None = None, faults: ServerFaults | None = None
) -> StoreHandle:
    """Put together what stands on a connection."""
    writer, poison = BatchWriter(database, gil_turn), known(database, run)
    return StoreHandle(database, writer, Quarantine(poison, writer.store, faults), LiveStateWriter(poison, writer))


@dataclass(slots=True)
class _Outage:
    """Says once why the database is away, again when the reason changes, and once that it is back."""

    reason: str = ""
    since: float = field(default_factory=time.monotonic)

    def note(self, error: DatabaseAwayError) -> None:
        if str(error) != self.reason:
            self.reason = str(error)
            _log.warning("the database is away, trying again until it is back: %s", error)

    def over(self) -> None:
        if self.reason:
            _log.warning("the database is back after %.1f s", time.monotonic() - self.since)
