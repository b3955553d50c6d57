"""A site in its normal form: named parts with plain fields, the same from a file and from the store."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.site_file.document import (
    OUTSIDE,
    CalendarSpec,
    Day,
    DeviceSpec,
    ExceptionSpec,
    HoursSpec,
    LineSpec,
    NameSpec,
    SiteFile,
    ZoneSpec,
)
from core.site_file.times import Periods, merged, period

Field = str | int | bool | date | Periods | None
"""Clock times are text, "07:00" to "24:00"; times are merged periods; None where the file says nothing."""


class PartKind(StrEnum):
    """What a part is, in the order in which parts are written."""

    SITE = "site"
    HOURS = "hours"
    EXCEPTION = "exception"
    CALENDAR = "calendar"
    SPACE = "space"
    BORDER = "border"
    LINE = "line"
    ZONE = "zone"
    DEVICE = "device"
    DEVICE_LINE = "device_line"
    DEVICE_ZONE = "device_zone"


@dataclass(frozen=True, slots=True)
class SitePart:
    """One part of a site.

    Attributes:
        kind: what it is.
        key: what distinguishes it from others of its kind, as people read it.
        identity: the fields that never change while it is the same part.
        fields: all its other fields.
    """

    kind: PartKind
    key: str
    identity: Mapping[str, Field]
    fields: Mapping[str, Field]


SiteParts = Mapping[tuple[PartKind, str], SitePart]


def keyed(parts: Iterable[SitePart]) -> SiteParts:
    """Return the parts by kind and key."""
    return {(part.kind, part.key): part for part in parts}


def parts_of(file: SiteFile) -> SiteParts:
    """Return the normal form of a checked file."""
    zone = ZoneInfo(file.site.time_zone)
    named = {**_names(file.site.name), "time_zone": file.site.time_zone}
    return keyed(
        [
            plain(PartKind.SITE, file.site.key, named),
            *(_hours(hours) for hours in file.hours),
            *(_exception(exception) for exception in file.exceptions),
            *(_calendar(dates) for dates in file.calendar),
            *(plain(PartKind.SPACE, space.key, _names(space.name)) for space in file.spaces),
            *_borders(file),
            *_lines(file, zone),
            *_zones(file, zone),
            *(part for device in file.devices for part in _device(device, zone)),
        ]
    )


def plain(kind: PartKind, key: str, fields: Mapping[str, Field]) -> SitePart:
    """Return a part that its key alone identifies."""
    return SitePart(kind, key, {"key": key}, fields)


def hours_part(  # noqa: PLR0913 - as many as the hours have
    *, kind: str, valid_from: date, valid_to: date | None, days: Iterable[int], opens: str, closes: str
) -> SitePart:
    """Return weekly hours: `days` are ISO weekdays, `opens` and `closes` text such as "07:00"."""
    weekdays = sorted(days)
    names = " ".join(list(Day)[day - 1] for day in weekdays)
    identity: dict[str, Field] = {
        "kind": kind,
        "valid_from": valid_from,
        "weekdays": ",".join(map(str, weekdays)),
        "opens": opens,
    }
    fields: dict[str, Field] = {"closes": closes, "valid_to": valid_to}
    return SitePart(PartKind.HOURS, f"{kind} {names} at {opens} from {valid_from}", identity, fields)


def exception_part(*, kind: str, day: date, opens: str | None, closes: str | None, note: str | None) -> SitePart:
    """Return the hours of one date."""
    fields: dict[str, Field] = {"opens": opens, "closes": closes, "note": note}
    return SitePart(PartKind.EXCEPTION, f"{kind} {day}", {"kind": kind, "day": day}, fields)


def calendar_part(*, kind: str, first_day: date, end_day: date, name: str) -> SitePart:
    """Return dates that are unlike others, up to before `end_day`."""
    fields: dict[str, Field] = {"end_day": end_day, "name": name}
    return SitePart(PartKind.CALENDAR, f"{kind} from {first_day}", {"kind": kind, "first_day": first_day}, fields)


def assignment_part(kind: PartKind, device: str, target: str, assigned: Periods) -> SitePart:
    """Return when a device watches a line (DEVICE_LINE) or zone (DEVICE_ZONE)."""
    return SitePart(kind, f"{device}: {target}", {"device": device, "target": target}, {"assigned": assigned})


def commissioned(part: LineSpec | ZoneSpec, zone: ZoneInfo) -> Periods:
    """Return when a line or zone is meant to be watched."""
    return merged(period(one.start, one.end, zone) for one in part.commissioned)


def _names(name: NameSpec) -> dict[str, Field]:
    return {"name_sv": name.sv, "name_en": name.en}


def _hours(hours: HoursSpec) -> SitePart:
    return hours_part(
        kind=hours.kind,
        valid_from=hours.start,
        valid_to=hours.end,
        days=[list(Day).index(day) + 1 for day in hours.days],
        opens=f"{hours.opens:%H:%M}",
        closes=_closes(hours.closes),
    )


def _closes(closes: time) -> str:
    return "24:00" if closes == time() else f"{closes:%H:%M}"


def _exception(exception: ExceptionSpec) -> SitePart:
    opens, closes = exception.opens, exception.closes
    return exception_part(
        kind=exception.kind,
        day=exception.day,
        opens=None if opens is None else f"{opens:%H:%M}",
        closes=None if closes is None else _closes(closes),
        note=exception.note,
    )


def _calendar(dates: CalendarSpec) -> SitePart:
    return calendar_part(kind=dates.kind, first_day=dates.start, end_day=dates.end_day, name=dates.name)


def _place(key: str) -> str | None:
    return None if key == OUTSIDE else key


def _borders(file: SiteFile) -> Iterator[SitePart]:
    for border in file.borders:
        ends = {"from_space": _place(border.origin), "to_space": _place(border.destination)}
        yield plain(PartKind.BORDER, border.key, {**_names(border.name), **ends})


def _lines(file: SiteFile, zone: ZoneInfo) -> Iterator[SitePart]:
    for line in file.lines:
        fields: dict[str, Field] = {"border": line.border, "role": line.role, "commissioned": commissioned(line, zone)}
        yield plain(PartKind.LINE, line.key, {**_names(line.name), **fields})


def _zones(file: SiteFile, zone: ZoneInfo) -> Iterator[SitePart]:
    for area in file.zones:
        fields: dict[str, Field] = {
            "space": area.space,
            "covers_space": area.covers_space,
            "disjoint": area.disjoint,
            "stay_threshold_s": area.stay_threshold_s,
            "commissioned": commissioned(area, zone),
        }
        yield plain(PartKind.ZONE, area.key, {**_names(area.name), **fields})


def _device(device: DeviceSpec, zone: ZoneInfo) -> Iterator[SitePart]:
    yield plain(PartKind.DEVICE, device.key, _names(device.name))
    lines: dict[str, Periods] = {}
    zones: dict[str, Periods] = {}
    for line in device.lines:
        lines[line.line] = (*lines.get(line.line, ()), period(line.start, line.end, zone))
    for area in device.zones:
        zones[area.zone] = (*zones.get(area.zone, ()), period(area.start, area.end, zone))
    for kind, watched in ((PartKind.DEVICE_LINE, lines), (PartKind.DEVICE_ZONE, zones)):
        for key, times in watched.items():
            yield assignment_part(kind, device.key, key, merged(times))
