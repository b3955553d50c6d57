"""How far the doctor is, in words: a line a stage, and one for each tenth of the time that it watches."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from core.texts.catalog import Domain, Language, catalog, noop

_PARTS: Final = 10
_MOST_S: Final = 30.0
"""So much time at most is watched without a line."""


class Stage(StrEnum):
    """What the doctor does, one after another; its value is the line that says so."""

    OPENS = noop("Opens the sensor, and loads what finds people ...")
    WATCHES = noop("Watches: let somebody walk over every line now.")
    READS = noop("Watches the recording, as fast as this computer can.")
    JUDGES = noop("Judges what was seen ...")


@dataclass(slots=True)
class Progress:
    """Says how far it is.

    Attributes:
        language: of the lines.
        say: takes each line.
        total_s: how long is watched, seconds of the source's own time; None where that isn't known.
    """

    language: Language
    say: Callable[[str], object]
    total_s: float | None = None
    _said_s: float = 0.0

    def stage(self, stage: Stage) -> None:
        """Say that a stage begins."""
        self.say(catalog(Domain.DOCTOR, self.language).gettext(stage.value))

    def watched(self, seconds: float) -> None:
        """Take how much was watched so far, seconds of the source's own time."""
        step_s = min(self.total_s / _PARTS, _MOST_S) if self.total_s else _MOST_S
        if seconds - self._said_s < step_s:
            return
        self._said_s = seconds - seconds % step_s
        _ = catalog(Domain.DOCTOR, self.language).gettext
        if not self.total_s:
            self.say(_("{seconds} s watched").format(seconds=round(seconds)))
            return
        part = min(seconds / self.total_s, 1.0)
        text = _("{percent} %: {seconds} of {total} s watched")
        self.say(text.format(percent=round(100 * part), seconds=round(seconds), total=round(self.total_s)))
