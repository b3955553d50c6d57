"""A developer's pictures: where they go, how many stay, and that such a run can neither keep nor publish a record."""

import logging
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import cv2
import numpy as np
import pytest

from counter.detectors.boxes import Boxes, Image
from counter.diagnostics.debug_pictures import look
from counter.diagnostics.sketches import MOST_PICTURES, Sketches
from counter.errors import DeviceFileError, SourceError
from counter.service.run import make_tally
from counter.sources.port import Input
from counter.sources.video.clip import Clip
from counter.sources.video.settings import ClipSource
from counter.sources.video.source import Video
from tests.support.counter.clips import picture, write_clip
from tests.support.counter.walkers import Walkers, device_file

START = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OneBox:
    """Finds one person, in the middle."""

    def detect(self, _image: Image, _at_ms: int, /) -> Boxes:
        return Boxes(np.array([[20.0, 10.0, 40.0, 40.0]], dtype=np.float32), np.array([0.9], dtype=np.float32))


def _clip(tmp_path: Path) -> Input:
    path = write_clip(tmp_path / "clip.mp4", 12, size=(320, 240))
    settings = {"kind": "clip", "file": path, "start": START, "pixels_per_metre": 20.0}
    return Input(Video(Clip(ClipSource.model_validate(settings)), OneBox(), "feet"))


def test_pictures_are_written_and_nothing_is_kept_or_published(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as broker, caplog.at_level(logging.INFO):
        broker.setblocking(False)
        device = device_file(tmp_path, broker.getsockname()[1])
        look(_clip(tmp_path), make_tally(device), tmp_path / "pictures", Event())
        with pytest.raises(BlockingIOError):
            broker.accept()
    assert "Nothing of this run is kept or published: it has no outbox and no connection" in caplog.text
    assert "2026-10-05T10:00:00+00:00, 60 s: stationen 0 forward, 0 backward" in caplog.text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.mp4", "device.toml", "pictures"]
    written = sorted((tmp_path / "pictures").iterdir())
    assert len(written) == 12
    assert (tmp_path / "pictures").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
    shown = cv2.imread(str(written[0]))
    assert shown is not None
    assert shown[10, 20:40].max() > 150  # the box, on black
    assert shown[60:].max() < 50


def test_only_the_newest_stay(tmp_path: Path) -> None:
    sketches = Sketches(OneBox(), tmp_path / "pictures")
    for number in range(MOST_PICTURES + 5):
        sketches.detect(picture(number, (16, 16)), number)
    left = sorted((tmp_path / "pictures").iterdir())
    assert len(left) == MOST_PICTURES
    assert left[0].stem == f"{5:015}"


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(DeviceFileError, match="the folder is not empty"):
        Sketches(OneBox(), tmp_path)
    with pytest.raises(DeviceFileError, match="can't be used"):
        Sketches(OneBox(), tmp_path / "mine" / "below")


def test_a_picture_that_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    sketches = Sketches(OneBox(), tmp_path / "pictures")
    (tmp_path / "pictures").rmdir()
    with pytest.raises(SourceError, match="can't be written: No such file"):
        sketches.detect(picture(1), 1)


def test_a_source_without_pictures_is_refused(tmp_path: Path) -> None:
    walkers = Walkers(0, 1000, [])
    with pytest.raises(DeviceFileError, match="the source of this device file has no pictures"):
        look(Input(walkers), make_tally(device_file(tmp_path)), tmp_path / "pictures", Event())
    assert walkers.ended.is_set()
