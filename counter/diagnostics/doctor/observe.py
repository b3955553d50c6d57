"""Looks through a device's own source for a while, and measures. Nothing is kept, numbered or sent."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Final

from core import wire
from core.clock import Clock
from counter.counting.draft import Draft, FlowDraft
from counter.detections import Detections
from counter.device_file import DeviceFile
from counter.diagnostics.doctor.geometry_checks import Bounds
from counter.diagnostics.doctor.measurements import LineSeen, Measurements, ZoneSeen
from counter.diagnostics.doctor.sensor_gauges import ArrayGauge, ArraySums, ChannelsGauge, ChannelSums, Troubles, noted
from counter.errors import CounterError, DeviceFileError
from counter.service.run import make_tally
from counter.sources.doorway.settings import BeamsSource, TofSource
from counter.sources.feed import Feed
from counter.sources.port import Input
from counter.sources.reconnecting_sensor import ReconnectingSensor
from counter.sources.sensors import array_kind, optics_of
from counter.sources.thermal.settings import ThermalSource
from counter.sources.video.settings import CameraSource, ClipSource

if TYPE_CHECKING:
    from counter.diagnostics.doctor.picture_gauge import PictureGauge

LIVE_S: Final = 60.0
"""How long a live source is watched where nothing else is said."""
_POLL_S: Final = 0.2
_TIMEOUT_S: Final = 30.0
"""How long a source may take to bring its first frame: longer than opening a stream."""
_SHUTDOWN_S: Final = 15.0
"""Longer than a camera takes to let go."""


class NothingSeenError(CounterError):
    """The source brought no frame: there is nothing to judge by."""

    exit_code = 2


@dataclass(slots=True)
class _Sums:
    """What adds up from frame to frame."""

    first_ms: int = 0
    last_ms: int = 0
    frames: int = 0
    watched: int = 0
    flags: Counter[wire.Flag] = field(default_factory=Counter)

    def add(self, detections: Detections) -> None:
        """Add a frame, but for those with which a detector begins: it has to see the place first."""
        if not (self.watched or detections.watched or detections.flags):
            return
        self.first_ms = self.first_ms if self.frames else detections.at_ms
        self.last_ms = detections.at_ms
        self.frames += 1
        self.watched += detections.watched
        self.flags.update(detections.flags)


@dataclass(slots=True)
class SourceGauges:
    """What measures on the way, by the kind of sensor; `troubles` is what one without a picture said of itself."""

    pictures: "PictureGauge | None" = None
    channels: ChannelSums | None = None
    array: ArraySums | None = None
    troubles: Troubles = field(default_factory=Troubles)

    def on(self, device: DeviceFile, seen: Input) -> Input:
        """Return the input with a gauge on its way."""
        match device.source:
            case BeamsSource() | TofSource() if isinstance(seen.source, ReconnectingSensor):
                sums = self.channels = ChannelSums()
                return replace(seen, source=noted(seen.source, self.troubles, lambda one: ChannelsGauge(one, sums)))
            case ThermalSource() if isinstance(seen.source, ReconnectingSensor):
                source = device.source
                array = self.array = ArraySums(optics_of(source), source.contrast_c, 1 / array_kind(source).rate)
                return replace(seen, source=noted(seen.source, self.troubles, lambda one: ArrayGauge(one, array)))
            case _:
                return self._on_pictures(seen)

    def _on_pictures(self, seen: Input) -> Input:
        from counter.diagnostics.doctor.picture_gauge import PictureGauge  # noqa: PLC0415 - what has no pictures loads nothing that knows them
        from counter.sources.video.source import Video  # noqa: PLC0415 - the same

        if not isinstance(seen.source, Video):
            return seen
        self.pictures = PictureGauge(seen.source.detector)
        return replace(seen, source=replace(seen.source, detector=self.pictures))


def observe(device: DeviceFile, seen: Input, clock: Clock, limit_s: float | None, stop: Event) -> Measurements:
    """Look through `seen` for `limit_s` seconds of its own time, or to its end, or until `stop` is set.

    Raises NothingSeenError where no frame came within half a minute, and CounterError where the source failed.
    """
    gauges = SourceGauges()
    seen = gauges.on(device, seen)
    tally, sums, drafts = make_tally(device, seen.view), _Sums(), list[Draft]()
    for detections in _detections(seen, clock, limit_s, stop):
        sums.add(detections)
        drafts += tally.update(detections)
    if not sums.frames:
        raise NothingSeenError(
            f"the source of kind {device.source.kind} brought nothing to look at within {_TIMEOUT_S:.0f} s: is it "
            "connected, and is no other program using it? A counter that runs has its sensor to itself: stop it first"
            + (f". The last that it said: {gauges.troubles.last}" if gauges.troubles.last else "")
        )
    drafts += tally.close(sums.last_ms)
    flows = [draft for draft in drafts if isinstance(draft, FlowDraft)]
    return Measurements(
        span_s=(sums.last_ms - sums.first_ms) / 1000,
        frames=sums.frames,
        watched=sums.watched / sums.frames,
        flags={flag: count / sums.frames for flag, count in sorted(sums.flags.items())},
        clock_known=clock.known() if seen.waits_for_clock else None,
        brightness=gauges.pictures.brightness if gauges.pictures else None,
        person_px=gauges.pictures.person_px if gauges.pictures else None,
        lines=tuple(_lines(flows)),
        zones=tuple(_zones(flows)),
        channels=gauges.channels.seen() if gauges.channels else None,
        ranger=gauges.channels.ranger() if gauges.channels else None,
        array=gauges.array.seen() if gauges.array else None,
    )


def with_clip(device: DeviceFile, clip: Path) -> DeviceFile:
    """Return the device with a clip in the place of its camera.

    Raises DeviceFileError: it has none, or there is no such clip.
    """
    if not isinstance(device.source, (ClipSource, CameraSource)):
        raise DeviceFileError(f"--clip {clip}: a source of kind {device.source.kind} has no pictures")
    if not clip.is_file():
        raise DeviceFileError(f"--clip {clip}: there is no such file")
    kept = device.source
    source = ClipSource(
        kind="clip",
        file=clip,
        start=datetime(2026, 1, 1, tzinfo=UTC),
        pixels_per_metre=kept.pixels_per_metre,
        anchor=kept.anchor,
        max_rate=kept.max_rate,
    )
    return device.model_copy(update={"source": source})


def bounds_of(device: DeviceFile) -> Bounds | None:
    """Return what the source of a device sees, in its units, where that has borders. Raises ClipError."""
    match device.source:
        case CameraSource():
            return 0.0, 0.0, float(device.source.size[0]), float(device.source.size[1])
        case ClipSource():
            from counter.sources.video.clip import examine  # noqa: PLC0415 - brings OpenCV, which others need not have

            width, height = examine(device.source.file).size
            return 0.0, 0.0, float(width), float(height)
        case ThermalSource():
            optics = optics_of(device.source)
            return float(optics.x[0]), float(optics.y[0]), float(optics.x[-1]), float(optics.y[-1])
        case _:
            return None


def _detections(seen: Input, clock: Clock, limit_s: float | None, stop: Event) -> Iterator[Detections]:
    """Yield what comes. A recorded source ends by its own time, the others by the computer's, come what may."""
    live_s = None if seen.recorded else limit_s
    begun_s = clock.monotonic_s()
    deadline_s, first_ms = begun_s + _TIMEOUT_S, None
    with ExitStack() as stack:
        feed = Feed(seen.source)
        stack.callback(feed.join, _SHUTDOWN_S)
        stack.enter_context(closing(feed))
        feed.start()
        while not stop.is_set() and not feed.is_over():
            seen.check()
            if detections := feed.next(_POLL_S):
                if first_ms is None:
                    first_ms, deadline_s = detections.at_ms, clock.monotonic_s() + (live_s or float("inf"))
                if limit_s is not None and detections.at_ms - first_ms > limit_s * 1000:
                    return
                yield detections
            if clock.monotonic_s() > deadline_s:
                return


def _lines(flows: list[FlowDraft]) -> Iterator[LineSeen]:
    for key in dict.fromkeys(line.line for flow in flows for line in flow.lines):
        same = [line for flow in flows for line in flow.lines if line.line == key]
        yield LineSeen(key, sum(one.forward for one in same), sum(one.backward for one in same))


def _zones(flows: list[FlowDraft]) -> Iterator[ZoneSeen]:
    for key in dict.fromkeys(zone.zone for flow in flows for zone in flow.zones):
        same = [zone for flow in flows for zone in flow.zones if zone.zone == key]
        begun = sum(one.entries for one in same), sum(one.appeared for one in same)
        yield ZoneSeen(key, *begun, sum(one.exits for one in same), sum(one.lost for one in same))
