"""How large people are at each place of a picture, learnt from those who were whole in it.

The picture's perspective makes people larger the lower they stand, or smaller, as the camera is tilted; and lets them
lean outwards at its sides, where the boxes around them are wider. What is kept is some sizes a part of the picture, of
nobody in particular, in memory alone.
"""

from typing import Final, Literal

import numpy as np

from counter.geometry import Bools, Floats

PERSON_M: Final = 1.7
"""Height of someone standing, in metres."""
_ABOVE_M: Final = 0.5
"""Width of a person seen from above, in metres."""
_SLENDER: Final = 0.4
"""Width of an upright person as a part of their height."""
_PARTS: Final = 4
"""Parts of the picture, so many to a person's height from top to bottom, of each of which the newest sizes are kept."""
_KEPT: Final = 12
_NEAR: Final = 0.025
"""So near to a border, as a part of the picture's side, boxes end that it cuts: on the recorded clip 2 to 12 of 432
pixels before it."""
_NEAR_PX: Final = 3.0
_AT_ONCE: Final = 8
"""What is learnt is taken in once there is an eighth of it more."""
_RIDGE: Final = 0.3
"""How much stands against people changing their size from place to place: as much as three who came far apart."""
_ROUNDS: Final = 4
_ODD: Final = 0.1
"""Sizes that are off by more than this part have less weight: who sits, two who are taken for one."""
_SPREAD: Final = 0.7
"""Nobody is smaller than this part of the smallest who were seen, or larger than the largest by as much."""


class BodySizes:
    """Sizes of people by where an edge of their box lies.

    Args:
        pixels_per_metre: as the device file says it.
        anchor: "feet" for a camera that sees people upright, "centre" for one that looks straight down.
    """

    def __init__(self, pixels_per_metre: float, anchor: Literal["feet", "centre"]) -> None:
        upright = anchor == "feet"
        self._usual = (PERSON_M if upright else _ABOVE_M) * pixels_per_metre
        self._usual_aspect = _SLENDER if upright else 1.0
        self._kept: dict[int, list[tuple[float, float, float, float, float]]] = {}
        self._added = 0
        self._aspects = np.array([self._usual_aspect, 0.0])
        self._fits = {edge: np.array([self._usual, 0.0]) for edge in (1, 3)}
        self._between = self._usual * _SPREAD, self._usual / _SPREAD

    def add(self, box: tuple[float, float, float, float], aside: float) -> None:
        """Learn from the box of somebody whole, in pixels, who stands so far `aside` of the picture's middle."""
        left, top, right, bottom = box
        part = self._kept.setdefault(int(top / self._usual * _PARTS), [])
        part.append((top, bottom, right - left, bottom - top, aside))
        del part[:-_KEPT]
        self._added += 1

    def heights(self, boxes: Floats, edge: Literal[1, 3]) -> Floats:
        """Return how high people are whose top (1) or bottom (3) edge is where that of `boxes`, (n, 4), is: (n,)."""
        self._fit()
        fit = self._fits[edge]
        expected = fit[0] + fit[1] * self._level(boxes[:, edge])
        return np.asarray(expected.clip(*self._between), dtype=np.float64)

    def aspect(self, aside: float) -> float:
        """Return how wide people are as a part of their height, so far `aside` of the picture's middle, in pixels."""
        self._fit()
        return float(max(self._aspects @ (1.0, aside / self._usual), self._aspects[0]))

    def _level(self, y: Floats) -> Floats:
        return np.asarray(y / self._usual, dtype=np.float64)

    def _fit(self) -> None:
        """Take in what was added since the last time."""
        known = sum(map(len, self._kept.values()))
        if self._added * _AT_ONCE < known or not known:
            return
        self._added = 0
        tops, bottoms, widths, heights, aside = np.array([one for part in self._kept.values() for one in part]).T
        self._aspects = _robust(
            self._level(np.append(aside, [0.0] * 2)),
            np.append(widths / heights, [self._usual_aspect] * 2),
            self._usual_aspect,
        )
        self._between = float(heights.min()) * _SPREAD, float(heights.max()) / _SPREAD
        usual = float(np.median(heights))
        for edge, places in ((1, tops), (3, bottoms)):
            self._fits[edge] = _robust(self._level(places), heights, usual)


def _robust(levels: Floats, sizes: Floats, usual: float) -> Floats:
    """Return the straight line through sizes by level, hardly bent by a few odd ones: its size at 0 and slope."""
    sides = np.column_stack((np.ones_like(levels), levels))
    against = np.diag((0.0, _RIDGE))
    weights = np.ones_like(levels)
    line = np.array([usual, 0.0])
    for _ in range(_ROUNDS):
        weighted = sides * weights[:, None]
        line = np.linalg.lstsq(weighted.T @ sides + against, weighted.T @ sizes, rcond=None)[0]
        off = np.abs(sides @ line - sizes) / usual
        weights = np.asarray(_ODD / np.maximum(off, _ODD))
    return np.asarray(line, dtype=np.float64)


def at_borders(boxes: Floats, size: tuple[int, int]) -> Bools:
    """Return which sides of boxes, shape (n, 4), the borders of a picture of `size` (width, height) cut: shape (n, 4).

    What is cut ends on the border or a little before it: a detector's numbers are no more exact than that.
    """
    width, height = size
    near_x, near_y = (max(_NEAR_PX, side * _NEAR) for side in size)
    ends = (boxes[:, 0] <= near_x, boxes[:, 1] <= near_y, boxes[:, 2] >= width - near_x, boxes[:, 3] >= height - near_y)
    return np.column_stack(ends)
