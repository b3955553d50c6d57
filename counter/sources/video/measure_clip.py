"""How large people are in a clip, so that it can be counted without anybody measuring it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from counter.detectors.open_detector import open_detector
from counter.detectors.settings import DetectorTable
from counter.sources.video.body_size import PERSON_M, at_borders
from counter.sources.video.clip import Clip
from counter.sources.video.settings import ClipSource

_RATE: Final = 0.5
_LOOKS: Final = 60
_PART_OF_PICTURE: Final = 1 / 3
"""Height of a person in a clip in which nobody is found."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found in a clip.

    Attributes:
        size: width and height of its picture, in pixels.
        length_s: its length in seconds; 0 where it doesn't say.
        pixels_per_metre: by the people standing in it.
    """

    size: tuple[int, int]
    length_s: float
    pixels_per_metre: float


def measure(file: Path, detector: DetectorTable) -> Measured:
    """Look at a frame every two seconds of a clip's first two minutes. Raises ClipError, DetectorError, SourceError."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    clip = Clip(ClipSource(kind="clip", file=file, start=start, pixels_per_metre=1.0, max_rate=_RATE))
    heights: list[float] = []
    found = open_detector(detector)
    for frame in islice(clip.frames(), _LOOKS):
        if (boxes := found.detect(frame.image, frame.at_ms)) is not None:
            xyxy = boxes.xyxy.astype(np.float64)
            whole = xyxy[~at_borders(xyxy, clip.facts.size).any(axis=1)]
            heights += (whole[:, 3] - whole[:, 1]).tolist()
    height = median(heights) if heights else clip.facts.size[1] * _PART_OF_PICTURE
    return Measured(clip.facts.size, max(clip.facts.declared_frames, 0) / clip.facts.rate, round(height / PERSON_M, 1))
