"""Sensors in a virtual doorway, met by bodies with arms and legs: walks drawn and walks recorded."""

import pytest

from bench.virtual_doorways import Walk, beams, count, count_by_tof, recorded, truth, walk
from sim.bodies import Build
from tests.support.data import recorded as data

pytestmark = pytest.mark.simulation

GAP_MS = 100.0
REACH_M = 2.0
"""So far from the doorway that no pram reaches into it."""


def one_by_one(build: Build) -> list[Walk]:
    """Return eight walks, half of them each way, at all paces and with the feet in all places."""
    return [
        walk(6.0 * k, build=build, forward=k % 2 == 0, speed=0.8 + 0.15 * k, phase_m=0.18 * k - 0.7, reach_m=REACH_M)
        for k in range(8)
    ]


@pytest.mark.parametrize("build", [Build.ADULT, Build.CHILD, Build.PRAM])
def test_beams_at_hip_height_count_everyone_once(build: Build) -> None:
    assert count(one_by_one(build), beams(1.0, height_m=0.95), GAP_MS) == (4, 4)


def test_beams_at_hip_height_see_no_dog() -> None:
    assert count(one_by_one(Build.DOG), beams(1.0), GAP_MS) == (0, 0)


def test_beams_at_the_shins_count_legs() -> None:
    forward, backward = count(one_by_one(Build.ADULT), beams(1.0, height_m=0.3), GAP_MS)
    assert forward + backward > 12


def test_two_abreast_are_one_for_beams() -> None:
    assert count([walk(0, across=0.3), walk(0, across=1.0)], beams(1.4), GAP_MS) == (1, 0)


def test_a_ranger_counts_everyone_once_and_no_dog() -> None:
    assert count_by_tof(one_by_one(Build.ADULT), 0.5) == (4, 4)
    assert count_by_tof(one_by_one(Build.PRAM)[:2], 0.5) == (1, 1)
    assert count_by_tof(one_by_one(Build.DOG)[:2], 0.5) == (0, 0)


def test_two_abreast_are_one_for_a_ranger() -> None:
    assert count_by_tof([walk(0, across=0.2), walk(0, across=0.8)], 0.5) == (1, 0)


def test_beams_and_ranger_are_within_five_per_cent_where_real_people_walk_in_single_file() -> None:
    """The doorway is the half metre wide entrance of the corridor."""
    walks = recorded(data("trajectories/uo-050-180-180.txt"), 16, 7.9)
    assert truth(walks) == (61, 0)
    for forward, backward in (count(walks, beams(1.8), GAP_MS), count_by_tof(walks, 0.84)):
        assert abs(forward - 61) <= 0.05 * 61
        assert backward == 0
