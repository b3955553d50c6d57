"""Drawn cameras before which little moves: people who come, sit nearly still and leave, far away, slowly, or by night.

A world draws its place, its people (sizes by perspective, clothes of any contrast, how often they move and by how
much) and its light: noise, a filter or an encoder behind it, clouds. `Eyes` finds its people as a detector would: with
jitter, misses, and things that are taken for somebody.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.random import Generator, default_rng

from counter.counting.tally import Tally
from counter.detectors import Detector
from counter.detectors.boxes import Boxes, Image
from counter.geometry import Floats, LineGeometry, ZoneGeometry
from counter.sources.video.frame import VideoFrame
from counter.sources.video.picture_edges import view_of
from counter.sources.video.quality import Inspector
from counter.sources.video.source import Video
from counter.sources.video.still.searches_moved import SearchesMoved
from tests.support.counter.tracks import START_MS, Counted, count

SIZE: Final = (320, 240)
SCALE: Final = 40.0
"""Pixels a metre, in the middle."""
_LINE = LineGeometry("across", ((160.0, 0.0), (160.0, 240.0)), (300.0, 120.0), band=12.0)
_ZONE = ZoneGeometry("floor", ((30.0, 70.0), (290.0, 70.0), (290.0, 240.0), (30.0, 240.0)), 60, margin=12.0)
_FIXED: Final = 16
"""OpenCV draws in parts of a pixel."""
_SITS: Final = 0.75
"""Height of somebody who sits, as a part of what it is."""


@dataclass(frozen=True, slots=True)
class Light:
    """How a place is seen.

    Attributes:
        brightness: 0..1.
        noise: grey levels.
        kept: how much a filter keeps of the picture before.
        quality: of JPEG; 0: none.
        drift: grey levels a second by which clouds change it.
    """

    brightness: float = 1.0
    noise: float = 2.0
    kept: float = 0.0
    quality: int = 0
    drift: float = 0.0


LIGHTS: Final = {
    "day": Light(),
    "night": Light(0.3, 6.0),
    "night, filtered": Light(0.3, 8.0, kept=0.7),
    "encoded": Light(noise=3.0, quality=60),
    "clouds": Light(drift=2.0),
}


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody: times with places, metres of their own size that they move by now and then, and what they wear."""

    at_s: Floats
    places: Floats
    moves_s: Floats
    moves: Floats
    sits_s: tuple[float, float]
    grey: float

    def box(self, now_s: float) -> Floats | None:
        """Return left, top, right and bottom, pixels; None while they aren't there."""
        if not self.at_s[0] <= now_s <= self.at_s[-1]:
            return None
        x, y = (float(np.interp(now_s, self.at_s, self.places[:, axis])) for axis in (0, 1))
        high = height(y)
        low_s, high_s = self.sits_s
        part = float(np.interp(now_s, (low_s - 0.7, low_s, high_s, high_s + 0.7), (1, _SITS, _SITS, 1)))
        place = int(np.searchsorted(self.moves_s, now_s))
        if low_s < now_s < high_s and place:
            x, y = x + self.moves[place - 1, 0] * high / 1.7, y + self.moves[place - 1, 1] * high / 1.7
        return np.array((x - 0.2 * high, y - high * part, x + 0.2 * high, y))


def height(y: float) -> float:
    """Return how many pixels high somebody is whose feet are `y` pixels down."""
    return 16.0 + (y - 80.0) * 0.72


@dataclass(frozen=True)
class StillWorld:
    """One drawn world. `kind` is one of KINDS, `light` one of LIGHTS.

    `shows_nothing`: all pictures are the same, whatever a detector finds in them: no movement can be noticed.
    """

    kind: str
    light: str
    seed: int
    length_s: float = 60.0
    rate: float = 5.0
    shows_nothing: bool = False

    @cached_property
    def people(self) -> list[_Person]:
        """Who comes."""
        chance = default_rng((self.seed, len(self.kind)))
        return list(KINDS[self.kind](chance, self.length_s))

    def times_s(self) -> Floats:
        """Return when pictures are taken, shape (n,)."""
        return np.arange(round(self.length_s * self.rate)) / self.rate

    def boxes(self, now_s: float) -> Floats:
        """Return the true boxes, shape (n, 4), of who is at least half in the picture."""
        found = [box for one in self.people if (box := one.box(now_s)) is not None]
        inside = [box for box in found if 0 < (box[0] + box[2]) / 2 < SIZE[0]]
        return np.array(inside).reshape(-1, 4)

    @cached_property
    def pictures(self) -> list[VideoFrame]:
        """What the camera brings."""
        if self.shows_nothing:
            image = _place(default_rng(self.seed))
            return [VideoFrame(START_MS + round(now_s * 1000), image) for now_s in self.times_s().tolist()]
        return list(self._pictures())

    def frames(self) -> Iterator[VideoFrame]:
        """Yield the pictures."""
        return iter(self.pictures)

    def _pictures(self) -> Iterator[VideoFrame]:
        light, chance = LIGHTS[self.light], default_rng(self.seed)
        place, grain = _place(chance), [chance.normal(0, light.noise, (*SIZE[::-1], 1)) for _ in range(5)]
        kept: Floats | None = None
        for now_s in self.times_s().tolist():
            lit = self._drawn(place, now_s).astype(np.float32) * light.brightness + light.drift * (now_s % 30)
            noise = np.roll(grain[chance.integers(5)], chance.integers(0, 200, 2), axis=(0, 1))
            seen = lit + noise
            kept = seen if kept is None else kept * light.kept + seen * (1 - light.kept)
            image = kept.round().clip(0, 255).astype(np.uint8)
            yield VideoFrame(START_MS + round(now_s * 1000), _sent(image, light.quality))

    def close(self) -> None:
        """Have nothing to let go of."""

    def presence_s(self) -> float:
        """Return for how long people were in the zone, in sum."""
        feet = [box for now_s in self.times_s().tolist() for box in self.boxes(now_s)]
        inside = [30 < (left + right) / 2 < 290 and 70 < low < 240 for left, _, right, low in feet]
        return sum(inside) / self.rate

    def _drawn(self, place: Image, now_s: float) -> Image:
        picture = place.copy()
        for one in sorted(self.people, key=lambda person: float(person.places[0, 1])):
            if (box := one.box(now_s)) is not None:
                _draw(picture, box, one.grey)
        return picture


@dataclass(slots=True)
class Eyes:
    """A detector that finds the people of a world.

    Attributes:
        misses: the share of sights that are missed; `jitter`, how far edges are off, as a part of a box' height.
        false: the share of pictures in which something is taken for a person.
        searched: pictures that it was asked about.
    """

    world: StillWorld
    misses: float = 0.05
    jitter: float = 0.01
    false: float = 0.002
    searched: int = 0

    def detect(self, _image: Image, at_ms: int, /) -> Boxes:
        """Return boxes, the same for the same picture whether those before it were asked for or not."""
        self.searched += 1
        chance = default_rng((self.world.seed, at_ms))
        true = self.world.boxes((at_ms - START_MS) / 1000)
        off = chance.normal(0, self.jitter, true.shape) * (true[:, 3:] - true[:, 1:2])
        found = (true + off)[chance.random(len(true)) >= self.misses]
        wrong = np.array([[200.0, 90.0, 214.0, 125.0]])[chance.random(1) < self.false]
        xyxy = np.vstack((found, wrong)).astype(np.float32)
        return Boxes(xyxy, np.ones(len(xyxy), dtype=np.float32)).within(np.zeros((*SIZE[::-1], 3), dtype=np.uint8))


def counted(world: StillWorld, detector: Detector) -> Counted:
    """Count a world through a detector, as the program does."""
    view = view_of(SIZE, SCALE, "feet")
    by = Tally([_LINE], [_ZONE], flow_period_s=60, setup="test", units_per_metre=SCALE, view=view)
    return count(Video(world, detector, "feet", Inspector()).detections(), by)


def both(world: StillWorld, eyes: Eyes) -> tuple[Counted, Counted, float]:
    """Return what is counted where all pictures are searched, where only those that moved are, and how many that is."""
    whole = counted(world, eyes)
    eyes.searched = 0
    skipped = counted(world, SearchesMoved(eyes))
    return whole, skipped, eyes.searched / len(world.times_s())


# ----------------------------------------------------------------------------------------------------------


def _place(chance: Generator) -> Image:
    grey = np.full((SIZE[1], SIZE[0]), 120.0, dtype=np.float32)
    for cells, strength in ((6, 25.0), (20, 15.0), (60, 8.0)):
        grey += cv2.resize(chance.normal(0, strength, (cells, cells)).astype(np.float32), SIZE)
    return np.asarray((grey[..., None] + np.array([10, 0, -10])).clip(20, 235), dtype=np.uint8)


def _sent(image: Image, quality: int) -> Image:
    if not quality:
        return image
    return np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, [1, quality])[1], 1), dtype=np.uint8)


def _draw(picture: Image, box: Floats, grey: float) -> None:
    left, top, right, bottom = box.tolist()
    middle, high = (left + right) / 2, bottom - top
    for y, wide, tall, colour in (
        (bottom - 0.25 * high, 0.08 * high, 0.25 * high, grey * 0.7),
        (bottom - 0.6 * high, (right - left) * 0.42, 0.26 * high, grey),
        (top + 0.08 * high, 0.06 * high, 0.08 * high, 150.0),
    ):
        centre, axes = ((round(a * _FIXED), round(b * _FIXED)) for a, b in ((middle, y), (wide, tall)))
        colours = (colour * 0.9, colour, colour * 1.1)
        cv2.ellipse(picture, centre, axes, 0, 0, 360, colours, -1, cv2.LINE_AA, 4)


def _walks(places: list[tuple[float, float]], from_s: float, speed: float) -> tuple[Floats, Floats]:
    """Return when somebody is at places, one after another, at `speed` metres a second of their own size."""
    at_s = [from_s]
    for (x0, y0), (x1, y1) in pairwise(places):
        metre = height((y0 + y1) / 2) / 1.7
        at_s.append(at_s[-1] + float(np.hypot(x1 - x0, y1 - y0)) / metre / speed)
    return np.array(at_s), np.array(places)


def _person(chance: Generator, at_s: Floats, places: Floats, sits_s: tuple[float, float], calm_s: float) -> _Person:
    moves_s = np.cumsum(chance.exponential(calm_s, 200)) + sits_s[0]
    moves = chance.normal(0, 0.02, (200, 2))
    contrast = chance.uniform(12, 80) * chance.choice((-1, 1))
    return _Person(at_s, places, moves_s, moves, sits_s, float(120 + contrast))


_NEVER: Final = (1e6, 1e6 + 1)


def _nobody(_chance: Generator, _length_s: float) -> Iterator[_Person]:
    yield from ()


def _sitting(chance: Generator, length_s: float) -> Iterator[_Person]:
    """Let up to three come, sit, moving by centimetres every some seconds, and leave."""
    for number in range(chance.integers(1, 4)):
        y = float(chance.uniform(100, 225))
        seat = float(chance.uniform(60, 130) + 80 * number)
        came, left = (float(chance.choice((-25, SIZE[0] + 25))) for _ in range(2))
        at_s, places = _walks([(came, y), (seat, y)], chance.uniform(1, 8), 1.1)
        away_s, away = _walks([(seat, y), (left, y)], length_s - chance.uniform(12, 20), 1.1)
        sits_s = float(at_s[-1]) + 0.7, float(away_s[0]) - 0.7
        yield _person(chance, np.concatenate((at_s, away_s)), np.vstack((places, away)), sits_s, chance.uniform(2, 20))


def _far(chance: Generator, length_s: float) -> Iterator[_Person]:
    """Let people pass at the far end, 14 to 25 pixels high, and one of them stand there."""
    for number in range(int(length_s // 12)):
        y = float(chance.uniform(79, 92))
        ends = [-10.0, SIZE[0] + 10.0][:: int(chance.choice((-1, 1)))]
        at_s, places = _walks([(ends[0], y), (ends[1], y)], 1 + 11 * number, chance.uniform(0.9, 1.6))
        yield _person(chance, at_s, places, _NEVER, 1e6)


def _slow(chance: Generator, length_s: float) -> Iterator[_Person]:
    """Let somebody creep over the line, at some centimetres a second."""
    y = float(chance.uniform(110, 220))
    metre = height(y) / 1.7
    way = chance.uniform(0.03, 0.12) * length_s * metre
    x = 160 - way * chance.uniform(0.3, 0.7)
    yield _person(chance, np.array([0.0, length_s]), np.array([(x, y), (x + way, y)]), _NEVER, 1e6)


def _through(chance: Generator, length_s: float) -> Iterator[_Person]:
    """Let people walk through, one by one, at any depth."""
    for number in range(int(length_s // 10)):
        y = float(chance.uniform(100, 225))
        ends = [-30.0, SIZE[0] + 30.0][:: int(chance.choice((-1, 1)))]
        at_s, places = _walks([(ends[0], y), (ends[1], y)], 1 + 9 * number, chance.uniform(0.7, 1.6))
        yield _person(chance, at_s, places, _NEVER, 1e6)


KINDS: Final = {"empty": _nobody, "sitting": _sitting, "far": _far, "slow": _slow, "through": _through}
