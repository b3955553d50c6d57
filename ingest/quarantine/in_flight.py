"""Poison messages: what was in flight when ingest failed or was killed. Kept in the store: another replica may get it.

A mark names a record (site/device/epoch/number), a message without readable records (its topic and hash), or the
live state of a device (its topic).
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from ingest.quarantine.runs import IngestRun
from store.database import Database, DatabaseError, statement, transaction

_log: Final = logging.getLogger(__name__)

MOST_ALONE: Final = 2
"""How often ingest may be killed while it stores one record and nothing else: once may be a power cut."""
_KNOWN_AS_BAD: Final = 2


class Suspicion(NamedTuple):
    """How often ingest ended while it stored something, and how often it was killed while it stored nothing else."""

    crashes: int
    alone: int


@dataclass(frozen=True, slots=True)
class PoisonTracker:
    """The marks that are noted. Make one with `known`.

    Attributes:
        database: a connection in autocommit mode.
        run: this program.
        by_mark: what is known of each.
    """

    database: Database
    run: IngestRun
    by_mark: dict[str, Suspicion]

    def any_of(self, marks: Iterable[str]) -> bool:
        """Return whether one of these is a suspect."""
        return bool(self.by_mark) and not self.by_mark.keys().isdisjoint(marks)

    def must_be_parted(self, marks: Iterable[str]) -> bool:
        """Return whether its company was tried without the rest before, and ended this program again."""
        return any(mark in self.by_mark and self.by_mark[mark].crashes >= _KNOWN_AS_BAD for mark in marks)

    def is_guilty(self, mark: str) -> bool:
        """Return whether this alone was being stored when ingest was killed, often enough."""
        return mark in self.by_mark and self.by_mark[mark].alone >= MOST_ALONE

    def note(self, marks: Iterable[str]) -> None:
        """Remember these. The fault that is on its way up is worth more than one that happens here."""
        found = sorted(set(marks))
        try:
            self.run.note_in_flight(self.database, ())
            with transaction(self.database):
                self.database.execute(statement("quarantine/suspect_note"), {"marks": found})
        except DatabaseError as error:
            _log.error("what was being stored can't be noted: %s", error)
        else:
            _log.error("noted %d records or messages that were being stored when this program failed", len(found))

    def forget(self, marks: Iterable[str]) -> None:
        """Strike off what is stored by now."""
        gone = sorted(set(marks))
        with transaction(self.database):
            self.database.execute(statement("quarantine/suspect_forget"), {"marks": gone})
        for mark in gone:
            self.by_mark.pop(mark, None)


def known(database: Database, run: IngestRun) -> PoisonTracker:
    """Read what is noted."""
    with transaction(database):
        rows = database.execute(statement("quarantine/suspect_marks")).fetchall()
    return PoisonTracker(database, run, {mark: Suspicion(crashes, alone) for mark, crashes, alone in rows})
