"""A door's leaf below a ranger: its upper edge, and its faces as far as they are in view."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from counter.geometry import Floats

_GAP_M: Final = 0.01
_NEARLY: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf at one moment, in the doorway's coordinates: across and ahead, metres, the ranger at 0, 0.

    Attributes:
        hinge: where it turns: across, ahead.
        angle: where it points from the hinge, radians from the way across towards ahead.
        width_m: from the hinge to its free edge; `top_m` the height of its upper edge; `thick_m` how thick it is.
    """

    hinge: tuple[float, float]
    angle: float
    width_m: float = 0.9
    top_m: float = 2.04
    thick_m: float = 0.04

    def tops(self, height_m: float, x: Floats, y: Floats) -> Floats:
        """Return how high above the floor rays from `height_m` above 0, 0 meet it; 0 where they don't.

        A ray goes `x`, shape (w,), metres across and `y`, shape (h,), ahead for each metre down: shape (h, w).
        """
        along, off = self._own(height_m - self.top_m, x, y)
        on_edge = (along >= 0) & (along <= self.width_m) & (abs(off) <= self.thick_m / 2)
        return np.where(on_edge, self.top_m, self._face(height_m, x, y))

    def _face(self, height_m: float, x: Floats, y: Floats) -> Floats:
        """Return how high above the floor rays meet the middle plane of the leaf."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        slope = x[None, :] * -sin + y[:, None] * cos
        offset = self.hinge[0] * -sin + self.hinge[1] * cos
        depth_m = offset / np.where(abs(slope) < _NEARLY, np.inf, slope)
        along = depth_m * (x[None, :] * cos + y[:, None] * sin) - (self.hinge[0] * cos + self.hinge[1] * sin)
        high_m = height_m - depth_m
        met = (depth_m > 0) & (high_m <= self.top_m) & (high_m >= _GAP_M) & (along >= 0) & (along <= self.width_m)
        return np.where(met, high_m, 0.0)

    def _own(self, depth_m: float, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Return where rays are at a depth, along the leaf from its hinge, and off it."""
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        across, ahead = depth_m * x[None, :] - self.hinge[0], depth_m * y[:, None] - self.hinge[1]
        return across * cos + ahead * sin, ahead * cos - across * sin
