"""The time of a virtual campaign: the true one, and what the device's clock makes of it."""

from dataclasses import dataclass
from typing import Final

_BOOTED_S: Final = 30.0
"""How long the computer had been running when the campaign began."""


@dataclass(slots=True)
class VirtualClock:
    """The clock of the device. Implements `core.clock.Clock`.

    Attributes:
        begin_ms: the true time at second 0, UTC milliseconds.
        true_s: seconds since then.
        shift_ms: how far the device's clock is ahead of the true time.
        synchronised: what the kernel says of it.
        booted_s: when the computer started, seconds of `true_s`.
        boots: how often it did.
    """

    begin_ms: int
    true_s: float = 0.0
    shift_ms: int = 0
    synchronised: bool | None = True
    booted_s: float = -_BOOTED_S
    boots: int = 0

    def true_ms(self) -> int:
        """Return the true time, UTC milliseconds."""
        return self.begin_ms + round(self.true_s * 1000)

    def now_ms(self) -> int:
        """Return the device's time, UTC milliseconds."""
        return self.true_ms() + self.shift_ms

    def monotonic_s(self) -> float:
        """Return seconds since the computer started."""
        return self.true_s - self.booted_s

    def boot_id(self) -> str:
        """Return a name of this run of the computer."""
        return f"boot-{self.boots}"

    def known(self) -> bool | None:
        """Return what the kernel says."""
        return self.synchronised

    def reboot(self) -> None:
        """Start the computer anew."""
        self.boots += 1
        self.booted_s = self.true_s
