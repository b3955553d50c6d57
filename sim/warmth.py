"""What a thermal array sees of bodies: floor, clothes and hair, with noise, drift and things that are warm."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from counter.geometry import Floats
from counter.sources.thermal.spots import places
from sim.bodies import Parts

_RAYS: Final = 3
"""A pixel is the mean of so many rays each way."""
_CLOTHES_C: Final = 5.0
"""How much warmer than a floor of _USUAL_C clothes are, from above."""
_USUAL_C: Final = 20.0
_SKIN_C: Final = 34.0
"""Hair and clothes are between the air, as warm as the floor, and skin: over a floor as warm as that nobody is seen."""


@dataclass(slots=True)
class Warmth:
    """The pictures of one array that looks straight down on 0, 0.

    Attributes:
        shape: rows, columns.
        field_deg: of view, along x and y.
        height_m: above the floor.
        noise_c: standard deviation of a pixel.
        step_c: temperatures are whole multiples of this; 0 for any.
        floor_c: temperature of the floor.
        things: shape `shape`, what is warm all the time, degrees above the floor.
        warmer: people are so many times as much warmer than the floor as they usually are over a floor like this.
    """

    shape: tuple[int, int]
    field_deg: tuple[float, float]
    height_m: float
    noise_c: float
    step_c: float = 0.0
    floor_c: float = 20.0
    things: Floats | float = 0.0
    warmer: float = 1.0
    chance: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))

    def picture(self, bodies: Parts | None, drift_c: float = 0.0) -> Floats:
        """Return a picture, shape `shape`, degrees Celsius. `across` is x, `ahead` is y."""
        noise = self.noise_c * self.chance.standard_normal(self.shape)
        seen = self.floor_c + drift_c + self.things + noise + (0.0 if bodies is None else self._heat(bodies))
        return np.asarray(np.round(seen / self.step_c) * self.step_c if self.step_c else seen)

    def _heat(self, bodies: Parts) -> Floats:
        """Return how much warmer than the floor each pixel is by those in the picture."""
        rows, columns = self.shape
        x = places(columns * _RAYS, self.field_deg[0], 1.0)
        y = places(rows * _RAYS, self.field_deg[1], 1.0)
        over_floor = self.warmer * (_SKIN_C - self.floor_c) / (_SKIN_C - _USUAL_C)
        heat = np.zeros((rows * _RAYS, columns * _RAYS))
        for part, at_rows, at_columns, rays in bodies.rays_stopped_by(self.height_m, x, y):
            heat[at_rows, at_columns][rays] = _CLOTHES_C * bodies.warm[part] * over_floor
        return np.asarray(heat.reshape(rows, _RAYS, columns, _RAYS).mean(axis=(1, 3)))
