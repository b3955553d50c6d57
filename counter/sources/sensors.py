"""Puts the sources of sensors without a picture together from what the device file says."""

from collections.abc import Callable
from functools import partial

from counter.clock import Clock
from counter.errors import DeviceFileError
from counter.sources.doorway.channels import Channels
from counter.sources.doorway.settings import BeamsSource
from counter.sources.doorway.source import Doorway
from counter.sources.doorway.watch import Watch
from counter.sources.simulated.bodies import Beams
from counter.sources.simulated.doorway import SimulatedBeams, SimulatedDoorway
from ingest import wire


def open_beams(settings: BeamsSource, clock: Clock) -> Doorway:
    """Return the source of a pair of beams, which need not answer yet.

    Raises DeviceFileError without gpiod, and WorldError where a simulated world is wrong.
    """
    name = f"the beams of line {settings.line}"
    watch = partial(Watch, settings.line, name, settings.gap_ms, settings.blocked_s * 1000, wire.Flag.BEAM_BLOCKED)
    if settings.simulated is None:
        return Doorway(_pins(settings), watch, clock)
    doorway = SimulatedDoorway.of(settings.simulated)
    beams = Beams(doorway.place.width_m, settings.beam_gap_m, settings.height_m)
    return Doorway(lambda: SimulatedBeams(doorway, beams, clock), watch, clock)


def _pins(settings: BeamsSource) -> Callable[[], Channels]:
    try:
        from counter.sources.parts.gpio import Pins  # noqa: PLC0415 - brings gpiod, which others need not have
    except ImportError as error:
        raise DeviceFileError(
            f"beams need gpiod, which can't be loaded ({error}): pip install 'platspuls[gpio]'"
        ) from error
    return partial(Pins, settings)
