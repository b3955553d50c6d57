"""Worlds of people who walk and cameras that are slow, starved or uneven: what was counted, observed and missed.

A corridor is in view from end to end; its lines and its zone are somewhere in it. People walk straight through at
0.5 to 2 m/s. Nothing is left to the detector: everyone in view is found in every frame, to some centimetres.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from counter.counting.accumulator import Accumulator
from counter.counting.cells import LineCrossings, Start
from counter.counting.draft import FlowDraft
from counter.counting.spans import Span, merged
from counter.counting.tally import Tally
from counter.counting.version import COUNTING_VERSION, CountingVersion
from counter.detections import Detections
from counter.geometry import Floats, LineGeometry, View, ZoneGeometry
from tests.support.counter.frame_times import RATES, Chance, Times

START_MS: Final = 1_800_000_000_000
_WIDTH_M: Final = 6.0
_WAITS_S: Final = 5.7
"""So long after they are seen last they are seen no more, and counted if they weren't yet."""


@dataclass(frozen=True, slots=True)
class Corridor:
    """A corridor along x: its length in metres, where lines are drawn across it, and from where to where a zone is."""

    length: float = 8.0
    lines: tuple[float, ...] = (4.0,)
    zone: tuple[float, float] | None = None

    @property
    def view(self) -> View:
        return View((0.5, -_WIDTH_M, self.length - 0.5, 2 * _WIDTH_M), (0.0, -_WIDTH_M, self.length, 2 * _WIDTH_M))

    def tally(self, *, has_view: bool = True, version: CountingVersion = COUNTING_VERSION) -> Tally:
        low, high = -_WIDTH_M, 2 * _WIDTH_M
        lines = [
            LineGeometry(f"line-{place}", ((x, low), (x, high)), (x + 1, 0.0), 0.3)
            for place, x in enumerate(self.lines)
        ]
        zones = []
        if self.zone:
            (x0, x1) = self.zone
            zones = [ZoneGeometry("zone", ((x0, 0.0), (x1, 0.0), (x1, _WIDTH_M), (x0, _WIDTH_M)), 60, 0.3)]
        view = self.view if has_view else None
        return Tally(lines, zones, flow_period_s=60, setup="slow", units_per_metre=1.0, view=view, version=version)


@dataclass(frozen=True, slots=True)
class Walk:
    """Someone who comes into the corridor at `begin_s` at one end and walks through, so far aside on the way."""

    begin_s: float
    speed: float
    forward: bool
    y: float
    aside: float = 0.0

    def place(self, at_s: Floats, length: float) -> Floats:
        """Return where they are, shape (n, 2); nan outside the corridor."""
        slope = self.aside / length
        gone = (at_s - self.begin_s) * self.speed / np.hypot(1.0, slope)
        x = gone if self.forward else length - gone
        inside = (gone >= 0) & (gone <= length)
        return np.where(inside[:, None], np.column_stack((x, self.y + gone * slope)), np.nan)

    def at_s(self, x: float, length: float) -> float:
        """Return when they pass x."""
        way = x if self.forward else length - x
        return self.begin_s + way * float(np.hypot(1.0, self.aside / length)) / self.speed


@dataclass(frozen=True, slots=True)
class Found:
    """What became of the passages of one part of one world.

    Attributes:
        truth: how many there were.
        counted: how many were counted; `most`: by how many that was too many in one direction.
        watched: passages in observed time; `missed` those of them that were not counted.
        share: how much of the time was observed.
    """

    truth: int
    counted: int
    most: int
    watched: int
    missed: int
    share: float


@dataclass
class _Recorder:
    """What a tally's accumulator takes in."""

    lines: Sequence[str]
    observed: list[list[Span]] = field(default_factory=list)
    decided: dict[str, list[tuple[int, bool]]] = field(default_factory=dict)

    def listen(self, sums: Accumulator) -> None:
        was_observed, was_crossings, was_began = sums.observed, sums.crossings, sums.visit_began

        def observed(parts: Sequence[Sequence[Span]]) -> None:
            self.observed = self.observed or [[] for _ in parts]
            for spans, more in zip(self.observed, parts, strict=True):
                spans.extend(more)
            was_observed(parts)

        def crossings(line: str, at_ms: int, counted: LineCrossings) -> None:
            found = [(at_ms, True)] * counted.forward + [(at_ms, False)] * counted.backward
            self.decided.setdefault(line, []).extend(found)
            was_crossings(line, at_ms, counted)

        def visit_began(zone: str, at_ms: int, start: Start) -> None:
            if start is Start.ENTERED:
                self.decided.setdefault(zone, []).append((at_ms, True))
            was_began(zone, at_ms, start)

        for name, heard in (("observed", observed), ("crossings", crossings), ("visit_began", visit_began)):
            setattr(sums, name, heard)


def play(  # noqa: PLR0913 - a world's parts, all named
    corridor: Corridor,
    walks: Sequence[Walk],
    times_s: Sequence[float],
    *,
    noise: float = 0.03,
    has_view: bool = True,
    version: CountingVersion = COUNTING_VERSION,
) -> list[Found]:
    """Let a camera see `walks` at `times_s`, and return what became of each line, and of the zone's entries."""
    chance, tally = np.random.default_rng(len(times_s)), corridor.tally(has_view=has_view, version=version)
    recorder = _Recorder(tally.lines)
    recorder.listen(tally.sums)
    stamps = np.array(times_s)
    places = [walk.place(stamps, corridor.length) for walk in walks]
    drafts, at_ms = [], START_MS
    for row, at_s in enumerate(times_s):
        seen = np.array([place[row] for place in places if not np.isnan(place[row, 0])], dtype=np.float64)
        points = seen.reshape(-1, 2) + chance.normal(0.0, noise, (len(seen), 2))
        at_ms = START_MS + round(at_s * 1000)
        drafts += tally.update(Detections(at_ms, points))
    drafts += tally.close(at_ms)
    whole_ms = at_ms - START_MS - round(times_s[0] * 1000)
    passes = [(f"line-{place}", x, None) for place, x in enumerate(corridor.lines)]
    if corridor.zone:
        passes.append(("zone", corridor.zone[0], corridor.zone[1]))
    found = []
    for place, (name, one, other) in enumerate(passes):
        spans = merged(recorder.observed[place]) if recorder.observed else []
        true = [_passage(walk, corridor.length, one, other, times_s) for walk in walks]
        found.append(_judged(true, recorder.decided.get(name, []), spans, whole_ms))
    _check_records([draft for draft in drafts if isinstance(draft, FlowDraft)], found)
    return found


def _passage(walk: Walk, length: float, one: float, other: float | None, times_s: Sequence[float]) -> "_Passage":
    """Return when someone passes the line at `one`, or comes into the zone from `one` to `other`."""
    at_s = walk.at_s(one if other is None or walk.forward else other, length)
    gone_s = walk.at_s(length if walk.forward else 0.0, length)
    latest_s = gone_s + _WAITS_S
    until_s = next((frame_s for frame_s in times_s if frame_s >= latest_s), np.inf)
    until_s = min(until_s, times_s[-1])
    return _Passage(_stamp(at_s), walk.forward or other is not None, max(_stamp(until_s), _stamp(at_s)))


def _stamp(at_s: float) -> int:
    return START_MS + round(at_s * 1000)


@dataclass(frozen=True, slots=True)
class _Passage:
    """One true passage: when, which way, and by when it is decided if it is counted."""

    at_ms: int
    forward: bool
    until_ms: int


def _judged(true: Sequence[_Passage], decided: list[tuple[int, bool]], spans: list[Span], whole_ms: int) -> Found:
    """Give what was counted to the passages: those in observed time first, each the first one that may be it."""
    most = max(
        sum(forward is way for _, forward in decided) - sum(one.forward is way for one in true) for way in (True, False)
    )
    counted = len(decided)
    watched = sorted((one for one in true if _is_in(one.at_ms, spans)), key=lambda one: one.until_ms)
    missed = 0
    for one in watched:
        fits = [each for each in decided if each[1] is one.forward and one.at_ms <= each[0] <= one.until_ms]
        if fits:
            decided.remove(min(fits))
        missed += not fits
    share = sum(to - begin for begin, to in spans) / max(whole_ms, 1)
    return Found(len(true), counted, most, len(watched), missed, share)


def _is_in(at_ms: int, spans: Sequence[Span]) -> bool:
    return any(from_ms <= at_ms < to_ms for from_ms, to_ms in spans)


def _check_records(flows: Sequence[FlowDraft], found: Sequence[Found]) -> None:
    """Check that records hold what was taken in."""
    for place, one in enumerate(found):
        parts = [(flow.lines + flow.zones)[place] for flow in flows]
        assert all(part.observed_ms <= 60_000 for part in parts)
        assert abs(sum(part.observed_ms for part in parts)) <= 60_000 * len(flows)
        if place < len(flows[0].lines) if flows else False:
            assert sum(part.forward + part.backward for part in parts) == one.counted


# Places and people ----------------------------------------------------------------------------------------------


def standard(_chance: Chance) -> Corridor:
    """Eight metres, a line in the middle."""
    return Corridor()


def other_length(chance: Chance) -> Corridor:
    """Three to sixteen metres, a line in the middle."""
    length = float(chance.uniform(3, 16))
    return Corridor(length, (length / 2,))


def near_edge(chance: Chance) -> Corridor:
    """A line half a metre to two metres from an end."""
    length, room = float(chance.uniform(5, 12)), float(chance.uniform(0.5, 2))
    return Corridor(length, (room if chance.random() < 1 / 2 else length - room,))


def two_lines(chance: Chance) -> Corridor:
    """Two lines, a metre or more apart."""
    length = float(chance.uniform(6, 12))
    one = float(chance.uniform(1, length - 3))
    return Corridor(length, (one, float(chance.uniform(one + 1, length - 1))))


def with_zone(chance: Chance) -> Corridor:
    """A zone of a metre and a half or more, with a metre or more of corridor on either side."""
    length = float(chance.uniform(5, 12))
    one = float(chance.uniform(1, length - 2.5))
    return Corridor(length, (), (one, float(chance.uniform(one + 1.5, length - 1))))


PLACES: Final[dict[str, Callable[[Chance], Corridor]]] = {
    "standard": standard,
    "other length": other_length,
    "near edge": near_edge,
    "two lines": two_lines,
    "zone": with_zone,
}


def alone(chance: Chance, length: float, seconds: float, aside: float = 0.0) -> list[Walk]:
    """One after the other: nobody comes before the last one is gone for some seconds."""
    walks = list[Walk]()
    at = float(chance.uniform(1, 6))
    while True:
        speed = float(chance.uniform(0.5, 2.0))
        leaned = float(chance.uniform(-aside, aside)) * length
        end = at + np.hypot(length, leaned) / speed
        if end + 6 > seconds:
            return walks
        y = float(chance.uniform(max(0.3, 0.3 - leaned), min(5.7, 5.7 - leaned))) if abs(leaned) < 5 else 3 - leaned / 2
        walks.append(Walk(at, speed, bool(chance.random() < 1 / 2), y, leaned))
        at = end + float(chance.uniform(5, 9))


def diagonal(chance: Chance, length: float, seconds: float) -> list[Walk]:
    """The same, up to 45 degrees aside."""
    return alone(chance, length, seconds, aside=min(1.0, 5.4 / length))


def several(chance: Chance, length: float, seconds: float) -> list[Walk]:
    """Someone every three to six seconds, all one way, at like speeds: nobody overtakes."""
    forward, speed = bool(chance.random() < 1 / 2), float(chance.uniform(0.5, 2.0))
    walks = list[Walk]()
    at = float(chance.uniform(1, 4))
    while at + length / speed + 6 < seconds:
        walks.append(Walk(at, speed, forward, float(chance.uniform(0.5, 5.5))))
        at += max(float(chance.uniform(3, 6)), 3.0 / speed)
    return walks


PEOPLE: Final[dict[str, Callable[[Chance, float, float], list[Walk]]]] = {
    "alone": alone,
    "diagonal": diagonal,
    "several": several,
}


@dataclass(frozen=True, slots=True)
class World:
    """One drawn world."""

    corridor: Corridor
    walks: list[Walk]
    times_s: Times

    @classmethod
    def drawn(cls, rate: str, place: str, people: str, seed: int, seconds: float = 180.0) -> "World":
        """Return the world of these families and this seed."""
        named = ((list(RATES), rate), (list(PLACES), place), (list(PEOPLE), people))
        chance = np.random.default_rng([seed, *(names.index(name) for names, name in named)])
        corridor = PLACES[place](chance)
        return cls(corridor, PEOPLE[people](chance, corridor.length, seconds), RATES[rate](chance, seconds))

    def play(self, version: CountingVersion = COUNTING_VERSION) -> list[Found]:
        """Return what became of each part."""
        return play(self.corridor, self.walks, self.times_s, version=version) if len(self.times_s) > 1 else []
