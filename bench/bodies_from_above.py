"""People with height under a camera that looks straight down: they lean away from its foot, and hide each other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bench.straight_down import START_MS, Floor, dressed
from counter.detectors.boxes import Image
from counter.sources.video.frame import VideoFrame

Numbers = NDArray[np.float64]
_FINE: Final = 4
_ROUND: Final = np.column_stack((np.cos(turns := np.linspace(0, 2 * np.pi, 17)[:-1]), np.sin(turns)))
_TROUSERS: Final = ((40, 30, 25), (120, 80, 40), (70, 75, 80), (150, 160, 165), (35, 60, 50))
_LEAD_S: Final = 3.2


@dataclass(frozen=True, slots=True)
class Body:
    """Somebody who stands or walks upright. Metres; `heading` in degrees.

    Attributes:
        clothes: BGR; so are `trousers` and `hair`.
    """

    x: float
    y: float
    height_m: float = 1.72
    heading: float = 0.0
    shoulders_m: float = 0.46
    depth_m: float = 0.27
    clothes: tuple[int, int, int] = (60, 40, 150)
    trousers: tuple[int, int, int] = (40, 30, 25)
    hair: tuple[int, int, int] = (30, 40, 60)

    def parts(self) -> Iterator[tuple[tuple[int, int, int], tuple["Slice", "Slice"]]]:
        """Yield legs, trunk and head from below, each with its colour and its lowest and highest slice."""
        deep, wide, high = self.depth_m, self.shoulders_m, self.height_m
        hips = Slice(0.5 * high, 0.9 * deep, 0.75 * wide)
        yield self.trousers, (Slice(0.0, 1.2 * deep, 0.5 * wide), hips)
        yield self.clothes, (hips, Slice(0.82 * high, deep, wide))
        yield self.hair, (Slice(0.88 * high, 0.2, 0.17), Slice(high, 0.17, 0.14))


@dataclass(frozen=True, slots=True)
class Slice:
    """A level cut through a body: an ellipse. Metres above the floor, along the way, and across it."""

    level_m: float
    deep_m: float
    wide_m: float


@dataclass
class Mount:
    """A camera that looks straight down on a floor.

    Attributes:
        height_m: of the camera.
        floor: what it sees; its foot is the middle of it.
        shade: how far a shadow falls on the floor, for each metre of height: across and down.
        shade_left: the part of the light that a shadow leaves.
    """

    height_m: float
    floor: Floor
    shade: tuple[float, float] = (0.2, 0.12)
    shade_left: float = 0.72
    _foot: Numbers = field(init=False)

    def __post_init__(self) -> None:
        """Find its foot."""
        self._foot = np.array(self.floor.size_m) / 2

    def picture(self, people: Iterable[Body], now_s: float = 0.0) -> Image:
        """Return what the camera sees of `people` at a time."""
        there = list(people)

        def drawn(image: Image) -> None:
            self._shades(image, there)
            for part in zip(*(body.parts() for body in there), strict=True):
                for body, (colour, slices) in zip(there, part, strict=True):
                    outline = np.concatenate([self._seen(self._round(body, one), one.level_m) for one in slices])
                    self._fill(image, outline, colour)

        return self.floor.picture_with(drawn, now_s)

    def _round(self, body: Body, one: Slice) -> Numbers:
        """Return the rim of a slice, metres on the floor."""
        turn = np.deg2rad(body.heading)
        spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        rim = _ROUND * (one.deep_m / 2, one.wide_m / 2) @ spin + (body.x, body.y)
        return np.asarray(rim, dtype=np.float64)

    def _seen(self, points: Numbers, level_m: float) -> Numbers:
        """Return where on the floor points at a level are seen."""
        return np.asarray(self._foot + (points - self._foot) * (self.height_m / (self.height_m - level_m)))

    def _shades(self, image: Image, people: list[Body]) -> None:
        mask = np.zeros(image.shape[:2], dtype=np.uint8)
        for body in people:
            slices = (Slice(0.0, 0.3, 0.25), Slice(0.8 * body.height_m, body.depth_m, body.shoulders_m))
            rims = [self._round(body, one) + np.array(self.shade) * one.level_m for one in slices]
            self._fill(mask, np.concatenate(rims), (1,))
        np.copyto(image, (image * np.float32(self.shade_left)).astype(np.uint8), where=mask[..., None] > 0)

    def _fill(self, image: NDArray[np.uint8], outline: Numbers, colour: tuple[int, ...]) -> None:
        scaled = (outline * self.floor.pixels_per_metre * (1 << _FINE)).round().astype(np.int32)
        cv2.fillConvexPoly(image, cv2.convexHull(scaled), colour, cv2.LINE_AA, _FINE)


@dataclass
class RecordedWays:
    """Frames of recorded ways of real people, walked by drawn bodies.

    Attributes:
        mount: the camera.
        rows: number of the frame, who, x, y in metres of the picture, height in metres; by frame.
        rate: frames a second of the recording; each `every`-th is shown.
    """

    mount: Mount
    rows: Numbers
    rate: float
    every: int
    seed: int = 0

    def frames(self) -> Iterator[VideoFrame]:
        """Yield three seconds of the empty floor, and every n-th frame."""
        step_ms = round(1000 * self.every / self.rate)
        lead = int(_LEAD_S * 1000) // step_ms + 1
        for number in range(lead):
            yield VideoFrame(START_MS + number * step_ms, self.mount.picture([]))
        begins = np.searchsorted(self.rows[:, 0], np.arange(0, self.rows[-1, 0] + 2))
        for count, number in enumerate(range(0, int(self.rows[-1, 0]) + 1, self.every)):
            here = self.rows[begins[number] : begins[number + 1]]
            yield VideoFrame(START_MS + (lead + count) * step_ms, self.mount.picture(map(self._drawn, here)))

    def close(self) -> None:
        """Nothing to let go of."""

    def _drawn(self, row: Numbers) -> Body:
        return somebody(row[2], row[3], self.seed * 1000 + int(row[1]), height_m=row[4], heading=row[5])


def somebody(x: float, y: float, seed: int, *, height_m: float | None = None, heading: float = 0.0) -> Body:
    """Return somebody of the size and clothes that a seed gives."""
    chance = np.random.default_rng(seed)
    clothes = dressed(chance)
    wide_m, high_m = float(chance.normal(0.46, 0.03)), float(chance.normal(1.7, 0.09))
    trousers = _TROUSERS[chance.integers(len(_TROUSERS))]
    high_m = high_m if height_m is None else height_m
    return Body(x, y, high_m, heading, wide_m, 0.58 * wide_m, trousers=trousers, **clothes)


def ways(file: Path, rate: float, *, seed: int = 0) -> Numbers:
    """Return a recording by frame: number of the frame, who, x, y, height, all in metres, and heading in degrees.

    Where all are of one height in the file, heights are drawn.
    """
    raw = np.loadtxt(file, comments="#", usecols=(1, 0, 2, 3, 4))
    raw[:, 2:] /= 100
    if np.ptp(raw[:, 4]) == 0:
        heights = np.random.default_rng(seed).normal(1.7, 0.09, int(raw[:, 1].max()) + 1)
        raw[:, 4] = heights[raw[:, 1].astype(int)]
    raw[:, 0] -= raw[:, 0].min()
    parts = []
    for who in np.unique(raw[:, 1]):
        one = raw[raw[:, 1] == who]
        one = one[np.argsort(one[:, 0])]
        half = round(rate / 2)
        ends = np.arange(len(one))
        step = one[np.minimum(ends + half, len(one) - 1), 2:4] - one[np.maximum(ends - half, 0), 2:4]
        parts.append(np.column_stack((one, np.rad2deg(np.arctan2(step[:, 1], step[:, 0])))))
    rows = np.concatenate(parts)
    return np.asarray(rows[np.argsort(rows[:, 0], kind="stable")])


@dataclass
class Walked:
    """Frames in which people walk along x, one by one.

    Attributes:
        people: when each begins, where, how fast to the right (metres, seconds), and their body.
    """

    mount: Mount
    seconds: float
    rate: float
    people: list[tuple[float, float, float, Body]] = field(default_factory=list)

    def frames(self) -> Iterator[VideoFrame]:
        """Yield them."""
        for number in range(round(self.seconds * self.rate)):
            now_s = number / self.rate
            there = [
                replace(body, x=begin + (now_s - start_s) * speed, heading=0.0 if speed > 0 else 180.0)
                for start_s, begin, speed, body in self.people
                if now_s >= start_s
            ]
            yield VideoFrame(START_MS + round(now_s * 1000), self.mount.picture(there, now_s))

    def close(self) -> None:
        """Nothing to let go of."""
