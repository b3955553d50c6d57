"""Whether a thermal picture could show people at all: by the floor's temperature, its noise, and what is missing in it.

Hair and clothes are between the temperature of the air and that of skin: over a floor of 20 degrees they are some 5 to
7 degrees warmer, over one of 28 two or three, and over one of 34 nobody is seen. So the floor tells how warm people can
be, before any has come.
"""

from dataclasses import dataclass, field
from statistics import median
from typing import Final

import numpy as np

from core import wire
from counter.geometry import Floats

SKIN_C: Final = 34.0
"""A floor as warm as this has no contrast to people."""
USUAL_C: Final = 20.0
"""Floor over which the benches have people as warm as they usually are."""
LEAST_SHARE: Final = 0.4
"""Part of their usual warmth with which people are still counted, at a contrast_c of 1.2 (bench.sensors limits)."""
NOISE: Final = 0.6
"""Part of `contrast_c` that pixels may be noisy by: at 0.67 an 8 x 8 array counts wrong (bench.sensors limits)."""
_CONTRAST_C: Final = 1.2
_BACK_C: Final = 0.5
"""A floor must be colder by so much than what was too warm."""
_SETTLES_S: Final = 10.0
_STEPS: Final = 50
_BACK: Final = 2
_OF_MIDDLE_HALF: Final = 0.524
"""Standard deviation of a pixel, by the width of the middle half of differences of two: who walks changes fewer."""
_COLDEST_C, _HOTTEST_C = -60.0, 400.0
_UNREADABLE: Final = 0.25
"""Part of a picture that may lack a reading."""
_UNREADABLE_PICTURES: Final = 3
"""The first picture of an array that measures half of its pixels at a time lacks the other half."""
_FROZEN_S: Final = 1.0
_FROZEN_PICTURES: Final = 5
"""Noise changes some pixel all the time: a picture that comes so often and for so long is not a measurement."""


def warmest_floor_c(contrast_c: float) -> float:
    """Return how warm a floor may be, degrees Celsius, and people still stand out by `contrast_c`."""
    return SKIN_C - LEAST_SHARE * contrast_c / _CONTRAST_C * (SKIN_C - USUAL_C)


def noise_of(step: Floats) -> float:
    """Return the standard deviation of a pixel by the difference of two pictures, any shape, nan where unknown."""
    low, high = np.nanquantile(step, (0.25, 0.75))
    return float(high - low) * _OF_MIDDLE_HALF


@dataclass(frozen=True, slots=True)
class Blindness:
    """Why nobody could be seen in a picture.

    Attributes:
        flag: what it is.
        before_s: for how long before the picture it was so already.
    """

    flag: wire.Flag
    before_s: float = 0.0


@dataclass(slots=True)
class PictureJudge:
    """Judges pictures of one array. Keeps the last two of them, and sums.

    Attributes:
        contrast_c: how much warmer than the floor somebody is, at least.
        frame_s: time between two pictures.
    """

    contrast_c: float
    frame_s: float
    _before: list[Floats] = field(default_factory=list)
    _floor_c: float | None = None
    _steps_c: list[float] = field(default_factory=list)
    _same: int = 0
    _unreadable: int = 0
    _is_warm: bool = False

    def readable(self, picture: Floats) -> Floats | None:
        """Return a picture with nan where a temperature can't be one; None where too few are left."""
        is_known = np.isfinite(picture)
        is_known[is_known] = (picture[is_known] > _COLDEST_C) & (picture[is_known] < _HOTTEST_C)
        return np.where(is_known, picture, np.nan) if (~is_known).mean() <= _UNREADABLE else None

    def judge(self, picture: Floats | None) -> Blindness | None:
        """Return why nobody could be seen in a `readable` picture; None where somebody could."""
        if picture is None:
            self._unreadable += 1
            return Blindness(wire.Flag.BLOCKED) if self._unreadable >= _UNREADABLE_PICTURES else None
        self._unreadable = 0
        self._measure(picture)
        if self._same >= max(_FROZEN_PICTURES, _FROZEN_S / self.frame_s):
            return Blindness(wire.Flag.FROZEN, self._same * self.frame_s)
        if self._is_warm or self.noise_c > NOISE * self.contrast_c:
            return Blindness(wire.Flag.LOW_CONTRAST)
        return None

    @property
    def noise_c(self) -> float:
        """Standard deviation of a pixel, degrees; 0 while it is not known."""
        return median(self._steps_c) if len(self._steps_c) >= _STEPS // 2 else 0.0

    def _measure(self, picture: Floats) -> None:
        is_same = bool(self._before) and np.array_equal(picture, self._before[-1], equal_nan=True)
        self._same = self._same + 1 if is_same else 0
        floor_c = float(np.nanmedian(picture))
        part = min(self.frame_s / _SETTLES_S, 1.0)
        self._floor_c = floor_c if self._floor_c is None else self._floor_c + part * (floor_c - self._floor_c)
        self._is_warm = self._floor_c > warmest_floor_c(self.contrast_c) - (_BACK_C if self._is_warm else 0.0)
        # Some arrays measure half of their pixels at a time, so that only the picture before the last one is all other.
        if len(self._before) == _BACK and np.isfinite(step := picture - self._before[0]).any():
            self._steps_c = [*self._steps_c, noise_of(step)][-_STEPS:]
        self._before = [*self._before, picture.copy()][-_BACK:]
