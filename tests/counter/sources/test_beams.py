"""A pair of beams: its device file, its pins, and the way of its crossings into the outbox."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import gpiod
import pytest

from core import wire
from core.clock import SystemClock
from counter.device_file import DeviceFile, load
from counter.errors import DeviceFileError, SensorError, UnsettledError
from counter.service.inputs import open_input
from counter.service.run import count
from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange
from counter.sources.doorway.settings import BeamsSource
from counter.sources.doorway.source import DoorwaySource
from counter.sources.parts.gpio import EdgeOrder, Pins
from counter.sources.port import Input
from counter.sources.reconnecting_sensor import ReconnectingSensor
from platspuls import demo
from sim.bodies import Beams
from sim.doorway import SimulatedBeams, SimulatedDoorway
from sim.kinds import KINDS
from sim.settings import VirtualBeams
from tests.counter.service.test_run_end import RushingClock
from tests.support.counter.records import SetClock, open_outbox

DEVICE = """\
[device]
site = "haninge-entre"
key = "tunnel-ir"
setup = "beams-a"

[source]
kind = "beams"
line = "tunnelmynningen"
first_pin = 17
second_pin = 27
{more}

[outbox]
path = "outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
port = 1
"""
ZONE = """
[[zones]]
zone = "bankarna"
polygon = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0]]
"""
LINE = """
[[lines]]
line = "stationen"
points = [[0.0, 0.0], [0.0, 6.0]]
forward_towards = [1.0, 3.0]
"""
SIMULATED = """
[source.simulated]
world = "world.toml"
seed = 7
ends = [[30.0, 0.0], [30.0, 6.0]]
forward_towards = [31.0, 3.0]
"""
EVENT = gpiod.EdgeEvent.Type


def device_file(folder: Path, more: str = "") -> DeviceFile:
    path = folder / "device.toml"
    path.write_text(DEVICE.format(more=more))
    return load(path, KINDS)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (ZONE, "a source of kind beams sees who passes, not who stays: it can have no [[zones]]"),
        (LINE, "its line is source.line, tunnelmynningen, and there are no [[lines]] tables"),
        ("gap_ms = -1", "source.gap_ms = -1: Input should be greater than or equal to 0"),
        ("blocked_s = 1.0", "source.blocked_s = 1.0: Input should be greater than or equal to 2"),
    ],
)
def test_what_a_pair_of_beams_can_not_do_is_refused(tmp_path: Path, more: str, sentence: str) -> None:
    with pytest.raises(DeviceFileError) as caught:
        device_file(tmp_path, more)
    assert sentence in str(caught.value)


def test_two_beams_on_one_pin_are_refused() -> None:
    with pytest.raises(ValueError, match="first_pin and second_pin are both 17"):
        BeamsSource(kind="beams", line="door", first_pin=17, second_pin=17)


def test_pins_that_are_not_there_are_reported(tmp_path: Path) -> None:
    settings = BeamsSource(kind="beams", line="door", chip=tmp_path / "gpiochip9", first_pin=17, second_pin=27)
    with pytest.raises(SensorError, match=r"pins 17 and 27 of .*gpiochip9 can't be taken: .*No such file"):
        Pins(settings)


def test_events_of_the_kernel_become_changes() -> None:
    events = [
        gpiod.EdgeEvent(EVENT.RISING_EDGE.value, 5_000_000, 17, 1, 1),
        gpiod.EdgeEvent(EVENT.FALLING_EDGE.value, 7_500_000, 27, 2, 1),
    ]
    assert list(EdgeOrder({17: FIRST, 27: SECOND}).changes(events)) == [
        ChannelChange(FIRST, True, 5.0),
        ChannelChange(SECOND, False, 7.5),
    ]


def test_events_that_the_kernel_dropped_are_noticed() -> None:
    events = [gpiod.EdgeEvent(EVENT.RISING_EDGE.value, 1, 17, number, number) for number in (1, 2, 5)]
    with pytest.raises(SensorError, match="dropped 2 changes"):
        list(EdgeOrder({17: FIRST, 27: SECOND}).changes(events))


@dataclass
class Played:
    """Someone passes forward each five seconds, for some time; then the source is closed."""

    clock: SetClock
    until_ms: int
    over: Callable[[], None] = lambda: None

    def next(self, timeout_s: float) -> Sequence[ChannelChange]:
        self.clock.ms += round(timeout_s * 1000)
        if self.clock.ms >= self.until_ms:
            self.over()
        place = self.clock.ms % 5000
        drawn = {1000: (FIRST, True), 1250: (SECOND, True), 1500: (FIRST, False), 1750: (SECOND, False)}
        return [ChannelChange(*drawn[place], self.clock.ms)] if place in drawn else []

    def close(self) -> None:
        pass


@pytest.mark.simulation
def test_crossings_of_beams_become_records_in_the_outbox(tmp_path: Path) -> None:
    device, clock = device_file(tmp_path), SetClock()
    played = Played(clock, clock.ms + 181_000)
    source = ReconnectingSensor(
        lambda: played, DoorwaySource("tunnelmynningen", "the beams", 100, 10, clock).detections
    )
    played.over = source.close
    with pytest.raises(UnsettledError):
        count(device, Input(source), RushingClock(SystemClock()), Event(), "0.1.0")
    with closing(open_outbox(device.outbox.path, SetClock())) as outbox:
        batch = wire.encode_batch(outbox.identity.epoch, [stored.record for stored in outbox.unsettled(0, 10)])
    decoded = wire.decode(wire.Kind.RECORDS, batch)
    assert isinstance(decoded, wire.Batch)
    flows = [record for record in decoded.records if isinstance(record, wire.FlowRecord)]
    assert [(flow.lines[0].line, flow.lines[0].forward) for flow in flows[:2]] == [("tunnelmynningen", 12)] * 2


@pytest.mark.simulation
def test_a_device_file_may_put_the_beams_into_a_simulated_world(tmp_path: Path) -> None:
    _world(tmp_path)
    device = device_file(tmp_path, SIMULATED)
    seen = open_input(device, tmp_path, SystemClock())
    first = next(iter(seen.source.detections()))
    seen.source.close()
    assert first.steady_ms is not None
    assert len(first.points) == 0


@pytest.mark.simulation
def test_simulated_beams_meet_the_people_of_the_world(tmp_path: Path) -> None:
    _world(tmp_path)
    place = device_file(tmp_path, SIMULATED).source
    assert isinstance(place, VirtualBeams)
    assert place.simulated is not None
    doorway = SimulatedDoorway.of(place.simulated)
    clock = SetClock()
    beams = SimulatedBeams(doorway, Beams(6.0, 0.15, 1.0), clock)
    found: list[ChannelChange] = []
    for _ in range(120):
        clock.ms += 500
        found += beams.next(0)
    assert {change.channel for change in found} == {FIRST, SECOND}
    assert [change.at_ms for change in found] == sorted(change.at_ms for change in found)


def _world(folder: Path) -> None:
    text = Path(demo.__file__).with_name("world.toml").read_text("utf-8")
    (folder / "world.toml").write_text(text.replace("$closed_day", "2026-01-01").replace("$since", "2026-01-01"))
