"""What the page sends: all lines and zones as they shall be. Unknown fields are refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field

from core.site_file.document import Key, NameSpec

MOST: Final = 32
_Coordinate = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]
Point = tuple[_Coordinate, _Coordinate]


class DrawnLine(BaseModel, frozen=True, extra="forbid"):
    """A line on the picture."""

    line: Key
    points: Annotated[list[Point], Field(min_length=2, max_length=50)]
    forward_towards: Point


class DrawnZone(BaseModel, frozen=True, extra="forbid"):
    """A zone on the picture."""

    zone: Key
    polygon: Annotated[list[Point], Field(min_length=3, max_length=50)]


class NewLine(BaseModel, frozen=True, extra="forbid"):
    """A line that the site file doesn't have yet."""

    key: Key
    name: NameSpec
    border: Key
    role: Literal["main", "check"] = "main"


class NewZone(BaseModel, frozen=True, extra="forbid"):
    """A zone that the site file doesn't have yet."""

    key: Key
    name: NameSpec
    space: Key
    covers_space: bool = False
    disjoint: bool = False
    stay_threshold_s: Annotated[int, Field(ge=1, le=86_400)] = 60


class Ruler(BaseModel, frozen=True, extra="forbid"):
    """A length on the picture that somebody knows: of something on the floor, or of a person who stands there."""

    pixels: Annotated[float, Field(gt=0, le=100_000, allow_inf_nan=False)]
    metres: Annotated[float, Field(ge=0.1, le=100, allow_inf_nan=False)]

    @property
    def pixels_per_metre(self) -> float:
        """The scale that it gives."""
        return round(self.pixels / self.metres, 1)


class Drawing(BaseModel, frozen=True, extra="forbid"):
    """All that shall be drawn; `ruler` where the scale was measured, `camera_height_m` (metres) where that is known."""

    lines: Annotated[list[DrawnLine], Field(max_length=MOST)]
    zones: Annotated[list[DrawnZone], Field(max_length=MOST)]
    new_lines: Annotated[list[NewLine], Field(max_length=MOST)] = []
    new_zones: Annotated[list[NewZone], Field(max_length=MOST)] = []
    ruler: Ruler | None = None
    camera_height_m: Annotated[float, Field(ge=2.2, le=30, allow_inf_nan=False)] | None = None

    def watched(self) -> "WatchedParts":
        """Return what the device watches, as the site file has it."""
        lines, zones = [one.line for one in self.lines], [one.zone for one in self.zones]
        return WatchedParts(lines, zones, self.new_lines, self.new_zones)


class DoorwayChoice(BaseModel, frozen=True, extra="forbid"):
    """What the page of a doorway's sensor sends: its line, and its direction compared to when the page was opened."""

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
