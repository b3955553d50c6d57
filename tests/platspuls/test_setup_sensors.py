"""Setting up what has no picture, or hardly one: beams, a ranger, a thermal array."""

import struct
import threading
import time
import tomllib
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.site_file.load import load as load_site
from counter.device_file import load
from counter.errors import SensorError
from counter.sources.doorway.channels import FIRST, SECOND, ChannelChange
from counter.sources.doorway.ranger_zones import Zones
from counter.sources.doorway.source import DoorwaySource
from counter.sources.reconnecting_sensor import ReconnectingSensor
from counter.sources.thermal.picture import drawn
from counter.sources.thermal.spots import Optics
from platspuls.setup.config_pair import ConfigPair, DrawingRefusedError
from platspuls.setup.doorway import DoorwayFiles, SensorWatch
from platspuls.setup.drawing import DoorwayChoice, Drawing
from platspuls.setup.files import on_floor
from platspuls.setup.open_panel import open_panel
from platspuls.setup.panels import PanelOptions
from sim.kinds import KINDS
from tests.counter.sources.test_no_echo import Drawn
from tests.platspuls.place import SIMULATED, write_sensor
from tests.support.counter.records import SetClock
from tests.support.waiting import PATIENCE_S

NOW = datetime(2026, 11, 22, 2, 33, 20, tzinfo=UTC)
BEAMS = 'kind = "beams"\nline = "stationen"  # the only one\nfirst_pin = 17\nsecond_pin = 27'
TOF = 'kind = "tof"\nline = "stationen"\nheight_m = 2.4'
THERMAL = 'kind = "thermal"\npart = "amg8833"\nheight_m = 2.7'
NAME = {"sv": "Dörren", "en": "The door"}


@dataclass
class Script:
    """Channels in which somebody walks, over and over, until stopped: in at one, out at the other."""

    first: int = FIRST
    ended: bool = False
    now_ms: float = 0.0
    closed: threading.Event = field(default_factory=threading.Event)

    def next(self, _timeout_s: float) -> Sequence[ChannelChange]:
        if self.ended:
            raise SensorError("the beams are gone")
        self.closed.wait(0.02)
        steps = [(self.first, True), (1 - self.first, True), (self.first, False), (1 - self.first, False)]
        self.now_ms += 1000
        return [
            ChannelChange(channel, taken, self.now_ms + 100 * place) for place, (channel, taken) in enumerate(steps)
        ]

    def close(self) -> None:
        self.closed.set()


def source_of(script: Script) -> ReconnectingSensor[Script]:
    clock = SetClock()
    return ReconnectingSensor(lambda: script, DoorwaySource("stationen", "the beams", 0.0, 10.0, clock).detections)


def doorway(pair: ConfigPair, script: Script | None = None) -> DoorwayFiles:
    return DoorwayFiles.of(pair, SensorWatch(source_of(script or Script())), lambda: NOW)


def toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def test_turning_beams_swaps_their_pins_and_names_a_new_setup(tmp_path: Path) -> None:
    pair = ConfigPair(*write_sensor(tmp_path, BEAMS))
    page = doorway(pair)
    assert page.state()["pins"] == [17, 27]
    page.save(DoorwayChoice(line="stationen", turned=True))
    device = load(pair.device)
    assert (toml(pair.device)["source"]["first_pin"], toml(pair.device)["source"]["second_pin"]) == (27, 17)
    assert device.device.setup == "sensor-a-20261122"
    assert "# the only one" in pair.device.read_text("utf-8")
    assert "# Above the door." in pair.device.read_text("utf-8")
    state = page.state()
    assert (state["turned"], state["pins"]) == (True, [17, 27])
    page.save(DoorwayChoice(line="stationen", turned=True))
    assert load(pair.device).device.setup == "sensor-a-20261122"
    page.save(DoorwayChoice(line="stationen", turned=False))
    assert toml(pair.device)["source"]["first_pin"] == 17


def test_turning_a_ranger_turns_it(tmp_path: Path) -> None:
    pair = ConfigPair(*write_sensor(tmp_path, TOF))
    doorway(pair).save(DoorwayChoice(line="stationen", turned=True))
    assert toml(pair.device)["source"]["turned"] is True
    doorway(pair).save(DoorwayChoice(line="stationen", turned=True))
    assert toml(pair.device)["source"]["turned"] is False


def test_a_new_line_of_a_doorway_gets_into_both_files(tmp_path: Path) -> None:
    pair = ConfigPair(*write_sensor(tmp_path, BEAMS.replace("line = ", "# line = ")))
    page = doorway(pair)
    assert page.state()["line"] == ""
    new = {"key": "dorren", "name": NAME, "border": "stationen", "role": "check"}
    page.save(DoorwayChoice.model_validate({"line": "dorren", "turned": False, "new_lines": [new]}))
    site = load_site(pair.site)
    assert load(pair.device).gates == ["dorren"]
    assert [one.line for one in site.devices[0].lines] == ["stationen", "dorren"]
    assert site.devices[0].lines[0].end is not None
    with pytest.raises(DrawingRefusedError, match="okand"):
        page.save(DoorwayChoice(line="okand", turned=False))


def until(live: SensorWatch, name: str, value: object) -> dict[str, Any]:
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        state = live.state()
        if {**state, **state["passed"]}[name] == value:
            return state
    raise AssertionError(f"{name} is never {value}: {live.state()}")


@contextmanager
def watched(script: Script) -> Iterator[SensorWatch]:
    live = SensorWatch(source_of(script))
    thread = live.start()
    try:
        yield live
    finally:
        live.close()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


@pytest.mark.parametrize(("first", "way"), [(FIRST, 1), (SECOND, -1)])
def test_the_page_learns_which_way_somebody_walked(first: int, way: int) -> None:
    with watched(Script(first)) as live:
        passed = until(live, "last", way)["passed"]
        assert passed["forward" if way > 0 else "backward"] > 0
        assert passed["backward" if way > 0 else "forward"] == 0
        assert live.state()["taken"] == [True, True]


def test_the_page_learns_why_a_sensor_is_silent() -> None:
    with watched(Script(ended=True)) as live:
        until(live, "problem", "the beams are gone")


def test_the_page_learns_that_a_ranger_has_no_echo() -> None:
    ranger = Drawn(lambda *_: None)

    def opened() -> Zones:
        return Zones(ranger, "the ranger", 2.4, 1.0, ranger.clock)

    source = ReconnectingSensor(opened, DoorwaySource("stationen", "the ranger", 0, 10, ranger.clock).detections)
    live = SensorWatch(source)
    thread = live.start()
    try:
        assert until(live, "no_echo", value=True)["blocked"]
    finally:
        live.close()
        thread.join(PATIENCE_S)


def test_a_mount_from_which_nobody_is_counted_is_refused(tmp_path: Path) -> None:
    pair = ConfigPair(*write_sensor(tmp_path, THERMAL.replace("2.7", "2.2")))
    files = on_floor(pair, (-0.75, -0.75, 0.75, 0.75), lambda: NOW)
    line = {"line": "stationen", "points": [[45.0, 75.0], [105.0, 75.0]], "forward_towards": [75.0, 105.0]}
    before = pair.device.read_text()
    with pytest.raises(DrawingRefusedError, match=r"height_m = 2\.2: too low, whoever walks 2 m/s"):
        files.save(Drawing.model_validate({"lines": [line], "zones": []}))
    assert pair.device.read_text() == before


def test_a_ranger_that_measures_too_seldom_is_refused(tmp_path: Path) -> None:
    pair = ConfigPair(*write_sensor(tmp_path, TOF.replace("2.4", "2.0") + "\nbudget_ms = 50"))
    with pytest.raises(DrawingRefusedError, match="budget_ms = 50: at height_m 2 each half must be measured every"):
        doorway(pair).save(DoorwayChoice(line="stationen", turned=True))


def test_what_is_drawn_on_the_floor_is_written_in_metres(tmp_path: Path) -> None:
    pair = ConfigPair(*write_sensor(tmp_path, THERMAL))
    files = on_floor(pair, (-0.75, -0.75, 0.75, 0.75), lambda: NOW)
    assert files.size == (150.0, 150.0)
    line = {"line": "stationen", "points": [[15.0, 75.0], [135.0, 75.0]], "forward_towards": [75.0, 105.0]}
    zone = {"zone": "golvet", "polygon": [[0, 0], [150, 0], [150, 150], [0, 150]]}
    files.save(Drawing.model_validate({"lines": [line], "zones": [zone]}))
    device = load(pair.device)
    assert device.lines[0].points == [(-0.6, 0.0), (0.6, 0.0)]
    assert device.lines[0].forward_towards == (0.0, 0.3)
    assert device.zones[0].polygon[2] == (0.75, 0.75)
    shown = files.state()
    assert shown["drawn"]["lines"][0]["points"] == [pytest.approx((15, 75)), pytest.approx((135, 75))]
    assert shown["unitsPerMetre"] == 100.0
    written = pair.device.read_bytes()
    files.save(Drawing.model_validate({"lines": [line], "zones": [zone]}))
    assert pair.device.read_bytes() == written
    away = {**line, "points": [[15.0, 700.0], [135.0, 700.0]]}
    with pytest.raises(DrawingRefusedError, match="it lies beside what the array sees"):
        files.save(Drawing.model_validate({"lines": [away], "zones": []}))


def test_who_walks_through_leaves_a_trail_on_the_picture() -> None:
    optics = Optics.of((8, 8), (60.0, 60.0), 2.7)
    warmest = np.zeros((8, 8))
    warmest[:, 2] = 5.0
    trail = drawn(warmest, optics)
    wide, high = struct.unpack(">II", trail.png[16:24])
    data = zlib.decompress(trail.png[trail.png.index(b"IDAT") + 4 : trail.png.index(b"IEND") - 8])
    rows = np.frombuffer(data, dtype=np.uint8).reshape(high, 1 + wide * 3)[:, 1:].reshape(high, wide, 3)
    brightness = rows.astype(int).sum(axis=(0, 2))
    low_x, low_y, high_x, high_y = trail.bounds
    assert low_x + (high_x - low_x) * brightness.argmax() / wide == pytest.approx(optics.x[2], abs=0.12)
    assert (low_x, low_y, high_x) == pytest.approx((-high_x, -high_y, high_x), abs=0.01)


def test_panels_are_opened_by_the_kind_of_sensor(tmp_path: Path) -> None:
    device, site = write_sensor(tmp_path, THERMAL + SIMULATED)
    with open_panel(device, site, PanelOptions(KINDS, lambda: NOW, trail_s=0.05)) as panel:
        assert (panel.page, panel.state()["picture"]["kind"]) == ("drawing", "thermal")
        assert panel.live() is None
    device, site = write_sensor(tmp_path, BEAMS + SIMULATED)
    before = threading.active_count()
    with open_panel(device, site, PanelOptions(KINDS, lambda: NOW)) as panel:
        assert (panel.page, panel.picture) == ("doorway", None)
        assert panel.live() is not None
    assert threading.active_count() == before
