"""A seeded world of people, for demos, teaching and tests: a source that needs no sensor."""

from sim.settings import SimulatedSource
from sim.source import Simulation, open_source
from sim.world import WorldError

__all__ = ["SimulatedSource", "Simulation", "WorldError", "open_source"]
