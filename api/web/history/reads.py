"""What the page of history asks the database for: the API's own statements, with the page's own times."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from api.access.caller import Caller
from api.access.roles import Right
from api.database.reading import Ask, Database
from api.ranges import Bucket, By, Days
from api.series_query import series_parameters
from api.tables.dwell import DwellRow
from api.tables.flow import SiteFlowRow
from api.tables.places import Line, Site, Zone
from api.tables.profile import DwellBinRow, SiteFlowProfileRow
from api.web.history.spans import HistorySpan, HistoryView, passed_part, profile_span, same_part, span_of
from api.web.live.day import SoFar
from core.asked_times import midnight
from core.ranges import TimeRange

_MOST_ACTIVITIES: Final = 500
_NOT_HELD: Final = "cancelled"


@dataclass(frozen=True, slots=True)
class HistoryParts:
    """The parts of a site that its history is of. `until`: when every line can have reported; not after now."""

    site: Site
    lines: Sequence[Line]
    zones: Sequence[Zone]
    until: datetime

    @property
    def time_zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.site.time_zone)


@dataclass(frozen=True, slots=True)
class SpanSums:
    """The sums of one span of time.

    Attributes:
        span: the days.
        part: the time in them that is summed; empty where none has passed.
        flow: of the site; None where no time has passed.
        dwell: of the zone that is shown; None as flow, or where the site has no zone.
    """

    span: HistorySpan
    part: TimeRange
    flow: SiteFlowRow | None = None
    dwell: DwellRow | None = None

    @property
    def is_counted(self) -> bool:
        """Whether anything of it was observed."""
        flow, dwell = self.flow, self.dwell
        return bool((flow and flow.coverage) or (dwell and dwell.coverage))


@dataclass(frozen=True, slots=True)
class HistoryQuestion:
    """What the page is asked for.

    Attributes:
        span: the days.
        zone: whose dwell is shown; None: the site has none.
        caller: who reads; activities are for those who may see them.
    """

    span: HistorySpan
    zone: Zone | None
    caller: Caller


@dataclass(frozen=True, slots=True)
class HistoryFigures:
    """All that the page shows of numbers.

    Attributes:
        steps: of the span, also those to come.
        before: the steps that stand beside them.
        profile: hours by weekday.
        bins: dwell of the zone that is shown.
        month: days of the month that the span ends in, until now.
        sums: of the span, of the one before and of the year before.
        activities: what was arranged in it; None where the reader may not see that.
    """

    steps: list[SiteFlowRow]
    before: list[SiteFlowRow]
    profile: list[SiteFlowProfileRow]
    bins: list[DwellBinRow]
    month: list[SiteFlowRow]
    sums: list[SpanSums]
    activities: list[dict[str, Any]] | None


async def read_parts(database: Database, site: Site, now: datetime) -> HistoryParts:
    """Return the site with its lines and zones, and until when it is known what they counted."""
    of = {"site": site.site}
    lines, zones, known = await database.together(
        Ask("places/lines", of, Line),
        Ask("places/zones", of, Zone),
        Ask("numbers/site_today", of | {"at": now}, SoFar),
    )
    return HistoryParts(site, lines, zones, known[0].until_utc if known else now)


async def read_history(database: Database, parts: HistoryParts, asked: HistoryQuestion) -> HistoryFigures:
    """Return what was counted in a span and beside it, asked on several connections at once."""
    span, zone, now = asked.span, asked.zone, parts.until
    site, clock = parts.site, parts.time_zone
    so_far = _until(span.range(clock), now)
    chart = [_flow(site, span.view.step, so_far), _flow(site, span.view.step, span.before.range(clock))]
    asks = [*chart, _profile(site, span, clock, now), _month(site, span, clock, now)]
    bins = [_bins(site, zone, so_far)] if zone else []
    seen = [_activities(site, span.range(clock))] if asked.caller.may(Right.READ_LOG_RECORDS, site.site) else []
    summed = [sums for sums in _spans(span, clock, now) if sums.part.start < sums.part.end]
    (steps, before, profile, month), rest, sums = await asyncio.gather(
        database.together(*asks),
        database.together(*bins, *seen),
        database.together(*(ask for one in summed for ask in _sums(site, zone, one))),
    )
    return HistoryFigures(
        steps=steps + await _to_come(database, parts, span, steps),
        before=before,
        profile=profile,
        bins=rest[0] if bins else [],
        month=month,
        sums=_answered(summed, sums, zone),
        activities=_held(rest[-1]) if seen else None,
    )


def _held(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the activities that weren't cancelled, the first of them first."""
    records = [row["record"] for row in reversed(found)]
    return [record for record in records if record.get("status") != _NOT_HELD]


def _spans(span: HistorySpan, clock: ZoneInfo, now: datetime) -> list[SpanSums]:
    part = passed_part(span, clock, now)
    others = (span.before, span.year_before)
    return [SpanSums(span, part), *(SpanSums(other, same_part(other, span, part, clock)) for other in others)]


def _sums(site: Site, zone: Zone | None, sums: SpanSums) -> list[Ask]:
    flow = _flow(site, sums.span.view.whole, sums.part)
    return [flow, _dwell(site, zone, sums)] if zone else [flow]


def _answered(asked: Sequence[SpanSums], found: list[list[Any]], zone: Zone | None) -> list[SpanSums]:
    answers, each = [next(iter(rows), None) for rows in found], 2 if zone else 1
    flows, dwells = answers[::each], answers[1::2] if zone else [None] * len(asked)
    return [SpanSums(one.span, one.part, *answer) for one, *answer in zip(asked, flows, dwells, strict=True)]


async def _to_come(
    database: Database, parts: HistoryParts, span: HistorySpan, steps: Sequence[SiteFlowRow]
) -> list[SiteFlowRow]:
    """Return the steps of the span that haven't begun."""
    whole = span.range(parts.time_zone)
    rest = TimeRange(steps[-1].end_utc if steps else whole.start, whole.end)
    if rest.start >= rest.end:
        return []
    [found] = await database.together(_flow(parts.site, span.view.step, rest))
    return list(found)


def _until(span: TimeRange, now: datetime) -> TimeRange:
    return TimeRange(span.start, max(span.start, min(span.end, now)))


def _flow(site: Site, bucket: Bucket, span: TimeRange) -> Ask:
    return Ask("numbers/site_flow", series_parameters(site, bucket, span) | {"only": None}, SiteFlowRow)


def _dwell(site: Site, zone: Zone, sums: SpanSums) -> Ask:
    asked = series_parameters(site, sums.span.view.whole, sums.part)
    return Ask("numbers/dwell", asked | {"only": [zone.zone], "threshold_s": zone.stay_threshold_s}, DwellRow)


def _profile(site: Site, span: HistorySpan, clock: ZoneInfo, now: datetime) -> Ask:
    first, after = profile_span(span)
    asked = _until(TimeRange(midnight(first, clock), midnight(after, clock)), now)
    more = {"by": By.WEEKDAY_HOUR.value, "days": Days.ALL.value, "whole": True}
    return Ask("profile/site_flow", series_parameters(site, Bucket.DAY, asked) | more, SiteFlowProfileRow)


def _month(site: Site, span: HistorySpan, clock: ZoneInfo, now: datetime) -> Ask:
    month = span_of(HistoryView.MONTH, span.last)
    return _flow(site, Bucket.DAY, _until(month.range(clock), now))


def _bins(site: Site, zone: Zone, span: TimeRange) -> Ask:
    more = {"by": By.MONTH.value, "days": Days.ALL.value, "only": [zone.zone]}
    return Ask("profile/bins", series_parameters(site, Bucket.DAY, span) | more, DwellBinRow)


def _activities(site: Site, span: TimeRange) -> Ask:
    asked = {
        "site": site.site,
        "entity": "activity",
        "id": None,
        "kind": None,
        "from_utc": span.start,
        "to_utc": span.end - timedelta(microseconds=1),
        "cursor_at": None,
        "cursor_id": None,
        "limit": _MOST_ACTIVITIES,
        "names": False,
    }
    return Ask("logbook/log_records", asked, dict)
