"""Whether people below a camera hide each other so much that some of them can't be seen.

Below a low camera people lean far outwards, over those behind them. How far is known from its height; how many they are
can't be told from what they cover, for that reason. So it is judged by the part of the floor around that is covered.
"""

from typing import Final

import cv2
import numpy as np

from counter.detectors.backdrop import Mask

_AROUND_M: Final = 2.5
"""So wide and so high is the square in which people are close, in metres at their shoulders."""
_LIMITS: Final = ((0.61, 0.5), (1.13, 0.2), (1.89, 0.155))
"""How far people lean, and the part of such a square that is covered from which on they are miscounted: below cameras
at 4.5, 3.2 and 2.6 m (`python -m bench.crowds_from_above`)."""


class HidingCrowd:
    """Judges one picture after another.

    Args:
        lean: how far somebody leans, from feet to head, as a part of how far they stand from the camera's foot.
        cells_per_metre: at their shoulders.
    """

    def __init__(self, lean: float, cells_per_metre: float) -> None:
        self._most = float(np.interp(lean, *np.array(_LIMITS).T))
        self._side = max(round(_AROUND_M * cells_per_metre), 1)

    def hides(self, people: Mask) -> bool:
        """Return whether people, by the cells that they cover, hide others."""
        if np.count_nonzero(people) <= self._most * self._side * min(self._side, *people.shape):
            return False
        return self.covered(people) > self._most

    def covered(self, people: Mask) -> float:
        """Return how much of the square is covered in which most is, 0..1."""
        down, across = (min(self._side, side) for side in people.shape)
        around = cv2.blur(people.astype(np.float32), (across, down), borderType=cv2.BORDER_CONSTANT)
        return float(around.max())
