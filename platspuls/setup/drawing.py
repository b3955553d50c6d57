"""What the page sends: all lines and zones as they shall be. Unknown fields are refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from store.registry.site_file import Key, NameSpec

MOST: Final = 32
_TABLE: Final = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
_Coordinate = Annotated[float, Field(ge=-100_000, le=100_000)]
Point = tuple[_Coordinate, _Coordinate]


class DrawnLine(BaseModel):
    """A line on the picture."""

    model_config = _TABLE

    line: Key
    points: Annotated[list[Point], Field(min_length=2, max_length=50)]
    forward_towards: Point


class DrawnZone(BaseModel):
    """A zone on the picture."""

    model_config = _TABLE

    zone: Key
    polygon: Annotated[list[Point], Field(min_length=3, max_length=50)]


class NewLine(BaseModel):
    """A line that the site file doesn't have yet."""

    model_config = _TABLE

    key: Key
    name: NameSpec
    border: Key
    role: Literal["main", "check"] = "main"


class NewZone(BaseModel):
    """A zone that the site file doesn't have yet."""

    model_config = _TABLE

    key: Key
    name: NameSpec
    space: Key
    covers_space: bool = False
    disjoint: bool = False
    stay_threshold_s: Annotated[int, Field(ge=1, le=86_400)] = 60


class Drawing(BaseModel):
    """All that shall be drawn."""

    model_config = _TABLE

    lines: Annotated[list[DrawnLine], Field(max_length=MOST)]
    zones: Annotated[list[DrawnZone], Field(max_length=MOST)]
    new_lines: Annotated[list[NewLine], Field(max_length=MOST)] = []
    new_zones: Annotated[list[NewZone], Field(max_length=MOST)] = []

    def watched(self) -> "WatchedParts":
        """Return what the device watches, as the site file has it."""
        lines, zones = [one.line for one in self.lines], [one.zone for one in self.zones]
        return WatchedParts(lines, zones, self.new_lines, self.new_zones)


class DoorwayChoice(BaseModel):
    """What the page of a doorway's sensor sends: its line, and its direction compared to when the page was opened."""

    model_config = _TABLE

    line: Key
    turned: bool
    new_lines: Annotated[list[NewLine], Field(max_length=1)] = []


@dataclass(frozen=True, slots=True)
class WatchedParts:
    """What a device shall watch.

    Attributes:
        lines: keys.
        zones: keys.
        new_lines: those of them that the site file doesn't have yet.
        new_zones: the same.
    """

    lines: Sequence[str]
    zones: Sequence[str] = ()
    new_lines: Sequence[NewLine] = ()
    new_zones: Sequence[NewZone] = ()
