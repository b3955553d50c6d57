"""One connection to the database, made again after it broke, and patience while the database is away."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from core.backoff import Backoff
from ingest.batch.writer import Writer
from ingest.gil_turn import Pace
from ingest.live.writer import Poster
from ingest.quarantine.in_flight import known
from ingest.quarantine.records import Quarantine
from ingest.quarantine.runs import Run
from store.database import Database, DatabaseAwayError, connect, transaction
from store.migrate import check_version

_log: Final = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Door:
    """A connection and what stands on it: what they remember is true of this database only."""

    database: Database
    writer: Writer
    quarantine: Quarantine
    poster: Poster


class Session:
    """Runs work on the database; while the database is away it waits and tries again.

    Args:
        url: the database's address.
        stop: ends the waiting when it is set.
        backoff: how long to wait between two tries.

    Attributes:
        pace: tells when storing needs Python for itself.
    """

    def __init__(self, url: str, stop: threading.Event, backoff: Backoff | None = None) -> None:
        self.pace = Pace()
        self._url = url
        self._stop = stop
        self._backoff = backoff or Backoff(0.1, 10.0)
        self._door: Door | None = None
        self._run = Run()
        self._away_s = 0.0
        self._away_since: float | None = None
        self._moved_at = time.monotonic()

    def is_away(self) -> bool:
        """Tell whether the database is away, as far as the worker knows."""
        return self._away_since is not None

    def away_s(self) -> float:
        """Return how long the database has been away in all, in seconds."""
        since = self._away_since
        return self._away_s + (time.monotonic() - since if since is not None else 0.0)

    def move(self) -> None:
        """Note that the worker moves."""
        self._moved_at = time.monotonic()

    def still_s(self) -> float:
        """Return for how long the worker hasn't moved, in seconds."""
        return time.monotonic() - self._moved_at

    def attempt(self, work: Callable[[Door], T]) -> T:
        """Do the work once. Raises what the work raises, and DatabaseAwayError or NotReadyError when connecting."""
        door = self._door = self._door or _open(self._url, self._run, self.pace)
        try:
            return work(door)
        except DatabaseAwayError:
            self.close()
            raise

    def insist(self, work: Callable[[Door], T], deadline: float | None = None) -> T | None:
        """Do the work, again and again while the database is away. Returns None when it was asked to stop first.

        Args:
            work: may run several times.
            deadline: with this moment of the monotonic clock, being asked to stop doesn't end it, the deadline does.
        """
        outage = _Outage()
        while True:
            try:
                done = self.attempt(work)
            except DatabaseAwayError as error:
                outage.note(error)
                self._note_away()
                if not self._may_go_on(self._backoff.next_s(), deadline):
                    return None
            else:
                outage.over()
                self._backoff.reset()
                self._note_back()
                return done

    def _note_away(self) -> None:
        self.move()
        if self._away_since is None:
            self._away_since = time.monotonic()

    def _note_back(self) -> None:
        self.move()
        self._away_s, self._away_since = self.away_s(), None

    def _may_go_on(self, wait_s: float, deadline: float | None) -> bool:
        if deadline is None:
            return not self._stop.wait(wait_s)
        time.sleep(max(0.0, min(wait_s, deadline - time.monotonic())))
        return time.monotonic() < deadline

    def close(self) -> None:
        """Close the connection; the next work makes a new one."""
        if self._door:
            self._door.database.close()
        self._door = None

    def end(self) -> None:
        """Say that this program ends as it should."""
        if self._door:
            self._run.end(self._door.database)


def _open(url: str, run: Run, pace: Pace) -> Door:
    database = connect(url, application="platspuls ingest", autocommit=True)
    try:
        with transaction(database):
            check_version(database)
        run.begin(database)
        return door(database, run, pace)
    except BaseException:  # whatever it was, raised on: the connection must not stay
        database.close()
        raise


def door(database: Database, run: Run, pace: Pace | None = None) -> Door:
    """Put together what stands on a connection."""
    writer, suspects = Writer(database, pace), known(database, run)
    return Door(database, writer, Quarantine(suspects, writer.store), Poster(suspects, writer))


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
