"""The doctor of sensors without a picture finds each planted fault, and none on a good set-up."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from bench.virtual_arrays import AMG8833, MLX90640, Kind, frames, radiator
from bench.virtual_doorways import Walk, beams, changes, walk
from core.clock import SystemClock
from core.texts.catalog import Language
from core.wire import Flag
from counter.device_file import DeviceFile, load
from counter.diagnostics.doctor.expected_accuracy import Level, expectation_of, level_of
from counter.diagnostics.doctor.finding import Fault, Finding, Weight
from counter.diagnostics.doctor.line_sights import line_sights, pairs_of
from counter.diagnostics.doctor.measurements import LineSeen, Measurements
from counter.diagnostics.doctor.observe import NothingSeenError, bounds_of, observe
from counter.diagnostics.doctor.rules import findings
from counter.diagnostics.doctor.sensor_gauges import ArraySums, ChannelSums
from counter.diagnostics.doctor.words import pair_lines, sentence, sight_lines
from counter.errors import SensorError
from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange
from counter.sources.doorway.ranger_zones import Zones
from counter.sources.doorway.source import DoorwaySource
from counter.sources.port import Input
from counter.sources.reconnecting_sensor import ReconnectingSensor
from counter.sources.sensors import optics_of
from counter.sources.thermal.settings import ThermalSource
from sim.echoes import Echoes
from tests.counter.service.test_run_end import RushingClock
from tests.platspuls.place import write_sensor
from tests.support.counter.faults import SENSOR_FAULTS
from tests.support.counter.records import SetClock

BEAMS = 'kind = "beams"\nline = "door"\nfirst_pin = 17\nsecond_pin = 27'
TOF = 'kind = "tof"\nline = "door"\nheight_m = 2.4'
THERMAL = 'kind = "thermal"\npart = "{part}"\nheight_m = {height_m}'
LINE = '[[lines]]\nline = "door"\npoints = [[-{x}, 0.0], [{x}, 0.0]]\nforward_towards = [0.0, 1.0]\n'
WELL = Measurements(span_s=60, frames=241, clock_known=True, lines=(LineSeen("door", 3, 2),))
Found = dict[Fault, Weight]


def device(folder: Path, source: str, line: str = "") -> DeviceFile:
    return load(write_sensor(folder, source, line)[0])


def weights(found: Sequence[Finding]) -> Found:
    return {finding.fault: finding.weight for finding in found}


# Beams ------------------------------------------------------------------------------------------------------


def six_walks() -> list[Walk]:
    return [walk(4.0 * k, forward=k % 2 == 0, speed=0.9 + 0.15 * k, phase_m=0.2 * k - 0.5) for k in range(6)]


@cache
def through_beams(gap_m: float = 0.15, *, dead: int | None = None, light: bool = False) -> Measurements:
    sums = ChannelSums()
    for at_ms, found in changes(six_walks(), beams(1.0, gap_m)):
        for change in found:
            if change.channel != dead:
                sums.add(change)
        if light and at_ms % 1000 == 0:
            sums.add(ChannelChange(FIRST, taken=True, at_ms=at_ms + 1))
            sums.add(ChannelChange(FIRST, taken=False, at_ms=at_ms + 6))
            sums.add(ChannelChange(SECOND, taken=True, at_ms=at_ms + 1))
            sums.add(ChannelChange(SECOND, taken=False, at_ms=at_ms + 6))
    return replace(WELL, channels=sums.seen())


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("seen", "planted"),
    [
        (through_beams, {}),
        (lambda: through_beams(0.1), {}),
        (lambda: through_beams(0.2), {}),
        (lambda: through_beams(dead=SECOND), {Fault.CHANNEL_SELDOM: Weight.BAD}),
        (lambda: through_beams(0.02), {Fault.BEAMS_DISTANCE: Weight.ROUGH}),
        (lambda: through_beams(light=True), {Fault.CHANNEL_FLICKERS: Weight.ROUGH}),
        (
            lambda: replace(through_beams(), watched=0.6, flags={Flag.BEAM_BLOCKED: 0.4}),
            {Fault.BEAM_BLOCKED: Weight.BAD},
        ),
        (lambda: replace(through_beams(), clock_known=False), {Fault.CLOCK_UNSURE: Weight.BAD}),
    ],
    ids=["15 cm", "10 cm", "20 cm", "one is dead", "2 cm", "sun", "a bag", "no clock"],
)
def test_what_is_wrong_with_beams_is_found(tmp_path: Path, seen: Callable[[], Measurements], planted: Found) -> None:
    assert weights(findings(device(tmp_path, BEAMS), seen())) == planted


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("line", "planted"),
    [
        (LineSeen("door", 5, 0), {}),
        (LineSeen("door", 0, 5), {Fault.DIRECTION_TURNED: Weight.BAD}),
        (LineSeen("door", 3, 0), {Fault.WALKS_MISCOUNTED: Weight.ROUGH}),
        (LineSeen("door", 5, 1), {Fault.WALKS_MISCOUNTED: Weight.ROUGH}),
    ],
)
def test_walks_that_somebody_counted_tell_the_direction(tmp_path: Path, line: LineSeen, planted: Found) -> None:
    seen = replace(through_beams(), lines=(line,))
    assert weights(findings(device(tmp_path, BEAMS), seen, walks=5)) == planted


# A ranger ---------------------------------------------------------------------------------------------------


def over_floor(height_m: float = 2.4, *, ambient_kcps: float = 5.0, dark: float = 0.0) -> Measurements:
    clock, sums = SetClock(), ChannelSums()
    ranger = Fading(Echoes(lambda: None, height_m, 0.01, lambda: None), ambient_kcps, dark)
    zones = Zones(ranger, "the ranger", 2.4, 1.0, clock)
    zones.next(0.0)
    sums.floors = zones.floors
    return replace(WELL, channels=sums.seen(), ranger=sums.ranger())


@dataclass
class Fading:
    """A ranger some of whose measurements have no echo."""

    ranger: Echoes
    ambient_kcps: float
    dark: float
    asked: int = 0

    def distance_m(self, channel: int) -> float | None:
        self.asked += 1
        return None if self.asked * self.dark % 1 > 1 - self.dark else self.ranger.distance_m(channel)

    def close(self) -> None:
        self.ranger.close()


@pytest.mark.parametrize(
    ("seen", "planted"),
    [
        (over_floor, {}),
        (lambda: over_floor(2.45), {}),
        (lambda: over_floor(2.58), {Fault.FLOOR_OFF: Weight.ROUGH}),
        (lambda: over_floor(ambient_kcps=180.0, dark=0.2), {Fault.AMBIENT_HIGH: Weight.ROUGH}),
        (lambda: over_floor(dark=0.3), {Fault.FLOOR_DARK: Weight.ROUGH}),
    ],
    ids=["good", "5 cm off", "18 cm off", "sun", "dark floor"],
)
def test_what_is_wrong_with_a_ranger_is_found(tmp_path: Path, seen: Callable[[], Measurements], planted: Found) -> None:
    assert weights(findings(device(tmp_path, TOF), seen())) == planted


@pytest.mark.parametrize(
    ("source", "flag", "planted"),
    [
        (TOF, Flag.NO_ECHO, {Fault.NO_ECHO: Weight.BAD}),
        (TOF, Flag.LOW_FRAME_RATE, {Fault.READ_SELDOM: Weight.BAD}),
        (TOF, Flag.MOVING_LIGHT, {Fault.LIGHT_MOVES: Weight.ROUGH}),
        (TOF, Flag.BEAM_BLOCKED, {Fault.BEAM_BLOCKED: Weight.BAD}),
        (TOF + "\nbudget_ms = 50", None, {}),
        (TOF.replace("2.4", "2.0") + "\nbudget_ms = 50", None, {Fault.BUDGET_LONG: Weight.BAD}),
    ],
)
def test_what_a_doorway_said_itself_is_found(tmp_path: Path, source: str, flag: Flag | None, planted: Found) -> None:
    seen = replace(WELL, watched=0.6, flags={flag: 0.4}) if flag else WELL
    assert weights(findings(device(tmp_path, source), seen)) == planted


@pytest.mark.parametrize(
    ("flag", "fault"),
    [(Flag.FROZEN, Fault.VIEW_FROZEN), (Flag.LOW_CONTRAST, Fault.CONTRAST_NONE)],
)
@pytest.mark.parametrize("language", Language)
def test_what_an_array_said_itself_is_found(tmp_path: Path, flag: Flag, fault: Fault, language: Language) -> None:
    good = device(tmp_path, THERMAL.format(part="mlx90640", height_m=2.8), LINE.format(x=1.4))
    found = findings(good, replace(WELL, watched=0.5, flags={flag: 0.5}))
    assert weights(found) == {fault: Weight.BAD}
    assert "50" in sentence(found[0], language)


# Thermal arrays ---------------------------------------------------------------------------------------------


def under_array(source: ThermalSource, kind: Kind, planted: Mapping[str, Any]) -> Measurements:
    planted = dict(planted)
    noisy = replace(kind, noise_c=planted.pop("noise_c", kind.noise_c))
    people = [walk(2.5 * k, across=0.1 * k, reach_m=1.5) for k in range(2)]
    sums = ArraySums(optics_of(source), source.contrast_c, 1 / kind.rate)
    for _, picture in frames(noisy, people if planted.pop("people", True) else NOBODY, source.height_m, **planted):
        sums.add(picture)
    return replace(WELL, array=sums.seen())


@pytest.mark.parametrize(
    ("part", "height_m", "from_side", "meetings"),
    [
        ("amg8833", 2.4, False, False),
        ("amg8833", 2.8, False, False),
        ("amg8833", 3.6, False, True),
        ("mlx90640", 2.4, True, False),
        ("mlx90640", 2.7, True, True),
    ],
)
def test_it_is_said_by_geometry_what_becomes_of_two_at_once(
    part: str, height_m: float, from_side: bool, meetings: bool, tmp_path: Path
) -> None:
    """The limits are those below which people are missed in docs/measured/sensors.md."""
    one = device(tmp_path, THERMAL.format(part=part, height_m=height_m), LINE.format(x=0.3))
    pairs = pairs_of(one)
    assert pairs is not None
    assert (pairs.from_side, pairs.tells_meetings_apart) == (from_side, meetings)
    said = pair_lines(pairs, Language.EN)
    assert ["one in four" in line for line in said].count(True) == from_side
    assert ["one in three" in line for line in said].count(True) == (not meetings)
    (sight,) = line_sights(one, bounds_of(one) or (0, 0, 0, 0))
    for language in Language:
        assert sight_lines(sight, language)[-len(said) :] == pair_lines(pairs, language)


def test_of_two_at_once_nothing_is_said_where_it_was_not_measured(tmp_path: Path) -> None:
    assert pairs_of(device(tmp_path, BEAMS)) is None
    file = write_sensor(tmp_path, THERMAL.format(part="amg8833", height_m=2.8), LINE.format(x=0.3))[0]
    file.write_text(file.read_text().replace("[device]\n", "[device]\ncounting_version = 2\n"))
    assert pairs_of(load(file)) is None


NOBODY = [Walk(np.array([0.0, 3.0]), np.full((2, 2), 50.0))]
LAMP = radiator(AMG8833)
LAMP[:3, :] = 12.0


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("part", "height_m", "line", "planted", "faults"),
    [
        ("amg8833", 2.8, 0.6, {}, {}),
        ("mlx90640", 2.7, 1.4, {}, {}),
        ("mlx90640", 2.7, 1.4, {"people": False}, {}),
        ("amg8833", 2.8, 0.6, {"noise_c": 0.9}, {Fault.NOISE_HIGH: Weight.ROUGH}),
        ("amg8833", 2.8, 0.6, {"warmer": 0.35}, {Fault.CONTRAST_LOW: Weight.ROUGH}),
        ("mlx90640", 2.7, 1.4, {"warmer": 0.15}, {Fault.CONTRAST_LOW: Weight.BAD}),
        ("mlx90640", 2.7, 1.4, {"things": radiator(MLX90640)}, {Fault.WARM_THING: Weight.NOTE}),
        ("amg8833", 2.8, 0.6, {"things": LAMP}, {Fault.WARM_THING: Weight.ROUGH}),
        ("amg8833", 5.5, 0.6, {}, {Fault.PIXELS_COARSE: Weight.BAD}),
        ("amg8833", 2.8, 1.5, {}, {Fault.LINE_UNSEEN: Weight.ROUGH}),
        ("amg8833", 2.2, 0.3, {}, {Fault.LINE_NEAR_EDGE: Weight.ROUGH, Fault.VIEW_SHORT: Weight.BAD}),
        (
            "mlx90640",
            2.2,
            0.9,
            {"people": False},
            {Fault.LINE_NEAR_EDGE: Weight.ROUGH, Fault.VIEW_SHORT: Weight.BAD},
        ),
        ("amg8833", 4.3, 0.9, {}, {Fault.PIXELS_COARSE: Weight.BAD}),
    ],
    ids=[
        "8x8",
        "32x24",
        "empty",
        "noise",
        "winter",
        "hot day",
        "radiator",
        "sun",
        "too high",
        "narrow",
        "too low",
        "too low for 32x24",
        "a little too high",
    ],
)
def test_what_is_wrong_with_a_thermal_array_is_found(  # noqa: PLR0913, PLR0917 - one planted fault each
    tmp_path: Path, part: str, height_m: float, line: float, planted: dict[str, Any], faults: Found
) -> None:
    good = device(tmp_path, THERMAL.format(part=part, height_m=height_m), LINE.format(x=line))
    assert isinstance(good.source, ThermalSource)
    seen = under_array(good.source, AMG8833 if part == "amg8833" else MLX90640, planted)
    assert weights(findings(good, seen, bounds_of(good))) == faults


# All of them ------------------------------------------------------------------------------------------------


@pytest.mark.simulation
@pytest.mark.parametrize("language", Language)
def test_every_fault_of_a_sensor_has_its_sentence(tmp_path: Path, language: Language) -> None:
    wide = device(tmp_path, THERMAL.format(part="amg8833", height_m=5.5), LINE.format(x=3.5))
    assert isinstance(wide.source, ThermalSource)
    found = [
        *findings(wide, under_array(wide.source, AMG8833, {"noise_c": 0.9, "things": LAMP}), bounds_of(wide)),
        *findings(wide, under_array(wide.source, AMG8833, {"warmer": 0.6})),
    ]
    for seen in (through_beams(dead=FIRST), through_beams(0.02), through_beams(light=True)):
        found += findings(device(tmp_path, BEAMS), replace(seen, lines=(LineSeen("door", 0, 5),)), walks=5)
    for seen in (over_floor(2.58), over_floor(dark=0.3), over_floor(ambient_kcps=180.0)):
        found += findings(device(tmp_path, TOF), seen, walks=9)
    low = device(tmp_path, THERMAL.format(part="mlx90640", height_m=2.2), LINE.format(x=0.9))
    found += findings(low, replace(WELL, watched=0.0, flags=dict.fromkeys(Flag, 0.1)))
    found += findings(device(tmp_path, TOF.replace("2.4", "2.0") + "\nbudget_ms = 50"), WELL)
    assert {finding.fault for finding in found} >= SENSOR_FAULTS
    sentences = [sentence(finding, language) for finding in found]
    assert all(len(one) > 60 and "{" not in one for one in sentences)


@pytest.mark.parametrize(("source", "least"), [(BEAMS, 0.75), (TOF, 0.44)])
def test_what_to_expect_of_a_doorway_is_a_range(tmp_path: Path, source: str, least: float) -> None:
    good = device(tmp_path, source)
    expectation = expectation_of(good, WELL, None, level_of([]))
    assert expectation is not None
    assert expectation.one_by_one == (0.95, 1.0)
    assert expectation.crowded is not None
    assert expectation.crowded[0] == least
    assert expectation_of(good, WELL, None, Level.NONE) is None


@dataclass
class Walking:
    """Channels through which somebody walks forward at each call."""

    clock: SystemClock
    closed: Event = field(default_factory=Event)
    broken: bool = False

    def next(self, _timeout_s: float) -> Sequence[ChannelChange]:
        if self.broken:
            raise SensorError("the beams can't be taken")
        self.closed.wait(0.05)
        now_ms = self.clock.monotonic_s() * 1000
        steps = [(FIRST, True), (SECOND, True), (FIRST, False), (SECOND, False)]
        return [ChannelChange(channel, taken, now_ms - 40 + 10 * at) for at, (channel, taken) in enumerate(steps)]

    def close(self) -> None:
        self.closed.set()


def opened(channels: Walking) -> Input:
    doorway = DoorwaySource("door", "the beams", 0.0, 10.0, channels.clock)
    return Input(ReconnectingSensor(lambda: channels, doorway.detections))


@pytest.mark.simulation
def test_beams_are_measured_while_they_are_watched(tmp_path: Path) -> None:
    clock = SystemClock()
    seen = observe(device(tmp_path, BEAMS), opened(Walking(clock)), clock, 0.3, Event())
    assert seen.channels is not None
    assert seen.channels.times[FIRST] == seen.channels.times[SECOND] > 2
    assert seen.channels.lag_ms == pytest.approx(10)
    assert seen.lines[0].forward > 2


@pytest.mark.simulation
def test_a_sensor_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    clock = SystemClock()
    with pytest.raises(NothingSeenError, match=r"brought nothing .*: the beams can't be taken"):
        observe(device(tmp_path, BEAMS), opened(Walking(clock, broken=True)), RushingClock(clock), 5, Event())
