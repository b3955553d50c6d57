"""Drivers of parts on an I2C bus, against simulated registers: what they ask, understand and complain of."""

import errno
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from counter.errors import SensorError
from counter.sources.parts.amg8833 import Amg8833
from counter.sources.parts.mlx90640 import Mlx90640
from counter.sources.parts.mlx90640_calibration import Calibration, ambient, mirrored, objects
from counter.sources.parts.mlx90640_calibration import temperatures as mlx_temperatures
from counter.sources.parts.smbus import LinuxBus
from counter.sources.parts.vl53l1x import FIRST_HALF, SECOND_HALF, Vl53l1x
from counter.sources.sensors import on_bus
from tests.support.counter.buses import Array32, Grid, Ranger, SimulatedBus, example_memory, example_ram

PIXEL = (11, 15)
"""Row 12, column 16 as the data sheet counts."""


def grid(bus: SimulatedBus) -> Amg8833:
    return Amg8833(bus.part(0x69, "AMG8833"))


def array(bus: SimulatedBus) -> Mlx90640:
    return Mlx90640(bus.part(0x33, "MLX90640"))


def ranger(bus: SimulatedBus) -> Vl53l1x:
    return Vl53l1x(bus.part(0x29, "VL53L1X"), 33)


Opener = Callable[[SimulatedBus], object]


@pytest.mark.parametrize("opener", [grid, array, ranger])
def test_a_part_that_does_not_answer_is_reported(opener: Opener) -> None:
    with pytest.raises(SensorError, match="does not acknowledge: is it wired, powered and at this address"):
        opener(SimulatedBus({}))


@pytest.mark.parametrize("opener", [grid, array, ranger])
def test_a_bus_that_is_stuck_is_reported(opener: Opener) -> None:
    with pytest.raises(SensorError, match="the bus is stuck: does a part hold its wires low"):
        opener(SimulatedBus({}, fails=errno.ETIMEDOUT))


@pytest.mark.parametrize("opener", [grid, array, ranger])
def test_other_errors_of_a_bus_are_reported(opener: Opener) -> None:
    with pytest.raises(SensorError, match=r"can't be reached: .*simulated"):
        opener(SimulatedBus({}, fails=errno.EIO))


def test_a_bus_is_closed_when_its_part_does_not_open() -> None:
    bus = SimulatedBus({})
    with pytest.raises(SensorError):
        on_bus(bus, lambda _: grid(bus))
    assert bus.closed


def test_a_bus_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SensorError, match="i2c-9 can't be opened: No such file or directory; is I2C turned on"):
        LinuxBus(tmp_path / "i2c-9")


# AMG8833 ----------------------------------------------------------------------------------------------------


def test_grid_eye_pixels_are_quarter_degrees_in_twos_complement() -> None:
    chip = Grid(changes=False)
    raw = np.zeros(64, dtype=np.int64)
    raw[:4] = 0x1F4, 0x064, 0xFFC, 0xF24
    raw[8] = 0x004
    chip.show(raw)
    picture = grid(SimulatedBus({0x69: chip})).next()
    assert picture[0, :4].tolist() == [125.0, 25.0, -1.0, -55.0]
    assert picture[1, 0] == 1.0


def test_grid_eye_thermistor_has_a_sign_and_a_magnitude() -> None:
    chip = Grid()
    sensor = grid(SimulatedBus({0x69: chip}))
    chip.registers[0x0E:0x10] = (0x190).to_bytes(2, "little")
    assert sensor.thermistor_c() == 25.0
    chip.registers[0x0E:0x10] = (0x8BB).to_bytes(2, "little")
    assert sensor.thermistor_c() == pytest.approx(-11.6875)


def test_something_else_at_the_address_of_a_grid_eye_is_reported() -> None:
    chip = Grid()
    chip.registers[0x0E:0x10] = b"\xff\x07"
    with pytest.raises(SensorError, match=r"127\.938 degrees of its own: it is not an AMG8833, or broken"):
        grid(SimulatedBus({0x69: chip}))


def test_a_grid_eye_that_shows_one_picture_for_ever_is_reported() -> None:
    chip = Grid(changes=False)
    sensor = grid(SimulatedBus({0x69: chip}))
    for _ in range(300):
        sensor.next()
    with pytest.raises(SensorError, match="has brought the same picture for 30 s"):
        sensor.next()


# MLX90640 ---------------------------------------------------------------------------------------------------


def test_calibration_is_that_of_the_data_sheets_example() -> None:
    found = Calibration.of(example_memory())
    assert (found.k_vdd, found.vdd_25, found.ptat_25, found.gain) == (-3168, -13056, 12273, 6383)
    assert (found.kv_ptat, found.kt_ptat, found.alpha_ptat) == (22 / 4096, 42.25, 9.0)
    assert (found.tgc, found.ks_ta, found.ks_to) == (1.0, -0.001953125, -0.00080108642578125)
    assert (found.offset[PIXEL], found.kta[PIXEL], found.kv[PIXEL]) == (-75, 0.005126953125, 0.5)
    assert found.alpha[PIXEL] == pytest.approx(1.26223312690854e-7, rel=1e-12)
    assert found.cp_offset == (-75, -77)
    assert found.cp_alpha == pytest.approx((4.07453626394272e-9, 3.851710062008e-9), rel=1e-9)


def test_supply_and_own_temperature_are_those_of_the_example() -> None:
    vdd, ta = ambient(Calibration.of(example_memory()), example_ram(), 2)
    assert vdd == pytest.approx(3.319, abs=5e-4)
    assert ta == pytest.approx(39.184, abs=5e-4)


def test_the_last_step_is_that_of_the_example() -> None:
    tar = mirrored(39.184, 31.0, 1.0)
    assert tar == pytest.approx(9516495632.56, rel=1e-11)
    found = objects(np.array([679.250909123826]), np.array([1.1876487360496e-7]), tar, -0.00080108642578125)
    assert found[0] == pytest.approx(80.36331, abs=5e-6)


@pytest.mark.parametrize("subpage", [0, 1])
def test_the_whole_way_comes_as_near_to_the_example_as_its_other_reading_pattern_lets_it(subpage: int) -> None:
    found = mlx_temperatures(Calibration.of(example_memory()), example_ram(), subpage, 2, 1.0, 31.0)
    assert found[PIXEL] == pytest.approx(80.36, abs=0.3)


def test_two_subpages_make_a_picture_and_failed_pixels_stay_unknown() -> None:
    memory = example_memory()
    memory[64 + 5] = 0
    sensor = array(SimulatedBus({0x33: Array32(memory, example_ram())}))
    assert np.isnan(sensor.next()).sum() == 385
    assert np.argwhere(np.isnan(sensor.next())).tolist() == [[0, 5]]


def test_control_asks_for_sixteen_subpages_a_second_as_a_chess_board() -> None:
    chip = Array32(example_memory(), example_ram())
    array(SimulatedBus({0x33: chip}))
    assert chip.control == 0x1A81


def test_a_blank_memory_is_reported() -> None:
    blank = Array32(np.full(832, 0xFFFF), example_ram())
    with pytest.raises(SensorError, match="has the identity ffff ffff ffff and type 0xffff: it is not an MLX90640"):
        array(SimulatedBus({0x33: blank}))


def test_an_mlx90641_is_reported() -> None:
    memory = example_memory()
    memory[10] = 0x40
    with pytest.raises(SensorError, match="type 0x0040: it is not an MLX90640"):
        array(SimulatedBus({0x33: Array32(memory, example_ram())}))


def test_a_part_that_does_not_take_its_settings_is_reported() -> None:
    with pytest.raises(SensorError, match="was set to control 0x1a81 and answers 0x1901"):
        array(SimulatedBus({0x33: Array32(example_memory(), example_ram(), obeys=False)}))


def test_an_array_without_new_data_is_reported() -> None:
    sensor = array(SimulatedBus({0x33: Array32(example_memory(), example_ram(), stale=True)}))
    with pytest.raises(SensorError, match=r"MLX90640 at 0x33 has brought nothing new for 1\.2 s"):
        sensor.next()


def test_an_array_that_brings_zeros_is_reported() -> None:
    sensor = array(SimulatedBus({0x33: Array32(example_memory(), np.zeros(832, dtype=np.int64))}))
    with pytest.raises(SensorError, match="brought only zeros"):
        sensor.next()


# VL53L1X ----------------------------------------------------------------------------------------------------


def test_a_ranger_measures_the_half_that_is_asked_for() -> None:
    chip = Ranger(lambda zone: {FIRST_HALF: 2310, SECOND_HALF: 820}.get(zone, 0))
    sensor = ranger(SimulatedBus({0x29: chip}))
    assert sensor.distance_m(0) == 2.31
    assert sensor.distance_m(1) == 0.82
    assert chip.measured[-2:] == [FIRST_HALF, SECOND_HALF]
    assert chip.registers[0x0080] == 0xF7
    assert chip.registers[0x005E:0x0060] == (0x0060).to_bytes(2, "big")
    assert chip.registers[0x0061:0x0063] == (0x006E).to_bytes(2, "big")
    assert chip.registers[0x0087] == 0


def test_light_from_elsewhere_is_reported_by_single_detector() -> None:
    """12.5 million photons a second on 125 detectors."""
    chip = Ranger(lambda _: 2310)
    chip.registers[0x008C:0x008E] = (125 * 256).to_bytes(2, "big")
    chip.registers[0x0090:0x0092] = (1600).to_bytes(2, "big")
    sensor = ranger(SimulatedBus({0x29: chip}))
    sensor.distance_m(0)
    assert sensor.ambient_kcps == pytest.approx(100)


@pytest.mark.parametrize("status", [4, 5, 6, 7, 8, 13])
def test_a_measurement_that_failed_is_no_distance(status: int) -> None:
    sensor = ranger(SimulatedBus({0x29: Ranger(lambda _: 777, status=status)}))
    assert sensor.distance_m(0) is None


def test_another_part_at_the_address_of_a_ranger_is_reported() -> None:
    with pytest.raises(SensorError, match="says that it is 0xebaa, and a VL53L1X says 0xeacc: it is another part"):
        ranger(SimulatedBus({0x29: Ranger(lambda _: 0, model=0xEBAA)}))


@pytest.mark.simulation
def test_a_ranger_whose_data_is_never_ready_is_reported() -> None:
    with pytest.raises(SensorError, match=r"VL53L1X at 0x29 has measured nothing for 1 s"):
        ranger(SimulatedBus({0x29: Ranger(lambda _: 0, stale=True)}))


def test_a_ranger_that_never_starts_is_reported() -> None:
    chip = Ranger(lambda _: 0)
    chip.registers[0x00E5] = 0
    with pytest.raises(SensorError, match=r"has not started for 0\.2 s"):
        ranger(SimulatedBus({0x29: chip}))


def test_a_ranger_that_stops_measuring_is_an_error_with_a_sentence() -> None:
    chip = Ranger(lambda _: 2310)
    sensor = ranger(SimulatedBus({0x29: chip}))
    chip.stale = True
    with pytest.raises(SensorError, match=r"VL53L1X at 0x29 has measured nothing for 0\.3 s"):
        sensor.distance_m(0)


def test_a_revision_that_the_driver_does_not_know_is_refused() -> None:
    chip = Ranger(lambda _: 2310)
    chip.registers[0x0111] = 0x11
    with pytest.raises(SensorError, match="can't be started: Wrong sensor ID or type"):
        ranger(SimulatedBus({0x29: chip}))


def test_a_ranger_that_measures_the_same_to_the_last_bit_for_ever_is_reported() -> None:
    sensor = ranger(SimulatedBus({0x29: Ranger(lambda _: 2310)}))
    for _ in range(20):
        assert sensor.distance_m(0) == sensor.distance_m(1) == 2.31
    with pytest.raises(SensorError, match="has measured the same to the last bit 20 times: it is stuck"):
        sensor.distance_m(0)


def test_a_ranger_whose_distance_alone_stays_the_same_is_not_stuck() -> None:
    chip = Ranger(lambda _: 2310)
    sensor = ranger(SimulatedBus({0x29: chip}))
    for number in range(60):
        chip.registers[0x0091] = number % 7
        assert sensor.distance_m(0) == 2.31
