"""Panasonic Grid-EYE AMG8833: 8 x 8 temperatures, ten times a second.

Adafruit's driver starts and reads it. Ours is what shows that something is wrong: the part has no identity that could
be read, so what its registers say after a reset must do; and a picture that never changes is not a measurement.
"""

from typing import Final

import numpy as np
from adafruit_amg88xx import AMG88XX
from numpy.typing import NDArray

from counter.sources.parts.circuitpython import CircuitPythonBus
from counter.sources.parts.i2c import I2cPart

SHAPE: Final = (8, 8)
FRAMES_A_SECOND: Final = 10.0

_POWER: Final = 0x00
_FRAME_RATE: Final = 0x02
_NORMAL: Final = 0x00
_TEN_A_SECOND: Final = 0x00
_WAKE_S: Final = 0.05
_COLDEST_C: Final = -20.0
_HOTTEST_C: Final = 80.0
_SAME_S: Final = 30.0
"""Noise changes some pixel all the time: a picture that stays the same for so long is not a measurement."""
_TRANSFERS: Final = 100
"""A picture takes 64 of them, a start fewer."""


class Amg8833:
    """One sensor, awake."""

    def __init__(self, part: I2cPart) -> None:
        """Wake and reset it. Raises SensorError."""
        self._part = part
        self._bus = CircuitPythonBus(part, _TRANSFERS, "takes too long")
        self._driver = AMG88XX(self._bus, part.address)
        part.pause(_WAKE_S)
        power, rate = part.read(bytes((_POWER,)), 1)[0], part.read(bytes((_FRAME_RATE,)), 1)[0]
        if (power, rate) != (_NORMAL, _TEN_A_SECOND) or not _COLDEST_C <= self.thermistor_c() <= _HOTTEST_C:
            raise part.wrong(
                f"answers power {power:#04x}, frame rate {rate:#04x} and {self.thermistor_c():g} degrees of its own: "
                "it is not an AMG8833, or broken"
            )
        self._last = np.full(SHAPE, np.nan)
        self._same = 0

    def next(self) -> NDArray[np.float64]:
        """Wait for the next picture and return it: shape (8, 8), degrees Celsius. Raises SensorError."""
        self._part.pause(1 / FRAMES_A_SECOND)
        self._bus.transfers = _TRANSFERS
        picture = np.array(self._driver.pixels, dtype=np.float64)
        self._same = self._same + 1 if np.array_equal(picture, self._last) else 0
        self._last = picture
        if self._same >= _SAME_S * FRAMES_A_SECOND:
            raise self._part.wrong(f"has brought the same picture for {_SAME_S:.0f} s")
        return picture

    def close(self) -> None:
        """Let go of the bus. Safe to call twice."""
        self._part.bus.close()

    def thermistor_c(self) -> float:
        """Return the part's own temperature, degrees Celsius. Raises SensorError."""
        return float(self._driver.temperature)
