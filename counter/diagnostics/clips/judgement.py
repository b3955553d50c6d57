"""What a clip was counted as beside what somebody saw in it: by line and way, missed and false, with intervals.

Passages are paired one by one where they lie no more than WITHIN_S apart, as many as possible; who is left was missed,
or is false. In a dense stream a missed and a false one close together are paired: both shares are then too small.

Intervals are Clopper and Pearson's, at 95 %: a clip has few passages, where approximations say too much (none missed of
six may still be 46 % by chance). They take passages for independent, and the clip for usual at its place.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from counter.diagnostics.accuracy import ManualCount, utc_text
from counter.diagnostics.clips.summary import Span
from counter.diagnostics.clips.truth import WAYS, ClipTruth, LineTruth, Way
from counter.errors import TruthError

WITHIN_S: Final = 3.0
"""Whoever watches presses a key late, and a passage is complete a moment after the line."""
_SECOND_MS: Final = 1000
_ROUNDED_MS: Final = 60_000
"""A count by hand ends on a whole minute, or second, that may lie behind the clip's end."""
_TAIL: Final = 0.025
_HALVINGS: Final = 50


@dataclass(frozen=True, slots=True)
class WayAccuracy:
    """How one way over one line was counted.

    Attributes:
        line: its key.
        way: forward or backward.
        watched_s: how much of the clip was watched for it, in seconds.
        truth: how many passed.
        counted: how many were counted.
        missed: how many who passed were not counted.
        false: how many were counted who didn't pass.
        is_bound: whether missed and false are no more than lower bounds: the truth has no times to pair by.
    """

    line: str
    way: Way
    watched_s: float
    truth: int
    counted: int
    missed: int
    false: int
    is_bound: bool = False

    @property
    def missed_share(self) -> tuple[float, float, float] | None:
        """The part of those who passed that was missed, and its interval; None where nobody passed."""
        return _share(self.missed, self.truth)

    @property
    def false_share(self) -> tuple[float, float, float] | None:
        """The part of what was counted that is false, and its interval; None where nobody was counted."""
        return _share(self.false, self.counted)


Counted = Callable[[str, Way], Sequence[float]]
"""Returns when somebody was counted over a line, in seconds of the clip, rising."""


def judge_clip(truth: ClipTruth, counted: Counted) -> list[WayAccuracy]:
    """Compare what was counted with what was seen, for every line of which something was watched."""
    watched = [(line, seen) for line, seen in truth.lines.items() if seen.watched_s]
    return [_judge(line, way, seen, counted(line, way)) for line, seen in watched for way in WAYS]


def judge_manual_counts(counts: Sequence[ManualCount], clip: Span, counted: Counted) -> list[WayAccuracy]:
    """Compare what was counted with manual counts of parts of the clip, wherever they begin and end.

    Raises TruthError for a count that doesn't lie in the clip.
    """
    for count in counts:
        if not clip.start_ms <= count.start_ms < count.end_ms <= clip.end_ms + _ROUNDED_MS:
            its, own = ([utc_text(at_ms) for at_ms in span] for span in ((count.start_ms, count.end_ms), clip))
            raise TruthError(
                f"the count of {count.line} from {its[0]} to {its[1]} does not lie in the clip, which is from {own[0]} "
                f"to {own[1]}"
            )
    lines = sorted({count.line for count in counts})
    return [
        _judge_counts([one for one in counts if one.line == line], way, clip, counted(line, way))
        for line in lines
        for way in WAYS
    ]


def _judge_counts(counts: Sequence[ManualCount], way: Way, clip: Span, counted: Sequence[float]) -> WayAccuracy:
    seen = [one.forward if way == "forward" else one.backward for one in counts]
    found = [sum(one.start_ms <= clip.start_ms + at_s * _SECOND_MS < one.end_ms for at_s in counted) for one in counts]
    off = [number - true for number, true in zip(found, seen, strict=True)]
    watched_s = sum(one.end_ms - one.start_ms for one in counts) / _SECOND_MS
    missed, false = sum(max(-one, 0) for one in off), sum(max(one, 0) for one in off)
    return WayAccuracy(counts[0].line, way, watched_s, sum(seen), sum(found), missed, false, is_bound=True)


def check_lines(named: Iterable[str], lines: Sequence[str]) -> None:
    """Raise TruthError for a line that the device file doesn't have."""
    if unknown := sorted(set(named) - set(lines)):
        raise TruthError(f"the truth has the line {unknown[0]}, and the device file {', '.join(lines) or 'none'}")


def interval(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share by Clopper and Pearson: of `of` ones, at least 1, `hits` were so."""
    low = 0.0 if hits == 0 else _solve(lambda share: _at_least(hits, of, share) - _TAIL)
    high = 1.0 if hits == of else _solve(lambda share: _TAIL - (1 - _at_least(hits + 1, of, share)))
    return low, high


def pairs(seen: Sequence[float], counted: Sequence[float], within_s: float = WITHIN_S) -> list[tuple[int, int]]:
    """Return as many pairs of places in both as there can be, of times no further apart; both must rise."""
    found, at, other = [], 0, 0
    while at < len(seen) and other < len(counted):
        if counted[other] < seen[at] - within_s:
            other += 1
        elif counted[other] > seen[at] + within_s:
            at += 1
        else:
            found.append((at, other))
            at, other = at + 1, other + 1
    return found


def _judge(line: str, way: Way, truth: LineTruth, counted: Sequence[float]) -> WayAccuracy:
    """Compare one way: counted at the edge of what was watched is also who passed within, and false only within."""
    seen = truth.passages(way)
    near = [at_s for at_s in counted if _is_within(at_s, truth, WITHIN_S)]
    paired = pairs(seen, near)
    taken = {other for _, other in paired}
    false = sum(_is_within(at_s, truth) for other, at_s in enumerate(near) if other not in taken)
    watched_s = math.fsum(to_s - from_s for from_s, to_s in truth.watched_s)
    return WayAccuracy(line, way, watched_s, len(seen), len(paired) + false, len(seen) - len(paired), false)


def _is_within(at_s: float, truth: LineTruth, by_s: float = 0.0) -> bool:
    return any(from_s - by_s <= at_s < to_s + by_s for from_s, to_s in truth.watched_s)


def _share(hits: int, of: int) -> tuple[float, float, float] | None:
    return (hits / of, *interval(hits, of)) if of else None


def _at_least(hits: int, of: int, share: float) -> float:
    """Return how likely it is that at least so many of `of` are so, where each is with this chance, in ]0, 1[."""
    log, other, whole = math.log(share), math.log1p(-share), math.lgamma(of + 1)
    return math.fsum(
        math.exp(whole - math.lgamma(k + 1) - math.lgamma(of - k + 1) + k * log + (of - k) * other)
        for k in range(hits, of + 1)
    )


def _solve(rises: Callable[[float], float]) -> float:
    """Return where a function that rises over ]0, 1[ is 0."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) > 0 else (middle, high)
    return (low + high) / 2
