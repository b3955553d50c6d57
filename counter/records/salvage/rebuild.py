"""Writes an outbox anew from what can be read of another: a damaged one, or one of an earlier version.

What has a right checksum is taken as it is, and so keeps its number, its epoch and its receipt. A number that was made
and of which nothing can be read is declared lost as `damaged`. Where the epoch can't be read either, in both places,
what waits for a receipt goes on under a new one.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from core import wire
from core.clock import Clock
from core.ranges import NONE, Ranges
from counter.records.checksums import LATEST, LAYOUTS, LOST, META, META_COPY, RECORD, SECOND, Row, TableLayout
from counter.records.epochs import DAMAGED, insert_lost, new_epoch, renumber
from counter.records.meta import Identity, OutboxEpoch, write_state
from counter.records.salvage.cells import CellRow, rows_of
from counter.records.salvage.earlier_versions import has_ended, recognised
from counter.records.salvage.page_images import PageImages
from counter.records.schema import create_tables, set_page_size
from counter.records.sqlite import connect, sql, transaction

_SINGLE: Final = {"checkpoint": "checkpoint_salvaged", "boot": "boot_salvaged"}


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row that can be trusted, without its checksum."""

    layout: TableLayout
    row: Row
    is_earlier: bool = False


@dataclass(frozen=True, slots=True)
class SalvageReport:
    """What came of it.

    Attributes:
        state: the epoch of the new file.
        goes_on: whether that is the epoch of the old one.
        unsettled: records that wait for a receipt.
        damaged: how many numbers are declared lost.
    """

    state: OutboxEpoch
    goes_on: bool
    unsettled: int
    damaged: int

    def __str__(self) -> str:
        """Return it for the log."""
        way = "goes on" if self.goes_on else "begins"
        return (
            f"epoch {self.state.identity.epoch} {way} with {self.unsettled} records that wait for a receipt; "
            f"{self.damaged} can't be read and are declared lost"
        )


def salvage(old: Path, new: Path, clock: Clock, *, is_whole: bool) -> SalvageReport:
    """Write the outbox `new`, which is not there, from what can be read of `old`.

    Args:
        old: a file that need not be a database any more, and the log beside it.
        new: made with the tables of this version, and on the disk when this returns.
        clock: the time.
        is_whole: whether the structure of `old` is sound: then only the records that are in it can be damaged, and its
            epoch goes on even if it has no checksums.

    Raises OutboxUnavailableError.
    """
    present = _present(old) if is_whole else None
    with closing(connect(new, "FULL", prepare=set_page_size)) as connection, transaction(connection, new):
        create_tables(connection)
        writer = _Salvage(connection, clock)
        with closing(PageImages.of(old)) as images:
            for found in readable_rows(images):
                writer.take(found)
        return writer.finish(present)


def _present(path: Path) -> Ranges:
    with closing(connect(path, "NORMAL")) as connection:
        return Ranges.of_numbers(row[0] for row in connection.execute(sql("record_numbers")))


def readable_rows(images: PageImages) -> Iterator[FoundRow]:
    """Yield each row that can be trusted: those with checksums, or where there is none, those of earlier versions."""
    has_checksums = False
    for page in images.all():
        for cell in rows_of(page, images.page, anywhere=True):
            if (found := _sound(cell)) is not None:
                has_checksums = True
                yield found
    if has_checksums:
        return
    for page in images.all():
        for cell in rows_of(page, images.page, anywhere=False):
            if (earlier := recognised(cell.rowid, cell.values)) is not None:
                yield FoundRow(*earlier, is_earlier=True)


def _sound(cell: CellRow) -> FoundRow | None:
    for layout in LAYOUTS:
        if layout.is_numbered and (not cell.values or cell.values[0] is not None):
            continue
        row = (cell.rowid, *cell.values[1:]) if layout.is_numbered else cell.values
        if layout.is_sound(row):
            return FoundRow(layout, row[:-1])
    return None


class _Salvage:
    """Takes rows in any order, the newest image of each first, and then brings them in line with each other."""

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock
        self._state: OutboxEpoch | None = None
        self._has_ended = False
        self._is_earlier = False
        self._latest: dict[str, int] = {}
        self._lost: list[tuple[int, int, str]] = []

    def take(self, found: FoundRow) -> None:
        layout, row = found.layout, found.row
        self._is_earlier |= found.is_earlier
        if layout in {META, META_COPY}:
            self._take_state(row)
        elif layout == LATEST:
            self._note_latest(*row)  # type: ignore[arg-type]  # the same
        elif layout == LOST:
            self._lost.append(row)  # type: ignore[arg-type]  # its checksum is right
        elif layout in {RECORD, SECOND}:
            self._connection.execute(sql(f"{layout.name}_salvaged"), (*row, layout.crc(row)))
        else:
            self._connection.execute(sql(_SINGLE[layout.name]), (*row, layout.crc(row)))

    def _take_state(self, row: Row) -> None:
        _, epoch, previous, created_ms, began_ms, last_seq = row[:6]
        found = OutboxEpoch(Identity(epoch, previous), created_ms, began_ms, last_seq)  # type: ignore[arg-type]  # its checksum is right
        state = self._state
        if state is None or (state.identity == found.identity and state.last_seq < found.last_seq):
            self._state = found
        self._has_ended |= has_ended(row)

    def _note_latest(self, kind: str, start_ms: int) -> None:
        self._latest[kind] = max(start_ms, self._latest.get(kind, start_ms))

    def finish(self, present: Ranges | None) -> SalvageReport:
        """Write what follows from the rows; `present`: the numbers that were in the old file, None if nobody knows."""
        kept = Ranges.of(self._connection.execute(sql("record_islands"), (1, wire.MAX_SEQ)))
        damaged = self._write_lost(kept, present)
        for kind, start_ms in self._connection.execute(sql("latest_of_records")):
            self._note_latest(kind, start_ms)
        for kind, start_ms in self._latest.items():
            self._connection.execute(sql("latest_write"), (kind, start_ms, LATEST.crc((kind, start_ms))))
        state, goes_on = self._write_state(kept, present)
        unsettled = self._connection.execute(sql("record_depth")).fetchone()[0] - damaged.count()
        return SalvageReport(state, goes_on, unsettled, damaged.count())

    def _write_state(self, kept: Ranges, present: Ranges | None) -> tuple[OutboxEpoch, bool]:
        old = self._state
        if old is not None and not self._has_ended and (present is not None or not self._is_earlier):
            made = max(old.last_seq, kept.highest() or 0)
            state = replace(old, last_seq=wire.Seq(made))
            write_state(self._connection, state)
            return state, True
        identity = new_epoch(old.identity.epoch if old else None)
        began_ms = old.began_ms if old else None
        return renumber(
            self._connection, OutboxEpoch(identity, self._clock.now_ms(), began_ms, wire.Seq(0)), NONE
        ), False

    def _write_lost(self, kept: Ranges, present: Ranges | None) -> Ranges:
        """Write the lost ranges, those that can't be read included; return these."""
        declared = NONE
        for first, last, reason in self._lost:
            for a, b in Ranges.of([(first, last)]).minus(kept).minus(declared).pairs:
                insert_lost(self._connection, a, b, reason)
            declared = declared.add(first, last)
        damaged = self._numbers(kept, present).minus(kept).minus(declared)
        for a, b in damaged.pairs:
            insert_lost(self._connection, a, b, DAMAGED)
        return damaged

    def _numbers(self, kept: Ranges, present: Ranges | None) -> Ranges:
        """Return the numbers that records may have had in the old file."""
        if present is not None:
            return present
        highest = max(kept.highest() or 0, self._state.last_seq if self._state else 0)
        lowest = 1 if self._state else kept.lowest() or 1
        return Ranges.of([(lowest, highest)] if lowest <= highest else [])
