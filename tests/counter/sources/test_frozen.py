"""A picture that lives, as bytes, but doesn't change: the time is missing from the moment it froze.

The class: whatever comes on top of a picture that stands still (nothing, a clock, a lamp, an encoder's noise), and
however much of it stands still. Its counterpart: whatever noise a living picture has left, with people or empty.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product

import cv2
import numpy as np
import pytest

from core.wire import Flag
from counter.detectors.boxes import Image
from counter.sources.video.frame import VideoFrame
from counter.sources.video.quality import Inspector, Quality
from tests.support.counter.pictures import place
from tests.support.counter.tracks import START_MS
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation

RATE = 2
PLACE = place()
HIGH, WIDE = PLACE.shape[:2]


@dataclass
class Live:
    """A live camera, and what is said of its pictures.

    Attributes:
        noise: standard deviation, grey levels.
        light: how bright the place is.
        quality: of JPEG; None: as it is.
        kept: the part of a picture that the camera keeps from the one before, to filter noise.
        walkers: whether somebody walks through every five seconds.
    """

    noise: float = 4.0
    light: float = 1.0
    quality: int | None = None
    kept: float = 0.0
    walkers: bool = False
    inspector: Inspector = field(default_factory=lambda: Inspector(live=True))
    now_s: float = 0.0
    last: Image = field(default_factory=lambda: PLACE)

    def __post_init__(self) -> None:
        self._chance = np.random.default_rng(round(self.noise * 100 + self.light * 10))
        self._filtered: np.ndarray | None = None

    def picture(self) -> Image:
        """Return what the camera sees now."""
        image = (PLACE * self.light).astype(np.float32)
        if self.walkers:
            across = round((self.now_s % 5) * 40 + self._chance.normal(0, 1))
            cv2.ellipse(image, ((across, 60.0), (14, 22), 0), (20.0, 30.0, 160.0), -1)
        image += self._chance.normal(0, self.noise, image.shape).astype(np.float32) if self.noise else 0
        before = image if self._filtered is None else self._filtered
        self._filtered = before * self.kept + image * (1 - self.kept)
        return np.asarray(self._filtered.round().clip(0, 255), dtype=np.uint8)

    def shows(self, seconds: float, draw: Callable[[Image], Image] | None = None) -> list[Quality]:
        """Show living pictures, or those that `draw` makes of the last living one."""
        return list(self._shown(seconds, draw))

    def _shown(self, seconds: float, draw: Callable[[Image], Image] | None) -> Iterator[Quality]:
        for _ in range(round(seconds * RATE)):
            self.now_s += 1 / RATE
            if draw is None:
                self.last = self.picture()
            image = self.last if draw is None else draw(self.last)
            if self.quality is not None:
                image = np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, [1, self.quality])[1], 1), dtype=np.uint8)
            yield self.inspector.inspect(VideoFrame(START_MS + round(self.now_s * 1000), image))


def frozen(said: list[Quality]) -> list[bool]:
    """Return of which pictures it was said that they are frozen; their time is missing."""
    assert all(one.sees != (Flag.FROZEN in one.flags) for one in said)
    return [Flag.FROZEN in one.flags for one in said]


@dataclass
class Overlay:
    """What is drawn over a picture that stands still, or added to it, seeded."""

    kind: str

    def __post_init__(self) -> None:
        self._chance, self._count = np.random.default_rng(3), 0

    def __call__(self, image: Image) -> Image:
        over, self._count = image.copy(), self._count + 1
        match self.kind:
            case "clock":
                text = f"2026-11-30 12:00:{self._count // RATE % 60:02}"
                cv2.putText(over, text, (4, 10), cv2.FONT_HERSHEY_SIMPLEX, 0.25, (255, 255, 255))
            case "lamp":
                cv2.circle(over, (120, 30), 8, [int(self._chance.integers(60, 255))] * 3, -1)
            case "one grey level":
                over = np.asarray((over + self._chance.integers(-1, 2, over.shape)).clip(0, 255), dtype=np.uint8)
            case "one level of light":
                light = self._chance.integers(-1, 2, over.shape[:2])[..., None]
                over = np.asarray((over + light).clip(0, 255), dtype=np.uint8)
            case _:
                pass
        return over


OVERLAYS = ("nothing", "clock", "lamp", "one grey level", "one level of light")


@pytest.mark.parametrize(("kind", "walkers"), worlds([*product(OVERLAYS, [False, True])], every=3))
def test_a_frozen_picture_is_missing_from_the_moment_it_froze(kind: str, walkers: bool) -> None:
    camera = Live(walkers=walkers)
    assert not any(frozen(camera.shows(30)))
    said = camera.shows(30, Overlay(kind))
    flagged = frozen(said)
    assert flagged[-1]
    assert flagged.index(True) <= 24 * RATE, "while people walked, it must be sure of the rest"
    assert abs(said[-1].unseen_ms - 30_000) <= 2000, "the time before it was noticed is taken back"
    assert not any(frozen(camera.shows(20))[8 * RATE :])


@pytest.mark.parametrize(
    ("kind", "lives_s"),
    worlds([*product(["one grey level", "nothing", "clock"], [1, 2, 12])], every=9),
)
def test_what_is_usual_outlives_any_number_of_times_that_a_picture_was_frozen(kind: str, lives_s: float) -> None:
    """Looks at a frozen picture are not usual, also where it lives so shortly that an encoder might have renewed it."""
    camera = Live(walkers=True)
    assert not any(frozen(camera.shows(60)))
    for _ in range(3):
        assert frozen(camera.shows(80, Overlay("nothing")))[-1]
        camera.shows(lives_s)
    assert frozen(camera.shows(80, Overlay("nothing")))[-1]
    assert not frozen(camera.shows(20))[-1]
    said = camera.shows(60, Overlay(kind))
    assert frozen(said)[-1]
    assert abs(said[-1].unseen_ms - 60_000) <= 2000


@pytest.mark.parametrize(("kind", "quality"), worlds([*product(["clock", "one grey level"], [90, 50])], every=3))
def test_frozen_and_encoded_anew(kind: str, quality: int) -> None:
    camera = Live(quality=quality)
    assert not any(frozen(camera.shows(30)))
    assert frozen(camera.shows(25, Overlay(kind)))[-1]


@pytest.mark.parametrize("kind", ["nothing", "clock", "lamp"])
def test_a_camera_that_hangs_from_the_start_is_frozen_within_half_a_minute(kind: str) -> None:
    camera = Live()
    camera.last = camera.picture()
    said = camera.shows(32, Overlay(kind))
    assert frozen(said)[-1]
    assert not any(frozen(camera.shows(20))[8 * RATE :])


@pytest.mark.parametrize("part", ["left", "lower", "one grey level in the left"])
def test_a_picture_that_is_frozen_in_part_is_missing(part: str) -> None:
    camera = Live()
    assert not any(frozen(camera.shows(30)))
    noise = Overlay("one grey level") if "grey" in part else Overlay("nothing")

    def draw(last: Image) -> Image:
        image, living = noise(last), camera.picture()
        if part == "lower":
            image[: HIGH // 2] = living[: HIGH // 2]
        else:
            image[:, WIDE // 2 :] = living[:, WIDE // 2 :]
        return image

    assert frozen(camera.shows(40, draw))[-1]


def test_the_last_seconds_again_and_again_are_missing() -> None:
    camera = Live(walkers=True)
    assert not any(frozen(camera.shows(30)))
    loop = [camera.picture() for _ in range(20 * RATE)]
    said = [quality for _ in range(3) for one in loop for quality in camera.shows(1 / RATE, lambda _, one=one: one)]
    assert frozen(said)[-1]


LIVING = (
    Live(noise=0.7, light=0.3),
    Live(noise=2.0, light=0.3, kept=0.7),
    Live(noise=2.0, quality=60, kept=0.8),
    Live(noise=6.0),
    Live(noise=1.0, quality=40, walkers=True),
    Live(noise=3.0, kept=0.5, walkers=True),
)


@pytest.mark.parametrize(
    "camera", worlds(LIVING), ids=lambda camera: f"{camera.noise:g}-{camera.light:g}-{camera.quality}-{camera.kept:g}"
)
def test_a_living_picture_is_watched_empty_and_with_people(camera: Live) -> None:
    assert not any(frozen(replace(camera).shows(150)))


def test_lights_that_are_switched_off_freeze_nothing() -> None:
    camera = Live(noise=3.0)
    camera.shows(30)
    camera.light, camera.noise, camera.kept = 0.25, 1.0, 0.6
    assert not any(frozen(camera.shows(60)))


def test_a_picture_that_never_changes_is_nothing_in_a_clip() -> None:
    camera = Live(inspector=Inspector())
    assert not any(frozen(camera.shows(60, Overlay("nothing"))))
