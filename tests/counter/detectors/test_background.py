"""Cameras that look straight down, without weights: who walks is counted, who sits stays, what changes is nobody."""

import numpy as np
import pytest

from bench.straight_down import START_MS, Floor, Person, Shown, Where, walker
from core.wire import Flag
from counter.counting.tally import Tally
from counter.detectors.background import Background
from counter.detectors.settings import BackgroundDetector
from counter.errors import DetectorError
from counter.geometry import LineGeometry
from counter.sources.video.picture_edges import view_of
from counter.sources.video.source import Video
from tests.support.counter.tracks import Counted, count

pytestmark = pytest.mark.simulation

SETTINGS = BackgroundDetector(kind="background")


def detector(floor: Floor, **settings: object) -> Background:
    wishes = BackgroundDetector.model_validate({"kind": "background", **settings})
    return Background(wishes, floor.pixels_per_metre)


def counted(shown: Shown, **settings: object) -> Counted:
    """Count who passes a line across the middle."""
    floor = shown.floor
    scale = floor.pixels_per_metre
    width, height = (round(side * scale) for side in floor.size_m)
    line = LineGeometry("across", ((width / 2, 0.0), (width / 2, float(height))), (float(width), 1.0), 0.3 * scale)
    view = view_of((width, height), scale, "centre")
    by = Tally([line], [], flow_period_s=60, setup="test", units_per_metre=scale, view=view)
    return count(Video(shown, detector(floor, **settings), "centre").detections(), by)


def found(shown: Shown, **settings: object) -> list[int | None]:
    """Return how many are found in each frame; None where nobody can be seen."""
    seen = detector(shown.floor, **settings)
    boxes = [seen.detect(frame.image, frame.at_ms) for frame in shown.frames()]
    return [None if one is None else len(one.xyxy) for one in boxes]


def crowd(floor: Floor, number: int, *, pairs: bool = False) -> tuple[list[Where], float, tuple[int, int]]:
    """Return people who walk one after another, or two abreast; how long it takes, and how many walk each way."""
    chance = np.random.default_rng(5)
    people: list[Where] = []
    ways = [0, 0]
    now_s = 4.0
    for _ in range(number):
        forward, y, seed = bool(chance.random() < 0.5), float(chance.uniform(0.7, 2.3)), int(chance.integers(99))
        beside = (0.0, 0.55) if pairs else (0.0,)
        people += [walker(now_s, y + by, np.random.default_rng(seed), forward=forward, floor=floor) for by in beside]
        ways[not forward] += len(beside)
        now_s += float(chance.uniform(1.5, 3.0))
    return people, now_s + 6, (ways[0], ways[1])


@pytest.mark.parametrize("pairs", [False, True], ids=["one by one", "two abreast"])
def test_walkers_are_counted_both_ways(pairs: bool) -> None:
    floor = Floor((4.0, 3.0))
    people, seconds, truth = crowd(floor, 8, pairs=pairs)
    assert counted(Shown(floor, people, seconds, rate=8.0)).net == truth


def test_slow_daylight_and_things_that_are_moved_are_nobody() -> None:
    def change(floor: Floor, now_s: float) -> None:
        floor.light = 1.0 - now_s / 90
        floor.things = [((1.0 if now_s < 15 else 2.6, 2.5, 0.4, 0.4), (60, 80, 120))]

    floor = Floor((4.0, 3.0))
    people, seconds, truth = crowd(floor, 6)
    assert counted(Shown(floor, people, seconds, rate=8.0, change=change)).net == truth


def test_a_thing_that_was_moved_becomes_a_part_of_the_floor() -> None:
    def change(floor: Floor, now_s: float) -> None:
        floor.things = [((1.0, 1.0, 0.45, 0.45), (60, 80, 120))] if now_s > 5 else []

    there = found(Shown(Floor((3.0, 3.0)), [], 50, rate=4.0, change=change), still_s=20)
    assert set(there[24:90]) == {1}
    assert set(there[110:]) == {0}


def test_who_sits_stays_as_long_as_they_move_now_and_then() -> None:
    def sits(now_s: float) -> Person | None:
        if now_s < 4:
            return None
        return Person(1.5, 1.5, heading=12.0 * (now_s // 15 % 3)) if now_s > 6 else Person(now_s - 4.5, 1.5)

    there = found(Shown(Floor((3.0, 3.0)), [sits], 90, rate=2.0), still_s=20)
    assert set(there[13:]) == {1}


def test_light_that_is_switched_is_learnt_anew_and_its_time_is_missing() -> None:
    def switch(floor: Floor, now_s: float) -> None:
        floor.light = 0.4 if 10 < now_s < 20 else 1.0

    result = counted(Shown(Floor((4.0, 3.0)), [], 30, rate=5.0, change=switch))
    assert result.net == (0, 0)
    assert 18_000 < result.observed_ms < 22_000
    assert result.flows[0].flags == (Flag.BLOCKED,)


def test_a_small_change_of_light_changes_nothing() -> None:
    def switch(floor: Floor, now_s: float) -> None:
        floor.light = 0.8 if 6 < now_s < 12 else 1.0

    floor = Floor((4.0, 3.0))
    people, seconds, truth = crowd(floor, 4)
    result = counted(Shown(floor, people, seconds, rate=8.0, change=switch))
    assert result.net == truth
    assert result.flows[0].flags == ()


@pytest.mark.parametrize("clothes", [(30, 28, 26), (85, 85, 90), (200, 200, 195)], ids=["dark", "grey", "light"])
def test_clothes_of_any_colour_are_seen_and_shadows_are_not(clothes: tuple[int, int, int]) -> None:
    there = found(Shown(Floor((3.0, 3.0)), [lambda s: Person(1.5 + s / 9, 1.5, 0.0, clothes) if s > 4 else None], 8))
    assert set(there[41:]) == {1}


def test_an_empty_floor_is_empty_at_a_few_frames_a_second() -> None:
    assert set(found(Shown(Floor((3.0, 3.0)), [], 80, rate=2.0))[7:]) == {0}


def test_nobody_is_reported_before_the_floor_is_known() -> None:
    seen = detector(floor := Floor((3.0, 3.0)))
    assert seen.detect(floor.picture([]), START_MS) is None


def test_people_must_have_a_size() -> None:
    with pytest.raises(DetectorError, match="needs pixels_per_metre"):
        Background(SETTINGS, None)
