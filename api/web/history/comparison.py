"""The sums of a span beside the one before and the year before: differences, and no claim of what caused them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from api.tables.dwell import DwellRow
from api.tables.flow import SiteFlowRow
from api.tables.places import Zone
from api.web.formatting import (
    NO_VALUE,
    write_clock,
    write_count,
    write_month,
    write_percent,
    write_short_date,
    write_signed,
    write_signed_percent,
)
from api.web.history.reads import HistoryParts, SpanSums
from api.web.history.spans import HistorySpan, HistoryView
from api.web.i18n import texts
from core.texts.catalog import Language

_DAY_MS: Final = 86_400_000
_LEAST: Final = 30
"""Below this a difference in per cent is chance."""
_SURE: Final = 0.9


@dataclass(frozen=True, slots=True)
class ComparedSum:
    """One number of one span: `difference` is that of the span shown to this one, empty where there is none."""

    text: str
    note: str
    difference: str


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """One number in each of the spans."""

    name: str
    sums: Sequence[ComparedSum]


@dataclass(frozen=True, slots=True)
class ComparedColumn:
    """One of the spans: what it is called, and until when it is summed where that isn't its end."""

    name: str
    until: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of the table."""

    columns: Sequence[ComparedColumn]
    rows: Sequence[ComparedRow]


@dataclass(frozen=True, slots=True)
class _Sum:
    """A number, how it is written, and whether it can be compared."""

    value: float | None
    text: str
    note: str
    is_sure: bool


def span_name(span: HistorySpan, language: Language) -> str:
    """Return what a span is called: a date, a week by its number, or a month."""
    match span.view:
        case HistoryView.DAY:
            return write_short_date(span.first, language, year=True)
        case HistoryView.WEEK:
            week = span.first.isocalendar()
            return texts(language).gettext("week {week}, {year}").format(week=week.week, year=week.year)
        case HistoryView.MONTH:
            return write_month(span.first, language)


def comparison(found: Sequence[SpanSums], parts: HistoryParts, zone: Zone | None, language: Language) -> Comparison:
    """Return the table of the spans of which anything was counted, the one that is shown first."""
    shown = [sums for place, sums in enumerate(found) if place == 0 or sums.is_counted]
    rows = [_row(name, [one(sums) for sums in shown], language) for name, one in _numbers(shown, zone, language)]
    return Comparison([_column(sums, parts, language) for sums in shown], rows)


def _column(sums: SpanSums, parts: HistoryParts, language: Language) -> ComparedColumn:
    end = sums.part.end.astimezone(parts.time_zone)
    if end >= sums.span.range(parts.time_zone).end:
        return ComparedColumn(span_name(sums.span, language), "")
    day = "" if sums.span.view is HistoryView.DAY else f"{write_short_date(end.date(), language)} "
    until = texts(language).gettext("until {time}").format(time=f"{day}{write_clock(end, seconds=False)}")
    return ComparedColumn(span_name(sums.span, language), until)


def _row(name: str, sums: Sequence[_Sum], language: Language) -> ComparedRow:
    shown, *others = sums
    differences = ["", *(_difference(shown, other, language) for other in others)]
    return ComparedRow(
        name, [ComparedSum(one.text, one.note, text) for one, text in zip(sums, differences, strict=True)]
    )


def _difference(shown: _Sum, other: _Sum, language: Language) -> str:
    """Return how much more the span shown has; in per cent only where neither is an estimate, nor the other small."""
    if shown.value is None or other.value is None:
        return ""
    difference = round(shown.value) - round(other.value)
    text = write_signed(difference, language)
    if not (shown.is_sure and other.is_sure) or other.value < _LEAST:
        return text
    return f"{text} ({write_signed_percent(shown.value / other.value - 1, language)})"


def _numbers(
    shown: Sequence[SpanSums], zone: Zone | None, language: Language
) -> Iterator[tuple[str, Callable[[SpanSums], _Sum]]]:
    """Yield each number's name, and what it is of a span."""
    _ = texts(language).gettext
    yield _("Entries"), lambda sums: _entries(sums.flow, language)
    if shown[0].span.view is HistoryView.MONTH:
        yield _("Entries per 24 hours watched"), lambda sums: _entries_a_day(sums.flow, language)
    if zone:
        yield _("Person-hours in the zone"), lambda sums: _presence(sums.dwell, language)
        stays = _("Stays of at least {seconds} s").format(seconds=write_count(zone.stay_threshold_s, language))
        yield stays, lambda sums: _stays(sums.dwell, language)
        yield _("Share who stay"), lambda sums: _share(sums.dwell, language)


def _entries(flow: SiteFlowRow | None, language: Language) -> _Sum:
    if flow is None or flow.entries is None:
        return _Sum(None, NO_VALUE, _coverage(flow.coverage if flow else None, language), is_sure=False)
    note = _coverage(flow.coverage, language) if flow.estimate else ""
    return _Sum(flow.entries, write_count(flow.entries, language), note, not flow.estimate)


def _entries_a_day(flow: SiteFlowRow | None, language: Language) -> _Sum:
    if flow is None or flow.entries is None or not flow.observed_ms:
        return _Sum(None, NO_VALUE, "", is_sure=False)
    rate = flow.entries * _DAY_MS / flow.observed_ms
    return _Sum(rate, write_count(round(rate), language), "", not flow.estimate)


def _presence(dwell: DwellRow | None, language: Language) -> _Sum:
    if dwell is None or dwell.presence_hours is None:
        return _Sum(None, NO_VALUE, "", is_sure=False)
    hours = float(dwell.presence_hours)
    return _Sum(hours, write_count(round(hours), language), "", _is_sure(dwell))


def _stays(dwell: DwellRow | None, language: Language) -> _Sum:
    if dwell is None or dwell.stays is None or dwell.stays_low is None or dwell.stays_high is None:
        return _Sum(None, NO_VALUE, "", is_sure=False)
    bounds = f"{write_count(dwell.stays_low, language)}\N{EN DASH}{write_count(dwell.stays_high, language)}"
    text = texts(language).gettext("between {bounds}").format(bounds=bounds)
    stays = float(dwell.stays)
    return _Sum(stays, write_count(round(stays), language), text, _is_sure(dwell) and not dwell.wide)


def _share(dwell: DwellRow | None, language: Language) -> _Sum:
    """Return the share; it has no difference: per cent of per cent would be misread."""
    if dwell is None or dwell.share is None or not dwell.entered:
        return _Sum(None, NO_VALUE, "", is_sure=False)
    return _Sum(None, write_percent(float(dwell.share), language), share_bounds(dwell, language), is_sure=False)


def share_bounds(dwell: DwellRow, language: Language) -> str:
    """Return the bounds of a share where they are wide, else nothing."""
    if not dwell.wide or not dwell.entered or dwell.stays_low is None or dwell.stays_high is None:
        return ""
    low = write_count(100 * dwell.stays_low // dwell.entered, language)
    high = write_percent(ceil(100 * dwell.stays_high / dwell.entered) / 100, language)
    return texts(language).gettext("between {bounds}").format(bounds=f"{low}\N{EN DASH}{high}")


def _is_sure(dwell: DwellRow) -> bool:
    return dwell.coverage is not None and dwell.coverage >= _SURE


def _coverage(coverage: float | None, language: Language) -> str:
    if coverage is None:
        return ""
    _ = texts(language).gettext
    share = _("coverage {percent}").format(percent=write_percent(coverage, language))
    return ", ".join([_("estimate"), share]) if coverage >= 0.5 else share  # noqa: PLR2004 - below it there is no sum
