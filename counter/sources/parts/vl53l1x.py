"""ST VL53L1X: the distance to what fills a zone of its field of view, by time of flight.

By its data sheet and the register map of ST's ultra lite driver (user manual UM2510): registers have 16-bit addresses,
values of several bytes begin with the highest. The field of view is 27 degrees across its 16 x 16 receivers; a zone of
8 x 16 of them sees one half. Zones are named by the number of the receiver in their middle.
"""

from dataclasses import dataclass
from typing import Final

from counter.sources.parts.i2c import I2cPart

ADDRESS: Final = 0x29
BUDGETS_MS: Final = (20, 33, 50)
FIRST_HALF: Final = 167
SECOND_HALF: Final = 231
"""Receivers in the middle of the two halves, 8 wide and 16 high."""

_MODEL_ID: Final = 0x010F
_MODEL: Final = 0xEACC
_BOOTED: Final = 0x00E5
_CONFIGURATION: Final = 0x002D
_VHV_LOOPS: Final = 0x0008
_VHV_START: Final = 0x000B
_READY: Final = 0x0031
_POLARITY: Final = 0x0030
_BUDGET_A: Final = 0x005E
_BUDGET_B: Final = 0x0061
_ROI_MIDDLE: Final = 0x007F
_ROI_SIZE: Final = 0x0080
_CLEAR: Final = 0x0086
_START: Final = 0x0087
_RESULT: Final = 0x0089
_STATUS_BITS: Final = 0x1F
_HALF_SIZE: Final = (16 - 1) << 4 | (8 - 1)
_MEASURED: Final = 9
"""The status of a good measurement; all the others say that nothing was measured, and why."""
_BOOT_TRIES: Final = 100
_POLL_S: Final = 0.002
_LATE: Final = 10
_SETTINGS: Final = bytes.fromhex(
    "00000001 02000208 00081001 01000000 00ff000f 00000000 00200b00 00020a21"
    "00000500 000000c8 000038ff 01000800 0001db0f 01f10d01 68008008 b8000000"
    "000f8900 00000000 0000010f 0d0e0e00 0002c7ff 9b000000 010100"
)
"""Registers 0x2D to 0x87 as ST wants them after a start, in long distance mode; the last one: do not measure yet."""
_BUDGETS: Final = {20: (0x001E, 0x0022), 33: (0x0060, 0x006E), 50: (0x00AD, 0x00C6)}
"""Registers A and B for a measurement of so many milliseconds in long distance mode."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One measurement.

    Attributes:
        distance_mm: to what fills the zone; None where nothing sent enough light back.
        status: as the part says it, for the log.
        ambient_kcps: light from elsewhere, thousands of photons a second and single detector.
    """

    distance_mm: int | None
    status: int
    ambient_kcps: float


class Vl53l1x:
    """One sensor, ready to measure."""

    def __init__(self, part: I2cPart, budget_ms: int) -> None:
        """Start it. `budget_ms` is one of BUDGETS_MS: the time of a measurement. Raises SensorError."""
        self._part = part
        self._budget_ms = budget_ms
        part.until(lambda: bool(self._read(_BOOTED, 1) & 1), _BOOT_TRIES, _POLL_S, "not started")
        if (model := self._read(_MODEL_ID, 2)) != _MODEL:
            raise part.wrong(f"says that it is {model:#06x}, and a VL53L1X says {_MODEL:#06x}: it is another part")
        part.write(_CONFIGURATION.to_bytes(2, "big") + _SETTINGS)
        self.ambient_kcps = 0.0
        self._ready_is = 0 if self._read(_POLARITY, 1) & 0x10 else 1
        self._measure()
        self._write(_VHV_LOOPS, 0x09, 1)
        self._write(_VHV_START, 0x00, 1)
        for register, value in zip((_BUDGET_A, _BUDGET_B), _BUDGETS[budget_ms], strict=True):
            self._write(register, value, 2)
        self._write(_ROI_SIZE, _HALF_SIZE, 1)

    def close(self) -> None:
        """Let go of the bus. Safe to call twice."""
        self._part.bus.close()

    def measure(self, zone: int) -> Reading:
        """Measure one half, FIRST_HALF or SECOND_HALF; waits for about its budget. Raises SensorError."""
        self._write(_ROI_MIDDLE, zone, 1)
        return self._measure()

    def distance_m(self, channel: int) -> float | None:
        """Measure the zone of a doorway's channel, 0 or 1; return metres, None without an echo. Raises SensorError."""
        distance_mm = self.measure((FIRST_HALF, SECOND_HALF)[channel]).distance_mm
        return None if distance_mm is None else distance_mm / 1000

    def _measure(self) -> Reading:
        self._write(_START, 0x40, 1)
        tries = round(_LATE * self._budget_ms / 1000 / _POLL_S)
        self._part.until(self._is_ready, tries, _POLL_S, "measured nothing")
        result = self._part.read(_RESULT.to_bytes(2, "big"), 17)
        self._write(_CLEAR, 0x01, 1)
        self._write(_START, 0x00, 1)
        status = result[0] & _STATUS_BITS
        # The rate has 7 bits after its point, in millions a second, and the number of detectors has 8.
        detectors = int.from_bytes(result[3:5], "big")
        self.ambient_kcps = 2000 * int.from_bytes(result[7:9], "big") / max(detectors, 1)
        distance_mm = int.from_bytes(result[13:15], "big") if status == _MEASURED else None
        return Reading(distance_mm, status, self.ambient_kcps)

    def _is_ready(self) -> bool:
        return self._read(_READY, 1) & 1 == self._ready_is

    def _read(self, register: int, count: int) -> int:
        return int.from_bytes(self._part.read(register.to_bytes(2, "big"), count), "big")

    def _write(self, register: int, value: int, count: int) -> None:
        self._part.write(register.to_bytes(2, "big") + value.to_bytes(count, "big"))
