"""Weeks of records at once: made from the exact events of the same people that the frames show."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from core.clock import ceil_ms, floor_ms
from counter.counting.accumulator import Accumulator
from counter.counting.draft import Draft
from counter.device_file import DeviceFile, corners_of
from counter.errors import SourceError
from sim.crowd import Crowd
from sim.events import crossings, stays
from sim.faults import WatchedTime, broken, outage_gaps, restarts
from sim.people import Paths
from sim.rhythm import HOUR_S
from sim.settings import SimulatedSource
from sim.world import LONGEST_S

_LOSS_STREAM: Final = 4
_CHUNK_MS: Final = 24 * HOUR_S * 1000
"""So much time is made at once: a compromise of memory and speed."""


@dataclass(frozen=True, slots=True)
class History:
    """The past of one device.

    Attributes:
        crowd: everyone in the world.
        settings: the device's [source].
        device: its lines and zones, wholly in view, its setup and its flow period.
    """

    crowd: Crowd
    settings: SimulatedSource
    device: DeviceFile

    def drafts(self, from_ms: int, until_ms: int) -> Iterator[Draft]:
        """Yield the records of [from_ms, until_ms), in the order in which their intervals end.

        Both are UTC milliseconds on a quarter-hour. Raises SourceError when they are not, or when a line or
        zone lies outside the view.
        """
        self._check(from_ms, until_ms)
        watched = self._watched(from_ms, until_ms)
        accumulator = Accumulator(
            [line.line for line in self.device.lines],
            [zone.zone for zone in self.device.zones],
            flow_period_s=self.device.device.flow_period_s,
            setup=self.device.device.setup_on_wire,
        )
        begin_ms = floor_ms(from_ms, HOUR_S) - ceil_ms(LONGEST_S * 1000, HOUR_S)
        for chunk_ms in range(begin_ms, until_ms, _CHUNK_MS):
            end_ms = chunk_ms + _CHUNK_MS
            people = self.crowd.arrivals(chunk_ms, end_ms)
            self._count(accumulator, people, watched, chunk_ms)
            for seen_from_ms, seen_to_ms in watched.within(chunk_ms, end_ms):
                accumulator.watched(seen_from_ms, seen_to_ms)
            yield from accumulator.drafts(min(end_ms, until_ms))

    def _check(self, from_ms: int, until_ms: int) -> None:
        for name, at_ms in (("from_ms", from_ms), ("until_ms", until_ms)):
            if at_ms != floor_ms(at_ms, 900):
                raise SourceError(f"{name} {at_ms} of the history is on no quarter-hour")
        x0, y0, x1, y1 = self.settings.view
        for name, (x, y) in corners_of(self.device):
            if not (x0 <= x <= x1 and y0 <= y <= y1):
                raise SourceError(f"{name}: corner {(x, y)} lies outside the view {list(self.settings.view)}")

    def _watched(self, from_ms: int, until_ms: int) -> WatchedTime:
        missed = restarts(from_ms, until_ms, self.settings.restarts_per_week, [self.settings.seed, self._own()])
        return WatchedTime.between(from_ms, until_ms, chain(missed, outage_gaps(self.settings.outages)))

    def _own(self) -> int:
        """Return a number of this device, so that two devices don't fail at the same moments."""
        keys = [self.device.device.setup]
        keys += [line.line for line in self.device.lines] + [zone.zone for zone in self.device.zones]
        return zlib.crc32(" ".join(keys).encode())

    def _count(self, accumulator: Accumulator, people: Paths, watched: WatchedTime, chunk_ms: int) -> None:
        """Give the accumulator all that these people do, whenever they do it."""
        for line in self.device.lines:
            at_ms, forward = crossings(people, line.points, line.forward_towards)
            seen = watched.covers(at_ms)
            for moment_ms, onward in zip(at_ms[seen].tolist(), forward[seen].tolist(), strict=True):
                accumulator.crossing(line.line, int(moment_ms), onward)
        chance = np.random.default_rng([self.settings.seed, self._own(), _LOSS_STREAM, chunk_ms // _CHUNK_MS])
        for zone in self.device.zones:
            visits = broken(stays(people, zone.polygon), self.settings.loss_every_s, chance)
            for visit in watched.seen(visits).rows():
                accumulator.visit(zone.zone, *visit)
