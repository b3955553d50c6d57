"""A ranger over a doorway: its floor, its two zones, and what it complains of. Distances are drawn."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.clock import SystemClock
from counter.device_file import DeviceFile, load
from counter.errors import DeviceFileError, SensorError
from counter.service.inputs import open_input
from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange, ChannelEvent
from counter.sources.doorway.ranger_zones import Zones
from counter.sources.parts.vl53l1x import FIRST_HALF, Vl53l1x
from tests.counter.sources.test_beams import DEVICE as BEAMS
from tests.counter.sources.test_beams import ZONE
from tests.support.counter.buses import Ranger, SimulatedBus
from tests.support.counter.records import SetClock

Says = Callable[[int, float], float | None]


@dataclass
class Drawn:
    """A ranger that says what is drawn, for the zone and the seconds since it began."""

    says: Says
    clock: SetClock = field(default_factory=SetClock)
    begun_ms: int = 0
    ambient_kcps: float = 3.0

    def __post_init__(self) -> None:
        self.begun_ms = self.clock.ms

    def distance_m(self, channel: int) -> float | None:
        self.clock.ms += 25
        return self.says(channel, (self.clock.ms - self.begun_ms) / 1000)

    def close(self) -> None:
        pass


def zones(says: Says, *, turned: bool = False) -> Zones:
    drawn = Drawn(says)
    return Zones(drawn, "the ranger of line door", 2.4, 1.0, drawn.clock, turned=turned)


def someone(channel: int, second: float, *, top_m: float = 1.7) -> float:
    """Go through forward at five seconds."""
    begin_s = 5.0 if channel == FIRST else 5.3
    return 2.4 - top_m if begin_s <= second < begin_s + 0.5 else 2.38


def changes(channels: Zones, seconds: float) -> list[tuple[int, bool]]:
    found: list[ChannelEvent] = []
    for _ in range(round(seconds / 0.25)):
        found += channels.next(0.25)
    return [(event.channel, event.taken) for event in found if isinstance(event, ChannelChange)]


def test_somebody_takes_the_zones_one_after_the_other() -> None:
    forward = [(FIRST, True), (SECOND, True), (FIRST, False), (SECOND, False)]
    assert changes(zones(someone), 8) == forward
    turned = [(1 - channel, taken) for channel, taken in forward]
    assert changes(zones(someone, turned=True), 8) == turned


def test_who_is_lower_than_a_metre_is_not_counted() -> None:
    assert not changes(zones(lambda channel, second: someone(channel, second, top_m=0.95)), 8)


def test_an_echo_that_fails_now_and_then_is_no_change() -> None:
    def flickering(channel: int, second: float) -> float | None:
        return None if round(second * 40) % 3 == 0 else someone(channel, second)

    assert len(changes(zones(flickering), 8)) == 4


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        (
            lambda *_: 0.7,
            r"sees something 0\.70 m away where the floor should be, 2\.40 m: does somebody stand",
        ),
        (lambda _, second: 2.2 + 0.15 * (round(second * 4) % 3), "can't measure the floor: something moves below it"),
        (lambda _, second: 2.4 if second < 3 else None, "has had no echo of the floor for 60 s: is it covered"),
    ],
)
def test_what_is_wrong_is_reported(says: Says, sentence: str) -> None:
    channels = zones(says)
    with pytest.raises(SensorError, match=sentence):
        changes(channels, 70)


def test_a_ranger_on_a_bus_is_asked_in_metres() -> None:
    chip = Ranger(lambda zone: 2310 if zone == FIRST_HALF else 820)
    sensor = Vl53l1x(SimulatedBus({0x29: chip}).part(0x29, "VL53L1X"), 20)
    assert (sensor.distance_m(FIRST), sensor.distance_m(SECOND)) == (2.31, 0.82)
    chip.status = 4
    assert sensor.distance_m(FIRST) is None


def device_file(folder: Path, more: str = "", height_m: float = 2.4) -> DeviceFile:
    head, _, tail = BEAMS.partition("[source]")
    source = f'[source]\nkind = "tof"\nline = "door"\nheight_m = {height_m}\n{more}\n'
    path = folder / "device.toml"
    path.write_text(head + source + tail[tail.index("[outbox]") - 1 :])
    return load(path)


def test_a_ranger_decides_its_own_line(tmp_path: Path) -> None:
    device = device_file(tmp_path)
    open_input(device, tmp_path, SystemClock()).source.close()
    assert device.gates == ["door"]


@pytest.mark.parametrize(
    ("more", "height_m", "sentence"),
    [
        (ZONE, 2.4, "a source of kind tof sees who passes, not who stays: it can have no \\[\\[zones\\]\\]"),
        ("least_m = 1.4", 1.95, "leaves 0.55 m above least_m 1.4: less than 0.6 m"),
        ("budget_ms = 15", 2.4, "source.budget_ms = 15"),
    ],
)
def test_what_a_ranger_can_not_do_is_refused(tmp_path: Path, more: str, height_m: float, sentence: str) -> None:
    with pytest.raises(DeviceFileError, match=sentence):
        device_file(tmp_path, more, height_m)
