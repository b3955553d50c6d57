"""Dwell on the public's grid: whole months are decided at once, their days and hours with them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from api.public.frames import CalendarFrame, next_month
from api.public.rows import CellState, PublicDwell
from api.public.suppression import Branch, Shown, Size, shown
from api.ranges import Bucket
from api.tables.cell import OfZone, WholeCell
from api.tables.dwell import DwellRow

LEAST_COVERAGE: Final = 0.5
"""A cell watched for less is missing, as of passages, and as on the public's dashboard."""


@dataclass(frozen=True, slots=True)
class CellSize:
    """Of how many visits a cell speaks; null where nothing was observed."""

    zone: str
    start_utc: datetime
    end_utc: datetime
    entered: int | None
    fragment: int | None
    presence_s: int | None

    def size(self) -> Size | None:
        """Return the size; somebody who stays on is in presence before their visit ends."""
        if self.entered is None:
            return None
        return Size(self.entered, bool(self.entered or self.fragment or self.presence_s))


Sizes = Mapping[Bucket, Sequence[CellSize]]
"""Of whole months, by the month, by the day and by the hour; each ordered by zone and start."""


def public_rows(rows: Iterable[DwellRow], sizes: Sizes, frame: CalendarFrame) -> list[PublicDwell]:
    """Return the cells of a frame, suppressed where they must be.

    Args:
        rows: the cells.
        sizes: of all whole months that the frame touches.
        frame: as asked for.
    """
    hidden = hidden_cells(sizes)
    return [_row(row, frame, hidden=(row.zone, frame.bucket, row.start_utc) in hidden) for row in rows]


def hidden_cells(sizes: Sizes) -> set[tuple[str, Bucket, datetime]]:
    """Return the cells that are hidden, by zone, bucket and start."""
    parts: dict[tuple[Bucket, str, datetime], list[CellSize]] = defaultdict(list)
    for longer, shorter in ((Bucket.MONTH, Bucket.DAY), (Bucket.DAY, Bucket.HOUR)):
        for whole, part in _contained(sizes[longer], sizes[shorter]):
            parts[longer, whole.zone, whole.start_utc].append(part)

    def branch(bucket: Bucket, cell: CellSize) -> Branch:
        below = Bucket.DAY if bucket is Bucket.MONTH else Bucket.HOUR
        return Branch(cell.size(), [branch(below, part) for part in parts[bucket, cell.zone, cell.start_utc]])

    def hidden(bucket: Bucket, cell: CellSize, decided: Shown) -> Iterator[tuple[str, Bucket, datetime]]:
        if decided.hidden:
            yield cell.zone, bucket, cell.start_utc
        below = Bucket.DAY if bucket is Bucket.MONTH else Bucket.HOUR
        for part, decided_part in zip(parts[bucket, cell.zone, cell.start_utc], decided.parts, strict=True):
            yield from hidden(below, part, decided_part)

    return {
        found
        for month in sizes[Bucket.MONTH]
        for found in hidden(Bucket.MONTH, month, shown(branch(Bucket.MONTH, month)))
    }


def _contained(longer: Sequence[CellSize], shorter: Iterable[CellSize]) -> Iterator[tuple[CellSize, CellSize]]:
    """Yield each short cell with the long one that it is in; both are ordered by zone and start."""
    at = 0
    for part in shorter:
        while (longer[at].zone, longer[at].end_utc) <= (part.zone, part.start_utc):
            at += 1
        yield longer[at], part


def _row(row: DwellRow, frame: CalendarFrame, *, hidden: bool) -> PublicDwell:
    is_watched = row.coverage is not None and row.coverage >= LEAST_COVERAGE
    state = CellState.SUPPRESSED if hidden else CellState.SHOWN if is_watched else CellState.MISSING
    is_shown = state is CellState.SHOWN
    hours = None if row.presence_s is None else round(row.presence_s / 3600, 3)
    return PublicDwell(
        **{name: getattr(row, name) for name in (*OfZone.model_fields, *WholeCell.model_fields)},
        state=state,
        visits=row.entered if is_shown else None,
        threshold_s=row.threshold_s,
        share=row.share if is_shown and not row.wide else None,
        median_s=row.median_s if is_shown else None,
        presence_hours=hours if is_shown else None,
        coverage=row.coverage,
        longer=frame.longer if hidden else None,
    )


def months(frame: CalendarFrame) -> tuple[date, date]:
    """Return the first day of the first month that a frame touches, and the day after the last one's end."""
    return frame.first.replace(day=1), next_month(frame.after - timedelta(days=1))
