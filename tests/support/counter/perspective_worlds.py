"""Drawn cameras that look aslant, and people who walk out of their pictures and into them: boxes, and where feet are.

A world draws its camera (height, tilt, lens), its people (heights, children too, speeds, ways across all borders) and
how well a detector sees: how much of somebody must be in the picture, how exact boxes are, and how far before the
border boxes end that it cuts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
from numpy.random import Generator

from counter.geometry import Floats, LineGeometry
from counter.sources.video.body_size import PERSON_M

SIZE: Final = (640, 480)
STEP_MS: Final = 100
_CIRCLE: Final = np.linspace(0, 2 * np.pi, 12, endpoint=False)


@dataclass(frozen=True, slots=True)
class AslantCamera:
    """A pinhole camera: height above the floor in metres, tilt below the horizon in radians, focal length in pixels."""

    height: float
    tilt: float
    focal: float

    @classmethod
    def drawn(cls, rng: Generator, *, steep: bool = False) -> Self:
        """Draw one as people mount them; `steep`: so that the upper border of its picture is floor nearby."""
        wide = np.deg2rad(rng.uniform(55, 95))
        height, tilts = rng.uniform(2.3, 4.5), (40, 60) if steep else (12, 42)
        return cls(height, np.deg2rad(rng.uniform(*tilts)), SIZE[0] / 2 / np.tan(wide / 2))

    def pixels(self, points: Floats) -> Floats:
        """Return where points on the floor and above, shape (n, 3), metres, are seen: shape (n, 2)."""
        across, ahead, up = points.T
        down, (sin, cos) = self.height - up, (np.sin(self.tilt), np.cos(self.tilt))
        deep = np.maximum(ahead * cos + down * sin, 0.05)
        low = down * cos - ahead * sin
        return np.column_stack((SIZE[0] / 2 + self.focal * across / deep, SIZE[1] / 2 + self.focal * low / deep))

    def floor(self, pixel: tuple[float, float]) -> Floats:
        """Return the place on the floor, shape (2,), metres, that is seen at a pixel below the horizon."""
        right, low = (pixel[0] - SIZE[0] / 2) / self.focal, (pixel[1] - SIZE[1] / 2) / self.focal
        sin, cos = np.sin(self.tilt), np.cos(self.tilt)
        far = self.height / max(low * cos + sin, 0.05)
        return np.array((right * far, (cos - low * sin) * far))

    def box(self, place: Floats, tall: float) -> Floats:
        """Return the box around somebody `tall` metres high at a place: shape (4,), beyond the picture too."""
        rings = [(0.16, 0.0), (0.23, 0.8 * tall), (0.1, tall)]
        body = [
            np.column_stack((place[0] + r * np.cos(_CIRCLE), place[1] + r * np.sin(_CIRCLE), np.full(12, up)))
            for r, up in rings
        ]
        seen = self.pixels(np.vstack(body))
        return np.concatenate((seen.min(axis=0), seen.max(axis=0)))

    def scale(self, pixel: tuple[float, float]) -> float:
        """Return what set-up's ruler says there: the height of somebody who stands there by 1.7."""
        box = self.box(self.floor(pixel), PERSON_M)
        return float(box[3] - box[1]) / PERSON_M


@dataclass(frozen=True, slots=True)
class Eyes:
    """How well a detector sees.

    Attributes:
        needs: the part of somebody that must be in the picture.
        misses: the part of frames in which it finds nobody.
        noise: standard deviation of a box's sides as a part of its height.
        short: how many pixels before the border boxes end that it cuts.
    """

    needs: float
    misses: float
    noise: float
    short: float

    @classmethod
    def drawn(cls, rng: Generator) -> Self:
        """Draw some like those of the models on the recorded clip."""
        return cls(rng.uniform(0.3, 0.5), rng.uniform(0, 0.08), rng.uniform(0.005, 0.02), rng.uniform(0, 6))

    def see(self, box: Floats, rng: Generator) -> Floats | None:
        """Return the box that is found of somebody, shape (4,), or None."""
        noisy = box + rng.normal(0, self.noise * (box[3] - box[1]), 4)
        inside = noisy.clip(0, (*SIZE, *SIZE))
        part = np.prod((inside[2:] - inside[:2]).clip(min=0)) / max(np.prod(noisy[2:] - noisy[:2]), 1.0)
        if part < self.needs or rng.random() < self.misses:
            return None
        short = rng.uniform(0, self.short, 4) * (1, 1, -1, -1)
        return np.asarray(np.where(inside != noisy, inside + short, inside), dtype=np.float64)


@dataclass(slots=True)
class PerspectiveWorld:
    """A camera, those who walk through its picture, one or two at once, and what is found of them.

    Attributes:
        frames: found boxes, frame by frame.
        ways: of each person, where the feet were, shape (n, 2), in pixels, from the first frame in which they were
            found to the last.
        walks: the same from 0.3 to 14 metres before the camera, found or not.
    """

    camera: AslantCamera
    frames: list[list[Floats]] = field(default_factory=list)
    ways: list[Floats] = field(default_factory=list)
    walks: list[Floats] = field(default_factory=list)

    @classmethod
    def drawn(cls, seed: int, people: int, step_ms: int = STEP_MS, *, steep: bool = False) -> Self:
        """Draw a world; below a `steep` camera people walk in all of its picture."""
        rng = np.random.default_rng(seed)
        world = cls(AslantCamera.drawn(rng, steep=steep))
        eyes, start = Eyes.drawn(rng), 0
        for _ in range(people):
            start += world._walk(start, eyes, rng, step_ms, highest=30 if steep else 250)
        return world

    def _walk(self, start: int, eyes: Eyes, rng: Generator, step_ms: int, highest: int) -> int:
        """Let somebody walk straight through the picture from a frame on; return how much later the next one comes."""
        tall = float(rng.normal(1.15, 0.12) if rng.random() < 0.12 else rng.normal(1.70, 0.09))
        middle = self.camera.floor((rng.uniform(90, 550), rng.uniform(highest, 470)))
        angle, speed = rng.uniform(0, 2 * np.pi), rng.uniform(0.7, 1.7)
        way = np.array((np.cos(angle), np.sin(angle)))
        places = middle + np.outer(np.arange(-9.0, 9.0, speed * step_ms / 1000), way)
        feet, found = [], []
        for number, place in enumerate(places):
            if place[1] < 0.3 or place[1] > 14:  # behind the camera's foot, or far away
                continue
            box = self.camera.box(place, tall)
            feet.append(((box[0] + box[2]) / 2, box[3]))
            if (seen := eyes.see(box, rng)) is None:
                continue
            found.append(len(feet) - 1)
            while len(self.frames) <= start + number:
                self.frames.append([])
            self.frames[start + number].append(seen)
        if found:
            self.ways.append(np.array(feet[found[0] : found[-1] + 1]))
        self.walks.append(np.array(feet).reshape(-1, 2))
        return round(len(places) * rng.uniform(0.5, 1.1))

    def boxes(self) -> Iterator[Floats]:
        """Yield the boxes of each frame, shape (n, 4), with a pause at the end."""
        for frame in [*self.frames, *([] for _ in range(100))]:
            yield np.array(frame, dtype=np.float64).reshape(-1, 4)

    def line(self, kind: str, off: float) -> LineGeometry:
        """Return a line along a border, `off` pixels from it ("bottom", "left", "right", "top"), or across ("middle").

        Its band is that of the scale at its middle.
        """
        width, height = SIZE
        points = {
            "bottom": ((0.0, height - off), (float(width), height - off)),
            "top": ((0.0, off), (float(width), off)),
            "left": ((off, 0.0), (off, float(height))),
            "right": ((width - off, 0.0), (width - off, float(height))),
            "middle": ((0.0, height / 2 + off), (float(width), height / 2 + off)),
            "aslant": ((width / 2 + off, float(height)), (float(width), height / 2 - off)),
        }[kind]
        return LineGeometry(
            kind, points, (-500.0, -700.0) if kind != "top" else (300.0, 900.0), 0.3 * self.scale(points)
        )

    def scale(self, points: tuple[tuple[float, float], ...]) -> float:
        """Return the pixels per metre that set-up would measure at a line."""
        (x, y), (to_x, to_y) = points[0], points[-1]
        return self.camera.scale(((x + to_x) / 2, (y + to_y) / 2))

    def truth(self, line: LineGeometry, *, unseen: bool = False) -> tuple[int, int]:
        """Return how many people crossed a line forward and backward between their first and their last sight.

        `unseen`: whether they were found there or not.
        """
        begin, end = (np.array(one) for one in (line.points[0], line.points[-1]))
        forth = _side(begin, end, np.array([line.forward_towards]))[0]
        counted = [0, 0]
        for way in self.walks if unseen else self.ways:
            sides = np.asarray(_side(begin, end, way)) * forth
            along = ((way - begin) @ (end - begin)) / ((end - begin) @ (end - begin))
            for place in np.flatnonzero(sides[1:] * sides[:-1] < 0):
                if -0.001 <= along[place : place + 2].mean() <= 1.001:
                    counted[0 if sides[place + 1] > 0 else 1] += 1
        return counted[0], counted[1]


def _side(begin: Floats, end: Floats, points: Floats) -> Floats:
    way, off = end - begin, points - begin
    return np.asarray(np.sign(way[0] * off[:, 1] - way[1] * off[:, 0]), dtype=np.float64)
