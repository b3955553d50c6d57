"""Where people are in one frame: all that leaves a source."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import wire


@dataclass(frozen=True, slots=True)
class Passed:
    """Crossings that a sensor without a picture decided itself.

    Attributes:
        line: the key of its line.
        forward: net crossings; `backward` the same.
        gross_forward: passages, with those of who turned back; `gross_backward` the same. At least the net ones.
    """

    line: str
    forward: int = 0
    backward: int = 0
    gross_forward: int = 0
    gross_backward: int = 0


@dataclass(frozen=True, slots=True)
class Detections:
    """The people seen in one frame, without identity.

    Attributes:
        at_ms: when the frame was captured, UTC milliseconds since 1970. Rises from frame to frame.
        points: shape (n, 2), float64, in the source's own units (pixels, or metres of a simulation): one
            point a person, where the person stands. n may be 0: an empty picture was watched too.
        steady_ms: when it was captured on a clock that is never set, in milliseconds; None where the source has
            none, or `at_ms` comes from one.
        flags: what was unusual about the frame.
        watched: False where the sensor brought a frame in which nobody could have been seen: the time is missing, as
            if there had been no frame, and `points` say nothing.
        unwatched_ms: where `watched` is False: for how long before the frame, in milliseconds, nobody could have been
            seen either, as is known only now. What wasn't recorded yet of that time is not observed.
    """

    at_ms: int
    points: NDArray[np.float64]
    steady_ms: int | None = None
    passed: Passed | None = None
    flags: tuple[wire.Flag, ...] = ()
    watched: bool = True
    unwatched_ms: int = 0
