"""What a line can see where it is drawn: how far people are followed on either side of it, before the picture ends.

Nothing need be seen for that, so set-up says it while a line is drawn, and `counter check` of a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from counter.counting.walks import over_line
from counter.device_file import DeviceFile, LineTable
from counter.diagnostics.doctor.finding import Fault, Finding, Weight
from counter.diagnostics.doctor.geometry_checks import (
    Border,
    Bounds,
    Room,
    beyond,
    length,
    rooms,
    shares_within,
)
from counter.geometry import forward_left
from counter.sources.sensors import array_pairs
from counter.sources.thermal.pairs import PairSight
from counter.sources.thermal.settings import ThermalSource
from counter.sources.video.picture_edges import found_below, seen_up_to, view_of
from counter.sources.video.settings import CameraSource, ClipSource
from counter.sources.video.whole_bodies import BEYOND_M, WHOLE_BODIES_FROM

_NEEDED_M: Final[Mapping[Border, float]] = {"left": 0.3, "right": 0.3, "top": 0.85, "bottom": 0.1}
"""How far from a border, in metres, feet are when half of the person is in the picture."""
_BESIDE_M: Final = 0.3
"""Somebody fits beside what is seen where a line goes on for so long."""
_NEEDED_ABOVE_M: Final = 0.3
"""The same for who is seen from above, where the camera's height isn't known: else half of a body must be seen."""
_TALL_M: Final = 1.9
"""Where somebody as tall as this is seen from head to foot, everybody is."""


@dataclass(frozen=True, slots=True)
class LineSight:
    """What a line can see.

    Attributes:
        line: its key.
        before_m: how far people are followed before they pass it forward, in metres; half of the line has less.
        after_m: how far after it.
        findings: what is wrong with that, the worst first; none where people are seen to pass the line.
        pairs: what a thermal array can do there with two people at once; None for other sources.
    """

    line: str
    before_m: float
    after_m: float
    findings: tuple[Finding, ...]
    pairs: PairSight | None = None


def line_sights(device: DeviceFile, bounds: Bounds) -> list[LineSight]:
    """Return what each line of a device can see within `bounds`, of what its source sees, in its units."""
    return [_sight(device, line, bounds) for line in device.lines]


def near_edges(device: DeviceFile, bounds: Bounds) -> Iterator[Finding]:
    """Yield a finding for each line that people can't be seen to pass, since the picture ends."""
    for sight in line_sights(device, bounds):
        yield from sight.findings


def pairs_of(device: DeviceFile, lines: Sequence[LineTable] | None = None) -> PairSight | None:
    """Return what a thermal array can do with two people at once, on some of its lines or all; None for others."""
    if not isinstance(device.source, ThermalSource):
        return None
    lines = device.lines if lines is None else lines
    corners = [(f"line {line.line}", point) for line in lines for point in line.points]
    return array_pairs(device.source, corners, device.device.counting_version)


def _sight(device: DeviceFile, line: LineTable, bounds: Bounds) -> LineSight:
    scale = device.units_per_metre
    band_m = line.geometry(scale).band / scale
    seen = _found_within(device, bounds)
    after, before = rooms(forward_left(line.geometry(scale)), seen)
    found = list(_below(device, line, bounds))
    is_beyond = any(one.fault is Fault.LINE_NEVER_OBSERVED for one in found)
    found += () if is_beyond else _beside(line, seen, scale)
    for room in (after, before):
        room_m, needed_m = _room_m(device, room), _needed_m(device, room) + band_m
        if room_m < needed_m:
            values = {"border": room.border, "room": room_m, "limit": needed_m}
            found.append(
                Finding(Fault.LINE_NEAR_EDGE, Weight.BAD if room_m < band_m else Weight.ROUGH, line.line, values)
            )
    if not is_beyond and _is_blind(device, line, bounds):
        found.insert(0, Finding(Fault.LINE_BLIND, Weight.BAD, line.line))
    before_m, after_m = (max(_room_m(device, room) - _needed_m(device, room), 0.0) for room in (before, after))
    return LineSight(line.line, before_m, after_m, tuple(found), pairs_of(device, [line]))


def _found_within(device: DeviceFile, bounds: Bounds) -> Bounds:
    """Return where people are found: in all that is seen, but below a camera of a known height."""
    height_m = _camera_height(device)
    return bounds if height_m is None else found_below((bounds[2], bounds[3]), height_m)


def _camera_height(device: DeviceFile) -> float | None:
    return device.source.camera_height_m if isinstance(device.source, (ClipSource, CameraSource)) else None


def _below(device: DeviceFile, line: LineTable, bounds: Bounds) -> Iterator[Finding]:
    """Yield on what part of a line people are found below a camera of a known height, or seen whole."""
    if (height_m := _camera_height(device)) is None:
        return
    found, found_between = shares_within(line.points, found_below((bounds[2], bounds[3]), height_m))
    whole, _ = shares_within(line.points, seen_up_to(_TALL_M, (bounds[2], bounds[3]), height_m))
    length_m = length(line.points) / device.units_per_metre
    values = {"height": height_m, "length": length_m, "found": found * length_m, "whole": whole * length_m}
    if found and found_between < 1:
        yield Finding(Fault.LINE_NEVER_OBSERVED, Weight.BAD, line.line, values)
    elif whole < 1:
        yield Finding(Fault.LINE_SEEN_IN_PART, Weight.NOTE, line.line, {**values, "tall": _TALL_M})


def _beside(line: LineTable, bounds: Bounds, scale: float) -> Iterator[Finding]:
    if (beside_m := beyond(line.points, bounds) / scale) > _BESIDE_M:
        yield Finding(Fault.LINE_UNSEEN, Weight.ROUGH, line.line, {"beyond": beside_m})


def _room_m(device: DeviceFile, room: Room) -> float:
    """Return how far it is to the border, in metres, and on to where feet are still known."""
    is_known = _sees_feet(device) and device.device.counting_version >= WHOLE_BODIES_FROM
    return room.units / device.units_per_metre + (BEYOND_M if is_known and room.border == "bottom" else 0.0)


def _needed_m(device: DeviceFile, room: Room) -> float:
    if _camera_height(device) is not None:
        return 0.0  # `_found_within` is where enough of them is seen
    return _NEEDED_M[room.border] if _sees_feet(device) else _NEEDED_ABOVE_M


def _sees_feet(device: DeviceFile) -> bool:
    return isinstance(device.source, (ClipSource, CameraSource)) and device.source.anchor == "feet"


def _is_blind(device: DeviceFile, line: LineTable, bounds: Bounds) -> bool:
    """Return whether nobody is found on one side of a line in a picture: no time of it is ever observed."""
    source = device.source
    if not isinstance(source, (ClipSource, CameraSource)):
        return False
    view = view_of(
        (round(bounds[2]), round(bounds[3])),
        source.pixels_per_metre,
        source.anchor,
        source.camera_height_m,
        whole_bodies=device.device.counting_version >= WHOLE_BODIES_FROM,
    )
    walks = over_line(line.geometry(source.pixels_per_metre), view, source.pixels_per_metre)
    return any(not (walk.before_ms and walk.after_ms) for walk in walks)
