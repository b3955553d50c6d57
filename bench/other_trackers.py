"""Other people's trackers and lines behind one interface, for bench/tracker_comparison.py; imported when asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Protocol

import numpy as np

from counter.geometry import Bools, Floats, Ints, LineGeometry, ZoneGeometry

_SURE = 0.9
_NEAR_M = 0.6


@dataclass(frozen=True, slots=True)
class Frame:
    """What a detector saw: points where people stand, shape (n, 2), their boxes (n, 4) and how sure it is (n,)."""

    at_ms: int
    points: Floats
    boxes: Floats
    sure: Floats

    @classmethod
    def around(cls, at_ms: int, points: Floats, reach: tuple[float, float, float, float]) -> "Frame":
        """Return boxes that reach so far to the left, up, right and down of the points."""
        left, up, right, down = reach
        boxes = np.column_stack((points - np.array((left, up)), points + np.array((right, down))))
        return cls(at_ms, points, boxes, np.full(len(points), _SURE))


@dataclass(frozen=True, slots=True)
class Followed:
    """Who is where in one frame.

    Attributes:
        ids: shape (n,).
        points: shape (n, 2), the detections' own.
        ended: who will not come again; None where a tracker doesn't tell.
        earlier: time, who, where, of people reported for the first time.
    """

    ids: Ints
    points: Floats
    ended: list[int] | None = None
    earlier: list[tuple[int, int, tuple[float, float]]] = field(default_factory=list)


class Follows(Protocol):
    """A tracker."""

    def update(self, frame: Frame) -> Followed:
        """Follow the people of one frame."""
        ...


class Scene(Protocol):
    """What a tracker must know before: frames a second, and units a metre."""

    @property
    def rate(self) -> float:
        """Frames a second."""
        ...

    @property
    def units_per_metre(self) -> float:
        """Units a metre."""
        ...


Maker = Callable[[Scene], Follows]
_LOST_S = 3.0
"""How long each of them may keep a lost track: as long as ours does for people who walk."""


class Ultralytics:
    """ByteTrack or BoT-SORT of ultralytics, as its own file of settings has them, without a picture."""

    def __init__(self, kind: str, scene: Scene) -> None:
        from ultralytics.engine.results import Boxes  # noqa: PLC0415 - only where it is installed
        from ultralytics.trackers.track import TRACKER_MAP  # noqa: PLC0415 - the same
        from ultralytics.utils import YAML  # noqa: PLC0415 - the same
        from ultralytics.utils.checks import check_yaml  # noqa: PLC0415 - the same

        settings = YAML.load(check_yaml(f"{kind}.yaml")) | {
            "track_buffer": round(_LOST_S * scene.rate),
            "gmc_method": "none",
        }
        self._boxes, self._tracker = Boxes, TRACKER_MAP[kind](args=SimpleNamespace(**settings))

    def update(self, frame: Frame) -> Followed:
        """Follow the people of one frame."""
        rows = np.column_stack((frame.boxes, frame.sure, np.zeros(len(frame.sure)))).astype(np.float32)
        tracks = self._tracker.update(self._boxes(rows, (10_000, 10_000)))
        if not len(tracks):
            return Followed(np.empty(0, dtype=np.int64), np.empty((0, 2)))
        return Followed(tracks[:, 4].astype(np.int64), frame.points[tracks[:, -1].astype(np.int64)])


class Roboflow:
    """A tracker of the package `trackers`."""

    def __init__(self, kind: str, scene: Scene) -> None:
        import supervision  # noqa: PLC0415 - only where it is installed
        import trackers  # noqa: PLC0415 - the same

        make = getattr(trackers, kind)
        more: dict[str, Any] = {"enable_cmc": False} if kind == "BoTSORTTracker" else {}
        self._detections = supervision.Detections
        # the buffer is given in frames at 30 a second, and scaled by the rate
        self._tracker = make(frame_rate=scene.rate, lost_track_buffer=round(_LOST_S * 30), **more)

    @property
    def plain(self) -> Any:  # noqa: ANN401 - theirs
        """The tracker as its makers have it."""
        return self._tracker

    def update(self, frame: Frame) -> Followed:
        """Follow the people of one frame."""
        numbers = {"number": np.arange(len(frame.points))}
        seen = self._tracker.update(
            self._detections(
                xyxy=frame.boxes.astype(np.float32),
                confidence=frame.sure.astype(np.float32),
                class_id=np.zeros(len(frame.sure), dtype=int),
                data=numbers,
            )
        )
        ids = np.asarray(seen.tracker_id, dtype=np.int64).reshape(-1)
        sure = ids >= 0
        if not sure.any():
            return Followed(np.empty(0, dtype=np.int64), np.empty((0, 2)))
        return Followed(ids[sure], frame.points[np.asarray(seen.data["number"])[sure]])


class Norfair:
    """norfair's tracker, by the distance of points."""

    def __init__(self, scene: Scene) -> None:
        import norfair  # noqa: PLC0415 - only where it is installed

        self._detection, self._number = norfair.Detection, 0
        self._tracker = norfair.Tracker(
            distance_function="euclidean",
            distance_threshold=_NEAR_M * scene.units_per_metre,
            hit_counter_max=round(_LOST_S * scene.rate),
            initialization_delay=3,
        )

    def update(self, frame: Frame) -> Followed:
        """Follow the people of one frame."""
        self._number += 1
        seen = self._tracker.update(
            [self._detection(points=point[None], data=(self._number, row)) for row, point in enumerate(frame.points)]
        )
        here = [(one.id, one.last_detection.data[1]) for one in seen if one.last_detection.data[0] == self._number]
        rows = np.array([row for _, row in here], dtype=np.int64)
        return Followed(np.array([name for name, _ in here], dtype=np.int64), frame.points[rows])


def _ultralytics(kind: str) -> Maker:
    import ultralytics  # noqa: F401, PLC0415 - tells by its error that it is not there

    return lambda scene: Ultralytics(kind, scene)


def _roboflow(kind: str) -> Maker:
    import trackers  # noqa: F401, PLC0415 - the same

    return lambda scene: Roboflow(kind, scene)


def _norfair() -> Maker:
    import norfair  # noqa: F401, PLC0415 - the same

    return Norfair


OTHERS: dict[str, tuple[str, Callable[[], Maker]]] = {
    "ultralytics ByteTrack": ("ultralytics", lambda: _ultralytics("bytetrack")),
    "ultralytics BoT-SORT": ("ultralytics", lambda: _ultralytics("botsort")),
    "trackers ByteTrack": ("trackers", lambda: _roboflow("ByteTrackTracker")),
    "trackers BoT-SORT": ("trackers", lambda: _roboflow("BoTSORTTracker")),
    "trackers OC-SORT": ("trackers", lambda: _roboflow("OCSORTTracker")),
    "norfair": ("norfair", _norfair),
}


@dataclass(frozen=True, slots=True)
class _Plain:
    rate: float
    units_per_metre: float


def make_tracker(name: str, rate: float, units_per_metre: float, *, ported: bool = False) -> Any:  # noqa: ANN401 - theirs
    """Return a tracker by its name: as its makers have it, or `ported`: behind our interface."""
    _, make = OTHERS[name]
    follows: Any = make()(_Plain(rate, units_per_metre))
    return follows if ported else follows.plain


class LineZone:
    """supervision's line on anybody's tracks, asked about the very points."""

    def __init__(self, line: LineGeometry) -> None:
        import supervision  # noqa: PLC0415 - only where it is installed

        (x0, y0), (x1, y1) = line.points[0], line.points[-1]
        self._detections = supervision.Detections
        self._zone = supervision.LineZone(
            supervision.Point(x0, y0), supervision.Point(x1, y1), triggering_anchors=[supervision.Position.CENTER]
        )
        towards = np.array(line.forward_towards) - line.points[0]
        self._in_is_forward = bool((x1 - x0) * towards[1] - (y1 - y0) * towards[0] < 0)

    def take(self, followed: Followed) -> None:
        """Count one frame."""
        if len(followed.ids):
            boxes = np.column_stack((followed.points - 1, followed.points + 1))
            self._zone.trigger(self._detections(xyxy=boxes, tracker_id=followed.ids.astype(int)))

    def net(self) -> tuple[int, int]:
        """Return forward and backward."""
        both = self._zone.in_count, self._zone.out_count
        return both if self._in_is_forward else both[::-1]


class PolygonZone:
    """supervision's zone, asked about the very points. It thinks in whole pixels from 0 on: a metre is made 100."""

    def __init__(self, zone: ZoneGeometry, units_per_metre: float) -> None:
        import supervision  # noqa: PLC0415 - only where it is installed

        self._detections = supervision.Detections
        self._scale, polygon = 100.0 / units_per_metre, np.array(zone.polygon)
        self._low, self._high = polygon.min(axis=0), polygon.max(axis=0)
        self._zone = supervision.PolygonZone(
            np.rint((polygon - self._low) * self._scale).astype(int), triggering_anchors=[supervision.Position.CENTER]
        )

    def within(self, followed: Followed) -> Bools:
        """Return who is within, shape (n,)."""
        inside = ((followed.points >= self._low) & (followed.points <= self._high)).all(axis=1)
        if inside.any():
            points = (followed.points[inside] - self._low) * self._scale
            boxes = np.column_stack((points - 1, points + 1))
            inside[inside] = self._zone.trigger(
                self._detections(xyxy=boxes, tracker_id=followed.ids[inside].astype(int))
            )
        return np.asarray(inside, dtype=np.bool_)


def line_zone(line: LineGeometry) -> LineZone | None:
    """Return supervision's line, None where it is not installed."""
    try:
        return LineZone(line)
    except ImportError:
        return None
