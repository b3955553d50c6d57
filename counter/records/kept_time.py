"""The time by which the age of settled records is judged: a clock that is wrong makes none of them older."""

from core.clock import Clock
from counter.records.database import OutboxDatabase

_DAY_MS = 86_400_000


class KeptTime:
    """Goes on from the newest record that was settled, by steady time alone. Belongs to one thread.

    Time in which no counter ran doesn't pass in it: records are then kept for longer.
    """

    def __init__(self, database: OutboxDatabase, clock: Clock) -> None:
        """Begin with what the outbox holds; the time of day is used only where nothing was settled."""
        self._database = database
        self._clock = clock
        self._from_s = clock.monotonic_s()
        (newest_ms,) = database.fetch("record_newest_settled")[0]
        known = clock.known() is not False
        recorded_ms = 0 if known else max((row[1] for row in database.fetch("latest_read")), default=0)
        self._from_ms = newest_ms or recorded_ms or clock.now_ms()

    def now_ms(self) -> int:
        """Return that time, in milliseconds: about UTC where the counter runs all the time."""
        return self._from_ms + round((self._clock.monotonic_s() - self._from_s) * 1000)

    def renew(self, keep_days: int) -> None:
        """Count what seems settled for much longer than `keep_days` from the start on, in the caller's transaction.

        It would have been deleted before: an earlier version marked it, or another, by a clock that was wrong.
        """
        oldest_ms = self._from_ms - (keep_days + 1) * _DAY_MS
        self._database.execute("record_renew_settled", self._from_ms, self._from_ms, oldest_ms)
