"""A ranger without an echo: whatever the reason, nobody could have been counted, and that is what it says.

The class: a sensor that brings nothing, or the same for ever, or brings it too seldom, must not be taken for an empty
doorway. Walks are drawn; what fails is drawn too.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from threading import Event

import numpy as np
import pytest

from bench.troubled_rangers import BEGIN_S, FAMILIES, Outcome, drawn_walks, troubled, well
from bench.virtual_doorways import walk
from core import wire
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.errors import SensorError
from counter.sources.doorway.channels import FIRST, SECOND
from counter.sources.doorway.ranger_zones import Zones, lapse_s
from counter.sources.doorway.source import DoorwaySource
from counter.sources.reconnecting_sensor import ReconnectingSensor
from tests.support.counter.records import SetClock
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation

Says = Callable[[int, float], float | None]


@dataclass
class Drawn:
    """A ranger that says what is drawn, for the channel and the seconds since it began; it runs the clock."""

    says: Says
    clock: SetClock = field(default_factory=SetClock)
    every_ms: int = 23
    begun_ms: int = 0
    ambient_kcps: float = 3.0

    def __post_init__(self) -> None:
        self.begun_ms = self.clock.ms

    def distance_m(self, channel: int) -> float | None:
        self.clock.ms += self.every_ms
        return self.says(channel, (self.clock.ms - self.begun_ms) / 1000)

    def close(self) -> None:
        pass


class Impatient(Event):
    """An event for which nobody waits."""

    def wait(self, timeout: float | None = None) -> bool:
        """Return whether it is set."""
        del timeout
        return self.is_set()


def records(says: Says, seconds: float, *, every_ms: int = 23) -> list[FlowDraft]:
    """Return the minutes of a ranger that is opened anew whenever it is lost, as a counter does it."""
    ranger = Drawn(says, every_ms=every_ms)
    ranger.clock.ms -= ranger.clock.ms % 60_000
    ranger.begun_ms = ranger.clock.ms

    def opened() -> Zones:
        ranger.clock.ms += 500
        return Zones(ranger, "the ranger", 2.4, 1.0, ranger.clock)

    doorway = DoorwaySource("door", "the ranger", 0, 10, ranger.clock, lapse_s(2.4))
    source = ReconnectingSensor(opened, doorway.detections, _closed=Impatient())
    tally = Tally([], [], gates=["door"], flow_period_s=60, setup="tof")
    drafts = []
    for detections in source.detections():
        drafts += tally.update(detections)
        if ranger.clock.ms - ranger.begun_ms > seconds * 1000:
            source.close()
    drafts += tally.close(ranger.clock.ms)
    return [draft for draft in drafts if isinstance(draft, FlowDraft)]


def passing(channel: int, second: float) -> float:
    """Let somebody through forward every five seconds, over a floor with a millimetre of noise."""
    at_s = (second - (0.0 if channel == FIRST else 0.2)) % 5.0
    return 0.7 if 2.0 <= at_s < 2.4 else 2.38 + 0.001 * (round(second * 1000) % 3)


def both(_: int, second: float) -> bool:
    return second > 0


def first_alone(channel: int, second: float) -> bool:
    return channel == FIRST and second > 0


def second_alone(channel: int, second: float) -> bool:
    return channel == SECOND and second > 0


ZONES = pytest.mark.parametrize("where", [both, first_alone, second_alone])
SILENCE = pytest.mark.parametrize("silence", [None, 0.0, 4.8, 65.535], ids=["no echo", "zero", "far", "largest"])


@ZONES
@SILENCE
def test_a_ranger_that_never_had_an_echo_watches_nothing(
    where: Callable[[int, float], bool], silence: float | None
) -> None:
    made = records(lambda channel, second: silence if where(channel, second) else passing(channel, second), 200)
    assert len(made) >= 3
    assert {line.observed_ms for draft in made for line in draft.lines} == {0}
    assert {flag for draft in made for flag in draft.flags} == {wire.Flag.NO_ECHO}
    assert sum(line.forward + line.backward for draft in made for line in draft.lines) == 0


@ZONES
@SILENCE
def test_time_is_missing_from_the_first_reading_without_an_echo(
    where: Callable[[int, float], bool], silence: float | None
) -> None:
    def says(channel: int, second: float) -> float | None:
        return silence if where(channel, second - 90) else passing(channel, second)

    made = records(says, 400)
    observed_ms = [draft.lines[0].observed_ms for draft in made]
    assert observed_ms[0] > 55_000
    assert 29_000 <= observed_ms[1] <= 30_000
    assert not any(observed_ms[2:])
    assert all(draft.flags == (wire.Flag.NO_ECHO,) for draft in made[1:6])


@ZONES
def test_echoes_that_come_back_are_watched_again(where: Callable[[int, float], bool]) -> None:
    def says(channel: int, second: float) -> float | None:
        return None if where(channel, second - 65) and second < 260 else passing(channel, second)

    made = {draft.start.minute: draft for draft in records(says, 420)}
    starts = sorted(made)
    observed_ms = [made[start].lines[0].observed_ms for start in starts]
    assert observed_ms[2] == 0
    assert observed_ms[5] >= 59_000
    assert made[starts[5]].lines[0].forward == 12
    assert not made[starts[5]].flags


def test_a_film_on_the_lens_is_a_blocked_zone() -> None:
    made = records(lambda channel, second: 0.03 if second > 62 else passing(channel, second), 240)
    assert not any(draft.lines[0].observed_ms for draft in made[2:])
    assert all(draft.flags == (wire.Flag.BEAM_BLOCKED,) for draft in made[2:])


@pytest.mark.parametrize("every_ms", [100, 250])
def test_a_ranger_that_is_read_too_seldom_watches_nothing(every_ms: int) -> None:
    made = records(passing, 130, every_ms=every_ms)
    assert {line.observed_ms for draft in made for line in draft.lines} == {0}
    assert {flag for draft in made for flag in draft.flags} == {wire.Flag.LOW_FRAME_RATE}


def test_a_counter_says_once_that_it_has_no_echo(caplog: pytest.LogCaptureFixture) -> None:
    records(lambda channel, second: None if second > 30 else passing(channel, second), 300)
    lines = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert len(lines) <= 3
    assert "has no echo of the floor: it is covered, or in the sun, or the floor is too dark" in lines[0]


def test_a_ranger_without_an_echo_for_a_minute_is_opened_anew() -> None:
    ranger = Drawn(lambda *_: None)
    zones = Zones(ranger, "the ranger", 2.4, 1.0, ranger.clock)
    with pytest.raises(SensorError, match="has had no echo of the floor for 60 s: is it covered, or in the sun"):
        list(map(zones.next, [0.25] * 100))
    assert all(floor.distance_m is None for floor in zones.floors)


# Families ---------------------------------------------------------------------------------------------------


def check(found: list[Outcome], least: float) -> None:
    observed = sum(one.observed for one in found)
    assert sum(one.made for one in found) <= 0.01 * sum(one.walks for one in found)
    assert sum(one.missed for one in found) <= 0.03 * max(observed, 1)
    assert np.mean([one.watched for one in found]) >= least


@pytest.mark.parametrize("family", worlds(list(FAMILIES)))
def test_nobody_is_missed_in_time_that_is_watched(family: str) -> None:
    trouble, least = FAMILIES[family]
    check([troubled(drawn_walks(seed), trouble, seed=seed) for seed in worlds(range(2))], least)


@pytest.mark.parametrize(
    ("height_m", "budget_ms"), worlds([*product([1.9, 2.1, 2.4, 3.0, 3.5], [20, 33, 50, 80, 200])], every=8)
)
def test_a_ranger_watches_as_long_as_it_can_see_who_walks_two_metres_a_second(
    height_m: float, budget_ms: float
) -> None:
    chance = np.random.default_rng(5)
    phases_m = [float(chance.uniform(-0.7, 0.7)) for _ in range(24)]
    fast = [
        walk(BEGIN_S + 3.0 * k, speed=2.0, forward=k % 2 == 0, phase_m=phase_m, reach_m=1.7)
        for k, phase_m in enumerate(phases_m)
    ]
    found = troubled(fast, well, height_m=height_m, budget_ms=budget_ms)
    assert found.missed == found.made == 0
    if budget_ms == 20 or (height_m >= 2.4 and budget_ms <= 50):
        assert found.watched > 0.99
    if budget_ms >= 80:
        assert found.watched == 0.0
        assert found.flags == {wire.Flag.LOW_FRAME_RATE}
