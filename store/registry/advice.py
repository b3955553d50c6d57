"""Warnings: what a site file may say, but probably didn't mean."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from core.site_file.document import LineSpec, SiteFile, ZoneSpec
from core.site_file.errors import SiteFileProblem, shown
from core.site_file.times import Periods, merged, period, show_periods, without
from store.registry.parts import commissioned


def warnings_about(file: SiteFile) -> Iterator[SiteFileProblem]:
    """Yield what deserves a second look. The file can be applied nevertheless."""
    zone = ZoneInfo(file.site.time_zone)
    yield from _open_spaces(file)
    lines, zones = _assigned(file)
    for index, line in enumerate(file.lines):
        yield from _watched(line, f"lines[{index}]", lines.get(line.key, ()), zone)
    for index, area in enumerate(file.zones):
        yield from _watched(area, f"zones[{index}]", zones.get(area.key, ()), zone)


def _assigned(file: SiteFile) -> tuple[dict[str, Periods], dict[str, Periods]]:
    """Return when any device watches each line, and each zone, by key."""
    zone = ZoneInfo(file.site.time_zone)
    lines: dict[str, Periods] = {}
    zones: dict[str, Periods] = {}
    for device in file.devices:
        for line in device.lines:
            lines[line.line] = merged((*lines.get(line.line, ()), period(line.start, line.end, zone)))
        for area in device.zones:
            zones[area.zone] = merged((*zones.get(area.zone, ()), period(area.start, area.end, zone)))
    return lines, zones


def _open_spaces(file: SiteFile) -> Iterator[SiteFileProblem]:
    counted = {line.border for line in file.lines if line.role == "main"}
    for index, space in enumerate(file.spaces):
        borders = [border.key for border in file.borders if space.key in (border.origin, border.destination)]
        missing = [key for key in borders if key not in counted]
        if missing or not borders:
            lack = f"no main line on {', '.join(missing)}" if missing else "no border"
            reason = f"the space isn't closed ({lack}): lines alone won't tell its occupancy or mean dwell"
            yield SiteFileProblem(f"spaces[{index}]", shown(space.key), reason)


def _watched(part: LineSpec | ZoneSpec, path: str, watched: Periods, zone: ZoneInfo) -> Iterator[SiteFileProblem]:
    kind = "line" if isinstance(part, LineSpec) else "zone"
    wanted = commissioned(part, zone)
    if not watched:
        yield SiteFileProblem(
            path, shown(part.key), f"no device is assigned to this {kind}: its time counts as missing"
        )
    elif outside := without(watched, wanted):
        reason = f"a device is assigned while the {kind} isn't commissioned ({show_periods(outside, zone)})"
        yield SiteFileProblem(path, shown(part.key), reason)
