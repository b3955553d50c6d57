"""Which time was observed: that in which someone who walks would have been counted.

A moment is observed for a line or a zone when someone who passes it then, at any speed from SLOW_M_S to FAST_M_S,
would have been seen as often, as soon one time after the other, and as far on either side as the tracker and the line
or zone need (`walks`, `counter.tracking.reach`). That depends on frames around the moment, also later ones: a moment is
settled once it is observed, or no later frame can make it so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec import field as struct_field

from counter.counting.spans import Span, common, merged, without
from counter.counting.walks import SightsNeeded
from counter.tracking.reach import TrackerReach

GATE_GAP_MS: Final = 1000
"""A sensor that decides crossings itself watched the time between two moments that are no further apart, in ms."""
SILENCE_MS: Final = 10_000
"""Frames further apart are a source that was silent, not a slow one, in ms."""
_THIN_MS: Final = 40
"""Of frames closer together than this, the ones between are left out, in ms."""
_SETTLE_MS: Final = 500
"""How often time is settled, in ms of frames."""
_HOLE_MS: Final = 100
"""A shorter hole is not worth a flag, in ms."""


class SeenFrame(Struct, array_like=True):
    """The time of a frame in which people could be seen, in ms.

    Attributes:
        steady_ms: rises from frame to frame.
        at_ms: its stamp.
        torn: whether the time since the frame before is not observed, whatever else was seen.
        alone: whether people of the frame before are not followed to this one.
    """

    steady_ms: int
    at_ms: int
    torn: bool = False
    alone: bool = False


class FollowedState(Struct):
    """What is not settled yet, kept over a restart: no more than some seconds."""

    frames: list[SeenFrame] = struct_field(default_factory=list)
    settled_ms: int = 0
    asked_ms: int = 0
    torn: bool = True
    alone: bool = True


@dataclass(frozen=True, slots=True)
class SettledTime:
    """What was observed until a stamp, in ms of stamps.

    Attributes:
        until_ms: the stamp up to which it is settled.
        observed: by part: stretches of stamps, rising.
        slow: stretches in which frames came too seldom for one part or more.
    """

    until_ms: int
    observed: list[list[Span]]
    slow: list[Span]


@dataclass(slots=True)
class FollowedTime:
    """Settles the time of lines and zones: `parts` are what must be seen of walks, nothing for the line of a gate."""

    parts: Sequence[tuple[SightsNeeded, ...]]
    reach: TrackerReach
    state: FollowedState = field(default_factory=FollowedState)
    resumed: bool = False

    def frame(self, steady_ms: int, at_ms: int, *, torn: bool) -> None:
        """Note a frame in which people could be seen; `torn`: the clock was set since the one before."""
        state = self.state
        if not state.frames:
            state.settled_ms = max(state.settled_ms, steady_ms)
        frame = SeenFrame(steady_ms, at_ms, torn or state.torn or self._is_late(steady_ms), state.alone)
        if self._is_between(steady_ms) and not (frame.torn or frame.alone):
            frame.torn, frame.alone = state.frames[-1].torn, state.frames[-1].alone
            state.frames[-1] = frame
        else:
            state.frames.append(frame)
        state.torn = state.alone = self.resumed = False

    def blind(self, from_ms: int) -> None:
        """Note a frame in which nobody could be seen, nor since `from_ms` of the steady time."""
        self.state.torn = True
        for frame in self.state.frames:
            frame.torn = frame.torn or frame.steady_ms > from_ms

    def lose_everyone(self) -> None:
        """Note that people are not followed from the last frame to the next."""
        self.state.alone = True

    def restore(self, state: FollowedState) -> None:
        """Go on from a state: the time until the next frame is a restart's, not a slow source's."""
        self.state, self.resumed = state, True

    def settled_stamp(self, at_ms: int) -> int:
        """Return the stamp up to which it is settled what was observed: `at_ms` where nothing is waited for."""
        frames = self.state.frames
        return self._stamp(self.state.settled_ms, frames[-1].at_ms - frames[-1].steady_ms) if frames else at_ms

    def observed_until(self, settled_ms: int) -> int:
        """Return the stamp after which nothing that is settled was observed: that of the last frame at the latest."""
        frames = self.state.frames
        return min(settled_ms, frames[-1].at_ms) if frames else settled_ms

    def move_stamps(self, by_ms: int) -> None:
        """Change the clock of the stamps."""
        for frame in self.state.frames:
            frame.at_ms += by_ms

    def settle(self, now_ms: int, at_ms: int, *, over: bool = False) -> SettledTime | None:
        """Return what is settled since the last time; None for nothing, or too soon.

        `now_ms` is the steady time now, and `at_ms` its stamp. Where it is `over`, no frame will follow, and all is
        settled.
        """
        state = self.state
        if not state.frames:
            return SettledTime(at_ms, [[] for _ in self.parts], [])
        if now_ms - state.asked_ms < _SETTLE_MS and not over:
            return None
        state.asked_ms = now_ms
        runs = self._runs()
        seen = [self._seen(needed, runs) for needed in self.parts]
        until_ms = max(now_ms, state.settled_ms) if over else self._certain_ms(now_ms, runs, seen)
        if until_ms <= state.settled_ms:
            return None
        settled = self._settled((state.settled_ms, until_ms), runs, seen, at_ms - now_ms)
        state.settled_ms = until_ms
        self._forget(until_ms)
        return settled

    # ------------------------------------------------------------------------------------------------------

    def _is_late(self, steady_ms: int) -> bool:
        """Return whether a restart took the time before the first frame after it."""
        frames = self.state.frames
        return self.resumed and bool(frames) and steady_ms - frames[-1].steady_ms > GATE_GAP_MS

    def _is_between(self, steady_ms: int) -> bool:
        """Return whether the last frame is needless once there is one at `steady_ms`."""
        frames = self.state.frames
        return len(frames) > 1 and steady_ms - frames[-2].steady_ms < _THIN_MS and not frames[-1].torn

    @property
    def _horizon_ms(self) -> int:
        """How long after a moment a frame may be that makes it observed."""
        latest_ms = max((one.latest_ms for needed in self.parts for one in needed), default=0)
        return max(latest_ms, self.reach.gap_ms) + self.reach.gap_ms

    def _runs(self) -> list[list[int]]:
        """Return the steady times of frames through which people are followed."""
        runs: list[list[int]] = []
        for frame in self.state.frames:
            if runs and not frame.alone and frame.steady_ms - runs[-1][-1] <= self.reach.gap_ms:
                runs[-1].append(frame.steady_ms)
            else:
                runs.append([frame.steady_ms])
        return runs

    def _seen(self, needed: Sequence[SightsNeeded], runs: Sequence[Sequence[int]]) -> list[Span]:
        """Return when someone may pass a part and is counted, torn time included."""
        if not needed:
            steady = [frame.steady_ms for frame in self.state.frames]
            return merged(pair for pair in pairwise(steady) if pair[1] - pair[0] <= GATE_GAP_MS)
        found: list[Span] = []
        for run in runs:
            windows = _sure_windows(run, self.reach.needs)
            walks = [_passages(one, run, windows, self.reach.gap_ms) for one in needed]
            every = walks[0]
            for other in walks[1:]:
                every = common(every, other)
            found += every
        return merged(found)

    def _certain_ms(self, now_ms: int, runs: Sequence[Sequence[int]], seen: Sequence[Sequence[Span]]) -> int:
        """Return up to when no later frame changes anything, of the steady time."""
        from_ms = self.state.settled_ms
        reached = [next((to for begin, to in spans if begin <= from_ms < to), from_ms) for spans in seen]
        return max(now_ms - self._horizon_ms, runs[-1][0], min(reached, default=from_ms))

    def _settled(
        self, whole: Span, runs: Sequence[Sequence[int]], seen: Sequence[Sequence[Span]], shift_ms: int
    ) -> SettledTime:
        whole_seen = [common([whole], spans) for spans in seen]
        observed = [self._stamped(spans, slow=False) for spans in whole_seen]
        seen_at_all = [not any(one.is_never_seen for one in needed) for needed in self.parts]
        holes = merged(
            hole
            for spans, is_seen in zip(whole_seen, seen_at_all, strict=True)
            if is_seen
            for hole in without(whole, spans)
        )
        slow = self._stamped(without_ends(holes, runs, self._tail_ms), slow=True)
        return SettledTime(
            self._stamp(whole[1], shift_ms), observed, [one for one in slow if one[1] - one[0] >= _HOLE_MS]
        )

    @property
    def _tail_ms(self) -> int:
        """How long before an end of all frames a passage may be undecided, in ms."""
        return max((one.latest_ms for needed in self.parts for one in needed), default=0)

    def _stamped(self, spans: Sequence[Span], *, slow: bool) -> list[Span]:
        """Return the stamps of steady time between frames: of all that isn't torn, or that slow frames left."""
        found: list[Span] = []
        for before, after in pairwise(self.state.frames):
            gap_ms = after.steady_ms - before.steady_ms
            if after.torn or after.at_ms <= before.at_ms or (slow and (after.alone or gap_ms > SILENCE_MS)):
                continue
            for from_ms, to_ms in common([(before.steady_ms, after.steady_ms)], spans):
                stamps = [
                    before.at_ms + round((at_ms - before.steady_ms) * (after.at_ms - before.at_ms) / gap_ms)
                    for at_ms in (from_ms, to_ms)
                ]
                found.append((stamps[0], stamps[1]))
        return merged(found)

    def _stamp(self, steady_ms: int, shift_ms: int) -> int:
        """Return the stamp of a moment: by the frame after it, or by what stamps now are ahead of the steady time."""
        after = next((one for one in self.state.frames if one.steady_ms >= steady_ms), None)
        return steady_ms + (shift_ms if after is None else after.at_ms - after.steady_ms)

    def _forget(self, until_ms: int) -> None:
        """Drop the frames that no moment after `until_ms` needs."""
        frames = self.state.frames
        keep_ms = until_ms - self._horizon_ms
        kept = next((place for place, one in enumerate(frames) if one.steady_ms > keep_ms), len(frames) - 1)
        del frames[: max(kept - 1, 0)]


def without_ends(holes: Sequence[Span], runs: Sequence[Sequence[int]], tail_ms: int) -> list[Span]:
    """Return holes without the ends of runs: who passes there isn't decided yet, however many frames there are."""
    ends = merged((run[-1] - tail_ms, run[-1]) for run in runs if len(run) > 1)
    return [part for hole in holes for part in without(hole, ends)]


def _sure_windows(run: Sequence[int], needs: Sequence[tuple[int, int]]) -> list[Span]:
    """Return the shortest stretches of frames that make the tracker sure, by where they begin."""
    found: list[Span] = []
    last = 0
    for first, from_ms in enumerate(run):
        last = max(last, first)
        while last < len(run) and not _is_sure(last - first + 1, run[last] - from_ms, needs):
            last += 1
        if last == len(run):
            break
        found.append((from_ms, run[last]))
    return found


def _is_sure(sights: int, age_ms: int, needs: Sequence[tuple[int, int]]) -> bool:
    for least, age in needs:  # noqa: SIM110 - asked for each frame: a generator would take twice as long
        if sights >= least and age_ms >= age:
            return True
    return False


def _passages(needed: SightsNeeded, run: Sequence[int], windows: Sequence[Span], gap_ms: int) -> list[Span]:
    """Return when someone may pass so that the frames of one run see what is needed."""
    sure = []
    for from_ms, to_ms in windows:
        earliest_ms = max(from_ms, to_ms - needed.after_ms) if needed.both_sides else to_ms - needed.after_ms
        sure.append((earliest_ms, min(to_ms, from_ms + needed.before_ms)))
    found = merged(sure)
    for spans in needed.within:
        ways = [_nearest_first(span, gap_ms) for span in spans]
        found = common(found, merged((at_ms - late, at_ms - soon) for at_ms in run for soon, late in ways))
    return found


def _nearest_first(span: Span, gap_ms: int) -> Span:
    """Return the part of a stretch that lies within one gap of the passage's end of it: a frame of a run lies in it."""
    from_ms, to_ms = span
    return (from_ms, min(to_ms, from_ms + gap_ms)) if from_ms >= 0 else (max(from_ms, to_ms - gap_ms), to_ms)
