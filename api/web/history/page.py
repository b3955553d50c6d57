"""The page of history: any day, week or month of a site, rendered on the server, readable without scripts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response

from api.access.roles import Right
from api.access.rules import needs
from api.errors import ParameterError, UnknownPlaceError
from api.services import KnownSite, ServicesDep
from api.tables.places import Zone
from api.web.formatting import weekday_names, write_date, write_days, write_percent, write_weekday
from api.web.frame import PageRoute, Reader, page
from api.web.history.bar_chart import ChartWords, bar_chart
from api.web.history.comparison import comparison, share_bounds, span_name
from api.web.history.coverage_month import MonthWords, covered_weeks
from api.web.history.dwell_bars import dwell_bars
from api.web.history.files import file_links
from api.web.history.heat import heat_rows
from api.web.history.links import EARLIEST, HistoryLinks
from api.web.history.reads import HistoryFigures, HistoryParts, HistoryQuestion, read_history, read_parts
from api.web.history.spans import HistorySpan, HistoryView, profile_span, span_of
from api.web.i18n import texts
from api.web.live.day import DayMoment
from api.web.live.view import read
from api.web.navigation import Here, SitePage
from core.texts.catalog import Language

_DAY: Final = timedelta(days=1)

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.NUMBERS)])


@dataclass(frozen=True, slots=True)
class _Asked:
    view: HistoryView
    day: date | None
    zone: str | None


async def asked_history(
    view: HistoryView = HistoryView.DAY,
    day: Annotated[date | None, Query(alias="date")] = None,
    zone: Annotated[str | None, Query(max_length=40)] = None,
) -> _Asked:
    """Return what the address asks for."""
    return _Asked(view, day, zone)


@router.get("/sites/{site}/history")
async def history(
    services: ServicesDep, reader: Reader, site: KnownSite, asked: Annotated[_Asked, Depends(asked_history)]
) -> Response:
    """Show what was counted in the day, week or month that `date` lies in; without it, today."""
    now, clock, view, zone = services.now(), ZoneInfo(site.time_zone), asked.view, asked.zone
    today = now.astimezone(clock).date()
    span = span_of(view, _checked(asked.day or today, today))
    parts = await read_parts(services.database, site, now)
    shown = _zone(parts, zone)
    found = await read_history(services.database, parts, HistoryQuestion(span, shown, reader.caller))
    links = HistoryLinks(reader, site.site, span, zone)
    language = reader.language
    names = {line.line: read(line.name, language) for line in parts.lines}
    days = {} if view is HistoryView.DAY else links.days(span, today)
    chart = bar_chart(found, ChartWords(view, clock, language, names, days), DayMoment(now, parts.until))
    around = links.around(today)
    return page(
        "history/history.html",
        reader,
        here=Here(site, SitePage.HISTORY, links.kept()),
        site={"name": read(site.name, language), "time_zone": site.time_zone},
        title=_title(span, language),
        links=around,
        chart=chart,
        chart_title=_chart_title(span, language),
        comparison=comparison(found.sums, parts, shown, language),
        heat=_heat(found, span, language),
        dwell=_dwell(found, parts, shown, links, language),
        calendar=_calendar(found, names, links, language),
        files=file_links(site.site, span, shown, reader),
    )


def _checked(day: date, today: date) -> date:
    """Return the day. Raises ParameterError where nothing can have been counted on it."""
    if day > today:
        raise ParameterError(f"date {day} lies in the future: nothing has been counted yet")
    if day < EARLIEST:
        raise ParameterError(f"date {day} must lie after {EARLIEST}: nothing is older")
    return day


def _zone(parts: HistoryParts, key: str | None) -> Zone | None:
    """Return the zone asked for, or the first: one that covers its space before others. Raises UnknownPlaceError."""
    if key is None:
        return min(parts.zones, key=lambda zone: not zone.covers_space, default=None)
    found = [zone for zone in parts.zones if zone.zone == key]
    if not found:
        raise UnknownPlaceError(f"site {parts.site.site} has no zone {key}")
    return found[0]


def _title(span: HistorySpan, language: Language) -> str:
    match span.view:
        case HistoryView.DAY:
            return f"{write_weekday(span.first, language)} {write_date(span.first, language)} {span.first.year}"
        case HistoryView.WEEK:
            return f"{span_name(span, language)}: {_days_text(span.first, span.after, language)}"
        case HistoryView.MONTH:
            return span_name(span, language)


def _days_text(first: date, after: date, language: Language) -> str:
    """Return the first and the last of the days in [first, after)."""
    return write_days(first, after - _DAY, language)


def _chart_title(span: HistorySpan, language: Language) -> str:
    _ = texts(language).gettext
    return _("Entries by hour") if span.view is HistoryView.DAY else _("Entries by day")


def _heat(found: HistoryFigures, span: HistorySpan, language: Language) -> Mapping[str, object]:
    return {
        "rows": heat_rows(found.profile, language),
        "days": weekday_names(language, short=True),
        "range": _days_text(*profile_span(span), language),
    }


def _calendar(
    found: HistoryFigures, names: Mapping[str, str], links: HistoryLinks, language: Language
) -> Mapping[str, object]:
    month = span_of(HistoryView.MONTH, links.span.last)
    return {
        "title": span_name(month, language),
        "weeks": covered_weeks(found.month, MonthWords(names, links.days(month, month.last), language)),
        "days": weekday_names(language, short=True),
        "marked": [] if links.span.view is HistoryView.MONTH else links.days(links.span, links.span.last),
    }


def _dwell(
    found: HistoryFigures, parts: HistoryParts, zone: Zone | None, links: HistoryLinks, language: Language
) -> Mapping[str, object] | None:
    """Return what is shown of visits to a zone; None where the site has none."""
    if zone is None:
        return None
    row = found.sums[0].dwell if found.sums else None
    is_known = row is not None and row.share is not None
    return {
        "name": read(zone.name, language),
        "threshold_s": zone.stay_threshold_s,
        "bars": dwell_bars(found.bins, zone.stay_threshold_s, language),
        "share": write_percent(row.share, language) if row and is_known else "",
        "bounds": share_bounds(row, language) if row and is_known else "",
        "coverage": write_percent(row.coverage, language) if row and is_known else "",
        "zones": [
            {"name": read(one.name, language), "address": links.to(zone=one.zone), "is_shown": one is zone}
            for one in parts.zones
        ],
    }
