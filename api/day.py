"""Today on the live page: which hours to ask for, and what each of them shows.

What is a gap, an estimate or unfinished is decided here, once, for the chart, its table and the page without scripts.
"""

import enum
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from api.i18n import Language, texts
from api.texts import Texts
from api.writing import NO_VALUE, write_clock, write_count, write_date, write_percent, write_weekday

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open interval [start, end) in UTC."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class DaySpans:
    """The intervals that today's part of the page asks for.

    Attributes:
        today: from local midnight to the next one (23, 24 or 25 hours).
        week_before: the same weekday a week before, as long as it lasted.
        finished: today until the last quarter-hour that has passed.
        compared: the week before until the same time of day.
    """

    today: Span
    week_before: Span
    finished: Span
    compared: Span


@dataclass(frozen=True, slots=True)
class Step:
    """One hour or quarter-hour of a site. entries is None where too little or nothing was observed."""

    start: datetime
    end: datetime
    start_local: datetime
    utc_offset_s: int
    entries: int | None
    coverage: float | None
    estimate: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """A site's entries over a span, with the lowest coverage of its main lines and the names of those that lack it."""

    entries: int | None
    coverage: float | None
    estimate: bool
    missing: tuple[str, ...] = ()


class State(enum.StrEnum):
    """How a step of today is drawn."""

    COUNTED = "counted"
    ESTIMATE = "estimate"
    UNFINISHED = "unfinished"
    GAP = "gap"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Cell:
    """One step of today as it is shown. before is the same step a week earlier."""

    label: str
    state: State
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
    local = now.astimezone(zone)
    until = local.replace(minute=local.minute - local.minute % 15, second=0, microsecond=0)
    day, before = local.date(), local.date() - _WEEK
    same_time = datetime.combine(before, until.time(), zone)
    today = Span(_midnight(day, zone), _midnight(day + timedelta(days=1), zone))
    week_before = Span(_midnight(before, zone), _midnight(before + timedelta(days=1), zone))
    return DaySpans(
        today=today,
        week_before=week_before,
        finished=Span(today.start, until.astimezone(UTC)),
        compared=Span(week_before.start, same_time.astimezone(UTC)),
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def cells(today: Sequence[Step], week_before: Sequence[Step], now: datetime, language: Language) -> list[Cell]:
    """Join today's steps with those of the week before by their local time, and say how each is shown."""
    earlier = {label: step.entries for label, step in zip(labels(week_before), week_before, strict=True)}
    return [
        _cell(label, step, earlier.get(label), state_of(step, now), language)
        for label, step in zip(labels(today), today, strict=True)
    ]


def labels(steps: Sequence[Step]) -> list[str]:
    """Return each step's local start (14:00); where the clocks go back, a time that comes twice says its offset."""
    clocks = [write_clock(step.start_local, seconds=False) for step in steps]
    times = Counter(clocks)
    return [
        clock if times[clock] == 1 else f"{clock} (UTC+{step.utc_offset_s // 3600})"
        for clock, step in zip(clocks, steps, strict=True)
    ]


def state_of(step: Step, now: datetime) -> State:
    """Tell how the step is drawn at `now`."""
    if step.start >= now:
        return State.FUTURE
    if step.entries is None:
        return State.GAP
    if step.end > now:
        return State.UNFINISHED
    return State.ESTIMATE if step.estimate else State.COUNTED


def _cell(label: str, step: Step, before: int | None, state: State, language: Language) -> Cell:
    value = None if state is State.FUTURE else step.entries
    note = _note(step, state, language)
    parts = [f"{write_count(value, language)} {texts(language).entries.lower()}"] if value is not None else []
    parts += [note] if note else []
    if before is not None:
        parts.append(texts(language).week_before.format(count=write_count(before, language)))
    return Cell(label, state, value, before, note, f"{label}: {', '.join(parts) or NO_VALUE}")


def _note(step: Step, state: State, language: Language) -> str:
    words = texts(language)
    match state:
        case State.GAP:
            return words.not_observed
        case State.UNFINISHED:
            return words.unfinished
        case State.ESTIMATE:
            return f"{words.estimate}, {words.coverage.format(percent=write_percent(step.coverage, language))}"
        case State.COUNTED | State.FUTURE:
            return ""


def total(so_far: Sum, finished: Sum, compared: Sum, until: datetime, language: Language) -> Total:
    """Say the day's sum.

    Args:
        so_far: everything of today.
        finished: today until `until`.
        compared: the week before until the same time of day: what `finished` is compared with.
        until: the last quarter-hour that has passed, in the site's time zone.
        language: of the reader.
    """
    return Total(
        entries=so_far.entries,
        coverage_text=_coverage_text(so_far, language),
        estimate=so_far.estimate and so_far.entries is not None,
        compared_text=_compared_text(finished, compared, until, language),
    )


def _coverage_text(day: Sum, language: Language) -> str:
    words = texts(language)
    if day.coverage is None:
        return words.not_observed_yet
    text = words.coverage.format(percent=write_percent(day.coverage, language))
    return f"{text}, {words.missing_lines.format(lines=', '.join(day.missing))}" if day.missing else text


def _compared_text(finished: Sum, compared: Sum, until: datetime, language: Language) -> str:
    words = texts(language)
    if compared.entries is None or until.time() == time.min:
        return words.no_comparison
    percent = _difference_percent(finished, compared)
    return _comparison(percent, words).format(
        percent=write_percent(abs(percent or 0) / 100, language),
        count=write_count(compared.entries, language),
        weekday=write_weekday(until.date(), language),
        time=write_clock(until, seconds=False),
    )


def _difference_percent(finished: Sum, compared: Sum) -> int | None:
    """Return how much more or less, in whole per cent; None where a gap might be all of the difference."""
    if finished.entries is None or not compared.entries or finished.estimate or compared.estimate:
        return None
    return round(100 * (finished.entries / compared.entries - 1))


def _comparison(percent: int | None, words: Texts) -> str:
    if percent is None:
        return words.compared_only
    if percent == 0:
        return words.compared_same
    return words.compared_more if percent > 0 else words.compared_fewer


def day_title(template: str, day: date, language: Language) -> str:
    """Fill in the weekday and date of a heading."""
    return template.format(weekday=write_weekday(day, language), date=write_date(day, language))
