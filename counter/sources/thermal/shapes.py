"""What people look like from where a thermal array hangs: off the middle from the side, leaning outwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from counter.geometry import Floats, Ints

Pixels = NDArray[np.float32]
"""Of pictures in which many places are looked at: half as wide as other numbers, and twice as quick."""
_TALL_M: Final = (1.6, 1.85)
"""Heights of people that are looked for; others look enough like one of them."""
_BODY: Final = ((0.0, 0.46, 0.16), (0.46, 0.85, 0.2))
"""Legs, and what is above them: from which part of the height to which, and how wide: radius in metres."""
_HEAD: Final = ((0.85, 1.0, 0.09),)
_CLEAR_M: Final = 0.1
"""Nobody's head is nearer to the array than this."""
_STEP_M: Final = 0.1
"""Between two places at which people are looked for."""
_OUTSIDE_STEP_M: Final = 0.2
"""The same for those of whom only a part is in the picture."""
_OUTSIDE_FAVOUR: Final = 1.2
"""What may be the legs of somebody outside of the picture isn't taken for somebody in it."""
_MOST_PLACES: Final = 2500
"""From high up the places are further apart instead."""
_LEGS_M: Final = 0.2
"""Height of what is in the picture last of people outside of it."""
_TINY: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Shapes:
    """n people, each alone in a picture of p pixels.

    Attributes:
        at: shape (n, 2), where they stand, metres from right below the array.
        parts: shape (n, 2, p), of which part of each pixel the head is, and all else of the body.
        squares: shape (n, 3), sums over pixels: of heads squared, of bodies squared, of both multiplied.
        middle: shape (n,), the pixel in the middle of what is seen of them.
        favour: shape (n,), how many times as readily as another they are believed who explains as much.
    """

    at: Floats
    parts: Pixels
    squares: Floats
    middle: Ints
    favour: Floats

    @classmethod
    def of(cls, at: Floats, tall_m: float, height_m: float, rays: tuple[Floats, Floats], favour: float = 1.0) -> Self:
        """Return people of one height at places, shape (n, 2), below an array.

        `rays` are those through the middles of columns and of rows: metres aside for each metre down.
        """
        head = _seen(at, _HEAD, tall_m, height_m, rays)
        body = np.minimum(_seen(at, _BODY, tall_m, height_m, rays), 1 - head)
        squares = np.column_stack(
            [(one * other).sum(axis=1) for one, other in ((head, head), (body, body), (head, body))]
        )
        whole = head + body
        mass = np.maximum(whole.sum(axis=1), _TINY)
        points = [
            _nearest(ray, whole @ grid.ravel() / mass) for ray, grid in zip(rays, np.meshgrid(*rays), strict=True)
        ]
        return cls(
            at, np.stack((head, body), axis=1), squares, points[1] * len(rays[0]) + points[0], np.full(len(at), favour)
        )

    @classmethod
    def together(cls, several: Sequence["Shapes"]) -> "Shapes":
        """Return the people of all of them."""
        columns = ([one.at, one.parts, one.squares, one.middle, one.favour] for one in several)
        return cls(*(np.concatenate(column) for column in zip(*columns, strict=True)))

    def only(self, rows: Ints) -> Self:
        """Return some of the people."""
        return type(self)(self.at[rows], self.parts[rows], self.squares[rows], self.middle[rows], self.favour[rows])


@lru_cache(maxsize=2)
def shapes_below(height_m: float, x: tuple[float, ...], y: tuple[float, ...]) -> Shapes:
    """Return people wherever they are in the picture of an array, or in part.

    Args:
        height_m: of the array.
        x: where the middles of columns look, metres aside for each metre down.
        y: the same of rows.
    """
    rays = np.array(x), np.array(y)
    tall = [one for one in _TALL_M if one + _CLEAR_M < height_m]
    shoulders = [_edge(ray) * (height_m - max(tall)) for ray in rays]
    feet = [_edge(ray) * (height_m - _LEGS_M) for ray in rays]
    inside, around = _grid(shoulders, _STEP_M), _grid(feet, _OUTSIDE_STEP_M)
    outside = around[(abs(around) > shoulders).any(axis=1)]
    made = [Shapes.of(inside, one, height_m, rays) for one in tall]
    made.append(Shapes.of(outside, float(np.mean(tall)), height_m, rays, _OUTSIDE_FAVOUR))
    found = Shapes.together(made)
    return found.only(np.flatnonzero(found.squares[:, :2].sum(axis=1) > _TINY))


def _edge(ray: Floats) -> float:
    """Return where a row of pixels ends."""
    return float(ray[-1] + (ray[-1] - ray[-2]) / 2)


def _grid(half_m: Sequence[float], step_m: float) -> Floats:
    step_m = max(step_m, 2 * float(np.sqrt(np.prod(half_m) / _MOST_PLACES)))
    axes = [np.linspace(-half, half, 2 * int(np.ceil(half / step_m)) + 1) for half in half_m]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


def _nearest(ray: Floats, points: Floats) -> Ints:
    return np.asarray(abs(points[:, None] - ray).argmin(axis=1))


def _seen(
    at: Floats, parts: Sequence[tuple[float, float, float]], tall_m: float, height_m: float, rays: tuple[Floats, Floats]
) -> Pixels:
    """Return of which part of each pixel upright cylinders at places are: shape (n, pixels), 0..1."""
    ray = np.stack(np.meshgrid(*rays), axis=-1).reshape(-1, 2).astype(np.float32)
    wide = np.sqrt(np.outer(np.gradient(rays[1]), np.gradient(rays[0]))).ravel().astype(np.float32)
    square = (ray**2).sum(axis=1)
    along = at.astype(np.float32) @ ray.T
    filled = np.zeros(along.shape, dtype=np.float32)
    for low, high, radius_m in parts:
        depth = np.clip(along / np.maximum(square, _TINY), height_m - high * tall_m, height_m - low * tall_m)
        off_2 = depth**2 * square - 2 * depth * along + (at**2).sum(axis=1, dtype=np.float32)[:, None]
        pixel_m = depth * wide
        reached = 0.5 + (radius_m - np.sqrt(np.maximum(off_2, 0.0))) / pixel_m
        cover = np.clip(reached, 0.0, 1.0) * np.minimum(1.0, np.pi * radius_m**2 / pixel_m**2)
        np.maximum(filled, cover, out=filled)
    return filled
