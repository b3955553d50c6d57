"""What a thermal array sees without people, learnt while it looks.

Three things change it: the whole picture drifts (sun, doors, the part warming up), single spots drift (floor heating),
and things get warm and stay so (a radiator). The first is taken out of each frame at once, the second is learnt within
a minute where nobody is, the third within `still_s`.
"""

from typing import Final

import numpy as np

from counter.geometry import Bools, Floats

LEARNING_S: Final = 3.0
"""The first seconds, of which the median is the backdrop: until then nobody is seen, and the time is missing."""
_FADE_S: Final = 60.0
_LOW_SHARE: Final = 0.3
"""This part of the pixels is taken as floor, however many people there are."""
_JUMP_S: Final = 5.0
"""Drift of the whole picture is slower than this."""


class ThermalBackdrop:
    """The temperatures of an empty place.

    Args:
        contrast_c: what is warmer than the backdrop by this is not a backdrop.
        frame_s: time between two frames, seconds.
        still_s: how soon what stays warm becomes a part of the backdrop, seconds.
    """

    def __init__(self, contrast_c: float, frame_s: float, still_s: float) -> None:
        self._contrast_c = contrast_c
        self._quick, self._slow = frame_s / _FADE_S, frame_s / still_s
        self._first: list[Floats] = []
        self._needed = max(round(LEARNING_S / frame_s), 3)
        self._mean: Floats | None = None
        self._drift_c = 0.0
        self._drift_part = min(frame_s / _JUMP_S, 1.0)
        self.is_filled = False
        """Whether something, a crowd or a lid, fills so much of the last picture that its floor wasn't seen."""

    def update(self, frame: Floats) -> Floats | None:
        """Return by how much each pixel of a frame is warmer than the backdrop, degrees; None while it is not known.

        Pixels without a reading (nan) are as warm as the backdrop.
        """
        if self._mean is None:
            self._learn(frame)
            return None
        over = np.nan_to_num(frame - self._mean, nan=0.0)
        shift = float(np.quantile(over, _LOW_SHARE))
        self.is_filled = abs(shift - self._drift_c) > self._contrast_c
        self._drift_c += self._drift_part * (shift - self._drift_c)
        over -= shift
        warm = _wider(over > self._contrast_c / 2)
        self._mean += np.where(warm, self._slow, self._quick) * over + self._quick * shift
        return over

    def _learn(self, frame: Floats) -> None:
        self._first.append(frame)
        if len(self._first) >= self._needed:
            known = np.nan_to_num(np.stack(self._first), nan=float(np.nanmedian(self._first[-1])))
            self._mean = np.median(known, axis=0)
            self._first = []


def _wider(mask: Bools) -> Bools:
    """Return a mask with the neighbours of its pixels in it."""
    padded = np.pad(mask, 1)
    return np.asarray(mask | padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:])
