"""What accuracy to expect, from what was measured with this kind of sensor and from what was found here.

Ranges come from benches: recordings, simulations and drawings, under conditions like those that were found. They are no
measurement of a place; a calibration there is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from counter.detectors.settings import BackgroundDetector
from counter.device_file import DeviceFile
from counter.diagnostics.doctor.finding import Finding, Weight
from counter.diagnostics.doctor.measurements import Measurements
from counter.diagnostics.doctor.rules import FEW, PERSON_M, TOO_FEW
from counter.sources.doorway.settings import BeamsSource, TofSource
from counter.sources.thermal.settings import ThermalSource
from counter.sources.video.settings import CameraSource, ClipSource


class Grounds(StrEnum):
    """What is known of a kind of sensor."""

    MODEL = "model"
    FROM_ABOVE = "from_above"
    DOORWAY = "doorway"
    THERMAL = "thermal"
    UNMEASURED = "unmeasured"
    """Of another distribution, or a simulation."""


class Level(StrEnum):
    """How well counts can be trusted before anybody compared them with counts by hand."""

    USUAL = "usual"
    """As well as this kind of sensor can."""
    ROUGH = "rough"
    """Worse than that."""
    NONE = "none"
    """Not."""


class Origin(StrEnum):
    """Where an expectation comes from."""

    CLIP = "clip"
    DRAWN = "drawn"
    SIMULATED = "simulated"


Share = tuple[float, float]
"""From the smallest to the largest part of those who pass that is counted; above 1 where too many may be."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """Which part of those who pass is counted, as far as is known without counting by hand.

    Attributes:
        one_by_one: where people pass one by one.
        crowded: where they pass side by side or in a throng; None where nothing was measured.
        origin: what it comes from.
    """

    one_by_one: Share
    crowded: Share | None
    origin: Origin


_LEVELS: Final = {Weight.NOTE: Level.USUAL, Weight.ROUGH: Level.ROUGH, Weight.BAD: Level.NONE}


def level_of(found: Iterable[Finding]) -> Level:
    """Return how well counts can be trusted, by the worst that was found."""
    weights = {finding.weight for finding in found}
    return next((_LEVELS[weight] for weight in (Weight.BAD, Weight.ROUGH) if weight in weights), Level.USUAL)


def grounds_of(device: DeviceFile) -> Grounds:
    """Return what is known of the kind of sensor that a device has."""
    match device.source:
        case ClipSource() | CameraSource():
            return Grounds.FROM_ABOVE if isinstance(device.detector, BackgroundDetector) else Grounds.MODEL
        case BeamsSource() | TofSource():
            return Grounds.DOORWAY
        case ThermalSource():
            return Grounds.THERMAL
        case _:
            return Grounds.UNMEASURED


# docs/measured/sensors.md: in single file; and from where 7 % walk abreast to where 44 % do.
_BEAMS: Final = Expectation((0.95, 1.0), (0.75, 0.97), Origin.SIMULATED)
_RANGER: Final = Expectation((0.95, 1.0), (0.44, 0.79), Origin.SIMULATED)
_SMALL_ARRAY: Final = Expectation((0.98, 1.0), (0.59, 0.89), Origin.SIMULATED)
# There, and in a corridor of 4 m in which 480 people meet.
_LARGE_ARRAY: Final = Expectation((0.98, 1.0), (0.83, 1.0), Origin.SIMULATED)
# docs/measured/detectors.md: with steady light; in crowds up to 0.6 people a square metre.
_FROM_ABOVE: Final = Expectation((0.98, 1.02), (0.97, 1.03), Origin.DRAWN)
# Six people on one clip: of so many counted, Wilson's interval of 95 % (docs/setup.md, docs/measured/detectors.md).
_OF_SIX: Final = {6: (0.61, 1.0), 5: (0.44, 0.97), 4: (0.30, 0.90), 3: (0.19, 0.81)}
_LARGE: Final = 0.4
_MIDDLE: Final = 0.2
"""Heights of people, as parts of the picture's longer side, from which on 6 and 5 of 6 were counted."""


def expectation_of(device: DeviceFile, seen: Measurements, side: float | None, level: Level) -> Expectation | None:
    """Return what is to be expected; None where counts can't be relied on, or nothing was measured.

    `side` is the longer side of the picture, in units, where there is one.
    """
    if level is Level.NONE:
        return None
    match device.source:
        case ClipSource() | CameraSource():
            return _of_camera(device, device.source, seen, side)
        case BeamsSource():
            return _BEAMS
        case TofSource():
            return _RANGER
        case ThermalSource():
            return _SMALL_ARRAY if device.source.part == "amg8833" else _LARGE_ARRAY
        case _:
            return None


def _of_camera(
    device: DeviceFile, source: ClipSource | CameraSource, seen: Measurements, side: float | None
) -> Expectation | None:
    if isinstance(device.detector, BackgroundDetector):
        return _FROM_ABOVE
    if not side:
        return None
    high = (PERSON_M * source.pixels_per_metre if seen.person_px is None else seen.person_px) / side
    of_six = 6 if high >= _LARGE else 5 if high >= _MIDDLE else 4
    few = (seen.rate < FEW) + (seen.rate < TOO_FEW)
    return Expectation(_OF_SIX[max(of_six - few, 3)], None, Origin.CLIP)
