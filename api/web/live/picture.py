"""The picture of a site: how many are in each room, and how many went through each door lately and today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.web.formatting import write_count
from api.web.i18n import texts
from api.web.live.rooms import DrawnDoor, DrawnRoom, Names, plan
from api.web.live.view import Counted, ShownNow, SiteParts, Way, read
from core.texts.catalog import Language


@dataclass(frozen=True, slots=True)
class ShownDoor:
    """A door with its figures: inward and outward, of a door between rooms downward and upward.

    Attributes:
        drawn: where it is.
        recent: inward and outward of the last quarter-hour.
        today_text: both of today.
        check_text: what its check lines counted today, empty without.
        sentence: all of it.
    """

    drawn: DrawnDoor
    recent: Way
    today_text: str
    check_text: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ShownRoom:
    """A room with how many are in it, None where that isn't known, and its doors. zone: whose number it is."""

    drawn: DrawnRoom
    people: int | None
    zones: Sequence[str]
    doors: Sequence[ShownDoor]


@dataclass(frozen=True, slots=True)
class Picture:
    """The rooms from the top down."""

    rooms: Sequence[ShownRoom]
    height: int


def show_picture(place: SiteParts, now: ShownNow, counted: Counted, language: Language) -> Picture:
    """Draw the site with its figures."""
    checked = frozenset(line.border for line in place.lines if line.role == "check")
    names = Names(
        {space.space: read(space.name, language) for space in place.spaces},
        {border.border: read(border.name, language) for border in place.borders},
        checked,
    )
    drawn = plan(place.spaces, place.borders, names)
    return Picture([_room(room, place, now, counted, language) for room in drawn.rooms], drawn.height)


def _room(room: DrawnRoom, place: SiteParts, now: ShownNow, counted: Counted, language: Language) -> ShownRoom:
    zones = counted_zones(place, room.space)
    fresh = {
        zone.key: zone.occupancy
        for space in now.spaces
        for zone in space.zones
        if not zone.stale and zone.occupancy is not None
    }
    known = bool(zones) and all(zone in fresh for zone in zones)
    return ShownRoom(
        drawn=room,
        people=sum(fresh[zone] or 0 for zone in zones) if known else None,
        zones=zones,
        doors=[_door(door, place, counted, language) for door in room.doors],
    )


def counted_zones(place: SiteParts, space: str) -> list[str]:
    """Return whose numbers make up how many are in a space: the zone that covers it, else those that don't overlap."""
    of_space = [zone for zone in place.zones if zone.space == space]
    covering = [zone.zone for zone in of_space if zone.covers_space]
    return covering[:1] or [zone.zone for zone in of_space if zone.disjoint]


def door_lines(place: SiteParts, border: str, *, role: str = "main") -> list[str]:
    """Return the lines of a border that are counted in, or its check lines."""
    return [line.line for line in place.lines if line.border == border and line.role == role]


def _door(door: DrawnDoor, place: SiteParts, counted: Counted, language: Language) -> ShownDoor:
    _ = texts(language).gettext
    lines = door_lines(place, door.border)
    recent, today = (_way(door, lines, counts) for counts in (counted.recent, counted.today))
    check = door_lines(place, door.border, role="check")
    today_text = _("today {inward} / {outward}").format(**_figures(today, language))
    check_text = _("check line {inward} / {outward}").format(**_figures(_way(door, check, counted.today), language))
    name = read(next(border.name for border in place.borders if border.border == door.border), language)
    lately = _("{door}: the last 15 minutes {inward} in, {outward} out").format(door=name, **_figures(recent, language))
    return ShownDoor(door, recent, today_text, check_text if check else "", f"{lately}; {today_text}")


def _way(door: DrawnDoor, lines: Sequence[str], counts: Mapping[str, Way]) -> Way:
    """Return the sum of the lines, inward first; None where none of them counted."""
    known = [counts[line] for line in lines if line in counts]
    forward, backward = (_sum([way[side] for way in known]) for side in (0, 1))
    return (forward, backward) if door.forward_in else (backward, forward)


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _figures(way: Way, language: Language) -> dict[str, str]:
    return {"inward": write_count(way[0], language), "outward": write_count(way[1], language)}


def for_browser(picture: Picture, place: SiteParts) -> list[dict[str, object]]:
    """Return the doors for the scripts: which lines are of which door, and whether forward is inward."""
    return [
        {
            "key": door.drawn.border,
            "forward_in": door.drawn.forward_in,
            "lines": door_lines(place, door.drawn.border),
            "check": door_lines(place, door.drawn.border, role="check"),
        }
        for room in picture.rooms
        for door in room.doors
    ]
