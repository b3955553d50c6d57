"""How well the rows of a file were observed, part by part, gathered while they are written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.tables.table import Column
from core.texts.catalog import Domain, Language, catalog
from core.texts.catalog import noop as _

_GOOD: Final = 0.9
_POOR: Final = 0.5
_PARTS: Final = ("part", "zone", "line", "border", "space", "site")
_MS_PER_HOUR: Final = 3_600_000
_HEADING: Final = (
    _("part"),
    _("cells"),
    _("coverage >= 0.9"),
    _("0.5 to 0.9"),
    _("below 0.5"),
    _("not expected"),
    _("lowest coverage"),
    _("observed hours"),
    _("expected hours"),
    _("coverage"),
)


@dataclass(slots=True)
class _Part:
    """Cells of one line, zone or the like, by their coverage, and times where the rows have them."""

    cells: int = 0
    good: int = 0
    fair: int = 0
    poor: int = 0
    least: float | None = None
    observed_ms: int = 0
    expected_ms: int = 0


class Summary:
    """Counts cells by coverage, and adds observed and expected time where rows have them."""

    __slots__ = ("_of", "_parts", "_places")

    def __init__(self, columns: Sequence[Column]) -> None:
        names = [column.name for column in columns]
        self._of = next(names.index(name) for name in _PARTS if name in names)
        self._places = [names.index(name) for name in ("coverage", "observed_ms", "expected_ms") if name in names]
        self._parts: dict[str, _Part] = {}

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Take these rows in."""
        for row in rows:
            part = self._parts.setdefault(row[self._of], _Part())
            part.cells += 1
            if self._places:
                _count(part, *(row[place] for place in self._places))

    def table(self) -> Iterator[Sequence[object]]:
        """Yield a heading, then a row a part. Times are empty where the rows have none."""
        english, swedish = (catalog(Domain.ANSWERS, language) for language in (Language.EN, Language.SV))
        yield tuple(f"{english.gettext(name)} ({swedish.gettext(name)})" for name in _HEADING)
        for name, part in self._parts.items():
            covered = part.good + part.fair + part.poor
            if not self._places:
                yield name, part.cells
                continue
            cells = (part.cells, part.good, part.fair, part.poor, part.cells - covered, part.least)
            times = (part.observed_ms / _MS_PER_HOUR, part.expected_ms / _MS_PER_HOUR) if part.expected_ms else ()
            ratio = min(1.0, round(part.observed_ms / part.expected_ms, 4)) if part.expected_ms else None
            yield (name, *cells, *times, *([ratio] if times else []))


def _count(part: _Part, coverage: float | None, observed_ms: int = 0, expected_ms: int = 0) -> None:
    part.observed_ms += observed_ms
    part.expected_ms += expected_ms
    if coverage is None:
        return
    part.least = coverage if part.least is None else min(part.least, coverage)
    if coverage >= _GOOD:
        part.good += 1
    elif coverage >= _POOR:
        part.fair += 1
    else:
        part.poor += 1
