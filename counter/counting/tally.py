"""The counting core of a device: detections in, records out.

The tally owns the tracker, the lines and the zones, and fills the Accumulator. It has no clock and does no
input or output. What its records mean:

- A crossing, the beginning and the end of a visit are counted in the interval of the frame in which they are decided
  (`lines`, `zones`): up to a few seconds after the moment itself. Splitting time anywhere changes no total.
- A moment was observed, for a line or a zone, when someone who passed it then at 0.5 to 2 m/s would have been counted:
  it is settled up to a few seconds later, and the records of an interval are closed when all of it is
  (`followed_time`). What is counted in time that was not observed stays counted.
- An interval in which nothing was observed and nothing counted makes no record: missing, not zero people. Only where
  the sensor itself reported that it could not see is there one, with nothing observed and its flag.
- Starts rise strictly. When the clock is set back, nothing is observed until it has passed the time it had
  reached; people are counted for another minute, into the open interval, and then all visits end as lost.
- When it is set forward, tracks, visits and dwell go on: they run on the time that really passed.
"""

import copy
from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec
import numpy as np

from core import wire
from counter.counting.accumulator import Accumulator
from counter.counting.cells import LineCrossings
from counter.counting.displacements import Displacements, TrackHistory
from counter.counting.draft import Draft
from counter.counting.followed_time import FollowedTime, SettledTime
from counter.counting.frame_clock import FrameClock, FrameTime
from counter.counting.line_set import LineSet
from counter.counting.lines import LineCounter
from counter.counting.second_tallies import SECOND_MS
from counter.counting.snapshot import Snapshot, SnapshotError, keys_of, read
from counter.counting.staff_presses import StaffPresses
from counter.counting.version import COUNTING_VERSION, CountingVersion
from counter.counting.walks import needed_sights, usual_scale
from counter.counting.zones import ZoneChanges, ZoneCounter
from counter.detections import Detections, Passed
from counter.geometry import Floats, Geometry, LineGeometry, Point, View, ZoneGeometry
from counter.tracking.kalman import TrackingParameters
from counter.tracking.reach import TrackerReach
from counter.tracking.tracker import Tracker

_RESTART_MS: Final = 10_000
"""Someone seen this short a time before a restart may be the same after it. Nothing older is kept."""
_TICK_MS: Final = wire.LIVE_TICK_S * 1000
_MEETINGS_SINCE: Final = 3  # of the counting versions: lines count by `LineSet`


class Tally:
    """Counts on one device.

    Args:
        lines: the device's lines.
        zones: its zones.
        gates: keys of lines whose crossings the sensor decides itself: they come with the detections.
        flow_period_s: length of a flow interval, one of wire.FLOW_PERIODS_S.
        setup: id of geometry, algorithm and model, written into every record.
        units_per_metre: how many of the source's units make a metre; by default the bands and margins
            are taken to be BAND_M each.
        view: what the source sees, where that has borders at which people come and go.
        tracking: how people move, in metres.
        version: the counting version whose rules it counts by.
        hindsight_ms: how much later the source may know that nobody could have been seen: so long a record waits.

    Raises ValueError for a period that the wire does not know, or a line or zone named twice.
    """

    def __init__(  # noqa: PLR0913 - a device's geometry and settings, all named
        self,
        lines: Sequence[LineGeometry],
        zones: Sequence[ZoneGeometry],
        *,
        gates: Sequence[str] = (),
        flow_period_s: int,
        setup: str,
        units_per_metre: float | None = None,
        view: View | None = None,
        tracking: TrackingParameters | None = None,
        hindsight_ms: int = 0,
        version: CountingVersion = COUNTING_VERSION,
    ) -> None:
        self._gates = tuple(gates)
        keys = [*(line.line for line in lines), *self._gates], [zone.zone for zone in zones]
        self._sums = Accumulator(*keys, flow_period_s=flow_period_s, setup=setup)
        scale = units_per_metre or usual_scale(lines, zones)
        self._former = version < _MEETINGS_SINCE
        self._line_set = LineSet([] if self._former else lines, zones, scale, view)
        self._lines = [LineCounter(line) for line in (lines if self._former else ())]
        self._zones = [ZoneCounter(zone, view) for zone in zones]
        self._geometry = Geometry(lines if self._former else (), zones, view)
        tracking = tracking or TrackingParameters()
        self._tracker = Tracker(tracking.scaled(scale), None if self._former or view is None else view.outer)
        self._history = TrackHistory()
        self._clock = FrameClock()
        self._followed = FollowedTime(needed_sights(lines, self._gates, zones, view, scale), TrackerReach.of(tracking))
        self._presses = StaffPresses()
        self._sees = True
        self._hindsight_ms = hindsight_ms
        self._settled_ms = 0

    def update(self, detections: Detections, *, elapsed_ms: int | None = None) -> list[Draft]:
        """Count one frame.

        Args:
            detections: where people are. Its stamps should rise; where they don't, the clock was set back.
            elapsed_ms: time since the frame before on a clock that is never set. None: by the stamps, and
                where they jump while people walk on, or go back, one usual frame interval passed.

        Returns:
            The records that this frame closed, in order of their ends.
        """
        if elapsed_ms is None:
            goes_on = partial(self._tracker.continues, points=detections.points)
            elapsed_ms = self._clock.elapsed_ms(detections.at_ms, goes_on, _RESTART_MS)
        moment = self._clock.advance(detections.at_ms, elapsed_ms)
        self._sees = detections.watched
        if moment.rewound:
            self.lose_everyone()
            return []
        self._note(moment, detections.unwatched_ms)
        if self._sees:
            self._count(moment, detections)
        else:
            self._end(moment, ended := self._tracker.expire(moment.steady_ms))
            self._cross(moment, *self._line_set.end(moment.steady_ms, ended))
        for flag in detections.flags:
            self._sums.flag(flag, moment.at_ms)
        if moment.clock_set:
            self._sums.flag(wire.Flag.CLOCK_UNSURE, moment.at_ms)
        settled = self._followed.settle(moment.steady_ms, moment.at_ms)
        return self._observe(settled) if settled else []

    @property
    def lines(self) -> tuple[str, ...]:
        """Keys of the lines, in the order of the records."""
        return self._sums.lines

    @property
    def places(self) -> dict[int, Point]:
        """Where people in view were seen last, in units: for a developer's run that keeps and sends nothing."""
        return self._history.last

    def exclude_next_crossing(self, line: str) -> None:
        """Leave the next crossing of `line` out of the net counts, if it is decided within ten seconds."""
        self._presses.press(line, self._clock.state.steady_ms)

    def live(self, at_ms: int) -> wire.Live:
        """Return the live tick of `at_ms`, UTC ms since 1970, aligned down to the tick.

        Lines show complete but unsettled crossings too: who turns back is taken off again with a later tick.
        Zones are left out when the last frame is older than ten seconds, or showed nothing: nobody knows then.
        """
        known = self._sees and at_ms - self._clock.state.at_ms <= _RESTART_MS
        return wire.Live(
            wire.utc((at_ms - at_ms % _TICK_MS) // 1000),
            [
                *(self._live_line(line.line, line.pending(), at_ms) for line in self._lines),
                *(self._live_line(line, pending, at_ms) for line, pending in self._line_set.pending()),
                *(self._live_line(gate, LineCrossings(), at_ms) for gate in self._gates),
            ],
            [self._live_zone(zone, at_ms) for zone in self._zones] if known else [],
            minor=wire.MINOR,
        )

    def start_presync(self) -> None:
        """Count without knowing the time: stamps are of a steady clock, and no records are made but seconds."""
        sums = self._sums
        self._sums = Accumulator(
            sums.lines, sums.zones, flow_period_s=sums.flow_period_s, setup=sums.setup, seconds=True
        )

    @property
    def sums(self) -> Accumulator:
        """What is counted and not handed out yet."""
        return self._sums

    @property
    def reached_ms(self) -> int:
        """The latest stamp so far."""
        return self._clock.state.high_ms

    def continue_on_steady(self, offset_ms: int) -> Accumulator:
        """Go on, in a tally that counts on the time of day, on a steady time into seconds.

        Args:
            offset_ms: what makes UTC milliseconds of steady ones.

        Returns:
            What was counted and not handed out yet, on the time of day.
        """
        sums = self._sums
        self.start_presync()
        stamps = self._clock.state
        stamps.at_ms -= offset_ms
        stamps.high_ms, stamps.back_ms = stamps.at_ms, 0
        self._move_settled(-offset_ms)
        return sums

    @property
    def settled_ms(self) -> int:
        """The stamp up to which it is settled what was observed: intervals are closed up to there."""
        return self._settled_ms

    def continue_on_utc(self, sums: Accumulator, offset_ms: int, reached_ms: int) -> None:
        """Go on, in a tally that began early, on the time of day.

        Args:
            sums: to count into, with the seconds that were counted so far.
            offset_ms: what makes UTC milliseconds of steady ones.
            reached_ms: the latest stamp before the tally began, UTC milliseconds.
        """
        self._sums = sums
        self._move_settled(offset_ms)
        stamps = self._clock.state
        stamps.at_ms += offset_ms
        stamps.high_ms = max(stamps.high_ms + offset_ms, reached_ms)

    def close(self, at_ms: int) -> list[Draft]:
        """Stop counting at `at_ms` (UTC ms since 1970): people in view are lost, open intervals are cut.

        What is updated later in the same intervals would be unobserved, so a counter that only restarts should keep
        `state` instead.
        """
        stamps = self._clock.state
        now_ms = max(at_ms, stamps.at_ms)
        self._lose(now_ms)
        settled = self._followed.settle(stamps.steady_ms + now_ms - stamps.at_ms, now_ms, over=True)
        return [*(self._observe(settled) if settled else []), *self._sums.cut(now_ms)]

    def lose_everyone(self) -> None:
        """Forget everyone in view: their visits end as lost, at their last sight. `state` then holds no place."""
        self._lose(self._clock.state.at_ms)

    def copy(self) -> "Tally":
        """Return a tally that goes on from here on its own."""
        return copy.deepcopy(self)

    def without_people(self) -> "Tally":
        """Return a copy in which everyone in view is lost: its `state` holds no place."""
        bare = self.copy()
        bare.lose_everyone()
        return bare

    def state(self) -> bytes:
        """Return what `restore` needs to go on: open totals, and tracks and visits alive now.

        It holds places of people in view, unless `lose` was called, so it must not be kept longer than ten seconds.
        """
        snapshot = Snapshot(
            keys=self._keys(),
            sums=self._sums.state,
            moments=self._clock.state,
            tracks=self._tracker.tracks(smoothed=not self._former),
            last=self._history.last,
            lines={line.line: line.open for line in self._lines} | self._line_set.open,
            zones={zone.zone: zone.open for zone in self._zones},
            followed=self._followed.state,
            meetings=self._line_set.meetings,
            counted=self._line_set.last,
        )
        return msgspec.msgpack.encode(snapshot)

    def belongs(self, state: bytes) -> bool:
        """Return whether a state is one of this geometry and setup."""
        try:
            read(state, self._keys())
        except SnapshotError:
            return False
        return True

    def restore(self, state: bytes) -> None:
        """Go on from `state`, in a tally that was not updated yet.

        People found where they were in a frame at most ten seconds after the state are the same; all other visits
        end as lost, at their last sight.

        Raises SnapshotError when the bytes are not a state of this geometry and setup.
        """
        snapshot = read(state, self._keys())
        self._sums.state = snapshot.sums
        self._clock.state = snapshot.moments
        self._followed.restore(snapshot.followed)
        self._settled_ms = self._followed.settled_stamp(snapshot.moments.at_ms)
        now_ms = snapshot.moments.steady_ms
        self._tracker.restore(snapshot.tracks, now_ms, _RESTART_MS, snapshot.meetings.newest)
        self._history.restore(snapshot.last)
        self._line_set.restore(snapshot.lines, snapshot.counted, snapshot.meetings)
        for line in self._lines:
            line.open = snapshot.lines[line.line]
        for zone in self._zones:
            zone.open = snapshot.zones[zone.zone]

    # ------------------------------------------------------------------------------------------------------

    def _lose(self, at_ms: int) -> None:
        moment = FrameTime(self._clock.state.steady_ms, at_ms, at_ms, clock_set=False, rewound=False)
        if self._tracker.size:
            self._followed.lose_everyone()
        self._end(moment, ended := self._tracker.end())
        self._cross(moment, *self._line_set.close(moment.steady_ms, ended))

    def _move_settled(self, by_ms: int) -> None:
        self._followed.move_stamps(by_ms)
        self._settled_ms += by_ms

    def _note(self, moment: FrameTime, unwatched_ms: int) -> None:
        """Note a frame for what was observed, `unwatched_ms` before it that was not."""
        if self._sees:
            self._followed.frame(moment.steady_ms, moment.at_ms, torn=moment.clock_set)
            return
        self._followed.blind(moment.steady_ms - unwatched_ms)
        self._sums.take_back(moment.at_ms - unwatched_ms, self._followed.observed_until(self._settled_ms))

    def _observe(self, settled: SettledTime) -> list[Draft]:
        """Take in what is settled, and close the intervals that are."""
        self._sums.observed(settled.observed)
        for from_ms, to_ms in settled.slow:
            for at_ms in (*range(from_ms, to_ms, SECOND_MS), to_ms - 1):
                self._sums.flag(wire.Flag.LOW_FRAME_RATE, at_ms)
        self._settled_ms = settled.until_ms
        return self._sums.drafts(settled.until_ms - self._hindsight_ms)

    def _keys(self) -> list[str]:
        return keys_of(self._sums, [zone.zone for zone in self._zones])

    def _count(self, moment: FrameTime, detections: Detections) -> None:
        tracked = self._tracker.update(moment.steady_ms, detections.points)
        self._end(moment, tracked.ended)
        if detections.passed:
            self._cross(moment, (detections.passed.line, detections.passed))
        for sight in tracked.earlier:
            self._take(
                moment, self._history.displacements(sight.at_ms, np.array([sight.name]), np.array([sight.point]))
            )
        moves = self._history.displacements(moment.steady_ms, tracked.ids, tracked.points)
        if self._former:
            self._take(moment, moves)
        else:
            decided, depths = self._line_set.take(moment.steady_ms, tracked, self._tracker, moves)
            self._cross(moment, *decided)
            self._stay_each(moment, moves, depths)
        for zone in self._zones:
            self._sums.occupancy(zone.zone, moment.at_ms, len(zone.open))

    def _take(self, moment: FrameTime, moves: Displacements) -> None:
        if not moves.rows:
            return
        relations = self._geometry.relate(moves.before, moves.points)
        for line, passes, gaps in zip(self._lines, relations.passes, relations.gaps, strict=True):
            self._cross(moment, (line.line, line.take(moves, passes, gaps)))
        self._stay_each(moment, moves, relations.depths)

    def _end(self, moment: FrameTime, ids: list[int]) -> None:
        if not ids:
            return
        for line in self._lines:
            self._cross(moment, (line.line, line.end(ids)))
        for zone in self._zones:
            self._stay(moment, zone.zone, zone.end(moment.steady_ms, ids))
        self._history.forget(ids)

    def _stay_each(self, moment: FrameTime, moves: Displacements, depths: Floats) -> None:
        if moves.rows:
            for zone, depth in zip(self._zones, depths, strict=True):
                self._stay(moment, zone.zone, zone.take(moves, depth))

    def _cross(self, moment: FrameTime, *decided: tuple[str, LineCrossings | Passed]) -> None:
        """Count what was decided of lines, here or by their sensors, without what staff did."""
        for line, one in decided:
            net = self._presses.take(line, moment.steady_ms, (one.forward, one.backward))
            counted = LineCrossings(*net, one.gross_forward, one.gross_backward)
            if not counted.is_empty():
                self._sums.crossings(line, moment.at_ms, counted)

    def _stay(self, moment: FrameTime, zone: str, stays: ZoneChanges) -> None:
        for start in stays.began:
            self._sums.visit_began(zone, moment.at_ms, start)
        to_ms = moment.stamp(stays.to_ms)
        for from_ms, people in stays.present.items():
            self._sums.present(zone, moment.stamp(from_ms), to_ms, people=people)
        for visit in stays.ended:
            self._sums.visit_ended(zone, moment.at_ms, visit.end_ms - visit.start_ms, visit.start, visit.end)

    def _live_line(self, line: str, pending: LineCrossings, at_ms: int) -> wire.LiveLine:
        start_ms, cell = self._sums.open_line(line, at_ms)
        return wire.LiveLine(
            line, wire.utc(start_ms // 1000), cell.forward + pending.forward, cell.backward + pending.backward
        )

    def _live_zone(self, zone: ZoneCounter, at_ms: int) -> wire.LiveZone:
        steady_ms = self._clock.state.steady_ms + max(at_ms - self._clock.state.at_ms, 0)
        return wire.LiveZone(zone.zone, len(zone.open), zone.staying(steady_ms), zone.stay_s)
