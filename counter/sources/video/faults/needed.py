"""Which part of a picture lines and zones need: where they are, and some room around lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from counter.geometry import SHOULDERS_M, Geometry, Point, ZoneGeometry, growth

_BESIDE_M: Final = 0.75
"""So far on either side of a line people must be seen to be followed over it."""

_LEVELS_M: Final = (0.0, SHOULDERS_M / 2, SHOULDERS_M)


@dataclass(frozen=True, slots=True)
class NeededParts:
    """Lines and zones in a picture.

    Attributes:
        size: width and height of the picture, pixels.
        pixels_per_metre: where people are counted.
        corners: of each line and zone, each with the name of what it belongs to: "line ..." or "zone ...".
        camera_height_m: of a camera that looks straight down, metres: people there are seen further out than they
            stand, up to their shoulders. None: where they stand.
    """

    size: tuple[int, int]
    pixels_per_metre: float
    corners: Sequence[tuple[str, Point]]
    camera_height_m: float | None = None

    def masks(self, shape: tuple[int, int]) -> list[tuple[str, NDArray[np.bool_]]]:
        """Return what each line and zone, by its name, needs of a grid of `shape` (down, across) over the picture."""
        across, down = np.meshgrid(np.arange(shape[1]) + 0.5, np.arange(shape[0]) + 0.5)
        points = np.column_stack((across.ravel() / shape[1] * self.size[0], down.ravel() / shape[0] * self.size[1]))
        names = dict.fromkeys(name for name, _ in self.corners)
        stands = self._stands(points)
        needs = [(name, [self._needs(name, places) for places in stands]) for name in names]
        return [(name, np.logical_or.reduce(parts).reshape(shape)) for name, parts in needs]

    def _stands(self, points: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Return where on the floor people stand some level of whom is seen at points, shape (n, 2), for each level."""
        if self.camera_height_m is None:
            return [points]
        foot = np.array(self.size) / 2
        return [foot + (points - foot) / growth(self.camera_height_m, level_m) for level_m in _LEVELS_M]

    def shift_m(self, moved: NDArray[np.float64]) -> float:
        """Return by how many metres `moved` shifts what it shifts most.

        Args:
            moved: a shift of parts of the width, as a + b x + c y for both ways: shape (2, 3). x and y go from -1/2 to
                1/2 over the picture's width, and as much over so many pixels of its height.
        """
        points = (np.array([point for _, point in self.corners]) - np.array(self.size) / 2) / self.size[0]
        by = np.column_stack((np.ones(len(points)), points)) @ moved.T
        return float(np.hypot(*by.T).max(initial=0.0)) * self.size[0] / self.pixels_per_metre

    def _needs(self, name: str, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        corners = tuple(point for one, point in self.corners if one == name)
        if name.startswith("zone "):
            return _inside(corners, points)
        return _nearest(corners, points) <= _BESIDE_M * self.pixels_per_metre


def _inside(corners: tuple[Point, ...], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    zone = ZoneGeometry("needed", corners, 1, 0.0)
    return np.asarray(Geometry(zones=[zone]).relate(points, points).depths[0] > 0)


def _nearest(corners: tuple[Point, ...], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each point is from a line."""
    starts, ends = np.array(corners[:-1]), np.array(corners[1:])
    way = ends - starts
    along = ((points[:, None] - starts) * way).sum(axis=2) / (way**2).sum(axis=1)
    nearest = starts + along.clip(0, 1)[..., None] * way
    return np.asarray(np.hypot(*np.moveaxis(points[:, None] - nearest, 2, 0)).min(axis=1))
