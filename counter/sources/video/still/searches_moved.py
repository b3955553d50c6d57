"""A detector that isn't asked about pictures in which nothing moves: what it found last still holds."""

import time
from collections import deque
from collections.abc import Callable
from statistics import median
from typing import Final

from counter.detectors import Detector
from counter.detectors.boxes import Boxes, Image
from counter.sources.video.still.agreement import Agreement
from counter.sources.video.still.change_meter import ChangeMeter

SKIPS_STILL_FROM: Final = 3
"""From this counting version on, pictures in which nothing moves aren't searched for people."""
LONGEST_MS: Final = 1000
"""From one search to the next at most, in ms: as far apart as a tracker takes pictures of somebody who walks. Were all
movement overlooked, people would be found as by a camera of one picture a second."""
_TIMED: Final = 5


class SearchesMoved:
    """Asks `detector` about a picture in which something has moved, and at least once a second.

    Every picture has its boxes, so whoever sits is in each. `rest` waits for so many seconds: a live camera's pictures
    then come as often as if each were searched, so that their rate says nothing of who is there. None: nobody waits.
    """

    def __init__(self, detector: Detector, rest: Callable[[float], object] | None = None) -> None:
        self._detector = detector
        self._rest = rest
        self._meter = ChangeMeter()
        self._agreement = Agreement()
        self._searched_ms: int | None = None
        self._took_s: deque[float] = deque(maxlen=_TIMED)

    def detect(self, image: Image, at_ms: int, /) -> Boxes | None:
        """Return a box for each person in `image`, shape (h, w, 3), BGR. Raises SourceError."""
        is_still = self._meter.is_still(image)
        held = self._agreement.held() if is_still and self._is_recent(at_ms) else None
        if held is None:
            return self._search(image, at_ms)
        if self._rest:
            self._rest(median(self._took_s))
        return held

    def _is_recent(self, at_ms: int) -> bool:
        return self._searched_ms is not None and 0 <= at_ms - self._searched_ms < LONGEST_MS

    def _search(self, image: Image, at_ms: int) -> Boxes | None:
        began_s = time.monotonic()
        found = self._detector.detect(image, at_ms)
        self._took_s.append(time.monotonic() - began_s)
        self._meter.keep()
        self._searched_ms = at_ms
        self._agreement.note(found, at_ms, (image.shape[1], image.shape[0]))
        return found
