"""Two channels in a doorway: who went which way, and which time was watched. Channels and clock are drawn."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from core import wire
from counter.counting.tally import Tally
from counter.detections import Detections, Passed
from counter.errors import SensorError
from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange
from counter.sources.doorway.crossing_detector import CrossingDetector
from counter.sources.doorway.encounters import Encounter, Encounters
from counter.sources.doorway.source import DoorwaySource
from counter.sources.reconnecting_sensor import ReconnectingSensor
from tests.support.counter.records import SetClock
from tests.support.counter.tracks import START_MS, Counted

GAP_MS = 100
Drawing = list[tuple[float, int, bool]]


def changes(text: str, step_ms: int = 150) -> Iterator[ChannelChange]:
    """Yield the changes of a drawing: a state every `step_ms`: A or B is taken, both are (2), or none (.)."""
    states = [(mark in "A2", mark in "B2") for mark in f".{text}."]
    for place, (before, now) in enumerate(pairwise(states)):
        for channel in (FIRST, SECOND):
            if before[channel] != now[channel]:
                yield ChannelChange(channel, now[channel], place * step_ms)


def judged(text: str, step_ms: int = 150) -> list[Encounter]:
    encounters = Encounters(GAP_MS)
    found = [one for change in changes(text, step_ms) for one in encounters.update(change)]
    return found + list(encounters.until(1e9))


@pytest.mark.parametrize(
    ("drawing", "people"),
    [
        ("A2B", 1),
        ("B2A", -1),
        ("AB", 1),
        ("A2A", 0),
        ("A", 0),
        ("A2B2A", 0),
        ("A2A2B", 1),
        ("AAAAAAAAAAAA2B", 1),
        ("A2B2A2B", 2),
        ("B2A2B2A", -2),
        ("A2B2A2B2A", 0),
        ("2B", 0),
        ("2", 0),
    ],
)
def test_order_of_the_channels_tells_who_went_which_way(drawing: str, people: int) -> None:
    assert [one.people for one in judged(drawing)] == [people]


def test_two_after_each_other_are_two_encounters() -> None:
    assert [one.people for one in judged("A2B...A2B...B2A")] == [1, 1, -1]


def test_a_gap_shorter_than_legs_need_is_none() -> None:
    assert [one.people for one in judged("AAA...AAA222...222BBB..BBB", step_ms=30)] == [1]


def test_who_turns_back_behind_the_second_beam_is_gross_only() -> None:
    assert judged("A2B2A") == [Encounter(turned=1)]
    assert judged("B2A2B") == [Encounter(turned=-1)]
    assert judged("A2A") == [Encounter()]


def watch() -> CrossingDetector:
    return CrossingDetector("door", "the beams of line door", GAP_MS, 10_000)


def shown(drawing: Sequence[tuple[float, int, bool]], seconds: float) -> list[Detections]:
    """Return the detections of channels that change at the given seconds, looked at four times a second."""
    seen: list[Detections] = []
    waiting = [ChannelChange(channel, taken, at_s * 1000) for at_s, channel, taken in drawing]
    judge = watch()
    for step in range(1, round(seconds * 4) + 1):
        now_ms = step * 250
        due = [change for change in waiting if change.at_ms <= now_ms]
        waiting = waiting[len(due) :]
        seen += judge.take(due, START_MS + now_ms, now_ms)
    return seen


def counted(frames: Sequence[Detections]) -> Counted:
    result = Counted()
    tally = Tally([], [], gates=["door"], flow_period_s=60, setup="beams")
    for detections in frames:
        result.drafts += tally.update(detections)
    result.drafts += tally.close(frames[-1].at_ms)
    return result


def through(at_s: float) -> list[tuple[float, int, bool]]:
    return [(at_s, FIRST, True), (at_s + 0.2, SECOND, True), (at_s + 0.3, FIRST, False), (at_s + 0.5, SECOND, False)]


def test_a_minute_of_crossings_becomes_a_record() -> None:
    result = counted(shown([*through(3), *through(10), *through(30.2)], 61))
    assert result.net == (3, 0)
    assert result.flows[0].lines[0].line == "door"
    assert result.flows[0].lines[0].observed_ms >= 59_500
    assert not result.flows[0].flags


def test_a_person_who_stands_in_a_beam_costs_no_time() -> None:
    standing = [(3.0, FIRST, True), (11.0, SECOND, True), (11.2, FIRST, False), (11.4, SECOND, False)]
    result = counted(shown(standing, 60))
    assert result.net == (1, 0)
    assert result.flows[0].lines[0].observed_ms >= 59_500


def test_a_beam_that_stays_taken_is_missing_time_and_flagged() -> None:
    frames = shown([*through(3), (10, FIRST, True), (150, FIRST, False), *through(160)], 185)
    first, second, third = counted(frames).flows[:3]
    assert (first.lines[0].forward, second.lines[0].forward, third.lines[0].forward) == (1, 0, 1)
    assert abs(first.lines[0].observed_ms - 9_500) <= 750
    assert second.lines[0].observed_ms == 0
    assert abs(third.lines[0].observed_ms - 29_500) <= 750
    assert all(draft.flags == (wire.Flag.BEAM_BLOCKED,) for draft in (first, second, third))


def test_people_who_pass_a_blocked_beam_are_not_guessed() -> None:
    blocked = [(5.0, FIRST, True), *[(20 + k, SECOND, k % 2 == 0) for k in range(10)], (40, FIRST, False)]
    assert not any(detections.passed for detections in shown(blocked, 60))


def test_counts_of_a_doorway_survive_a_restart() -> None:
    tally = Tally([], [], gates=["door"], flow_period_s=60, setup="beams")
    for detections in shown(through(3), 10):
        tally.update(detections)
    again = Tally([], [], gates=["door"], flow_period_s=60, setup="beams")
    again.restore(tally.state())
    assert again.live(START_MS + 10_000).lines[0].forward == 1


@dataclass
class Drawn:
    """Channels that say what is drawn, one drawing a call, and fail with the errors among them."""

    says: list[Sequence[ChannelChange] | SensorError]
    clock: SetClock
    closed: int = 0

    def next(self, timeout_s: float) -> Sequence[ChannelChange]:
        self.clock.ms += round(timeout_s * 1000)
        said = self.says.pop(0)
        if isinstance(said, SensorError):
            raise said
        return said

    def close(self) -> None:
        self.closed += 1


@dataclass
class Opened:
    """Opens the same drawn channels each time, unless it fails first."""

    channels: Drawn
    fails: list[SensorError] = field(default_factory=list)

    def __call__(self) -> Drawn:
        if self.fails:
            raise self.fails.pop(0)
        return self.channels


@pytest.mark.simulation
def test_a_sensor_that_is_lost_is_opened_again_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    channels = Drawn([(), SensorError("the beams can't be read: no such device"), (), ()], SetClock())
    opened = Opened(channels, [SensorError("the beams can't be taken: busy")])
    source = ReconnectingSensor(opened, DoorwaySource("door", "the beams", GAP_MS, 10, channels.clock).detections)
    seen = []
    for detections in source.detections():
        seen.append(detections)
        if len(seen) == 3:
            source.close()
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "the beams can't be taken: busy; its time is missing until it works again",
        "the beams can't be read: no such device; its time is missing until it works again",
    ]
    assert channels.closed == 2
    assert not any(detections.passed == Passed("door") for detections in seen)


# Beams that don't work -------------------------------------------------------------------------------------


def flickering(begin_s: float, end_s: float, taken_ms: float, free_ms: float, channel: int = FIRST) -> Drawing:
    found: Drawing = []
    at_ms = begin_s * 1000
    while at_ms < end_s * 1000:
        found += [(at_ms / 1000, channel, True), ((at_ms + taken_ms) / 1000, channel, False)]
        at_ms += taken_ms + free_ms
    return found


@pytest.mark.parametrize("channel", [FIRST, SECOND])
@pytest.mark.parametrize(("taken_ms", "free_ms"), [(5, 5), (40, 60), (300, 90), (20, 400), (150, 800)])
@pytest.mark.simulation
def test_a_beam_that_flickers_is_not_an_empty_doorway(channel: int, taken_ms: float, free_ms: float) -> None:
    """Sun through leaves, a loose wire: nobody is counted, and the time is missing once it is certain."""
    drawing = flickering(5, 170, taken_ms, free_ms, channel)
    result = counted(shown(drawing, 180))
    assert result.net == (0, 0)
    assert result.flows[0].lines[0].observed_ms <= 20_000
    assert result.flows[1].lines[0].observed_ms == 0
    assert result.flows[2].lines[0].observed_ms <= 11_000
    assert all(wire.Flag.BEAM_BLOCKED in flow.flags for flow in result.flows)


@pytest.mark.parametrize("dead", [FIRST, SECOND])
def test_a_beam_that_never_breaks_shows_by_the_other_one(dead: int) -> None:
    """The sun shines into one receiver, or a pin is stuck: at most three people are missed in time that counts."""
    people = [change for at_s in range(5, 170, 8) for change in through(at_s) if change[1] != dead]
    again = [change for at_s in (182, 190, 198) for change in through(at_s)]
    result = counted(shown([*people, *again], 239))
    assert result.net == (3, 0)
    observed_ms = [flow.lines[0].observed_ms for flow in result.flows]
    assert observed_ms[0] <= 24_000
    assert observed_ms[1:3] == [0, 0]
    assert observed_ms[3] >= 50_000


def test_who_sways_at_a_beam_and_goes_on_costs_nothing() -> None:
    swaying = [change for k in range(12) for change in ((5 + 0.8 * k, FIRST, True), (5.4 + 0.8 * k, FIRST, False))]
    result = counted(shown([*swaying, *through(16)], 60))
    assert result.net == (1, 0)
    assert result.flows[0].lines[0].observed_ms >= 59_000
