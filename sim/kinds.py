"""Simulated sources, as kinds that a device file may name: hand KINDS to `counter.device_file.load`.

Kind `simulated` is a view into a simulated world from above. Beams, rangers and thermal arrays may hang in a doorway
of such a world: with a table [source.simulated] no sensor is opened.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel

from counter.errors import DeviceFileError
from counter.geometry import View
from counter.sources.kinds import Kinds, SourceKind, installed_kinds
from counter.sources.port import Input, Surroundings
from counter.sources.sensors import (
    array_kind,
    array_sentences,
    beams,
    optics_of,
    ranger,
    ranger_limits,
    thermal_array,
)
from counter.sources.thermal.spots import check_seen
from sim.bodies import Beams
from sim.doorway import SimulatedArray, SimulatedBeams, SimulatedDoorway
from sim.echoes import Echoes
from sim.settings import SimulatedSource, VirtualBeams, VirtualThermal, VirtualTof
from sim.source import open_source
from sim.warmth import Warmth
from sim.world import WorldError

_RANGER_NOISE_M: Final = 0.02


def _simulated(settings: SimulatedSource, around: Surroundings) -> Input:
    with _world_needed():
        source = open_source(settings, around.folder, around.clock)
        return Input(source, view=View(settings.view), by_clock=True)


def _beams(settings: VirtualBeams, around: Surroundings, doorway: SimulatedDoorway) -> Input:
    hung = Beams(doorway.place.width_m, settings.beam_gap_m, settings.height_m)
    return Input(beams(settings, around.clock, lambda: SimulatedBeams(doorway, hung, around.clock)), by_clock=True)


def _tof(settings: VirtualTof, around: Surroundings, doorway: SimulatedDoorway) -> Input:
    clock, wait = around.clock, partial(time.sleep, settings.budget_ms / 1000)

    def echoes() -> Echoes:
        return Echoes(
            lambda: doorway.bodies(clock.now_ms(), from_middle=True), settings.height_m, _RANGER_NOISE_M, wait
        )

    return Input(ranger(settings, clock, echoes), by_clock=True, limits=tuple(ranger_limits(settings)))


def _thermal(settings: VirtualThermal, around: Surroundings, doorway: SimulatedDoorway) -> Input:
    optics, kind = optics_of(settings), array_kind(settings)
    check_seen(optics, around.corners)
    warmth = Warmth(kind.shape, settings.field_deg or kind.field_deg, settings.height_m, kind.noise_c)

    def array() -> SimulatedArray:
        return SimulatedArray(doorway, warmth, 1 / kind.rate, around.clock)

    sentences = array_sentences(settings, around.corners, around.counting_version)
    return Input(thermal_array(settings, around, array), view=optics.view, by_clock=True, limits=tuple(sentences))


@contextmanager
def _world_needed() -> Iterator[None]:
    try:
        yield
    except WorldError as error:
        raise DeviceFileError(f"source.world: {error}") from error


def _in_doorway(
    name: str, settings: type[BaseModel], open_simulated: Callable[[Any, Surroundings, SimulatedDoorway], Input]
) -> SourceKind:
    """Return a kind of sensor that hangs in a simulated doorway where its table names one, else in a real one."""

    def open_either(table: Any, around: Surroundings) -> Input:  # noqa: ANN401 - as SourceKind has it
        if table.simulated is None:
            return installed_kinds()[name].open(table, around)
        with _world_needed():
            doorway = SimulatedDoorway.of(table.simulated)
        return open_simulated(table, around, doorway)

    return SourceKind(settings, open_either)


KINDS: Final[Kinds] = MappingProxyType(
    {
        **installed_kinds(),
        "simulated": SourceKind(SimulatedSource, _simulated),
        "beams": _in_doorway("beams", VirtualBeams, _beams),
        "tof": _in_doorway("tof", VirtualTof, _tof),
        "thermal": _in_doorway("thermal", VirtualThermal, _thermal),
    }
)
"""All kinds of this computer, and the simulated ones."""
