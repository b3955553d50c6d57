"""Changes to the two files as texts: what isn't concerned stays as it is, comments and order included."""

import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import tomlkit
from tomlkit.items import InlineTable

from platspuls.setup.drawing import Drawing, DrawnLine, DrawnZone, NewLine, NewZone, Point, Ruler, WatchedParts

_DATED: Final = re.compile(r"-\d{8}(-\d+)?$")
_LONGEST: Final = 40
Table = MutableMapping[str, Any]


def edit_device(document: Table, drawing: Drawing, today: date, stays_s: Mapping[str, int], digits: int = 1) -> None:
    """Let a device file have what is drawn, and what was measured with it; a change of any names a new setup.

    Args:
        document: is changed.
        drawing: what shall be there, in the source's units.
        today: names the new setup.
        stays_s: from when on a visit is a stay, for zones that are new in the file.
        digits: decimals of a place.
    """
    lines = [("line", one.line, _line_values(one, digits)) for one in drawing.lines]
    zones = [("zone", one.zone, _zone_values(one, digits)) for one in drawing.zones]
    changes = _edit_scale(document["source"], drawing.ruler)
    changes = _edit_height(document["source"], drawing.camera_height_m) or changes
    changes = _edit_tables(document, "lines", lines, {}, digits) or changes
    new = {key: {"stay_s": stay_s} for key, stay_s in stays_s.items()}
    if _edit_tables(document, "zones", zones, new, digits) or changes:
        rename_setup(document, today)


def _edit_scale(source: Table, ruler: Ruler | None) -> bool:
    """Write the scale that a ruler gave; return whether it is another one."""
    if ruler is None or float(source["pixels_per_metre"]) == ruler.pixels_per_metre:
        return False
    source["pixels_per_metre"] = ruler.pixels_per_metre
    return True


def _edit_height(source: Table, height_m: float | None) -> bool:
    """Write how high the camera hangs, where that is known; return whether it is another height."""
    if height_m is None or source.get("camera_height_m") == height_m:
        return False
    source["camera_height_m"] = height_m
    return True


def edit_doorway(document: Table, line: str, today: date, *, swap: bool) -> None:
    """Let the sensor of a doorway count `line`, the other way about with `swap`; a change names a new setup."""
    source = document["source"]
    if not swap and source.get("line") == line:
        return
    source["line"] = line
    if swap and source["kind"] == "beams":
        source["first_pin"], source["second_pin"] = source["second_pin"], source["first_pin"]
    elif swap:
        source["turned"] = not source.get("turned", False)
    rename_setup(document, today)


def rename_setup(document: Table, today: date) -> None:
    """Give the setup of a device file its next name."""
    device = document["device"]
    device["setup"] = next_setup(str(device["setup"]), today)


def next_setup(setup: str, today: date) -> str:
    """Return the name of the setup after `setup`: with today's date, and a number from the second one of a day on."""
    base = _DATED.sub("", setup)
    dated = f"-{today:%Y%m%d}"
    first = base[: _LONGEST - len(dated) - 4] + dated
    if setup != first and not setup.startswith(f"{first}-"):
        return first
    number = setup.removeprefix(first).removeprefix("-")
    return f"{first}-{int(number or '1') + 1}"


def edit_site(document: Table, watched: WatchedParts, device: str, now: datetime) -> None:
    """Let a site file know new lines and zones, and assign to `device` what it watches from now on, and no more.

    Args:
        document: is changed.
        watched: what the device shall watch.
        device: its key; it must be in the file.
        now: the moment, in the site's time zone.
    """
    today = now.date()
    for line in watched.new_lines:
        _append(document, "lines", _new_part(line, today))
    for zone in watched.new_zones:
        _append(document, "zones", _new_part(zone, today))
    table = next(one for one in document["devices"] if one["key"] == device)
    moment = now.replace(second=0, microsecond=0)
    _assign(table, "lines", "line", watched.lines, moment, {one.key for one in watched.new_lines})
    _assign(table, "zones", "zone", watched.zones, moment, {one.key for one in watched.new_zones})


def _line_values(line: DrawnLine, digits: int) -> dict[str, Any]:
    return {"points": _points(line.points, digits), "forward_towards": _point(line.forward_towards, digits)}


def _zone_values(zone: DrawnZone, digits: int) -> dict[str, Any]:
    return {"polygon": _points(zone.polygon, digits)}


def _point(point: Point, digits: int) -> list[float]:
    # Adding 0.0 makes 0.0 of -0.0.
    return [round(float(one), digits) + 0.0 for one in point]


def _points(points: Iterable[Point], digits: int) -> list[list[float]]:
    return [_point(point, digits) for point in points]


def _edit_tables(
    document: Table,
    section: str,
    wanted: Sequence[tuple[str, str, dict[str, Any]]],
    more: Mapping[str, Mapping[str, Any]],
    digits: int,
) -> bool:
    """Make the tables of a section those that are wanted; return whether anything changed."""
    tables = document.get(section, [])
    changed = False
    keys = {key for _, key, _ in wanted}
    for place in reversed(range(len(tables))):
        if _key_of(tables[place]) not in keys:
            del tables[place]
            changed = True
    for name, key, values in wanted:
        table = next((one for one in document.get(section, []) if one[name] == key), None)
        if table is None:
            _append(document, section, {name: key, **values, **more.get(key, {})})
            changed = True
        elif any(_plain(table[one], digits) != value for one, value in values.items()):
            table.update(values)
            changed = True
    if section in document and not wanted:
        del document[section]
    return changed


def _key_of(table: Table) -> str:
    return str(table.get("line") or table.get("zone"))


def _plain(value: object, digits: int) -> object:
    """Return a list of numbers as the page sends it."""
    return [_plain(one, digits) for one in value] if isinstance(value, list) else round(float(str(value)), digits)


def _append(document: Table, section: str, values: Mapping[str, Any]) -> None:
    table = tomlkit.table()
    table.update(values)
    if section not in document:
        document[section] = tomlkit.aot()
    document[section].append(table)


def _new_part(part: NewLine | NewZone, today: date) -> dict[str, Any]:
    """Return a table of the site file."""
    spans = tomlkit.array()
    spans.append(_inline({"from": today}))
    return {**part.model_dump(), "name": _inline(part.name.model_dump()), "commissioned": spans}


def _inline(values: Mapping[str, Any]) -> InlineTable:
    table = tomlkit.inline_table()
    table.update(values)
    return table


def _assign(  # noqa: PLR0913, PLR0917 - a section, and what it shall hold from when on
    device: Table, section: str, name: str, keys: Sequence[str], moment: datetime, new: set[str]
) -> None:
    """Assign what isn't yet, and end what is no longer."""
    if section not in device:
        device[section] = tomlkit.array()
    spans = device[section]
    for place in reversed(range(len(spans))):
        span = spans[place]
        if span[name] not in keys and _goes_on(span, moment):
            if _moment(span["from"], moment) < moment:
                span["to"] = moment
            else:
                del spans[place]
    for key in keys:
        if not any(span[name] == key and _goes_on(span, moment) for span in spans):
            spans.append(_inline({name: key, "from": moment.date() if key in new else moment}))


def _goes_on(span: Table, moment: datetime) -> bool:
    return "to" not in span or _moment(span["to"], moment) > moment


def _moment(written: date | datetime, moment: datetime) -> datetime:
    if isinstance(written, datetime):
        return written
    return datetime(written.year, written.month, written.day, tzinfo=moment.tzinfo)
