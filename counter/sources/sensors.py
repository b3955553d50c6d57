"""Puts the sources of sensors without a picture together from what the device file says."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from core.clock import Clock
from counter.errors import DeviceFileError
from counter.geometry import Point
from counter.sources.doorway.channels import Channels
from counter.sources.doorway.ranger_zones import Ranger, Zones, lapse_s
from counter.sources.doorway.settings import BeamsSource, TofSource
from counter.sources.doorway.source import DoorwaySource
from counter.sources.parts import mlx90640
from counter.sources.parts.i2c import Bus, I2cPart
from counter.sources.parts.mlx90640_calibration import SHAPE
from counter.sources.port import Input, Surroundings
from counter.sources.reconnecting_sensor import ReconnectingSensor
from counter.sources.thermal.mount import MountLimit, mount_limits, unseen_lines
from counter.sources.thermal.pairs import PairSight
from counter.sources.thermal.settings import ThermalSource
from counter.sources.thermal.source import Array, Thermal
from counter.sources.thermal.spots import SPOT_TRACKING, TRACKING, Optics, check_seen
from counter.tracking.kalman import TrackingParameters

_OVERHEAD_MS: Final = 6.0
"""What asking a ranger for both its halves takes, beside measuring."""


_BY_SHAPE: Final = 3
"""From this counting version on people under a thermal array are found by what they look like."""


@dataclass(frozen=True, slots=True)
class ArrayKind:
    """What is known of a thermal array before it is asked.

    Attributes:
        shape: rows and columns of its picture.
        field_deg: its field of view along x and y.
        rate: pictures a second; `whole_rate` those in which every pixel is new.
        noise_c: standard deviation of a pixel.
        address: on the bus, where the device file names none.
        driver: loads its driver, and returns what opens one on a bus.
    """

    shape: tuple[int, int]
    field_deg: tuple[float, float]
    rate: float
    whole_rate: float
    noise_c: float
    address: int
    driver: Callable[[], Callable[[I2cPart], Array]]


def _amg8833() -> Callable[[I2cPart], Array]:
    from counter.sources.parts.amg8833 import Amg8833  # noqa: PLC0415 - brings Adafruit's driver

    return Amg8833


_ARRAYS: Final = {
    "amg8833": ArrayKind((8, 8), (60.0, 60.0), 10.0, 10.0, 0.25, 0x69, _amg8833),
    "mlx90640": ArrayKind(
        SHAPE,
        (110.0, 75.0),
        mlx90640.FRAMES_A_SECOND,
        mlx90640.FRAMES_A_SECOND / 2,
        0.4,
        mlx90640.ADDRESS,
        lambda: mlx90640.Mlx90640,
    ),
}


def open_beams(settings: BeamsSource, around: Surroundings) -> Input:
    """Open a pair of beams, which need not answer yet. Raises DeviceFileError without gpiod."""
    with extra_needed("such a sensor", "gpiod", "gpio"):
        from counter.sources.parts.gpio import Pins  # noqa: PLC0415 - brings gpiod, which others need not have
    return Input(beams(settings, around.clock, partial(Pins, settings)), waits_for_clock=True)


def beams(settings: BeamsSource, clock: Clock, open_channels: Callable[[], Channels]) -> ReconnectingSensor[Channels]:
    """Return the source of a pair of beams that `open_channels` opens; that raises SensorError while it can't."""
    doorway = DoorwaySource(
        settings.line, f"the beams of line {settings.line}", settings.gap_ms, settings.blocked_s, clock
    )
    return ReconnectingSensor(open_channels, doorway.detections)


def open_tof(settings: TofSource, around: Surroundings) -> Input:
    """Open a ranger over a doorway, which need not answer yet. Raises DeviceFileError without its libraries."""
    with extra_needed("such a sensor", "smbus2 and Adafruit's driver", "i2c"):
        from counter.sources.parts.smbus import LinuxBus  # noqa: PLC0415 - brings smbus2, which others need not have
        from counter.sources.parts.vl53l1x import Vl53l1x  # noqa: PLC0415 - brings Adafruit's driver

    def open_part(bus: Bus) -> Vl53l1x:
        return Vl53l1x(I2cPart(bus, settings.address, "VL53L1X", time.sleep), settings.budget_ms)

    source = ranger(settings, around.clock, lambda: on_bus(LinuxBus(settings.bus), open_part))
    return Input(source, waits_for_clock=True, limits=tuple(ranger_limits(settings)))


def ranger(settings: TofSource, clock: Clock, open_ranger: Callable[[], Ranger]) -> ReconnectingSensor[Channels]:
    """Return the source of a ranger that `open_ranger` opens; that raises SensorError while it doesn't answer."""
    name = f"the ranger of line {settings.line}"
    doorway = DoorwaySource(settings.line, name, settings.gap_ms, settings.blocked_s, clock, lapse_s(settings.height_m))

    def zones() -> Channels:
        return Zones(open_ranger(), name, settings.height_m, settings.least_m, clock, settings.turned, settings.most_m)

    return ReconnectingSensor(zones, doorway.detections)


def array_kind(settings: ThermalSource) -> ArrayKind:
    """Return what is known of the thermal array that a device file names."""
    return _ARRAYS[settings.part]


def optics_of(settings: ThermalSource, counting_version: int = _BY_SHAPE) -> Optics:
    """Return where the pixels of a thermal array look, and how people are found in a counting version."""
    kind = array_kind(settings)
    field_deg, by_shape = settings.field_deg or kind.field_deg, counting_version >= _BY_SHAPE
    return Optics.of(kind.shape, field_deg, settings.height_m, by_shape=by_shape)


def thermal_tracking(counting_version: int) -> TrackingParameters:
    """Return how people below a thermal array are followed in a counting version."""
    return TRACKING if counting_version >= _BY_SHAPE else SPOT_TRACKING


def array_limits(
    settings: ThermalSource, corners: Sequence[tuple[str, Point]] = (), counting_version: int = _BY_SHAPE
) -> list[MountLimit]:
    """Return why nobody can be counted from where a thermal array hangs; nothing where they can.

    `corners` are those of lines and zones, each with the name of what it belongs to.
    """
    optics = optics_of(settings, counting_version)
    return list(mount_limits(optics, array_kind(settings).whole_rate, settings.height_m, corners))


def array_pairs(
    settings: ThermalSource, corners: Sequence[tuple[str, Point]], counting_version: int = _BY_SHAPE
) -> PairSight | None:
    """Return what a thermal array can do with two people at once; None of former versions, whose people are spots.

    Arguments as of `array_limits`.
    """
    return PairSight.of(optics_of(settings), corners) if counting_version >= _BY_SHAPE else None


def array_sentences(
    settings: ThermalSource, corners: Sequence[tuple[str, Point]], counting_version: int = _BY_SHAPE
) -> list[str]:
    """Return why nobody, or nobody on a line, can be counted by a thermal array. Arguments as of `array_limits`."""
    limits = array_limits(settings, corners, counting_version)
    return [*map(str, limits), *unseen_lines(optics_of(settings), corners)]


def ranger_limits(settings: TofSource) -> list[str]:
    """Return why a ranger can't see who walks 2 m/s; nothing where it can."""
    every_ms, most_ms = 2 * settings.budget_ms + _OVERHEAD_MS, 1000 * lapse_s(settings.height_m)
    if every_ms <= most_ms:
        return []
    sentence = (
        f"source.budget_ms = {settings.budget_ms}: at height_m {settings.height_m:g} each half must be measured every "
        f"{most_ms:.0f} ms to see who walks 2 m/s, and is every {every_ms:.0f} ms: set 20, or mount the ranger higher"
    )
    return [sentence]


def open_thermal(settings: ThermalSource, around: Surroundings) -> Input:
    """Open a thermal array, which need not answer yet.

    Raises DeviceFileError without its libraries, or where lines and zones lie beside what it sees.
    """
    kind, optics = array_kind(settings), optics_of(settings)
    check_seen(optics, around.corners)
    with extra_needed("such a sensor", "smbus2 and Adafruit's driver", "i2c"):
        from counter.sources.parts.smbus import LinuxBus  # noqa: PLC0415 - brings smbus2, which others need not have

        open_part = kind.driver()
    address = kind.address if settings.address is None else settings.address

    def open_array(bus: Bus) -> Array:
        return open_part(I2cPart(bus, address, settings.part.upper(), time.sleep))

    source = thermal_array(settings, around, lambda: on_bus(LinuxBus(settings.bus), open_array))
    sentences = array_sentences(settings, around.corners, around.counting_version)
    return Input(source, view=optics.view, waits_for_clock=True, limits=tuple(sentences))


def thermal_array(
    settings: ThermalSource, around: Surroundings, open_array: Callable[[], Array]
) -> ReconnectingSensor[Array]:
    """Return the source of a thermal array that `open_array` opens; that raises SensorError while it doesn't answer.

    Where it can't count from where it hangs no time is watched.
    """
    limit = next(iter(array_limits(settings, around.corners, around.counting_version)), None)
    optics, frame_s = optics_of(settings, around.counting_version), 1 / array_kind(settings).rate
    thermal = Thermal(optics, settings.contrast_c, frame_s, settings.still_s, around.clock, limit)
    return ReconnectingSensor(open_array, thermal.detections)


Opened = TypeVar("Opened")


def on_bus(bus: Bus, open_part: Callable[[Bus], Opened]) -> Opened:
    """Return the part that `open_part` opens on a bus, which is closed where that fails."""
    try:
        return open_part(bus)
    except BaseException:
        bus.close()
        raise


@contextmanager
def extra_needed(what: str, library: str, extra: str) -> Iterator[None]:
    """Explain an import that fails because an extra is not installed. Raises DeviceFileError."""
    try:
        yield
    except ImportError as error:
        raise DeviceFileError(
            f"{what} needs {library}, which can't be loaded ({error}): pip install 'platspuls[{extra}]'"
        ) from error
