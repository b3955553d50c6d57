"""What accuracy to expect: wide words, from what was measured with this kind of sensor, and from what was found."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, assert_never

from counter.detectors.settings import BackgroundDetector
from counter.device_file import DeviceFile
from counter.doctor.rules import Finding, Weight
from counter.sources.doorway.settings import BeamsSource, TofSource
from counter.sources.simulated.settings import SimulatedSource
from counter.sources.thermal.settings import ThermalSource
from counter.sources.video.settings import CameraSource, ClipSource


class Grounds(StrEnum):
    """What is known of a kind of sensor."""

    MODEL = "model"
    FROM_ABOVE = "from_above"
    DOORWAY = "doorway"
    THERMAL = "thermal"
    SIMULATED = "simulated"


class Level(StrEnum):
    """How well counts can be trusted before anybody compared them with counts by hand."""

    USUAL = "usual"
    """As well as this kind of sensor can."""
    ROUGH = "rough"
    """Worse than that."""
    NONE = "none"
    """Not."""


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
        case SimulatedSource():
            return Grounds.SIMULATED
        case _:
            assert_never(device.source)
