"""Panasonic Grid-EYE AMG8833: 8 x 8 temperatures, ten times a second. By its reference specification.

Registers are 8 bits wide, two for a value, the lower byte first. Temperatures are 12-bit two's complement, 0.25 degrees
a step; the thermistor has a sign and a magnitude, 0.0625 degrees a step. The part has no identity that could be read:
what its registers say after a reset must do.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from counter.sources.parts.i2c import I2cPart

ADDRESS: Final = 0x69
"""0x68 with its pin AD_SELECT at ground."""
SHAPE: Final = (8, 8)
FRAMES_A_SECOND: Final = 10.0

_POWER: Final = 0x00
_RESET: Final = 0x01
_FRAME_RATE: Final = 0x02
_THERMISTOR: Final = 0x0E
_PIXELS: Final = 0x80
_NORMAL: Final = 0x00
_INITIAL_RESET: Final = 0x3F
_TEN_A_SECOND: Final = 0x00
_WAKE_S: Final = 0.05
_COLDEST_C: Final = -20.0
_HOTTEST_C: Final = 80.0
_SIGN_12: Final = 0x800
_SAME_S: Final = 30.0
"""Noise changes some pixel all the time: a picture that stays the same for so long is not a measurement."""


class Amg8833:
    """One sensor, awake."""

    def __init__(self, part: I2cPart) -> None:
        """Wake and reset it. Raises SensorError."""
        self._part = part
        for register, value in ((_POWER, _NORMAL), (_RESET, _INITIAL_RESET), (_FRAME_RATE, _TEN_A_SECOND)):
            part.write(bytes((register, value)))
            part.pause(_WAKE_S)
        power, rate = part.read(bytes((_POWER,)), 1)[0], part.read(bytes((_FRAME_RATE,)), 1)[0]
        if (power, rate) != (_NORMAL, _TEN_A_SECOND) or not _COLDEST_C <= self.thermistor_c() <= _HOTTEST_C:
            raise part.wrong(
                f"answers power {power:#04x}, frame rate {rate:#04x} and {self.thermistor_c():g} degrees of its own: "
                "it is not an AMG8833, or broken"
            )
        self._last = b""
        self._same = 0

    def next(self) -> NDArray[np.float64]:
        """Wait for the next picture and return it: shape (8, 8), degrees Celsius. Raises SensorError."""
        self._part.pause(1 / FRAMES_A_SECOND)
        data = self._part.read(bytes((_PIXELS,)), 128)
        self._same = self._same + 1 if data == self._last else 0
        self._last = data
        if self._same >= _SAME_S * FRAMES_A_SECOND:
            raise self._part.wrong(f"has brought the same picture for {_SAME_S:.0f} s")
        return temperatures(data)

    def close(self) -> None:
        """Let go of the bus. Safe to call twice."""
        self._part.bus.close()

    def thermistor_c(self) -> float:
        """Return the part's own temperature, degrees Celsius. Raises SensorError."""
        low, high = self._part.read(bytes((_THERMISTOR,)), 2)
        value = (high << 8 | low) & 0xFFF
        return (value & ~_SIGN_12) * (-0.0625 if value & _SIGN_12 else 0.0625)


def temperatures(data: bytes) -> NDArray[np.float64]:
    """Return what 128 bytes of pixels say: shape (8, 8), degrees Celsius."""
    raw = np.frombuffer(data, dtype="<u2").astype(np.int64) & 0xFFF
    return np.asarray(np.where(raw & _SIGN_12, raw - 2 * _SIGN_12, raw) * 0.25, dtype=np.float64).reshape(SHAPE)
