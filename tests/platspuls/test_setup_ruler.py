"""The ruler: a known length on the picture, or the height of who walked by, gives the scale of the device file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.clock import SystemClock
from counter.detectors.boxes import Boxes, Image
from counter.device_file import load
from counter.errors import SourceError
from counter.sources.video.coarse_picture import take_still
from counter.sources.video.settings import ClipSource
from platspuls.setup.config_pair import ConfigPair, DrawingRefusedError
from platspuls.setup.drawing import Drawing, Ruler
from platspuls.setup.files import PictureFiles, on_floor
from platspuls.setup.person_height import PersonHeight
from tests.platspuls.place import write_place, write_sensor
from tests.support.counter.clips import write_clip

NOW = datetime(2026, 11, 22, 2, 33, tzinfo=UTC)
LINE = {"line": "stationen", "points": [[300, 0], [300, 432]], "forward_towards": [200, 200]}


@pytest.fixture
def files(tmp_path: Path) -> PictureFiles:
    return PictureFiles(
        ConfigPair(*write_place(tmp_path, write_clip(tmp_path / "clip.mp4", 4))), (768, 432), lambda: NOW
    )


def drawing(pixels: float, metres: float, **changes: Any) -> Drawing:  # noqa: ANN401 - fields of a drawing
    ruler = {"pixels": pixels, "metres": metres}
    return Drawing.model_validate({"lines": [LINE], "zones": [], "ruler": ruler, **changes})


def test_a_ruler_alone_changes_the_scale_and_names_a_new_setup(files: PictureFiles) -> None:
    """Lines stay where they are, comments too; the page's scale is the new one at once, and a second save is none."""
    files.save(drawing(340.0, 1.7))
    assert load(files.pair.device).device.setup == "kamera-a"
    files.save(drawing(255.0, 1.7))
    device = load(files.pair.device)
    assert (device.units_per_metre, device.device.setup) == (150.0, "kamera-a-20261122")
    assert files.state()["unitsPerMetre"] == 150.0
    text = files.pair.device.read_text("utf-8")
    assert "pixels_per_metre = 150.0  # measured by the door" in text
    assert "# the old door" in text
    files.save(drawing(255.0, 1.7))
    assert load(files.pair.device).device.setup == "kamera-a-20261122"


def test_line_and_scale_together_name_one_setup(files: PictureFiles) -> None:
    files.save(drawing(500.0, 2.0, lines=[{**LINE, "points": [[400, 0], [400, 432]]}]))
    device = load(files.pair.device)
    assert (device.units_per_metre, device.device.setup) == (250.0, "kamera-a-20261122")
    assert device.lines[0].points[0] == (400.0, 0.0)


@pytest.mark.parametrize(("pixels", "metres"), [(100_000.0, 1.0), (2001.0, 1.0)])
def test_a_scale_that_a_device_file_refuses_is_not_written(files: PictureFiles, pixels: float, metres: float) -> None:
    before = [path.read_bytes() for path in (files.pair.device, files.pair.site)]
    with pytest.raises(DrawingRefusedError, match="pixels_per_metre"):
        files.save(drawing(pixels, metres))
    assert [path.read_bytes() for path in (files.pair.device, files.pair.site)] == before


@pytest.mark.parametrize(
    "ruler", [{"pixels": 0, "metres": 1}, {"pixels": 9, "metres": 0}, {"pixels": "nan", "metres": 1}]
)
def test_a_ruler_without_length_is_none(ruler: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Ruler.model_validate(ruler)


@given(st.floats(80, 350), st.floats(0.5, 3.0))
def test_a_ruler_gives_the_scale_that_it_was_drawn_at(scale: float, metres: float) -> None:
    assert abs(Ruler(pixels=scale * metres, metres=metres).pixels_per_metre - scale) <= 0.05 + 1e-9


def test_a_sensor_that_counts_in_metres_has_nothing_to_measure(tmp_path: Path) -> None:
    pair = ConfigPair(*write_sensor(tmp_path, 'kind = "thermal"\npart = "mlx90640"\nheight_m = 2.8'))
    with pytest.raises(DrawingRefusedError, match="counts in metres"):
        on_floor(pair, (-1.0, -1.0, 1.0, 1.0), lambda: NOW).save(drawing(100.0, 1.0))


class Walker:
    """Finds one person, who walks by and is cut off by the border at first, in each picture."""

    def __init__(self, height: float) -> None:
        self._height = height
        self._at = 0

    def detect(self, _image: Image, _at_ms: int, /) -> Boxes | None:
        """Return where they are."""
        self._at += 1
        left = 0.0 if self._at <= 2 else 40.0 * self._at
        box = [left, 50.0, left + 60, 50.0 + self._height + self._at % 3 - 1]
        return Boxes(np.array([box], dtype=np.float32), np.array([0.9], dtype=np.float32))


class Failing:
    """A model that fails on each picture."""

    def detect(self, _image: Image, _at_ms: int, /) -> Boxes | None:
        """Fail."""
        raise SourceError("the model failed on a picture")


def still_of(folder: Path, person: PersonHeight) -> bytes:
    clip = write_clip(folder / "clip.mp4", 30, rate=1.0, size=(640, 360))
    source = ClipSource.model_validate({"kind": "clip", "file": clip, "start": NOW, "pixels_per_metre": 100.0})
    return take_still(source, SystemClock(), measure=person.look).png


def test_who_walks_by_gives_a_height_and_is_in_no_picture(tmp_path: Path) -> None:
    """The picture is the same whether somebody is measured, nobody, or the model fails, which is said once."""
    said: list[str] = []
    walker, nobody, failing = (PersonHeight(one, said.append) for one in (Walker(170.0), None, Failing()))
    assert len({still_of(tmp_path, person) for person in (walker, nobody, failing)}) == 1
    assert walker.pixels == pytest.approx(170.0, abs=1.0)
    assert (nobody.pixels, failing.pixels) == (None, None)
    assert said == ["Nobody's height is measured: the model failed on a picture"]


def test_weights_that_are_not_right_yet_stop_no_set_up(files: PictureFiles) -> None:
    said: list[str] = []
    assert not PersonHeight.of(load(files.pair.device), said.append).is_measured
    assert len(said) == 1
    assert "w.onnx" in said[0] or "onnxruntime" in said[0]
