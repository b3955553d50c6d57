"""People under thermal arrays who differ in height, clothes, hats, speed and in how they come.

The class: one person is one wherever in the picture, however long they lean in it, and whoever else is there; of whom
only the legs are in the picture is nobody yet. What is fitted was fitted on seeds below 1,000; these are others.
"""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.array_situations import Place, judge, scenes_of
from bench.virtual_arrays import AMG8833, MLX90640, Kind, count, detections_in, frames
from bench.virtual_doorways import walk
from counter.sources.thermal.explanation import PeopleFinder
from counter.sources.thermal.spots import Optics
from sim.bodies import Appearance, parts
from sim.warmth import Warmth
from tests.support.properties import examples, worlds

pytestmark = pytest.mark.simulation

HEIGHTS_M = st.sampled_from([2.7, 3.4])
shares = st.floats(0.0, 1.0)
looks = st.builds(Appearance, st.floats(0.88, 1.13), st.floats(0.5, 1.2), st.floats(0.5, 1.3))


def found(
    kind: Kind, height_m: float, points: list[tuple[float, float]], who: list[Appearance], seed: int
) -> np.ndarray:
    """Return where people are found in one picture."""
    chance = np.random.default_rng(seed)
    warmth = Warmth(kind.shape, kind.field_deg, height_m, kind.noise_c, kind.step_c, chance=chance)
    picture = warmth.picture(parts(np.array(points), looks=who))
    optics = Optics.of(kind.shape, kind.field_deg, height_m)
    return PeopleFinder(optics, kind.contrast_c).people(picture - warmth.floor_c)


def within(kind: Kind, height_m: float, across: float, ahead: float) -> tuple[float, float]:
    """Return a place within where people are found, from shares of it."""
    low_x, low_y, high_x, high_y = Optics.of(kind.shape, kind.field_deg, height_m).view.outer or (0, 0, 0, 0)
    return low_x + across * (high_x - low_x), low_y + ahead * (high_y - low_y)


@settings(max_examples=examples(100))
@given(HEIGHTS_M, shares, shares, looks, st.integers(1000, 9999))
def test_one_person_is_never_two_wherever_they_stand(
    height_m: float, across: float, ahead: float, who: Appearance, seed: int
) -> None:
    """In a single picture of 32 x 24; one of 8 x 8 may split somebody large, over a walk it doesn't (see below)."""
    point = within(MLX90640, height_m, across, ahead)
    assert len(found(MLX90640, height_m, [point], [who], seed)) <= 1


@settings(max_examples=examples(60))
@given(HEIGHTS_M, st.floats(-0.4, 0.4), st.floats(0.6, 0.9), looks, looks, st.integers(1000, 9999))
def test_two_are_never_three(  # noqa: PLR0913, PLR0917 - one drawn picture
    height_m: float, ahead: float, apart_m: float, one: Appearance, other: Appearance, seed: int
) -> None:
    """In a single picture of 32 x 24; of 8 x 8 see below."""
    points = [(-apart_m / 2, 0.0), (apart_m / 2, ahead)]
    assert len(found(MLX90640, height_m, points, [one, other], seed)) <= len(points)


@pytest.mark.parametrize("seed", worlds(range(5000, 5004)))
def test_two_are_three_in_hardly_any_picture_of_8_by_8(seed: int) -> None:
    """Between two who are large a third can be seen for a moment: in one or two pictures of a thousand."""
    rng = np.random.default_rng(seed)
    three = 0
    for _ in range(100):
        apart_m, height_m = rng.uniform(0.6, 0.9), rng.choice((2.7, 3.4))
        people = [
            Appearance(*(rng.uniform(*span) for span in ((0.88, 1.13), (0.5, 1.2), (0.5, 1.3)))) for _ in range(2)
        ]
        points = [(-apart_m / 2, 0.0), (apart_m / 2, rng.uniform(-0.4, 0.4))]
        three += len(found(AMG8833, height_m, points, people, int(rng.integers(1000, 9999)))) > len(points)
    assert three <= 1


def test_whose_legs_alone_are_in_the_picture_is_nobody_yet() -> None:
    """They stand beyond the rim: what is seen of them is nearer to the middle than they are."""
    for ahead in (1.4, 1.7, 2.0):
        assert not len(found(MLX90640, 2.7, [(0.3, ahead)], [Appearance()], 1000))


SITUATIONS = ("alone", "alone at the rim", "abreast 0.4-0.6 m", "meeting 0.4-0.6 m")


@pytest.mark.parametrize("seed", worlds([1000, 1001]))
@pytest.mark.parametrize(("situation", "height_m"), worlds([*product(SITUATIONS, [2.4, 3.5])], every=3))
def test_under_8_by_8_nobody_is_counted_who_does_not_come(situation: str, height_m: float, seed: int) -> None:
    place = Place(AMG8833, height_m)
    assert judge(place, scenes_of(situation, place, 3, seed), seed).false == 0


def test_by_the_former_counting_version_somebody_at_the_rim_stays_two() -> None:
    """What a device counts until its phase ends doesn't change: one who leans through the picture was two spots."""
    seen = [walk(0.0, across=1.3, reach_m=3.0, looks=Appearance(1.0, 1.0, 1.2))]
    by_spots, by_shape = (
        count(
            MLX90640,
            detections_in(MLX90640, frames(MLX90640, seen, 2.7), 2.7, by_shape=by_shape),
            2.7,
            by_shape=by_shape,
        )
        for by_shape in (False, True)
    )
    assert by_spots == (2, 0)
    assert by_shape == (1, 0)
