"""Families of models: how each wants its picture, and what its numbers mean.

A family is recognised from the shapes of a model's input and output, and from the names of its classes where the
file carries them. What is not recognised is refused with a sentence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from counter.detectors.boxes import Boxes, Floats, Image, Ints
from counter.detectors.letterbox import Laid, lay_centred, lay_top_left
from counter.errors import DetectorError

_PERSON: Final = "person"
_COCO_CLASSES: Final = 80
"""A model with so many classes and no names was trained on COCO, whose class 0 is a person; one with a single class
and no name is taken for one of people."""
_STRIDES: Final = (8, 16, 32)
"""Pixels of the input a cell of each of the grids that YOLO models predict on."""
_CORNERS: Final = 4
_BOX: Final = 6
"""Numbers of a finished box: four corners, confidence and class."""
_BATCH_AXES: Final = 4
_OUTPUT_AXES: Final = 3


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a model's file says of itself.

    Attributes:
        weights: where it is, for error messages.
        height: of its input, pixels; `width` the same.
        outputs: shapes of its outputs.
        names: class -> name; empty where the file has none.
        task: what it was trained for; "" where the file doesn't say.
    """

    weights: str
    height: int
    width: int
    outputs: Sequence[tuple[int, ...]]
    names: Mapping[int, str]
    task: str = ""


@dataclass(frozen=True, slots=True)
class Yolox:
    """YOLOX with its raw output, shape (1, cells, 5 + classes): BGR 0..255, the picture in the corner.

    Attributes:
        height: of the input; `width` the same.
        person: the class of people.
    """

    height: int
    width: int
    person: int
    most_overlap: float = 0.45

    def lay(self, image: Image) -> Laid:
        """Lay a picture into the corner of the input."""
        return lay_top_left(image, self.height, self.width)

    def blob(self, laid: Laid) -> Floats:
        """Return the input, shape (1, 3, h, w): BGR, 0..255."""
        return np.ascontiguousarray(laid.canvas.transpose(2, 0, 1)[None], dtype=np.float32)

    def boxes(self, output: Floats, confidence: float) -> Boxes:
        """Return the people: each row is an offset from its cell, the logarithm of a size, and scores."""
        rows = output[0]
        scores = rows[:, 4:5] * rows[:, 5:]
        sure = _sure(scores, self.person, confidence)
        cells, strides = _grid(self.height, self.width)
        centres = (rows[sure, :2] + cells[sure]) * strides[sure]
        sizes = np.exp(rows[sure, 2:4]) * strides[sure]
        return _around(centres, sizes, scores[sure, self.person]).best(self.most_overlap)


@dataclass(frozen=True, slots=True)
class Exported:
    """A YOLO exported by Ultralytics, shape (1, 4 + classes, cells): RGB 0..1, the picture in the middle."""

    height: int
    width: int
    person: int
    most_overlap: float = 0.7

    def lay(self, image: Image) -> Laid:
        """Lay a picture into the middle of the input."""
        return lay_centred(image, self.height, self.width)

    def blob(self, laid: Laid) -> Floats:
        """Return the input, shape (1, 3, h, w): RGB, 0..1."""
        return _rgb(laid)

    def boxes(self, output: Floats, confidence: float) -> Boxes:
        """Return the people: each column is a centre, a size and the scores of the classes."""
        rows = output[0].T
        sure = _sure(rows[:, 4:], self.person, confidence)
        return _around(rows[sure, :2], rows[sure, 2:4], rows[sure, 4 + self.person]).best(self.most_overlap)


@dataclass(frozen=True, slots=True)
class Finished:
    """The same with finished boxes, shape (1, most boxes, 6): corners, confidence, class."""

    height: int
    width: int
    person: int

    def lay(self, image: Image) -> Laid:
        """Lay a picture into the middle of the input."""
        return lay_centred(image, self.height, self.width)

    def blob(self, laid: Laid) -> Floats:
        """Return the input, shape (1, 3, h, w): RGB, 0..1."""
        return _rgb(laid)

    def boxes(self, output: Floats, confidence: float) -> Boxes:
        """Return the people."""
        rows = output[0]
        people = rows[(rows[:, 4] >= confidence) & (rows[:, 5] == self.person)]
        return Boxes(people[:, :4], people[:, 4])


Family = Yolox | Exported | Finished


def recognise(facts: ModelFacts) -> Family:
    """Return the family of a model. Raises DetectorError with what is wrong."""
    check_task(facts.weights, facts.task or "detect")
    if len(facts.outputs) != 1 or len(facts.outputs[0]) != _OUTPUT_AXES:
        raise _unknown(facts)
    _, rows, columns = facts.outputs[0]
    cells = len(_grid(facts.height, facts.width)[0])
    if rows == cells and columns > 1 + _CORNERS:
        return Yolox(facts.height, facts.width, _person(facts, columns - 1 - _CORNERS))
    if columns == cells and rows > _CORNERS:
        return Exported(facts.height, facts.width, _person(facts, rows - _CORNERS))
    if columns == _BOX and facts.names:
        return Finished(facts.height, facts.width, _person(facts, len(facts.names)))
    raise _unknown(facts)


def _person(facts: ModelFacts, classes: int) -> int:
    if not facts.names and classes in {1, _COCO_CLASSES}:
        return 0
    if len(facts.names) != classes:
        raise DetectorError(
            f"{facts.weights} has {classes} scores a box and names {len(facts.names)} classes: is it a model that only "
            "finds boxes (the task 'detect')?"
        )
    return person_class(facts.weights, facts.names)


def check_task(weights: str, task: str) -> None:
    """Check what a model was trained for. Raises DetectorError."""
    if task != "detect":
        raise DetectorError(f"{weights} was trained for {task!r}; counting needs a model of the task 'detect'")


def person_class(weights: str, names: Mapping[int, str]) -> int:
    """Return the class of people, by the names of a model's classes. Raises DetectorError."""
    for number, name in names.items():
        if name.lower() == _PERSON:
            return number
    raise DetectorError(f"{weights} finds no people: none of its {len(names)} classes is named {_PERSON!r}")


def _unknown(facts: ModelFacts) -> DetectorError:
    shapes = ", ".join(str(shape) for shape in facts.outputs)
    return DetectorError(
        f"{facts.weights} is not a known model: it takes {facts.width} x {facts.height} pixels and returns "
        f"{shapes}. Known are YOLOX with its raw output and detection models exported by Ultralytics"
    )


def _grid(height: int, width: int) -> tuple[Floats, Floats]:
    """Return the corner of each cell, in cells, and its size, in pixels; shapes (cells, 2) and (cells, 1)."""
    corners, strides = [], []
    for stride in _STRIDES:
        down, across = np.mgrid[: height // stride, : width // stride]
        corners.append(np.column_stack((across.ravel(), down.ravel())))
        strides.append(np.full((across.size, 1), stride))
    return np.concatenate(corners).astype(np.float32), np.concatenate(strides).astype(np.float32)


def _sure(scores: Floats, person: int, confidence: float) -> Ints:
    """Return the rows that are surely a person, and rather a person than anything else."""
    people = scores[:, person]
    rows = np.flatnonzero(people >= confidence)
    return np.asarray(rows[people[rows] >= scores[rows].max(axis=1)], dtype=np.int64)


def _around(centres: Floats, sizes: Floats, confidence: Floats) -> Boxes:
    return Boxes(np.concatenate((centres - sizes / 2, centres + sizes / 2), axis=1), confidence)


def _rgb(laid: Laid) -> Floats:
    planes = laid.canvas[..., ::-1].transpose(2, 0, 1)[None]
    return np.asarray(np.ascontiguousarray(planes, dtype=np.float32) / np.float32(255), dtype=np.float32)
