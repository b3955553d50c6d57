"""Melexis MLX90640: 32 x 24 temperatures. By its data sheet: addresses and words are 16 bits, the higher byte first.

Half of the pixels, a chess board's black or white ones, are measured at a time; the other half keeps its last values.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from counter.sources.parts.i2c import I2cPart
from counter.sources.parts.mlx90640_calibration import (
    MEMORY_WORDS,
    RAM_WORDS,
    SHAPE,
    Calibration,
    Words,
    chess,
    temperatures,
)

ADDRESS: Final = 0x33
FRAMES_A_SECOND: Final = 16.0
"""Halves of a picture."""

_MEMORY: Final = 0x2400
_RAM: Final = 0x0400
_STATUS: Final = 0x8000
_CONTROL: Final = 0x800D
_IDENTITY: Final = slice(7, 10)
_OTHER_PART: Final = 1 << 6
"""In word 10 of the memory: it is an MLX90641."""
_NEW_DATA: Final = 1 << 3
_TAKEN: Final = 0x0030
"""Written to the status: the data was read, and the part may replace it."""
_SUBPAGE: Final = 0b111
_RATE_BITS: Final = 0b111 << 7
_RATE_16: Final = 0b101 << 7
_CHESS: Final = 1 << 12
_RESOLUTION_LOW: Final = 10
_POLL_S: Final = 0.005
_LATE: Final = 20
"""So many times the time of a subpage without new data, and the part is silent."""


class Mlx90640:
    """One sensor, measuring."""

    def __init__(self, part: I2cPart) -> None:
        """Read its calibration and let it measure 16 subpages a second. Raises SensorError."""
        self._part = part
        memory = self._words(_MEMORY, MEMORY_WORDS)
        if len({*memory[_IDENTITY].tolist(), 0, 0xFFFF}) == 2 or memory[10] & _OTHER_PART:  # noqa: PLR2004 - nothing else
            raise part.wrong(
                f"has the identity {' '.join(f'{word:04x}' for word in memory[_IDENTITY].tolist())} and type "
                f"{int(memory[10]):#06x}: it is not an MLX90640, or its memory can't be read"
            )
        self._calibration = Calibration.of(memory)
        requested = (int(self._words(_CONTROL, 1)[0]) & ~_RATE_BITS) | _RATE_16 | _CHESS
        part.write(_CONTROL.to_bytes(2, "big") + requested.to_bytes(2, "big"))
        if (now := int(self._words(_CONTROL, 1)[0])) != requested:
            raise part.wrong(
                f"was set to control {requested:#06x} and answers {now:#06x}: it is not an MLX90640, or broken"
            )
        self._resolution = requested >> _RESOLUTION_LOW & 0b11
        self._picture = np.full(SHAPE, np.nan)

    def next(self) -> NDArray[np.float64]:
        """Wait for the next subpage; return the picture, shape (24, 32), degrees Celsius. Raises SensorError.

        In the first picture half of the pixels, and always those that failed, are nan.
        """
        tries = round(_LATE / FRAMES_A_SECOND / _POLL_S)
        self._part.until(self._has_new, tries, _POLL_S, "brought nothing new")
        ram = self._words(_RAM, RAM_WORDS)
        subpage = int(self._words(_STATUS, 1)[0]) & _SUBPAGE
        self._part.write(_STATUS.to_bytes(2, "big") + _TAKEN.to_bytes(2, "big"))
        if subpage > 1 or not ram.any():
            raise self._part.wrong(f"says that it measured subpage {subpage}, or brought only zeros")
        seen = temperatures(self._calibration, ram, subpage, self._resolution)
        fresh = chess(subpage) & ~self._calibration.failed
        self._picture = np.where(fresh, seen, self._picture)
        return self._picture

    def close(self) -> None:
        """Let go of the bus. Safe to call twice."""
        self._part.bus.close()

    def _has_new(self) -> bool:
        return bool(int(self._words(_STATUS, 1)[0]) & _NEW_DATA)

    def _words(self, address: int, count: int) -> Words:
        data = self._part.read(address.to_bytes(2, "big"), 2 * count)
        return np.frombuffer(data, dtype=">u2").astype(np.int64)
