"""One-second tallies on disk, and with them the tally's state, until the clock is known, and while it is doubted.

They are in the outbox's file, so that one transaction turns them into records. Like the checkpoint they are written
every few seconds without waiting for the disk: a kill costs those seconds, and so may a power cut. At most two days
are kept: of what is older, the oldest day is declared unplaced.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from counter.counting.second_tallies import LONGEST_RUN_S, SecondRun
from counter.records.checkpoint import MAX_USES
from counter.records.sqlite import connect, sql, transaction

MOST_S: Final = 2 * 86_400
"""Seconds kept; `python -m bench.early` measures the room that they take."""
_ALL: Final = 2**62


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
    """

    boot_id: str
    clock_known: bool
    about: CountingSetup
    at_ms: int = 0
    state: bytes | None = None
    offset_ms: int | None = None


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
    """Reads and writes the tallies, for one thread."""

    def __init__(self, path: Path) -> None:
        """Open them in the outbox at `path`, which exists."""
        self._path = path
        self._connection = connect(path, "NORMAL")

    def boot(self) -> Boot | None:
        """Return the run of the computer that was counted in last; None before the first.

        Its state is left out once three starts have begun from it.
        """
        row = self._connection.execute(sql("boot_read")).fetchone()
        if row is None:
            return None
        boot_id, known, about, at_ms, uses, state = row
        kept = state if uses < MAX_USES else None
        written = msgspec.json.decode(about, type=_About)
        of = CountingSetup(written.fingerprint, written.setup, written.lines, written.zones)
        return Boot(boot_id, bool(known), of, at_ms, kept, written.offset_ms)

    def note_use(self) -> None:
        """Note that a start begins from the state. Raises OutboxFullError."""
        with transaction(self._connection, self._path):
            self._connection.execute(sql("boot_used"))

    def save(self, boot: Boot, runs: Sequence[SecondRun]) -> None:
        """Add seconds, in rising order, and replace the state by the one after them. Raises OutboxFullError."""
        with transaction(self._connection, self._path):
            for run in runs:
                grown = (run.last, run.first, run.tally, run.last, LONGEST_RUN_S)
                if not self._connection.execute(sql("second_grow"), grown).rowcount:
                    self._connection.execute(sql("second_insert"), (run.first, run.last, run.tally))
            write_boot(self._connection, boot)

    def runs(self, before: int = _ALL) -> Iterator[SecondRun]:
        """Yield what is kept of the seconds before that one, in order."""
        for row in self._connection.execute(sql("second_read"), (before,)):
            yield SecondRun(*row)

    def span(self) -> tuple[int, int] | None:
        """Return the first and last second kept; None for none."""
        first, last = self._connection.execute(sql("second_span")).fetchone()
        return None if first is None else (first, last)

    def close(self) -> None:
        """Close this thread's connection. Safe to call twice."""
        self._connection.close()


def write_boot(connection: sqlite3.Connection, boot: Boot) -> None:
    """Replace what is known of the computer's run, inside the caller's transaction."""
    of = boot.about
    about = msgspec.json.encode(_About(of.fingerprint, of.setup, of.lines, of.zones, boot.offset_ms)).decode()
    connection.execute(sql("boot_write"), (boot.boot_id, boot.clock_known, about, boot.at_ms, boot.state))


def delete_consumed(connection: sqlite3.Connection, used: ConsumedSeconds) -> None:
    """Delete the seconds whose records are written, inside the caller's transaction."""
    connection.execute(sql("second_delete"), (_ALL if used.before is None else used.before,))
    if used.boot is not None:
        write_boot(connection, used.boot)
