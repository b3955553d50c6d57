"""An I2C part as CircuitPython's drivers want their bus (`busio.I2C`).

Blinka's own bus knows boards, not paths of buses; tests have neither. These drivers wait without a timeout for a part
that never gets ready. Here a driver may make so many transfers and no more, so that such a part is an error with a
sentence, and is tried again.
"""

from dataclasses import dataclass

from counter.sources.parts.i2c import I2cPart


@dataclass(slots=True)
class CircuitPythonBus:
    """The bus of one part, for one driver. All its verbs raise SensorError.

    Attributes:
        part: at whose address alone the driver reads and writes.
        transfers: how many more the driver may make.
        stuck: what is wrong where these don't suffice.
    """

    part: I2cPart
    transfers: int
    stuck: str

    def try_lock(self) -> bool:
        """Return that the bus is ours: one thread uses it."""
        return True

    def unlock(self) -> None:
        """Nothing to do."""

    def writeto(self, _address: int, buffer: bytes | bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Write to the part; without bytes, only see whether it acknowledges."""
        self._count()
        if data := bytes(buffer[start:end]):
            self.part.write(data)
        else:
            self.part.read(b"", 1)

    def readfrom_into(self, _address: int, buffer: bytearray, *, start: int = 0, end: int | None = None) -> None:
        """Read from where the last write ended."""
        self._count()
        end = len(buffer) if end is None else end
        buffer[start:end] = self.part.read(b"", end - start)

    def writeto_then_readfrom(  # noqa: PLR0913 - as the drivers call it
        self,
        _address: int,
        out_buffer: bytes | bytearray,
        in_buffer: bytearray,
        *,
        out_start: int = 0,
        out_end: int | None = None,
        in_start: int = 0,
        in_end: int | None = None,
    ) -> None:
        """Write and read in one transfer."""
        self._count()
        in_end = len(in_buffer) if in_end is None else in_end
        in_buffer[in_start:in_end] = self.part.read(bytes(out_buffer[out_start:out_end]), in_end - in_start)

    def _count(self) -> None:
        if not self.transfers:
            raise self.part.wrong(self.stuck)
        self.transfers -= 1
