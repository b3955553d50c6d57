"""Other people's counting bugs, each drawn with one person at 10 frames a second in pixels."""

from itertools import product

import numpy as np
import pytest

from counter.detections import Detections
from counter.geometry import GeometryError, LineGeometry, ZoneGeometry
from tests.support.counter.bug_pack import CASES, LEFT, ON, ONWARD, RIGHT, THROUGH, TO_LINE, Case, beside
from tests.support.counter.tracks import (
    BENCH,
    START_MS,
    Path,
    Point,
    count,
    frames,
    stand,
    swing,
    tally,
    unseen,
    walk,
)
from tests.support.properties import worlds


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_drawn_person_is_counted_as_they_walked(case: Case) -> None:
    counted = count(frames(case.paths), tally([case.line]) if case.line else None)
    assert counted.net == case.net
    assert counted.gross[0] >= counted.net[0]
    assert counted.gross[1] >= counted.net[1]


def test_gross_crossings_keep_what_net_leaves_out() -> None:
    swaying = count(frames([TO_LINE + swing(ON, 10, reach=8, period_s=0.8) + ONWARD]))
    turning = count(frames([walk(LEFT, (350.0, 240.0), LEFT)]))
    assert min(swaying.gross) > 10
    assert turning.gross == (1, 1)


def test_sitting_nearly_still_for_62_s_is_one_visit_of_62_s() -> None:
    seat = (320.0, 250.0)
    way = walk((150.0, 250.0), seat, rate=5)
    counted = count(frames([way + stand(seat, 59, sway=2, rate=5) + way[::-1]], rate=5), tally([], [BENCH]))
    assert counted.visits == (1, 0, 1, 0)
    assert counted.dwell_bins("complete") == {60: 1}
    assert counted.presence_s == pytest.approx(62, abs=1)


def test_lost_while_sitting_is_one_cut_visit_up_to_the_last_sight() -> None:
    seat = (320.0, 250.0)
    sat = walk((150.0, 250.0), seat, rate=5) + stand(seat, 100, sway=2, rate=5) + unseen(20, rate=5)
    counted = count(frames([sat], rate=5), tally([], [BENCH]))
    assert counted.visits == (1, 0, 0, 1)
    assert counted.dwell_bins("cut") == {90: 1}
    assert counted.presence_s == pytest.approx(101, abs=2)


@pytest.mark.parametrize("seed", range(3))
def test_unsure_detectionsbeside_real_people_count_nothing(seed: int) -> None:
    """Seven walk one way and nine the other, while wrong detections flicker all over the picture."""
    paths: list[Path] = [[] for _ in range(4)]
    for place in range(16):
        person = THROUGH if place < 7 else THROUGH[::-1]
        paths[place % 4] += beside(person, 60.0 * (place % 4) - 90) + unseen(4)
    chance = np.random.default_rng(seed)
    for lane in range(2):
        places = chance.uniform((280, 20), (360, 460), (40, 2)).tolist()
        paths.append([sight for x, y in places for sight in [None] * 12 + [(x, y), (x + 12, y)][: lane + 1]])
    assert count(frames(paths)).net == (7, 9)


def test_a_line_or_zone_that_cannot_count_is_refused_with_the_reason() -> None:
    with pytest.raises(GeometryError, match="line edge: band 0 is not above 0"):
        LineGeometry("edge", ((12.0, 0.0), (12.0, 480.0)), (640.0, 240.0), band=0)
    with pytest.raises(GeometryError, match="zone strip: margin 20 leaves no inside"):
        ZoneGeometry("strip", ((0.0, 0.0), (30.0, 0.0), (30.0, 400.0), (0.0, 400.0)), 60, margin=20)


def _stopped_on_the_line(seed: int, rate: float) -> Path:
    stopped: Path = [
        None if chance < 0.1 else point
        for chance, point in zip(
            np.random.default_rng(seed).random(1800),
            stand(ON, 900, sway=15, rate=rate, seed=seed),
            strict=True,
        )
    ]
    return walk(LEFT, ON, rate=rate) + stopped + walk(ON, RIGHT, rate=rate)


@pytest.mark.simulation
def test_each_of_two_stopped_on_the_line_for_hours_is_at_most_one() -> None:
    paths = [beside(_stopped_on_the_line(seed, 2.0), dy) for seed, dy in ((1, -120.0), (2, 120.0))]
    stood = count(frames(paths, rate=2.0))
    assert stood.net == (2, 0)
    assert [(flow.lines[0].forward, flow.lines[0].backward) for flow in stood.flows[:-1]] == [(0, 0)] * 15


@pytest.mark.parametrize(
    ("standing", "gap_s"),
    [
        *(((x, 240.0), gap_s) for x in (312.0, 320.0, 328.0) for gap_s in (0.1, 4, 9)),
        *(((x, 240.0), gap_s) for x in (312.0, 328.0) for gap_s in (15, 300)),
    ],
)
def test_a_restart_while_someone_stands_on_the_line_counts_one(standing: Point, gap_s: float) -> None:
    seen = walk(LEFT, standing) + stand(standing, 5, sway=2)
    first, second = tally(), tally()
    before = count(frames([seen]), first, close=False)
    second.restore(first.state())
    restarted_ms = START_MS + len(seen) * 100 + round(gap_s * 1000)
    after = count(frames([stand(standing, 5, sway=2) + walk(standing, RIGHT)], from_ms=restarted_ms), second)
    assert tuple(map(sum, zip(before.net, after.net, strict=True))) == (1, 0)


def _dropping_rate() -> tuple[list[Detections], list[Detections]]:
    """A minute and a half of people, at 10 frames/s, and the same with 2 frames/s in the middle half-minute."""
    paths = [
        unseen(delay_s) + beside(person, dy)
        for delay_s, dy, person in (
            *((7.0 * k, 50.0 * (k % 3) - 100, THROUGH) for k in range(11)),
            *((9.0 * k + 3, 50.0 * (k % 2) + 60, THROUGH[::-1]) for k in range(8)),
        )
    ]
    shown = list(frames(paths))
    return shown, [one for place, one in enumerate(shown) if not 300 <= place < 600 or place % 5 == 0]


@pytest.mark.simulation
def test_a_drop_from_10_to_2_frames_a_second_changes_no_count() -> None:
    steady, dropping = map(count, _dropping_rate())
    assert steady.net == dropping.net == (11, 8)
    assert steady.observed_ms == dropping.observed_ms


@pytest.mark.simulation
@pytest.mark.parametrize(
    ("where", "jump_s", "given"), worlds([*product([0.2, 0.5, 0.8], [3600, -3600, 30, -30], [True, False])], every=5)
)
def test_a_clock_that_jumps_while_counting_changes_no_count(jump_s: int, where: float, *, given: bool) -> None:
    by = tally()
    shown = list(frames([THROUGH]))
    at = round(len(shown) * where)
    shown = shown[:at] + [Detections(one.at_ms + jump_s * 1000, one.points) for one in shown[at:]]
    drafts = [draft for one in shown for draft in by.update(one, elapsed_ms=100 if given else None)]
    drafts += by.close(shown[-1].at_ms)
    flows = [draft for draft in drafts if hasattr(draft, "lines")]
    assert sum(flow.lines[0].forward for flow in flows) == 1
    assert sum(flow.lines[0].backward for flow in flows) == 0
    starts = [flow.start.timestamp() for flow in flows]
    assert starts == sorted(set(starts))
    assert starts[-1] == max(one.at_ms for one in shown) // 60_000 * 60


def test_a_visit_keeps_its_true_length_when_the_clock_jumps() -> None:
    seat, door, rate = (320.0, 250.0), (150.0, 250.0), 5.0
    sat = walk(door, seat, rate=rate) + stand(seat, 59, sway=2, rate=rate) + walk(seat, door, rate=rate)
    shown = enumerate(frames([sat], rate=rate))
    jumped = [Detections(one.at_ms + 3_600_000 * (place > 12), one.points) for place, one in shown]
    counted = count(jumped, tally([], [BENCH]))
    assert counted.visits == (1, 0, 1, 0)
    assert counted.dwell_bins("complete") == {60: 1}
