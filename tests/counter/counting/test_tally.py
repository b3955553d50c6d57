"""The tally: what was watched, what is open, what survives a restart; and that splitting time changes nothing."""

import json
from itertools import pairwise, product

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import wire
from counter.counting.draft import FlowDraft, numbered
from counter.counting.snapshot import Snapshot, SnapshotError
from counter.counting.tally import Tally
from counter.detections import Detections
from tests.support.counter.tracks import (
    BENCH,
    MIDDLE,
    START_MS,
    Counted,
    Path,
    count,
    frame,
    frames,
    stand,
    tally,
    unseen,
    walk,
)
from tests.support.properties import examples, worlds

LEFT, RIGHT, SEAT = (20.0, 240.0), (620.0, 240.0), (330.0, 240.0)


RATE = 5.0


def _crowd(seed: int = 4) -> list[Path]:
    """A minute of people who walk, sit, turn, vanish and come up from nowhere."""
    chance = np.random.default_rng(seed)
    paths = []
    for _ in range(12):
        y = float(chance.uniform(60, 420))
        there, seat, back = (20.0, y), (float(chance.uniform(230, 400)), y), (620.0, y)
        whole = walk(there, seat, rate=RATE) + stand(seat, float(chance.uniform(0, 20)), sway=2, rate=RATE)
        whole += walk(seat, back, rate=RATE)
        begin = int(chance.integers(0, 30)) if chance.random() < 0.5 else 0
        end = int(chance.integers(30, len(whole))) if chance.random() < 0.5 else len(whole)
        paths.append(unseen(float(chance.uniform(0, 40)), RATE) + whole[begin:end][:: int(chance.choice((1, -1)))])
    return paths


CROWD = list(frames(_crowd(), rate=RATE))
WHOLE = count(CROWD, tally([MIDDLE], [BENCH]))


def _totals(counted: Counted) -> tuple[object, ...]:
    kinds = [counted.dwell_bins(kind) for kind in ("complete", "cut", "fragment")]
    return counted.net, counted.gross, counted.visits, kinds, counted.observed_ms


def test_the_crowd_is_worth_testing_with() -> None:
    assert min(*WHOLE.net, *WHOLE.visits) >= 2
    assert WHOLE.observed_ms == CROWD[-1].at_ms - CROWD[0].at_ms


@pytest.mark.simulation
@settings(max_examples=examples(8))
@given(st.sets(st.integers(1, len(CROWD) - 1), max_size=5))
def test_going_on_from_a_state_at_any_frame_changes_nothing(at: set[int]) -> None:
    by, counted = tally([MIDDLE], [BENCH]), Counted()
    for place, detections in enumerate(CROWD):
        if place in at:
            state, by = by.state(), tally([MIDDLE], [BENCH])
            by.restore(state)
        counted.drafts += by.update(detections)
    counted.drafts += by.close(CROWD[-1].at_ms)
    assert _without_unsure(counted) == _without_unsure(WHOLE)


def _without_unsure(counted: Counted) -> tuple[object, ...]:
    """Totals; a person not yet sure at the restart is seen some frames later, which dwell may show."""
    return counted.net, counted.gross, sum(counted.visits[:2]), sum(counted.visits[2:]), counted.observed_ms


@pytest.mark.simulation
@pytest.mark.parametrize(("shift_ms", "period_s"), worlds([*product([1, 899_950], wire.FLOW_PERIODS_S)]))
def test_where_the_boundaries_lie_changes_no_total(period_s: int, shift_ms: int) -> None:
    shifted = [Detections(one.at_ms + shift_ms, one.points) for one in CROWD]
    counted = count(shifted, tally([MIDDLE], [BENCH], period_s))
    assert _totals(counted) == _totals(WHOLE)
    assert counted.presence_s == pytest.approx(WHOLE.presence_s, abs=1)


def test_visits_open_and_closed_balance_in_every_record() -> None:
    inside = 0
    for flow in WHOLE.flows:
        zone = flow.zones[0]
        inside += zone.entries + zone.appeared - zone.exits - zone.lost
        assert 0 <= inside <= zone.occupancy_max
        assert zone.presence_s <= zone.occupancy_max * 60 + 10
        line = flow.lines[0]
        assert line.gross_forward >= line.forward
        assert line.gross_backward >= line.backward
    assert inside == 0


def test_every_record_is_one_that_the_wire_takes() -> None:
    encoded = [wire.encode(numbered(draft, wire.Seq(seq))) for seq, draft in enumerate(WHOLE.drafts, start=1)]
    batch = wire.decode_batch(wire.encode_batch("0123456789abcdef", encoded))
    assert not batch.rejected


@pytest.mark.simulation
def test_an_hour_of_sitting_nearly_still_is_one_visit() -> None:
    rate = 1.0
    sat = walk(LEFT, SEAT, rate=rate) + stand(SEAT, 3620, sway=4, rate=rate) + walk(SEAT, LEFT, rate=rate)
    counted = count(frames([sat], rate=rate), tally([], [BENCH]))
    assert counted.visits == (1, 0, 1, 0)
    assert counted.dwell_bins("complete") == {3600: 1}


# What was watched -----------------------------------------------------------------------------------------


def _flows(at_s: list[float], by: Tally | None = None) -> list[tuple[float, int]]:
    """Start after START_MS in seconds, and observed ms, of the records that empty frames at these times make."""
    counted = count([frame(START_MS + round(at * 1000), []) for at in at_s], by)
    return [(flow.start.timestamp() - START_MS / 1000, flow.lines[0].observed_ms) for flow in counted.flows]


def test_an_empty_picture_is_watched_and_split_exactly_at_the_boundary() -> None:
    assert _flows([59.4, 59.9, 60.4, 60.9]) == [(0, 600), (60, 900)]


def test_a_silent_source_watches_nothing_and_makes_no_record() -> None:
    assert _flows([*np.arange(0, 10, 0.1), *np.arange(200, 210, 0.1)]) == [(0, 9900), (180, 9900)]


@pytest.mark.parametrize(("gap_s", "observed_ms"), [(0.9, 10_900), (1.0, 11_000), (1.7, 10_000), (5, 10_000)])
def test_a_gap_over_which_nobody_can_be_followed_is_not_observed(gap_s: float, observed_ms: int) -> None:
    before, after = np.linspace(0, 5, 51), np.linspace(5, 10, 51) + gap_s
    assert _flows([*before, *after]) == [(0, observed_ms)]


@pytest.mark.parametrize("gap_s", [2, 5, 9])
def test_a_slow_source_observes_nothing_and_says_that_it_is_slow(gap_s: int) -> None:
    (flow,) = count([frame(START_MS + at * 1000, []) for at in range(0, 55, gap_s)]).flows
    assert (flow.lines[0].observed_ms, flow.flags) == (0, (wire.Flag.LOW_FRAME_RATE,))


def test_one_frame_alone_watches_nothing() -> None:
    assert _flows([5.0]) == []


def test_the_rest_of_an_interval_after_close_is_missing() -> None:
    by = tally()
    assert _flows(list(np.arange(0, 10.05, 0.1)), by) == [(0, 10_000)]
    assert _flows(list(np.arange(11, 70.05, 0.1)), by) == [(60, 10_000)]


# The clock ------------------------------------------------------------------------------------------------


def test_after_a_close_at_a_later_time_its_interval_is_missing_too() -> None:
    by = tally()
    list(map(by.update, (frame(START_MS + n * 100, []) for n in range(100))))
    assert len(by.close(START_MS + 70_000)) == 1
    assert _flows(list(np.arange(75, 190, 0.1)), by)[0][0] == 120


@pytest.mark.simulation
@pytest.mark.parametrize("back_s", worlds([2, 50, 200], every=2))
def test_a_clock_set_back_makes_no_start_twice(back_s: int) -> None:
    first = np.arange(0, 130, 0.2)
    second = np.arange(130 - back_s, 400, 0.2)
    records = _flows([*first, *second])
    assert [start for start, _ in records] == [0, 60, 120, 180, 240, 300, 360]
    assert all(observed_ms <= 60_000 for _, observed_ms in records)
    assert records[2][1] == pytest.approx(60_000, abs=200)


@pytest.mark.simulation
def test_while_time_repeats_people_count_for_a_minute_and_then_are_lost() -> None:
    by, counted = tally([MIDDLE], [BENCH]), Counted()
    shown = list(frames([walk(LEFT, SEAT) + stand(SEAT, 100, sway=2)]))
    back = [Detections(one.at_ms - 7_200_000 * (place > 100), one.points) for place, one in enumerate(shown)]
    counted.drafts += [draft for one in back for draft in by.update(one)]
    assert not counted.drafts
    (flow, *_) = by.close(back[-1].at_ms)
    assert isinstance(flow, FlowDraft)
    assert flow.zones[0].lost == 1
    assert flow.zones[0].presence_s == pytest.approx(66, abs=2)
    assert flow.flags == (wire.Flag.CLOCK_UNSURE,)


# Live -----------------------------------------------------------------------------------------------------


def test_a_tick_shows_who_is_there_and_who_stays() -> None:
    by = tally([MIDDLE], [BENCH])
    sat = walk(LEFT, SEAT, rate=RATE) + stand(SEAT, 30, sway=2, rate=RATE)
    list(map(by.update, frames([sat, walk(LEFT, RIGHT, rate=RATE)], rate=RATE)))
    live = by.live(START_MS + 34_999)
    assert live.at == wire.utc(START_MS // 1000 + 30)
    assert live.lines == [wire.LiveLine("middle", wire.utc(START_MS // 1000), 1, 0)]
    assert live.zones == [wire.LiveZone("bench", 1, 0, 60)]
    list(map(by.update, frames([stand(SEAT, 40, sway=2, rate=RATE)], rate=RATE, from_ms=START_MS + 34_100)))
    later = by.live(START_MS + 74_100)
    assert later.zones == [wire.LiveZone("bench", 1, 1, 60)]
    assert later.lines[0].start == wire.utc(START_MS // 1000 + 60)
    assert later.lines[0].forward == 0


def test_a_tick_shows_who_has_just_passed_and_takes_back_who_turned() -> None:
    by = tally([MIDDLE], [])
    way = walk(LEFT, RIGHT)
    passed = next(place for place, (x, _) in enumerate(way) if x > MIDDLE.points[0][0] + 2 * MIDDLE.band)
    shown = list(frames([way[: passed + 1] + way[passed::-1]]))
    list(map(by.update, shown[: passed + 1]))
    assert by.live(shown[passed].at_ms).lines[0].forward == 1
    list(map(by.update, shown[passed + 1 :]))
    assert by.live(shown[-1].at_ms).lines[0].forward == 0


def test_a_tick_long_after_the_last_frame_shows_nothing_of_zones() -> None:
    by = tally([MIDDLE], [BENCH])
    list(map(by.update, frames([stand(SEAT, 10)])))
    assert by.live(START_MS + 19_000).zones
    assert not by.live(START_MS + 21_000).zones
    assert not tally([MIDDLE], [BENCH]).live(START_MS).zones


def test_a_tick_counts_the_time_since_the_last_frame_into_staying() -> None:
    by = tally([], [BENCH])
    list(map(by.update, frames([stand(SEAT, 58, rate=RATE)], rate=RATE)))
    last_ms = START_MS + 57_800
    assert [by.live(last_ms + more_ms).zones[0].staying for more_ms in (-30_000, 0, 2100, 2300)] == [0, 0, 0, 1]


# The state ------------------------------------------------------------------------------------------------


def test_after_a_long_break_visits_are_lost_at_their_last_sight() -> None:
    first, second = tally([], [BENCH]), tally([], [BENCH])
    before = count(frames([walk(LEFT, SEAT) + stand(SEAT, 20, sway=2)]), first, close=False)
    second.restore(first.state())
    after = count(frames([stand(SEAT, 20, sway=2)], from_ms=START_MS + 34_000 + 20_000), second)
    both = Counted(before.drafts + after.drafts)
    assert both.visits == (1, 1, 0, 2)
    assert both.dwell_bins("cut") == {20: 1}
    assert both.presence_s == pytest.approx(41, abs=2)


def test_who_passes_the_line_while_the_counter_restarts_is_counted() -> None:
    way = list(frames([walk(LEFT, RIGHT)]))
    middle = len(way) // 2
    for cut in range(middle - 3, middle + 4):
        first, second = tally(), tally()
        before = count(way[:cut], first, close=False)
        second.restore(first.state())
        after = count(way[cut:], second)
        assert Counted([*before.drafts, *after.drafts]).net == (1, 0)


def test_after_a_short_break_a_visit_goes_on() -> None:
    first, second = tally([], [BENCH]), tally([], [BENCH])
    list(map(first.update, frames([walk(LEFT, SEAT) + stand(SEAT, 20, sway=2)])))
    second.restore(first.state())
    seen = count(frames([stand(SEAT, 20, sway=2) + walk(SEAT, LEFT)], from_ms=START_MS + 23_900 + 8_000), second)
    assert seen.visits == (1, 0, 1, 0)
    assert seen.observed_ms == pytest.approx(23_800 + 23_900 - 2 * 750, abs=200)  # who came last is not deep inside yet


@settings(max_examples=examples(10))
@given(st.integers(0, len(CROWD) - 1))
def test_a_state_holds_only_people_of_the_last_ten_seconds(at: int) -> None:
    by = tally([MIDDLE], [BENCH])
    for detections in CROWD[: at + 1]:
        by.update(detections)
    snapshot = msgspec.msgpack.decode(by.state(), type=Snapshot)
    waiting = snapshot.meetings.waiting  # who ended while people met is decided about with them
    times = [*(track.seen_ms for track in snapshot.tracks), *(frame.at_ms for frame in waiting)]
    assert min(times, default=snapshot.moments.steady_ms) >= snapshot.moments.steady_ms - 10_000
    alive = {track.name for track in snapshot.tracks}.union(*(frame.ended for frame in waiting))
    assert snapshot.last.keys() <= alive
    assert all(line.keys() <= alive for line in snapshot.lines.values())
    assert all(zone.keys() <= alive for zone in snapshot.zones.values())


def test_a_state_is_small_and_forgets_everybody_in_time() -> None:
    by = tally([MIDDLE], [BENCH])
    for detections in CROWD:
        by.update(detections)
    for empty in frames([unseen(11)], from_ms=CROWD[-1].at_ms + 100):
        by.update(empty)
    snapshot = msgspec.msgpack.decode(by.state(), type=Snapshot)
    people = [snapshot.tracks, snapshot.last, *snapshot.lines.values(), *snapshot.zones.values()]
    assert not any(people)
    assert len(by.state()) < 2000


@pytest.mark.parametrize("state", [b"", b"{}", b"\xff\xff", json.dumps({"keys": []}).encode()])
def test_bytes_that_are_no_state_are_refused(state: bytes) -> None:
    with pytest.raises(SnapshotError, match="can't be read"):
        tally().restore(state)


def test_a_state_of_another_geometry_or_setup_is_refused() -> None:
    with pytest.raises(SnapshotError, match="belongs to test, 60 s, line middle, not to test, 300 s, line middle"):
        tally(period_s=300).restore(tally().state())


def test_starts_rise_strictly() -> None:
    assert all(one.start < other.start for one, other in pairwise(WHOLE.flows))
    assert all(one.start < other.start for one, other in pairwise(WHOLE.dwells))


# A sensor that can't see ------------------------------------------------------------------------------------


def blind(at_ms: int, *flags: wire.Flag) -> Detections:
    return Detections(at_ms, np.empty((0, 2)), flags=flags, watched=False)


def test_time_in_which_the_sensor_cannot_see_is_missing_and_says_why() -> None:
    by = tally()
    seen = [frame(START_MS + n * 100, []) for n in range(600)]
    hidden = [blind(START_MS + 60_000 + n * 100, wire.Flag.BLOCKED) for n in range(1200)]
    again = [frame(START_MS + 180_000 + n * 100, []) for n in range(620)]
    flows = count([*seen, *hidden, *again], by, close=False).flows
    assert [(flow.lines[0].observed_ms, flow.flags) for flow in flows] == [
        (59_900, ()),
        (0, (wire.Flag.BLOCKED,)),
        (0, (wire.Flag.BLOCKED,)),
        (60_000, ()),
    ]


def test_who_is_in_a_zone_when_the_sensor_can_see_no_more_is_lost_after_a_while() -> None:
    seen = list(frames([stand(SEAT, 10)]))
    hidden = [blind(START_MS + n * 100, wire.Flag.BLOCKED) for n in range(100, 1201)]
    counted = count([*seen, *hidden], tally(zones=[BENCH]), close=False)
    assert counted.flows[0].zones[0].lost == 1


def test_without_a_reason_there_is_no_record_of_what_was_not_seen() -> None:
    hidden = [blind(START_MS + n * 100) for n in range(1200)]
    assert count([frame(START_MS, []), *hidden]).flows == []


def test_nobody_is_known_to_be_in_a_zone_that_cannot_be_seen() -> None:
    by = tally(zones=[BENCH])
    for n in range(20):
        by.update(frame(START_MS + n * 100, [(300.0, 200.0)]))
    assert by.live(START_MS + 2000).zones
    by.update(blind(START_MS + 2000, wire.Flag.BLOCKED))
    assert by.live(START_MS + 2000).zones == []


def test_a_flag_of_a_frame_is_on_the_records_of_its_time() -> None:
    frames = [Detections(START_MS + n * 100, np.empty((0, 2)), flags=(wire.Flag.DARK,)) for n in range(1200)]
    counted = count(frames, tally(zones=[BENCH]))
    assert {draft.flags for draft in counted.drafts} == {(wire.Flag.DARK,)}
    assert counted.observed_ms == 119_900


@pytest.mark.simulation
@pytest.mark.parametrize(("broken", "whole", "flagged"), [(4, 6, False), (5, 7, True), (5, 0, True), (4, 0, False)])
def test_records_say_when_visits_broke_too_often(broken: int, whole: int, *, flagged: bool) -> None:
    """So many people vanish while they sit, so many come in and leave; each comes and goes alone."""
    seat = (320.0, 250.0)
    come = walk((150.0, 250.0), seat, rate=RATE)
    pieces = [come + stand(seat, 1, rate=RATE) + unseen(10, RATE)] * broken
    pieces += [come + come[::-1] + unseen(10, RATE)] * whole
    counted = count(frames([[spot for piece in pieces for spot in piece]], rate=RATE), tally([], [BENCH], 900))
    assert counted.visits == (broken + whole, 0, whole, broken)
    assert [wire.Flag.FRAGMENTATION in draft.flags for draft in counted.drafts] == [flagged, flagged]


def test_a_copy_without_people_is_what_a_restart_that_finds_nobody_goes_on_from() -> None:
    """And the tally itself goes on with everyone."""
    by, with_people = tally([MIDDLE], [BENCH]), 0
    for place, detections in enumerate(CROWD):
        by.update(detections)
        if place % 20:
            continue
        state = by.state()
        restarted = tally([MIDDLE], [BENCH])
        restarted.restore(state)
        restarted.lose_everyone()
        bare = by.without_people().state()
        assert bare == restarted.state()
        assert by.state() == state
        with_people += bare != state
        assert msgspec.msgpack.decode(bare, type=Snapshot).tracks == []
    assert with_people > 5
