"""People as a sensor in a doorway meets them: parts with width, depth and height, that move with their steps.

Coordinates are the doorway's own, in metres: `across` runs from one side of the doorway to the other, `ahead` on the
way forward, with 0 between the two sides; heights are above the floor. Everybody is taken to walk along `ahead`.
"""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from counter.geometry import Bools, Floats, Ints

_STRIDE_M: Final = 1.4
"""Way of two steps: the left foot comes down again so much further on."""
_HEADS_M: Final = 1.0
"""What begins at this height or above, in a body of the usual height, is a head."""
_HAIR: Final = 1.5
"""Hair is so many times as much warmer than the floor as clothes."""


class Build(enum.IntEnum):
    """What walks."""

    ADULT = 0
    CHILD = 1
    PRAM = 2
    """A pram with the adult who pushes it, who stands at the point."""
    DOG = 3


@dataclass(frozen=True, slots=True)
class Parts:
    """n pieces of bodies, each an ellipse as seen from above, from one height to another.

    Attributes:
        across: shape (n,), middle; `ahead` the same.
        half_across: shape (n,), half of its width; `half_ahead` half of its depth.
        low: shape (n,), height of its lower end; `high` of its upper end.
        warm: shape (n,), how many times as much warmer than the floor as clothes usually are.
    """

    across: Floats
    ahead: Floats
    half_across: Floats
    half_ahead: Floats
    low: Floats
    high: Floats
    warm: Floats

    def only(self, chosen: Bools) -> Self:
        """Return the chosen parts."""
        return type(self)(
            self.across[chosen],
            self.ahead[chosen],
            self.half_across[chosen],
            self.half_ahead[chosen],
            self.low[chosen],
            self.high[chosen],
            self.warm[chosen],
        )

    def rays_that_meet(self, height_m: float, x: Floats, y: Floats) -> Iterator[tuple[int, Bools]]:
        """Yield each part, the lowest first, with which rays from `height_m` above 0, 0 meet its upper end.

        A ray goes `x`, shape (w,), metres across and `y`, shape (h,), ahead for each metre down: shape (h, w).
        """
        for part in np.argsort(self.high).tolist():
            if (depth_m := height_m - self.high[part]) > 0:
                inside_x = ((depth_m * x - self.across[part]) / self.half_across[part]) ** 2
                inside_y = ((depth_m * y - self.ahead[part]) / self.half_ahead[part]) ** 2
                yield part, inside_y[:, None] + inside_x[None, :] <= 1

    def rays_stopped_by(self, height_m: float, x: Floats, y: Floats) -> Iterator[tuple[int, slice, slice, Bools]]:
        """Yield each part, the lowest first, with which rays from `height_m` above 0, 0 meet its top or its sides.

        Args:
            height_m: from where the rays come, above the floor.
            x: shape (w,), rising: metres across for each metre down.
            y: shape (h,), the same ahead.

        Yields:
            The part, rows and columns in which it may be, and which of these rays meet it.
        """
        for part in np.argsort(self.high).tolist():
            depths = height_m - self.high[part], height_m - self.low[part]
            if depths[0] <= 0:
                continue
            columns = _within(x, self.across[part], self.half_across[part], depths)
            rows = _within(y, self.ahead[part], self.half_ahead[part], depths)
            at_x = (depths[0] * x[columns] - self.across[part]) / self.half_across[part]
            at_y = (depths[0] * y[rows] - self.ahead[part])[:, None] / self.half_ahead[part]
            down_x = (depths[1] - depths[0]) * x[columns] / self.half_across[part]
            down_y = (depths[1] - depths[0]) * y[rows][:, None] / self.half_ahead[part]
            length_2 = np.maximum(down_x**2 + down_y**2, np.finfo(np.float64).tiny)
            nearest = np.clip(-(at_x * down_x + at_y * down_y) / length_2, 0.0, 1.0)
            yield part, rows, columns, (at_x + nearest * down_x) ** 2 + (at_y + nearest * down_y) ** 2 <= 1


def _within(rays: Floats, middle: float, half: float, depths: tuple[float, float]) -> slice:
    """Return which of the rays, metres aside for each metre down, may meet what is so wide, between two depths."""
    ends = [(middle + side * half) / depth for side in (-1, 1) for depth in depths]
    return slice(int(np.searchsorted(rays, min(ends))), int(np.searchsorted(rays, max(ends), "right")))


# One row a part: across, ahead, half across, half ahead, low, high, and how far it swings with the steps to the front.
# An adult of 1.72 m and 0.62 m with arms; a child of 1.2 m; a pram with its hood up; a dog with its back at 0.6 m.
_ADULT: Final = (
    (0.0, 0.0, 0.08, 0.10, 1.48, 1.72, 0.0),
    (0.0, 0.0, 0.22, 0.12, 0.85, 1.48, 0.0),
    (-0.26, 0.0, 0.05, 0.05, 0.75, 1.40, 0.12),
    (0.26, 0.0, 0.05, 0.05, 0.75, 1.40, -0.12),
    (-0.10, 0.0, 0.08, 0.08, 0.45, 0.85, -0.15),
    (0.10, 0.0, 0.08, 0.08, 0.45, 0.85, 0.15),
    (-0.10, 0.0, 0.06, 0.08, 0.0, 0.45, -0.30),
    (0.10, 0.0, 0.06, 0.08, 0.0, 0.45, 0.30),
)
_CHILD: Final = (
    (0.0, 0.0, 0.07, 0.09, 1.0, 1.20, 0.0),
    (0.0, 0.0, 0.14, 0.09, 0.60, 1.0, 0.0),
    (-0.07, 0.0, 0.05, 0.06, 0.0, 0.60, -0.18),
    (0.07, 0.0, 0.05, 0.06, 0.0, 0.60, 0.18),
)
_PRAM: Final = (
    *_ADULT[:2],
    *_ADULT[4:],
    (-0.2, 0.25, 0.04, 0.25, 0.95, 1.10, 0.0),
    (0.2, 0.25, 0.04, 0.25, 0.95, 1.10, 0.0),
    (0.0, 0.85, 0.25, 0.40, 0.35, 1.05, 0.0),
)
_DOG: Final = (
    (0.0, 0.0, 0.12, 0.35, 0.3, 0.6, 0.0),
    (0.0, 0.45, 0.08, 0.12, 0.4, 0.7, 0.0),
)
_BUILDS: Final = {
    Build.ADULT: np.array(_ADULT),
    Build.CHILD: np.array(_CHILD),
    Build.PRAM: np.array(_PRAM),
    Build.DOG: np.array(_DOG),
}


@dataclass(frozen=True, slots=True)
class Appearance:
    """How somebody differs from others of the same build.

    Attributes:
        tall: how many times as large in every way.
        head: how many times as warm as usual the head is; a hat makes it less.
        clothes: the same of all else.
    """

    tall: float = 1.0
    head: float = 1.0
    clothes: float = 1.0


USUAL: Final = Appearance()


def parts(
    points: Floats, builds: Ints | None = None, backward: Bools | None = None, looks: Sequence[Appearance] = ()
) -> Parts:
    """Return the parts of n bodies.

    Args:
        points: shape (n, 2), where they are: across, ahead.
        builds: shape (n,), a Build each; adults where nothing is said.
        backward: shape (n,), who walks against `ahead`; nobody where nothing is said. It matters for prams and dogs.
        looks: of each body, in their order; the usual ones where nothing is said.
    """
    builds = np.zeros(len(points), dtype=np.int64) if builds is None else builds
    way = np.ones(len(points)) if backward is None else np.where(backward, -1.0, 1.0)
    own = np.array([(one.tall, one.head, one.clothes) for one in looks or [USUAL] * len(points)]).reshape(-1, 3)
    chosen = [(build, builds == build) for build in np.unique(builds)]
    made = [_of(_BUILDS[Build(build)], points[which], way[which], own[which]) for build, which in chosen]
    return Parts(*np.concatenate([np.empty((0, 7)), *made]).T)


def _of(template: Floats, points: Floats, way: Floats, looks: Floats) -> Floats:
    """Return the parts of bodies of one build, one row a part: the seven columns of Parts."""
    step = np.sin(2 * np.pi * points[:, 1] / _STRIDE_M)
    tall = looks[:, :1]
    across = points[:, :1] + tall * template[:, 0]
    ahead = points[:, 1:] + tall * (way[:, None] * template[:, 1] + step[:, None] * template[:, 6])
    sizes = tall[..., None] * template[:, 2:6]
    warm = np.where(template[:, 4] >= _HEADS_M, _HAIR * looks[:, 1:2], looks[:, 2:3])
    columns = (across[..., None], ahead[..., None], sizes, warm[..., None])
    return np.concatenate(columns, axis=2).reshape(-1, 7)


@dataclass(frozen=True, slots=True)
class Beams:
    """Two light beams across a doorway.

    Attributes:
        width_m: of the doorway.
        gap_m: between the beams.
        height_m: above the floor.
    """

    width_m: float
    gap_m: float
    height_m: float

    def taken(self, bodies: Parts) -> tuple[bool, bool]:
        """Return which of the beams, first and second on the way forward, something stands in."""
        reached = (bodies.low <= self.height_m) & (bodies.high > self.height_m)
        reached &= abs(bodies.across - self.width_m / 2) <= self.width_m / 2 + bodies.half_across
        return (
            bool((reached & (abs(bodies.ahead + self.gap_m / 2) <= bodies.half_ahead)).any()),
            bool((reached & (abs(bodies.ahead - self.gap_m / 2) <= bodies.half_ahead)).any()),
        )
