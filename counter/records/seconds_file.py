"""One-second tallies on disk, and with them the tally's state, until the clock is known, and while it is doubted.

They are in the outbox's file, so that one transaction turns them into records. Like the checkpoint they are written
every few seconds without waiting for the disk: a kill costs those seconds, and so may a power cut. At most two days
are kept: of what is older, the oldest day is declared unplaced.
"""

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from counter.counting.second_tallies import LONGEST_RUN_S, SecondRun
from counter.records.checkpoint import MAX_USES
from counter.records.checksums import BOOT, SECOND
from counter.records.database import OutboxDatabase, opened
from counter.records.sqlite import sql

MOST_S: Final = 2 * 86_400
"""Seconds kept; `python -m bench.early` measures the room that they take."""
_ALL: Final = 2**62

_log = logging.getLogger(__name__)


class CountingSetup(Struct, frozen=True):
    """What tallies belong to: other geometry or another setup never places them."""

    fingerprint: str
    setup: str
    lines: tuple[str, ...]
    zones: tuple[str, ...]


class _About(Struct, frozen=True):
    """CountingSetup as it is written, and beside it what an earlier version doesn't know."""

    fingerprint: str
    setup: str
    lines: tuple[str, ...]
    zones: tuple[str, ...]
    offset_ms: int | None = None
    sync_lost: bool = False


@dataclass(frozen=True, slots=True)
class Boot:
    """One run of the computer, as far as it was counted in.

    Attributes:
        boot_id: its name.
        clock_known: whether its clock is believed: known once, and not doubted since.
        about: what the seconds and the state belong to.
        at_ms: steady time of the last frame counted.
        state: of the tally, with nobody in view; None for none.
        offset_ms: the time of day that is believed, or was before it was doubted, less the steady time; None: none yet.
        sync_lost: whether synchronisation was lost since the clock is doubted.
    """

    boot_id: str
    clock_known: bool
    about: CountingSetup
    at_ms: int = 0
    state: bytes | None = None
    offset_ms: int | None = None
    sync_lost: bool = False


@dataclass(frozen=True, slots=True)
class ConsumedSeconds:
    """What happens to the seconds in the transaction that keeps their records.

    Attributes:
        before: the seconds before this one go; None: all.
        boot: what is known of the computer's run from now on; None: nothing new.
    """

    before: int | None = None
    boot: Boot | None = None


class SecondsFile:
    """Reads and writes the tallies."""

    def __init__(self, where: Path | OutboxDatabase) -> None:
        """Use those in an outbox, which exists."""
        self._database = opened(where)
        self._is_owner = not isinstance(where, OutboxDatabase)

    def boot(self) -> Boot | None:
        """Return the run of the computer that was counted in last; None before the first, and where it is damaged.

        Its state is left out once three starts have begun from it.
        """
        row = next(iter(self._database.fetch("boot_read")), None)
        if row is None:
            return None
        if not BOOT.is_sound(row):
            _log.error("what is known of the last run of the computer is damaged: its seconds can't be placed")
            return None
        _, boot_id, known, about, at_ms, uses, state, _ = row
        kept = state if uses < MAX_USES else None
        written = msgspec.json.decode(about, type=_About)
        of = CountingSetup(written.fingerprint, written.setup, written.lines, written.zones)
        return Boot(boot_id, bool(known), of, at_ms, kept, written.offset_ms, written.sync_lost)

    def note_use(self) -> None:
        """Note that a start begins from the state. Raises OutboxUnavailableError."""

        def note() -> None:
            with self._database.transaction("NORMAL"):
                self._database.execute("boot_used")

        self._database.run(note)

    def save(self, boot: Boot, runs: Sequence[SecondRun]) -> None:
        """Add seconds, in rising order, and replace the state by the one after them. Raises OutboxUnavailableError."""
        self._database.run(lambda: self._save(boot, runs))

    def _save(self, boot: Boot, runs: Sequence[SecondRun]) -> None:
        with self._database.transaction("NORMAL"):
            for run in runs:
                grown = (run.last, run.last, run.first, run.tally, run.last, LONGEST_RUN_S)
                if not self._database.execute("second_grow", *grown).rowcount:
                    row = (run.first, run.last, run.tally)
                    self._database.execute("second_insert", *row, SECOND.crc(row))
            write_boot(self._database.connection, boot)

    def runs(self, before: int = _ALL) -> Iterator[SecondRun]:
        """Yield what is kept of the seconds before that one, in order; what is damaged is left out, and said."""
        damaged = 0
        for row in self._database.fetch("second_read", before):
            if SECOND.is_sound(row):
                yield SecondRun(*row[:3])
            else:
                damaged += 1
        if damaged:
            _log.error("%d runs of seconds are damaged: they are not reported", damaged)

    def span(self) -> tuple[int, int] | None:
        """Return the first and last second kept; None for none."""
        first, last = self._database.fetch("second_span")[0]
        return None if first is None else (first, last)

    def close(self) -> None:
        """Close the connection, if it was opened for these tallies alone. Safe to call twice."""
        if self._is_owner:
            self._database.close()


def write_boot(connection: sqlite3.Connection, boot: Boot) -> None:
    """Replace what is known of the computer's run, inside the caller's transaction."""
    of = boot.about
    written = _About(of.fingerprint, of.setup, of.lines, of.zones, boot.offset_ms, boot.sync_lost)
    about = msgspec.json.encode(written).decode()
    crc = BOOT.crc((1, boot.boot_id, int(boot.clock_known), about, boot.at_ms, None, boot.state))
    connection.execute(sql("boot_write"), (boot.boot_id, boot.clock_known, about, boot.at_ms, boot.state, crc))


def delete_consumed(connection: sqlite3.Connection, used: ConsumedSeconds) -> None:
    """Delete the seconds whose records are written, inside the caller's transaction."""
    connection.execute(sql("second_delete"), (_ALL if used.before is None else used.before,))
    if used.boot is not None:
        write_boot(connection, used.boot)
