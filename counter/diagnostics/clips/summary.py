"""What was counted in all of a clip, or of another run: sums of its records, and how much of it was observed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeVar

from core import wire
from core.clock import to_ms
from counter.counting.draft import FlowDraft

Flow = FlowDraft | wire.FlowRecord
_Part = TypeVar("_Part")
_SECOND_MS: Final = 1000


class Span(NamedTuple):
    """[start_ms, end_ms), UTC milliseconds since 1970."""

    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class RunSummary:
    """All that was counted in a stretch of time.

    Attributes:
        span: from the first frame to the last one.
        records: how many flow records it has.
        lines: sums of each line; `observed_ms` is how much of the span was observed.
        zones: sums of each zone; `occupancy_max` is the largest of all records.
        flags: in how many records each flag stands.
        setups: names of the setups, as on the wire, by which it was counted.
    """

    span: Span
    records: int
    lines: tuple[wire.LineFlow, ...]
    zones: tuple[wire.ZoneFlow, ...]
    flags: Mapping[wire.Flag, int]
    setups: tuple[str, ...]

    def coverage(self, observed_ms: int) -> float | None:
        """Return the part of the span that was observed; None where there is no time in it."""
        length_ms = self.span.end_ms - self.span.start_ms
        return min(observed_ms / length_ms, 1.0) if length_ms else None


def summarise(flows: Iterable[Flow], span: Span) -> RunSummary:
    """Sum up the flow records of a span. Those that lie outside of it are left out."""
    inside = [flow for flow in flows if _meets(flow, span)]
    return RunSummary(
        span,
        len(inside),
        tuple(_lines(inside)),
        tuple(_zones(inside)),
        Counter(flag for flow in inside for flag in flow.flags),
        tuple(dict.fromkeys(flow.setup for flow in inside)),
    )


def _meets(flow: Flow, span: Span) -> bool:
    start_ms = to_ms(flow.start)
    return start_ms <= span.end_ms and start_ms + flow.period_s * _SECOND_MS > span.start_ms


def _lines(flows: Iterable[Flow]) -> Iterator[wire.LineFlow]:
    for line, parts in _by_key((one.line, one) for flow in flows for one in flow.lines).items():
        yield wire.LineFlow(
            line,
            sum(one.forward for one in parts),
            sum(one.backward for one in parts),
            sum(one.gross_forward for one in parts),
            sum(one.gross_backward for one in parts),
            sum(one.observed_ms for one in parts),
        )


def _zones(flows: Iterable[Flow]) -> Iterator[wire.ZoneFlow]:
    for zone, parts in _by_key((one.zone, one) for flow in flows for one in flow.zones).items():
        yield wire.ZoneFlow(
            zone,
            sum(one.entries for one in parts),
            sum(one.appeared for one in parts),
            sum(one.exits for one in parts),
            sum(one.lost for one in parts),
            sum(one.presence_s for one in parts),
            max(one.occupancy_max for one in parts),
            sum(one.observed_ms for one in parts),
        )


def _by_key(pairs: Iterable[tuple[str, _Part]]) -> dict[str, list[_Part]]:
    found: dict[str, list[_Part]] = {}
    for key, part in pairs:
        found.setdefault(key, []).append(part)
    return found
