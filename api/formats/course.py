"""The course of the number that matters most in a file, by day or by group, for its chart: gathered as rows come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.formats.layout import SheetColumn
from api.formats.summary import POOR, PartReader
from api.logbook.words import names_by_field

_MOST_PARTS: Final = 12
"""So many are drawn; more can't be told apart."""
_DRAWN: Final = (
    *("entries_per_hour", "entered_per_hour", "forward_per_hour", "inward_per_hour", "occupancy", "entered"),
    *("presence_s", "stored", "entries", "forward", "inward", "complete", "precipitation_mm", "participants"),
)
"""The first of these that a sheet has is drawn."""
_ALONG: Final = (
    *(("date",), ("weekday", "hour"), ("weekday",), ("hour",), ("day_type",), ("month",)),
    *(("gender", "age"), ("age",), ("gender",), ("activity_kind",)),
)
"""And along the first of these that it has."""


@dataclass(slots=True)
class _Point:
    """A day or group of one part; None is no number."""

    value: float | None = None
    observed_ms: int = 0
    expected_ms: int = 0


class Course:
    """One number of each part, day by day or group by group."""

    __slots__ = ("_orders", "_points", "_reader", "along", "drawn", "parts")

    def __init__(self, columns: Sequence[SheetColumn], reader: PartReader) -> None:
        shown = {column.name: column for column in columns}
        self._reader = reader
        self.along = [shown[name] for name in next(keys for keys in _ALONG if all(key in shown for key in keys))]
        self._orders = [_order(column.name) for column in self.along]
        self.drawn = shown[next(name for name in _DRAWN if name in shown)]
        self.parts: list[str] = []
        self._points: dict[tuple[str | float | None, ...], dict[str, _Point]] = {}

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Take these rows in."""
        for row in rows:
            key = self._reader.key(row)
            if key not in self.parts:
                if len(self.parts) == _MOST_PARTS:
                    return
                self.parts.append(key)
            at = tuple(column.value(row) for column in self.along)
            self._take(self._points.setdefault(at, {}).setdefault(key, _Point()), row)

    def _take(self, point: _Point, row: Sequence[Any]) -> None:
        value = self.drawn.value(row)
        if isinstance(value, int | float):
            before = point.value or 0
            point.value = max(before, value) if self.drawn.name == "occupancy" else before + value
        observed_ms, expected_ms, _ = self._reader.watched(row)
        point.observed_ms += observed_ms
        point.expected_ms += expected_ms

    def rows(self) -> Iterator[tuple[tuple[str | float | None, ...], list[float | None]]]:
        """Yield each day or group, and the number of each part: None where less than half of the time was observed.

        What is of no group has no place there: activities whose participants nobody counted.
        """
        named = (at for at in self._points if any(value is not None for value in at))
        for at in sorted(named, key=self._place):
            points = self._points[at]
            yield at, [_drawn(points.get(part)) for part in self.parts]

    def _place(self, at: tuple[str | float | None, ...]) -> list[int]:
        """Return where a group stands among others: words of the log in their order, all else as it came."""
        return [order.get(value, 0) for order, value in zip(self._orders, at, strict=True)]


def _order(name: str) -> dict[str | float | None, int]:
    """Return the place of each word of a column, in either language; of what isn't a word of the log, nothing."""
    words = names_by_field().get(name, {})
    return {text: place for place, word in enumerate(words.values()) for text in (word.sv, word.en)}


def _drawn(point: _Point | None) -> float | None:
    if point is None or (point.expected_ms and point.observed_ms < POOR * point.expected_ms):
        return None
    return point.value
