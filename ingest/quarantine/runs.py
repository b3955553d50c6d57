"""Whether the run before ended as it should, and what a run that was killed was doing.

A fault that is raised is noted on its way up (`records`). `kill -9`, a fault of a library or memory that ran
out leave no such moment. So a run has a row in the store that goes when it ends as it should. Who finds a row of a run
that is gone is careful for some minutes: it notes what it is about to store, in a transaction whose commit nobody
waits for. If it is killed too, the next run knows what was being stored.

A run that isn't careful writes nothing: it costs one row at its start and one at its end.
"""

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Final, NewType

from store.database import Database, DatabaseError, statement, transaction

_log: Final = logging.getLogger(__name__)

CAREFUL_S: Final = 600.0
"""How long a run is careful, in seconds: a device sends again within 60 s, or after a pause of at most that long."""

RunId = NewType("RunId", int)


class IngestRun:
    """This program, from its start to its end, as the store knows it.

    Args:
        clock: seconds that never jump.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._careful_until = clock()
        self._id: RunId | None = None
        self._in_flight: tuple[str, ...] = ()

    def begin(self, database: Database) -> None:
        """Register, or register again on a new connection. Whoever was killed before makes this run careful.

        Args:
            database: a connection in autocommit mode, for as long as it lasts the sign that this run lives.
        """
        with transaction(database):
            killed = 0
            if self._id is None:
                [(killed,)] = database.execute(statement("quarantine/run_dead"))
            [(run_id, _)] = database.execute(statement("quarantine/run_begin"), {"run": self._id})
        self._id, self._in_flight = RunId(run_id), ()
        if killed:
            self._careful_until = self._clock() + CAREFUL_S
            _log.warning(
                "an ingest before did not end as it should: for %.0f s, what is being stored is noted before", CAREFUL_S
            )

    def is_careful(self) -> bool:
        """Return whether what is about to be stored is noted first."""
        return self._clock() < self._careful_until

    def note_in_flight_if_careful(self, database: Database, marks: Callable[[], Iterable[str]]) -> None:
        """Note what is about to be stored, where this run is careful."""
        if self.is_careful():
            self.note_in_flight(database, marks())
        elif self._in_flight:
            self.note_in_flight(database, ())

    def note_in_flight(self, database: Database, marks: Iterable[str]) -> None:
        """Note what is about to be stored, in a transaction of its own."""
        in_flight = tuple(sorted(set(marks)))
        if in_flight != self._in_flight:
            with transaction(database):
                database.execute(statement("quarantine/run_try"), {"run": self._id, "marks": list(in_flight)})
            self._in_flight = in_flight

    def note_nothing(self, database: Database) -> None:
        """Note that nothing is being stored, if the database can be reached: this run waits for it."""
        with suppress(DatabaseError):
            self.note_in_flight(database, ())

    def end(self, database: Database) -> None:
        """Note that this run ends as it should. Where that can't be noted, the next run is careful in vain."""
        try:
            with transaction(database):
                database.execute(statement("quarantine/run_end"), {"run": self._id})
        except DatabaseError as error:
            _log.warning("the end can't be noted, so the next start will be careful: %s", error)
