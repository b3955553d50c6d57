"""When a thermal array can't show people: where it hangs, how warm the floor is, and pictures that are none.

The class: time in which somebody who walks 0.5 to 2 m/s would not have been seen is not watched, and its flag says why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from bench.arrays import is_possible, one_at_a_time
from bench.virtual_arrays import AMG8833, MLX90640, Floats, Kind, count, detections_in, frames
from bench.virtual_doorways import Walk, walk
from core import wire
from core.clock import SystemClock
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.diagnostics.doctor.sensor_gauges import ArraySums
from counter.geometry import BAND_M, LineGeometry
from counter.service.inputs import open_input
from counter.sources.port import Surroundings
from counter.sources.sensors import array_limits, array_sentences, thermal_array
from counter.sources.thermal.contrast import warmest_floor_c
from counter.sources.thermal.picture import take_trail
from counter.sources.thermal.settings import ThermalSource
from counter.sources.thermal.spots import TRACKING, Optics
from platspuls.cli.main import main
from sim.warmth import Warmth
from tests.counter.sources.test_thermal import LINE, device_file
from tests.support.counter.records import SetClock
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation

KINDS = pytest.mark.parametrize("kind", [AMG8833, MLX90640], ids=["8x8", "32x24"])
EMPTY = [Walk(np.array([0.0, 20.0]), np.full((2, 2), 50.0))]


def brought(kind: Kind, pictures: Iterator[tuple[float, Floats]], height_m: float = 3.0) -> list[Detections]:
    """Return what an array brings, without the seconds in which it learns."""
    seen = list(detections_in(kind, pictures, height_m))
    return seen[round(4 * kind.rate) :]


# Where it hangs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", worlds([1, 2]))
@pytest.mark.parametrize(
    ("kind", "height_m"),
    worlds([(AMG8833, 2.4), (AMG8833, 3.4), (AMG8833, 4.0), (MLX90640, 2.3), (MLX90640, 3.0), (MLX90640, 5.0)], 3),
)
def test_where_an_array_may_hang_it_counts_who_walks_two_metres_a_second(
    kind: Kind, height_m: float, seed: int
) -> None:
    assert is_possible(kind, height_m)
    walks = one_at_a_time(8, 2.0, seed)
    assert count(kind, detections_in(kind, frames(kind, walks, height_m, seed=seed), height_m), height_m) == (4, 4)


@pytest.mark.parametrize(("kind", "low_m", "high_m"), [(AMG8833, 2.4, 4.0), (MLX90640, 2.3, 6.0)], ids=["8x8", "32x24"])
def test_limits_of_where_an_array_may_hang(kind: Kind, low_m: float, high_m: float) -> None:
    heights = [height / 10 for height in range(20, 61)]
    assert [height for height in heights if is_possible(kind, height)] == [
        height for height in heights if low_m <= height <= high_m
    ]


@pytest.mark.parametrize(("kind", "height_m"), [(AMG8833, 2.4), (AMG8833, 4.0), (MLX90640, 2.3), (MLX90640, 5.0)])
def test_where_an_array_may_hang_an_empty_place_is_observed(kind: Kind, height_m: float) -> None:
    """What is known of its view must not say that people are in it for too short a time."""
    line = LineGeometry("door", ((-0.4, 0.0), (0.4, 0.0)), (0.0, 1.0), BAND_M)
    view = Optics.of(kind.shape, kind.field_deg, height_m).view
    tally = Tally([line], [], flow_period_s=60, setup="thermal", units_per_metre=1.0, view=view, tracking=TRACKING)
    drafts = []
    for number in range(round(130 * kind.rate)):
        at_ms = 1_800_000_000_000 + round(number * 1000 / kind.rate)
        drafts += tally.update(Detections(at_ms, np.empty((0, 2)), at_ms))
    assert [draft.flags for draft in drafts[:2]] == [(), ()]
    assert all(draft.lines[0].observed_ms >= 59_900 for draft in drafts[:2] if isinstance(draft, FlowDraft))


@pytest.mark.parametrize(("part", "lowest_m"), [("amg8833", 2.7), ("mlx90640", 2.4)])
def test_by_the_former_counting_version_an_array_may_hang_where_it_might(part: str, lowest_m: float) -> None:
    heights = [height / 10 for height in range(20, 40)]
    possible = [height for height in heights if not array_limits(settings(part, height), counting_version=2)]
    assert possible == [height for height in heights if height >= lowest_m]


def test_a_line_that_goes_on_beside_the_view_is_refused() -> None:
    def line(half_m: float) -> list[tuple[str, tuple[float, float]]]:
        return [("line door", (-half_m, 0.0)), ("line door", (half_m, 0.0))]

    assert not array_sentences(settings("amg8833", 2.7), line(0.45))
    [sentence] = array_sentences(settings("amg8833", 2.7), line(1.0))
    assert sentence.startswith("line door: it goes on beside where people are found, x -0.54 to 0.54")


LOW, HIGH = wire.Flag.LOW_FRAME_RATE, wire.Flag.LOW_CONTRAST


def settings(part: str, height_m: float) -> ThermalSource:
    return ThermalSource.model_validate({"kind": "thermal", "part": part, "height_m": height_m})


@pytest.mark.parametrize(
    ("part", "height_m", "flag"),
    [
        ("amg8833", 2.0, LOW),
        ("amg8833", 2.3, LOW),
        ("mlx90640", 2.2, LOW),
        ("amg8833", 4.2, HIGH),
    ],
)
def test_a_counter_that_hangs_where_nobody_is_counted_goes_on_and_says_so(
    part: str, height_m: float, flag: wire.Flag
) -> None:
    """It may have run so before an upgrade: its time is missing, with a flag, and never nobody."""
    source, clock = settings(part, height_m), SetClock()
    shape = (8, 8) if part == "amg8833" else (24, 32)
    warmth = Warmth(shape, (60.0, 60.0), height_m, 0.3)
    around = Surroundings(Path(), clock, None, ())
    seen = thermal_array(source, around, lambda: Pictures(warmth, 80))
    frames_ = [frame for frame, _ in zip(seen.detections(), range(60), strict=False)]
    seen.close()
    assert {frame.watched for frame in frames_} == {False}
    assert {frame.flags for frame in frames_} == {(flag,)}


@dataclass
class Pictures:
    """An array that brings simulated pictures."""

    warmth: Warmth
    left: int

    def next(self) -> Floats:
        self.left -= 1
        return self.warmth.picture(None)

    def close(self) -> None:
        pass


def test_a_line_along_the_longer_side_gives_people_a_longer_way_through_the_picture() -> None:
    low = settings("mlx90640", 2.2)
    across_y = [("line door", (-1.0, 0.0)), ("line door", (1.0, 0.0))]
    across_x = [("line door", (0.0, -0.4)), ("line door", (0.0, 0.4))]
    assert [limit.flag for limit in array_limits(low, across_y)] == [LOW]
    assert not array_limits(low, across_x)


def test_check_refuses_where_nobody_is_counted_and_opening_does_not(tmp_path: Path) -> None:
    device = device_file(tmp_path, LINE.format(y=0.0))
    path = tmp_path / "device.toml"
    path.write_text(path.read_text().replace("height_m = 2.7", "height_m = 2.2"))
    answer = CliRunner().invoke(main, ["counter", "check", str(path)])
    assert answer.exit_code == 2
    assert "height_m = 2.2: too low, whoever walks 2 m/s is in the middle of the picture for 5.2 pictures" in (
        answer.output.replace("\n", " ")
    )
    low = device.model_copy(update={"source": settings("amg8833", 2.2)})
    seen = open_input(low, tmp_path, SystemClock())
    seen.source.close()
    assert len(seen.limits) == 2


# The floor --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("floor_c", worlds([-15.0, 0.0, 10.0, 18.0, 20.0, 24.0, 26.0, 27.0], every=7))
@KINDS
def test_on_a_normal_day_all_time_is_watched(kind: Kind, floor_c: float) -> None:
    walks = [walk(2.0, reach_m=2.2), Walk(np.array([0.0, 8.0]), np.full((2, 2), 50.0))]
    seen = brought(kind, frames(kind, walks, 3.0, floor_c=floor_c))
    assert all(one.watched and not one.flags for one in seen)
    assert any(len(one.points) for one in seen)


@pytest.mark.parametrize("floor_c", worlds([29.5, 31.0, 34.0, 38.0, 50.0]))
@KINDS
def test_a_floor_as_warm_as_people_is_not_an_empty_place(kind: Kind, floor_c: float) -> None:
    seen = brought(kind, frames(kind, [walk(2.0, reach_m=2.2)], 3.0, floor_c=floor_c))
    assert {(one.watched, one.flags) for one in seen} == {(False, (wire.Flag.LOW_CONTRAST,))}


@pytest.mark.parametrize(("contrast_c", "warmest_c"), [(1.2, 28.4), (0.6, 31.2), (2.4, 22.8)])
def test_how_warm_a_floor_may_be_goes_by_the_contrast_that_is_asked_for(contrast_c: float, warmest_c: float) -> None:
    assert warmest_floor_c(contrast_c) == pytest.approx(warmest_c)


@KINDS
def test_a_floor_that_grows_warm_and_cool_again_is_missing_only_meanwhile(kind: Kind) -> None:
    long = [Walk(np.array([0.0, 400.0]), np.full((2, 2), 50.0))]
    slow = Kind(kind.shape, kind.field_deg, 1.0, kind.noise_c, kind.step_c)
    pictures = frames(slow, long, 3.0, floor_c=27.0, drift_c=lambda at_s: 4 * float(np.sin(np.pi * at_s / 400)))
    watched = [one.watched for one in brought(slow, pictures)]
    changes = sum(before != now for before, now in pairwise(watched))
    assert changes == 2
    assert watched[0]
    assert watched[-1]


@pytest.mark.parametrize(("noise_c", "is_watched"), [(0.5, True), (1.0, False)])
@KINDS
def test_a_picture_noisier_than_people_are_warm_shows_nobody(kind: Kind, noise_c: float, is_watched: bool) -> None:
    noisy = Kind(kind.shape, kind.field_deg, kind.rate, noise_c, kind.step_c)
    seen = brought(noisy, frames(noisy, EMPTY, 3.0))
    assert np.mean([one.watched for one in seen]) == pytest.approx(1.0 if is_watched else 0.0, abs=0.01)


# Pictures that are none -------------------------------------------------------------------------------------


def altered(kind: Kind, begin_s: float, alter: str) -> Iterator[tuple[float, Floats]]:
    """Yield pictures of somebody who walks to and fro, altered from a moment on."""
    walks = [walk(4.0 * k, forward=k % 2 == 0, reach_m=2.2) for k in range(8)]
    last: Floats | None = None
    for at_s, picture in frames(kind, walks, 3.0):
        if at_s < begin_s:
            last = picture
            yield at_s, picture
        elif alter == "frozen" and last is not None:
            yield at_s, last.copy()
        elif alter == "nan":
            yield at_s, np.full(kind.shape, np.nan)
        elif alter == "half nan":
            yield at_s, np.where(np.arange(picture.size).reshape(kind.shape) % 2 == 0, np.nan, picture)
        elif alter == "absurd":
            yield at_s, np.full(kind.shape, -273.15)
        else:
            yield at_s, picture + 8.0


@pytest.mark.parametrize(
    ("alter", "flag"),
    worlds(
        [
            ("frozen", wire.Flag.FROZEN),
            ("nan", wire.Flag.BLOCKED),
            ("half nan", wire.Flag.BLOCKED),
            ("absurd", wire.Flag.BLOCKED),
        ],
        every=2,
    ),
)
@KINDS
def test_a_picture_that_is_not_measured_is_not_an_empty_place(kind: Kind, alter: str, flag: wire.Flag) -> None:
    seen = list(detections_in(kind, altered(kind, 10.0, alter), 3.0))
    at_s = [(one.at_ms - seen[0].at_ms) / 1000 - 5.0 for one in seen]
    before = [one.watched for one, second in zip(seen, at_s, strict=True) if 0 < second < 9.8]
    behind = [one for one, second in zip(seen, at_s, strict=True) if second > 11.2]
    assert all(before)
    assert {(one.watched, one.flags) for one in behind} == {(False, (flag,))}
    first = next(one for one in seen if one.flags)
    taken_back_s = (first.at_ms - first.unwatched_ms - seen[0].at_ms) / 1000 - 5.0
    assert taken_back_s <= 10.5


@KINDS
def test_what_fills_the_whole_picture_at_once_hides_people(kind: Kind) -> None:
    """A lid, or a throng: the backdrop takes it for the floor within seconds, and until then nobody is claimed."""
    seen = list(detections_in(kind, altered(kind, 10.0, "lid"), 3.0))
    flagged = [one for one in seen if wire.Flag.BLOCKED in one.flags]
    assert 1.0 <= len(flagged) / kind.rate <= 60.0
    assert not any(one.watched for one in flagged)


@KINDS
def test_noise_alone_never_freezes_a_picture(kind: Kind) -> None:
    quiet = Kind(kind.shape, kind.field_deg, kind.rate, 0.05, 0.25 if kind is AMG8833 else 0.0)
    assert all(one.watched for one in brought(quiet, frames(quiet, EMPTY, 3.0)))


def test_doctor_and_set_up_look_past_pictures_without_any_reading() -> None:
    optics = Optics.of((8, 8), (60.0, 60.0), 3.0)
    nothing, sums = np.full((8, 8), np.nan), ArraySums(optics, 1.2, 0.1)
    sums.add(nothing)
    assert sums.seen() is None
    clock = SetClock()
    broken = Broken(clock, nothing)
    assert take_trail(broken, optics, clock, look_s=1.0).png


@dataclass
class Broken:
    """An array without any reading."""

    clock: SetClock
    picture: Floats

    def next(self) -> Floats:
        self.clock.ms += 100
        return self.picture

    def close(self) -> None:
        pass
