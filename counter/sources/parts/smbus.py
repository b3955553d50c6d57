"""The one file that knows smbus2: an I2C bus of this computer."""

from pathlib import Path

from smbus2 import SMBus, i2c_msg

from counter.errors import SensorError


class LinuxBus:
    """An I2C bus of Linux, such as /dev/i2c-1."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises SensorError."""
        try:
            self._bus = SMBus(str(path))
        except OSError as error:
            raise SensorError(f"the bus {path} can't be opened: {error.strerror}; is I2C turned on?") from error

    def write(self, address: int, data: bytes) -> None:
        """Write to the part at `address`. Raises OSError."""
        self._bus.i2c_rdwr(i2c_msg.write(address, data))

    def read(self, address: int, prefix: bytes, count: int) -> bytes:
        """Write `prefix`, then read `count` bytes in the same transfer. Raises OSError."""
        answer = i2c_msg.read(address, count)
        self._bus.i2c_rdwr(i2c_msg.write(address, prefix), answer)
        return bytes(answer)

    def close(self) -> None:
        """Let go of the bus. Safe to call twice."""
        self._bus.close()
