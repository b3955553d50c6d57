"""Frames of a clip in any order are the frames of those numbers, whatever was asked for before."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counter.diagnostics.clips.frame_reader import MOST_FRAMES, MOST_WIDE, FrameReader
from counter.errors import ClipError
from tests.support.counter.clips import write_clip

FRAMES = 260


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FrameReader:
    """A clip in which each picture's grey is its number, times eight, and begins anew at 256."""
    return FrameReader(write_clip(tmp_path_factory.mktemp("frames") / "clip.mp4", FRAMES, rate=25.0))


def _greys(jpegs: list[bytes]) -> list[float]:
    decoded = [cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_GRAYSCALE) for one in jpegs]
    return [float(one.mean()) for one in decoded if one is not None]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.integers(0, FRAMES + 20), st.integers(1, 5), st.integers(1, 6)), min_size=1, max_size=4))
def test_frames_are_those_that_were_asked_for_in_any_order(
    reader: FrameReader, asked: list[tuple[int, int, int]]
) -> None:
    for first, step, count in asked:
        wanted = [number for number in range(first, first + step * count, step) if number < FRAMES]
        assert _greys(reader.jpegs(first, step, count)) == pytest.approx([n * 8 % 256 for n in wanted], abs=3)


def test_an_answer_is_bounded_and_a_clip_knows_its_length(reader: FrameReader, tmp_path: Path) -> None:
    assert len(reader.jpegs(0, 1, 10_000)) == MOST_FRAMES
    assert (reader.length, reader.facts.rate) == (FRAMES, 25.0)
    wide = FrameReader(write_clip(tmp_path / "wide.mp4", 3, size=(1280, 720)))
    shown = cv2.imdecode(np.frombuffer(wide.jpegs(0, 1, 1)[0], np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape == (540, MOST_WIDE, 3)
    wide.close()


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"no clip")
    with pytest.raises(ClipError, match="is not a video that can be read"):
        FrameReader(tmp_path / "clip.mp4")
