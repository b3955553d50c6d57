"""The time by which the age of settled records is judged: a clock that is wrong makes none of them older."""

import sqlite3

from core.clock import Clock
from counter.records.sqlite import sql

_AHEAD_MS = 120_000
_ALL_MS = 2**62


class KeptTime:
    """Goes on from the newest record that was settled, by steady time alone. Belongs to one thread.

    Time in which no counter ran doesn't pass in it: records are then kept for longer.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Clock) -> None:
        """Begin with what the outbox of `connection` holds; stamps of the future were written by a wrong clock."""
        self._clock = clock
        self._from_s = clock.monotonic_s()
        known = clock.known() is not False
        until_ms = clock.now_ms() + _AHEAD_MS if known else _ALL_MS
        (newest_ms,) = connection.execute(sql("record_newest_settled"), (until_ms,)).fetchone()
        recorded_ms = 0 if known else max((row[1] for row in connection.execute(sql("latest_read"))), default=0)
        self._from_ms = newest_ms or recorded_ms or clock.now_ms()

    def now_ms(self) -> int:
        """Return that time, in milliseconds: about UTC where the counter runs all the time."""
        return self._from_ms + round((self._clock.monotonic_s() - self._from_s) * 1000)
