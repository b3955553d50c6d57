"""A damaged stream, a camera that is away: OpenCV and FFmpeg write next to nothing, and never an address."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

pytestmark = pytest.mark.simulation

READS = """
import sys
from core import library_output, logs
from counter.sources.video import capture

def reads():
    for _ in range(40):
        if clip := capture.open_file(sys.argv[1]):
            while clip.read() is not None:
                pass
            clip.close()
    capture.open_camera("http://u:geheim@127.0.0.1:1/x?password=geheim", (64, 48))
    capture.open_camera("/dev/geheim77", (64, 48))

if sys.argv[2] == "counter":
    with library_output.logged():
        logs.set_up()
        reads()
else:
    reads()
"""


def damaged(path: Path) -> Path:
    """Write a clip of noise, of which some bytes are wrong."""
    chance = np.random.default_rng(1)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), 10, (320, 240))
    for _ in range(60):
        writer.write(chance.integers(0, 60, (240, 320, 3), dtype=np.uint8))
    writer.release()
    spoilt = bytearray(path.read_bytes())
    for at in chance.integers(2000, len(spoilt) - 8000, 100):
        spoilt[at] ^= 0x55
    path.write_bytes(spoilt)
    return path


def said(clip: Path, program: str, level: str | None) -> list[str]:
    """Return the lines of a program that reads a clip forty times, which is an hour of it."""
    environment = {} if level is None else {"OPENCV_FFMPEG_LOGLEVEL": level}
    done = subprocess.run(
        [sys.executable, "-c", READS, str(clip), program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path), **environment},
    )
    assert "geheim" not in done.stderr
    assert "geheim" not in done.stdout
    return [*done.stdout.splitlines(), *done.stderr.splitlines()]


def test_a_damaged_clip_makes_no_lines(tmp_path: Path) -> None:
    clip = damaged(tmp_path / "clip.mp4")
    assert len(said(clip, "command", "16")) > 100, "the clip is damaged, and FFmpeg says so"
    assert said(clip, "command", None) == said(clip, "counter", None) == []
