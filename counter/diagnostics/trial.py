"""`platspuls counter run --dry-run`, `--picture` and `--debug-pictures`: counts, sums up, and can't publish."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from core.clock import SystemClock
from counter.counting.draft import Draft, FlowDraft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.device_file import DeviceFile, load
from counter.diagnostics.accuracy import read_truth
from counter.diagnostics.clips.dry_run import Onlooker, play
from counter.diagnostics.clips.judgement import WayAccuracy, check_lines, judge_clip, judge_manual_counts
from counter.diagnostics.clips.passage_times import PassageTimes
from counter.diagnostics.clips.summary import RunSummary, Span, summarise
from counter.diagnostics.clips.truth import read_clip_truth
from counter.diagnostics.debug_pictures import look
from counter.errors import TruthError
from counter.service.inputs import open_input
from counter.service.run import make_tally
from counter.sources.kinds import Kinds, opencv_needed

if TYPE_CHECKING:
    from counter.diagnostics.clips.tracks_picture import TracksPicture

Progress = Callable[[int], None]
"""Takes how far the source was counted, in its own milliseconds since the first frame."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrialOptions:
    """What is wanted of a run that can't publish.

    Attributes:
        debug_pictures: a folder for pictures with what was found in them.
        picture: a file for the picture of lines, zones and tracks.
        progress: is called after each frame.
    """

    debug_pictures: Path | None = None
    picture: Path | None = None
    progress: Progress = lambda _: None


@dataclass(slots=True)
class Played:
    """An onlooker that notes from when until when frames came."""

    progress: Progress
    span: Span | None = field(default=None)

    def look(self, _tally: Tally, detections: Detections, _drafts: Sequence[Draft], /) -> None:
        """Note the time of a frame."""
        start_ms = self.span.start_ms if self.span else detections.at_ms
        self.span = Span(start_ms, max(detections.at_ms, start_ms))
        self.progress(self.span.end_ms - start_ms)


def run(path: Path, stop: Event, kinds: Kinds | None = None, options: TrialOptions | None = None) -> RunSummary:
    """Count what the device file at `path` says, to its end or until `stop` is set, and return what was counted.

    Raises CounterError.
    """
    options, clock, device = options or TrialOptions(), SystemClock(), load(path, kinds)
    tracks = _tracks(device, options.picture) if options.picture else None
    seen, played = open_input(device, path.parent, clock), Played(options.progress)
    tally = make_tally(device, seen.view)
    seen = tracks.on(seen) if tracks else seen
    onlookers: list[Onlooker] = [played, *([tracks] if tracks else [])]
    if options.debug_pictures:
        drafts: Iterable[Draft] = look(seen, tally, options.debug_pictures, stop, onlookers)
    else:
        _log.info("a dry run: nothing of it is kept or published, it has no outbox and no connection")
        drafts = list(play(seen, tally, stop, onlookers))
    if tracks:
        tracks.write()
    flows = [draft for draft in drafts if isinstance(draft, FlowDraft)]
    return summarise(flows, played.span or Span(0, 0))


def judge(
    path: Path, truth_path: Path, stop: Event, kinds: Kinds | None = None, progress: Progress = lambda _: None
) -> list[WayAccuracy]:
    """Count the clip of the device file at `path`, and compare with what was seen. Nothing is kept or published.

    The truth is a truth file of the clip (`.toml`), or manual counts of parts of it as CSV.

    Raises CounterError: also when `stop` was set.
    """
    device = load(path, kinds)
    is_timed = truth_path.suffix == ".toml"
    truth = read_clip_truth(truth_path) if is_timed else None
    counts = [] if is_timed else read_truth(truth_path)
    check_lines(truth.lines if truth else [one.line for one in counts], [*(one.line for one in device.lines)])
    seen, played, passages = open_input(device, path.parent, SystemClock()), Played(progress), PassageTimes()
    drafts = list(play(seen, make_tally(device, seen.view), stop, [played, passages]))
    if stop.is_set() or played.span is None:
        raise TruthError("the clip was not counted to its end: there is nothing to compare")
    passages.end(drafts, played.span.end_ms)
    counted = passages.in_seconds(played.span.start_ms)
    return judge_clip(truth, counted) if truth else judge_manual_counts(counts, played.span, counted)


def _tracks(device: DeviceFile, path: Path) -> "TracksPicture":
    with opencv_needed():
        from counter.diagnostics.clips.tracks_picture import TracksPicture  # noqa: PLC0415 - brings OpenCV, which others need not have
    return TracksPicture(device, path)
