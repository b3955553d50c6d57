"""What every counter of the score gets, and what is true of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from bench.other_trackers import Frame
from counter.geometry import Floats, LineGeometry, View, ZoneGeometry

Ways = tuple[int, int]
"""People forward and backward."""
Role = Literal["known", "judging"]
"""`known`: its errors were looked at while rules were changed. `judging`: they were not, rules may not follow them."""


@dataclass(frozen=True, slots=True)
class TrueLine:
    """How many people passed one line.

    Attributes:
        net: complete passages, without those of who turned back.
        gross: all passages; None where only net ones are known.
    """

    net: Ways
    gross: Ways | None = None


@dataclass(frozen=True, slots=True)
class TrueZone:
    """The visits of one zone.

    Attributes:
        dwells_s: how long each lasted, in seconds.
        presence_s: person-seconds.
    """

    dwells_s: tuple[float, ...]
    presence_s: float


@dataclass(frozen=True, slots=True)
class Shown:
    """One showing of a scene: one seed, or one first frame of a clip that is looked at less often.

    Attributes:
        frames: what a detector saw, in order of time.
        lines: where people are counted.
        zones: where their stay is measured.
        true_lines: the truth, in the order of the lines.
        true_zones: in the order of the zones.
    """

    frames: Sequence[Frame]
    lines: tuple[LineGeometry, ...]
    zones: tuple[ZoneGeometry, ...]
    true_lines: tuple[TrueLine, ...]
    true_zones: tuple[TrueZone, ...]


@dataclass(frozen=True, slots=True)
class ScoredScene:
    """Frames of detections, shown once or with several seeds.

    Attributes:
        name: what is shown, and how.
        role: whether rules may have been made for it.
        rate: frames a second.
        units_per_metre: of points, lines and zones.
        showings: one or more.
        view: what the source sees, where that has borders.
    """

    name: str
    role: Role
    rate: float
    units_per_metre: float
    showings: tuple[Shown, ...]
    view: View | None = None


@dataclass(frozen=True, slots=True)
class CountedLine:
    """What a counter says of one line; `gross` is None where it knows only one number."""

    net: Ways
    gross: Ways | None = None


@dataclass(frozen=True, slots=True)
class CountedZone:
    """What a counter says of one zone: its visits' lengths in seconds, and person-seconds."""

    dwells_s: tuple[float, ...]
    presence_s: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What one counter made of one showing.

    Attributes:
        lines: in the order of the lines.
        zones: in the order of the zones.
        coverage: the part of the time that it says it watched; None where it says nothing of it.
        cpu_ms: time of the processor, in ms a frame.
    """

    lines: tuple[CountedLine, ...]
    zones: tuple[CountedZone, ...] = field(default=())
    coverage: float | None = None
    cpu_ms: float = 0.0


def box_around(at_ms: int, points: Floats, units_per_metre: float) -> Frame:
    """Return people seen from straight above, each in a box half a metre wide."""
    reach = 0.25 * units_per_metre
    return Frame.around(at_ms, points, (reach, reach, reach, reach))


def feet_of(boxes: Floats, anchor: Literal["feet", "centre"] = "feet") -> Floats:
    """Return where people stand, shape (n, 2), by their boxes, shape (n, 4): left, top, right, bottom."""
    y = boxes[:, 3] if anchor == "feet" else boxes[:, [1, 3]].mean(axis=1)
    return np.column_stack((boxes[:, [0, 2]].mean(axis=1), y))
