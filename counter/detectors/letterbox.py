"""How a picture is laid into the square that a model takes, and how boxes find back."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from counter.detectors.boxes import Floats, Image

GREY: Final = 114
"""What the models were trained to see beside the picture."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A picture in a model's input.

    Attributes:
        canvas: shape of the input (h, w, 3), BGR.
        scale: pixels of the input per pixel of the picture.
        left: where the picture begins in the input, in its pixels; `top` the same.
    """

    canvas: Image
    scale: float
    left: int
    top: int

    def back(self, xyxy: Floats) -> Floats:
        """Return boxes of the input, shape (n, 4), in the picture's own pixels."""
        corner = np.array([self.left, self.top, self.left, self.top], dtype=np.float32)
        return np.asarray((xyxy - corner) / self.scale, dtype=np.float32)


def lay_centred(image: Image, height: int, width: int) -> Laid:
    """Scale `image` to fit an input and lay it in its middle, as Ultralytics does."""
    scale, resized = _fit(image, height, width, rounded=True)
    left = round((width - resized.shape[1]) / 2 - 0.1)
    top = round((height - resized.shape[0]) / 2 - 0.1)
    return Laid(_canvas(resized, height, width, left, top), scale, left, top)


def lay_top_left(image: Image, height: int, width: int) -> Laid:
    """Scale `image` to fit an input and lay it into its corner, as YOLOX does."""
    scale, resized = _fit(image, height, width, rounded=False)
    return Laid(_canvas(resized, height, width, 0, 0), scale, 0, 0)


def _fit(image: Image, height: int, width: int, *, rounded: bool) -> tuple[float, Image]:
    scale = min(height / image.shape[0], width / image.shape[1])
    whole = round if rounded else int
    size = max(whole(image.shape[1] * scale), 1), max(whole(image.shape[0] * scale), 1)
    if size == (image.shape[1], image.shape[0]):
        return scale, image
    return scale, np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_LINEAR), dtype=np.uint8)


def _canvas(resized: Image, height: int, width: int, left: int, top: int) -> Image:
    canvas = np.full((height, width, 3), GREY, dtype=np.uint8)
    canvas[top : top + resized.shape[0], left : left + resized.shape[1]] = resized
    return canvas
