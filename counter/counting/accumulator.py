"""Counts by interval: events with times in, closed records out.

The tally (frames) and the simulated history (exact events) both fill an Accumulator, so their records come
from one code path. Rules:

- Times are UTC milliseconds since 1970; intervals are half-open and aligned to UTC.
- An event whose interval was closed before goes into the open one: no count is lost and no record is made
  twice for the same start.
- An interval that was neither watched nor counted in makes no record: missing, never zero people.
- While the clock isn't known, intervals are single seconds of a steady time (`seconds`), which are placed
  and added to the real ones afterwards: it comes out as if the clock had been known all the time.
- Presence is kept in milliseconds; a record has whole seconds, and the rest is carried to the next record of
  the zone, so that sums over records are exact to one second.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from core import wire
from core.clock import ceil_ms
from counter.counting.cells import (
    DwellCell,
    End,
    FlowCell,
    LineCrossings,
    Start,
    VisitCell,
    ZoneCell,
    add_unseen,
    part_of_line,
    part_of_zone,
)
from counter.counting.draft import Draft, DwellDraft, FlowDraft
from counter.counting.second_tallies import SECOND_MS, SecondTally
from counter.counting.spans import Span, common, length_ms, merged, without

QUARTER_MS = wire.QUARTER_S * 1000
_MOST_TAKEN_BACK: Final = 100
"""Stretches that are kept of time that was taken back: where there are more, the oldest become one."""


class AccumulatorState(Struct):
    """What an Accumulator holds: totals of open intervals, nothing about a person.

    Attributes:
        taken_back: stretches that were taken for not observed after all, in ms: rising.
    """

    flow_from_ms: int
    dwell_from_ms: int
    watched_to_ms: int
    flow: dict[int, FlowCell]
    dwell: dict[int, DwellCell]
    carried_ms: dict[str, int]
    inside: dict[str, int]
    steps: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    taken_back: list[Span] = field(default_factory=list)


class Accumulator:
    """Sums crossings, visits and watched time into the records of one device.

    Args:
        lines: keys of the lines, in the order of the records.
        zones: keys of the zones, in the order of the records.
        flow_period_s: length of a flow interval, one of wire.FLOW_PERIODS_S.
        setup: id of geometry, algorithm and model, written into every record.
        seconds: whether to keep seconds, which `closed_seconds` hands out, and make no records.

    Raises ValueError for a period that the wire does not know, or a line or zone named twice.
    """

    def __init__(
        self, lines: Iterable[str], zones: Iterable[str], *, flow_period_s: int, setup: str, seconds: bool = False
    ) -> None:
        if flow_period_s not in wire.FLOW_PERIODS_S:
            raise ValueError(f"flow_period_s {flow_period_s} is none of {wire.FLOW_PERIODS_S}")
        self.lines = tuple(lines)
        self.zones = tuple(zones)
        for keys in (self.lines, self.zones):
            if len(set(keys)) != len(keys):
                raise ValueError(f"a key is named twice among {', '.join(keys)}")
        self.flow_period_s = flow_period_s
        self.setup = setup
        self.seconds = seconds
        self._period_ms = SECOND_MS if seconds else flow_period_s * 1000
        self._dwell_ms = SECOND_MS if seconds else QUARTER_MS
        self.state = AccumulatorState(0, 0, 0, {}, {}, dict.fromkeys(self.zones, 0), dict.fromkeys(self.zones, 0))

    # What happened ----------------------------------------------------------------------------------------

    def crossing(self, line: str, at_ms: int, forward: bool) -> None:
        """Count one complete crossing, net and gross."""
        self.crossings(line, at_ms, LineCrossings(1, 0, 1, 0) if forward else LineCrossings(0, 1, 0, 1))

    def crossings(self, line: str, at_ms: int, decided: LineCrossings) -> None:
        """Count crossings decided at `at_ms`."""
        self._flow_cell(at_ms).lines[line].add(decided)

    def visit(self, zone: str, start_ms: int, end_ms: int, start: Start, end: End) -> None:
        """Count one whole visit [start_ms, end_ms): beginning, presence, occupancy, end and dwell.

        The end may lie later than the next call of `drafts`: each part waits for its interval.
        """
        self.visit_began(zone, start_ms, start)
        self.present(zone, start_ms, end_ms)
        self.visit_ended(zone, end_ms, end_ms - start_ms, start, end)
        self.state.steps.setdefault(zone, []).extend(((start_ms, 1), (end_ms, -1)))

    def visit_began(self, zone: str, at_ms: int, start: Start) -> None:
        """Count the beginning of a visit alone."""
        self._flow_cell(at_ms).zones[zone].began(start)

    def visit_ended(self, zone: str, at_ms: int, dwell_ms: int, start: Start, end: End) -> None:
        """Count the end of a visit alone, and its dwell in the quarter-hour of `at_ms`."""
        self._flow_cell(at_ms).zones[zone].ended(end)
        self._dwell_cell(at_ms).zones[zone].add(dwell_ms, start, end)

    def present(self, zone: str, from_ms: int, to_ms: int, people: int = 1) -> None:
        """Add the presence of `people` in [from_ms, to_ms), split exactly at the boundaries."""
        for part_from_ms, part_to_ms in _split(from_ms, to_ms, self._period_ms):
            self._flow_cell(part_from_ms).zones[zone].presence_ms += people * (part_to_ms - part_from_ms)

    def occupancy(self, zone: str, at_ms: int, people: int) -> None:
        """Note that `people` were in the zone at `at_ms`: the largest of an interval is kept."""
        if people:
            cell = self._flow_cell(at_ms).zones[zone]
            cell.occupancy_max = max(cell.occupancy_max, people)

    def watched(self, from_ms: int, to_ms: int) -> None:
        """Add [from_ms, to_ms) to the observed time, in rising order: what was watched before adds nothing."""
        if to_ms <= from_ms:
            return
        begin_ms = max(from_ms, self.state.watched_to_ms)
        self.state.watched_to_ms = max(to_ms, self.state.watched_to_ms)
        for part_from_ms, part_to_ms in _split(max(begin_ms, self.state.flow_from_ms), to_ms, self._period_ms):
            self._flow_cell(part_from_ms).observed_ms += part_to_ms - part_from_ms
        for part_from_ms, part_to_ms in _split(max(begin_ms, self.state.dwell_from_ms), to_ms, self._dwell_ms):
            self._dwell_cell(part_from_ms).observed_ms += part_to_ms - part_from_ms

    def observed(self, parts: Sequence[Sequence[Span]]) -> None:
        """Add what was observed for each line and each zone, in this order: stretches later than those before."""
        together = merged(span for spans in parts for span in spans)
        open_ms = self.state.watched_to_ms
        for place, spans in enumerate(parts):
            for from_ms, to_ms in (hole for whole in together for hole in without(whole, spans)):
                self._missed(place, max(from_ms, open_ms), to_ms)
        for from_ms, to_ms in together:
            self.watched(from_ms, to_ms)

    def flag(self, flag: wire.Flag, at_ms: int) -> None:
        """Mark the records of `at_ms` as unusual."""
        self._flow_cell(at_ms).flags.add(flag)
        self._dwell_cell(at_ms).flags.add(flag)

    def flag_open(self, flag: wire.Flag) -> None:
        """Mark the records of everything that is open as unusual."""
        flags = [cell.flags for cell in self.state.flow.values()] + [cell.flags for cell in self.state.dwell.values()]
        for one in flags:
            one.add(flag)

    # What it makes ----------------------------------------------------------------------------------------

    def drafts(self, until_ms: int) -> list[Draft]:
        """Close every interval that ends at or before `until_ms` and return its records, in order of end."""
        flow_from_ms = until_ms - until_ms % self._period_ms
        if flow_from_ms <= self.state.flow_from_ms:
            return []
        if self.seconds:
            self.state.flow_from_ms = self.state.dwell_from_ms = flow_from_ms
            return []
        return self._close(flow_from_ms, until_ms - until_ms % QUARTER_MS)

    def cut(self, at_ms: int) -> list[Draft]:
        """Close the open intervals of `at_ms` too: their records say how little of them was observed.

        What comes later in the same intervals is unobserved; events of it go into the next ones.
        """
        return self._close(
            self._cut_from(at_ms, self.state.flow, self.state.flow_from_ms, self._period_ms),
            self._cut_from(at_ms, self.state.dwell, self.state.dwell_from_ms, QUARTER_MS),
        )

    def closed_seconds(self) -> list[SecondTally]:
        """Return the seconds that are over and in which anything was watched or counted, once, in order."""
        return self._take_seconds(self.state.flow_from_ms)

    def all_seconds(self) -> list[SecondTally]:
        """Return these and those still open."""
        return self._take_seconds(max([*self.state.flow, *self.state.dwell], default=0) + SECOND_MS)

    @property
    def open_from_ms(self) -> int:
        """Where the time begins of which no flow record was made, UTC milliseconds."""
        return self.state.flow_from_ms

    def begin_from(self, flow_ms: int, dwell_ms: int) -> None:
        """Take the flow records that begin before `flow_ms`, and dwell records before `dwell_ms`, for made."""
        self.state.flow_from_ms = max(self.state.flow_from_ms, flow_ms)
        self.state.dwell_from_ms = max(self.state.dwell_from_ms, dwell_ms)

    def take_back(self, from_ms: int, to_ms: int) -> None:
        """Take the time [from_ms, to_ms), as far as its intervals are open, for not observed after all.

        Of what was taken back before nothing is taken again. Seconds that were handed out can't be changed any more:
        the stretches go with them in `taken_back`.
        """
        new = without((from_ms, to_ms), self.state.taken_back)
        self._note_taken_back((from_ms, to_ms))
        if self.seconds:
            return
        for cells, period_ms in ((self.state.flow, self._period_ms), (self.state.dwell, self._dwell_ms)):
            for start_ms, cell in cells.items():
                back_ms = length_ms(common([(start_ms, start_ms + period_ms)], new))
                cell.observed_ms = max(cell.observed_ms - back_ms, 0)

    @property
    def taken_back(self) -> list[Span]:
        """What `take_back` was called with: stretches that rise and don't touch, in ms."""
        return self.state.taken_back

    def add(self, second: SecondTally, at_ms: int) -> None:
        """Add a second that begins at `at_ms`: in the order of time, and no earlier than what is still open."""
        latest_ms = at_ms + SECOND_MS - second.flow.observed_ms
        from_ms = max(at_ms, min(self.state.watched_to_ms, latest_ms))  # the rest of a second that was begun before
        self.watched(from_ms, from_ms + second.flow.observed_ms)
        self._flow_cell(at_ms).add_counts(second.flow)
        quarter = self._dwell_cell(at_ms)
        quarter.flags |= second.flow.flags
        zones = {part_of_zone(zone) for zone in self.zones}
        add_unseen(quarter.unseen, {part: ms for part, ms in second.flow.unseen.items() if part in zones})
        for zone, ended in second.visits.items():
            quarter.zones[zone].add_all(ended)

    def open_line(self, line: str, at_ms: int) -> tuple[int, LineCrossings]:
        """Return the start of the interval open at `at_ms`, in ms, and what `line` counted in it so far."""
        start_ms = self._start(at_ms, self.state.flow_from_ms, self._period_ms)
        cell = self.state.flow.get(start_ms)
        return start_ms, cell.lines[line] if cell else LineCrossings()

    # ------------------------------------------------------------------------------------------------------

    def _note_taken_back(self, span: Span) -> None:
        """Keep a stretch, without those before all that is open; of seconds, a few long ones rather than many."""
        found = merged([*self.state.taken_back, span])
        if not self.seconds:
            open_ms = min(self.state.flow_from_ms, self.state.dwell_from_ms)
            found = [one for one in found if one[1] > open_ms]
        excess = max(len(found) - _MOST_TAKEN_BACK, 0)
        self.state.taken_back = [(found[0][0], found[excess][1]), *found[excess + 1 :]] if excess else found

    def _missed(self, place: int, from_ms: int, to_ms: int) -> None:
        """Note that what is observed of [from_ms, to_ms) is not for one part: first lines are counted, then zones."""
        is_line = place < len(self.lines)
        part = part_of_line(self.lines[place]) if is_line else part_of_zone(self.zones[place - len(self.lines)])
        for begin_ms, end_ms in _split(max(from_ms, self.state.flow_from_ms), to_ms, self._period_ms):
            add_unseen(self._flow_cell(begin_ms).unseen, {part: end_ms - begin_ms})
        for begin_ms, end_ms in _split(max(from_ms, self.state.dwell_from_ms), to_ms, self._dwell_ms):
            add_unseen(self._dwell_cell(begin_ms).unseen, {} if is_line else {part: end_ms - begin_ms})

    def _flow_cell(self, at_ms: int) -> FlowCell:
        start_ms = self._start(at_ms, self.state.flow_from_ms, self._period_ms)
        if (cell := self.state.flow.get(start_ms)) is None:
            cell = FlowCell({line: LineCrossings() for line in self.lines}, {zone: ZoneCell() for zone in self.zones})
            self.state.flow[start_ms] = cell
        return cell

    def _dwell_cell(self, at_ms: int) -> DwellCell:
        start_ms = self._start(at_ms, self.state.dwell_from_ms, self._dwell_ms)
        if (cell := self.state.dwell.get(start_ms)) is None:
            cell = DwellCell({zone: VisitCell() for zone in self.zones})
            self.state.dwell[start_ms] = cell
        return cell

    def _take_seconds(self, before_ms: int) -> list[SecondTally]:
        flow, dwell = self.state.flow, self.state.dwell
        starts = sorted(start for start in flow.keys() | dwell.keys() if start < before_ms)
        found = [SecondTally.of(start, flow.pop(start, None), dwell.pop(start, None)) for start in starts]
        return [second for second in found if not second.is_empty()]

    @staticmethod
    def _start(at_ms: int, open_from_ms: int, period_ms: int) -> int:
        return max(at_ms - at_ms % period_ms, open_from_ms)

    @staticmethod
    def _cut_from(at_ms: int, cells: Iterable[int], open_from_ms: int, period_ms: int) -> int:
        """Return the first boundary after every interval that has begun by `at_ms`."""
        begun_ms = max(at_ms, open_from_ms)
        return max([ceil_ms(begun_ms, period_ms // 1000), *(start + period_ms for start in cells if start <= begun_ms)])

    def _close(self, flow_from_ms: int, dwell_from_ms: int) -> list[Draft]:
        state = self.state
        state.flow_from_ms = max(flow_from_ms, state.flow_from_ms)
        state.dwell_from_ms = max(dwell_from_ms, state.dwell_from_ms)
        flow_starts = sorted(start for start in state.flow if start < state.flow_from_ms)
        self._note_occupancy(flow_starts)
        flow = [(start, state.flow.pop(start)) for start in flow_starts]
        dwell = [(start, state.dwell.pop(start)) for start in sorted(state.dwell) if start < state.dwell_from_ms]
        made: list[Draft] = [self._flow_draft(start, cell) for start, cell in flow if not cell.is_empty()]
        made += [self._dwell_draft(start, cell) for start, cell in dwell if cell.zones and not cell.is_empty()]
        return sorted(made, key=_end_s)

    def _flow_draft(self, start_ms: int, cell: FlowCell) -> FlowDraft:
        lines = tuple(part.flow(key, cell.observed_of(part_of_line(key))) for key, part in cell.lines.items())
        zones = tuple(
            part.flow(key, self._whole_seconds(key, part.presence_ms), cell.observed_of(part_of_zone(key)))
            for key, part in cell.zones.items()
        )
        flags = _flags(cell)
        return FlowDraft(wire.utc(start_ms // 1000), self.flow_period_s, self.setup, flags, lines, zones)

    def _dwell_draft(self, start_ms: int, cell: DwellCell) -> DwellDraft:
        zones = tuple(part.dwell(key, cell.observed_of(part_of_zone(key))) for key, part in cell.zones.items())
        return DwellDraft(wire.utc(start_ms // 1000), self.setup, _flags(cell), zones)

    def _whole_seconds(self, zone: str, presence_ms: int) -> int:
        seconds, self.state.carried_ms[zone] = divmod(self.state.carried_ms[zone] + presence_ms, 1000)
        return seconds

    def _note_occupancy(self, starts: list[int]) -> None:
        """Find the largest occupancy of each closing interval from the visits that were given whole."""
        for zone, steps in self.state.steps.items():
            steps.sort()  # at the same moment a leaving person makes room before another comes
            done = 0
            for start_ms in starts:
                cell = self.state.flow[start_ms].zones[zone]
                done = self._walk(zone, steps, done, start_ms + 1)
                cell.occupancy_max = max(cell.occupancy_max, self.state.inside[zone])
                while done < len(steps) and steps[done][0] < start_ms + self._period_ms:
                    done = self._walk(zone, steps, done, steps[done][0] + 1)
                    cell.occupancy_max = max(cell.occupancy_max, self.state.inside[zone])
            del steps[:done]

    def _walk(self, zone: str, steps: list[tuple[int, int]], done: int, before_ms: int) -> int:
        """Take the steps earlier than `before_ms` and return how many are taken now."""
        while done < len(steps) and steps[done][0] < before_ms:
            self.state.inside[zone] += steps[done][1]
            done += 1
        return done


def _split(from_ms: int, to_ms: int, period_ms: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of [from_ms, to_ms) between the boundaries of `period_ms`."""
    while from_ms < to_ms:
        part_to_ms = min(from_ms - from_ms % period_ms + period_ms, to_ms)
        yield from_ms, part_to_ms
        from_ms = part_to_ms


def _flags(cell: FlowCell | DwellCell) -> tuple[wire.Flag, ...]:
    broken = any(zone.is_fragmented() for zone in cell.zones.values())
    return tuple(sorted(cell.flags | {wire.Flag.FRAGMENTATION} if broken else cell.flags))


def _end_s(draft: Draft) -> tuple[float, bool]:
    """Return when the draft's period ends; at the same moment flow comes first."""
    return draft.start.timestamp() + draft.period_s, isinstance(draft, DwellDraft)
