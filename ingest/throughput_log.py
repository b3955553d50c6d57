"""What the program has done, for the logs: a line a minute, and a line the first time something is held."""

import logging
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.logs import ThrottledLog
from ingest.batch.plan import AheadRecord, HoldCause
from ingest.batch.writer import StoredBatch
from ingest.messages import AddressedReceipt

_log: Final = logging.getLogger(__name__)

_EVERY_S: Final = 60.0
_HOUR_S: Final = 3600.0
_LINES_A_DEVICE: Final = 20
"""Causes of one device that are logged one by one; `platspuls held list` has more."""
_CAUSES: Final = 10_000
"""Most causes that are remembered as logged; beyond it nothing new is logged one by one."""


@dataclass(slots=True)
class ThroughputLog:
    """Counts since the last report."""

    counts: Counter[str] = field(default_factory=Counter)
    logged_causes: set[HoldCause] = field(default_factory=set)
    lines_of: Counter[str] = field(default_factory=Counter)
    hourly_s: dict[str, float] = field(default_factory=dict)
    reported_at: float = field(default_factory=time.monotonic)
    _damage: ThrottledLog = field(default_factory=lambda: ThrottledLog(_log))

    def note(self, stored: StoredBatch) -> None:
        """Count what a transaction did."""
        self.counts.update(
            records=stored.records,
            facts=stored.facts,
            conflicts=stored.conflicts,
            repeats=stored.repeats,
            repeats_not_compared=stored.unkept,
            rejects=stored.rejects,
            rejects_not_kept=stored.unkept_rejects,
            held=sum(stored.held.values()),
        )
        self._log_held(stored.held)
        for record in stored.ahead:
            self._log_ahead(record)
        for part in stored.damaged:
            self._damage.warn(str(part))

    def note_messages(self, messages: int) -> None:
        """Count messages that were stored and acknowledged."""
        self.counts.update(messages=messages)

    def note_left_out(self, dropped: int, ignored: int) -> None:
        """Count live messages that were dropped because the queue was full, and those that nobody is meant to see."""
        self.counts.update(live_dropped=dropped, live_ignored=ignored)

    def report_if_due(self) -> None:
        """Log the counts once a minute."""
        if time.monotonic() - self.reported_at >= _EVERY_S:
            self.report()

    def report(self) -> None:
        """Log the counts, unless there are none, and begin again."""
        if counts := dict(+self.counts):  # those above zero
            shown = ", ".join(f"{count} {name}" for name, count in counts.items())
            _log.info("since the last report: %s", shown, extra={"counts": counts})
        self.counts.clear()
        self.reported_at = time.monotonic()

    def note_rewind(self, asked: AddressedReceipt) -> None:
        """Log that a device is asked to send again, once an hour a device: each of its statuses is answered so."""
        whose = f"{asked.topic.site}/{asked.topic.device}"
        if self._is_due(f"rewind {whose}"):
            _log.warning("%s is asked to send again what follows %d", whose, asked.receipt.through)

    def _log_ahead(self, record: AheadRecord) -> None:
        """Log both clocks, once an hour a device."""
        whose = f"{record.topic.site}/{record.topic.device}"
        if self._is_due(f"ahead {whose}"):
            _log.warning(
                "a record from %s ends at %s and came at %s by this server's clock: one of them is wrong, by %d s",
                whose,
                record.ends_at.isoformat(timespec="seconds"),
                record.came_at.isoformat(timespec="seconds"),
                record.skew_s,
            )

    def _is_due(self, what: str) -> bool:
        """Return whether this wasn't logged within the hour, and note that it is now."""
        now_s = time.monotonic()
        self.hourly_s = {name: at_s for name, at_s in self.hourly_s.items() if now_s - at_s < _HOUR_S}
        if what in self.hourly_s or len(self.hourly_s) >= _CAUSES:
            return False
        self.hourly_s[what] = now_s
        return True

    def _log_held(self, held: Mapping[HoldCause, int]) -> None:
        for cause in held.keys() - self.logged_causes:
            whose = f"{cause.site_key}/{cause.device_key}"
            if len(self.logged_causes) < _CAUSES and self.lines_of[whose] < _LINES_A_DEVICE:
                self.logged_causes.add(cause)
                self.lines_of[whose] += 1
                _log.warning("held until resolved, from %s: %s", whose, cause.detail)
