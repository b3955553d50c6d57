"""Who is who after people met: names are corrected before lines count with them.

Where people come close to each other, or hide each other, a tracker may give one the name of the other: each is then
taken for someone who turned back. So what is seen from a meeting on waits until those who met have parted. Then how
everybody came is joined to how everybody went on: in the way in which, in sum, places and velocities before and after
fit best. Two turns at the same time and place are so one meeting, as is a box of two that parts again. Nobody's name
is changed for a small gain, and nothing waits longer than LONGEST_MS; where nobody meets, nothing waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from msgspec import Struct, field

from counter.geometry import Point
from counter.tracking.distances import squares
from counter.tracking.motion import Motion, Seen, names_after
from counter.tracking.named_frames import NamedFrame, Span, WaitingFrame, corrected, kept_frame, renamed, waiting_frame
from counter.tracking.track_ends import TrackEnds, onward, stood
from counter.tracking.tracker import TrackedFrame, Whereabouts

LONGEST_MS: Final = 5000
"""A meeting that isn't over after so long is decided by what is known, in ms."""
HIDDEN_S: Final = 2.3
"""Who is hidden for longer than this isn't waited for, in seconds."""
_NEAR_M: Final = 0.8
_PASSING_M_S: Final = 0.5
"""People so near, at velocities that differ so much, meet."""
_CLOSE_M: Final = 0.3
"""Where both are seen, they meet so near."""
_LAPSE_MS: Final = 350
"""Who wasn't seen for so long was hidden, in ms; or for so many times the time between frames."""
_LAPSE_FRAMES: Final = 2.1
_PARTED_MS: Final = 500
_KNOWN_MS: Final = 300
"""They have parted so long after the last contact, when everybody was then seen over so long a time, in ms."""
_FIT_MS: Final = 800
"""Velocities before and after are those of so long a time, in ms."""
_KEEPS_MS: Final = 6000
_STATE_MS: Final = 9000
_LOOKS_BACK_MS: Final = 3200
"""No further back than this from a last sight, or from when a meeting began, is any place looked at."""
_RIM_M: Final = 0.6
_OUTWARDS_M: Final = 0.1
"""Who is first seen so near to the border of what is seen, and then doesn't walk so far towards it, has come in: at the
rim of a small view people seem to stand for a moment."""
_FEW_AFTER: Final = 3
_LEAP_M: Final = 0.5
_QUICK_M_S: Final = 1.8


class Meeting(Struct):
    """People who met.

    Attributes:
        from_ms: since when; last_ms: until when at least.
        members: for each of them, from when on they may be taken for another.
        until: for each of them, until when.
    """

    from_ms: int
    last_ms: int
    members: dict[int, int]
    until: dict[int, int] = field(default_factory=dict)

    def note(self, names: Iterable[int], at_ms: int) -> None:
        """Note that somebody may be taken for another at `at_ms`."""
        self.last_ms = max(self.last_ms, at_ms)
        for name in names:
            self.members.setdefault(name, at_ms)
            self.until[name] = at_ms

    def doubt(self, name: int) -> Span:
        """Return from when until when somebody may be taken for another."""
        return self.members[name], self.until.get(name, self.last_ms)

    def join(self, other: "Meeting") -> None:
        """Take in the people of another meeting."""
        self.from_ms = min(self.from_ms, other.from_ms)
        self.members |= other.members
        self.until |= other.until

    def rename(self, names: Mapping[int, int]) -> None:
        """Call people otherwise."""
        self.members = {names.get(name, name): from_ms for name, from_ms in self.members.items()}
        self.until = {names.get(name, name): until_ms for name, until_ms in self.until.items()}


class MeetingsState(Struct):
    """What is kept over a restart: no place older than _STATE_MS.

    Attributes:
        waiting: frames that wait.
        names: trackers' names that were changed.
        open: meetings that go on.
        trails: where people were.
        now_ms: the time of the last frame.
        frames_ms: the times of the last frames.
        begun: when and where tracks began in them.
    """

    waiting: list[WaitingFrame] = field(default_factory=list)
    names: dict[int, int] = field(default_factory=dict)
    open: list[Meeting] = field(default_factory=list)
    trails: dict[int, list[Seen]] = field(default_factory=dict)
    now_ms: int | None = None
    frames_ms: list[int] = field(default_factory=list)
    begun: list[Seen] = field(default_factory=list)

    @property
    def newest(self) -> int:
        """The highest name that is known, of people who are gone too; 0 for none."""
        return max((*self.names, *self.names.values(), *self.trails), default=0)


class Meetings:
    """Corrects the names of people who met. Lengths come in units, of which there are so many in a metre.

    `found_in` is where people can be found: low x, low y, high x, high y. Who walks in over its border is new there.
    """

    def __init__(self, units_per_metre: float, found_in: tuple[float, float, float, float] | None = None) -> None:
        self._scale = units_per_metre
        self._found_in = found_in
        self._trails: dict[int, list[Seen]] = {}
        self._open: list[Meeting] = []
        self._waiting: list[NamedFrame] = []
        self._names: dict[int, int] = {}
        self._lapse_ms = _LAPSE_MS
        self._now_ms: int | None = None
        self._ends = TrackEnds(units_per_metre)

    def update(self, at_ms: int, tracked: TrackedFrame, where: Whereabouts) -> list[NamedFrame]:
        """Take one frame of a tracker, and return those that needn't wait any longer."""
        self._ends.note(at_ms, where.begun)
        return self._take(at_ms, tracked, where)

    def _take(self, at_ms: int, tracked: TrackedFrame, where: Whereabouts) -> list[NamedFrame]:
        frame = NamedFrame(at_ms, renamed(tracked, self._names) if self._names else tracked)
        self._note_lapse(at_ms)
        back, new = self._note(frame)
        self._waiting.append(replace(frame, came=self._came(new)) if new else frame)
        self._meet(at_ms, where)
        if self._open:
            self._join(at_ms, back, new)
            self._part(at_ms)
        return self._release()

    def end(self, at_ms: int, ended: Sequence[int]) -> list[NamedFrame]:
        """Take the names of people who ended without a frame, and return what needn't wait any longer."""
        nobody, none = np.empty(0, dtype=np.int64), np.empty((0, 2))
        nowhere = Whereabouts(nobody, none, none, np.empty(0, dtype=np.bool_), none)
        return self._take(at_ms, TrackedFrame([*ended], [], nobody, none, none), nowhere)

    def close(self) -> list[NamedFrame]:
        """Decide what is open by what is known, and return all that waits."""
        while self._open:
            self._decide(self._open.pop(0))
        ready = self._release()
        self._trails.clear()
        self._names.clear()
        return ready

    @property
    def state(self) -> MeetingsState:
        """What `restore` needs."""
        trails = {name: self._needed(name, trail) for name, trail in self._trails.items()}
        waiting = [kept_frame(frame) for frame in self._waiting]
        last_ms = min((trail[-1][0] for trail in trails.values() if trail), default=None)
        ends = self._ends.since(last_ms)
        return MeetingsState(waiting, dict(self._names), list(self._open), trails, self._now_ms, *ends)

    def _needed(self, name: int, trail: list[Seen]) -> list[Seen]:
        """Return where somebody was in the seconds before their last sight, or before they met somebody."""
        met_ms = [meeting.members[name] for meeting in self._open if name in meeting.members]
        from_ms = min([*met_ms, *(seen[0] for seen in trail[-1:])], default=0) - _LOOKS_BACK_MS
        return [seen for seen in trail if seen[0] >= max(from_ms, (self._now_ms or 0) - _STATE_MS)]

    def restore(self, state: MeetingsState) -> None:
        """Go on from a state."""
        self._waiting, self._names = [waiting_frame(one) for one in state.waiting], dict(state.names)
        self._open, self._trails, self._now_ms = state.open, state.trails, state.now_ms
        self._ends.restore(state.frames_ms, state.begun)

    # Noticing ---------------------------------------------------------------------------------------------

    def _came(self, new: Iterable[int]) -> dict[int, Point]:
        return {name: (x, y) for name, (_, x, y) in self._ends.beyond(self._trails, new, -1).items()}

    def _note_lapse(self, at_ms: int) -> None:
        frame_ms = 0 if self._now_ms is None else at_ms - self._now_ms
        self._lapse_ms, self._now_ms = max(_LAPSE_MS, round(_LAPSE_FRAMES * frame_ms)), at_ms

    def _note(self, frame: NamedFrame) -> tuple[list[int], list[int]]:
        """Note where everybody is, and return who was hidden until now, and who is new."""
        back: list[int] = []
        new = list(dict.fromkeys(one.name for one in frame.tracked.earlier if one.name not in self._trails))
        for sight in frame.tracked.earlier:
            self._trails.setdefault(sight.name, []).append((sight.at_ms, *sight.point))
        at_ms, trails, lapsed_ms = frame.at_ms, self._trails, frame.at_ms - self._lapse_ms
        for name, (x, y) in zip(frame.tracked.ids.tolist(), frame.tracked.points.tolist(), strict=True):
            if (trail := trails.get(name)) is None:
                trail = trails[name] = []
            elif trail and trail[-1][0] < lapsed_ms:
                back.append(name)
            trail.append((at_ms, x, y))
            if at_ms - trail[0][0] > 2 * _KEEPS_MS:
                trails[name] = [seen for seen in trail if at_ms - seen[0] <= _KEEPS_MS]
        return back, new

    def _meet(self, at_ms: int, where: Whereabouts) -> None:
        """Note who is near whom: nobody who isn't seen and should be out of view."""
        if len(where.names) < 2:  # noqa: PLR2004 - it takes two
            return
        apart = squares(where.places, where.places)
        near = apart < (_NEAR_M * self._scale) ** 2
        if np.count_nonzero(near) == len(near):
            return
        near &= ~where.seen | ~where.seen[:, None] | (apart < (_CLOSE_M * self._scale) ** 2)
        one, other = near.nonzero()
        turn_x, turn_y = (where.velocities[one] - where.velocities[other]).T
        meets = (one < other) & (turn_x * turn_x + turn_y * turn_y > (_PASSING_M_S * self._scale) ** 2)
        if self._found_in and not where.seen.all():
            low, high = self._found_in[:2], self._found_in[2:]
            there = where.seen | ((where.places >= low) & (where.places <= high)).all(axis=1)
            meets &= there[one] & there[other]
        if meets.any():
            names = [self._names.get(name, name) for name in where.names.tolist()]
            pairs = zip(one[meets].tolist(), other[meets].tolist(), strict=True)
            self._contacts(at_ms, [(names[one], names[other]) for one, other in pairs])

    def _contacts(self, at_ms: int, pairs: Iterable[tuple[int, int]]) -> None:
        meeting_of = self._meeting_of()
        for one, other in pairs:
            meeting = meeting_of.get(one)
            if meeting and meeting is meeting_of.get(other):
                meeting.note((one, other), at_ms)
            else:
                self._contact(at_ms, (one, other))
                meeting_of = self._meeting_of()

    def _meeting_of(self) -> dict[int, Meeting | None]:
        """Return the meeting of each member; None for a member of several."""
        found: dict[int, Meeting | None] = {}
        for meeting in self._open:
            found |= {name: None if name in found else meeting for name in meeting.members}
        return found

    def _contact(self, at_ms: int, names: Iterable[int]) -> None:
        found = [one for one in self._open if not one.members.keys().isdisjoint(names)]
        meeting = found[0] if found else Meeting(at_ms, at_ms, {})
        for other in found[1:]:
            meeting.join(other)
            self._open.remove(other)
        if not found:
            self._open.append(meeting)
        meeting.note(names, at_ms)

    def _join(self, at_ms: int, back: Iterable[int], new: Iterable[int]) -> None:
        """Note who of those who met comes back, and who is new and may be one of them."""
        for meeting in self._open:
            meeting.note(meeting.members.keys() & back, at_ms)
            for name in new:
                begun = self._trails[name][0]
                if name in meeting.members or self._walked_in(self._trails[name]):
                    continue
                if any(self._may_be(one, begun) for one in meeting.members):
                    meeting.note([name], begun[0])

    def _walked_in(self, trail: Sequence[Seen]) -> bool:
        """Return whether someone was first seen at a border, and not on the way outwards."""
        if self._found_in is None:
            return False
        begun, now = np.array(trail[0][1:]), np.array(trail[-1][1:])
        low, high = np.array(self._found_in[:2]), np.array(self._found_in[2:])
        rim, way = _RIM_M * self._scale, (now - begun) / (_OUTWARDS_M * self._scale)
        return bool((((begun - low < rim) & (way > -1)) | ((high - begun < rim) & (way < 1))).any())

    def _may_be(self, member: int, begun: Seen) -> bool:
        """Return whether someone who was there when somebody began may have been them."""
        at_ms, x, y = next((seen for seen in reversed(self._trails.get(member, [])) if seen[0] < begun[0]), begun)
        reach = (_LEAP_M + _QUICK_M_S * (begun[0] - at_ms) / 1000) * self._scale
        return at_ms < begun[0] and (x - begun[1]) ** 2 + (y - begun[2]) ** 2 < reach**2

    # Deciding ---------------------------------------------------------------------------------------------

    def _part(self, at_ms: int) -> None:
        for meeting in [one for one in self._open if self._is_over(one, at_ms)]:
            self._open.remove(meeting)
            self._decide(meeting)

    def _is_over(self, meeting: Meeting, at_ms: int) -> bool:
        if at_ms - meeting.from_ms >= LONGEST_MS:
            return True
        if at_ms - meeting.last_ms < _PARTED_MS:
            return False
        return all(self._is_known(self._trails.get(name, []), meeting.last_ms, at_ms) for name in meeting.members)

    def _is_known(self, trail: Sequence[Seen], from_ms: int, at_ms: int) -> bool:
        """Return whether it is known where someone went, or too late to know."""
        if not trail or at_ms - trail[-1][0] > HIDDEN_S * 1000:
            return True
        after = [seen[0] for seen in trail if seen[0] >= from_ms]
        return len(after) > 1 and after[-1] - after[0] >= _KNOWN_MS

    def _is_seen(self, trail: Sequence[Seen]) -> bool:
        return bool(trail) and (self._now_ms or 0) - trail[-1][0] <= self._lapse_ms

    def _decide(self, meeting: Meeting) -> None:
        came: dict[int, Motion] = {}
        went: dict[int, Motion] = {}
        for name in meeting.members:
            from_ms, until_ms = meeting.doubt(name)
            trail = self._trails.get(name, [])
            if before := [seen for seen in trail if seen[0] < from_ms]:
                came[name] = Motion.of([seen for seen in before if before[-1][0] - seen[0] <= _FIT_MS], self._scale)
            after = [seen for seen in trail if seen[0] >= until_ms]
            if len(after) < _FEW_AFTER and self._is_seen(trail):  # it goes on while others wait for too long
                after = [seen for seen in trail if seen[0] >= max(from_ms, until_ms - _KNOWN_MS)]
            if len(after) > 1:
                went[name] = Motion.of([seen for seen in after if seen[0] - after[0][0] <= _FIT_MS], self._scale, -1)
        changed = names_after(meeting.members, came, went)
        if changed:
            self._rename(meeting, changed)

    def _rename(self, meeting: Meeting, changed: Mapping[int, int]) -> None:
        """Give the people of a meeting, each from the end of their doubt on, the names in which they came."""
        doubt: dict[int, Span] = {}
        for name, right in changed.items():
            from_ms, until_ms = meeting.doubt(name)
            doubt[name] = from_ms, max(until_ms, meeting.members[right])
        self._waiting = [corrected(frame, changed, doubt) for frame in self._waiting]
        parts = {name: self._trails.get(name, []) for name in changed}
        for name in changed:
            self._trails[name] = [seen for seen in parts[name] if seen[0] < doubt[name][0]]
        for name, right in changed.items():
            self._trails[right] += [seen for seen in parts[name] if seen[0] >= doubt[name][1]]
        for other in self._open:
            other.rename(changed)
        known = self._names.keys()
        self._names |= {name: name for name in changed if name not in known and name not in self._names.values()}
        self._names = {name: changed.get(shown, shown) for name, shown in self._names.items()}

    def _release(self) -> list[NamedFrame]:
        """Return the frames before the first meeting that goes on."""
        from_ms = min((one.from_ms for one in self._open), default=None)
        ready = [one for one in self._waiting if from_ms is None or one.at_ms < from_ms]
        del self._waiting[: len(ready)]
        return [self._forget(one) if one.tracked.ended else one for one in ready]

    def _forget(self, frame: NamedFrame) -> NamedFrame:
        """Drop who ended, and return the frame with where those stood who did, and where people went."""
        went = self._ends.beyond(self._trails, frame.tracked.ended, 1)
        trails = {name: self._trails.pop(name, []) for name in frame.tracked.ended}
        self._names = {name: other for name, other in self._names.items() if other not in trails}
        found = {name: stood(trail, self._scale) for name, trail in trails.items()}
        went |= {name: place for name, place in found.items() if place}
        return replace(frame, went=went, onward={name: onward(one, self._scale) for name, one in trails.items() if one})
