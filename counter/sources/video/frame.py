"""One picture and its time. Frames stay in memory and go no further than the detector."""

from dataclasses import dataclass

from counter.detectors.boxes import Image


@dataclass(frozen=True, slots=True)
class VideoFrame:
    """One picture.

    Attributes:
        at_ms: when it was captured, UTC milliseconds since 1970.
        image: shape (h, w, 3), uint8, BGR.
        steady_ms: when it was captured on a clock that is never set, in milliseconds; None for a recorded one.
    """

    at_ms: int
    image: Image
    steady_ms: int | None = None
