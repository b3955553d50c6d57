"""Warm spots under thermal arrays: simulated pictures with noise, drift and a radiator."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from bench.virtual_arrays import AMG8833, MLX90640, Kind, count, detections_in, frames, radiator
from bench.virtual_doorways import Walk, walk
from core.clock import SystemClock
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.device_file import DeviceFile, load
from counter.errors import DeviceFileError, SensorError
from counter.geometry import ZoneGeometry
from counter.service.inputs import open_input
from counter.sources.reconnecting_sensor import ReconnectingSensor
from counter.sources.thermal.backdrop import ThermalBackdrop
from counter.sources.thermal.source import Thermal
from counter.sources.thermal.spots import TRACKING, Optics, places
from sim.warmth import Warmth
from tests.counter.sources.test_beams import DEVICE as BEAMS
from tests.counter.sources.test_beams import ZONE
from tests.support.counter.records import SetClock

HEIGHT_M = 2.7
KINDS = pytest.mark.parametrize("kind", [AMG8833, MLX90640], ids=["8x8", "32x24"])


def one_by_one(count: int) -> list[Walk]:
    return [
        walk(
            5.0 * k,
            across=0.06 * (k % 11) - 0.3,
            forward=k % 2 == 0,
            speed=0.9 + 0.1 * (k % 9),
            phase_m=0.05 * (k % 13) - 0.3,
            reach_m=2.2,
        )
        for k in range(count)
    ]


@pytest.mark.simulation
@KINDS
def test_one_person_at_a_time_is_counted_exactly(kind: Kind) -> None:
    pictures = frames(
        kind, one_by_one(12), HEIGHT_M, drift_c=lambda time_s: 2 * float(np.sin(time_s / 60)), things=radiator(kind)
    )
    assert count(kind, detections_in(kind, pictures, HEIGHT_M), HEIGHT_M) == (6, 6)


@KINDS
def test_two_abreast_are_two(kind: Kind) -> None:
    pair = [walk(0, across=-0.4, reach_m=2.2), walk(0, across=0.4, reach_m=2.2, phase_m=0.3)]
    assert count(kind, detections_in(kind, frames(kind, pair, HEIGHT_M), HEIGHT_M), HEIGHT_M) == (2, 0)


@pytest.mark.simulation
@KINDS
def test_who_follows_close_behind_is_counted_too(kind: Kind) -> None:
    """Six people in single file, 0.9 m apart, one of them nearer to the wall."""
    file = [walk(0.7 * k, across=0.1 * (k % 3), reach_m=2.2, phase_m=0.1 * k) for k in range(6)]
    assert count(kind, detections_in(kind, frames(kind, file, HEIGHT_M), HEIGHT_M), HEIGHT_M) == (6, 0)


@pytest.mark.simulation
@KINDS
def test_who_walks_through_a_zone_as_large_as_the_picture_comes_in_and_leaves(kind: Kind) -> None:
    view = Optics.of(kind.shape, kind.field_deg, HEIGHT_M).view
    zone = ZoneGeometry("floor", ((-2.5, -1.5), (2.5, -1.5), (2.5, 1.5), (-2.5, 1.5)), 60, 0.3)
    tally = Tally([], [zone], flow_period_s=60, setup="thermal", units_per_metre=1.0, view=view, tracking=TRACKING)
    seen = list(detections_in(kind, frames(kind, one_by_one(4), HEIGHT_M), HEIGHT_M))
    drafts = [draft for one in seen for draft in tally.update(one)] + tally.close(seen[-1].at_ms)
    cells = [draft.zones[0] for draft in drafts if isinstance(draft, FlowDraft)]
    assert sum(cell.entries for cell in cells) == 4
    assert sum(cell.exits for cell in cells) == 4
    assert sum(cell.appeared + cell.lost for cell in cells) == 0


@pytest.mark.simulation
@KINDS
def test_an_empty_place_has_nobody(kind: Kind) -> None:
    empty = [Walk(np.array([0.0, 60.0]), np.full((2, 2), 50.0))]
    pictures = frames(kind, empty, HEIGHT_M, things=radiator(kind), drift_c=lambda time_s: time_s / 60)
    assert not any(len(detections.points) for detections in detections_in(kind, pictures, HEIGHT_M))


def test_people_stand_where_they_are_in_metres() -> None:
    """The spot leans a little outwards: heads are nearer to the array than shoulders."""
    standing = [Walk(np.array([0.0, 5.0]), np.array([[0.3, -0.2], [0.3, -0.2]]))]
    seen = list(detections_in(MLX90640, frames(MLX90640, standing, HEIGHT_M), HEIGHT_M))
    there = np.array([detections.points[0] for detections in seen if len(detections.points)])
    assert abs(np.median(there, axis=0) - (0.3, -0.2)).max() < 0.1


def test_a_radiator_that_is_turned_on_becomes_a_thing() -> None:
    backdrop, picture = ThermalBackdrop(1.2, 0.1, 30.0), np.zeros((8, 8))
    hot = picture.copy()
    hot[0, 0] = 6.0
    for _ in range(31):
        backdrop.update(picture)
    over = [backdrop.update(hot) for _ in range(900)]
    assert over[0] is not None
    assert over[0][0, 0] > 5
    assert over[-1] is not None
    assert over[-1][0, 0] < 1.2


def test_pixels_look_further_out_the_higher_the_array_hangs() -> None:
    assert places(8, 60.0, 1.0)[[0, -1]] == pytest.approx([-0.494, 0.494], abs=0.001)
    assert places(8, 60.0, 2.0) == pytest.approx(2 * places(8, 60.0, 1.0))


@dataclass
class Failing:
    """An array that fails after some pictures."""

    warmth: Warmth
    left: int

    def next(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        self.left -= 1
        if self.left < 0:
            raise SensorError("the AMG8833 at 0x69 does not acknowledge")
        return self.warmth.picture(None)

    def close(self) -> None:
        pass


@pytest.mark.simulation
def test_an_array_that_comes_back_learns_anew_and_is_unwatched_until_then() -> None:
    warmth = Warmth((8, 8), (60.0, 60.0), HEIGHT_M, 0.2)
    thermal = Thermal(Optics.of((8, 8), (60.0, 60.0), HEIGHT_M), 1.2, 1.0, 600.0, SetClock())
    source = ReconnectingSensor(lambda: Failing(warmth, 5), thermal.detections)
    assert [detections.watched for detections in _until(source, 10)] == [False, False, False, True, True] * 2


def _until(source: ReconnectingSensor[Failing], number: int) -> Iterator[Detections]:
    for place, detections in enumerate(source.detections(), 1):
        if place == number:
            source.close()
        yield detections


def device_file(folder: Path, lines: str, more: str = "") -> DeviceFile:
    source = f'[source]\nkind = "thermal"\npart = "amg8833"\nheight_m = 2.7\n{more}\n'
    head, _, tail = BEAMS.partition("[source]")
    path = folder / "device.toml"
    path.write_text(head + source + lines + tail[tail.index("[outbox]") - 1 :])
    return load(path)


LINE = '[[lines]]\nline = "door"\npoints = [[-1.0, {y}], [1.0, {y}]]\nforward_towards = [0.0, 9.0]\n'


def test_a_thermal_array_has_lines_and_zones(tmp_path: Path) -> None:
    device = device_file(tmp_path, LINE.format(y=0.0) + ZONE)
    seen = open_input(device, tmp_path, SystemClock())
    seen.source.close()
    assert device.units_per_metre == 1.0
    assert seen.view is not None


def test_a_line_that_the_array_does_not_see_is_refused(tmp_path: Path) -> None:
    device = device_file(tmp_path, LINE.format(y=2.0))
    with pytest.raises(DeviceFileError, match=r"line door: it lies beside what the array sees .* y -0\.6 to 0\.6"):
        open_input(device, tmp_path, SystemClock())
