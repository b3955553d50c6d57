"""Puts the sources of sensors without a picture together from what the device file says."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from core.clock import Clock
from counter.errors import DeviceFileError
from counter.sources.doorway.channels import Channels
from counter.sources.doorway.settings import BeamsSource, TofSource
from counter.sources.doorway.source import Doorway
from counter.sources.doorway.zones import Ranger, Turned, Zones
from counter.sources.parts import amg8833, mlx90640
from counter.sources.parts.i2c import Bus, Part
from counter.sources.parts.mlx90640_calibration import SHAPE
from counter.sources.parts.vl53l1x import Vl53l1x
from counter.sources.retry import Retry
from counter.sources.thermal.settings import ThermalSource
from counter.sources.thermal.source import Array, Thermal
from counter.sources.thermal.spots import Optics
from sim.bodies import Beams
from sim.doorway import SimulatedArray, SimulatedBeams, SimulatedDoorway
from sim.echoes import Echoes
from sim.warmth import Warmth


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is known of a thermal array before it is asked."""

    shape: tuple[int, int]
    field_deg: tuple[float, float]
    rate: float
    noise_c: float
    address: int
    open: Callable[[Part], Array]


_ARRAYS: Final = {
    "amg8833": _Kind(amg8833.SHAPE, (60.0, 60.0), amg8833.FRAMES_A_SECOND, 0.25, amg8833.ADDRESS, amg8833.Amg8833),
    "mlx90640": _Kind(SHAPE, (110.0, 75.0), mlx90640.FRAMES_A_SECOND, 0.4, mlx90640.ADDRESS, mlx90640.Mlx90640),
}


def open_doorway(settings: BeamsSource | TofSource, clock: Clock) -> Retry[Channels]:
    """Return the source of a doorway's sensor, which need not answer yet. Raises as `open_beams` and `open_tof`."""
    return open_beams(settings, clock) if isinstance(settings, BeamsSource) else open_tof(settings, clock)


def open_beams(settings: BeamsSource, clock: Clock) -> Retry[Channels]:
    """Return the source of a pair of beams, which need not answer yet.

    Raises DeviceFileError without gpiod, and WorldError where a simulated world is wrong.
    """
    doorway = Doorway(settings.line, f"the beams of line {settings.line}", settings.gap_ms, settings.blocked_s, clock)
    return Retry(_beams(settings, clock), doorway.detections)


def _beams(settings: BeamsSource, clock: Clock) -> Callable[[], Channels]:
    if settings.simulated is not None:
        place = SimulatedDoorway.of(settings.simulated)
        beams = Beams(place.place.width_m, settings.beam_gap_m, settings.height_m)
        return lambda: SimulatedBeams(place, beams, clock)
    with _needed("gpiod", "gpio"):
        from counter.sources.parts.gpio import Pins  # noqa: PLC0415 - brings gpiod, which others need not have
    return partial(Pins, settings)


def open_tof(settings: TofSource, clock: Clock) -> Retry[Channels]:
    """Return the source of a ranger over a doorway, which need not answer yet.

    Raises DeviceFileError without smbus2, and WorldError where a simulated world is wrong.
    """
    name = f"the ranger of line {settings.line}"
    doorway = Doorway(settings.line, name, settings.gap_ms, settings.blocked_s, clock)
    opened = _ranger(settings, clock)

    def zones() -> Channels:
        found = Zones(opened(), name, settings.height_m, settings.least_m, clock)
        return Turned(found) if settings.turned else found

    return Retry(zones, doorway.detections)


def _ranger(settings: TofSource, clock: Clock) -> Callable[[], Ranger]:
    if settings.simulated is not None:
        place, wait_s = SimulatedDoorway.of(settings.simulated), settings.budget_ms / 1000
        return lambda: Echoes(
            lambda: place.bodies(clock.now_ms(), from_middle=True), settings.height_m, 0.02, partial(time.sleep, wait_s)
        )
    with _needed("smbus2", "i2c"):
        from counter.sources.parts.smbus import LinuxBus  # noqa: PLC0415 - brings smbus2, which others need not have
    return lambda: on_bus(
        LinuxBus(settings.bus),
        lambda bus: Vl53l1x(Part(bus, settings.address, "VL53L1X", time.sleep), settings.budget_ms),
    )


def optics_of(settings: ThermalSource) -> Optics:
    """Return where the pixels of a thermal array look."""
    kind = _ARRAYS[settings.part]
    return Optics.of(kind.shape, settings.field_deg or kind.field_deg, settings.height_m)


def frame_s_of(settings: ThermalSource) -> float:
    """Return the time between two pictures of a thermal array, seconds."""
    return 1 / _ARRAYS[settings.part].rate


def open_thermal(settings: ThermalSource, optics: Optics, clock: Clock) -> Retry[Array]:
    """Return the source of a thermal array, which need not answer yet.

    Raises DeviceFileError without smbus2, and WorldError where a simulated world is wrong.
    """
    thermal = Thermal(optics, settings.contrast_c, frame_s_of(settings), settings.still_s, clock)
    return Retry(array_of(settings, clock), thermal.detections)


def array_of(settings: ThermalSource, clock: Clock) -> Callable[[], Array]:
    """Return what opens a thermal array; that raises SensorError while it doesn't answer.

    Raises DeviceFileError without smbus2, and WorldError where a simulated world is wrong.
    """
    kind = _ARRAYS[settings.part]
    if settings.simulated is not None:
        place = SimulatedDoorway.of(settings.simulated)
        warmth = Warmth(kind.shape, settings.field_deg or kind.field_deg, settings.height_m, kind.noise_c)
        return lambda: SimulatedArray(place, warmth, 1 / kind.rate, clock)
    with _needed("smbus2", "i2c"):
        from counter.sources.parts.smbus import LinuxBus  # noqa: PLC0415 - brings smbus2, which others need not have
    address = kind.address if settings.address is None else settings.address
    name = settings.part.upper()
    return lambda: on_bus(LinuxBus(settings.bus), lambda bus: kind.open(Part(bus, address, name, time.sleep)))


Opened = TypeVar("Opened")


def on_bus(bus: Bus, open_part: Callable[[Bus], Opened]) -> Opened:
    """Return the part that `open_part` opens on a bus, which is closed where that fails."""
    try:
        return open_part(bus)
    except BaseException:
        bus.close()
        raise


@contextmanager
def _needed(library: str, extra: str) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise DeviceFileError(
            f"such a sensor needs {library}, which can't be loaded ({error}): pip install 'platspuls[{extra}]'"
        ) from error
