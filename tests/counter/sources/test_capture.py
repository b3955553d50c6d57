"""Frames of clips and cameras: each with its time, and a clear sentence where there can be none."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from core.clock import SystemClock
from counter.errors import ClipError, DeviceFileError, SourceError
from counter.sources.video.camera import Camera, NewestFrame
from counter.sources.video.clip import Clip, check_rate
from counter.sources.video.frame import VideoFrame
from counter.sources.video.picture_edges import check_within
from counter.sources.video.settings import CameraSource, ClipSource
from tests.support.counter.clips import SIZE, Stream, picture, running_stream, slow_down_half_way, write_clip
from tests.support.waiting import eventually

START = datetime(2026, 10, 5, 10, 0, tzinfo=UTC)
START_MS = 1_791_194_400_000


def _clip(path: Path, **settings: float) -> Clip:
    return Clip(
        ClipSource.model_validate({"kind": "clip", "file": path, "start": START, "pixels_per_metre": 20.0, **settings})
    )


def _camera(address: str, **settings: object) -> Camera:
    wishes = {"kind": "camera", "address": address, "size": SIZE, "pixels_per_metre": 20.0, **settings}
    return Camera(CameraSource.model_validate(wishes), SystemClock())


# Clips ----------------------------------------------------------------------------------------------------------


def test_a_clip_is_shown_in_its_own_time(tmp_path: Path) -> None:
    shown = list(_clip(write_clip(tmp_path / "a.mp4", 12)).frames())
    assert [frame.at_ms - START_MS for frame in shown] == [number * 100 for number in range(12)]
    assert all(frame.image.shape == (SIZE[1], SIZE[0], 3) and frame.image.dtype == np.uint8 for frame in shown)
    assert all(abs(int(frame.image.mean()) - number * 8) < 5 for number, frame in enumerate(shown))


def test_a_broken_rate_gives_times_to_the_millisecond(tmp_path: Path) -> None:
    clip = _clip(write_clip(tmp_path / "a.mp4", 31, rate=30000 / 1001))
    assert [frame.at_ms - START_MS for frame in clip.frames()][-1] == 1001


def test_frames_beyond_the_most_a_second_are_skipped(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 12)
    for most, step in ((10.0, 1), (5.0, 2), (4.0, 3), (100.0, 1)):
        shown = [frame.at_ms - START_MS for frame in _clip(path, max_rate=most).frames()]
        assert shown == [number * 100 for number in range(0, 12, step)]


def test_a_clip_goes_on_where_it_was_counted(tmp_path: Path) -> None:
    clip = _clip(write_clip(tmp_path / "a.mp4", 12))
    clip.resume_from(START_MS + 801)
    assert [frame.at_ms - START_MS for frame in clip.frames()] == [900, 1000, 1100]


def test_a_closed_clip_ends(tmp_path: Path) -> None:
    clip = _clip(write_clip(tmp_path / "a.mp4", 12))
    frames = clip.frames()
    next(frames)
    clip.close()
    clip.close()
    assert list(frames) == []


def _text(path: Path) -> None:
    path.write_text("no video")


def _empty(path: Path) -> None:
    path.touch()


def _cut(path: Path) -> None:
    write_clip(path, 12)
    path.write_bytes(path.read_bytes()[:500])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_text, "is not a video that can be read"),
        (_empty, "is empty"),
        (_cut, "is not a video that can be read"),
        (lambda path: write_clip(path, 0), "is not a video that can be read|holds no frame that can be read"),
        (lambda path: write_clip(path, 1), "is a single frame"),
    ],
    ids=["text", "empty", "cut", "no frame", "one frame"],
)
def test_what_is_no_clip_is_refused_before_counting(tmp_path: Path, make: object, sentence: str) -> None:
    path = tmp_path / "a.mp4"
    assert callable(make)
    make(path)
    with pytest.raises(ClipError, match=f"a.mp4 {sentence}|a.mp4 ({sentence})"):
        _clip(path)


def test_a_changing_rate_is_refused_at_the_frame_where_it_shows(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", 40)
    slow_down_half_way(path)
    with pytest.raises(ClipError, match=r"changes its rate: frame \d+ lies at .* fps=10"):
        list(_clip(path).frames())


def test_two_clips_joined_into_one_are_refused(tmp_path: Path) -> None:
    """Their times begin anew: nobody knows how much lies between them."""
    part = write_clip(tmp_path / "part.ts", 8).read_bytes()
    (tmp_path / "a.ts").write_bytes(part + part)
    with pytest.raises(ClipError, match="changes its rate"):
        list(_clip(tmp_path / "a.ts").frames())


@pytest.mark.parametrize("rate", [0.0, -1.0, 90_000.0])
def test_a_rate_that_cannot_be_is_refused(rate: float) -> None:
    with pytest.raises(ClipError, match="frames a second: its frames can't be placed in time"):
        check_rate(Path("a.mp4"), rate)


def test_corners_outside_the_picture_are_all_listed() -> None:
    corners = [("line a", (0.0, 48.0)), ("line a", (65.0, 0.0)), ("zone b", (3.0, -1.0))]
    with pytest.raises(DeviceFileError) as caught:
        check_within(SIZE, corners)
    assert str(caught.value).splitlines() == [
        "line a: corner (65.0, 0.0) lies outside the picture of 64 x 48 pixels",
        "  zone b: corner (3.0, -1.0) lies outside the picture of 64 x 48 pixels",
    ]


@pytest.mark.simulation
def test_without_opencv_the_extra_is_named(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['cv2'] = None\n"
        "from counter.sources.kinds import opencv_needed\n"
        "with opencv_needed():\n"
        "    import counter.sources.video.open"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "DeviceFileError: a source of pictures needs OpenCV" in done.stderr
    assert "pip install 'platspuls[camera]'" in done.stderr


# Cameras --------------------------------------------------------------------------------------------------------


@pytest.fixture
def stream() -> Iterator[Stream]:
    with running_stream() as stream:
        yield stream


def test_the_newest_frame_takes_the_place_of_older_ones() -> None:
    newest = NewestFrame()
    assert newest.take(0) is None
    for number in range(3):
        newest.put(VideoFrame(number, picture(number)))
    frame = newest.take(0)
    assert frame is not None
    assert frame.at_ms == 2
    assert newest.take(0) is None
    assert newest.passed_over == 2


@pytest.mark.simulation
def test_a_camera_shows_frames_with_the_time_of_their_capture(stream: Stream) -> None:
    camera, clock = _camera(stream.address), SystemClock()
    before_ms = clock.now_ms()
    with closing(camera.frames()) as frames:
        shown = list(islice(frames, 5))
    times = [frame.at_ms for frame in shown]
    assert before_ms <= times[0]
    assert times[-1] <= clock.now_ms()
    assert times == sorted(set(times))


@pytest.mark.simulation
def test_a_slow_detector_misses_frames_and_does_not_fall_behind(stream: Stream) -> None:
    camera, clock = _camera(stream.address), SystemClock()
    with closing(camera.frames()) as frames:
        next(frames)
        eventually(lambda: camera.passed_over >= 10)
        asked_ms = clock.now_ms()
        assert next(frames).at_ms > asked_ms - 1000


@pytest.mark.simulation
def test_a_camera_that_is_lost_comes_back_by_itself(
    stream: Stream, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    camera = _camera(stream.address)
    with caplog.at_level(logging.INFO), closing(camera.frames()) as frames:
        next(frames)
        stream.lost.set()
        eventually(lambda: "does not answer" in caplog.text)
        stream.lost.clear()
        shown = list(islice(frames, 2))
    assert shown[1].at_ms > shown[0].at_ms
    assert [record.message.partition("/... ")[2] for record in caplog.records] == [
        "brings no picture: its time is missing until it does",
        "does not answer: its time is missing until it does",
        "brings pictures again",
    ]
    capfd.readouterr()


@pytest.mark.simulation
def test_a_picture_of_another_size_stops_the_counter(stream: Stream) -> None:
    stream.size = (128, 96)
    with pytest.raises(SourceError, match=r"brings pictures of 128 x 96 pixels, .* source.size = \[64, 48\]"):
        list(_camera(stream.address).frames())


@pytest.mark.simulation
def test_no_more_frames_than_wished_are_looked_at(stream: Stream) -> None:
    clock = SystemClock()
    with closing(_camera(stream.address, max_rate=10.0).frames()) as frames:
        next(frames)
        began_s = clock.monotonic_s()
        list(islice(frames, 4))
    assert clock.monotonic_s() - began_s > 0.35


@pytest.mark.simulation
def test_a_camera_is_closed_from_another_thread(stream: Stream) -> None:
    camera = _camera(stream.address)
    frames = camera.frames()
    next(frames)
    thread = Thread(target=camera.close)
    thread.start()
    assert len(list(frames)) <= 1
    thread.join()


def test_a_password_is_put_in_and_never_shown(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("geheim\n")
    settings = CameraSource.model_validate(
        {
            "kind": "camera",
            "address": "rtsp://cam:{password}@10.0.0.7/main",
            "password_file": tmp_path / "password",
            "size": SIZE,
            "pixels_per_metre": 20.0,
        }
    )
    assert settings.full_address() == "rtsp://cam:geheim@10.0.0.7/main"
    assert Camera(settings, SystemClock())._name == "camera rtsp://10.0.0.7/..."  # noqa: SLF001  what each line of its log begins with
