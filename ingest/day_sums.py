"""Sums up days that are over, a little at a time, when ingest has time for it."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from core.logs import ThrottledLog
from ingest.reconnecting_store import ReconnectingStore
from store.aggregates.sums import sum_up_some
from store.database import DatabaseAwayError

_log: Final = logging.getLogger(__name__)

_AFTER_START_S: Final = 10.0
_NOTHING_TO_DO_S: Final = 60.0
_AFTER_FAULT_S: Final = 600.0
_IDLE: Final = 3
"""A step is followed by a pause so many times as long: a quarter of the time is spent when nothing comes."""
_BUSY: Final = 50
"""The same while records come: storing them is slowed down by 2 %."""


class BackgroundSums:
    """Calls `sum_up_some` from time to time. Answers are right without sums, so no fault of it stops ingest.

    Args:
        store: whose connection it uses.
        clock: the monotonic clock, in seconds.
    """

    def __init__(self, store: ReconnectingStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._due = clock() + _AFTER_START_S
        self._trouble = ThrottledLog(_log)

    def sum_up_if_due(self, *, is_busy: bool) -> None:
        """Do one step if it is due.

        Args:
            is_busy: whether records came just now.
        """
        began = self._clock()
        if began < self._due or self._store.is_away():
            return
        pause_s = _AFTER_FAULT_S
        try:
            days = self._store.run_once(lambda handle: sum_up_some(handle.database, datetime.now(UTC)))
        except DatabaseAwayError:
            pause_s = _AFTER_START_S  # storing says so, and reconnects
        except Exception as error:  # noqa: BLE001 - said in the log; what ingest is there for goes on
            self._trouble.warn(f"days can't be summed up, answers take longer: {error}")
        else:
            self._trouble.over("days can be summed up again")
            pause_s = (_BUSY if is_busy else _IDLE) * (self._clock() - began) if days else _NOTHING_TO_DO_S
        self._due = self._clock() + pause_s
