"""How far a message's own time may lie from its arrival before it isn't shown as now."""

from datetime import datetime, timedelta
from typing import Final

CLOCK_OFF: Final = timedelta(seconds=120)
"""A clock is off, or a message late, beyond this: the same limit from which records that lie ahead are held."""


def is_clock_off(at: datetime, received_at: datetime) -> bool:
    """Return whether what says that it is of `at` differs too much from its arrival to be shown as now."""
    return abs(at - received_at) > CLOCK_OFF
