"""A ranger beside a door: its leaf is nobody, and who goes through with it is one.

The class: what moves below a ranger and isn't a person, alone, before, after and together with somebody, both ways.
Where it can't be known who went through, time is missing.
"""

from collections.abc import Callable

import pytest

from bench.doors import played, scene
from core import wire
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.device_file import load
from counter.errors import DeviceFileError
from counter.sources.doorway.channels import FIRST, SECOND
from counter.sources.doorway.ranger_zones import Zones, lapse_s
from counter.sources.doorway.source import DoorwaySource
from tests.counter.sources.test_no_echo import Drawn
from tests.counter.sources.test_tof import device_file
from tests.support.properties import worlds

FLOOR_M, PERSON_M, LEAF_M = 2.4, 0.7, 0.34
Spans = dict[int, list[tuple[float, float, float]]]
"""By channel: from a second to another, and the distance then."""


def counted(spans: Spans, *, seconds: float = 20.0, turned: bool = False) -> tuple[int, int, list[Detections]]:
    """Return what is counted forward and backward of distances that are drawn, and what was brought."""

    def says(channel: int, second: float) -> float:
        noise_m = 0.004 * (round(second * 1000) % 5 - 2)
        near = [distance for begin, end, distance in spans.get(channel, []) if begin <= second < end]
        return min(near, default=FLOOR_M) + noise_m

    ranger = Drawn(says)
    zones = Zones(ranger, "the ranger", 2.4, 1.0, ranger.clock, turned, 2.0)
    seen = []
    for detections in DoorwaySource("door", "the ranger", 0, 10, ranger.clock, lapse_s(2.4)).detections(zones):
        seen.append(detections)
        if ranger.clock.ms - ranger.begun_ms > seconds * 1000:
            break
    passed = [one.passed for one in seen if one.passed]
    return sum(one.forward for one in passed), sum(one.backward for one in passed), seen


def swapped(spans: Spans) -> Spans:
    return {1 - channel: found for channel, found in spans.items()}


LEAF: Spans = {FIRST: [(5.0, 5.4, LEAF_M)], SECOND: [(5.2, 5.6, LEAF_M)]}


def test_a_leaf_alone_is_nobody() -> None:
    for spans in (LEAF, swapped(LEAF)):
        forward, backward, _ = counted(spans)
        assert (forward, backward) == (0, 0)


@pytest.mark.parametrize("both_ways", [lambda spans: spans, swapped], ids=["forward", "backward"])
@pytest.mark.parametrize(
    "spans",
    [
        {FIRST: [(5.0, 5.4, LEAF_M), (5.4, 5.9, PERSON_M)], SECOND: [(5.2, 5.6, LEAF_M), (5.6, 6.1, PERSON_M)]},
        {FIRST: [(5.0, 5.4, PERSON_M), (5.4, 5.9, LEAF_M)], SECOND: [(5.2, 5.7, PERSON_M), (5.7, 6.1, LEAF_M)]},
        {FIRST: [(5.0, 5.5, PERSON_M), (5.1, 5.3, LEAF_M)], SECOND: [(5.2, 5.8, PERSON_M)]},
        {FIRST: [(5.0, 5.5, PERSON_M)], SECOND: [(5.2, 5.8, PERSON_M), (5.3, 5.5, LEAF_M)]},
        {FIRST: [(4.0, 4.5, LEAF_M), (5.0, 5.5, PERSON_M)], SECOND: [(4.2, 5.0, LEAF_M), (5.2, 5.8, PERSON_M)]},
        {FIRST: [(5.0, 5.5, PERSON_M), (5.5, 6.0, LEAF_M)], SECOND: [(5.2, 5.8, PERSON_M)]},
        {FIRST: [(5.0, 5.5, PERSON_M)], SECOND: [(4.2, 5.1, LEAF_M), (5.2, 5.8, PERSON_M)]},
    ],
    ids=["leaf before", "leaf after", "leaf in the first", "leaf in the second", "apart", "closing", "opening"],
)
def test_a_person_with_a_leaf_is_one(spans: Spans, both_ways: Callable[[Spans], Spans]) -> None:
    forward, backward, _ = counted(both_ways(spans))
    assert (forward, backward) == ((1, 0) if both_ways(spans) == spans else (0, 1))


def test_two_doors_openings_with_a_person_between_are_one() -> None:
    person = {FIRST: [(8.0, 8.5, PERSON_M)], SECOND: [(8.2, 8.8, PERSON_M)]}
    closing = {FIRST: [(11.2, 11.8, LEAF_M)], SECOND: [(11.0, 11.5, LEAF_M)]}
    spans = {place: [*LEAF[place], *person[place], *closing[place]] for place in (FIRST, SECOND)}
    forward, backward, seen = counted(spans)
    assert (forward, backward) == (1, 0)
    assert {flag for one in seen for flag in one.flags} == {wire.Flag.MOVING_LIGHT}


def test_time_in_which_a_leaf_hid_the_doorway_is_missing() -> None:
    _, _, seen = counted(LEAF)
    missing = [one for one in seen if not one.watched]
    assert missing
    assert {one.flags for one in missing} == {(wire.Flag.MOVING_LIGHT,)}
    assert len(missing) <= 8


def test_a_door_that_is_held_open_below_a_ranger_is_blocked() -> None:
    forward, backward, seen = counted({FIRST: [(5.0, 70.0, LEAF_M)]}, seconds=110)
    tally = Tally([], [], gates=["door"], flow_period_s=60, setup="tof")
    drafts = [draft for one in seen for draft in tally.update(one)] + tally.close(seen[-1].at_ms)
    observed_ms = sum(draft.lines[0].observed_ms for draft in drafts if isinstance(draft, FlowDraft))
    assert (forward, backward) == (0, 0)
    assert observed_ms <= 45_000
    assert wire.Flag.BEAM_BLOCKED in {flag for one in seen for flag in one.flags}


def test_who_is_taller_than_the_greatest_height_is_still_one() -> None:
    """Shoulders come before and after a head that is over two metres."""
    tall_m = FLOOR_M - 2.06
    spans = {
        FIRST: [(5.0, 5.6, 0.75), (5.15, 5.4, tall_m)],
        SECOND: [(5.2, 5.8, 0.75), (5.35, 5.6, tall_m)],
    }
    assert counted(spans)[:2] == (1, 0)


@pytest.mark.simulation
@pytest.mark.parametrize("family", worlds(["away", "away automatic", "away held", "away nobody"]))
def test_a_door_that_swings_away_changes_nothing(family: str) -> None:
    found = [played(scene(family, seed, 5), seed=seed) for seed in worlds(range(2))]
    assert sum(one.counted for one in found) == sum(one.walks for one in found)
    assert sum(one.made for one in found) == 0
    assert min(one.watched for one in found) > 0.99


@pytest.mark.simulation
@pytest.mark.parametrize("family", worlds(["towards", "towards automatic", "towards held", "towards nobody"]))
def test_a_door_that_swings_below_the_ranger_makes_nobody(family: str) -> None:
    found = [played(scene(family, seed, 5), seed=seed) for seed in range(2)]
    assert sum(one.made for one in found) <= 1
    assert sum(one.missed for one in found) == 0
    assert sum(one.counted for one in found) >= 0.8 * sum(one.walks for one in found)


@pytest.mark.parametrize(("more", "sentence"), [("most_m = 1.7", "source.most_m = 1.7"), ("most_m = 4", "most_m = 4")])
def test_a_greatest_height_that_is_none_is_refused(
    tmp_path_factory: pytest.TempPathFactory, more: str, sentence: str
) -> None:
    with pytest.raises(DeviceFileError, match=sentence):
        device_file(tmp_path_factory.mktemp("device"), more)


def test_a_device_file_without_a_greatest_height_opens(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("device")
    device_file(folder)
    assert load(folder / "device.toml").source.most_m == 2.0
