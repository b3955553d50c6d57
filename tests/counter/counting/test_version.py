"""The counting version: how it stands on the wire, and that no change of what is counted goes without it."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counter.counting.version import COUNTING_VERSION, CountingVersion, setup_on_wire
from tests.support.counter import meetings
from tests.support.counter.bug_pack import CASES, Case
from tests.support.counter.slow_worlds import World
from tests.support.counter.tracks import BENCH, MIDDLE, count, frames, tally

KEPT = Path(__file__).with_name("counted.json")
MEETINGS_SINCE = 3
"""Older digests are of scenes in which nobody meets."""
WORLDS = (("steady", "standard", "several"), ("bursts", "near edge", "alone"), ("gaps", "zone", "alone"))


def _counted(case: Case, version: CountingVersion) -> tuple[object, ...]:
    counted = count(frames(case.paths), tally([case.line or MIDDLE], [BENCH], version=version))
    return case.name, counted.net, counted.gross, counted.visits, counted.observed_ms


@cache
def _digest(version: CountingVersion) -> str:
    """Return what is counted and observed in frozen scenes, as a hash."""
    found: list[object] = [_counted(case, version) for case in CASES]
    found += [
        [(one.counted, round(one.share, 3)) for one in World.drawn(*names, 5, 90.0).play(version)] for names in WORLDS
    ]
    if version >= MEETINGS_SINCE:
        found += [_met(version, family) for family in meetings.FAMILIES]
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()[:16]


@cache
def _met(version: CountingVersion, family: str) -> tuple[int, int]:
    return meetings.counted(*meetings.drawn(family, 1), version)


@pytest.mark.simulation
def test_the_frozen_scenes_tell_each_version_from_the_one_before() -> None:
    """Else nobody would notice that one counts by the rules of the other."""
    digests = [_digest(version) for version in get_args(CountingVersion)]
    assert len({*digests}) == len(digests)
    assert any(_met(2, family) != _met(3, family) for family in meetings.FAMILIES)


@pytest.mark.simulation
@pytest.mark.parametrize("version", get_args(CountingVersion))
def test_what_is_counted_of_frozen_scenes_changes_only_with_the_counting_version(version: CountingVersion) -> None:
    """Where this fails, counts or observed time changed: raise COUNTING_VERSION once a release, and keep the digest.

    The digest of each version is in counted.json; one of a version that was released never changes.
    """
    kept = json.loads(KEPT.read_text())
    assert kept[str(version)] == _digest(version)
    assert max(map(int, kept)) == COUNTING_VERSION
    assert set(get_args(CountingVersion)) == set(map(int, kept))


names = st.from_regex(r"\A[a-z0-9][a-z0-9._-]{0,39}\Z")


@given(names, names)
def test_each_name_has_its_own_on_the_wire_and_it_fits(one: str, other: str) -> None:
    for name in (one, other):
        assert len(setup_on_wire(name)) <= 40
        assert setup_on_wire(name)[0] == name[0]
    assert (setup_on_wire(one) == setup_on_wire(other)) == (one == other)


def test_long_names_that_begin_alike_stay_different() -> None:
    one, other = "kamera-" + "a" * 33, "kamera-" + "a" * 32 + "b"
    assert setup_on_wire("kamera-a") == f"kamera-a.c{COUNTING_VERSION}"
    assert len({setup_on_wire(one), setup_on_wire(other), setup_on_wire(setup_on_wire(one))}) == 3
