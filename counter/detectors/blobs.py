"""From cells that stand out to people seen from above: each blob is one, or several side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from counter.detectors.backdrop import Mask
from counter.detectors.boxes import Floats

AREA: Final = 0.6
"""Area of a person from above, in squares of their width: shoulders are wider than deep."""
_LEAST: Final = 0.3
"""A blob with less than this part of it is nobody."""
_THICK: Final = 0.3
"""What is nowhere wider than this part of a person's width is an edge or a bar."""
_SLENDER: Final = 0.5
"""Nor is somebody nowhere wider than this part and longer, along the bar, than `_SLENDER_LONG` persons' width."""
_SLENDER_LONG: Final = 2.0
_TWO: Final = 1.35
"""From so many persons' area on a blob may be two, where it is long enough too."""
_LONG: Final = 1.5
"""So many times the width of one it is long then."""
_SURELY_TWO: Final = 2.1
_BOX: Final = 3.0
"""Persons' area from which on a blob that fills `_FILLED` of a rectangle isn't people."""
_FILLED: Final = 0.88
_ROUNDS: Final = 6


@dataclass(frozen=True, slots=True)
class Blob:
    """Cells that hang together.

    Attributes:
        cells: shape (n, 2), float32: x, y of each.
        real: the part of them that is somebody: the rest is their shadow.
    """

    cells: Floats
    real: float = 1.0


def tidy(mask: Mask) -> Mask:
    """Return a mask without single cells and with small holes filled."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
    opened = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    return np.asarray(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, kernel, iterations=2), dtype=np.bool_)


def wider(mask: Mask, cells: int) -> Mask:
    """Return a mask that reaches further by `cells` on all sides."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * cells + 1, 2 * cells + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), kernel), dtype=np.bool_)


def blobs(mask: Mask, person: float, real: float = 1.0) -> Iterator[Blob]:
    """Yield the blobs of a mask, of which a part is `real`, that are large enough for someone `person` cells wide."""
    cells = mask.astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cells, connectivity=8)
    deep = cv2.distanceTransform(cv2.copyMakeBorder(cells, 1, 1, 1, 1, cv2.BORDER_REPLICATE), cv2.DIST_L2, 3)[
        1:-1, 1:-1
    ]
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        if area >= _LEAST * AREA * person**2:
            here = labels[top : top + height, left : left + width] == label
            thick = 2 * float(deep[top : top + height, left : left + width][here].max()) - 1
            if _is_bar(area, thick, person):
                continue
            down, across = np.nonzero(here)
            yield Blob(np.column_stack((across + left, down + top)).astype(np.float32), real)


def _is_bar(area: int, thick: float, person: float) -> bool:
    return thick < _THICK * person or (thick < _SLENDER * person and area > _SLENDER_LONG * person * thick)


def is_box(blob: Blob, person: float) -> bool:
    """Return whether a blob larger than people fills a rectangle: a van, a banner, a box."""
    if len(blob.cells) < _BOX * AREA * person**2:
        return False
    _, (width, height), _ = cv2.minAreaRect(blob.cells)
    return len(blob.cells) > _FILLED * (width + 1) * (height + 1)


def people(blob: Blob, person: float) -> Floats:
    """Return where the people of a blob are, shape (n, 2), in cells; each is `person` cells wide."""
    count = _how_many(blob, person)
    if count == 1:
        return np.asarray(blob.cells.mean(axis=0, keepdims=True), dtype=np.float32)
    centres = _spread(blob.cells, count)
    for _ in range(_ROUNDS):
        nearest = _nearest(blob.cells, centres)
        centres = np.stack([blob.cells[nearest == place].mean(axis=0) for place in range(count)])
    return centres


def _how_many(blob: Blob, person: float) -> int:
    """Judge by the area, and where that is unsure by the length."""
    persons = len(blob.cells) * blob.real / (AREA * person**2)
    if persons < _TWO:
        return 1
    if persons >= _SURELY_TWO:
        return max(round(persons), 2)
    length = float(np.sqrt(12 * np.linalg.eigvalsh(np.cov(blob.cells.T))[-1]))
    return 2 if length >= _LONG * person else 1


def _spread(cells: Floats, count: int) -> Floats:
    """Return `count` cells far from each other; the first is the farthest from the middle."""
    centres = [cells[_squares(cells, cells.mean(axis=0)).argmax()]]
    distance = _squares(cells, centres[0])
    while len(centres) < count:
        centres.append(cells[distance.argmax()])
        distance = np.minimum(distance, _squares(cells, centres[-1]))
    return np.stack(centres)


def _nearest(cells: Floats, centres: Floats) -> np.ndarray:
    return np.asarray(np.stack([_squares(cells, centre) for centre in centres]).argmin(axis=0))


def _squares(cells: Floats, centre: Floats) -> Floats:
    return np.asarray(((cells - centre) ** 2).sum(axis=1), dtype=np.float32)
