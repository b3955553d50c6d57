"""Where the pixels of an array look; and warm spots of the size of people, which are those of counting version 2."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from counter.errors import DeviceFileError
from counter.geometry import Bools, Floats, Point, View
from counter.tracking.kalman import TrackingParameters

SHOULDERS_M: Final = 1.4
"""Height at which people are seen: most of their heat, from above, comes from head and shoulders."""
_BLUR_M: Final = 0.12
"""Width of the bell that joins the pixels of one person."""
_APART_M: Final = 0.45
"""Two warmest points nearer than this are one person."""
_SPLIT_M: Final = 0.4
"""And so are two middles: beside somebody who is off the middle of the picture, a shoulder is a spot of its own."""
_AROUND_M: Final = 0.35
"""A person's middle is the middle of the heat so far around the warmest point."""
_MOST: Final = 20
_RIM_M: Final = _APART_M
"""Who is so near to an outermost pixel may be taken for one with what is warm in it."""
SPOT_TRACKING: Final = TrackingParameters(max_coast_s=1.0)
"""Nothing hides people from above, and they are in the picture for two seconds: who is not seen for one has left it,
and would only be mixed up with who follows close behind."""
TRACKING: Final = TrackingParameters(max_coast_s=1.0, still_coast_s=2.0)
"""And so for those who seem to stand: at the rim of the picture somebody who leaves it does."""


@dataclass(frozen=True, slots=True)
class Optics:
    """Where the pixels of an array look, at the height of shoulders.

    Attributes:
        x: shape (w,), metres from right below the array; `y`, shape (h,), the same.
        blur_x: shape (w, w), joins neighbours along a row; `blur_y`, shape (h, h), along a column.
        height_m: of the array above the floor.
        by_shape: whether people are found by what they look like from there; else each warm spot is one, as before
            counting version 3.
    """

    x: Floats
    y: Floats
    blur_x: Floats
    blur_y: Floats
    height_m: float
    by_shape: bool = True

    @classmethod
    def of(
        cls, shape: tuple[int, int], field_deg: tuple[float, float], height_m: float, *, by_shape: bool = True
    ) -> Self:
        """Return the optics of an array of `shape` (rows, columns) that looks straight down from `height_m`."""
        x = places(shape[1], field_deg[0], height_m - SHOULDERS_M)
        y = places(shape[0], field_deg[1], height_m - SHOULDERS_M)
        return cls(x, y, _bell(x), _bell(y), height_m, by_shape)

    @property
    def seen(self) -> tuple[float, float, float, float]:
        """Where the picture ends: low x, low y, high x, high y."""
        edges = [float(at[-1] + (at[-1] - at[-2]) / 2) for at in (self.x, self.y)]
        return -edges[0], -edges[1], edges[0], edges[1]

    @property
    def view(self) -> View:
        """What is seen, with the rim at which people come and go."""
        (low_x, high_x), (low_y, high_y) = _inner(self.x), _inner(self.y)
        (first_x, last_x), (first_y, last_y) = _found(self.x), _found(self.y)
        return View((low_x, low_y, high_x, high_y), (first_x, first_y, last_x, last_y))

    def spots(self, over: Floats, contrast_c: float) -> Floats:
        """Return where people stand, shape (n, 2), metres, by how much warmer than the backdrop pixels are.

        What is warmest in an outermost pixel is nobody yet, or no longer: of who is there only legs or an arm may be in
        the picture, and these swing to and fro where the person walks on.
        """
        smooth = self.blur_y @ over @ self.blur_x.T
        found: list[tuple[float, float]] = []
        for _ in range(_MOST):
            row, column = (int(place) for place in np.unravel_index(int(np.argmax(smooth)), smooth.shape))
            if smooth[row, column] < contrast_c:
                break
            x, y = float(self.x[column]), float(self.y[row])
            if 0 < row < len(self.y) - 1 and 0 < column < len(self.x) - 1:
                middle = self._middle(over, x, y)
                if all(np.hypot(middle[0] - a, middle[1] - b) >= _SPLIT_M for a, b in found):
                    found.append(middle)
            smooth = np.where(self._near(x, y, _APART_M), -np.inf, smooth)
        return np.array(found, dtype=np.float64).reshape(-1, 2)

    def _middle(self, over: Floats, x: float, y: float) -> tuple[float, float]:
        heat = np.where(self._near(x, y, _AROUND_M), np.maximum(over, 0.0), 0.0)
        whole = float(heat.sum())
        if whole <= 0:
            return x, y
        return float((heat.sum(axis=0) * self.x).sum()) / whole, float((heat.sum(axis=1) * self.y).sum()) / whole

    def _near(self, x: float, y: float, reach_m: float) -> Bools:
        return np.asarray((self.x - x)[None, :] ** 2 + (self.y - y)[:, None] ** 2 <= reach_m**2)


def _inner(at_m: Floats) -> tuple[float, float]:
    """Return between which places somebody is in the middle of a row: not where they are first and last seen."""
    return max(float(at_m[0]) + _RIM_M, float(at_m[1])), min(float(at_m[-1]) - _RIM_M, float(at_m[-2]))


def _found(at_m: Floats) -> tuple[float, float]:
    """Return between which places somebody is found: the warmest of them must not be in an outermost pixel."""
    return float(at_m[0] + at_m[1]) / 2, float(at_m[-2] + at_m[-1]) / 2


def check_seen(optics: Optics, corners: Sequence[tuple[str, Point]]) -> None:
    """Check that lines and zones, whose corners are named after them, are near enough to what is seen to be crossed.

    Raises DeviceFileError.
    """
    names = dict.fromkeys(name for name, _ in corners)
    low_x, low_y, high_x, high_y = optics.x[0], optics.y[0], optics.x[-1], optics.y[-1]
    by_name = {name: [point for other, point in corners if other == name] for name in names}
    wrong = [
        f"{name}: it lies beside what the array sees at the height of shoulders, x {low_x:.1f} to {high_x:.1f} and y "
        f"{low_y:.1f} to {high_y:.1f} metres"
        for name, points in by_name.items()
        if max(x for x, _ in points) < low_x
        or min(x for x, _ in points) > high_x
        or max(y for _, y in points) < low_y
        or min(y for _, y in points) > high_y
    ]
    if wrong:
        raise DeviceFileError("\n  ".join(wrong))


def places(count: int, field_deg: float, depth_m: float) -> Floats:
    """Return where the middles of `count` pixels of a row look, metres from the middle, `depth_m` below the array."""
    angles = np.deg2rad(field_deg) * ((np.arange(count) + 0.5) / count - 0.5)
    return np.asarray(depth_m * np.tan(angles))


def _bell(at_m: Floats) -> Floats:
    weights = np.exp(-0.5 * ((at_m[:, None] - at_m[None, :]) / _BLUR_M) ** 2)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))
