"""Boxes around people, and which of several boxes around one person is kept."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core import wire

Image = NDArray[np.uint8]
"""A picture: shape (h, w, 3), BGR."""
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Boxes:
    """The people found in one picture.

    Attributes:
        xyxy: shape (n, 4), float32: left, top, right and bottom in the picture's own pixels.
        confidence: shape (n,), float32, 0..1.
        flags: what was unusual about the picture, as far as a detector can say.
        watched: False where somebody who walked through could have been missed: the time is missing, and the boxes
            say nothing.
        recognised: True where people were recognised by what they look like; False where something that is not the
            background was found.
    """

    xyxy: Floats
    confidence: Floats
    flags: tuple[wire.Flag, ...] = ()
    watched: bool = True
    recognised: bool = True

    @classmethod
    def none(cls) -> Self:
        """Return no boxes."""
        return cls(np.empty((0, 4), dtype=np.float32), np.empty(0, dtype=np.float32))

    def within(self, image: Image) -> Self:
        """Return the boxes cut at the borders of `image`, without those that lie beyond them."""
        height, width = image.shape[:2]
        xyxy = self.xyxy.clip(0, np.array([width, height, width, height], dtype=np.float32))
        real = (xyxy[:, 2] > xyxy[:, 0]) & (xyxy[:, 3] > xyxy[:, 1])
        return replace(self, xyxy=xyxy[real], confidence=self.confidence[real])

    def best(self, most_overlap: float) -> Self:
        """Return the surest boxes, surest first, none of which overlaps a surer one by more than `most_overlap`.

        The overlap of two boxes is their common area over the area that they cover together.
        """
        rest = np.argsort(-self.confidence, kind="stable")
        kept: list[int] = []
        while len(rest):
            first, rest = rest[0], rest[1:]
            kept.append(int(first))
            rest = rest[overlaps(self.xyxy[first], self.xyxy[rest]) <= most_overlap]
        return replace(self, xyxy=self.xyxy[kept], confidence=self.confidence[kept])


def overlaps(one: Floats, others: Floats) -> Floats:
    """Return the common area of a box, shape (4,), and each of the others, (n, 4), over what both cover: shape (n,)."""
    low = np.maximum(one[:2], others[:, :2])
    high = np.minimum(one[2:], others[:, 2:])
    common = (high - low).clip(min=0).prod(axis=1)
    return np.asarray(common / (_areas(one[None]) + _areas(others) - common).clip(min=1e-9), dtype=np.float32)


def _areas(boxes: Floats) -> Floats:
    return np.asarray((boxes[:, 2:] - boxes[:, :2]).prod(axis=1), dtype=np.float32)
