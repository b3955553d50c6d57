"""Pictures in which nothing moves aren't searched for people, and nobody is lost by that.

The class of faults: whoever hardly stands out (sits, is far away, creeps, is seen by night) is taken for what stands
still, a single wrong or missed detection is repeated, or the rate of pictures shows who is there.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.detectors.background import Background
from counter.detectors.boxes import Boxes, Image
from counter.detectors.settings import BackgroundDetector, OnnxDetector
from counter.sources.video import open as opened
from counter.sources.video.settings import ClipSource
from counter.sources.video.still.agreement import REMEMBERED_MS, Agreement
from counter.sources.video.still.change_meter import ChangeMeter
from counter.sources.video.still.searches_moved import LONGEST_MS, SearchesMoved
from counter.tracking.kalman import TrackingParameters
from counter.tracking.tracker import LEAPS_S
from tests.support.counter.clips import write_clip
from tests.support.counter.pictures import SIZE, place
from tests.support.counter.still_worlds import Eyes, StillWorld, both
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation

START = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
SITS = (60.0, 40.0, 80.0, 90.0)
WORLDS = [
    ("sitting", "day", 2001),
    ("through", "encoded", 2004),
    ("far", "night", 2006),
    ("sitting", "night", 2003),
    ("slow", "clouds", 2005),
    ("sitting", "night, filtered", 2002),
]


def noisy(picture: Image, seed: int, noise: float = 2.0) -> Image:
    return np.asarray((picture + np.random.default_rng(seed).normal(0, noise, picture.shape)).clip(0, 255), np.uint8)


def boxes(*xyxy: tuple[float, float, float, float]) -> Boxes:
    return Boxes(np.array(xyxy, dtype=np.float32).reshape(-1, 4), np.ones(len(xyxy), dtype=np.float32))


@dataclass
class Finds:
    """A detector that finds the same, but for some searches."""

    usual: Boxes
    others: dict[int, Boxes] = field(default_factory=dict)
    searched: list[int] = field(default_factory=list)

    def detect(self, _image: Image, at_ms: int, /) -> Boxes:
        self.searched.append(at_ms)
        return self.others.get(at_ms, self.usual)


def shown(finds: Finds, length_ms: int, step_ms: int = 100, noise: float = 2.0) -> list[Boxes]:
    """Show a place where nothing moves."""
    seen, at_place = SearchesMoved(finds), place()
    found = [seen.detect(noisy(at_place, at_ms, noise), at_ms) for at_ms in range(0, length_ms, step_ms)]
    return [one for one in found if one is not None]


@pytest.mark.parametrize(("kind", "light", "seed"), worlds(WORLDS))
def test_who_hardly_moves_is_counted_as_if_each_picture_were_searched(kind: str, light: str, seed: int) -> None:
    """`python -m bench.still_pictures` plays many more; none of these seeds was looked at before."""
    world = StillWorld(kind, light, seed, length_s=36.0, rate=4.0)
    every, moved, share = both(world, Eyes(world))
    assert moved.net == every.net
    assert moved.visits == every.visits
    assert moved.observed_ms == every.observed_ms
    assert abs(moved.presence_s - every.presence_s) <= max(1, 0.01 * every.presence_s)
    assert share < (0.9 if kind == "sitting" else 1.01), share


@pytest.mark.parametrize(
    ("kind", "seed"), worlds([("sitting", 3001), ("slow", 3002), ("through", 3003), ("far", 3004)])
)
def test_passages_stay_right_even_where_no_movement_is_ever_noticed(kind: str, seed: int) -> None:
    """Boxes that move are never held, and who comes is found within a second."""
    world = StillWorld(kind, "day", seed, length_s=45.0, rate=4.0, shows_nothing=True)
    every, moved, _ = both(world, Eyes(world))
    assert moved.net == every.net
    assert abs(moved.presence_s - every.presence_s) <= max(2, 0.02 * every.presence_s)


@pytest.mark.parametrize(("noise", "step_ms"), [(0.0, 100), (1.0, 333), (4.0, 40), (10.0, 100)])
def test_a_place_where_nothing_moves_is_searched_once_a_second(noise: float, step_ms: int) -> None:
    finds = Finds(boxes(SITS))
    found = shown(finds, 5000, step_ms, noise)
    assert all(len(one.xyxy) == 1 for one in found)
    later = [at_ms for at_ms in finds.searched if at_ms > 2000]
    assert len(later) <= 3000 / LONGEST_MS + 1
    assert all(after - before <= LONGEST_MS + step_ms for before, after in pairwise(later))


@given(
    st.floats(12, 90),
    st.tuples(st.floats(8, 150), st.floats(24, 118)),
    st.sampled_from((0.0, 2.0, 4.0)),
    st.integers(0, 1000),
)
def test_whoever_appears_is_a_change(contrast: float, feet: tuple[float, float], noise: float, seed: int) -> None:
    """From 16 pixels on, in a picture of 160: a detector that is shown 416 hardly finds smaller ones."""
    meter, (x, y) = ChangeMeter(), feet
    contrast = max(contrast, 12 + 4 * noise)
    for number in range(5):
        meter.is_still(noisy(place(seed), number, noise))
        meter.keep()
    seen = place(seed).astype(np.float64)
    seen[round(y) - 16 : round(y), round(x) - 3 : round(x) + 3] += contrast if seen.mean() < 128 else -contrast
    assert not meter.is_still(noisy(np.asarray(seen.clip(0, 255), np.uint8), 6, noise))


def test_whoever_fidgets_for_minutes_does_not_become_noise() -> None:
    meter, overlooked = ChangeMeter(), 0
    meter.is_still(noisy(place(), 0))
    meter.keep()
    for number in range(1, 250):
        seen = place()
        seen[60:90, 60 + number % 2 * 2 : 76 + number % 2 * 2] = 40
        overlooked += meter.is_still(noisy(seen, number))
        meter.keep()
    assert overlooked == 0


def test_a_creeping_change_adds_up() -> None:
    """Pictures are compared with the one that was searched last, not with the one before."""
    meter, began = ChangeMeter(), place()
    meter.is_still(noisy(began, 0))
    meter.keep()
    still = [meter.is_still(noisy(np.roll(began, shift // 4, axis=1), 1 + shift)) for shift in range(24)]
    assert still[0]
    assert not any(still[8:])


def test_a_wrong_detection_is_not_repeated_until_it_is_somebody() -> None:
    finds = Finds(boxes(), {at_ms: boxes(SITS) for at_ms in range(3000, 3200)})
    assert sum(len(one.xyxy) for one in shown(finds, 12_000)) <= 2
    assert len(finds.searched) < 40


def test_who_sits_and_is_rarely_found_is_searched_for_in_each_picture() -> None:
    """After they came, one search in twenty finds them: enough for a tracker that is asked ten times a second."""
    times = [*range(0, 400, 100), *range(2000, 12_000, 2000)]
    finds = Finds(boxes(), {at_ms: boxes(SITS) for at_ms in times})
    shown(finds, 12_000)
    assert {*range(1300, 12_000, 100)} <= set(finds.searched)
    assert TrackingParameters().still_coast_s * 1000 == REMEMBERED_MS


def test_the_last_search_is_never_older_than_a_tracker_takes_pictures_of_who_walks() -> None:
    assert LONGEST_MS <= LEAPS_S * 1000


@pytest.mark.parametrize("off", [0.04, 0.5])
def test_boxes_that_jump_are_not_held(off: float) -> None:
    """What is repeated must have no more of a detector's noise than what is searched for: a line may lie near."""
    chance, seen = np.random.default_rng(1), Agreement()
    held: list[Boxes] = []
    for number in range(200):
        seen.note(boxes(tuple(np.array(SITS) + chance.normal(0, off * 50, 4))), number * 100, SIZE)
        held += [one] if (one := seen.held()) else []
    assert len(held) < (40 if off < 0.1 else 1)
    assert all(np.abs(one.xyxy - np.array(SITS)).max() < 0.12 * 50 for one in held)


@pytest.mark.parametrize("step_ms", [33, 40, 66, 100, 200, 500])
@pytest.mark.parametrize("speed", [0.4, 1.1, 2.0])
def test_who_walks_is_never_held_even_if_no_movement_is_noticed(step_ms: int, speed: float) -> None:
    """However often pictures come: boxes of somebody who walks agree from one to the next where they come often."""
    seen, metre = Agreement(), (SITS[3] - SITS[1]) / 1.7
    for at_ms in range(0, 3000, step_ms):
        gone = speed * at_ms / 1000 * metre
        seen.note(boxes((gone, SITS[1], gone + 20, SITS[3])), at_ms, (1000, 120))
        assert seen.held() is None


def test_a_gap_and_a_clock_that_steps_back_are_searched() -> None:
    finds = Finds(boxes(SITS))
    seen = SearchesMoved(finds)
    times = [*range(0, 1500, 100), 9000, 9100, 400, 500]
    for at_ms in times:
        seen.detect(noisy(place(), at_ms), at_ms)
    assert {9000, 400} <= set(finds.searched)


def test_a_live_camera_s_pictures_come_no_faster_where_nothing_moves() -> None:
    """Else a rate that is usual while nobody is there would make the one of a busy hour look low."""
    waited: list[float] = []
    finds = Finds(boxes())
    seen = SearchesMoved(finds, waited.append)
    for at_ms in range(0, 3000, 100):
        seen.detect(noisy(place(), at_ms), at_ms)
    assert len(waited) == 30 - len(finds.searched) > 15
    assert all(0 <= seconds < 1 for seconds in waited)


@pytest.mark.parametrize(
    ("skip_still", "version", "skips"), [(True, 3, True), (False, 3, False), (True, 2, False), (False, 2, False)]
)
def test_models_skip_still_pictures_by_counting_version_3_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, skip_still: bool, version: int, skips: bool
) -> None:
    """A setup that counts by the former version counts on as before."""
    monkeypatch.setattr(opened, "open_detector", lambda *_: Finds(boxes()))
    clip = write_clip(tmp_path / "clip.mp4", 4)
    settings = ClipSource(kind="clip", file=clip, start=START, pixels_per_metre=20.0)
    detector = OnnxDetector(kind="onnx", weights=clip, skip_still=skip_still)
    _, video = opened.open_clip(settings, detector, version=version)
    assert isinstance(video.detector, SearchesMoved) == skips


def test_the_detector_background_is_shown_each_picture(tmp_path: Path) -> None:
    """It learns from each what the floor looks like."""
    clip = write_clip(tmp_path / "clip.mp4", 4)
    settings = ClipSource(kind="clip", file=clip, start=START, pixels_per_metre=20.0, anchor="centre")
    _, video = opened.open_clip(settings, BackgroundDetector(kind="background"))
    assert isinstance(video.detector, Background)
