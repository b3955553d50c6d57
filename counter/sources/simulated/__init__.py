"""A seeded world of people, for demos, teaching and tests: a source that needs no sensor."""

from counter.sources.simulated.settings import SimulatedSource
from counter.sources.simulated.source import Simulation, open_source
from counter.sources.simulated.world import WorldError

__all__ = ["SimulatedSource", "Simulation", "WorldError", "open_source"]
