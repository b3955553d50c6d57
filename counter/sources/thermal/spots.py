"""Warm spots of the size of people, and where on the floor they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from counter.errors import DeviceFileError
from counter.geometry import Point, View

Floats = NDArray[np.float64]

SHOULDERS_M: Final = 1.4
"""Height at which people are seen: most of their heat, from above, comes from head and shoulders."""
_BLUR_M: Final = 0.12
"""Width of the bell that joins the pixels of one person."""
_APART_M: Final = 0.45
"""Two spots nearer than this are one person."""
_AROUND_M: Final = 0.35
"""A person's middle is the middle of the heat so far around the warmest point."""
_MOST: Final = 20
_RIM_M: Final = 0.25


@dataclass(frozen=True, slots=True)
class Optics:
    """Where the pixels of an array look, at the height of shoulders.

    Attributes:
        x: shape (w,), metres from right below the array; `y`, shape (h,), likewise.
        blur_x: shape (w, w), joins neighbours along a row; `blur_y`, shape (h, h), along a column.
    """

    x: Floats
    y: Floats
    blur_x: Floats
    blur_y: Floats

    @classmethod
    def of(cls, shape: tuple[int, int], field_deg: tuple[float, float], height_m: float) -> Self:
        """Return the optics of an array of `shape` (rows, columns) that looks straight down from `height_m`."""
        x = places(shape[1], field_deg[0], height_m - SHOULDERS_M)
        y = places(shape[0], field_deg[1], height_m - SHOULDERS_M)
        return cls(x, y, _bell(x), _bell(y))

    @property
    def view(self) -> View:
        """What is seen, with the rim at which people come and go."""
        return View((self.x[0] + _RIM_M, self.y[0] + _RIM_M, self.x[-1] - _RIM_M, self.y[-1] - _RIM_M))

    def people(self, over: Floats, contrast_c: float) -> Floats:
        """Return where people stand, shape (n, 2), metres, by how much warmer than the backdrop pixels are."""
        smooth = self.blur_y @ over @ self.blur_x.T
        found: list[tuple[float, float]] = []
        while len(found) < _MOST:
            row, column = np.unravel_index(int(np.argmax(smooth)), smooth.shape)
            if smooth[row, column] < contrast_c:
                break
            found.append(self._middle(over, float(self.x[column]), float(self.y[row])))
            near = self._near(float(self.x[column]), float(self.y[row]), _APART_M)
            smooth = np.where(near, -np.inf, smooth)
        return np.array(found, dtype=np.float64).reshape(-1, 2)

    def _middle(self, over: Floats, x: float, y: float) -> tuple[float, float]:
        heat = np.where(self._near(x, y, _AROUND_M), np.maximum(over, 0.0), 0.0)
        whole = float(heat.sum())
        if whole <= 0:
            return x, y
        return float((heat.sum(axis=0) * self.x).sum()) / whole, float((heat.sum(axis=1) * self.y).sum()) / whole

    def _near(self, x: float, y: float, reach_m: float) -> NDArray[np.bool_]:
        return np.asarray((self.x - x)[None, :] ** 2 + (self.y - y)[:, None] ** 2 <= reach_m**2)


def check_seen(optics: Optics, corners: Sequence[tuple[str, Point]]) -> None:
    """Check that lines and zones are near enough to what is seen to be crossed in it. Raises DeviceFileError.

    Args:
        optics: of the array.
        corners: each with the name of its line or zone.
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
