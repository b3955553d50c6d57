"""Somebody walks through below a camera that looks straight down: its height is taken from them."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any, Final

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from bench.walk_heights import walked
from counter.device_file import DeviceFile
from counter.geometry import growth
from counter.sources.video.frame import VideoFrame
from counter.sources.video.walk_height import height_by_walk
from platspuls.cli.main import main
from platspuls.setup.config_pair import ConfigPair, DrawingRefusedError, SetupError
from platspuls.setup.drawing import Drawing
from platspuls.setup.files import PictureFiles
from platspuls.setup.open_panel import open_panel
from platspuls.setup.panels import Panel, PanelOptions
from platspuls.setup.walk_through import PageWalk, take_height
from tests.platspuls.place import write_place
from tests.support.counter.clips import SIZE, write_clip
from tests.support.properties import worlds
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.simulation
NOW: Final = datetime(2026, 11, 22, 2, 33, tzinfo=UTC)
AIMED: Final = 'anchor = "centre"\nmax_rate'


@pytest.mark.parametrize(("height_m", "seed"), worlds([(2.6, 20), (3.3, 21)]))
def test_a_camera_s_height_is_found_by_three_who_walk_through(height_m: float, seed: int) -> None:
    one = walked(height_m, seed)
    found = height_by_walk(one.frames(), one.mount.floor.pixels_per_metre)
    assert found == pytest.approx(height_m, rel=0.2)


@pytest.mark.full
def test_who_wears_the_colour_of_the_floor_gives_no_height() -> None:
    one = walked(2.6, 7)
    one.people[:] = [(at_s, x, speed, replace(body, clothes=(85, 85, 90))) for at_s, x, speed, body in one.people]
    assert height_by_walk(one.frames(), one.mount.floor.pixels_per_metre) is None


def test_without_anybody_there_is_no_height() -> None:
    one = walked(2.6, 1, people=0)
    one.seconds = 6.0
    assert height_by_walk(one.frames(), one.mount.floor.pixels_per_metre) is None


def test_page_and_command_take_the_height_and_write_it_with_a_new_setup(tmp_path: Path) -> None:
    one = walked(2.6, 2)
    pictures = [frame.image for frame in one.frames()]
    high, wide = (side // 2 * 2 for side in pictures[0].shape[:2])
    writer = cv2.VideoWriter(
        str(tmp_path / "w.mp4"), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), 6.0, (wide, high)
    )
    for picture in pictures:
        writer.write(np.ascontiguousarray(picture[:high, :wide]))
    writer.release()
    device, _ = write_place(tmp_path, tmp_path / "w.mp4")
    text = device.read_text()
    start, end = text.index("[detector]"), text.index("[outbox]")
    text = text[:start] + '[detector]\nkind = "background"\n\n' + text[end:]
    device.write_text(
        text.replace("pixels_per_metre = 200.0", f'anchor = "centre"\npixels_per_metre = {44 / growth(2.6):.1f}')
    )
    with open_panel(device, None, PanelOptions()) as panel:
        said = _asked_until_over(panel, {"lines": [], "zones": []})
    taken_m = said["height_m"]
    assert said["state"] == "found"
    assert "camera_height_m" not in device.read_text()
    output = (
        CliRunner().invoke(main, ["counter", "setup", str(device), "--walk-through", "--address", "no.such"]).output
    )
    assert "walk through it right below the camera" in output
    assert "written into" in output, output
    text = device.read_text()
    assert f"camera_height_m = {taken_m}" in text
    assert 'setup = "kamera-a-' in text
    assert "# measured by the door" in text


@pytest.fixture
def files(tmp_path: Path) -> PictureFiles:
    """The files of a camera that looks straight down, and whose height nobody knows."""
    device, site = write_place(tmp_path, write_clip(tmp_path / "clip.mp4", 4))
    text = device.read_text()
    start, end = text.index("[detector]"), text.index("[outbox]")
    device.write_text(f'{text[:start]}[detector]\nkind = "background"\n\n{text[end:]}'.replace("max_rate", AIMED))
    return PictureFiles(ConfigPair(device, site), SIZE, lambda: NOW)


def test_a_height_is_saved_with_what_is_drawn_and_the_lines_are_judged_by_it(files: PictureFiles) -> None:
    drawn = {"lines": [{"line": "stationen", "points": [[30, 5], [30, 40]], "forward_towards": [60, 20]}], "zones": []}
    before = files.sights(Drawing.model_validate(drawn))
    drawing = Drawing.model_validate({**drawn, "camera_height_m": 2.4})
    assert files.sights(drawing) != before
    files.save(drawing)
    assert files.state()["cameraHeightM"] == 2.4
    assert files.state()["device"]["setup"].startswith("kamera-a-20261122.")
    files.save(drawing)
    assert files.state()["device"]["setup"].startswith("kamera-a-20261122.")
    with pytest.raises(ValidationError):
        Drawing.model_validate({**drawn, "camera_height_m": 1.2})


def test_a_camera_that_looks_aslant_has_no_height_to_take(files: PictureFiles) -> None:
    text = files.pair.device.read_text()
    files.pair.device.write_text(text.replace('anchor = "centre"', 'anchor = "feet"'))
    with pytest.raises(DrawingRefusedError, match="camera_height_m: this sensor is no camera that looks straight down"):
        files.save(Drawing.model_validate({"lines": [], "zones": [], "camera_height_m": 2.4}))


@dataclass
class ScriptedLook:
    """A look that ends when it is allowed to, or closed."""

    height: float | None
    began_s: float | None = 0.0
    is_cut: bool = False
    dies_of: Exception | None = None
    over: Event = field(default_factory=Event)

    def height_m(self) -> float | None:
        self.over.wait(PATIENCE_S)
        if self.dies_of:
            raise self.dies_of
        if self.began_s == 0.0:
            return self.height
        return None

    def close(self) -> None:
        self.over.set()


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (ScriptedLook(2.7), {"state": "found", "height_m": 2.7}),
        (ScriptedLook(None), {"state": "nobody"}),
        (ScriptedLook(None, None), {"state": "failed", "problem": ""}),
        (ScriptedLook(None, is_cut=True), {"state": "failed", "problem": ""}),
        (ScriptedLook(2.7, is_cut=True), {"state": "found", "height_m": 2.7}),
    ],
)
def test_the_page_looks_once_at_a_time_and_says_what_came_of_it(
    files: PictureFiles, look: ScriptedLook, said: dict[str, Any]
) -> None:
    scales: list[float] = []

    def open_look(device: DeviceFile, _look_s: float) -> Any:  # noqa: ANN401 - a scripted one
        scales.append(device.units_per_metre)
        return look

    walk = PageWalk(files, open_look=open_look)
    assert walk.ask(None) == {"state": "idle"}
    body = json.dumps({"lines": [], "zones": [], "ruler": {"pixels": 60, "metres": 2}}).encode()
    assert [walk.ask(body)["state"], walk.ask(body)["state"]] == ["reading", "reading"]
    assert scales == [30.0]
    walk.close()
    assert walk.ask(None) == said
    assert walk.ask(body) == said


def test_a_look_that_dies_is_told_once_and_another_one_can_begin(files: PictureFiles) -> None:
    looks = [ScriptedLook(None, dies_of=cv2.error("out of memory")), ScriptedLook(2.7)]
    for look in looks:
        look.over.set()
    left = iter(looks)
    walk = PageWalk(files, open_look=lambda _device, _look_s: next(left))  # type: ignore[return-value]
    body = json.dumps({"lines": [], "zones": []}).encode()
    with pytest.raises(cv2.error):
        _until(walk, body)
    assert walk.ask(None) == {"state": "failed", "problem": ""}
    assert _until(walk, body) == {"state": "found", "height_m": 2.7}


def _until(walk: PageWalk, body: bytes) -> dict[str, Any]:
    said = walk.ask(body)
    while said["state"] == "reading":
        time.sleep(0.01)
        said = walk.ask(None)
    return said


@pytest.mark.parametrize("pictures", [0, 3])
def test_a_camera_that_dies_meanwhile_is_not_a_place_without_people(
    files: PictureFiles, monkeypatch: pytest.MonkeyPatch, pictures: int
) -> None:
    one = walked(2.6, 1, people=0)
    seen = [replace(frame, at_ms=number) for number, frame in enumerate(islice(one.frames(), pictures))]
    gone = Event()

    class Dying:
        def __init__(self, *_: object) -> None: ...

        def frames(self) -> Iterator[VideoFrame]:
            yield from seen
            gone.wait(PATIENCE_S)

        def close(self) -> None:
            gone.set()

    monkeypatch.setattr("counter.sources.video.camera.Camera", Dying)
    text = files.pair.device.read_text()
    start, end = text.index("[source]"), text.index("[detector]")
    source = '[source]\nkind = "camera"\naddress = 0\nsize = [64, 48]\npixels_per_metre = 40.0\nanchor = "centre"\n\n'
    files.pair.device.write_text(text[:start] + source + text[end:])
    options = PanelOptions(now=lambda: NOW, say=lambda _: None)
    with pytest.raises(SetupError, match="the camera brings no picture, or stopped bringing any"):
        take_height(files.pair.device, files.pair.site, options, look_s=0.05)
    walk = PageWalk(files, look_s=0.05)
    gone.clear()
    walk.ask(b'{"lines": [], "zones": []}')
    assert gone.wait(PATIENCE_S)
    walk.close()
    assert walk.ask(None) == {"state": "failed", "problem": ""}


def _asked_until_over(panel: Panel, drawing: dict[str, Any]) -> dict[str, Any]:
    assert panel.walk
    said = panel.walk(json.dumps(drawing).encode())
    while said["state"] == "reading":
        time.sleep(0.02)
        said = panel.walk(None)
    return said
