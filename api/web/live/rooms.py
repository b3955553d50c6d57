"""Where rooms and doors lie in the picture of a site: spaces below one another, doors in their walls.

Rooms that share a door come one after the other where that can be; that door lies in the gap between them. A door to
outside lies in the left wall of its room, one to a room further away in the right wall, with a way drawn to it.
All lengths are the units of the drawing, which is 360 wide: about a pixel of a phone.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from api.tables.places import Border, Space

WIDTH: Final = 360
LEFT: Final = 28
"""The left wall of a room."""
RIGHT: Final = 332
"""Its right wall; ways to rooms further away run beside it."""
_TOP: Final = 30
_HEAD: Final = 50
_LINE: Final = 18
_DOOR: Final = 50
_GAP: Final = 16
_LANE: Final = 6
_ROOM_LETTERS: Final = 22
_DOOR_LETTERS: Final = 29
_MOST_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class DrawnDoor:
    """A border as a door. `side` is outside, between or far; y its top; name in lines.

    Attributes:
        border: its key.
        side: in the left wall, in the gap to the next room, or in the right wall.
        y: where its text begins.
        name: in lines.
        forward_in: forward leads into the room it is drawn with; of one between rooms, down.
        way: the path to a room further away, empty for others.
    """

    border: str
    side: str
    y: int
    name: Sequence[str]
    forward_in: bool
    way: str = ""


@dataclass(frozen=True, slots=True)
class DrawnRoom:
    """A space as a room, with the doors that are drawn in its walls and, below it, those to the next room."""

    space: str
    name: Sequence[str]
    y: int
    height: int
    doors: Sequence[DrawnDoor]


@dataclass(frozen=True, slots=True)
class Plan:
    """The rooms from the top down, and how high all of it is."""

    rooms: Sequence[DrawnRoom]
    height: int


@dataclass(frozen=True, slots=True)
class Names:
    """What spaces and borders are called, by key, in the reader's language: whatever is in them.

    `checked`: borders that have a check line, whose figures take a line more.
    """

    spaces: Mapping[str, str]
    borders: Mapping[str, str]
    checked: AbstractSet[str] = frozenset()

    def room(self, space: str) -> list[str]:
        """Return the lines of a room's name."""
        return _lines(self.spaces[space], _ROOM_LETTERS)

    def door(self, border: str) -> list[str]:
        """Return the lines of a door's name."""
        return _lines(self.borders[border], _DOOR_LETTERS)

    def head_height(self, space: str) -> int:
        """Return how high the head of a room is."""
        return _HEAD + (len(self.room(space)) - 1) * _LINE

    def door_height(self, border: str) -> int:
        """Return how high a door with its figures is."""
        return _DOOR + (len(self.door(border)) - 1 + (border in self.checked)) * _LINE


@dataclass(frozen=True, slots=True)
class _Doors:
    """Which borders are drawn with a room: in its walls, and in the gap to the next one."""

    walls: Mapping[str, Sequence[Border]]
    gaps: Mapping[str, Sequence[Border]]


def plan(spaces: Sequence[Space], borders: Sequence[Border], names: Names) -> Plan:
    """Lay out the rooms and their doors."""
    order = _order([space.space for space in spaces], borders)
    doors = _doors(order, borders)
    tops = _tops(order, doors, names)
    far = [border.border for space in order for border in doors.walls[space] if _other(border, space) is not None]
    rooms = [_room(space, doors, tops, far, names) for space in order]
    return Plan(rooms, tops[""])


def _doors(order: Sequence[str], borders: Sequence[Border]) -> _Doors:
    place = {space: number for number, space in enumerate(order)}
    walls: dict[str, list[Border]] = {space: [] for space in order}
    gaps: dict[str, list[Border]] = {space: [] for space in order}
    for border in borders:
        ends = sorted((place[end], end) for end in (border.from_space, border.to_space) if end is not None)
        is_next = len(ends) > 1 and ends[1][0] - ends[0][0] == 1
        (gaps if is_next else walls)[ends[0][1]].append(border)
    return _Doors(walls, gaps)


def _room(space: str, doors: _Doors, tops: Mapping[str, int], far: Sequence[str], names: Names) -> DrawnRoom:
    drawn, y = [], tops[space] + names.head_height(space)
    for border in doors.walls[space]:
        way = _way(border, space, y, tops, far)
        side = "far" if way else "outside"
        inward = border.to_space == space
        drawn.append(DrawnDoor(border.border, side, y, names.door(border.border), inward, way))
        y += names.door_height(border.border)
    height = y - tops[space] + 4
    y += _GAP // 2 + 4
    for border in doors.gaps[space]:
        name = names.door(border.border)
        drawn.append(DrawnDoor(border.border, "between", y, name, border.from_space == space))
        y += names.door_height(border.border)
    return DrawnRoom(space, names.room(space), tops[space], height, drawn)


def _tops(order: Sequence[str], doors: _Doors, names: Names) -> dict[str, int]:
    """Return where each room begins, and under the empty key where the drawing ends."""
    y, tops = _TOP, {}
    for space in order:
        tops[space] = y
        y += names.head_height(space) + 4 + _GAP
        y += sum(names.door_height(border.border) for border in [*doors.walls[space], *doors.gaps[space]])
    tops[""] = y
    return tops


def _way(border: Border, space: str, y: int, tops: Mapping[str, int], far: Sequence[str]) -> str:
    """Return the path from a door to the room further down, in one of four lanes beside the rooms; empty to outside."""
    other = _other(border, space)
    if other is None:
        return ""
    beside = RIGHT + 4 + _LANE * (far.index(border.border) % 4)
    return f"M{RIGHT} {y + 22}H{beside}V{tops[other] + 20}H{RIGHT}"


def _other(border: Border, space: str) -> str | None:
    return border.to_space if border.from_space == space else border.from_space


def _lines(name: str, letters: int) -> list[str]:
    """Return a name in at most two lines; what is longer ends in dots."""
    return wrap(name, letters, max_lines=_MOST_LINES, placeholder=" …") or [name]


def _order(spaces: Sequence[str], borders: Sequence[Border]) -> list[str]:
    """Return the spaces so that neighbours follow each other, beginning with one that has few ways on."""
    beside: dict[str, set[str]] = {space: set() for space in spaces}
    outward = set()
    for border in borders:
        ends = [end for end in (border.from_space, border.to_space) if end is not None]
        if len(ends) == 1:
            outward.update(ends)
        elif len(ends) > 1 and ends[0] != ends[1]:
            beside[ends[0]].add(ends[1])
            beside[ends[1]].add(ends[0])
    order: list[str] = []
    left = list(spaces)
    while left:
        reachable = [space for space in left if order and space in beside[order[-1]]]
        found = min(
            reachable or left,
            key=lambda space: (len(beside[space] & set(left)), space not in outward, spaces.index(space)),
        )
        order.append(found)
        left.remove(found)
    return order
