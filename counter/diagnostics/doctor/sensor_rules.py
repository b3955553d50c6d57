"""From what a sensor without a picture measured to what is wrong with it. Pure, like `rules`.

Each limit says where it comes from; docs/setup.md explains them.
"""

from collections.abc import Iterator
from typing import Final

from core import wire
from counter.device_file import DeviceFile, corners_of
from counter.diagnostics.doctor.finding import Fault, Finding, Weight
from counter.diagnostics.doctor.measurements import ArraySeen, ChannelsSeen, Measurements, RangerSeen
from counter.sources.doorway.settings import BeamsSource, TofSource
from counter.sources.sensors import array_limits, ranger_limits
from counter.sources.thermal.settings import ThermalSource

WALK_M_S: Final = 1.3
"""How fast people usually walk."""
BEAMS_M: Final = (0.05, 0.5)
"""Closer, who runs interrupts both within a few milliseconds; further apart, two people fit between them."""
FLOOR_M: Final = 0.1
"""The floor may be so far from where the device file says: at 0.25 the counter refuses to begin."""
ECHOES: Final = 0.9
"""So many of the measurements of an empty floor have an echo, where there is light and floor enough."""
AMBIENT_KCPS: Final = 100.0
"""Half of the light (200) in which the data sheet promises 0.7 m, in the long mode that is used: 3.6 m in the dark."""
NOISE: Final = 0.5
"""Part of `contrast_c` that a pixel may be noisy by: at 0.67 the 8 x 8 array counts wrong (bench.sensors limits)."""
CONTRAST: Final = 1.5
"""So many times `contrast_c` people are warmer than the floor: with less some are missed (bench.sensors limits)."""
WARM: Final = (0.02, 0.15)
"""Parts of the picture that something warm fills: worth knowing, and too much."""
_SELDOM: Final = 0.5
_FLICKERS: Final = 0.3
_TIMES: Final = 5
"""Interruptions from which on it shows whether one beam sees what the other one does."""
_LAGS: Final = 3


def sensor_findings(device: DeviceFile, seen: Measurements) -> Iterator[Finding]:
    """Yield what is found with the sensor of a doorway, or a thermal array."""
    source = device.source
    if isinstance(source, (BeamsSource, TofSource)) and seen.channels is not None:
        yield from _channels(seen.channels, source.line)
        if isinstance(source, BeamsSource):
            yield from _distance(seen.channels, source.line)
    if isinstance(source, TofSource) and seen.ranger is not None:
        yield from _floor(seen.ranger, source)
    if isinstance(source, TofSource) and ranger_limits(source):
        values = {"budget": source.budget_ms, "height": source.height_m}
        yield Finding(Fault.BUDGET_LONG, Weight.BAD, source.line, values)
    if isinstance(source, ThermalSource):
        yield from _mount(device, source)
        if seen.array is not None:
            yield from _array(seen.array, source)


def walk_findings(seen: Measurements, walks: int) -> Iterator[Finding]:
    """Yield what is found when somebody walked `walks` times forward over every line, and nobody else."""
    for line in seen.lines:
        values = {"walks": walks, "forward": line.forward, "backward": line.backward}
        if line.backward > line.forward:
            yield Finding(Fault.DIRECTION_TURNED, Weight.BAD, line.line, values)
        elif (line.forward, line.backward) != (walks, 0):
            yield Finding(Fault.WALKS_MISCOUNTED, Weight.ROUGH, line.line, values)


def _channels(seen: ChannelsSeen, line: str) -> Iterator[Finding]:
    first, second = seen.times
    if max(first, second) >= _TIMES and min(first, second) < _SELDOM * max(first, second):
        yield Finding(Fault.CHANNEL_SELDOM, Weight.BAD, line, {"first": first, "second": second})
    if first + second >= 2 * _TIMES and seen.short > _FLICKERS:
        yield Finding(Fault.CHANNEL_FLICKERS, Weight.ROUGH, line, {"part": seen.short})


def _distance(seen: ChannelsSeen, line: str) -> Iterator[Finding]:
    if seen.lag_ms is None or seen.walks < _LAGS:
        return
    apart_m = WALK_M_S * seen.lag_ms / 1000
    if not BEAMS_M[0] <= apart_m <= BEAMS_M[1]:
        yield Finding(Fault.BEAMS_DISTANCE, Weight.ROUGH, line, {"apart": 100 * apart_m})


def _floor(seen: RangerSeen, source: TofSource) -> Iterator[Finding]:
    if seen.floor_m is not None and abs(seen.floor_m - source.height_m) > FLOOR_M:
        values = {"floor": seen.floor_m, "configured": source.height_m}
        yield Finding(Fault.FLOOR_OFF, Weight.ROUGH, source.line, values)
    if seen.ambient_kcps > AMBIENT_KCPS:
        values = {"ambient": seen.ambient_kcps, "limit": AMBIENT_KCPS}
        yield Finding(Fault.AMBIENT_HIGH, Weight.ROUGH, source.line, values)
    elif seen.echoes < ECHOES:
        yield Finding(Fault.FLOOR_DARK, Weight.ROUGH, source.line, {"part": seen.echoes})


def _array(seen: ArraySeen, source: ThermalSource) -> Iterator[Finding]:
    if seen.noise_c > NOISE * source.contrast_c:
        values = {"noise": seen.noise_c, "limit": NOISE * source.contrast_c}
        yield Finding(Fault.NOISE_HIGH, Weight.ROUGH, values=values)
    if seen.warm > WARM[0]:
        weight = Weight.ROUGH if seen.warm > WARM[1] else Weight.NOTE
        yield Finding(Fault.WARM_THING, weight, values={"part": seen.warm})
    if seen.people_c is not None and seen.people_c < CONTRAST * source.contrast_c:
        weight = Weight.BAD if seen.people_c < source.contrast_c else Weight.ROUGH
        values = {"people": seen.people_c, "limit": CONTRAST * source.contrast_c, "floor": seen.floor_c}
        yield Finding(Fault.CONTRAST_LOW, weight, values=values)


def _mount(device: DeviceFile, source: ThermalSource) -> Iterator[Finding]:
    for limit in array_limits(source, corners_of(device), device.device.counting_version):
        if limit.flag is wire.Flag.LOW_FRAME_RATE:
            values = {"pictures": limit.measured, "limit": limit.limit, "height": source.height_m}
            yield Finding(Fault.VIEW_SHORT, Weight.BAD, values=values)
        else:
            values = {"pixel": 100 * limit.measured, "limit": 100 * limit.limit, "height": source.height_m}
            yield Finding(Fault.PIXELS_COARSE, Weight.BAD, values=values)
