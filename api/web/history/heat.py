"""Entries an hour by hour and weekday: a table whose cells are darker the more there were."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from api.tables.profile import SiteFlowProfileRow
from api.web.formatting import NO_VALUE, weekday_names, write_count, write_decimal
from api.web.i18n import texts
from core.texts.catalog import Language

_WEEKDAYS: Final = range(1, 8)
_LEVELS: Final = 5
"""Of darkness, above none."""
_WHOLE_FROM: Final = 10
"""From here on a rate is written without decimals."""


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One hour of one weekday. level: 0 to 5 by its rate, `gap` unwatched, `none` where nothing was to be counted."""

    level: str
    text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One hour of the day, Monday to Sunday."""

    hour: str
    cells: Sequence[HeatCell]


def heat_rows(profile: Sequence[SiteFlowProfileRow], language: Language) -> list[HeatRow]:
    """Return entries an hour, by hour and weekday; hours in which nothing was ever to be counted are left out."""
    groups = {(row.hour, row.weekday): row for row in profile if row.expected_ms}
    top = max((float(row.entries_per_hour or 0) for row in groups.values()), default=0)
    hours = sorted({hour for hour, _ in groups if hour is not None})
    days = weekday_names(language, short=False)
    return [
        HeatRow(
            f"{hour:02}",
            [_heat_cell(groups.get((hour, day)), top, f"{days[day - 1]} {hour:02}:00", language) for day in _WEEKDAYS],
        )
        for hour in hours
    ]


def _heat_cell(row: SiteFlowProfileRow | None, top: float, when: str, language: Language) -> HeatCell:
    _, ngettext = texts(language).gettext, texts(language).ngettext
    if row is None:
        nothing = _("nothing was to be counted")
        return HeatCell("none", "", f"{when}: {nothing}")
    days = ngettext("{count} day", "{count} days", row.days).format(count=write_count(row.days, language))
    if row.entries_per_hour is None:
        gap = _("not observed")
        return HeatCell("gap", NO_VALUE, f"{when}: {gap}")
    rate = float(row.entries_per_hour)
    shown = write_decimal(rate, 0 if rate >= _WHOLE_FROM or not rate else 1, language)
    said = _("{when}: {rate} entries an hour, {days}").format(when=when, rate=shown, days=days)
    estimate = [_("estimate")] if row.estimate else []
    level = max(ceil(_LEVELS * (rate / top)), 1) if rate else 0
    return HeatCell(str(level), shown, ", ".join([said, *estimate]))
