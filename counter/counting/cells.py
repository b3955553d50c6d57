"""What is counted in one interval, before it becomes a record."""

import enum
from collections.abc import Mapping
from typing import assert_never

from msgspec import Struct, field

from core import wire

_OPEN_BIN = wire.BINS - 1
_BLIND = frozenset(wire.Flag) - {wire.Flag.DARK, wire.Flag.MOVED, wire.Flag.CLOCK_UNSURE, wire.Flag.FRAGMENTATION}
"""Flags that give the reason why nothing was observed: worth a record of its own."""
_BROKEN_SHARE = 0.2
"""Fragmentation: more than this share of the beginnings and ends of visits were not seen at a zone's edge. From the
same share of cut visits on, quantiles of dwell are withheld."""
_BROKEN_LEAST = 10
"""Fewer beginnings and ends than these are too few to judge by."""


class Start(enum.StrEnum):
    """How a visit began."""

    ENTERED = "entered"
    """Seen coming over the zone's edge."""
    APPEARED = "appeared"
    """First seen inside."""


class End(enum.StrEnum):
    """How a visit ended."""

    LEFT = "left"
    """Seen going out over the zone's edge."""
    LOST = "lost"
    """Seen no more."""


class LineCrossings(Struct):
    """Crossings of one line, net and gross: in one interval, or decided in one frame."""

    forward: int = 0
    backward: int = 0
    gross_forward: int = 0
    gross_backward: int = 0

    def is_empty(self) -> bool:
        """Return whether nothing was counted."""
        return not (self.forward or self.backward or self.gross_forward or self.gross_backward)

    def add(self, other: "LineCrossings") -> None:
        """Add what was counted in a part of the interval."""
        self.forward += other.forward
        self.backward += other.backward
        self.gross_forward += other.gross_forward
        self.gross_backward += other.gross_backward

    def flow(self, line: str, observed_ms: int) -> wire.LineFlow:
        """Return the part of a flow record that this cell makes."""
        return wire.LineFlow(line, self.forward, self.backward, self.gross_forward, self.gross_backward, observed_ms)


class ZoneCell(Struct):
    """Visits and presence of one zone in one interval. Presence is in person-milliseconds."""

    entries: int = 0
    appeared: int = 0
    exits: int = 0
    lost: int = 0
    presence_ms: int = 0
    occupancy_max: int = 0

    def is_empty(self) -> bool:
        """Return whether nothing was counted."""
        counts = self.entries or self.appeared or self.exits or self.lost
        return not (counts or self.presence_ms or self.occupancy_max)

    def is_fragmented(self) -> bool:
        """Return whether visits broke so often that the zone's dwell is doubtful."""
        return is_fragmented(self.appeared + self.lost, self.entries + self.exits)

    def add(self, other: "ZoneCell") -> None:
        """Add what was counted in a part of the interval."""
        self.entries += other.entries
        self.appeared += other.appeared
        self.exits += other.exits
        self.lost += other.lost
        self.presence_ms += other.presence_ms
        self.occupancy_max = max(self.occupancy_max, other.occupancy_max)

    def began(self, start: Start) -> None:
        """Count the beginning of a visit."""
        match start:
            case Start.ENTERED:
                self.entries += 1
            case Start.APPEARED:
                self.appeared += 1
            case _:
                assert_never(start)

    def ended(self, end: End) -> None:
        """Count the end of a visit."""
        match end:
            case End.LEFT:
                self.exits += 1
            case End.LOST:
                self.lost += 1
            case _:
                assert_never(end)

    def flow(self, zone: str, presence_s: int, observed_ms: int) -> wire.ZoneFlow:
        """Return the part of a flow record that this cell makes, with presence in whole seconds."""
        return wire.ZoneFlow(
            zone, self.entries, self.appeared, self.exits, self.lost, presence_s, self.occupancy_max, observed_ms
        )


def part_of_line(line: str) -> str:
    """Return the name of a line among the parts of a cell."""
    return f"line {line}"


def part_of_zone(zone: str) -> str:
    """Return the name of a zone among the parts of a cell."""
    return f"zone {zone}"


def add_unseen(unseen: dict[str, int], more: Mapping[str, int]) -> None:
    """Add to the time, in ms by part, that was observed for others of a cell's parts alone."""
    for part, missed_ms in more.items():
        unseen[part] = unseen.get(part, 0) + missed_ms


class FlowCell(Struct):
    """One interval of the flow period: what becomes a flow record.

    Attributes:
        observed_ms: how much was observed for one of its lines and zones, or more.
        unseen: by part: how much of that was not observed for it, in ms; a part that missed none is left out.
    """

    lines: dict[str, LineCrossings]
    zones: dict[str, ZoneCell]
    observed_ms: int = 0
    flags: set[wire.Flag] = field(default_factory=set)
    unseen: dict[str, int] = field(default_factory=dict)

    def observed_of(self, part: str) -> int:
        """Return how much was observed for one part, in ms."""
        return max(self.observed_ms - self.unseen.get(part, 0), 0)

    def add_counts(self, part: "FlowCell") -> None:
        """Add the counts and flags of a part of the interval; what was observed in common is left as it is."""
        self.flags |= part.flags
        add_unseen(self.unseen, part.unseen)
        for line, crossed in part.lines.items():
            self.lines[line].add(crossed)
        for zone, stayed in part.zones.items():
            self.zones[zone].add(stayed)

    def is_empty(self) -> bool:
        """Return whether it was neither watched nor counted in, for no flagged reason: then it makes no record."""
        if self.observed_ms or self.flags & _BLIND:
            return False
        uncrossed = all(line.is_empty() for line in self.lines.values())
        return uncrossed and all(zone.is_empty() for zone in self.zones.values())


def is_fragmented(broken: int, whole: int) -> bool:
    """Return whether visits broke so often, `broken` of their ends against `whole` ones, that dwell is doubtful."""
    return broken + whole >= _BROKEN_LEAST and broken > _BROKEN_SHARE * (broken + whole)


def _no_bins() -> list[int]:
    return [0] * wire.BINS


class Dwells(Struct):
    """Ended visits by dwell."""

    bins: list[int] = field(default_factory=_no_bins)
    over_s: int = 0

    def add(self, dwell_ms: int) -> None:
        """Count one visit."""
        place = wire.bin_of(dwell_ms / 1000)
        self.bins[place] += 1
        if place == _OPEN_BIN:
            self.over_s += wire.over_of(dwell_ms / 1000)

    def add_all(self, other: "Dwells") -> None:
        """Count the visits of a part of the quarter-hour."""
        self.bins = [mine + its for mine, its in zip(self.bins, other.bins, strict=True)]
        self.over_s += other.over_s

    def histogram(self) -> wire.DwellHistogram:
        """Return the histogram that goes into a dwell record."""
        return wire.DwellHistogram(self.bins, self.over_s)


class VisitCell(Struct):
    """Visits that ended in one zone in one quarter-hour."""

    complete: Dwells = field(default_factory=Dwells)
    cut: Dwells = field(default_factory=Dwells)
    fragment: Dwells = field(default_factory=Dwells)

    def add(self, dwell_ms: int, start: Start, end: End) -> None:
        """Count one visit: entered and left, entered and lost, or appeared (however it ended)."""
        match start, end:
            case Start.APPEARED, _:
                self.fragment.add(dwell_ms)
            case _, End.LEFT:
                self.complete.add(dwell_ms)
            case _:
                self.cut.add(dwell_ms)

    def is_empty(self) -> bool:
        """Return whether no visit ended."""
        return not any(any(part.bins) for part in (self.complete, self.cut, self.fragment))

    def is_fragmented(self) -> bool:
        """Return the same as a ZoneCell: a cut visit has one broken end, a fragment at least one."""
        broken = sum(self.cut.bins) + sum(self.fragment.bins)
        return is_fragmented(broken, broken + 2 * sum(self.complete.bins))

    def add_all(self, other: "VisitCell") -> None:
        """Count the visits of a part of the quarter-hour."""
        self.complete.add_all(other.complete)
        self.cut.add_all(other.cut)
        self.fragment.add_all(other.fragment)

    def dwell(self, zone: str, observed_ms: int) -> wire.ZoneDwell:
        """Return the part of a dwell record that this cell makes."""
        complete, cut, fragment = (part.histogram() for part in (self.complete, self.cut, self.fragment))
        return wire.ZoneDwell(zone, complete, cut, fragment, observed_ms)


class DwellCell(Struct):
    """One quarter-hour: what becomes a dwell record. `observed_ms` and `unseen` are as in a FlowCell."""

    zones: dict[str, VisitCell]
    observed_ms: int = 0
    flags: set[wire.Flag] = field(default_factory=set)
    unseen: dict[str, int] = field(default_factory=dict)

    def observed_of(self, part: str) -> int:
        """Return how much was observed for one part, in ms."""
        return max(self.observed_ms - self.unseen.get(part, 0), 0)

    def is_empty(self) -> bool:
        """Return whether it was neither watched nor had the end of a visit, for no flagged reason."""
        explained = self.observed_ms or self.flags & _BLIND
        return not explained and all(zone.is_empty() for zone in self.zones.values())
