"""Pictures of a floor from straight above, with people drawn on it: for tests and benchmarks of `background`."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from counter.detectors.boxes import Image
from counter.sources.video.frame import VideoFrame

START_MS: Final = 1_800_000_000_000
_FINE: Final = 4
"""Bits of a part of a pixel in which shapes are drawn."""
_NOISES: Final = 8
_SHADOW: Final = 0.72


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at one moment. Metres on the floor; `heading` in degrees.

    Attributes:
        clothes: BGR; so is `hair`.
        lean: how far the head is from the middle, metres.
    """

    x: float
    y: float
    heading: float = 0.0
    clothes: tuple[int, int, int] = (60, 40, 150)
    hair: tuple[int, int, int] = (30, 40, 60)
    lean: float = 0.05
    shoulders_m: float = 0.48
    depth_m: float = 0.28


@dataclass
class Floor:
    """A floor of tiles, and a camera above it.

    Attributes:
        size_m: width and height of what is seen, metres.
        pixels_per_metre: of the picture.
        noise: standard deviation of each pixel, grey levels.
        light: brightness, 1 is usual.
        things: rectangles left, top, width, height in metres, and their colour.
        texture: how much tiles and grain differ from each other; 1 is a usual floor.
        grey: whether the camera has no colours.
        disturb: changes what is seen, before the camera's noise, by the time in seconds.
    """

    size_m: tuple[float, float] = (8.0, 5.0)
    pixels_per_metre: float = 24.0
    noise: float = 5.0
    light: float = 1.0
    seed: int = 1
    things: list[tuple[tuple[float, float, float, float], tuple[int, int, int]]] = field(default_factory=list)
    texture: float = 1.0
    grey: bool = False
    disturb: Callable[[NDArray[np.float32], float], NDArray[np.float32]] | None = None

    def __post_init__(self) -> None:
        """Lay the tiles."""
        chance = np.random.default_rng(self.seed)
        width, height = (round(side * self.pixels_per_metre) for side in self.size_m)
        tiles = chance.normal(128, 14 * self.texture, (int(self.size_m[1] / 0.4) + 1, int(self.size_m[0] / 0.4) + 1))
        floor = cv2.resize(tiles.astype(np.float32), (width, height), interpolation=cv2.INTER_NEAREST)
        floor += cv2.blur(chance.normal(0, 12 * self.texture, (height, width)).astype(np.float32), (3, 3))
        self._floor = np.repeat(floor[..., None], 3, axis=2) + np.array([6, 0, -6], dtype=np.float32)
        self._floor = self._floor.clip(0, 255).astype(np.uint8)
        noises = chance.normal(0, self.noise, (_NOISES, height, width, 3)) if self.noise else np.zeros((1, 1, 1, 3))
        noises = noises[..., :1].repeat(3, axis=3) if self.grey else noises
        self._noises = noises.round().astype(np.int16)
        self._count = 0

    def picture(self, people: Iterable[Person], now_s: float = 0.0) -> Image:
        """Return what the camera sees of `people` at a time."""
        there = list(people)

        def drawn(image: Image) -> None:
            self._shade(image, there)
            for person in there:
                self._draw(image, person)

        return self.picture_with(drawn, now_s)

    def picture_with(self, drawn: Callable[[Image], None], now_s: float = 0.0) -> Image:
        """Return what the camera sees at a time of what `drawn` puts onto the floor."""
        image = self._floor.copy()
        for (left, top, width, height), colour in self.things:
            corner = self._pixels(left, top)
            cv2.rectangle(image, corner, self._pixels(left + width, top + height), colour, -1, cv2.LINE_AA, _FINE)
        drawn(image)
        self._count += 1
        lit = image * np.float32(self.light)
        if self.disturb is not None:
            lit = self.disturb(lit, now_s)
        if self.grey:
            lit = cv2.cvtColor(lit, cv2.COLOR_BGR2GRAY)[..., None].repeat(3, axis=2)
        noisy = lit + self._noises[self._count % len(self._noises)]
        return np.asarray(noisy.clip(0, 255), dtype=np.uint8)

    def _pixels(self, x: float, y: float) -> tuple[int, int]:
        scale = self.pixels_per_metre * (1 << _FINE)
        return round(x * scale), round(y * scale)

    def _oval(self, image: Image, x: float, y: float, person: Person, colour: tuple[int, int, int]) -> None:
        axes = self._pixels(person.depth_m / 2, person.shoulders_m / 2)
        cv2.ellipse(image, self._pixels(x, y), axes, person.heading, 0, 360, colour, -1, cv2.LINE_AA, _FINE)

    def _shade(self, image: Image, people: list[Person]) -> None:
        mask = np.zeros_like(image)
        for person in people:
            self._oval(mask, person.x + 0.16, person.y + 0.1, person, (1, 1, 1))
        np.copyto(image, (image * np.float32(_SHADOW)).astype(np.uint8), where=mask > 0)

    def _draw(self, image: Image, person: Person) -> None:
        self._oval(image, person.x, person.y, person, person.clothes)
        turn = np.deg2rad(person.heading)
        head = self._pixels(person.x + person.lean * np.cos(turn), person.y + person.lean * np.sin(turn))
        radius = self._pixels(0.1, 0)[0]
        cv2.circle(image, head, radius, person.hair, -1, cv2.LINE_AA, _FINE)


Where = Callable[[float], Person | None]
"""Where somebody is at a time in seconds; None while they aren't there."""


def dressed(chance: np.random.Generator) -> dict[str, tuple[int, int, int]]:
    """Return clothes and hair as people wear them, some of them nearly of the floor's grey."""
    wardrobe = [(30, 28, 26), (90, 60, 30), (60, 40, 150), (200, 200, 195), (70, 90, 60), (160, 120, 60), (85, 85, 90)]
    hair = [(25, 30, 45), (60, 90, 130), (140, 170, 200), (15, 15, 15)]
    return {"clothes": wardrobe[chance.integers(len(wardrobe))], "hair": hair[chance.integers(len(hair))]}


def walker(start_s: float, y: float, chance: np.random.Generator, *, forward: bool, floor: Floor) -> Where:
    """Return somebody who walks over the floor, along x, swaying a little."""
    clothes, speed = dressed(chance), float(chance.uniform(0.9, 1.6))
    phase, length_m = float(chance.uniform(0, 6)), floor.size_m[0] + 1.0

    def where(now_s: float) -> Person | None:
        gone_m = (now_s - start_s) * speed
        if not 0 <= gone_m <= length_m:
            return None
        sway = 0.03 * np.sin(phase + 6.0 * now_s)
        x = gone_m - 0.5 if forward else floor.size_m[0] + 0.5 - gone_m
        return Person(x, y + sway, 0.0 if forward else 180.0, **clothes)

    return where


@dataclass
class Shown:
    """Frames of a floor on which people come and go.

    Attributes:
        change: changes the floor before each frame, by the time in seconds.
    """

    floor: Floor
    people: list[Where]
    seconds: float
    rate: float = 10.0
    change: Callable[[Floor, float], None] | None = None

    def frames(self) -> Iterator[VideoFrame]:
        """Yield them."""
        for number in range(round(self.seconds * self.rate)):
            now_s = number / self.rate
            if self.change:
                self.change(self.floor, now_s)
            there = [person for where in self.people if (person := where(now_s)) is not None]
            yield VideoFrame(START_MS + round(now_s * 1000), self.floor.picture(there, now_s))

    def close(self) -> None:
        """Nothing to let go of."""
