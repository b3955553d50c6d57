"""The chart of entries as an SVG that the server draws: bars, hatched gaps, what stood beside, and activities above.

Across it is in per cent, so that text keeps its size on any screen; upwards it is in pixels from the top.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from api.tables.flow import SiteFlowRow
from api.web.formatting import (
    NO_VALUE,
    weekday_names,
    write_clock,
    write_count,
    write_date,
    write_percent,
    write_weekday,
)
from api.web.history.reads import HistoryFigures
from api.web.history.spans import HistoryView
from api.web.i18n import texts
from api.web.live.day import DayMoment, StepState, labels, state_of
from core.texts.catalog import Language

_TOP: Final = 34
"""Above it lie the activities."""
_BOTTOM: Final = 234
_STEPS: Final = 4
_FACTORS: Final = (1, 2, 5, 10)
_LEAST_HEIGHT: Final = 1.5


@dataclass(frozen=True, slots=True)
class ChartActivity:
    """An activity on the curve: x and width in per cent."""

    number: int
    title: str
    time_text: str
    planned: bool
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class ChartBar:
    """One step of the chart: its place in per cent, its height in pixels, and the same in words.

    before_y: where the step that stands beside it ends; None where there is no number.
    """

    label: str
    tick: str
    is_often: bool
    x: str
    middle: str
    end: str
    width: str
    bar_x: str
    bar_width: str
    state: StepState
    y: float
    height: float
    before_y: float | None
    value: int | None
    before: int | None
    note: str
    sentence: str
    address: str


@dataclass(frozen=True, slots=True)
class ChartTick:
    """A line of the grid."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class BarChart:
    """All of the chart."""

    bars: Sequence[ChartBar]
    ticks: Sequence[ChartTick]
    activities: Sequence[ChartActivity]
    states: Sequence[StepState]
    has_before: bool
    top: int = _TOP
    bottom: int = _BOTTOM


@dataclass(frozen=True, slots=True)
class ChartWords:
    """How the chart names its steps.

    Attributes:
        view: how much time it shows.
        clock: the site's time zone.
        language: of the reader.
        names: of the lines.
        days: addresses of the days, by their date; empty where the steps are hours.
    """

    view: HistoryView
    clock: ZoneInfo
    language: Language
    names: Mapping[str, str]
    days: Mapping[date, str]


def bar_chart(found: HistoryFigures, words: ChartWords, moment: DayMoment) -> BarChart:
    """Return the chart of the steps; beside those of a month nothing stands, since its weekdays lie elsewhere."""
    steps, before, activities = found.steps, found.before, found.activities or []
    beside = {} if words.view is HistoryView.MONTH else dict(zip(_keys(before), before, strict=True))
    pairs = [(step, beside.get(key)) for key, step in zip(_keys(steps), steps, strict=True)]
    numbers = [step.entries for pair in pairs for step in pair if step and step.entries is not None]
    tick = tick_size(max(numbers, default=0))
    top = max(tick, -(-max(numbers, default=0) // tick) * tick)
    drawn = [_activity(record, steps, words) for record in activities] if steps else []
    titles = [_titles(step, activities) for step in steps]
    bars = [
        _bar(place, label, pair, titles[place], _BarScale(len(steps), top, words, moment))
        for place, (label, pair) in enumerate(zip(_labels(steps, words), pairs, strict=True))
    ]
    return BarChart(
        bars=bars,
        ticks=[ChartTick(_y(value, top), write_count(value, words.language)) for value in range(0, top + 1, tick)],
        activities=drawn,
        states=sorted({bar.state for bar in bars}),
        has_before=any(bar.before is not None for bar in bars),
    )


@dataclass(frozen=True, slots=True)
class _BarScale:
    steps: int
    top: int
    words: ChartWords
    moment: DayMoment


def tick_size(top: int) -> int:
    """Return the least of 1, 2, 5 times a power of ten that divides `top` into at most four whole steps."""
    power = 1
    while True:
        for factor in _FACTORS:
            if factor * power * _STEPS >= top:
                return factor * power
        power *= 10


def _keys(steps: Sequence[SiteFlowRow]) -> list[object]:
    """Return by what steps are matched: hours by the clock, the first of two alike; days by the weekday."""
    found: list[object] = []
    for step in steps:
        key = (step.start_local.isoweekday(), None) if _is_day(step) else (0, step.start_local.time())
        found.append((*key, step.utc_offset) if key in found else key)
    return found


def _is_day(step: SiteFlowRow) -> bool:
    return (step.end_utc - step.start_utc).total_seconds() > 2 * 3600


def _labels(steps: Sequence[SiteFlowRow], words: ChartWords) -> list[str]:
    if words.view is HistoryView.DAY:
        return labels(steps)
    days = [step.start_local.date() for step in steps]
    return [f"{write_weekday(day, words.language)} {write_date(day, words.language)}" for day in days]


def _tick(step: SiteFlowRow, words: ChartWords) -> tuple[str, bool]:
    """Return what stands below the bar, and whether it stands there only on wide screens."""
    local = step.start_local
    match words.view:
        case HistoryView.DAY:
            return (f"{local:%H}", local.hour % 6 != 0) if local.hour % 2 == 0 and not local.minute else ("", True)
        case HistoryView.WEEK:
            return weekday_names(words.language, short=True)[local.weekday()], False
        case HistoryView.MONTH:
            return str(local.day), local.day % 7 != 1


def _y(value: int, top: int) -> float:
    return round(_BOTTOM - value / top * (_BOTTOM - _TOP), 1)


def _bar(
    place: int, label: str, pair: tuple[SiteFlowRow, SiteFlowRow | None], titles: str, scale: _BarScale
) -> ChartBar:
    step, beside = pair
    words, state = scale.words, state_of(step, scale.moment)
    value = None if state in {StepState.FUTURE, StepState.GAP} else step.entries
    before = beside.entries if beside else None
    y = min(_y(value, scale.top), _BOTTOM - _LEAST_HEIGHT) if value else float(_BOTTOM)
    width = 100 / scale.steps
    tick, is_often = _tick(step, words)
    note = ", ".join(part for part in (_note(step, state, words), titles) if part)
    return ChartBar(
        label=label,
        tick=tick,
        is_often=is_often,
        x=_percent(place * width),
        middle=_percent((place + 0.5) * width),
        end=_percent((place + 1) * width),
        width=_percent(width),
        bar_x=_percent((place + 0.12) * width),
        bar_width=_percent(0.76 * width),
        state=state,
        y=y,
        height=round(_BOTTOM - y, 1),
        before_y=None if before is None else _y(before, scale.top),
        value=value,
        before=before,
        note=note,
        sentence=_sentence(label, value, before, note, words),
        address=words.days.get(step.start_local.date(), ""),
    )


def _percent(value: float) -> str:
    return f"{value:.3f}%"


def _note(step: SiteFlowRow, state: StepState, words: ChartWords) -> str:
    _ = texts(words.language).gettext
    match state:
        case StepState.GAP:
            return _("not observed") if step.expected_ms else _("nothing was to be counted")
        case StepState.UNFINISHED:
            return _("in progress")
        case StepState.ESTIMATE:
            coverage = _("coverage {percent}").format(percent=write_percent(step.coverage, words.language))
            lines = ", ".join(words.names.get(line, line) for line in step.missing)
            missing = [_("missing: {lines}").format(lines=lines)] if lines else []
            return ", ".join([_("estimate"), coverage, *missing])
        case StepState.COUNTED | StepState.FUTURE:
            return ""


def _sentence(label: str, value: int | None, before: int | None, note: str, words: ChartWords) -> str:
    _ = texts(words.language).gettext
    entries = _("Entries").lower()
    parts = [f"{write_count(value, words.language)} {entries}"] if value is not None else []
    parts += [note] if note else []
    if before is not None:
        parts.append(_("the week before {count}").format(count=write_count(before, words.language)))
    return f"{label}: {', '.join(parts) or NO_VALUE}"


def _times(record: Mapping[str, Any]) -> tuple[datetime, datetime]:
    start = datetime.fromisoformat(record["starts_at"])
    return start, datetime.fromisoformat(record["ends_at"]) if record["ends_at"] else start


def _titles(step: SiteFlowRow, activities: Sequence[Mapping[str, Any]]) -> str:
    """Return the titles of what was arranged in a step."""
    times = [(record["title"], *_times(record)) for record in activities]
    return ", ".join(title for title, start, end in times if start < step.end_utc and end > step.start_utc)


def _activity(record: Mapping[str, Any], steps: Sequence[SiteFlowRow], words: ChartWords) -> ChartActivity:
    start, end = _times(record)
    first, last = steps[0].start_utc, steps[-1].end_utc
    x, after = ((min(max(at, first), last) - first) / (last - first) * 100 for at in (start, end))
    return ChartActivity(
        number=record["activity_id"],
        title=record["title"],
        time_text=_time_text(start.astimezone(words.clock), end.astimezone(words.clock), words),
        planned=record.get("status") == "planned",
        x=_percent(x),
        width=_percent(max(after - x, 0.6)),
    )


def _time_text(start: datetime, end: datetime, words: ChartWords) -> str:
    times = f"{write_clock(start, seconds=False)}\N{EN DASH}{write_clock(end, seconds=False)}"
    day = f"{write_weekday(start.date(), words.language)} {write_date(start.date(), words.language)}"
    return times if words.view is HistoryView.DAY else f"{day} {times}"
