"""Flags of a camera's pictures: raised when it lasts, gone when it is over, and none without a reason."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from core.wire import Flag
from counter.detectors.boxes import Image
from counter.sources.video.clip import Clip
from counter.sources.video.frame import VideoFrame
from counter.sources.video.quality import Inspector, Quality
from counter.sources.video.settings import ClipSource
from tests.support.counter.pictures import SIZE, place
from tests.support.counter.tracks import START_MS
from tests.support.data import CLIP, recorded

pytestmark = pytest.mark.simulation

_NOISE = np.random.default_rng(7).normal(0, 4.0, (8, 120, 160, 3)).astype(np.float32)


PLACE = place()


@dataclass
class Camera:
    """A camera with noise, and what is made of its pictures."""

    inspector: Inspector = field(default_factory=Inspector)
    at_ms: int = START_MS
    has_noise: bool = True

    def shows(self, image: Image, seconds: float, rate: float = 2.5) -> Quality:
        """Show a picture for a while; return what is said at the end."""
        return list(self.showing(lambda _: image, seconds, rate))[-1]

    def showing(self, draw: Callable[[float], Image], seconds: float, rate: float = 2.5) -> Iterator[Quality]:
        for number in range(round(seconds * rate)):
            self.at_ms += round(1000 / rate)
            noise = _NOISE[number % len(_NOISE)] if self.has_noise else 0.0
            image = np.asarray((draw(number / rate) + noise).clip(0, 255), dtype=np.uint8)
            yield self.inspector.inspect(VideoFrame(self.at_ms, image))


@pytest.fixture
def camera() -> Camera:
    """Return a camera that has seen its place for a while."""
    camera = Camera()
    assert camera.shows(PLACE, 15) == Quality()
    return camera


def darker(factor: float) -> Image:
    return np.asarray(PLACE * factor, dtype=np.uint8)


def covered(share: float, level: int = 60) -> Image:
    image = PLACE.copy()
    image[:, : round(SIZE[0] * share)] = level
    return image


def test_dusk_is_dark_once_it_lasts_and_is_still_watched(camera: Camera) -> None:
    assert camera.shows(darker(0.17), 9) == Quality()
    assert camera.shows(darker(0.17), 5) == Quality((Flag.DARK,))
    assert camera.shows(darker(0.6), 12) == Quality()


@pytest.mark.parametrize("level", [0, 60, 140])
def test_a_covered_lens_is_blocked_and_not_watched(camera: Camera, level: int) -> None:
    assert camera.shows(covered(1.0, level), 4).sees
    blocked = camera.shows(covered(1.0, level), 20)
    assert Flag.BLOCKED in blocked.flags
    assert not blocked.sees
    assert (Flag.DARK in blocked.flags) == (level == 0)
    assert camera.shows(PLACE, 12) == Quality()


def test_a_camera_that_begins_covered_is_blocked() -> None:
    camera = Camera()
    assert camera.shows(covered(1.0), 8) == Quality((Flag.BLOCKED,), sees=False)
    assert camera.shows(PLACE, 30) == Quality()


def test_most_of_the_picture_hidden_is_blocked_a_part_is_not(camera: Camera) -> None:
    assert camera.shows(covered(0.3), 20) == Quality()
    assert camera.shows(covered(0.8), 10) == Quality((Flag.BLOCKED,), sees=False)


def test_a_camera_that_was_pushed_has_moved_until_it_is_put_back(camera: Camera) -> None:
    pushed = np.roll(PLACE, (3, 7), axis=(0, 1))
    assert camera.shows(pushed, 25) == Quality()
    assert camera.shows(pushed, 30) == Quality((Flag.MOVED,))
    assert camera.shows(pushed, 60, rate=2.0) == Quality((Flag.MOVED,)), "the new place is not taken for the old one"
    assert camera.shows(PLACE, 60) == Quality()


def test_a_camera_that_looks_elsewhere_has_moved(camera: Camera) -> None:
    assert camera.shows(place(2), 60) == Quality((Flag.MOVED,))


@pytest.mark.parametrize("factor", [0.35, 0.6, 1.6])
def test_light_that_is_switched_is_no_fault(camera: Camera, factor: float) -> None:
    lit = np.asarray((PLACE * factor).clip(0, 255), dtype=np.uint8)
    assert {quality.flags for quality in camera.showing(lambda _: lit, 60)} == {()}


def test_night_without_colours_is_no_fault(camera: Camera) -> None:
    night = np.repeat(place(9, colour=0.0)[..., :1], 3, axis=2)
    assert {quality.flags for quality in camera.showing(lambda _: night, 60)} == {()}
    assert camera.shows(np.roll(night, 7, axis=1), 60) == Quality((Flag.MOVED,))


def test_people_who_walk_and_sit_are_no_fault(camera: Camera) -> None:
    def draw(now_s: float) -> Image:
        image = PLACE.copy()
        for person in range(8):
            x = round(20 * now_s + 30 * person) % 200 - 20
            cv2.ellipse(image, ((x, 10 + 12 * person), (18, 13), 0), (30, 30 * person, 200), -1)
        cv2.rectangle(image, (100, 30), (130, 100), (20, 20, 160), -1)
        return image

    assert {quality.flags for quality in camera.showing(draw, 60)} == {()}


def test_too_few_frames_are_judged_against_what_is_usual(camera: Camera) -> None:
    camera.shows(PLACE, 25, rate=10.0)
    assert camera.shows(PLACE, 15, rate=6.0) == Quality()
    assert camera.shows(PLACE, 25, rate=3.0) == Quality((Flag.LOW_FRAME_RATE,))
    assert camera.shows(PLACE, 25, rate=10.0) == Quality()


def test_fewer_than_two_frames_a_second_are_always_too_few() -> None:
    assert Camera().shows(PLACE, 60, rate=1.0) == Quality((Flag.LOW_FRAME_RATE,))
    assert Camera().shows(PLACE, 240, rate=1 / 12) == Quality((Flag.LOW_FRAME_RATE,))
    assert Camera().shows(PLACE, 60, rate=2.0) == Quality()


def test_too_few_frames_are_judged_against_what_is_expected() -> None:
    assert Camera(Inspector(10.0)).shows(PLACE, 30, rate=4.0) == Quality((Flag.LOW_FRAME_RATE,))


def test_a_gap_is_missing_time_and_no_low_rate(camera: Camera) -> None:
    camera.at_ms += 60_000
    assert {quality.flags for quality in camera.showing(lambda _: PLACE, 30)} == {()}


def test_a_picture_that_never_changes_is_nothing_in_a_clip() -> None:
    assert Camera(has_noise=False).shows(PLACE, 90) == Quality()


@pytest.mark.full
def test_the_recorded_clip_has_no_fault() -> None:
    settings = {"kind": "clip", "file": recorded(CLIP), "start": datetime(2026, 1, 1, tzinfo=UTC), "max_rate": 2.5}
    clip = Clip(ClipSource.model_validate({**settings, "pixels_per_metre": 200.0}))
    inspector = Inspector()
    assert {inspector.inspect(frame) for frame in clip.frames()} == {Quality()}


@pytest.mark.parametrize("level", [20, 60, 180, 255])
@pytest.mark.parametrize("share", [0.9, 0.97])
def test_a_cover_that_takes_nearly_all_colours_is_no_night(share: float, level: int) -> None:
    """Who covers all but a strip, in any grey, leaves a picture without colours, as cameras have at night."""
    camera = Camera()
    camera.shows(PLACE, 15)
    image = PLACE.copy()
    image[:, : round(SIZE[0] * share)] = level
    said = camera.shows(image, 20)
    assert Flag.BLOCKED in said.flags
    assert not said.sees


@pytest.mark.parametrize("reach", [0.9, 1.3, 2.0])
def test_glare_that_leaves_a_rim_is_blocked(camera: Camera, reach: float) -> None:
    glow = np.zeros((SIZE[1], SIZE[0]), dtype=np.float32)
    cv2.ellipse(glow, (80, 60), (round(80 * reach), round(60 * reach)), 0, 0, 360, 1.0, -1)
    glow = cv2.GaussianBlur(glow, (0, 0), 8)[..., None]
    said = camera.shows(np.asarray((PLACE * (1 + 6 * glow)).clip(0, 255), dtype=np.uint8), 40)
    assert not said.sees
