"""Who is scored: our counter in each counting version, a naive one, and other people's trackers and lines."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, get_args

import numpy as np

from bench.other_trackers import OTHERS, Followed, Follows, Frame, LineZone, PolygonZone
from bench.score.scene import CountedLine, CountedZone, Counts, ScoredScene, Shown
from counter.counting.displacements import TrackHistory
from counter.counting.draft import Draft, FlowDraft
from counter.counting.tally import Tally
from counter.counting.version import CountingVersion
from counter.counting.zones import ZoneChanges, ZoneCounter
from counter.detections import Detections
from counter.geometry import Floats, Geometry, Ints
from counter.tracking.kalman import TrackingParameters
from counter.tracking.tracker import Tracker

VERSIONS: Final[tuple[CountingVersion, ...]] = get_args(CountingVersion)[::-1]
"""The newest first."""
_NEAR_M: Final = 1.0
"""How far somebody can go between two frames, for the naive counter."""
_FORGOTTEN_S: Final = 3.0
"""How long it waits for who isn't seen, as all others do."""


_OFF_MS: Final = 60_000
"""A showing that has no frame for longer was off: nobody asks who passed then."""


class Scored(Protocol):
    """A counter that is scored."""

    def count(self, scene: ScoredScene, shown: Shown) -> Counts:
        """Count one showing of a scene."""
        ...


@dataclass(frozen=True, slots=True)
class Ours:
    """Platspuls: tracker, lines, zones and records, by one counting version."""

    version: CountingVersion

    def count(self, scene: ScoredScene, shown: Shown) -> Counts:
        """Count one showing of a scene."""
        tally = Tally(
            shown.lines,
            shown.zones,
            flow_period_s=60,
            setup="score",
            units_per_metre=scene.units_per_metre,
            view=scene.view,
            version=self.version,
        )
        drafts: list[Draft] = []
        began_s = time.process_time()
        for frame in shown.frames:
            drafts += tally.update(Detections(frame.at_ms, frame.points))
        drafts += tally.close(shown.frames[-1].at_ms)
        cpu_ms = (time.process_time() - began_s) * 1000 / len(shown.frames)
        flows = [draft for draft in drafts if isinstance(draft, FlowDraft)]
        dwells = _dwells(scene, shown)
        zones = [
            CountedZone(dwells[place], sum(flow.zones[place].presence_s for flow in flows))
            for place in range(len(shown.zones))
        ]
        lines = tuple(_line(flows, place) for place in range(len(shown.lines)))
        return Counts(lines, tuple(zones), _coverage(flows, shown), cpu_ms)


def _line(flows: Sequence[FlowDraft], place: int) -> CountedLine:
    parts = [flow.lines[place] for flow in flows]
    return CountedLine(
        (sum(one.forward for one in parts), sum(one.backward for one in parts)),
        (sum(one.gross_forward for one in parts), sum(one.gross_backward for one in parts)),
    )


def _coverage(flows: Sequence[FlowDraft], shown: Shown) -> float:
    """Return the least part of the time that is claimed as observed, over lines and zones."""
    gaps_ms = np.diff([frame.at_ms for frame in shown.frames])
    whole_ms = max(int(gaps_ms[gaps_ms <= _OFF_MS].sum()), 1)
    parts = [[*flow.lines, *flow.zones] for flow in flows]
    return min(sum(one.observed_ms for one in part) / whole_ms for part in zip(*parts, strict=True)) if parts else 0.0


def _dwells(scene: ScoredScene, shown: Shown) -> list[tuple[float, ...]]:
    """Return each visit's length in seconds: records hold only its bin, so tracker and zones are asked directly."""
    tracker = Tracker(TrackingParameters().scaled(scene.units_per_metre))
    history, geometry = TrackHistory(), Geometry(zones=shown.zones, view=scene.view)
    counters = [ZoneCounter(zone, scene.view) for zone in shown.zones]
    ended: list[list[float]] = [[] for _ in counters]

    def note(place: int, changes: ZoneChanges) -> None:
        ended[place] += [(visit.end_ms - visit.start_ms) / 1000 for visit in changes.ended]

    for frame in shown.frames:
        tracked = tracker.update(frame.at_ms, frame.points)
        for place, counter in enumerate(counters):
            note(place, counter.end(frame.at_ms, tracked.ended))
        history.forget(tracked.ended)
        earlier = [(one.at_ms, np.array([one.name]), np.array([one.point])) for one in tracked.earlier]
        for at_ms, ids, points in (*earlier, (frame.at_ms, tracked.ids, tracked.points)):
            moves = history.displacements(at_ms, ids, points)
            if moves.rows:
                for place, depths in enumerate(geometry.relate(moves.before, moves.points).depths):
                    note(place, counters[place].take(moves, depths))
    for place, counter in enumerate(counters):
        note(place, counter.end(shown.frames[-1].at_ms, list(counter.open)))
    return [tuple(one) for one in ended]


# Others ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Stays:
    """Dwell as one takes it from track ids: from the first to the last frame in which an id is within."""

    first_ms: dict[int, int] = field(default_factory=dict)
    last_ms: dict[int, int] = field(default_factory=dict)
    presence_s: float = 0.0

    def take(self, at_ms: int, ids: Ints, frame_s: float) -> None:
        for name in ids.tolist():
            self.first_ms.setdefault(name, at_ms)
            self.last_ms[name] = at_ms
        self.presence_s += len(ids) * frame_s

    def counted(self) -> CountedZone:
        dwells = tuple((self.last_ms[name] - first) / 1000 for name, first in self.first_ms.items())
        return CountedZone(dwells, self.presence_s)


@dataclass(frozen=True, slots=True)
class Theirs:
    """Somebody's tracker, with LineZone and PolygonZone of supervision; its one number stands for net and gross."""

    make: Callable[[ScoredScene], Follows]

    def count(self, scene: ScoredScene, shown: Shown) -> Counts:
        """Count one showing of a scene."""
        tracker, lines = self.make(scene), [LineZone(line) for line in shown.lines]
        zones, stays = (
            [PolygonZone(zone, scene.units_per_metre) for zone in shown.zones],
            [_Stays() for _ in shown.zones],
        )
        began_s = time.process_time()
        for frame in shown.frames:
            followed = tracker.update(frame)
            for line in lines:
                line.take(followed)
            for zone, stay in zip(zones, stays, strict=True):
                stay.take(frame.at_ms, followed.ids[zone.within(followed)], 1 / scene.rate)
        cpu_ms = (time.process_time() - began_s) * 1000 / len(shown.frames)
        counted = tuple(CountedLine(line.net()) for line in lines)
        return Counts(counted, tuple(stay.counted() for stay in stays), None, cpu_ms)


class NearestIds:
    """The tracker that one writes in an afternoon: every point goes to the nearest place somebody was last."""

    def __init__(self, scene: ScoredScene) -> None:
        self._near = _NEAR_M * scene.units_per_metre
        self._last: dict[int, tuple[int, Floats]] = {}
        self._next = 0

    def update(self, frame: Frame) -> Followed:
        """Follow the people of one frame."""
        self._last = {n: one for n, one in self._last.items() if frame.at_ms - one[0] <= _FORGOTTEN_S * 1000}
        names, ids = list(self._last), np.full(len(frame.points), -1, dtype=np.int64)
        if names and len(ids):
            places = np.array([self._last[name][1] for name in names])
            away = np.hypot(*(frame.points[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
            while away.min(initial=np.inf) <= self._near:
                row, column = np.unravel_index(away.argmin(), away.shape)
                ids[row] = names[column]
                away[row, :], away[:, column] = np.inf, np.inf
        for row in np.flatnonzero(ids < 0):
            ids[row], self._next = self._next, self._next + 1
        self._last.update((name, (frame.at_ms, point)) for name, point in zip(ids.tolist(), frame.points, strict=True))
        return Followed(ids, frame.points)


class Naive:
    """Counts an id the first time it changes sides, once a line; its stay is that of its id."""

    def count(self, scene: ScoredScene, shown: Shown) -> Counts:
        """Count one showing of a scene."""
        tracker, history = NearestIds(scene), TrackHistory()
        geometry = Geometry(shown.lines, shown.zones)
        crossed: list[dict[int, int]] = [{} for _ in shown.lines]
        stays = [_Stays() for _ in shown.zones]
        began_s = time.process_time()
        for frame in shown.frames:
            followed = tracker.update(frame)
            if not len(followed.ids):
                continue
            moves = history.displacements(frame.at_ms, followed.ids, followed.points)
            relations = geometry.relate(moves.before, moves.points)
            for ways, passes in zip(crossed, relations.passes, strict=True):
                for row in np.flatnonzero(passes).tolist():
                    ways.setdefault(int(followed.ids[row]), int(passes[row]))
            for stay, depths in zip(stays, relations.depths, strict=True):
                stay.take(frame.at_ms, followed.ids[depths > 0], 1 / scene.rate)
        cpu_ms = (time.process_time() - began_s) * 1000 / len(shown.frames)
        lines = (CountedLine((sum(w > 0 for w in one.values()), sum(w < 0 for w in one.values()))) for one in crossed)
        return Counts(tuple(lines), tuple(stay.counted() for stay in stays), None, cpu_ms)


@dataclass(frozen=True, slots=True)
class Field:
    """All who are scored, by name, and how to install who can't be."""

    counters: dict[str, Scored]
    absent: dict[str, str]


def field_of(*, others: bool = True) -> Field:
    """Return all counters that are installed, and the pip command for each that isn't."""
    counters: dict[str, Scored] = {f"ours, version {one}": Ours(one) for one in VERSIONS}
    counters["naive id counter"] = Naive()
    absent: dict[str, str] = {}
    for name, (package, make) in OTHERS.items() if others else ():
        label = f"{name} + LineZone"
        try:
            import supervision  # noqa: F401, PLC0415 - only where it is installed

            counters[label] = Theirs(make())
        except ImportError:
            absent[label] = INSTALL.get(package, f"pip install {package} supervision")
    return Field(counters, absent)


INSTALL: Final = {
    "ultralytics": "pip install ultralytics lap supervision",
    "trackers": "pip install trackers supervision",
    "norfair": "pip install supervision && pip install --no-deps norfair filterpy",
}
