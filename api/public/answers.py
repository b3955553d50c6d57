"""Public answers as they were made last: anybody may ask for them, as often as their rate allows."""

from dataclasses import dataclass, field
from typing import Final

from api.database.single_flight import SingleFlightCache
from api.public.rows import Grid, Passages, PublicDwell, PublicParticipants, Survey

_KEPT: Final = 64
"""Answers of each kind: the longest has a row for each zone and day of a month."""


@dataclass(frozen=True, slots=True)
class PublicAnswers:
    """One cache for each kind of answer; keys name the version of what it was made of."""

    passages: SingleFlightCache[Passages] = field(default_factory=lambda: SingleFlightCache(_KEPT))
    dwell: SingleFlightCache[Grid[PublicDwell]] = field(default_factory=lambda: SingleFlightCache(_KEPT))
    participants: SingleFlightCache[PublicParticipants] = field(default_factory=lambda: SingleFlightCache(_KEPT))
    surveys: SingleFlightCache[list[Survey]] = field(default_factory=lambda: SingleFlightCache(_KEPT))
