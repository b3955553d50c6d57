"""The last seconds of a camera shown over and over: the same pictures to the last bit, in the same order."""

import zlib
from collections import OrderedDict
from typing import Final

from counter.detectors.boxes import Image

_EVERY: Final = 8
"""Each eighth pixel of each eighth row is compared, or fewer of a large picture."""
_WIDE: Final = 96
_KEPT: Final = 4096
"""Pictures that are remembered, by a number of 32 bits each."""
_FEWEST: Final = 32
"""Pictures that differ and come again one after the other: fewer may be all that a still place shows."""
_BESIDE_MS: Final = 150
"""By so much the time between a picture and its repetition differs within a loop."""


class Replays:
    """Notices pictures that come again as they came before."""

    def __init__(self) -> None:
        """Begin without a picture."""
        self._seen_ms: OrderedDict[int, int] = OrderedDict()
        self._last = 0
        self._lag_ms: int | None = None
        self._again: set[int] = set()
        self._since_ms = 0

    def look(self, image: Image, at_ms: int) -> int | None:
        """Return since when only pictures have come that came before, in the same order, in ms; None while others do.

        Call it with every picture, shape (h, w, 3).
        """
        every = max(image.shape[1] // _WIDE, _EVERY)
        number = zlib.crc32(image[::every, ::every].tobytes())
        if number != self._last:
            self._follow(number, at_ms)
            self._seen_ms[number] = at_ms
            self._seen_ms.move_to_end(number)
            if len(self._seen_ms) > _KEPT:
                self._seen_ms.popitem(last=False)
        self._last = number
        return self._since_ms if len(self._again) >= _FEWEST else None

    def _follow(self, number: int, at_ms: int) -> None:
        before_ms = self._seen_ms.get(number)
        lag_ms = None if before_ms is None else at_ms - before_ms
        if lag_ms is None or self._lag_ms is None or abs(lag_ms - self._lag_ms) > _BESIDE_MS:
            self._lag_ms, self._since_ms = lag_ms, at_ms
            self._again.clear()
        if lag_ms is not None:
            self._again.add(number)
