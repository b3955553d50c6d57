"""Somebody walks through below a camera that looks straight down: its height is taken from them."""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from bench.walk_heights import walked
from counter.geometry import growth
from counter.sources.video.walk_height import height_by_walk
from platspuls.cli.main import main
from tests.platspuls.place import write_place
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation


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


def test_set_up_writes_the_height_and_a_new_setup(tmp_path: Path) -> None:
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
    said = CliRunner().invoke(main, ["counter", "setup", str(device), "--walk-through", "--address", "no.such.host"])
    assert "walk through it right below the camera" in said.output
    assert "written into" in said.output, said.output
    text = device.read_text()
    assert "camera_height_m = " in text
    assert 'setup = "kamera-a-' in text
    assert "# measured by the door" in text
