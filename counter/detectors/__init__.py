"""Where people are in a picture: one protocol, one adapter a library. Only boxes leave a detector."""

from typing import Protocol

from counter.detectors.boxes import Boxes, Image


class Detector(Protocol):
    """Finds people."""

    def detect(self, image: Image, at_ms: int, /) -> Boxes | None:
        """Return a box for each person in a picture, and what was unusual about it.

        None where nothing can be known of who is there: the time is missing, and blocked.

        Args:
            image: shape (h, w, 3), BGR.
            at_ms: when it was captured, in milliseconds of a clock that rises from picture to picture.

        Raises SourceError.
        """
        ...
