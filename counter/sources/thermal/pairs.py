"""What a thermal array can do with two people at once, by its geometry alone.

Limits were found by simulation (`python -m bench.arrays situations`, docs/measured/sensors.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from counter.geometry import Point
from counter.sources.thermal.mount import way_in_m, ways_over
from counter.sources.thermal.spots import SHOULDERS_M, Optics

MEETING_WAY_M: Final = 1.5
"""With less of people's way in view, two who meet there are some of the time one."""
BEHIND_M: Final = 0.8
"""Of those who follow each other less than this apart some are missed from any height."""
CLOSE_M: Final = 0.6
"""Two nearer than this hide parts of each other from an array that sees them from the side."""
_ASIDE: Final = 0.8
"""An array that sees shoulders so many metres aside for each metre down sees people from the side."""


@dataclass(frozen=True, slots=True)
class PairSight:
    """What is seen of two people at once.

    Attributes:
        across_m: how wide the way is over which people are found.
        way_m: how much of their way is in view, on the line where it is least.
        from_side: whether some are seen from the side, where who walks close beside them may be hidden.
    """

    across_m: float
    way_m: float
    from_side: bool

    @classmethod
    def of(cls, optics: Optics, corners: Sequence[tuple[str, Point]]) -> Self:
        """Return what an array with these optics sees; `corners` are those of lines, each with the line's name."""
        seen = optics.view.outer or optics.view.inner
        ways = ways_over(corners)
        aside_m = max(optics.seen[2:]) / (optics.height_m - SHOULDERS_M)
        return cls(
            min(way_in_m(seen, (-y, x)) for x, y in ways), min(way_in_m(seen, way) for way in ways), aside_m > _ASIDE
        )

    @property
    def tells_meetings_apart(self) -> bool:
        """Whether enough of the way is in view for two who meet there to be two."""
        return self.way_m >= MEETING_WAY_M
