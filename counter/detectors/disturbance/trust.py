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
_CROWD_MS: Final = 3000
"""Who was hidden in a crowd may be taken for somebody else for so long."""


class Trust:
    """Judges one picture after another. Light larger than `seen` cells is said."""

    def __init__(self, seen: float) -> None:
        self._seen = seen
        self._blind_ms: int | None = None
        self._lit_ms: int | None = None
        self._crowd_ms: int | None = None

    def is_light(self, explained: Explained, unexplained: int) -> bool:
        """Return whether the cells that stand out, of which so many are unexplained, are light all over."""
        return explained.floor > _FLOOR and unexplained > _UNEXPLAINED * explained.light.size

    def note_crowd(self, at_ms: int) -> None:
        """Note that people hide others in a picture."""
        self._crowd_ms = at_ms

    def judge(self, explained: Explained, at_ms: int, *, things: bool, all_over: bool, sways: bool) -> bool:
        """Take what a picture shows; return whether people can be counted in it."""
        cells = explained.covered * explained.light.size
        if all_over or explained.doors or (cells > self._seen and not explained.things.any()):
            self._lit_ms = at_ms
        if all_over or explained.covered > _COVERED:
            self._blind_ms = at_ms
        is_crowded = _lately(self._crowd_ms, at_ms, _CROWD_MS)
        hidden = (things or bool(explained.things.any())) and not explained.doors
        raised = {
            wire.Flag.BLOCKED: hidden or is_crowded,
            wire.Flag.SWAYING: sways,
            wire.Flag.MOVING_LIGHT: _lately(self._lit_ms, at_ms),
        }
        self.flags = tuple(flag for flag, is_raised in raised.items() if is_raised)
        return not (is_crowded or _lately(self._blind_ms, at_ms))

    flags: tuple[wire.Flag, ...] = ()
    """What was unusual about the picture judged last."""


def _lately(since_ms: int | None, at_ms: int, lasting_ms: int = _LASTING_MS) -> bool:
    return since_ms is not None and 0 <= at_ms - since_ms < lasting_ms
