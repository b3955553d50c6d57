"""How well the rows of a file were observed, part by part, and what they add up to, gathered while they are written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from api.formats.layout import SheetColumn, Style
from api.formats.metadata import ResultMetadata
from api.tables.table import ColumnKind

GOOD: Final = 0.9
POOR: Final = 0.5
_PARTS: Final = ("part", "activity_kind", "zone", "line", "border", "space", "site")
_WATCHED: Final = ("observed_ms", "expected_ms", "coverage")
_SUMMED: Final = frozenset({
    *("entered", "complete", "cut", "fragment", "entries", "appeared", "exits", "lost", "difference"),
    *("inward", "outward", "forward", "backward", "presence_s", "presence_hours"),
    *("outages", "outage_ms", "missing_ms", "excluded_ms", "corrected_ms", "rejected", "conflicts", "made", "stored"),
    *("precipitation_mm", "participants", "participants_estimated"),
})  # fmt: skip
"""What may be added over the rows of a part, as it is or with gross_ or raw_ before it."""


@dataclass(slots=True)
class Part:
    """The rows of one line, zone or the like, which follow each other.

    Attributes:
        name: in the language of the file; empty of the site.
        first: the number of its first row in the file, from 0.
        rows: how many it has.
        cells: how many times and groups they are of; good, fair and poor ones by their coverage.
        least: the lowest coverage.
        totals: sums of what may be added, by the place of the column in the sheet.
    """

    name: str
    first: int
    rows: int = 0
    cells: int = 0
    good: int = 0
    fair: int = 0
    poor: int = 0
    least: float | None = None
    observed_ms: int = 0
    expected_ms: int = 0
    totals: dict[int, float] = field(default_factory=dict)

    @property
    def coverage(self) -> float | None:
        """Observed over expected time; None where nothing was expected, or the rows don't say."""
        return min(1.0, round(self.observed_ms / self.expected_ms, 4)) if self.expected_ms else None

    def count(self, coverage: float | None) -> None:
        """Take in the coverage of a row."""
        if coverage is None:
            return
        self.least = coverage if self.least is None else min(self.least, coverage)
        if coverage >= GOOD:
            self.good += 1
        elif coverage >= POOR:
            self.fair += 1
        else:
            self.poor += 1


class PartReader:
    """Reads from a row of an answer of which part it is, and how well that was observed."""

    __slots__ = ("_bin", "_key", "_name", "_places", "is_watched")

    def __init__(self, metadata: ResultMetadata, columns: Sequence[SheetColumn]) -> None:
        names = [column.name for column in metadata.table.columns()]
        shown = {column.name: column for column in columns}
        of = next(name for name in _PARTS if name in names)
        self._key = [shown[name] for name in ("kind", of) if name in shown]
        self._bin = names.index("bin_from_s") if "bin_from_s" in names else None
        self._name = next((column for column in columns if column.name in {"name_sv", "name_en"}), None)
        self._places = [names.index(name) if name in names else None for name in _WATCHED]
        self.is_watched = self._places != [None] * len(_WATCHED)
        """Whether rows say how well they were observed: who took part in activities, or the weather, isn't watched."""

    def key(self, row: Sequence[Any]) -> str:
        """Return the key of its part, words in the language; of a line or zone in one table, after that word."""
        return " ".join(str(column.value(row)) for column in self._key)

    def name(self, row: Sequence[Any]) -> str:
        """Return the name of its part; empty where it has none."""
        return str(self._name.value(row) or "") if self._name else ""

    def is_counted(self, row: Sequence[Any]) -> bool:
        """Tell whether the time of a row wasn't counted before: each bin of a histogram bears all of its group's."""
        return self._bin is None or row[self._bin] == 0

    def watched(self, row: Sequence[Any]) -> tuple[int, int, float | None]:
        """Return observed and expected milliseconds (0: none, or counted before), and coverage."""
        if not self.is_counted(row):
            return 0, 0, None
        observed, expected, coverage = (None if place is None else row[place] for place in self._places)
        return observed or 0, expected or 0, coverage


class Summary:
    """Counts cells by coverage, and adds what may be added."""

    __slots__ = ("_columns", "_next", "_reader", "is_watched", "parts", "summed")

    def __init__(self, columns: Sequence[SheetColumn], reader: PartReader) -> None:
        self._columns = columns
        self._next = 0
        self._reader = reader
        self.is_watched = reader.is_watched
        self.parts: dict[str, Part] = {}
        self.summed = [place for place, column in enumerate(columns) if _may_be_added(column)]
        """The places of the columns that may be added."""

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Take these rows in."""
        reader = self._reader
        for row in rows:
            key = reader.key(row)
            part = self.parts.get(key) or self.parts.setdefault(key, Part(reader.name(row), self._next))
            self._next += 1
            part.rows += 1
            part.cells += reader.is_counted(row)
            observed_ms, expected_ms, coverage = reader.watched(row)
            part.observed_ms += observed_ms
            part.expected_ms += expected_ms
            part.count(coverage)
            for place in self.summed:
                value = self._columns[place].value(row)
                if isinstance(value, int | float):
                    part.totals[place] = part.totals.get(place, 0) + value


def _may_be_added(column: SheetColumn) -> bool:
    plain = column.name.removeprefix("gross_").removeprefix("raw_")
    return plain in _SUMMED and column.source.kind is not ColumnKind.LIST and column.style is not Style.TEXT
