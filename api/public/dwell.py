"""Dwell on the public's grid: whole months are decided at once, their days and hours with them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from api.public.frames import CalendarFrame, next_month
from api.public.rows import CellState, PublicDwell, ShareState
from api.public.suppression import Branch, ShareSize, Shown, Size, shares_shown, shown
from api.ranges import Bucket
from api.tables.cell import OfZone, WholeCell
from api.tables.dwell import DwellRow

LEAST_COVERAGE: Final = 0.5
"""A cell watched for less is missing, as of passages, and as on the public's dashboard."""


_SizeT = TypeVar("_SizeT", Size, ShareSize)


@dataclass(frozen=True, slots=True)
class CellSize:
    """Of how many visits a cell speaks; null where nothing was observed."""

    zone: str
    start_utc: datetime
    end_utc: datetime
    entered: int | None
    stays_low: int | None
    stays_high: int | None
    fragment: int | None
    presence_s: int | None

    def share_size(self, *, hidden: bool) -> ShareSize | None:
        """Return of how many its share speaks; `hidden`: how many came in isn't shown."""
        if self.entered is None or self.stays_low is None or self.stays_high is None:
            return None
        return ShareSize(self.entered, self.stays_low, self.stays_high, hidden)

    def size(self) -> Size | None:
        """Return the size; somebody who stays on is in presence before their visit ends."""
        if self.entered is None:
            return None
        return Size(self.entered, bool(self.entered or self.fragment or self.presence_s))


CellPlace = tuple[str, Bucket, datetime]
"""A cell by zone, bucket and start."""
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
    hidden_shares = hidden_shares_among(sizes, hidden)
    places = [(row, (row.zone, frame.bucket, row.start_utc)) for row in rows]
    return [_row(row, frame, hidden=at in hidden, share_hidden=at in hidden_shares) for row, at in places]


def hidden_cells(sizes: Sizes) -> set[CellPlace]:
    """Return the cells of which nothing is shown."""
    return _hidden(sizes, lambda _, cell: cell.size(), shown)


def hidden_shares_among(sizes: Sizes, hidden: AbstractSet[CellPlace]) -> set[CellPlace]:
    """Return the cells whose share isn't shown: the hidden ones, and what would tell of few who stayed or didn't."""
    return _hidden(
        sizes, lambda at, cell: cell.share_size(hidden=(cell.zone, at, cell.start_utc) in hidden), shares_shown
    )


def _hidden(
    sizes: Sizes, size_of: Callable[[Bucket, CellSize], _SizeT | None], decide: Callable[[Branch[_SizeT]], Shown]
) -> set[CellPlace]:
    """Return the cells that `decide` hides of trees of months, their days and hours."""
    parts: dict[tuple[Bucket, str, datetime], list[CellSize]] = defaultdict(list)
    for longer, shorter in ((Bucket.MONTH, Bucket.DAY), (Bucket.DAY, Bucket.HOUR)):
        for whole, part in _contained(sizes[longer], sizes[shorter]):
            parts[longer, whole.zone, whole.start_utc].append(part)

    def branch(bucket: Bucket, cell: CellSize) -> Branch[_SizeT]:
        below = Bucket.DAY if bucket is Bucket.MONTH else Bucket.HOUR
        return Branch(size_of(bucket, cell), [branch(below, part) for part in parts[bucket, cell.zone, cell.start_utc]])

    def hidden(bucket: Bucket, cell: CellSize, decided: Shown) -> Iterator[CellPlace]:
        if decided.hidden:
            yield cell.zone, bucket, cell.start_utc
        below = Bucket.DAY if bucket is Bucket.MONTH else Bucket.HOUR
        for part, decided_part in zip(parts[bucket, cell.zone, cell.start_utc], decided.parts, strict=True):
            yield from hidden(below, part, decided_part)

    return {
        found
        for month in sizes[Bucket.MONTH]
        for found in hidden(Bucket.MONTH, month, decide(branch(Bucket.MONTH, month)))
    }


def _contained(longer: Sequence[CellSize], shorter: Iterable[CellSize]) -> Iterator[tuple[CellSize, CellSize]]:
    """Yield each short cell with the long one that it is in; both are ordered by zone and start."""
    at = 0
    for part in shorter:
        while (longer[at].zone, longer[at].end_utc) <= (part.zone, part.start_utc):
            at += 1
        yield longer[at], part


def _row(row: DwellRow, frame: CalendarFrame, *, hidden: bool, share_hidden: bool) -> PublicDwell:
    is_watched = row.coverage is not None and row.coverage >= LEAST_COVERAGE
    state = CellState.SUPPRESSED if hidden else CellState.SHOWN if is_watched else CellState.MISSING
    is_shown = state is CellState.SHOWN
    share_state = _share_state(state, row, hidden=share_hidden)
    hours = None if row.presence_s is None else round(row.presence_s / 3600, 3)
    return PublicDwell(
        **{name: getattr(row, name) for name in (*OfZone.model_fields, *WholeCell.model_fields)},
        state=state,
        visits=row.entered if is_shown else None,
        threshold_s=row.threshold_s,
        share_state=share_state,
        share=row.share if share_state is ShareState.SHOWN else None,
        median_s=row.median_s if is_shown and not share_hidden else None,
        presence_hours=hours if is_shown else None,
        coverage=row.coverage,
        longer=frame.longer if share_state is ShareState.SUPPRESSED else None,
    )


def _share_state(state: CellState, row: DwellRow, *, hidden: bool) -> ShareState:
    if state is not CellState.SHOWN:
        return ShareState(state.value)
    return ShareState.SUPPRESSED if hidden else ShareState.WIDE if row.wide else ShareState.SHOWN


def months(frame: CalendarFrame) -> tuple[date, date]:
    """Return the first day of the first month that a frame touches, and the day after the last one's end."""
    return frame.first.replace(day=1), next_month(frame.after - timedelta(days=1))
