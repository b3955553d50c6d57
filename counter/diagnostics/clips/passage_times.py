"""When each net passage of a clip happened, as it is counted: in memory, to compare with what somebody saw.

A passage is decided seconds after it is made. But the live tick shows it as soon as it is complete, and takes it off
again where the person turns back: so each rise of that sum is a passage, and each fall takes the newest one away.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from counter.counting.draft import Draft, FlowDraft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.diagnostics.clips.truth import WAYS, Way

Key = tuple[str, Way]


@dataclass(slots=True)
class PassageTimes:
    """An onlooker that notes when somebody passed a line.

    Attributes:
        at_ms: when, UTC milliseconds, by line and way: rising.
    """

    at_ms: dict[Key, list[int]] = field(default_factory=dict)
    _closed: dict[Key, int] = field(default_factory=dict)

    def look(self, tally: Tally, detections: Detections, drafts: Sequence[Draft], /) -> None:
        """Note what has passed, or turned back, since the frame before."""
        self._close(drafts)
        open_ = self._open(tally)
        for live in tally.live(detections.at_ms).lines:
            _, cell = tally.sums.open_line(live.line, detections.at_ms)
            pending = live.forward - cell.forward, live.backward - cell.backward
            for way, waiting in zip(WAYS, pending, strict=True):
                key = (live.line, way)
                self._note(key, self._closed.get(key, 0) + open_.get(key, 0) + waiting, detections.at_ms)

    def end(self, drafts: Sequence[Draft], at_ms: int) -> None:
        """Note what the end decided, in which everybody in view is lost: `drafts` are all records of the clip."""
        self._closed.clear()
        self._close(drafts)
        for key in self._closed.keys() | self.at_ms.keys():
            self._note(key, self._closed.get(key, 0), at_ms)

    def in_seconds(self, start_ms: int) -> Callable[[str, Way], list[float]]:
        """Return what returns the times of one way over a line, in seconds since `start_ms`."""
        return lambda line, way: [(at_ms - start_ms) / 1000 for at_ms in self.at_ms.get((line, way), [])]

    def _close(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            for line in draft.lines if isinstance(draft, FlowDraft) else ():
                for way, number in zip(WAYS, (line.forward, line.backward), strict=True):
                    self._closed[line.line, way] = self._closed.get((line.line, way), 0) + number

    def _open(self, tally: Tally) -> dict[Key, int]:
        """Return what is counted and in no record yet."""
        found: dict[Key, int] = {}
        for cell in tally.sums.state.flow.values():
            for line, counted in cell.lines.items():
                for way, number in zip(WAYS, (counted.forward, counted.backward), strict=True):
                    found[line, way] = found.get((line, way), 0) + number
        return found

    def _note(self, key: Key, total: int, at_ms: int) -> None:
        times = self.at_ms.setdefault(key, [])
        times.extend([at_ms] * (total - len(times)))
        del times[total:]
