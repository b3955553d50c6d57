"""How much grain the tiles of a living camera usually have, and over how many looks that can be judged."""

from collections import deque
from dataclasses import dataclass
from typing import Final

import numpy as np

from counter.detectors.boxes import Floats
from counter.sources.video.faults.grain import other_light

_ROWS: Final = 900
"""Looks that are remembered, one a second."""
WINDOWS: Final = (8, 16, 32, 60)
"""Looks over which grain is averaged. Most cameras have some in each picture. Encoders that are short of bits hold
what stands still, and renew it every few seconds: then it takes several of these."""
_WINDOWS: Final = 5
"""Windows that must have been seen before the newest one is judged by them."""
_STEADY: Final = 0.6
"""So much of the usual grain even a quiet window has, where it is long enough."""
_FEWEST: Final = 7
"""Looks before a window by which it can be judged, where grain is the same in each."""
_SAME: Final = 1.3
_QUIET: Final = 0.2
"""The usual grain of a tile is that of its quieter windows: people who pass add to it."""
_LOUD: Final = 3.0
"""More than so many times the grain of the whole picture, in a tile, is somebody who moves."""
_LEAST: Final = 0.02
"""Grey levels of grain that are too few to judge by."""
_DRIFT: Final = 0.002
"""By such a part brightness changes between two looks where the light changes: encoders then renew more than grain."""
_DARK: Final = 4.0
_UNSURE: Final = 0.5
"""The part of its grain that a tile surely has where light has just changed: cameras then filter noise otherwise."""


@dataclass(slots=True)
class Row:
    """One look: grain and brightness by tile."""

    at_ms: int
    grain: Floats
    level: Floats

    @property
    def quiet(self) -> float:
        """Grain of the picture, whoever moves in it."""
        return float(np.median(self.grain))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a living camera would show in a window of so many looks.

    Attributes:
        grain: the mean, by tile; 0 where nothing is known.
        peak: the most in one look, by tile.
        window: looks.
        same_light: whether it was seen in the light of now.
    """

    grain: Floats
    peak: Floats
    window: int
    same_light: bool


class UsualGrain:
    """Remembers the looks of a quarter of an hour."""

    def __init__(self) -> None:
        """Begin without any."""
        self._rows: deque[Row] = deque(maxlen=_ROWS)
        self._quiet: deque[float] = deque(maxlen=_ROWS)
        self._level: Floats | None = None

    def add(self, row: Row) -> bool:
        """Remember a look, without what moved in it; return False for one in which the light changed, and forget it."""
        before, self._level = self._level, row.level
        if before is not None and abs(np.median((row.level - before) / (before + _DARK))) > _DRIFT:
            return False
        kept = Row(row.at_ms, np.minimum(row.grain, _LOUD * (row.quiet + _LEAST)), row.level)
        self._rows.append(kept)
        self._quiet.append(kept.quiet)
        return True

    def take(self, looks: int) -> list[Row]:
        """Forget the newest looks, and return them in order."""
        taken = [self._rows.pop() for _ in range(min(looks, len(self._rows)))]
        for _ in taken:
            self._quiet.pop()
        return taken[::-1]

    def give_back(self, rows: list[Row]) -> None:
        """Remember looks that were forgotten, before those that came since."""
        since = self.take(len(rows))
        for row in [*rows, *since]:
            self._rows.append(row)
            self._quiet.append(row.quiet)

    def newest(self, looks: int) -> list[Row]:
        """Return the newest looks, in order."""
        return [self._rows[place] for place in range(max(len(self._rows) - looks, 0), len(self._rows))]

    def expected(self) -> Expected | None:
        """Return what is to be expected of the newest looks, by those before them; None where nothing is."""
        window = _window(np.array(self._quiet, dtype=np.float32))
        if window is None:
            return None
        before, level = list(self._rows)[:-window], self._rows[-1].level
        light = np.stack([row.level for row in before])
        alike = ~other_light(np.median(light, axis=1), np.median(level))
        known = alike if np.count_nonzero(alike) >= max(_FEWEST, min(window, len(before) // 2)) else np.ones_like(alike)
        rows = np.stack([row.grain for row in before])[known]
        dimmed = (level + 1) / (np.median(light[known], axis=0) + 1)
        sure = np.where(other_light(dimmed * 100, np.float32(100)), _UNSURE * dimmed.clip(max=1), 1)
        grain, peak = (sure * part for part in _of_quiet_windows(rows, window))
        same_light = bool((sure == 1).mean() > 1 - _UNSURE)
        return Expected(np.where(grain > _LEAST, grain, 0), peak, window, same_light)


def _window(quiet: Floats) -> int | None:
    """Return the fewest looks over which grain is steady."""
    first = WINDOWS[0]
    if len(quiet) < _WINDOWS * first:
        before = quiet[:-first]
        steady = len(before) >= _FEWEST and before.max() <= _SAME * max(before.min(), _LEAST)
        return first if steady else None
    for window in WINDOWS:
        if len(quiet) < _WINDOWS * window:
            return None
        sums = np.concatenate(([0.0], np.cumsum(quiet[:-window])))
        means = (sums[window:] - sums[:-window]) / window
        if np.quantile(means, 0.05) >= _STEADY * np.median(means) > 0:
            return window
    return None


def _of_quiet_windows(grain: Floats, window: int) -> tuple[Floats, Floats]:
    """Return the mean and the largest grain of each tile in its quieter windows."""
    blocks = len(grain) // window
    if blocks < 2:  # noqa: PLR2004 - one is no choice
        usual = np.median(grain, axis=0)
        return usual, usual
    parts = grain[-blocks * window :].reshape(blocks, window, -1)
    return np.quantile(parts.mean(axis=1), _QUIET, axis=0), np.quantile(parts.max(axis=1), _QUIET, axis=0)
