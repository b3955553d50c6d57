"""Today on the live page: which hours to ask for, and what each of them shows.

What is a gap, an estimate or unfinished is decided here, once, for the chart, its table and the page without scripts.
"""

import enum
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from api.tables.flow import SiteFlowRow
from api.web.formatting import NO_VALUE, write_clock, write_count, write_date, write_percent, write_weekday
from api.web.i18n import texts
from core.asked_times import midnight
from core.ranges import TimeRange
from core.texts.catalog import Language

_WEEK: Final = timedelta(days=7)
_QUARTER: Final = timedelta(minutes=15)
_EPOCH: Final = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class DaySpans:
    """The intervals that today's part of the page asks for.

    Attributes:
        today: from local midnight to the next one (23, 24 or 25 hours).
        week_before: the same weekday a week before, as long as it lasted.
        finished: today until the last quarter-hour that has passed.
    """

    today: TimeRange
    week_before: TimeRange
    finished: TimeRange


@dataclass(frozen=True, slots=True)
class WeekAgo:
    """Today's entries beside those of a week before, in the same time by the clock: reading.site_week_ago.

    Attributes:
        entries: of today; None where too little was observed.
        week_ago: of the week before; None as `entries`.
        change: how much more, as a share of `week_ago`; None where a gap or chance might be all of it.
        until_local: what clocks show at the end of that time.
        left_out: one of the days had an hour until then that the other didn't have.
    """

    entries: int | None
    week_ago: int | None
    change: Decimal | None
    until_local: datetime
    left_out: bool


@dataclass(frozen=True, slots=True)
class DaySums:
    """A site's entries today, and beside the week before; None where no time has passed yet, as at midnight."""

    so_far: SiteFlowRow | None
    beside: WeekAgo | None


class StepState(enum.StrEnum):
    """How a step of today is drawn."""

    COUNTED = "counted"
    ESTIMATE = "estimate"
    UNFINISHED = "unfinished"
    GAP = "gap"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class DayStep:
    """One step of today as it is shown. before is the same step a week earlier."""

    label: str
    state: StepState
    value: int | None
    before: int | None
    note: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Total:
    """The day's sum in words."""

    entries: int | None
    coverage_text: str
    estimate: bool
    compared_text: str


def spans(now: datetime, zone: ZoneInfo) -> DaySpans:
    """Return the intervals to ask for at `now` (aware) on a site in `zone`."""
    day = now.astimezone(zone).date()
    before = day - _WEEK
    today = TimeRange(midnight(day, zone), midnight(day + timedelta(days=1), zone))
    return DaySpans(
        today=today,
        week_before=TimeRange(midnight(before, zone), midnight(before + timedelta(days=1), zone)),
        finished=TimeRange(today.start, now - (now - _EPOCH) % _QUARTER),
    )


def cells(
    today: Sequence[SiteFlowRow], week_before: Sequence[SiteFlowRow], now: datetime, language: Language
) -> list[DayStep]:
    """Join today's steps with those of the week before by the clock, and say how each is shown.

    A step that clocks show twice is joined with the one of the week before once, the first time.
    """
    earlier = {shown: step.entries for shown, step in zip(_clocks(week_before), week_before, strict=True)}
    return [
        _cell(label, step, earlier.get(shown), state_of(step, now), language)
        for label, shown, step in zip(labels(today), _clocks(today), today, strict=True)
    ]


def _clocks(steps: Sequence[SiteFlowRow]) -> list[tuple[time, timedelta, int]]:
    """Return what clocks show at each step's start, how long it is, and how often they have shown that before."""
    shown = Counter[time]()
    found = []
    for step in steps:
        clock = step.start_local.time()
        found.append((clock, step.end_utc - step.start_utc, shown[clock]))
        shown[clock] += 1
    return found


def labels(steps: Sequence[SiteFlowRow]) -> list[str]:
    """Return each step's local start (14:00); where the clocks go back, a time that comes twice says its offset."""
    clocks = [write_clock(step.start_local, seconds=False) for step in steps]
    times = Counter(clocks)
    return [
        clock if times[clock] == 1 else f"{clock} ({step.utc_offset})"
        for clock, step in zip(clocks, steps, strict=True)
    ]


def state_of(step: SiteFlowRow, now: datetime) -> StepState:
    """Return how the step is drawn at `now`."""
    if step.start_utc >= now:
        return StepState.FUTURE
    if step.end_utc > now:
        return StepState.UNFINISHED
    if step.entries is None:
        return StepState.GAP
    return StepState.ESTIMATE if step.estimate else StepState.COUNTED


def _cell(label: str, step: SiteFlowRow, before: int | None, state: StepState, language: Language) -> DayStep:
    value = None if state is StepState.FUTURE else step.entries
    note = _note(step, state, language)
    _ = texts(language).gettext
    entries = _("Entries").lower()
    parts = [f"{write_count(value, language)} {entries}"] if value is not None else []
    parts += [note] if note else []
    if before is not None:
        parts.append(_("last week {count}").format(count=write_count(before, language)))
    return DayStep(label, state, value, before, note, f"{label}: {', '.join(parts) or NO_VALUE}")


def _note(step: SiteFlowRow, state: StepState, language: Language) -> str:
    _ = texts(language).gettext
    match state:
        case StepState.GAP:
            return _("not observed")
        case StepState.UNFINISHED:
            return _("in progress")
        case StepState.ESTIMATE:
            coverage = _("coverage {percent}").format(percent=write_percent(step.coverage, language))
            return ", ".join([_("estimate"), coverage])
        case StepState.COUNTED | StepState.FUTURE:
            return ""


def total(sums: DaySums, day: date, names: Mapping[str, str], language: Language) -> Total:
    """Say the day's sum.

    Args:
        sums: of today and the week before.
        day: today, in the site's time zone.
        names: of the lines, in the reader's language.
        language: of the reader.
    """
    so_far = sums.so_far
    return Total(
        entries=so_far.entries if so_far else None,
        coverage_text=_coverage_text(so_far, names, language),
        estimate=so_far is not None and so_far.estimate and so_far.entries is not None,
        compared_text=_compared_text(sums.beside, day, language),
    )


def _coverage_text(day: SiteFlowRow | None, names: Mapping[str, str], language: Language) -> str:
    _ = texts(language).gettext
    if day is None or not day.coverage:
        return _("Nothing observed today yet.")
    text = _("coverage {percent}").format(percent=write_percent(day.coverage, language))
    if not day.missing:
        return text
    missing = _("missing: {lines}").format(lines=", ".join(names.get(line, line) for line in day.missing))
    return f"{text}, {missing}"


def _compared_text(beside: WeekAgo | None, day: date, language: Language) -> str:
    _ = texts(language).gettext
    if beside is None or beside.week_ago is None:
        return _("Nothing observed at the same time last week.")
    percent = None if beside.change is None else round(100 * beside.change)
    text = _comparison(percent, _).format(
        percent=write_percent(abs(percent or 0) / 100, language),
        count=write_count(beside.week_ago, language),
        weekday=write_weekday(day, language),
        time=write_clock(beside.until_local, seconds=False),
    )
    return (
        _("{comparison}, without the time that only one of the days has").format(comparison=text)
        if beside.left_out
        else text
    )


def _comparison(percent: int | None, _: Callable[[str], str]) -> str:
    if percent is None:
        return _("{count} on {weekday} last week until {time}")
    if percent == 0:
        return _("as many as {weekday} last week until {time} ({count})")
    if percent > 0:
        return _("{percent} more than {weekday} last week until {time} ({count})")
    return _("{percent} fewer than {weekday} last week until {time} ({count})")


def day_title(template: str, day: date, language: Language) -> str:
    """Fill in the weekday and date of a heading."""
    return template.format(weekday=write_weekday(day, language), date=write_date(day, language))
