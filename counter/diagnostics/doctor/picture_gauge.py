"""A detector that also measures what it is shown: how bright pictures are, and how high people are in them."""

from statistics import median
from typing import Final

import numpy as np

from counter.detectors import Detector
from counter.detectors.boxes import Boxes, Image
from counter.sources.video.body_size import at_borders
from counter.sources.video.thumbnail import thumbnail

_FEWEST: Final = 10
"""People from whom on a median says something."""
_MOST: Final = 5_000
_EVERY: Final = 10
"""Every tenth picture's brightness is taken."""


class PictureGauge:
    """Passes on what `detector` finds. Keeps numbers, no picture and nobody's place.

    `fewest` is from how many people on a median height says something.
    """

    def __init__(self, detector: Detector, fewest: int = _FEWEST) -> None:
        self._detector = detector
        self._fewest = fewest
        self._heights: list[float] = []
        self._brightness: list[float] = []
        self._pictures = 0

    def detect(self, image: Image, at_ms: int, /) -> Boxes | None:
        """Return what the detector finds. Raises SourceError."""
        if self._pictures % _EVERY == 0:
            self._brightness.append(float(thumbnail(image).grey.mean()))
        self._pictures += 1
        boxes = self._detector.detect(image, at_ms)
        if boxes is not None and len(self._heights) < _MOST:
            self._heights += _whole(boxes, image)
        return boxes

    @property
    def brightness(self) -> float | None:
        """Median of the pictures' mean brightness, 0..255."""
        return median(self._brightness) if self._brightness else None

    @property
    def person_px(self) -> float | None:
        """Median height of people who were whole in the picture, pixels."""
        return median(self._heights) if len(self._heights) >= self._fewest else None


def _whole(boxes: Boxes, image: Image) -> list[float]:
    """Return the heights of the boxes that no border cuts."""
    xyxy = boxes.xyxy.astype(np.float64)
    height, width = image.shape[:2]
    inside = ~at_borders(xyxy, (width, height)).any(axis=1)
    return [float(bottom - top) for _, top, _, bottom in xyxy[inside].tolist()]
