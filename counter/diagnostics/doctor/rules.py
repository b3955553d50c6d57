"""From what was measured to what is wrong. Pure: the same numbers always give the same findings.

Each limit says where it comes from; docs/setup.md explains them.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from core import wire
from counter.counting.cells import is_fragmented
from counter.detectors.settings import BackgroundDetector
from counter.device_file import DeviceFile, ZoneTable
from counter.diagnostics.doctor.finding import Fault, Finding, Weight
from counter.diagnostics.doctor.geometry_checks import Bounds, longest_way
from counter.diagnostics.doctor.line_sights import near_edges
from counter.diagnostics.doctor.measurements import Measurements, ZoneSeen
from counter.diagnostics.doctor.sensor_rules import sensor_findings, walk_findings
from counter.geometry import growth
from counter.sources.video.settings import CameraSource, ClipSource

SLOW_WALK_M_S: Final = 0.7
"""Who walks as slowly as this through a zone doesn't stay in it."""
FEW: Final = 5.0
"""Frames/s at which the smaller of two models lost a visit of six on the recorded clip (docs/measured/detectors.md)."""
TOO_FEW: Final = 2.5
"""And at which it lost a crossing of six."""
DARK: Final = 40.0
"""Mean brightness, 0..255; records are flagged as dark under 25."""
SMALL: Final = 0.13
"""Height of a person as a part of the picture's longer side: at 0.12 each of two models counted 4 of 6 on the recorded
clip, at 0.24 they counted 5 and 6, looking at every second frame (python -m bench.small_people)."""
TOO_SMALL: Final = 0.09
"""And at 0.08 they counted 1 and 3 of 6."""
SMALL_FROM_ABOVE_PX: Final = 20.0
"""Pixels a metre under which the detector `background` was never tried (24 in docs/measured/detectors.md)."""
SCALE: Final = (0.4, 1.6)
"""Parts of the true pixels_per_metre with which the recorded clip is counted right (docs/detectors.md)."""
PERSON_M: Final = 1.7
_SHORT: Final = 0.97
"""A rate that is met but for a frame or two is met."""
_SOME: Final = 0.02
"""Part of the frames that may be flagged."""
_FLAGGED: Final[Mapping[wire.Flag, tuple[Fault, Weight]]] = {
    wire.Flag.FROZEN: (Fault.VIEW_FROZEN, Weight.BAD),
    wire.Flag.NO_ECHO: (Fault.NO_ECHO, Weight.BAD),
    wire.Flag.LOW_CONTRAST: (Fault.CONTRAST_NONE, Weight.BAD),
    wire.Flag.SWAYING: (Fault.VIEW_SWAYS, Weight.BAD),
    wire.Flag.MOVING_LIGHT: (Fault.LIGHT_MOVES, Weight.ROUGH),
    wire.Flag.LOW_FRAME_RATE: (Fault.READ_SELDOM, Weight.BAD),
}
"""What is found where more frames than _SOME have a flag."""


def findings(
    device: DeviceFile,
    seen: Measurements,
    bounds: Bounds | None = None,
    stays_s: Mapping[str, int] | None = None,
    walks: int | None = None,
) -> list[Finding]:
    """Return all that is found.

    Args:
        device: how the counter is set up.
        seen: what was measured.
        bounds: what the source sees, in its units, where that has borders.
        stays_s: thresholds of staying by zone, as the site file has them; the device's own are judged too.
        walks: how often somebody walked forward over every line meanwhile, and nobody else; None where nobody knows.
    """
    found = [*_sight(seen), *_flagged(device, seen), *_clock(seen)]
    if isinstance(device.source, (ClipSource, CameraSource)):
        found += [*_frames(seen), *_scale(device, device.source, seen), *_size(device, device.source, seen, bounds)]
    found += sensor_findings(device, seen)
    if walks is not None:
        found += walk_findings(seen, walks)
    if bounds:
        found += near_edges(device, bounds)
    for zone in device.zones:
        found += short_stays(device, zone, stays_s or {})
    for visits in seen.zones:
        found += _breaks(visits)
    if not seen.anybody:
        found.append(Finding(Fault.NOBODY_SEEN, Weight.NOTE))
    return found


def _sight(seen: Measurements) -> Iterator[Finding]:
    flags = {flag: part for flag, part in seen.flags.items() if part > _SOME}
    if wire.Flag.BEAM_BLOCKED in flags:
        yield Finding(Fault.BEAM_BLOCKED, Weight.BAD, values={"part": flags[wire.Flag.BEAM_BLOCKED]})
    elif (unseen := 1 - seen.watched - sum(flags.get(flag, 0.0) for flag in _FLAGGED)) > _SOME or (
        wire.Flag.BLOCKED in flags
    ):
        part = max(unseen, flags.get(wire.Flag.BLOCKED, 0.0))
        yield Finding(Fault.VIEW_BLOCKED, Weight.BAD, values={"part": part})
    if wire.Flag.MOVED in flags:
        yield Finding(Fault.VIEW_MOVED, Weight.BAD, values={"part": flags[wire.Flag.MOVED]})
    if wire.Flag.DARK in flags or (seen.brightness is not None and seen.brightness < DARK):
        yield Finding(Fault.LIGHT_LOW, Weight.ROUGH, values={"brightness": seen.brightness or 0.0, "limit": DARK})


def _flagged(device: DeviceFile, seen: Measurements) -> Iterator[Finding]:
    """Yield what the source itself said that it couldn't see; how often a camera looks is judged by `_frames`."""
    has_pictures = isinstance(device.source, (ClipSource, CameraSource))
    for flag, (fault, weight) in _FLAGGED.items():
        part = seen.flags.get(flag, 0.0)
        if part > _SOME and not (has_pictures and fault is Fault.READ_SELDOM):
            yield Finding(fault, weight, values={"part": part})


def _clock(seen: Measurements) -> Iterator[Finding]:
    if seen.clock_known is False:
        yield Finding(Fault.CLOCK_UNSURE, Weight.BAD)


def _frames(seen: Measurements) -> Iterator[Finding]:
    if seen.rate < FEW * _SHORT:
        weight = Weight.BAD if seen.rate < TOO_FEW * _SHORT else Weight.ROUGH
        yield Finding(Fault.FRAMES_FEW, weight, values={"rate": seen.rate, "limit": FEW})


def _scale(device: DeviceFile, source: ClipSource | CameraSource, seen: Measurements) -> Iterator[Finding]:
    """Compare what the file says of the size of people with those that were seen, upright."""
    if seen.person_px is None or source.anchor != "feet" or isinstance(device.detector, BackgroundDetector):
        return
    right = seen.person_px / PERSON_M
    if not SCALE[0] <= source.pixels_per_metre / right <= SCALE[1]:
        yield Finding(Fault.SCALE_OFF, Weight.ROUGH, values={"configured": source.pixels_per_metre, "measured": right})


def _size(
    device: DeviceFile, source: ClipSource | CameraSource, seen: Measurements, bounds: Bounds | None
) -> Iterator[Finding]:
    if isinstance(device.detector, BackgroundDetector):
        height_m = source.camera_height_m
        shoulders = source.pixels_per_metre * (1.0 if height_m is None else growth(height_m))
        wide, limit = (scale * device.detector.person_m for scale in (shoulders, SMALL_FROM_ABOVE_PX))
        if wide < limit:
            yield Finding(Fault.PEOPLE_SMALL, Weight.ROUGH, values={"pixels": wide, "limit": limit})
    elif bounds:
        side = max(bounds[2] - bounds[0], bounds[3] - bounds[1])
        high = PERSON_M * source.pixels_per_metre if seen.person_px is None else seen.person_px
        if high < SMALL * side:
            weight = Weight.BAD if high < TOO_SMALL * side else Weight.ROUGH
            yield Finding(Fault.PEOPLE_SMALL, weight, values={"pixels": high, "limit": SMALL * side})


def short_stays(device: DeviceFile, zone: ZoneTable, stays_s: Mapping[str, int]) -> Iterator[Finding]:
    """Yield a finding where a slow walk through a zone would be a stay, by its threshold or that of `stays_s`."""
    way_m = longest_way(zone.polygon) / device.units_per_metre
    stay_s = min(zone.stay_s, stays_s.get(zone.zone, zone.stay_s))
    if stay_s < way_m / SLOW_WALK_M_S:
        values = {"stay_s": stay_s, "way": way_m, "limit": way_m / SLOW_WALK_M_S}
        yield Finding(Fault.STAY_SHORT, Weight.BAD, zone.zone, values)


def _breaks(visits: ZoneSeen) -> Iterator[Finding]:
    broken = visits.appeared + visits.lost
    whole = visits.entries + visits.exits
    if is_fragmented(broken, whole):
        yield Finding(Fault.VISITS_BREAK, Weight.ROUGH, visits.zone, {"broken": broken, "ends": broken + whole})
