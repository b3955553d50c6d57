"""Today on the live page: which hours to ask for, and what each of them shows.

What is a gap, an estimate or unfinished is decided here, once, for the chart, its table and the page without scripts.
"""

import enum
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from api.tables.flow import SiteFlowRow
from api.typical import UsualSoFar, UsualStep
from api.web.formatting import NO_VALUE, write_clock, write_count, write_date, write_percent, write_weekday
from api.web.i18n import texts
from core.asked_times import midnight
from core.ranges import TimeRange
from core.texts.catalog import Language

_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DaySpans:
    """The intervals that today's part of the page asks for.

    Attributes:
        today: from local midnight to the next one (23, 24 or 25 hours).
        week_before: the same weekday a week before, as long as it lasted.
        yesterday: the day before.
        day: today's date.
    """

    today: TimeRange
    week_before: TimeRange
    yesterday: TimeRange
    day: date


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
class SoFar:
    """A site's entries today, as far as they can have arrived: reading.site_today.

    Attributes:
        entries: until now; None where a line was watched for less than half of the time.
        coverage: of the line that was watched least.
        missing: lines below 0.9.
        estimate: there are such lines.
        until_utc: until when every line can have reported.
    """

    entries: int | None
    coverage: float | None
    missing: Sequence[str]
    estimate: bool
    until_utc: datetime


@dataclass(frozen=True, slots=True)
class DayMoment:
    """When today is looked at.

    Attributes:
        now: aware.
        until: when every line can have reported; None is `now`. A step that ends later is unfinished.
    """

    now: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DaySums:
    """A site's entries today, beside the week before and what is usual; None where nothing can have arrived yet."""

    so_far: SoFar | None
    beside: WeekAgo | None
    usual: UsualSoFar | None = None


class StepState(enum.StrEnum):
    """How a step of today is drawn."""

    COUNTED = "counted"
    ESTIMATE = "estimate"
    UNFINISHED = "unfinished"
    GAP = "gap"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class DayStep:
    """One step of today as it is shown.

    Attributes:
        label: when it begins by the clock.
        state: how it is drawn.
        value: entries.
        before: the same step a week earlier.
        usual: what half of the days like it lie between, and their median; None where there are too few.
        beside: what stands beside the entries in the table: what is usual, or the week before.
        note: why there is no number, or what it lacks.
        sentence: all of it.
    """

    label: str
    state: StepState
    value: int | None
    before: int | None
    usual: tuple[int, int, int] | None
    beside: str
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
        yesterday=TimeRange(midnight(day - timedelta(days=1), zone), today.start),
        day=day,
    )


def cells(
    today: Sequence[SiteFlowRow],
    week_before: Sequence[SiteFlowRow],
    moment: DayMoment,
    language: Language,
    usual: Sequence[UsualStep] = (),
) -> list[DayStep]:
    """Join today's steps with those of the week before and the usual ones by the clock, and say how each is shown.

    A step that clocks show twice is joined with others once, the first time.

    Args:
        today: steps of today, those to come included.
        week_before: steps of the same weekday a week before.
        moment: what is over, and what can have been reported.
        language: of the reader.
        usual: what is usual by the clock.
    """
    earlier = {shown: step.entries for shown, step in zip(_clocks(week_before), week_before, strict=True)}
    known = {step.clock: _quartiles(step) for step in usual}
    return [
        _cell(label, step, _Beside(earlier.get(shown), None if shown[2] else known.get(shown[0])), state, language)
        for label, shown, step, state in zip(
            labels(today), _clocks(today), today, (state_of(step, moment) for step in today), strict=True
        )
    ]


@dataclass(frozen=True, slots=True)
class _Beside:
    before: int | None
    usual: tuple[int, int, int] | None


def _quartiles(step: UsualStep) -> tuple[int, int, int] | None:
    if step.low is None or step.middle is None or step.high is None:
        return None
    return step.low, step.middle, step.high


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


def state_of(step: SiteFlowRow, moment: DayMoment) -> StepState:
    """Return how the step is drawn."""
    if step.start_utc >= moment.now:
        return StepState.FUTURE
    if step.end_utc > (moment.until or moment.now):
        return StepState.UNFINISHED
    if step.entries is None:
        return StepState.GAP
    return StepState.ESTIMATE if step.estimate else StepState.COUNTED


def _cell(label: str, step: SiteFlowRow, beside: _Beside, state: StepState, language: Language) -> DayStep:
    value = None if state is StepState.FUTURE else step.entries
    note = _note(step, state, language)
    _ = texts(language).gettext
    entries = _("Entries").lower()
    parts = [f"{write_count(value, language)} {entries}"] if value is not None else []
    parts += [note] if note else []
    parts += _beside_text(beside, language)
    sentence = f"{label}: {', '.join(parts) or NO_VALUE}"
    shown = write_span(beside.usual, language) if beside.usual else write_count(beside.before, language)
    return DayStep(label, state, value, beside.before, beside.usual, shown, note, sentence)


def _beside_text(beside: _Beside, language: Language) -> list[str]:
    _ = texts(language).gettext
    if beside.usual:
        return [_("usually {span}").format(span=write_span(beside.usual, language))]
    if beside.before is not None:
        return [_("last week {count}").format(count=write_count(beside.before, language))]
    return []


def write_span(usual: tuple[int, int, int], language: Language) -> str:
    """Return what half of the days lie between, from the fewest to the most."""
    low, _, high = usual
    return (
        write_count(low, language)
        if low == high
        else f"{write_count(low, language)}{NO_VALUE}{write_count(high, language)}"
    )


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
        compared_text=_usual_text(sums.usual, day, language) or _compared_text(sums.beside, day, language),
    )


def _usual_text(usual: UsualSoFar | None, day: date, language: Language) -> str:
    """Say today beside what is usual until the same time; nothing where there are too few days."""
    _ = texts(language).gettext
    if usual is None or usual.low is None or usual.high is None or usual.middle is None:
        return ""
    if usual.entries is None or usual.low <= usual.entries <= usual.high:
        text = _("usually {span} on {weekday} until {time}")
    elif usual.entries > usual.high:
        text = _("more than usual: {span} on {weekday} until {time}")
    else:
        text = _("fewer than usual: {span} on {weekday} until {time}")
    return text.format(
        span=write_span((usual.low, usual.middle, usual.high), language),
        weekday=write_weekday(day, language),
        time=write_clock(usual.until_local, seconds=False),
    )


def _coverage_text(day: SoFar | None, names: Mapping[str, str], language: Language) -> str:
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


def beside_name(usual: Sequence[UsualStep], day: date, language: Language) -> str:
    """Return what stands beside today: what is usual over so many days, or the weekday of last week."""
    _, ngettext = texts(language).gettext, texts(language).ngettext
    if days := max((step.days for step in usual if step.middle is not None), default=0):
        text = ngettext("usually ({count} day)", "usually ({count} days)", days)
        return text.format(count=write_count(days, language))
    return day_title(_("{weekday} last week"), day, language)
