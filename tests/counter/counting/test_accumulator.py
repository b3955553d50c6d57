"""The accumulator: events with times become records; splitting time anywhere changes no total."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import wire
from counter.counting.accumulator import Accumulator
from counter.counting.cells import End, Start
from counter.counting.draft import Draft, DwellDraft, FlowDraft, numbered
from tests.support.counter.tracks import START_MS, Counted

HOUR_MS = 3_600_000

Visit = tuple[int, int, Start, End]
visits = st.lists(
    st.tuples(
        st.integers(0, HOUR_MS), st.integers(0, 5 * HOUR_MS), st.sampled_from(list(Start)), st.sampled_from(list(End))
    ),
    max_size=12,
)
moments = st.lists(st.integers(0, 7 * HOUR_MS), max_size=8).map(sorted)


def _accumulator(period_s: int = 60) -> Accumulator:
    return Accumulator(["line"], ["zone"], flow_period_s=period_s, setup="test")


def _counted(visits: list[Visit], asked: list[int], period_s: int = 60) -> Counted:
    """Give all visits (start, length in ms after START_MS), asking for records at some moments."""
    accumulator, counted = _accumulator(period_s), Counted()
    for start_ms, dwell_ms, start, end in visits:
        accumulator.visit("zone", START_MS + start_ms, START_MS + start_ms + dwell_ms, start, end)
    for at_ms in asked:
        counted.drafts += accumulator.drafts(START_MS + at_ms)
    counted.drafts += accumulator.cut(START_MS + 9 * HOUR_MS)
    return counted


@given(visits, moments, st.sampled_from(wire.FLOW_PERIODS_S))
def test_visits_are_counted_once_wherever_time_is_split(visits: list[Visit], asked: list[int], period_s: int) -> None:
    counted = _counted(visits, asked, period_s)
    starts, ends = Counter(visit[2] for visit in visits), Counter(visit[3] for visit in visits)
    assert counted.visits == (starts[Start.ENTERED], starts[Start.APPEARED], ends[End.LEFT], ends[End.LOST])
    assert 0 <= sum(visit[1] for visit in visits) / 1000 - counted.presence_s < 1
    assert sum(sum(counted.dwell_bins(kind).values()) for kind in ("complete", "cut", "fragment")) == len(visits)
    _check_records(counted.drafts)


def _check_records(drafts: list[Draft]) -> None:
    for kind in (FlowDraft, DwellDraft):
        starts = [draft.start for draft in drafts if isinstance(draft, kind)]
        assert starts == sorted(set(starts))
    for seq, draft in enumerate(drafts, start=1):
        wire.decode_batch(wire.encode_batch("0123456789abcdef", [wire.encode(numbered(draft, wire.Seq(seq)))]))


@given(visits)
def test_the_largest_occupancy_is_that_of_the_visits(visits: list[Visit]) -> None:
    steps = sorted(step for start_ms, dwell_ms, *_ in visits for step in ((start_ms, 1), (start_ms + dwell_ms, -1)))
    inside, most = 0, 0
    for _, step in steps:
        inside += step
        most = max(most, inside)
    flows = _counted(visits, []).flows
    assert max((flow.zones[0].occupancy_max for flow in flows), default=0) == most


def test_occupancy_lasts_through_intervals_without_events() -> None:
    flows = _counted([(0, 5 * 60_000, Start.ENTERED, End.LEFT)], []).flows
    assert [flow.zones[0].occupancy_max for flow in flows] == [1, 1, 1, 1, 1, 0]
    assert [flow.zones[0].presence_s for flow in flows] == [60, 60, 60, 60, 60, 0]


def test_kinds_of_visits_go_into_their_histograms() -> None:
    kinds = [(start, end) for start in Start for end in End]
    counted = _counted([(0, 20_000 * (place + 1), *kind) for place, kind in enumerate(kinds)], [])
    assert counted.dwell_bins("complete") == {20: 1}
    assert counted.dwell_bins("cut") == {30: 1}
    assert counted.dwell_bins("fragment") == {60: 2}


def test_a_visit_is_in_the_quarter_in_which_it_ended_and_the_last_bin_has_its_sum() -> None:
    dwell_ms = 5 * HOUR_MS + 400
    counted = _counted([(1000, dwell_ms, Start.ENTERED, End.LEFT)], [])
    (dwell,) = counted.dwells
    assert dwell.start == wire.utc((START_MS + 5 * HOUR_MS) // 1000)
    assert dwell.zones[0].complete.over_s == 5 * 3600


@given(st.lists(st.tuples(st.integers(0, 90_000), st.integers(0, 600_000)), max_size=20), moments)
def test_watched_time_is_counted_once_and_never_exceeds_the_period(
    parts: list[tuple[int, int]], asked: list[int]
) -> None:
    accumulator, drafts, at_ms, expected_ms = _accumulator(), Counted(), START_MS, 0
    asked = [START_MS + moment for moment in asked]
    for pause_ms, watched_ms in parts:
        accumulator.watched(at_ms, at_ms + pause_ms // 2)  # overlaps what was watched before, or nothing
        at_ms += pause_ms
        accumulator.watched(at_ms - pause_ms, at_ms + watched_ms)
        at_ms += watched_ms
        expected_ms += pause_ms + watched_ms
        while asked and asked[0] <= at_ms:
            drafts.drafts += accumulator.drafts(asked.pop(0))
    drafts.drafts += accumulator.cut(at_ms)
    assert drafts.observed_ms == expected_ms
    assert sum(dwell.zones[0].observed_ms for dwell in drafts.dwells) == expected_ms
    _check_records(drafts.drafts)


def test_an_interval_without_anything_makes_no_record() -> None:
    accumulator = _accumulator()
    accumulator.watched(START_MS, START_MS + 60_000)
    accumulator.watched(START_MS + 180_000, START_MS + 240_000)
    starts = [draft.start.timestamp() - START_MS / 1000 for draft in accumulator.drafts(START_MS + 600_000)]
    assert starts == [0, 180]


def test_an_event_too_late_for_its_interval_goes_into_the_open_one() -> None:
    accumulator = _accumulator()
    accumulator.watched(START_MS, START_MS + 60_000)
    assert len(accumulator.drafts(START_MS + 60_000)) == 1
    accumulator.crossing("line", START_MS + 59_000, True)
    (late,) = Counted(accumulator.drafts(START_MS + 120_000)).flows
    assert late.start == wire.utc(START_MS // 1000 + 60)
    assert late.lines[0].forward == late.lines[0].gross_forward == 1


def test_after_a_cut_the_rest_of_the_interval_is_unobserved() -> None:
    accumulator = _accumulator()
    accumulator.watched(START_MS, START_MS + 20_000)
    first = Counted(accumulator.cut(START_MS + 20_000))
    accumulator.watched(START_MS + 20_000, START_MS + 90_000)
    accumulator.crossing("line", START_MS + 50_000, False)
    second = Counted(accumulator.cut(START_MS + 90_000))
    assert [flow.lines[0].observed_ms for flow in first.flows + second.flows] == [20_000, 30_000]
    assert [len(first.dwells), len(second.dwells)] == [1, 0]
    assert second.net == (0, 1)


def test_flags_mark_the_records_of_their_time() -> None:
    accumulator = _accumulator()
    accumulator.watched(START_MS, START_MS + 1000)
    accumulator.flag(wire.Flag.DARK, START_MS)
    accumulator.flag(wire.Flag.BLOCKED, START_MS)
    assert [draft.flags for draft in accumulator.cut(START_MS)] == [(wire.Flag.BLOCKED, wire.Flag.DARK)] * 2


def test_without_zones_there_is_no_dwell_record() -> None:
    accumulator = Accumulator(["line"], [], flow_period_s=900, setup="test")
    accumulator.watched(START_MS, START_MS + 900_000)
    assert [type(draft) for draft in accumulator.drafts(START_MS + 900_000)] == [FlowDraft]


@pytest.mark.parametrize(
    ("lines", "period_s", "says"),
    [(["a"], 61, "flow_period_s 61 is none of"), (["a", "a"], 60, "named twice among a, a")],
)
def test_wrong_settings_are_refused(lines: list[str], period_s: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Accumulator(lines, [], flow_period_s=period_s, setup="test")
