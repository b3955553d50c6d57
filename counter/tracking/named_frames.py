"""Frames with the names of people in them, which are changed while the frames wait."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field

import numpy as np
from msgspec import Struct, field

from counter.geometry import Ints, Point
from counter.tracking.motion import Seen
from counter.tracking.tracker import Sighting, TrackedFrame

Span = tuple[int, int]
"""From when until when, in ms."""


@dataclass(frozen=True, slots=True)
class NamedFrame:
    """What a tracker said of the frame at `at_ms`, with the names that were found right.

    Attributes:
        came: where some of those who are reported for the first time should have been a frame before they were seen.
        went: when and where some of the ended stood or sat to the last, or should have been a frame later.
        onward: where the ended were last, or would have been a second later where they surely walked.
    """

    at_ms: int
    tracked: TrackedFrame
    came: Mapping[int, Point] = dataclass_field(default_factory=dict)
    went: Mapping[int, Seen] = dataclass_field(default_factory=dict)
    onward: Mapping[int, Point] = dataclass_field(default_factory=dict)


class WaitingFrame(Struct, array_like=True):
    """A NamedFrame that waits, as it is kept over a restart."""

    at_ms: int
    ended: list[int]
    earlier: list[tuple[int, int, Point]]
    ids: list[int]
    points: list[Point]
    came: dict[int, Point] = field(default_factory=dict)


def renamed(tracked: TrackedFrame, names: Mapping[int, int]) -> TrackedFrame:
    """Return what a tracker said, with other names."""
    ids = np.array([names.get(name, name) for name in tracked.ids.tolist()], dtype=np.int64)
    earlier = [replace(one, name=names.get(one.name, one.name)) for one in tracked.earlier]
    return TrackedFrame([names.get(name, name) for name in tracked.ended], earlier, ids, tracked.points, tracked.places)


def corrected(frame: NamedFrame, names: Mapping[int, int], doubt: Mapping[int, Span]) -> NamedFrame:
    """Return a frame with other names from the end of people's doubts on, and without them during these."""
    tracked, beyond = frame.tracked, (frame.at_ms + 1, 0)
    spans = [doubt.get(name, beyond) for name in tracked.ids.tolist()]
    kept = [not from_ms <= frame.at_ms < until_ms for from_ms, until_ms in spans]
    late = {name for name, (from_ms, _) in doubt.items() if from_ms <= frame.at_ms}
    ids = np.array([names[name] if name in late else name for name in tracked.ids[kept].tolist()], dtype=np.int64)
    ended = [names[name] if name in late else name for name in tracked.ended]  # a track ends, not who came as it
    earlier = [
        replace(one, name=names[one.name]) if one.name in doubt and one.at_ms >= doubt[one.name][1] else one
        for one in tracked.earlier
        if not (one.name in doubt and doubt[one.name][0] <= one.at_ms < doubt[one.name][1])
    ]
    came = {name: place for name, place in frame.came.items() if name not in names}
    there = TrackedFrame(ended, earlier, ids, tracked.points[kept], tracked.places[kept])
    return NamedFrame(frame.at_ms, there, came)


def kept_frame(frame: NamedFrame) -> WaitingFrame:
    """Return a frame as it is kept over a restart."""
    tracked = frame.tracked
    earlier = [(one.name, one.at_ms, one.point) for one in tracked.earlier]
    points: list[Point] = [(x, y) for x, y in tracked.places.tolist()]
    return WaitingFrame(frame.at_ms, tracked.ended, earlier, tracked.ids.tolist(), points, dict(frame.came))


def waiting_frame(kept: WaitingFrame) -> NamedFrame:
    """Return the frame that was kept."""
    earlier = [Sighting(name, at_ms, point) for name, at_ms, point in kept.earlier]
    ids: Ints = np.array(kept.ids, dtype=np.int64)
    points = np.array(kept.points, dtype=np.float64).reshape(-1, 2)
    return NamedFrame(kept.at_ms, TrackedFrame(kept.ended, earlier, ids, points, points), kept.came)
