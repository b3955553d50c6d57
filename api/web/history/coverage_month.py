"""The calendar of coverage: how well each day of a month was watched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.tables.flow import SiteFlowRow
from api.web.formatting import write_date, write_percent
from api.web.i18n import texts
from core.texts.catalog import Language

_ESTIMATE_BELOW: Final = 0.9
_NOTHING_BELOW: Final = 0.5


@dataclass(frozen=True, slots=True)
class CoveredDay:
    """One day of the calendar. kind: full, part, little, none (nothing was to be counted) or future."""

    day: date
    kind: str
    text: str
    sentence: str
    address: str


@dataclass(frozen=True, slots=True)
class MonthWords:
    """How the days of a month are named: the lines by their keys, and each day's address by its date."""

    names: Mapping[str, str]
    addresses: Mapping[date, str]
    language: Language


def covered_weeks(month: Sequence[SiteFlowRow], words: MonthWords) -> list[list[CoveredDay | None]]:
    """Return the weeks of a month, Monday first, each day by the coverage of the main line that was watched least.

    Args:
        month: its days until now.
        words: how they are named; all days of the month have an address.
    """
    rows = {row.start_local.date(): row for row in month}
    days = sorted(words.addresses)
    cells = [None] * days[0].weekday() + [_covered(day, rows.get(day), words) for day in days]
    cells += [None] * (-len(cells) % 7)
    return [cells[place : place + 7] for place in range(0, len(cells), 7)]


def _covered(day: date, row: SiteFlowRow | None, words: MonthWords) -> CoveredDay:
    _, when = texts(words.language).gettext, write_date(day, words.language)
    if row is None:
        come = _("still to come")
        return CoveredDay(day, "future", "", f"{when}: {come}", "")
    address = words.addresses[day]
    if row.coverage is None:
        nothing = _("nothing was to be counted")
        return CoveredDay(day, "none", "", f"{when}: {nothing}", address)
    kind = "full" if row.coverage >= _ESTIMATE_BELOW else "part" if row.coverage >= _NOTHING_BELOW else "little"
    percent = write_percent(row.coverage, words.language)
    lines = ", ".join(words.names.get(line, line) for line in row.missing)
    said = [_("coverage {percent}").format(percent=percent)]
    said += [_("missing: {lines}").format(lines=lines)] if lines else []
    return CoveredDay(day, kind, percent, f"{when}: {', '.join(said)}", address)
