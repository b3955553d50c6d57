"""Factors and their intervals, against scipy used another way and against worlds in which the truth is known."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from api.calibration.assembly import ComputedCalibration, MixedRoundsError, compute
from api.calibration.factors import CountedKind, CountingRound, Factor, FactorOptions, Strata, factors, share_lasting
from api.calibration.ratio import CalibrationError, Pair, Ratio, ratio
from bench.calibration import World, ours, simulated, tried

HAND = [330, 215, 480, 77, 140, 610]
MACHINE = [300, 205, 410, 80, 119, 540]


def pairs(hand: Sequence[float], machine: Sequence[float]) -> list[Pair]:
    return [Pair(one, other, round(one)) for one, other in zip(hand, machine, strict=True)]


def end_by_search(hand: Sequence[float], machine: Sequence[float], factor: float, away: float) -> float:
    """Return the ratio at which a t-test of hand - ratio x machine against 0 has p = 0.05: found step by step."""

    def beyond(candidate: float) -> float:
        residuals = [one - candidate * other for one, other in zip(hand, machine, strict=True)]
        return float(stats.ttest_1samp(residuals, 0).pvalue) - 0.05

    return float(optimize.brentq(beyond, factor, away))


def test_the_interval_holds_the_ratios_that_a_t_test_does_not_refuse() -> None:
    found = ratio(pairs(HAND, MACHINE))
    assert found.factor == sum(HAND) / sum(MACHINE)
    assert found.low == pytest.approx(end_by_search(HAND, MACHINE, found.factor, 0.5), rel=1e-9)
    assert found.high == pytest.approx(end_by_search(HAND, MACHINE, found.factor, 3.0), rel=1e-9)
    assert (found.counting_rounds, found.hand, found.machine) == (6, 1852, 1654)
    spread = statistics.stdev([one - found.factor * other for one, other in zip(HAND, MACHINE, strict=True)])
    # The residuals' mean is zero, so that stdev is the root of their mean square with n - 1.
    assert found.spread == pytest.approx(spread / statistics.fmean(HAND))


@given(st.lists(st.tuples(st.integers(40, 400), st.integers(40, 400)), min_size=6, max_size=20), st.integers(2, 50))
def test_it_is_between_its_ends_and_another_unit_changes_nothing(counts: list[tuple[int, int]], unit: int) -> None:
    hand, machine = zip(*counts, strict=True)
    try:
        found = ratio(pairs(hand, machine))
    except CalibrationError as error:
        assert "no upper bound" in str(error)  # noqa: PT017  either is right
        return
    assert 0 <= found.low <= found.factor <= found.high
    other = ratio(pairs([one * unit for one in hand], [one * unit for one in machine]))
    assert (other.low, other.high) == (pytest.approx(found.low, abs=1e-9), pytest.approx(found.high, rel=1e-9))


def test_counting_rounds_that_agree_leave_no_width() -> None:
    found = ratio(pairs([n * 11 for n in range(5, 11)], [n * 10 for n in range(5, 11)]))
    assert (found.low, found.high) == (pytest.approx(1.1), pytest.approx(1.1))
    assert found.spread == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("hand", "machine", "sentence"),
    [
        ([50] * 5, [50] * 5, "5 counting rounds are too few"),
        ([9] * 6, [9] * 6, "54 people seen by hand are too few"),
        ([50] * 6, [0] * 6, "by the counter 0"),
        ([900, 1, 1, 1, 1, 1], [900, 1, 0, 2, 1, 1], "no upper bound"),
    ],
)
def test_what_gives_no_factor_says_why(hand: list[float], machine: list[float], sentence: str) -> None:
    with pytest.raises(CalibrationError, match=sentence):
        ratio(pairs(hand, machine))


WORLDS = [
    World("usual", 6, 60.0),
    World("few people", 8, 15.0),
]


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: f"{world.name} {world.counting_rounds}")
def test_intervals_hold_the_truth_as_often_as_they_say(world: World) -> None:
    """In short, with a seed; 2,000 campaigns of each of many worlds: python -m bench.calibration."""
    campaigns, truth = simulated(world, 400, seed=3, truth_rounds=5_000)
    held = tried(ours, campaigns, truth)
    assert held.refused < 10
    error = math.sqrt(0.95 * 0.05 / 400)
    assert 0.94 - 2 * error < held.share < 0.96 + 2 * error


START = datetime(2026, 3, 2, tzinfo=UTC)


def counting_round(number: int, *, watched: float = 1.0, **more: object) -> CountingRound:
    """Return half an hour at a gate, with some fields changed."""
    usual = CountingRound(
        counting_round=number,
        kind=CountedKind.CROSSINGS,
        line="gate",
        zone=None,
        setup="one",
        starts_at=START,
        ends_at=START + timedelta(minutes=30),
        hand={"forward": 30, "backward": 60},
        machine={"forward": 25 + number % 3, "backward": 50},
        observed_ms=round(1_800_000 * watched),
        dark=False,
        busy=1,
    )
    return replace(usual, **more)


def test_strata_take_their_counting_rounds_and_those_without_any_have_no_factor() -> None:
    counting_rounds = [counting_round(n, dark=n >= 12, busy=30 if 6 <= n < 12 else 3) for n in range(18)]
    found = factors(counting_rounds, FactorOptions(Strata.LIGHT_AND_CROWD, busy_from=30))
    assert [(one.measure, one.dark, one.busy, one.ratio.counting_rounds) for one in found] == [
        ("forward", False, False, 6),
        ("backward", False, False, 6),
        ("forward", False, True, 6),
        ("backward", False, True, 6),
        ("forward", True, False, 6),
        ("backward", True, False, 6),
    ]
    with pytest.raises(CalibrationError, match=r"^dark: 5 counting rounds are too few"):
        factors(counting_rounds[:17], FactorOptions(Strata.LIGHT))
    with pytest.raises(CalibrationError, match="busy_from"):
        factors(counting_rounds, FactorOptions(Strata.CROWD))


def test_both_directions_together_have_one_factor() -> None:
    forward, backward = factors([counting_round(n) for n in range(6)], FactorOptions(together=True))
    assert forward.ratio == backward.ratio
    assert forward.ratio.hand == 6 * 90


def test_time_that_the_counter_did_not_watch_is_no_miss() -> None:
    """It counted all of the people in 0.98 of the time; a fiftieth more passed in the rest, by hand alone."""
    hand, machine = {"forward": 100, "backward": 50}, {"forward": 98, "backward": 49}
    counting_rounds = [counting_round(n, hand=hand, machine=machine, watched=0.98) for n in range(6)]
    assert [found.ratio.factor for found in factors(counting_rounds, FactorOptions())] == [pytest.approx(1)] * 2
    there = {"hand": {"looks": 15, "present": 30}, "machine": {"presence_s": 3528}, "watched": 0.98}
    [found] = factors([counting_round(n, kind=CountedKind.PRESENCE, **there) for n in range(6)], FactorOptions())
    assert found.ratio.factor == pytest.approx(1)


def test_presence_compares_person_seconds() -> None:
    hand, machine = {"looks": 15, "present": 30}, {"presence_s": 3000}
    [found] = factors(
        [counting_round(n, kind=CountedKind.PRESENCE, hand=hand, machine=machine) for n in range(6)], FactorOptions()
    )
    assert (found.measure, found.ratio.factor) == ("presence", 2 * 1800 / 3000)


def test_stays_compare_shares_of_as_many_as_the_counter_saw() -> None:
    timed = [2] * 7 + [3, *[0] * 16]  # 3 of 17 stay a minute
    complete = [4] * 7 + [6, *[0] * 16]  # 6 of 34
    hand, machine = {"complete": timed, "known_s": 60}, {"complete": complete, "cut": [0] * 24}
    counting_rounds = [counting_round(n, kind=CountedKind.STAYS, hand=hand, machine=machine) for n in range(6)]
    [found] = factors(counting_rounds, FactorOptions(threshold_s=60))
    assert (found.ratio.factor, found.ratio.hand) == (pytest.approx(1), pytest.approx(36))
    with pytest.raises(CalibrationError, match="counting round 0 knows some dwell to 60 s only"):
        factors(counting_rounds, FactorOptions(threshold_s=120))
    with pytest.raises(CalibrationError, match="threshold_s is 61"):
        factors(counting_rounds, FactorOptions(threshold_s=61))
    with pytest.raises(CalibrationError, match="threshold_s is None"):
        factors(counting_rounds, FactorOptions())


def test_the_share_that_lasts_is_the_life_tables() -> None:
    complete, cut = [10, 5] + [0] * 22, [0, 2, 3] + [0] * 21
    assert share_lasting(complete, [0] * 24, 5) == pytest.approx(5 / 15)
    assert share_lasting(complete, cut, 10) == pytest.approx((1 - 10 / 20) * (1 - 5 / 9))
    assert share_lasting([0] * 24, [0] * 24, 60) == 1


def test_kinds_are_not_mixed() -> None:
    with pytest.raises(CalibrationError, match="2 kinds"):
        factors([counting_round(1), counting_round(2, kind=CountedKind.STAYS)], FactorOptions())


def test_what_is_stored_says_how_it_came_about() -> None:
    one = Factor("forward", None, True, Ratio(1.23456789, 1.1, 1.3, 6, 100, 81, 0.1))
    rounds, end = [counting_round(4), counting_round(3)], START + timedelta(days=1)
    stored = ComputedCalibration(rounds, FactorOptions(Strata.CROWD, 20.0), [one]).fields(START, end, "note")
    assert (stored["counting_rounds"], stored["strata"], stored["busy_from"]) == ([3, 4], "crowd", 20.0)
    assert (stored["kind"], stored["line"], stored["zone"], stored["note"]) == ("crossings", "gate", None, "note")
    assert (stored["from"], stored["to"]) == ("2026-03-02T00:00:00+00:00", "2026-03-03T00:00:00+00:00")
    assert stored["factors"][0]["factor"] == 1.234568
    open_ended = ComputedCalibration(rounds, FactorOptions(busy_from=20.0), []).fields(START, None, None)
    assert (open_ended["busy_from"], open_ended["to"]) == (None, None)


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"kind": CountedKind.PRESENCE}, "several kinds: crossings, presence"),
        ({"line": "back"}, "several lines: back, gate"),
        ({"line": None, "zone": "bench"}, "several lines: None, gate"),
        ({"setup": "two"}, "several setups of the counter: one, two"),
    ],
)
def test_counting_rounds_of_several_places_give_no_calibration(other: dict[str, object], sentence: str) -> None:
    with pytest.raises(MixedRoundsError, match=f"^the counting rounds are of {sentence}$"):
        compute([*(counting_round(n) for n in range(6)), counting_round(6, **other)], FactorOptions())
    assert len(compute([counting_round(n) for n in range(6)], FactorOptions()).factors) == 2


def test_any_record_of_a_counting_round_is_taken() -> None:
    expected = counting_round(1)
    values = {name: getattr(expected, name) for name in CountingRound.__slots__} | {"kind": "crossings"}
    part = {"starts_at": "compared_from", "ends_at": "compared_to", "hand": "compared_hand"}
    values |= {compared: values.pop(name) for name, compared in part.items()} | {"starts_at": None, "hand": "of all"}
    assert CountingRound.of(SimpleNamespace(**values, busy_is="else")) == expected
