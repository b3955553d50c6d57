"""What isn't people isn't counted: light, doors, large things, a camera that sways. People beside it are.

Many more worlds: `python -m bench.disturbances`.
"""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest

from bench.disturbances import Result, result, world
from bench.disturbed_floors import Disturbance, Lit
from bench.straight_down import START_MS, Floor, Shown, walker
from core.wire import Flag
from counter.detectors.background import Background
from counter.detectors.blobs import Blob, FlatLooks, is_box
from counter.detectors.boxes import Boxes
from counter.detectors.disturbance.light import Light, both_ways
from counter.detectors.disturbance.patches import changes, patches
from counter.detectors.disturbance.sway import Stabiliser, moved, seen_after
from counter.detectors.settings import BackgroundDetector
from tests.support.properties import worlds

WIDE = (8.0, 5.0)


def looked(disturb: Disturbance, *, walkers: int = 0, seconds: float = 12.0, **floor: bool) -> list[Boxes | None]:
    """Return what is found in each frame of a floor on which something happens, and people walk."""
    shown = Floor(WIDE, 40.0, noise=2.0, disturb=disturb, **floor)
    chance = np.random.default_rng(3)
    people = [walker(4.0 + 2 * one, 1.2 + one, chance, forward=True, floor=shown) for one in range(walkers)]
    detector = Background(BackgroundDetector(kind="background"), shown.pixels_per_metre)
    return [detector.detect(one.image, one.at_ms) for one in Shown(shown, people, seconds, 8.0).frames()]


def people_in(found: list[Boxes | None]) -> int:
    """Return how many people were found in all frames in which they could have been."""
    return sum(len(one.xyxy) for one in found if one is not None and one.watched)


def flags_of(found: list[Boxes | None]) -> set[Flag]:
    return {flag for one in found if one is not None for flag in one.flags}


def rectangle(part: float) -> Disturbance:
    """Return a grey rectangle over this part of the picture's width, from the fifth second on."""

    def change(image: Lit, now_s: float) -> Lit:
        if now_s > 5:
            wide = round(part * image.shape[1])
            image[40 : 40 + wide, 60 : 60 + wide] = 70
        return image

    return change


@pytest.mark.simulation
@pytest.mark.parametrize("part", worlds([0.1, 0.2, 0.4], every=2))
def test_a_thing_larger_than_people_is_nobody_and_blocks(part: float) -> None:
    found = looked(rectangle(part))
    assert people_in(found) == 0
    assert Flag.BLOCKED in flags_of(found)


def swinging_shadow(left: float) -> Disturbance:
    """Return a hard shadow over a quarter of the picture that goes to and fro, and leaves this part of the light."""

    def change(image: Lit, now_s: float) -> Lit:
        at = round(120 + 30 * np.sin(now_s * 1.5))
        image[30:170, at : at + 60] *= np.float32(left)
        return image

    return change


@pytest.mark.simulation
@pytest.mark.parametrize(("left", "grey"), worlds([*product([0.35, 0.6], [False, True])], every=3))
def test_a_hard_shadow_that_goes_to_and_fro_is_nobody(left: float, grey: bool) -> None:
    found = looked(swinging_shadow(left), grey=grey)
    assert people_in(found) <= len(found) // 20


@pytest.mark.simulation
def test_a_camera_that_sways_counts_as_one_that_does_not() -> None:
    def sway(image: Lit, now_s: float) -> Lit:
        return moved(image, (5 * np.sin(np.pi * now_s), 0.0))

    assert people_in(looked(sway)) == 0
    swaying, still = (people_in(looked(one, walkers=2)) for one in (sway, lambda image, _: image))
    assert still * 0.9 <= swaying <= still * 1.1


@pytest.mark.simulation
def test_a_sway_beyond_a_foot_is_flagged() -> None:
    def sway(image: Lit, now_s: float) -> Lit:
        return moved(image, (12 * np.sin(np.pi * now_s), 0.0))

    found = looked(sway)
    assert people_in(found) == 0
    assert flags_of(found) == {Flag.SWAYING}


@pytest.mark.simulation
@pytest.mark.parametrize(
    "family", worlds(["lamps", "clouds", "door_light", "sliding_doors", "swinging_door", "vans", "flakes"])
)
def test_what_else_moves_is_hardly_anybody(family: str) -> None:
    """One world of each family; the bench draws as many as one likes."""
    alone: Result = result(world(family, 1, walkers=0, seconds=30.0))
    assert sum(alone.net) <= 1


@pytest.mark.simulation
@pytest.mark.parametrize("family", worlds(["sway", "nothing", "one_shadow", "swinging_door"]))
def test_walkers_beside_it_are_counted(family: str) -> None:
    one = world(family, 1, walkers=6, seconds=30.0)
    counted = result(one)
    assert counted.watched > 0.9
    assert sum(abs(true - number) for true, number in zip(one.truth, counted.net, strict=True)) <= 1


def textured(seed: int = 1) -> Lit:
    chance = np.random.default_rng(seed)
    return np.repeat(chance.normal(128, 6, (60, 80, 1)), 3, axis=2).astype(np.float32)


def noisy(picture: Lit) -> np.ndarray:
    return (picture + np.random.default_rng(9).normal(0, 2, picture.shape)).clip(0, 255).astype(np.uint8)


def shaded(picture: Lit) -> Lit:
    picture[20:40, 20:50] *= np.float32(0.35)
    return picture


def covered(picture: Lit) -> Lit:
    picture[20:40, 20:50] = 45
    return picture


@pytest.mark.parametrize(("change", "shows"), [(shaded, True), (covered, False)], ids=["shadow", "thing"])
def test_a_shadow_shows_the_floor_and_a_thing_hides_it(change: Callable[[Lit], Lit], shows: bool) -> None:
    mask = np.zeros((60, 80), dtype=np.bool_)
    mask[20:40, 20:50] = True
    picture, floor = noisy(change(textured())), textured().clip(0, 255).astype(np.uint8)
    found = patches(changes(picture, floor, mask), mask.shape)
    largest = 1 + int(found.area[1:].argmax())
    assert (bool(found.shows_floor[largest]), bool(found.hides_floor[largest])) == (shows, not shows)
    explained = Light(person=86.0).explain(picture, floor, mask, START_MS)
    assert explained.light[30, 35] == shows
    assert explained.things[30, 35] != shows


def test_a_shadow_that_moved_is_known_by_what_became_darker_and_brighter() -> None:
    chance = np.random.default_rng(1)
    noise = chance.normal(0, 0.02, 300).astype(np.float32)
    depth = both_ways(np.concatenate((noise - np.float32(1.0), noise + np.float32(1.0))))
    assert depth == pytest.approx(1.0, abs=0.1)
    assert both_ways(noise - np.float32(1.0)) is None
    assert both_ways(chance.uniform(-2, 2, 600).astype(np.float32)) is None


@pytest.mark.parametrize("by", [(0.0, 0.0), (2.0, 0.0), (-3.0, 4.0)])
def test_a_shifted_picture_is_put_back(by: tuple[float, float]) -> None:
    floor = textured()
    floor[10:30, 15:40] += 40
    floor[35:50, 50:70] -= 30
    usual = floor.clip(0, 255).astype(np.uint8)
    assert Stabiliser(24.0).shift(moved(usual, (-by[0], -by[1])), usual, START_MS) == pytest.approx(by, abs=0.2)


def test_a_shadow_is_not_taken_for_sway() -> None:
    floor = textured()
    one, two = floor.copy(), floor.copy()
    one[:, 20:40] *= np.float32(0.35)
    two[:, 24:44] *= np.float32(0.35)
    usual, now = (noisy(picture) for picture in (one, two))
    assert Stabiliser(24.0).shift(now, usual, START_MS) == (0.0, 0.0)


def test_what_the_camera_did_not_see_is_no_change() -> None:
    seen = seen_after((4, 6), (2.0, -1.0))
    assert not seen[0].any()
    assert seen[1:].tolist() == [[True] * 4 + [False] * 2] * 3


def test_a_large_rectangle_is_a_box_and_people_are_not() -> None:
    def blob(inside: Callable[[float, float], bool]) -> Blob:
        cells = [(x, y) for x in range(60) for y in range(60) if inside(x, y)]
        return Blob(np.array(cells, dtype=np.float32))

    assert is_box(blob(lambda x, y: 5 <= x < 45 and 5 <= y < 30), FlatLooks(12.0))
    assert not is_box(blob(lambda x, y: np.hypot(x - 30, y - 30) < 15), FlatLooks(12.0))
    assert not is_box(blob(lambda x, y: 5 <= x < 17 and 5 <= y < 17), FlatLooks(12.0))
