"""Where people are in a picture: one protocol, one adapter a library. Only boxes leave a detector."""

from typing import Protocol

from counter.detectors.boxes import Boxes, Image


class Detector(Protocol):
    """Finds people."""

    def detect(self, image: Image) -> Boxes:
        """Return a box for each person in `image`, shape (h, w, 3), BGR. Raises SourceError."""
        ...

    def close(self) -> None:
        """Let go of the model. Safe to call twice."""
        ...
