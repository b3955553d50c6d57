"""Whether the run before ended as it should, and what a run that was killed was doing.

A fault that is raised is noted on its way up (`records`). `kill -9`, a fault of a library or memory that ran
out leave no such moment. So a run has a row in the store that goes when it ends as it should. Who finds a row of a run
that is no more is careful for some minutes: it notes what it is about to store, in a transaction whose commit nobody
waits for. If it is killed too, the next run knows what was being stored.

A run that isn't careful writes nothing: it costs one row at its start and one at its end.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Final, NewType

from store.database import Database, DatabaseError, statement, transaction

_log: Final = logging.getLogger(__name__)

CAREFUL_S: Final = 600.0
"""How long a run is careful, in seconds: a device sends again within 60 s, or after a pause that is no longer."""

RunId = NewType("RunId", int)


class Run:
    """This program, from its start to its end, as the store knows it.

    Args:
        clock: seconds that never jump.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._careful_until = clock()
        self._id: RunId | None = None
        self._trying: tuple[str, ...] = ()

    def begin(self, database: Database) -> None:
        """Register, or register again on a new connection. Whoever was killed before makes this run careful.

        Args:
            database: a connection in autocommit mode, for as long as it lasts the sign that this run lives.
        """
        with transaction(database):
            killed = 0
            if self._id is None:
                [(killed,)] = database.execute(statement("run_dead"))
            [(run_id, _)] = database.execute(statement("run_begin"), {"run": self._id})
        self._id, self._trying = RunId(run_id), ()
        if killed:
            self._careful_until = self._clock() + CAREFUL_S
            _log.warning(
                "an ingest before did not end as it should: for %.0f s, what is being stored is noted before", CAREFUL_S
            )

    def is_careful(self) -> bool:
        """Tell whether what is about to be stored is noted before."""
        return self._clock() < self._careful_until

    def try_carefully(self, database: Database, marks: Callable[[], Iterable[str]]) -> None:
        """Note what is about to be stored, where this run is careful."""
        if self.is_careful():
            self.try_(database, marks())
        elif self._trying:
            self.try_(database, ())

    def try_(self, database: Database, marks: Iterable[str]) -> None:
        """Note what is about to be stored, in a transaction of its own."""
        trying = tuple(sorted(set(marks)))
        if trying != self._trying:
            with transaction(database):
                database.execute(statement("run_try"), {"run": self._id, "marks": list(trying)})
            self._trying = trying

    def end(self, database: Database) -> None:
        """Say that this run ends as it should. Where that can't be said, the next run is careful in vain."""
        try:
            with transaction(database):
                database.execute(statement("run_end"), {"run": self._id})
        except DatabaseError as error:
            _log.warning("the end can't be noted, so the next start will be careful: %s", error)
