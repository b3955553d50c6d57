"""The computer's clock as far as it is believed: a step of more than two minutes waits until somebody confirms it.

A clock that is set wrong for a minute must neither put people into another day nor silence a counter until that day
comes. So the time of day is the steady time and an offset. The offset follows the computer's clock in small steps; a
larger step, either way, is *doubted*: the offset stays, and `believes` is False, until

- the clock is back where it was: there was no step;
- the server's time, in a receipt that came after the step, is nearer to the new time (it is believed) or to the old
  one (the step is *refuted*: the old offset is used, however long the clock stays wrong);
- synchronisation was lost after the step and is back for a minute, or the clock has stood like that for a day
  while the system did not say that it isn't synchronised. The server's time goes before both.

A step is seen on the steady time, so only within one run of the computer (`resume`). Across runs, times that are
recorded already say what can't be (`begin`).
"""

import logging
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Final

from core.clock import EARLIEST_MS, Clock, aware
from core.logs import ThrottledLog

MOST_STEP_MS: Final = 120_000
"""A larger step is doubted, and a larger difference from the server's time makes times unsure."""
_LONGEST_OFF_MS: Final = 400 * 86_400_000
"""Off for longer than this, for a year and the next spring, is doubted: the clock is likelier to be wrong."""
_SYNCHRONISED_S: Final = 60.0
"""So long synchronisation must hold after it was lost, to confirm a step."""
_STANDING_S: Final = 86_400.0
"""So long a step must stand that is confirmed by nothing else. Seconds are kept for two days."""
_UNSURE_S: Final = 60.0
"""Differing from the server for so long, times are unsure: one receipt may be late."""
_STILL_MS: Final = 1000
"""A clock that moves further than this against the steady time was set."""
_JITTER_MS: Final = 20
"""Differences up to this come from reading two clocks one after the other."""
_FOLLOWED_MS_S: Final = MOST_STEP_MS / 3600
"""Small steps are followed, but more than two minutes of them in an hour are a step."""
_RECENT_S: Final = 600.0
"""Receipts of so long a time give the server's time together: one that is late makes it earlier, none later."""
_READ_S: Final = 0.002
"""Two readings further apart than this are not of one moment: read again."""
_ASK_S: Final = 1.0
"""How often the system is asked whether its clock is synchronised, in seconds."""


class ServerTimes:
    """What receipts said of the time. Safe between threads.

    Attributes:
        wanted: whether a receipt is wanted now, since the clock is doubted.
    """

    def __init__(self) -> None:
        """Begin without a receipt."""
        self.wanted = False
        self._lock = Lock()
        self._seen: deque[tuple[float, int]] = deque(maxlen=64)

    def note(self, server_ms: int, steady_s: float) -> None:
        """Note the server's time in a receipt, UTC milliseconds on a whole second, and when it came (steady time)."""
        with self._lock:
            self._seen.append((steady_s, server_ms + 500 - round(steady_s * 1000)))

    def offset_ms(self, since_s: float = float("-inf")) -> int | None:
        """Return the server's time less the steady time, by the receipts since then; None without any."""
        with self._lock:
            if not self._seen or self._seen[-1][0] < since_s:
                return None
            since_s = max(since_s, self._seen[-1][0] - _RECENT_S)
            return max(offset_ms for at_s, offset_ms in self._seen if at_s >= since_s)


@dataclass(slots=True)
class _DoubtedStep:
    """A time that the computer's clock shows, and that nobody has confirmed.

    Attributes:
        offset_ms: that time less the steady time.
        since_s: since when it stands, in steady seconds.
        lost: whether synchronisation was seen to be lost since.
        held_s: since when it was not; None while it is.
        refuted: whether the server's time says that the clock is wrong.
    """

    offset_ms: int
    since_s: float
    lost: bool = False
    held_s: float | None = None
    refuted: bool = False


class BelievedClock:
    """The time of day as it is believed, as a Clock. Safe between threads.

    Attributes:
        server_times: what receipts said of the time.
    """

    def __init__(self, clock: Clock, server_times: ServerTimes | None = None) -> None:
        """Judge `clock`; until `begin` or `resume` is called it is believed once it is known."""
        self.server_times = server_times or ServerTimes()
        self._clock = clock
        self._lock = Lock()
        self._log = ThrottledLog(logging.getLogger(__name__), clock.monotonic_s)
        self._skew_log = ThrottledLog(logging.getLogger(__name__), clock.monotonic_s)
        self._waits = True
        self._last_ms: int | None = None
        self._offset_ms: int | None = None
        self._anchor_ms = 0.0
        self._looked_s = clock.monotonic_s()
        self._believed_s = self._looked_s
        self._doubt: _DoubtedStep | None = None
        self._asked_s = float("-inf")
        self._lost = False
        self._skewed_s: float | None = None
        self._skew_is_named = False

    def begin(self, last_ms: int | None, *, waits: bool) -> None:
        """Begin in a run of the computer of which nothing is known.

        Args:
            last_ms: when something was recorded last, UTC milliseconds: earlier and much later is doubted; None: never.
            waits: whether nothing is believed until the clock is known.
        """
        with self._lock:
            self._waits, self._last_ms = waits, last_ms
            self._offset_ms = self._doubt = None
            self._look()

    def resume(self, offset_ms: int, *, sync_lost: bool = False) -> None:
        """Go on in the same run of the computer, in which the time of day was believed to be steady time + offset.

        `sync_lost` tells whether synchronisation was lost since it is doubted.
        """
        with self._lock:
            self._believe(offset_ms)
            self._lost = sync_lost
            self._look()

    def believes(self) -> bool:
        """Tell whether there is a time of day that is believed."""
        with self._lock:
            self._look()
            return self._is_believed()

    def believed_for_s(self) -> float:
        """Return for how long there has been one without a doubt, in seconds; 0 while there is none."""
        with self._lock:
            self._look()
            return self._looked_s - self._believed_s if self._is_believed() else 0.0

    def offset_ms(self) -> int | None:
        """Return the believed time less the steady time, also while the clock is doubted; None before there is one."""
        with self._lock:
            self._look()
            return self._offset_ms

    def sync_lost(self) -> bool:
        """Tell whether the clock is doubted, and synchronisation was lost since."""
        with self._lock:
            self._look()
            return self._doubt is not None and self._doubt.lost

    def is_unsure(self) -> bool:
        """Tell whether what is stamped now may be wrong: the server, or the computer's clock, says otherwise."""
        with self._lock:
            self._look()
            skewed = self._skewed_s is not None and self._looked_s - self._skewed_s >= _UNSURE_S
            return skewed or self._doubt is not None

    # The port of the clock --------------------------------------------------------------------------------

    def now_ms(self) -> int:
        """Return the believed time, UTC milliseconds; before there is one, the computer's."""
        with self._lock:
            system_ms = self._look()
            offset_ms = system_ms if self._offset_ms is None else self._offset_ms
            return round(self._looked_s * 1000) + offset_ms

    def monotonic_s(self) -> float:
        """Return the steady time in seconds."""
        return self._clock.monotonic_s()

    def boot_id(self) -> str:
        """Return the name of this run of the computer."""
        return self._clock.boot_id()

    def known(self) -> bool | None:
        """Tell whether the time of day is known: False while it is doubted."""
        with self._lock:
            self._look()
            if self._doubt is not None:
                return self._doubt.refuted
            return self._clock.known()

    # ------------------------------------------------------------------------------------------------------

    def _is_believed(self) -> bool:
        return self._offset_ms is not None and (self._doubt is None or self._doubt.refuted)

    def _look(self) -> int:
        """Judge what the computer's clock says now; return that less the steady time, in milliseconds."""
        system_ms, steady_s = self._read()
        passed_s, self._looked_s = max(steady_s - self._looked_s, 0.0), steady_s
        if self._doubt is not None:
            self._judge(self._doubt, system_ms)
        elif self._offset_ms is None:
            self._meet(system_ms)
        else:
            self._follow(system_ms, passed_s)
        self._compare()
        self.server_times.wanted = self._doubt is not None and not self._doubt.refuted
        return system_ms

    def _read(self) -> tuple[int, float]:
        """Read both clocks as if at once."""
        before_s = self._clock.monotonic_s()
        for _ in range(5):
            now_ms, after_s = self._clock.now_ms(), self._clock.monotonic_s()
            if after_s - before_s <= _READ_S:
                break
            before_s = after_s
        return now_ms - round(after_s * 1000), after_s

    def _meet(self, system_ms: int) -> None:
        """Believe the clock for the first time in this run of the computer, where it is known and can be right."""
        now_ms = system_ms + round(self._looked_s * 1000)
        if self._waits and (self._clock.known() is False or now_ms < EARLIEST_MS):
            self._lost = True
            return
        if self._last_ms is not None and not -MOST_STEP_MS <= now_ms - self._last_ms <= _LONGEST_OFF_MS:
            self._begin_doubt(system_ms, f"it is {_named(now_ms)}, but {_named(self._last_ms)} was recorded")
        else:
            self._believe(system_ms)

    def _follow(self, system_ms: int, passed_s: float) -> None:
        """Follow the clock in small steps, and doubt large ones."""
        off_ms = system_ms - self._anchor_ms
        if abs(off_ms) > MOST_STEP_MS:
            self._begin_doubt(system_ms, f"it was set by {_span(round(off_ms))}")
            return
        most_ms = _FOLLOWED_MS_S * passed_s
        self._anchor_ms += min(max(off_ms, -most_ms), most_ms)
        if abs(system_ms - (self._offset_ms or 0)) > _JITTER_MS:
            self._offset_ms = system_ms
        if self._looked_s - self._asked_s >= _ASK_S:
            self._asked_s, self._lost = self._looked_s, self._clock.known() is False

    def _begin_doubt(self, system_ms: int, why: str) -> None:
        self._doubt = _DoubtedStep(system_ms, self._looked_s, lost=self._lost)
        self._log.warn(
            f"the clock is not believed, {why}: counting goes on into seconds, which become records when "
            "synchronisation or the server's time says which time is right"
        )

    def _judge(self, doubt: _DoubtedStep, system_ms: int) -> None:
        if self._offset_ms is not None and abs(system_ms - self._anchor_ms) <= MOST_STEP_MS:
            self._settle(system_ms, "it is back where it was")
        elif abs(system_ms - doubt.offset_ms) > _STILL_MS:
            self._doubt = _DoubtedStep(system_ms, self._looked_s, lost=doubt.lost)
        else:
            self._ask(doubt, system_ms, self.server_times.offset_ms(doubt.since_s))

    def _ask(self, doubt: _DoubtedStep, system_ms: int, server_ms: int | None) -> None:
        """Ask the server's time, where a receipt came, which of both is right; and else synchronisation."""
        old_ms = self._offset_ms
        if server_ms is not None and _is_nearer(server_ms, system_ms, old_ms):
            self._settle(system_ms, "the server's time agrees")
        elif server_ms is not None and old_ms is not None and _is_nearer(server_ms, old_ms, system_ms):
            self._refute(doubt, f"{_span(system_ms - old_ms)}")
        elif not doubt.refuted and self._is_confirmed(doubt, contradicted=server_ms is not None):
            self._settle(system_ms, "it is synchronised")

    def _refute(self, doubt: _DoubtedStep, by: str) -> None:
        if not doubt.refuted:
            doubt.refuted, self._believed_s = True, self._looked_s
            self._log.warn(
                f"the clock is wrong by {by}, says the server's time: counting goes on by the time of before, flagged "
                "clock_unsure"
            )

    def _is_confirmed(self, doubt: _DoubtedStep, *, contradicted: bool) -> bool:
        """Return whether synchronisation confirms the step, as far as the system says anything of it."""
        if self._clock.known() is False:
            doubt.lost, doubt.held_s = True, None
            return False
        doubt.held_s = self._looked_s if doubt.held_s is None else doubt.held_s
        quick = doubt.lost and not contradicted
        return self._looked_s - doubt.held_s >= (_SYNCHRONISED_S if quick else _STANDING_S)

    def _settle(self, system_ms: int, why: str) -> None:
        self._believe(system_ms)
        self._log.over(f"the clock is believed again, {why}: it is {_named(system_ms + round(self._looked_s * 1000))}")

    def _believe(self, offset_ms: int) -> None:
        self._offset_ms, self._anchor_ms, self._doubt = offset_ms, float(offset_ms), None
        self._believed_s, self._lost = self._looked_s, False

    def _compare(self) -> None:
        """Compare the believed time with the server's."""
        server_ms = self.server_times.offset_ms()
        if self._offset_ms is None or server_ms is None or abs(self._offset_ms - server_ms) <= MOST_STEP_MS:
            self._skewed_s, self._skew_is_named = None, False
            self._skew_log.over("the server's time agrees with this computer's again")
        elif self._skewed_s is None:
            self._skewed_s = self._looked_s
        elif not self._skew_is_named and self._looked_s - self._skewed_s >= _UNSURE_S:
            self._skew_is_named = True
            self._skew_log.warn(
                f"the server's time differs by {_span(server_ms - self._offset_ms)} from this computer's: what is "
                "counted is flagged clock_unsure"
            )


def _is_nearer(server_ms: int, this_ms: int, other_ms: int | None) -> bool:
    """Return whether the server's time is that of `this_ms` rather than of `other_ms`, all less the steady time."""
    off_ms = abs(server_ms - this_ms)
    return off_ms <= MOST_STEP_MS and (other_ms is None or off_ms < abs(server_ms - other_ms))


def _span(ms: int) -> str:
    """Return a time span to the second, as in +1 day, 0:00:00."""
    return f"{'-' if ms < 0 else '+'}{timedelta(seconds=round(abs(ms) / 1000))}"


def _named(at_ms: int) -> str:
    try:
        return aware(at_ms).isoformat(timespec="seconds")
    except (OverflowError, ValueError, OSError):
        return f"{at_ms / 1000:.0f} s after 1970"
