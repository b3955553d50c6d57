"""How the connection to the broker is, for whoever looks at the counter from its own computer."""

from core.clock import Clock


class BrokerLink:
    """Noted by the network thread, read by others.

    Args:
        clock: measures how long it has been as it is.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._state = (False, clock.monotonic_s())
        self._waiting: int | None = None

    def note(self, *, connected: bool) -> None:
        """Note that it is connected, or isn't any more."""
        if connected != self._state[0]:
            self._state = connected, self._clock.monotonic_s()

    def note_waiting(self, records: int) -> None:
        """Note how many records aren't settled."""
        self._waiting = records

    def words(self) -> str:
        """Return it in a few words: delivering, or since when not."""
        connected, since_s = self._state
        minutes = int((self._clock.monotonic_s() - since_s) / 60)
        waiting = "" if self._waiting is None else f", {self._waiting} records wait"
        return f"delivering{waiting}" if connected else f"no broker for {minutes} min{waiting}"
