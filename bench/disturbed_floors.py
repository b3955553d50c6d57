"""Floors from straight above on which something else than people moves: light, shadows, doors, the camera itself.

Families of drawn worlds, for bench/disturbances.py and its short form in the tests. Each world comes from a seed.
"""

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Lit = NDArray[np.float32]
"""A picture before the camera's noise: shape (h, w, 3), BGR, grey levels."""
Disturbance = Callable[[Lit, float], Lit]
"""Changes what is seen at a time in seconds."""
Chance = np.random.Generator
_QUIET_S: Final = 4.0
"""So long nothing but what is always there happens: the floor is learnt."""


def tree_shadows(chance: Chance, scale: float) -> Disturbance:
    """Shadows of branches, hard or nearly so, that leave a third of the light and go to and fro."""
    grain_m, reach_m = float(chance.uniform(0.25, 0.9)), float(chance.uniform(0.15, 0.8))
    every_s, soft_m = float(chance.uniform(2.0, 8.0)), float(chance.uniform(0.0, 0.08))
    share, left, turn = float(chance.uniform(0.25, 0.6)), float(chance.uniform(0.3, 0.45)), chance.uniform(0, np.pi)
    seed = int(chance.integers(9999))

    def change(image: Lit, now_s: float) -> Lit:
        height, width = image.shape[:2]
        rim = round((reach_m + 0.2) * scale)
        field = _field(width + 2 * rim, height + 2 * rim, grain_m * scale, seed)
        shade = np.where(field < np.quantile(field[::4, ::4], share), left, 1.0).astype(np.float32)
        if soft_m * scale >= 1:
            shade = cv2.GaussianBlur(shade, (0, 0), soft_m * scale)
        gone = reach_m * scale * np.sin(2 * np.pi * now_s / every_s)
        return image * _moved(shade, gone * np.cos(turn), gone * np.sin(turn))[rim:-rim, rim:-rim, None]

    return change


def one_shadow(chance: Chance, scale: float) -> Disturbance:
    """A single hard shadow of a person's size or some times that, that goes to and fro over a metre or more."""
    long_m, wide_m = float(chance.uniform(0.5, 2.5)), float(chance.uniform(0.3, 0.9))
    reach_m, every_s, left = float(chance.uniform(0.8, 2.5)), float(chance.uniform(4, 10)), chance.uniform(0.3, 0.45)
    turn, y = float(chance.uniform(0, 180)), float(chance.uniform(0.3, 0.7))

    def change(image: Lit, now_s: float) -> Lit:
        height, width = image.shape[:2]
        x = width / 2 + reach_m * scale * np.sin(2 * np.pi * now_s / every_s)
        shade = np.ones((height, width), dtype=np.float32)
        axes = round(long_m / 2 * scale), round(wide_m / 2 * scale)
        cv2.ellipse(shade, (round(x), round(y * height)), axes, turn, 0, 360, float(left), -1, cv2.LINE_AA)
        return image * shade[..., None]

    return change


def clouds(chance: Chance, scale: float) -> Disturbance:
    """Soft shadows of clouds that drift by, each over a part of the picture."""
    left, every_s, grain_m = chance.uniform(0.45, 0.75), float(chance.uniform(15, 40)), float(chance.uniform(1.5, 4))
    seed = int(chance.integers(9999))

    def change(image: Lit, now_s: float) -> Lit:
        height, width = image.shape[:2]
        field = _field(width * 3, height, grain_m * scale, seed)
        at = round((now_s / every_s % 1) * 2 * width)
        shade = np.clip(1 + (left - 1) * (field[:, at : at + width] * 3 + 0.5), left, 1)
        return image * shade[..., None].astype(np.float32)

    return change


def lamps(chance: Chance, scale: float) -> Disturbance:
    """A lamp over a part of the floor that is switched on and off."""
    reach_m, more = float(chance.uniform(1.0, 2.5)), float(chance.uniform(0.3, 1.2))
    x, y = chance.uniform(0.2, 0.8, 2)
    every_s = float(chance.uniform(8, 20))

    def change(image: Lit, now_s: float) -> Lit:
        if now_s < _QUIET_S or now_s % every_s < every_s / 2:
            return image
        height, width = image.shape[:2]
        across, down = np.meshgrid(np.arange(width) - x * width, np.arange(height) - y * height)
        glow = np.exp(-(across**2 + down**2) / (2 * (reach_m * scale) ** 2))
        return image * (1 + more * glow[..., None]).astype(np.float32)

    return change


def headlights(chance: Chance, scale: float) -> Disturbance:
    """The light of cars that sweeps over the floor, every few seconds."""
    every_s, speed, more = float(chance.uniform(4, 8)), float(chance.uniform(2, 8)), float(chance.uniform(40, 130))
    long_m, wide_m, soft_m = chance.uniform(1, 3), chance.uniform(0.5, 1.2), chance.uniform(0.05, 0.3)
    y, forward = float(chance.uniform(0.3, 0.7)), bool(chance.random() < 0.5)

    def change(image: Lit, now_s: float) -> Lit:
        if now_s < _QUIET_S:
            return image
        height, width = image.shape[:2]
        gone = (now_s % every_s) * speed * scale - long_m * scale
        x = gone if forward else width - gone
        glow = np.zeros((height, width), dtype=np.float32)
        axes = round(long_m / 2 * scale), round(wide_m / 2 * scale)
        cv2.ellipse(glow, (round(x), round(y * height)), axes, 0, 0, 360, 1.0, -1, cv2.LINE_AA)
        glow = cv2.GaussianBlur(glow, (0, 0), soft_m * scale)
        return image * (1 + glow[..., None] * np.float32(more / 100))

    return change


def door_light(chance: Chance, scale: float) -> Disturbance:
    """A wedge of light that falls through a door, as it opens and closes."""
    every_s, more, most = float(chance.uniform(6, 12)), chance.uniform(1.4, 2.2), chance.uniform(0.5, 1.1)
    at, reach_m = float(chance.uniform(0.3, 0.7)), float(chance.uniform(2, 4))

    def change(image: Lit, now_s: float) -> Lit:
        if now_s < _QUIET_S:
            return image
        height, width = image.shape[:2]
        open_part = max(np.sin(2 * np.pi * now_s / every_s), 0.0)
        x, far = at * width, reach_m * scale
        corners = [(x - 0.5 * scale, height), (x + 0.5 * scale, height)]
        top = [(x + far * np.tan(most * open_part - 0.2), height - far), (x - far * np.tan(0.2), height - far)]
        light = np.ones((height, width), dtype=np.float32)
        if open_part > 0:
            cv2.fillPoly(light, [np.array(corners + top).round().astype(np.int32)], float(more), cv2.LINE_AA)
        return image * light[..., None]

    return change


def sliding_doors(chance: Chance, scale: float) -> Disturbance:
    """One or two leaves over the whole height that slide in from the sides, stay, and slide back."""
    wide_m, speed, every_s = float(chance.uniform(0.5, 1.4)), float(chance.uniform(0.4, 1.0)), chance.uniform(8, 15)
    colours = chance.uniform(20, 220, 3).astype(np.float32)
    both, at = bool(chance.random() < 0.5), float(chance.uniform(0.25, 0.45))

    def change(image: Lit, now_s: float) -> Lit:
        width = image.shape[1]
        phase = max(now_s - _QUIET_S, 0.0) % every_s
        moves_s = wide_m / speed
        out = np.clip(phase / moves_s, 0, 1) - np.clip((phase - every_s / 2) / moves_s, 0, 1)
        image = image.copy()
        frame, reach = at * width, out * wide_m * scale
        image[:, : round(frame * 0.3)] = colours
        image[:, round(frame) : round(frame + reach)] = colours
        if both:
            image[:, round(width - frame - reach) : round(width - frame)] = colours
        return image

    return change


def swinging_door(chance: Chance, scale: float) -> Disturbance:
    """A leaf that swings about a hinge at the border of the picture: seen from above a long thin bar."""
    long_m, thick_m, every_s = chance.uniform(0.8, 1.1), float(chance.uniform(0.04, 0.08)), chance.uniform(5, 12)
    colour, x = chance.uniform(20, 220, 3), float(chance.uniform(0.3, 0.6))

    def change(image: Lit, now_s: float) -> Lit:
        height, width = image.shape[:2]
        turn = np.pi / 2 * max(np.sin(2 * np.pi * max(now_s - _QUIET_S, 0) / every_s), 0.0)
        hinge = np.array([x * width, height - 0.1 * scale])
        along = np.array([np.cos(turn), -np.sin(turn)]) * long_m * scale
        across = np.array([np.sin(turn), np.cos(turn)]) * thick_m * scale
        corners = np.array([hinge, hinge + along, hinge + along + across, hinge + across])
        image = image.copy()
        cv2.fillPoly(image, [(corners * 16).round().astype(np.int32)], colour.tolist(), cv2.LINE_AA, 4)
        return image

    return change


def sway(chance: Chance, _scale: float) -> Disturbance:
    """A camera on a mast or under a springy roof: 0.5 to 1.6 % of the picture's width to each side, 0.2 to 1.2 Hz."""
    reach, hertz = float(chance.uniform(0.005, 0.016)), float(chance.uniform(0.2, 1.2))
    turn, twist, phase = chance.uniform(0, np.pi), chance.uniform(0, 0.4), chance.uniform(0, 6)

    def change(image: Lit, now_s: float) -> Lit:
        height, width = image.shape[:2]
        swing = np.sin(2 * np.pi * hertz * now_s)
        along = reach * width * swing
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), twist * np.sin(2 * np.pi * hertz * now_s + phase), 1)
        matrix[:, 2] += along * np.cos(turn), along * np.sin(turn) * 0.5
        shown = cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
        return np.asarray(shown, dtype=np.float32)

    return change


def large_things(chance: Chance, _scale: float) -> Disturbance:
    """A rectangle that is suddenly there, goes, and comes again: 8 to 30 % of the picture's width, plain or not."""
    part, tall = float(chance.uniform(0.08, 0.3)), float(chance.uniform(0.5, 2.0))
    colours = chance.uniform(20, 230, (2, 3)).astype(np.float32)
    plain, every_s = bool(chance.random() < 0.5), float(chance.uniform(8, 40))
    x, y = chance.uniform(0.05, 0.6, 2)

    def change(image: Lit, now_s: float) -> Lit:
        if now_s < _QUIET_S + 1 or now_s % every_s > every_s * 0.7:
            return image
        height, width = image.shape[:2]
        wide = round(part * width)
        left, top = round(x * width), round(y * height)
        image = image.copy()
        image[top : top + round(wide * tall), left : left + wide] = colours[0]
        if not plain:
            image[top + 3 : top + round(wide * tall) : 8, left : left + wide] = colours[1]
        return image

    return change


def vans(chance: Chance, scale: float) -> Disturbance:
    """Something of two to four square metres that drives through the picture."""
    long_m, wide_m = float(chance.uniform(1.6, 3.5)), float(chance.uniform(1.2, 1.8))
    speed, every_s, y = float(chance.uniform(0.8, 3)), float(chance.uniform(12, 20)), float(chance.uniform(0.3, 0.7))
    colours, forward = chance.uniform(20, 230, (2, 3)).astype(np.float32), bool(chance.random() < 0.5)

    def change(image: Lit, now_s: float) -> Lit:
        height, width = image.shape[:2]
        gone = (max(now_s - _QUIET_S, 0) % every_s) * speed * scale
        left = gone - long_m * scale if forward else width - gone
        image = image.copy()
        top = y * height - wide_m / 2 * scale
        for inset, colour in ((0.0, colours[0]), (0.25, colours[1])):
            by = inset * scale
            one, two = max(round(left + by), 0), max(round(left + long_m * scale - by), 0)
            image[max(round(top + by), 0) : round(top + wide_m * scale - by), one:two] = colour
        return image

    return change


def flakes(chance: Chance, scale: float) -> Disturbance:
    """Snow, rain or leaves: many small things that cross the picture, each in a second or less."""
    number, size_m = int(chance.integers(10, 90)), float(chance.uniform(0.02, 0.1))
    colour = float(chance.choice([240, 90]))
    starts, speeds = chance.uniform(0, 1, (number, 2)), chance.uniform([0.1, 0.2], [0.6, 1.2], (number, 2))

    def change(image: Lit, now_s: float) -> Lit:
        if now_s < _QUIET_S:
            return image
        height, width = image.shape[:2]
        image = image.copy()
        places = (starts + speeds * now_s) % 1 * (width, height)
        for x, y in places.tolist():
            radius = max(round(size_m / 2 * scale * 16), 12)
            cv2.circle(image, (round(x * 16), round(y * 16)), radius, (colour,) * 3, -1, cv2.LINE_AA, 4)
        return image

    return change


def nothing(_chance: Chance, _scale: float) -> Disturbance:
    """Nothing else."""
    return lambda image, _now_s: image


FAMILIES: Final[dict[str, Callable[[Chance, float], Disturbance]]] = {
    one.__name__: one
    for one in (
        nothing,
        tree_shadows,
        one_shadow,
        clouds,
        lamps,
        headlights,
        door_light,
        sliding_doors,
        swinging_door,
        sway,
        large_things,
        vans,
        flakes,
    )
}


def _field(width: int, height: int, grain: float, seed: int) -> Lit:
    """Return smooth noise, -1..1 as a rule, whose lumps are about `grain` pixels wide."""
    key = width, height, grain, seed
    if key not in _FIELDS:
        _FIELDS.clear()
        small = max(round(width / grain * 2), 2), max(round(height / grain * 2), 2)
        noise = np.random.default_rng(seed).normal(0, 1, small[::-1]).astype(np.float32)
        field = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
        _FIELDS[key] = field / np.float32(3 * field.std() or 1)
    return _FIELDS[key]


_FIELDS: dict[tuple[int, int, float, int], Lit] = {}


def _moved(image: Lit, across: float, down: float) -> Lit:
    matrix = np.array([[1, 0, across], [0, 1, down]], dtype=np.float64)
    shifted = cv2.warpAffine(image, matrix, image.shape[1::-1], borderMode=cv2.BORDER_REFLECT)
    return np.asarray(shifted, dtype=np.float32)
