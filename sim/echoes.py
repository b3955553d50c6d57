"""What a ranger over a doorway measures of bodies: the nearest that fills enough of a zone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from counter.geometry import Floats
from counter.sources.doorway.channels import FIRST
from sim.bodies import Parts
from sim.doors import Leaf

_ACROSS_DEG: Final = (-9.7, 9.7)
_AHEAD_DEG: Final = ((-11.0, 1.5), (-1.5, 11.0))
"""The two zones, along the way forward: 27 degrees across the corners, halved, and blurred by the lens."""
_RAYS: Final = 7
_SHARE: Final = 0.15
"""What fills less of a zone than this isn't measured."""
_LENS_M: Final = 0.001


@dataclass(slots=True)
class Echoes:
    """A ranger over the middle of a doorway.

    Attributes:
        bodies: who is below it now; `across` counted from the middle of the doorway.
        height_m: above the floor.
        noise_m: standard deviation of a measurement.
        ambient_kcps: light from elsewhere, as a VL53L1X measures it.
        wait: called before each measurement, which takes a while.
        leaf: the leaf of a door that is below it now; none where nothing is said.
    """

    bodies: Callable[[], Parts | None]
    height_m: float
    noise_m: float
    wait: Callable[[], object]
    ambient_kcps: float = 5.0
    leaf: Callable[[], Leaf | None] = lambda: None
    chance: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def distance_m(self, channel: int) -> float | None:
        """Return the distance in one of the zones, metres."""
        self.wait()
        bodies, leaf = self.bodies(), self.leaf()
        top_m = 0.0 if bodies is None and leaf is None else self._top(bodies, leaf, channel)
        return max(self.height_m - top_m + self.noise_m * float(self.chance.standard_normal()), _LENS_M)

    def close(self) -> None:
        """Nothing to let go of."""

    def _top(self, bodies: Parts | None, leaf: Leaf | None, channel: int) -> float:
        """Return the height of the highest that fills enough of a zone."""
        across = _slopes(_ACROSS_DEG)
        ahead = _slopes(_AHEAD_DEG[0 if channel == FIRST else 1])
        tops = np.zeros((_RAYS, _RAYS))
        if bodies is not None:
            for part, rays in bodies.rays_that_meet(self.height_m, across, ahead):
                tops[rays] = bodies.high[part]
        if leaf is not None:
            tops = np.maximum(tops, leaf.tops(self.height_m, across, ahead))
        return float(np.quantile(tops, 1 - _SHARE))


def _slopes(degrees: tuple[float, float]) -> Floats:
    return np.asarray(np.tan(np.deg2rad(np.linspace(*degrees, _RAYS))))
