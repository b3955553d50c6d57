"""From cells that stand out to people seen from above: each blob is one, or several side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

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
_WHOLE: Final = 0.8
"""A blob of less than so many people may be a part of one."""
_BOX: Final = 3.0
"""Persons' area from which on a blob that fills `_FILLED` of a rectangle isn't people."""
_FILLED: Final = 0.88
ROUNDS: Final = 6


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


class BodyLooks(Protocol):
    """How people look in the cells of a picture.

    Attributes:
        person: how many cells somebody is wide where they are seen from straight above.
        hidden: how many more people are there for each of a group, beyond two, that its area shows: some hide others.
    """

    @property
    def person(self) -> float: ...  # noqa: D102 - above

    @property
    def hidden(self) -> float: ...  # noqa: D102 - above

    def persons(self, cells: Floats) -> float:
        """Return how many people some cells, shape (n, 2), are by their area."""
        ...

    def length(self, cells: Floats) -> float:
        """Return how many cells longer than wide somebody is who is seen around some cells."""
        ...

    def are_two(self, cells: Floats) -> bool:
        """Return whether some cells, whose area is that of one or two people, are two."""
        ...

    def are_one(self, cells: Floats) -> bool:
        """Return whether some cells that don't hang together look like parts of one person."""
        ...

    def split(self, cells: Floats, count: int) -> Floats:
        """Return where `count` people stand who are some cells together: shape (count, 2), in cells."""
        ...

    def placed(self, places: Floats, real: float) -> Mask:
        """Return which places, shape (n, 2), people stand at of whose blobs a part is `real`: shape (n,)."""
        ...


@dataclass(frozen=True, slots=True)
class FlatLooks:
    """Everybody is seen from straight above, wherever they are: the camera hangs high, or its height isn't known."""

    person: float
    hidden: float = 0.0

    def persons(self, cells: Floats) -> float:
        """Return how many people some cells are by their area."""
        return len(cells) / (AREA * self.person**2)

    def length(self, _cells: Floats) -> float:
        """Return 0: nobody leans."""
        return 0.0

    def are_two(self, cells: Floats) -> bool:
        """Return whether some cells are long enough to be two."""
        return float(np.sqrt(12 * np.linalg.eigvalsh(np.cov(cells.T))[-1])) >= _LONG * self.person

    def are_one(self, _cells: Floats) -> bool:
        """Return False: from straight above somebody is one piece."""
        return False

    def split(self, cells: Floats, count: int) -> Floats:
        """Return the middles of `count` people."""
        centres = _spread(cells, count)
        for _ in range(ROUNDS if count > 1 else 0):
            nearest = _nearest(cells, centres)
            centres = np.stack([cells[nearest == place].mean(axis=0) for place in range(count)])
        return centres if count > 1 else np.asarray(cells.mean(axis=0, keepdims=True), dtype=np.float32)

    def placed(self, places: Floats, _real: float) -> Mask:
        """Return True for all: who is cut by a border is where they are seen."""
        return np.ones(len(places), dtype=np.bool_)


def blobs(mask: Mask, looks: BodyLooks, real: float = 1.0) -> Iterator[Blob]:
    """Yield the blobs of a mask, of which a part is `real`, that are large enough for somebody."""
    cells = mask.astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cells, connectivity=8)
    deep = cv2.distanceTransform(cv2.copyMakeBorder(cells, 1, 1, 1, 1, cv2.BORDER_REPLICATE), cv2.DIST_L2, 3)[
        1:-1, 1:-1
    ]
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        if area < _LEAST * AREA * looks.person**2:
            continue
        here = labels[top : top + height, left : left + width] == label
        down, across = np.nonzero(here)
        found = np.column_stack((across + left, down + top)).astype(np.float32)
        thick = 2 * float(deep[top : top + height, left : left + width][here].max()) - 1
        if looks.persons(found) >= _LEAST and not _is_bar(area, thick, looks.person, looks.length(found)):
            yield Blob(found, real)


def _is_bar(area: int, thick: float, person: float, leans: float) -> bool:
    long = _SLENDER_LONG * person + leans
    return thick < _THICK * person or (thick < _SLENDER * person and area > long * thick)


def is_box(blob: Blob, looks: BodyLooks) -> bool:
    """Return whether a blob larger than people fills a rectangle: a van, a banner, a box."""
    if looks.persons(blob.cells) < _BOX:
        return False
    _, (width, height), _ = cv2.minAreaRect(blob.cells)
    return len(blob.cells) > _FILLED * (width + 1) * (height + 1)


def joined(found: list[Blob], looks: BodyLooks) -> list[Blob]:
    """Return blobs, those joined that look like parts of one person, of whom a part is of the floor's colour.

    Where everybody is seen from straight above they stay as they are, in their order.
    """
    if isinstance(looks, FlatLooks):
        return found
    whole = [blob for blob in found if looks.persons(blob.cells) >= _WHOLE]
    rest = [blob for blob in found if looks.persons(blob.cells) < _WHOLE]
    while rest:
        blob = rest.pop()
        for place, other in enumerate(rest):
            cells = np.concatenate((blob.cells, other.cells))
            if looks.persons(cells) < _TWO and looks.are_one(cells):
                rest[place] = Blob(cells, min(blob.real, other.real))
                break
        else:
            whole.append(blob)
    return whole


def people(blob: Blob, looks: BodyLooks) -> Floats:
    """Return where the people of a blob are, shape (n, 2), in cells."""
    places = looks.split(blob.cells, _how_many(blob, looks))
    return np.asarray(places[looks.placed(places, blob.real)], dtype=np.float32)


def _how_many(blob: Blob, looks: BodyLooks) -> int:
    """Judge by the area, and where that is unsure by the shape."""
    persons = looks.persons(blob.cells) * blob.real
    if persons < _TWO:
        return 1
    if persons >= _SURELY_TWO:
        return max(round(persons + looks.hidden * max(persons - 2, 0.0)), 2)
    return 2 if looks.are_two(blob.cells) else 1


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
