"""How far apart frames may be for the tracker to follow someone who walks, and how often it must see them."""

from dataclasses import dataclass
from typing import Final

from counter.tracking.kalman import TrackingParameters
from counter.tracking.tracker import FRESH_FRAMES, LEAPS_S, LONGEST_FRAME_S, RARE_MS

SLOW_M_S: Final = 0.5
FAST_M_S: Final = 2.0
"""Who walks at a speed from SLOW_M_S to FAST_M_S is counted in observed time, metres/s."""


@dataclass(frozen=True, slots=True)
class TrackerReach:
    """What the tracker needs to be sure of someone who walks and is found in every frame.

    Attributes:
        gap_ms: frames further apart than this don't show that it is the same person.
        needs: sights and the time from the first to the last of them, in ms; one of these is enough.
    """

    gap_ms: int
    needs: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, tracking: TrackingParameters) -> "TrackerReach":
        """Return the reach of a tracker whose parameters, in metres, are `tracking`.

        A newcomer waits for so long to be seen again, and is looked for within so many metres.
        """
        waits_s = FRESH_FRAMES[0] * LONGEST_FRAME_S
        walks_s = (tracking.near + tracking.top_speed * LEAPS_S) / FAST_M_S
        age_ms, few = round(tracking.min_age_s * 1000), tracking.min_sights - 1
        return cls(
            round(min(waits_s, walks_s, tracking.max_coast_s) * 1000),
            ((few, max(RARE_MS, age_ms)), (tracking.min_sights, age_ms)),
        )
