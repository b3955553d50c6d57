"""Parts on an I2C bus, as drivers see them: a port for the bus, and the sentences for what goes wrong on it."""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from counter.errors import SensorError

_REFUSED: Final = {errno.EREMOTEIO, errno.ENXIO}
"""What drivers of I2C controllers say when nobody acknowledges."""
_STUCK: Final = {errno.ETIMEDOUT, errno.EAGAIN, errno.EBUSY}


class Bus(Protocol):
    """An open I2C bus. Both verbs raise OSError as the kernel does."""

    def write(self, address: int, data: bytes) -> None:
        """Write to the part at `address`."""
        ...

    def read(self, address: int, prefix: bytes, count: int) -> bytes:
        """Write `prefix`, then read `count` bytes in the same transfer."""
        ...

    def close(self) -> None:
        """Let go of the bus. Safe to call twice."""
        ...


@dataclass(frozen=True, slots=True)
class I2cPart:
    """One part on a bus. All its verbs raise SensorError.

    Attributes:
        bus: where it hangs.
        address: its 7-bit address.
        name: what it is, for sentences: "VL53L1X".
        pause: waits some seconds.
    """

    bus: Bus
    address: int
    name: str
    pause: Callable[[float], object]

    def write(self, data: bytes) -> None:
        """Write to the part."""
        with self._explained():
            self.bus.write(self.address, data)

    def read(self, prefix: bytes, count: int) -> bytes:
        """Write `prefix`, then read `count` bytes."""
        with self._explained():
            data = self.bus.read(self.address, prefix, count)
        if len(data) != count:
            raise self.wrong(f"answered {len(data)} bytes instead of {count}")
        return data

    def until(self, is_ready: Callable[[], bool], tries: int, pause_s: float, what: str) -> None:
        """Ask up to `tries` times, `pause_s` seconds apart, until ready."""
        for _ in range(tries):
            if is_ready():
                return
            self.pause(pause_s)
        raise self.wrong(f"has {what} for {tries * pause_s:.1f} s")

    def wrong(self, what: str) -> SensorError:
        """Return the error for something that is wrong with the part."""
        return SensorError(f"the {self.name} at {self.address:#04x} {what}")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in _REFUSED:
                raise self.wrong("does not acknowledge: is it wired, powered and at this address?") from error
            if error.errno in _STUCK:
                raise self.wrong("can't be reached, the bus is stuck: does a part hold its wires low?") from error
            raise self.wrong(f"can't be reached: {error}") from error
