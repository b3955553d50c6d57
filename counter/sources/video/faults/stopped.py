"""A camera that no longer shows what is: its picture is frozen, or its last seconds come again."""

from counter.detectors.boxes import Image
from counter.sources.video.faults.frozen import Frozen
from counter.sources.video.faults.replays import Replays


class Stopped:
    """Notices it."""

    def __init__(self) -> None:
        """Begin without a picture."""
        self._frozen = Frozen()
        self._replays = Replays()
        self._replayed_ms: int | None = None
        self._had_colour = True
        self.since_ms: int | None = None
        """Since when the camera has stopped, in milliseconds; None while it shows what is."""

    def seen(self, image: Image, at_ms: int) -> None:
        """Note a picture, shape (h, w, 3)."""
        self._replayed_ms = self._replays.look(image, at_ms)

    def look(self, image: Image, at_ms: int, *, has_colour: bool) -> None:
        """Judge a picture, about once a second; what is usual is learnt anew when colours come or go."""
        if has_colour != self._had_colour:
            self._frozen, self._had_colour = Frozen(), has_colour
        known = [since for since in (self._frozen.look(image, at_ms), self._replayed_ms) if since is not None]
        self.since_ms = min(known, default=None)
