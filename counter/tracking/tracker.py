"""Who is who from frame to frame: points without identity in, points with passing identities out.

A frame's points are paired with the tracks in turns, each turn as cheaply as possible in sum (`assign`):
people seen a moment ago, near where they should be; newcomers; people who sat still when they were hidden;
people seen in the last frame, a second ago at most, who made a sudden move; and what is left begins a track. A track is
reported once it was seen often enough, with its earlier sights, so that no crossing is lost. A track that broke is
joined to its continuation before anything is counted: so is someone who was hidden while walking, when they were seen
often enough not to be a wrong detection.

Only time matters, not numbers of frames: two frames a second or thirty, and changing. Tracks are forgotten
when they end; an identity is a number in memory, never used twice and never sent.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from msgspec import Struct

from counter.geometry import Bools, Floats, Ints, Point
from counter.tracking.assignment import assign
from counter.tracking.distances import off_the_way, squares
from counter.tracking.kalman import KalmanFilter, TrackingParameters

_FRESH_MS: Final = 250
"""How long someone who is not yet sure may be missed, in ms, where frames come often."""
FRESH_FRAMES: Final = (1.6, 3.5)
"""The same in frames: never less than the first, where frames are rare, never more than the second, where they rush."""
_MISSED_S: Final = 0.35
"""Who was missed for so short a time is looked for together with those seen in the last frame, in seconds."""
_MISSED_FRAMES: Final = 2.1
"""The same in frames, where they are rare."""
_CONFIRM_S: Final = 0.5
"""Someone who walked is kept so much longer, while who may be their continuation is not yet sure, in seconds."""
_SEEN_SHARE: Final = 0.6
"""Only who was seen in so many of the frames since the first sight is a person."""
_RUSH_S: Final = 0.3
"""Where frames come closer than this, even someone seen just twice is near where they should be, in seconds."""
_LED_FACTOR: Final = 2.0
"""For no longer than so many times what lies between their first sight and the last."""
RARE_MS: Final = 800
"""One sight less makes a person sure who was seen for so long, in ms."""
_OVERLAP_S: Final = 0.1
"""A broken track may have been seen for so long beside its continuation, in seconds."""
_GROWS_S: Final = 2.0
"""The place where a hidden person may come back grows for so long, in seconds."""
LEAPS_S: Final = 1.0
"""A sudden move is taken for one in a time up to this, in seconds."""
LONGEST_FRAME_S: Final = 1.0
"""Frames further apart are waited for no longer than if they were so far apart, in seconds."""
_HALF: Final = 0.5


class Track(Struct):
    """One track, as it is kept over a restart.

    Attributes:
        frames: since the first sight, of one not yet reported.
        sights: when and where it was seen, of one not yet reported.
        place: `point` without most of the detector's noise; None from counting versions before 3, which forgot it.
    """

    name: int
    point: Point
    velocity: Point
    spread: tuple[float, float, float]
    seen_ms: int
    frames: int = 1
    sights: list[tuple[int, Point]] = []
    place: Point | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a person was in an earlier frame, before it was sure that there was one."""

    name: int
    at_ms: int
    point: Point


@dataclass(frozen=True, slots=True)
class TrackedFrame:
    """What the tracker says of one frame, in the order in which it counts.

    Attributes:
        ended: people who will not be seen any more.
        earlier: sights, oldest first, of people who are reported for the first time.
        ids: shape (n,), the people seen in this frame.
        points: shape (n, 2), where, in units.
        places: shape (n, 2), the same without most of the detector's noise: where they should stand.
    """

    ended: list[int]
    earlier: list[Sighting]
    ids: Ints
    points: Floats
    places: Floats


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where n people are, or should be while they are hidden.

    Attributes:
        names: shape (n,).
        places: shape (n, 2), in units.
        velocities: shape (n, 2), units/s.
        seen: shape (n,), whether they were found in the last frame.
        begun: shape (k, 2), where tracks begin in the last frame, of people or not, in units.
    """

    names: Ints
    places: Floats
    velocities: Floats
    seen: Bools
    begun: Floats


class Tracker:
    """Follows people, who move as `tracking` says, in units.

    `found_in` is where they can be found at all: low x, low y, high x, high y. Who should be beyond it by now has left,
    and nobody who comes from there is them. None: nobody knows.
    """

    def __init__(self, tracking: TrackingParameters, found_in: tuple[float, float, float, float] | None = None) -> None:
        self._tracking = tracking
        self._found_in = found_in
        self._next = 1
        self._now_ms: int | None = None
        self._empty()

    def _empty(self) -> None:
        self._filter = KalmanFilter(self._tracking)
        self._names: Ints = np.empty(0, dtype=np.int64)
        self._latest: Floats = np.empty((0, 2))  # the last sight itself, in units
        self._seen_ms: Ints = np.empty(0, dtype=np.int64)
        self._away_ms: Ints = np.empty(0, dtype=np.int64)  # of the time since the last sight, nobody looked for so long
        self._longest_ms = 0  # so long may it be until the first frame after `restore`
        self._sure: Bools = np.empty(0, dtype=np.bool_)
        self._sights: Ints = np.empty(0, dtype=np.int64)
        self._frames: Ints = np.empty(0, dtype=np.int64)  # since the first sight
        self._begun_ms: Ints = np.empty(0, dtype=np.int64)
        self._unsure: dict[int, list[tuple[int, Point]]] = {}  # sights of those not yet reported

    @property
    def size(self) -> int:
        """How many tracks are alive, reported or not."""
        return len(self._names)

    def update(self, at_ms: int, points: Floats) -> TrackedFrame:
        """Take the points of one frame, shape (n, 2), captured later than the frame before.

        Raises ValueError for a time that does not rise or a point that is not finite.
        """
        if self._now_ms is not None and at_ms <= self._now_ms:
            raise ValueError(f"at_ms {at_ms} is not after {self._now_ms}")
        if not np.isfinite(points).all():
            raise ValueError(f"points {points.tolist()} hold a number that is not finite")
        self._note_unwatched_gap(at_ms)
        ended = self.expire(at_ms)
        column_of = self._pair(at_ms, points)
        rows = np.flatnonzero(column_of >= 0)
        self._see(at_ms, rows, points[column_of[rows]])
        new = np.ones(len(points), dtype=np.bool_)
        new[column_of[rows]] = False
        self._begin(at_ms, points[new])
        earlier = self._report(at_ms)
        self._now_ms = at_ms
        shown = self._sure & (self._seen_ms == at_ms)
        return TrackedFrame(ended, earlier, self._names[shown], self._latest[shown], self._filter.points[shown])

    def end(self) -> list[int]:
        """Forget everyone and return who had been reported."""
        ended: list[int] = self._names[self._sure].tolist()
        self._empty()
        return ended

    def whereabouts(self, hidden_s: float) -> Whereabouts:
        """Return where everybody reported is who was seen less than `hidden_s` before the last frame."""
        ahead_s = ((self._now_ms or 0) - self._seen_ms) / 1000
        rows = np.flatnonzero(self._sure & (ahead_s < hidden_s))
        velocities = self._filter.velocities[rows]
        places = self._filter.points[rows] + velocities * ahead_s[rows, None]
        begun = self._latest[self._begun_ms == self._now_ms]
        return Whereabouts(self._names[rows], places, velocities, ahead_s[rows] == 0, begun)

    def continues(self, after_ms: int, points: Floats) -> bool:
        """Return whether `points` look like the next frame, `after_ms` after the last one.

        They do when at least half of the people who moved are where they should be then. Those who stood
        still say nothing: they would be there later, too.
        """
        moving = self._sure & (self._seen_ms == self._now_ms) & ~self._filter.is_still()
        if not moving.any() or not len(points):
            return False
        ahead_s = np.full(self.size, after_ms / 1000)
        away_2 = squares(self._filter.predicted(ahead_s, ~moving)[moving], points).min(axis=1)
        return bool((away_2 < self._tracking.near**2).mean() >= _HALF)

    def tracks(self, *, smoothed: bool) -> list[Track]:
        """Return the tracks, to be kept over a restart; `smoothed`: with their places, not their last sights alone."""
        kept = (self._latest, self._filter.velocities, self._filter.spreads, self._seen_ms, self._frames)
        latest, velocities, spreads, seen_ms, frames = (values.tolist() for values in kept)
        places = self._filter.points.tolist() if smoothed else [None] * self.size
        rows = zip(self._names.tolist(), latest, velocities, spreads, seen_ms, frames, places, strict=True)
        return [
            Track(name, point, velocity, spread, at_ms, count, self._unsure.get(name, []), place)
            for name, point, velocity, spread, at_ms, count, place in rows
        ]

    def restore(self, tracks: list[Track], now_ms: int, longest_ms: int, newest: int = 0) -> None:
        """Begin with `tracks` as of `now_ms`: nobody is waited for less because the next frame comes late.

        A frame that comes later than `longest_ms` afterwards is too late for that. Newcomers get names above `newest`.
        """
        self._empty()
        self._now_ms, self._longest_ms = now_ms, longest_ms
        self._next = max([newest, *(track.name for track in tracks)]) + 1
        self._latest = np.array([track.point for track in tracks], dtype=np.float64).reshape(-1, 2)
        velocities = np.array([track.velocity for track in tracks], dtype=np.float64).reshape(-1, 2)
        places = np.array([track.place or track.point for track in tracks], dtype=np.float64).reshape(-1, 2)
        self._filter.add(places, velocities, np.array([track.spread for track in tracks]).reshape(-1, 3))
        self._names = np.array([track.name for track in tracks], dtype=np.int64)
        self._seen_ms = np.array([track.seen_ms for track in tracks], dtype=np.int64)
        self._sure = np.array([not track.sights for track in tracks], dtype=np.bool_)
        self._away_ms = np.zeros(len(tracks), dtype=np.int64)
        self._sights = np.array([len(track.sights) or 1 for track in tracks], dtype=np.int64)
        self._frames = np.array([track.frames for track in tracks], dtype=np.int64)
        self._unsure = {track.name: track.sights for track in tracks if track.sights}
        begun_ms = [track.sights[0][0] if track.sights else track.seen_ms for track in tracks]
        self._begun_ms = np.array(begun_ms, dtype=np.int64)

    # Pairing ----------------------------------------------------------------------------------------------

    def _pair(self, at_ms: int, points: Floats) -> Ints:
        """Return each track's point, shape (tracks,), -1 for none."""
        column_of = np.full(self.size, -1, dtype=np.int64)
        if not self.size or not len(points):
            return column_of
        ahead_s = (at_ms - self._seen_ms) / 1000
        last = self._sure & (self._seen_ms == self._now_ms)
        recent = self._sure & (ahead_s <= max(_MISSED_S, _MISSED_FRAMES * self._frame_s(at_ms)))
        expected = self._filter.predicted(ahead_s, self._sure & ~last)
        near = self._tracking.near + self._tracking.drift * np.minimum(ahead_s, _GROWS_S)
        reach = self._tracking.near + self._tracking.top_speed * np.minimum(ahead_s, LEAPS_S)
        free = np.arange(len(points))
        for who, where, most in (
            (recent, expected, near),
            (~self._sure, expected, np.where(self._is_led(ahead_s), near, reach)),
            (self._sure & ~recent & ~self._filter.is_moving(), expected, near),
            (last & (ahead_s <= LEAPS_S), self._latest, reach),
        ):
            rows = (who & (column_of < 0)).nonzero()[0]
            if len(rows) and len(free):
                found = assign(squares(where[rows], points[free]) / most[rows, None] ** 2, 1.0)
                paired = found >= 0
                column_of[rows[paired]] = free[found[paired]]
                free = np.delete(free, found[paired])
        return column_of

    def _is_led(self, ahead_s: Floats) -> Bools:
        """Return which newcomers' two sights or more say where they should be `ahead_s`, shape (n,), after the last."""
        known_s = (self._seen_ms - self._begun_ms) / 1000
        return np.asarray((ahead_s < _RUSH_S) & (known_s > 0) & (ahead_s <= _LED_FACTOR * known_s), dtype=np.bool_)

    # Life of a track --------------------------------------------------------------------------------------

    def _begin(self, at_ms: int, points: Floats) -> None:
        count = len(points)
        if not count:
            return
        names = np.arange(self._next, self._next + count)
        self._next += count
        self._filter.begin(points)
        self._names = np.concatenate((self._names, names))
        self._latest = np.vstack((self._latest, points))
        self._seen_ms = np.concatenate((self._seen_ms, np.full(count, at_ms)))
        self._away_ms = np.concatenate((self._away_ms, np.zeros(count, dtype=np.int64)))
        self._sure = np.concatenate((self._sure, np.zeros(count, dtype=np.bool_)))
        self._sights = np.concatenate((self._sights, np.ones(count, dtype=np.int64)))
        self._frames = np.concatenate((self._frames, np.zeros(count, dtype=np.int64)))
        self._begun_ms = np.concatenate((self._begun_ms, np.full(count, at_ms)))
        for name, (x, y) in zip(names.tolist(), points.tolist(), strict=True):
            self._unsure[name] = [(at_ms, (x, y))]

    def _see(self, at_ms: int, rows: Ints, points: Floats) -> None:
        self._filter.correct(rows, (at_ms - self._seen_ms[rows]) / 1000, points)
        self._latest[rows] = points
        self._seen_ms[rows] = at_ms
        self._away_ms[rows] = 0
        self._sights[rows] += 1
        if self._unsure:
            for name, (x, y) in zip(self._names[rows].tolist(), points.tolist(), strict=True):
                if sights := self._unsure.get(name):
                    sights.append((at_ms, (x, y)))

    def _frame_s(self, at_ms: int) -> float:
        """Return how far this frame is from the one before, in seconds: at most LONGEST_FRAME_S."""
        return 0.0 if self._now_ms is None else min((at_ms - self._now_ms) / 1000, LONGEST_FRAME_S)

    def _note_unwatched_gap(self, at_ms: int) -> None:
        """Note, at the first frame after `restore`, for how long no frame came."""
        if not self._longest_ms:
            return
        gap_ms = 0 if self._now_ms is None else at_ms - self._now_ms
        if gap_ms <= self._longest_ms:
            self._away_ms += round(gap_ms - self._frame_s(at_ms) * 1000)
        self._longest_ms = 0

    def expire(self, at_ms: int) -> list[int]:
        """Forget who was not seen for too long, and return those of them who had been reported."""
        frame_ms = self._frame_s(at_ms) * 1000
        few, many = FRESH_FRAMES
        fresh_ms = min(max(min(_FRESH_MS, many * frame_ms), few * frame_ms), self._tracking.max_coast_s * 1000)
        if not self.size or at_ms - self._seen_ms.min() <= fresh_ms:
            return []
        wait_s = max(_CONFIRM_S, _MISSED_FRAMES * self._frame_s(at_ms))
        coast_s = np.where(self._filter.is_still(), self._tracking.still_coast_s, self._tracking.max_coast_s + wait_s)
        hidden_ms = np.where(self._sure, coast_s * 1000, fresh_ms)
        gone = at_ms - self._seen_ms - self._away_ms > hidden_ms
        if self._found_in is not None:
            gone |= self._sure & self._has_left(at_ms, self._found_in)
        if not gone.any():
            return []
        ended: list[int] = self._names[gone & self._sure].tolist()
        self._drop(gone)
        return ended

    def _has_left(self, at_ms: int, found_in: tuple[float, float, float, float]) -> Bools:
        """Return who walked out of what is seen: they surely moved, and should be well beyond its border."""
        ahead_s = (at_ms - self._seen_ms - self._away_ms).clip(0) / 1000
        x, y = (self._latest + self._filter.velocities * ahead_s[:, None]).T
        low_x, low_y, high_x, high_y = found_in
        off = np.maximum(np.maximum(low_x - x, x - high_x), np.maximum(low_y - y, y - high_y))
        return np.asarray((off > self._tracking.near) & self._filter.is_moving(), dtype=np.bool_)

    def _drop(self, gone: Bools) -> None:
        for name in self._names[gone].tolist():
            self._unsure.pop(name, None)
        self._filter.keep(~gone)
        self._names, self._latest, self._seen_ms = self._names[~gone], self._latest[~gone], self._seen_ms[~gone]
        self._away_ms, self._sure = self._away_ms[~gone], self._sure[~gone]
        self._sights, self._frames, self._begun_ms = self._sights[~gone], self._frames[~gone], self._begun_ms[~gone]

    def _report(self, at_ms: int) -> list[Sighting]:
        """Begin to report those seen often enough, joined to the track that they continue, if any."""
        self._frames += 1
        if not self._unsure:
            return []
        age_ms = at_ms - self._begun_ms
        enough = ~self._sure & (age_ms >= self._tracking.min_age_s * 1000)
        enough &= self._sights >= self._tracking.min_sights - (age_ms >= RARE_MS)
        enough &= self._sights >= _SEEN_SHARE * self._frames
        earlier: list[Sighting] = []
        for name in self._names[enough].tolist():
            sights = self._unsure[name]
            known, from_ms = self._rejoin(int((self._names == name).argmax()), sights[0])
            earlier += [Sighting(known, seen_ms, point) for seen_ms, point in sights[:-1] if seen_ms > from_ms]
        return sorted(earlier, key=lambda sight: sight.at_ms)

    def _rejoin(self, row: int, first: tuple[int, Point]) -> tuple[int, int]:
        """Report the track of `row`, under the name of the broken track that it continues, if there is one.

        Its beginning must lie where the broken one led to, seen from both ends, and within reach; on the way someone
        may have sat down, or risen. It may lie a moment
        before the last sight of the broken one: that was then something else, taken for this person.

        Returns:
            The name, and the last sight under it until now, in ms; -1 for a new one.
        """
        begun_ms, begun = first
        gap_s = (begun_ms - self._seen_ms) / 1000
        start = np.array(begun)
        apart = start - self._latest
        goes, still = self._filter.is_moving(), bool(self._filter.is_still()[row])
        forth = off_the_way(apart, self._filter.velocities * (gap_s * goes)[:, None], stopped=still)
        back = off_the_way(apart, self._filter.velocities[row] * gap_s[:, None], stopped=~goes)
        off = np.where(goes, forth if still else (forth + back) / 2, back)
        name, waited_s = int(self._names[row]), gap_s.clip(0.0)
        fits = self._sure & (gap_s >= -_OVERLAP_S) & (self._seen_ms < self._seen_ms[row])
        fits &= off < self._tracking.near + self._tracking.drift * waited_s.clip(max=_GROWS_S)
        fits &= np.hypot(*apart.T) < self._tracking.near + self._tracking.top_speed * waited_s
        del self._unsure[name]
        self._sure[row] = True
        if not fits.any():
            return name, -1
        broken = int(np.where(fits, off, np.inf).argmin())
        known, from_ms = int(self._names[broken]), int(self._seen_ms[broken])
        self._names[row] = known
        self._drop(np.arange(self.size) == broken)
        return known, from_ms
