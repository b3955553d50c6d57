"""Whether what stands out in a picture can be taken for people, and what is unusual about it otherwise."""

from typing import Final

from core import wire
from counter.detectors.disturbance.light import Explained

_COVERED: Final = 0.2
"""The part of a picture in moving light, or behind things, from which on people are missed in it."""
_FLOOR: Final = 0.4
"""So much of the floor's texture in all that changed says that it is light. Crowds and their shadows reach a third."""
_UNEXPLAINED: Final = 0.1
"""The part of a picture that stands out then and isn't explained, from which on it may be counted."""
_LASTING_MS: Final = 10_000
"""Light that moves comes back: what it does is said for so long."""


class Trust:
    """Judges one picture after another. Light larger than `seen` cells is said."""

    def __init__(self, seen: float) -> None:
        self._seen = seen
        self._blind_ms: int | None = None
        self._lit_ms: int | None = None

    def is_light(self, explained: Explained, unexplained: int) -> bool:
        """Return whether the cells that stand out, of which so many are unexplained, are light all over."""
        return explained.floor > _FLOOR and unexplained > _UNEXPLAINED * explained.light.size

    def judge(self, explained: Explained, at_ms: int, *, things: bool, all_over: bool, sways: bool) -> bool:
        """Take what a picture shows; return whether people can be counted in it."""
        cells = explained.covered * explained.light.size
        if all_over or explained.doors or (cells > self._seen and not explained.things.any()):
            self._lit_ms = at_ms
        if all_over or explained.covered > _COVERED:
            self._blind_ms = at_ms
        raised = {
            wire.Flag.BLOCKED: (things or bool(explained.things.any())) and not explained.doors,
            wire.Flag.SWAYING: sways,
            wire.Flag.MOVING_LIGHT: _lately(self._lit_ms, at_ms),
        }
        self.flags = tuple(flag for flag, is_raised in raised.items() if is_raised)
        return not _lately(self._blind_ms, at_ms)

    flags: tuple[wire.Flag, ...] = ()
    """What was unusual about the picture judged last."""


def _lately(since_ms: int | None, at_ms: int) -> bool:
    return since_ms is not None and 0 <= at_ms - since_ms < _LASTING_MS
