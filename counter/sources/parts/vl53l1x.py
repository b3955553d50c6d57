"""ST VL53L1X: the distance to what fills a zone of its field of view, by time of flight.

Adafruit's driver starts it and sets its zone and timing. Ours is what a doorway needs beside: whether it is such a part
at all, waits that end, measurements without an echo, and the light from elsewhere. By the data sheet and the register
map of ST's ultra lite driver (user manual UM2510): registers have 16-bit addresses, values of several bytes begin with
the highest. The field of view is 27 degrees across its 16 x 16 receivers; a zone of 8 x 16 of them sees one half. Zones
are named by the number of the receiver in their middle.
"""

from typing import Final

from adafruit_vl53l1x import VL53L1X

from counter.sources.parts.circuitpython import CircuitPythonBus
from counter.sources.parts.i2c import I2cPart

ADDRESS: Final = 0x29
FIRST_HALF: Final = 167
SECOND_HALF: Final = 231
"""Receivers in the middle of the two halves, 8 wide and 16 high."""

_MODEL_ID: Final = 0x010F
_MODEL: Final = 0xEACC
_BOOTED: Final = 0x00E5
_RESULT: Final = 0x0089
_STATUS_BITS: Final = 0x1F
_MEASURED: Final = 9
"""The status of a good measurement; all the others say that nothing was measured, and why."""
_BOOT_TRIES: Final = 100
_POLL_S: Final = 0.002
_LATE: Final = 10
_START_TRANSFERS: Final = 400
"""Usually some fifty; the driver asks for its first measurement four transfers each 10 ms, so that this is a second."""
_MEASURE_TRANSFERS: Final = 1_000
_SAME: Final = 20
"""Light is never the same to the last bit: a result that comes so many times in a row was not measured."""


class Vl53l1x:
    """One sensor, ready to measure.

    Attributes:
        ambient_kcps: light from elsewhere in the last measurement, thousands of photons a second and single detector.
    """

    def __init__(self, part: I2cPart, budget_ms: int) -> None:
        """Start it. `budget_ms` is the time of a measurement: 20, 33 or 50. Raises SensorError."""
        self._part = part
        self._budget_ms = budget_ms
        self.ambient_kcps = 0.0
        part.until(lambda: bool(self._read(_BOOTED, 1) & 1), _BOOT_TRIES, _POLL_S, "not started")
        if (model := self._read(_MODEL_ID, 2)) != _MODEL:
            raise part.wrong(f"says that it is {model:#06x}, and a VL53L1X says {_MODEL:#06x}: it is another part")
        self._bus = CircuitPythonBus(part, _START_TRANSFERS, "has measured nothing for 1 s")
        try:
            self._driver = VL53L1X(self._bus, part.address)
            self._driver.timing_budget = budget_ms
        except RuntimeError as error:
            raise part.wrong(f"can't be started: {error}") from error
        self._driver.roi_xy = (8, 16)
        self._results = [b"", b""]
        self._same = [0, 0]

    def close(self) -> None:
        """Let go of the bus. Safe to call twice."""
        self._part.bus.close()

    def distance_m(self, channel: int) -> float | None:
        """Measure the zone of a doorway's channel, 0 or 1; waits for about its budget.

        Returns metres to what fills the zone; None where nothing sent enough light back. Raises SensorError.
        """
        self._bus.transfers = _MEASURE_TRANSFERS
        self._driver.roi_center = (FIRST_HALF, SECOND_HALF)[channel]
        self._driver.start_ranging()
        tries = round(_LATE * self._budget_ms / 1000 / _POLL_S)
        self._part.until(lambda: bool(self._driver.data_ready), tries, _POLL_S, "measured nothing")
        result = self._part.read(_RESULT.to_bytes(2, "big"), 17)
        self._driver.clear_interrupt()
        self._driver.stop_ranging()
        self._check_alive(channel, result)
        # The rate has 7 bits after its point, in millions a second, and the number of detectors has 8.
        detectors = int.from_bytes(result[3:5], "big")
        self.ambient_kcps = 2000 * int.from_bytes(result[7:9], "big") / max(detectors, 1)
        return int.from_bytes(result[13:15], "big") / 1000 if result[0] & _STATUS_BITS == _MEASURED else None

    def _check_alive(self, channel: int, result: bytes) -> None:
        self._same[channel] = self._same[channel] + 1 if result == self._results[channel] else 0
        self._results[channel] = result
        if self._same[channel] >= _SAME and result[0] & _STATUS_BITS == _MEASURED:
            raise self._part.wrong(f"has measured the same to the last bit {_SAME} times: it is stuck")

    def _read(self, register: int, count: int) -> int:
        return int.from_bytes(self._part.read(register.to_bytes(2, "big"), count), "big")
