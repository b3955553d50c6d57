"""How long visits were: the histogram of a zone, in bins that people can read."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from api.tables.profile import DwellBinRow
from api.web.formatting import write_percent
from api.web.i18n import texts
from core.texts.catalog import Language

_EDGES_S: Final = (0, 5, 15, 30, 60, 120, 180, 300, 600, 900, 1800, 3600)
"""Where the bars begin, beside the threshold: some of the bins' edges."""
_MINUTE_S: Final = 60


@dataclass(frozen=True, slots=True)
class DwellBar:
    """Visits of one length. width is in per cent of the longest bar; is_stay: at or over the threshold."""

    name: str
    visits: int
    share: str
    width: str
    is_stay: bool


def dwell_bars(rows: Sequence[DwellBinRow], threshold_s: int, language: Language) -> list[DwellBar]:
    """Return the visits that were seen from their start, by length: of some bins together, one begins at the threshold.

    Args:
        rows: bins of one zone, maybe of several months, which are added.
        threshold_s: from how many seconds on a visit is a stay.
        language: of the reader.
    """
    edges = sorted({*_EDGES_S, threshold_s})
    counts = [_visits(rows, start, end) for start, end in pairwise([*edges, None])]
    total, most = sum(counts), max(counts, default=0)
    if not total:
        return []
    return [
        DwellBar(
            name=_length(start, end, language),
            visits=visits,
            share=write_percent(visits / total, language),
            width=f"{100 * visits / most:.2f}%",
            is_stay=start >= threshold_s,
        )
        for (start, end), visits in zip(pairwise([*edges, None]), counts, strict=True)
        if start is not None
    ]


def _visits(rows: Sequence[DwellBinRow], start: int | None, end: int | None) -> int:
    within = [row for row in rows if row.bin_from_s >= (start or 0) and (end is None or row.bin_from_s < end)]
    return sum((row.complete or 0) + (row.cut or 0) for row in within)


def _length(start: int, end: int | None, language: Language) -> str:
    _ = texts(language).gettext
    if end is None:
        return _("{minutes} min and longer").format(minutes=start // _MINUTE_S)
    if end <= _MINUTE_S or start % _MINUTE_S or end % _MINUTE_S:
        return _("{from_}-{to} s").format(from_=start, to=end).replace("-", "\N{EN DASH}")
    return _("{from_}-{to} min").format(from_=start // _MINUTE_S, to=end // _MINUTE_S).replace("-", "\N{EN DASH}")
