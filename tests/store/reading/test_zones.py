"""Presence, dwell and stays: the life table against exact fractions, its bounds, and nothing where nothing was seen."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Rollback

from api.calibration.factors import share_lasting
from core.wire.limits import BIN_EDGES_S
from store.database import Database, connect
from tests.store.reading import by_hand
from tests.store.reading.place import BINS, QUARTER, Dwelt, Place, bins
from tests.support.properties import examples, worlds

pytestmark = pytest.mark.chain

NOON = datetime(2025, 6, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        yield database


@pytest.fixture
def place(database: Database) -> Place:
    place = Place(database, "tunnel", "Europe/Stockholm")
    place.space("hall")
    place.zone("bench", "hall", [(NOON, NOON + HOUR * 4)])
    return place


def dwell(place: Place, threshold_s: int = 60, bucket: str = "hour", hours: int = 1) -> list[dict[str, Any]]:
    query = "select * from reading.zone_dwell('tunnel', %s, %s, %s, %s) order by start_utc"
    return place.ask(query, bucket, NOON, NOON + HOUR * hours, threshold_s)


def test_the_bins_are_those_of_the_wire(database: Database) -> None:
    [(edges,)] = database.execute(b"select reading.dwell_edges()").fetchall()
    assert tuple(edges) == BIN_EDGES_S


counts = st.lists(st.integers(0, 40) | st.just(0), min_size=BINS, max_size=BINS)
few = st.lists(st.integers(0, 3) | st.just(0), min_size=BINS, max_size=BINS)


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(complete=counts | few, cut=few, threshold_s=st.sampled_from(BIN_EDGES_S[1:]), split=st.integers(0, 3))
def test_the_life_table_equals_exact_fractions(
    place: Place, complete: Sequence[int], cut: Sequence[int], threshold_s: int, split: int
) -> None:
    with place.database.transaction():
        quarters = [Dwelt(NOON + QUARTER * n) for n in range(4)]
        quarters[split] = Dwelt(NOON + QUARTER * split, complete, cut)
        place.dwells("bench", *quarters)
        [row] = dwell(place, threshold_s)
        raise Rollback
    assert_life(row, complete, cut, threshold_s)


EACH_OTHER = ([300 + 17 * n + 9_000 * (n == BINS - 1) for n in range(BINS)], [1 + n for n in range(BINS)])
"""Complete and cut visits, another number in each bin, so that none can stand for another; few enough are cut."""


def test_every_bin_counts_at_every_threshold(place: Place) -> None:
    complete, cut = EACH_OTHER
    place.dwells("bench", Dwelt(NOON, complete, cut, fragment=[2**n for n in range(BINS)]))
    for threshold_s in BIN_EDGES_S[1:]:
        [row] = dwell(place, threshold_s)
        assert_life(row, complete, cut, threshold_s)
        assert (row["wide"], row["fragment"]) == (False, 2**BINS - 1)
        # A calibration computes the share of a counting round's visits in Python: the same life table.
        near(row["share"], share_lasting(complete, cut, threshold_s), 0.00005)


def test_the_median_may_lie_in_every_bin_but_the_last(place: Place) -> None:
    for number in range(BINS):
        complete = [10 + n for n in range(BINS)]
        complete[number] += 10 * sum(complete)
        cut = [n % 3 for n in range(BINS)]
        with place.database.transaction():
            place.dwells("bench", Dwelt(NOON, complete, cut))
            [row] = dwell(place, 60)
            raise Rollback
        assert_life(row, complete, cut, 60)
        assert (row["median_s"] is None) == (number == BINS - 1)


def assert_life(row: dict[str, Any], complete: Sequence[int], cut: Sequence[int], threshold_s: int) -> None:
    number = BIN_EDGES_S.index(threshold_s)
    entered = sum(complete) + sum(cut)
    curve = by_hand.survival(complete, cut)
    low = sum(complete[number:]) + sum(cut[number:])
    high = low + sum(cut[:number])
    assert (row["entered"], row["complete"], row["cut"]) == (entered, sum(complete), sum(cut))
    assert (row["stays_low"], row["stays_high"], row["threshold_s"]) == (low, high, threshold_s)
    assert row["wide"] == (10 * (high - low) > low)
    near(row["stays"], entered * curve[number], 0.05)
    assert low <= float(row["stays"]) + 0.05
    assert float(row["stays"]) <= high + 0.05
    near(row["share"], curve[number] if entered else None, 0.00005)
    for name, left in (("median_s", Fraction(1, 2)), ("p75_s", Fraction(3, 4)), ("p90_s", Fraction(9, 10))):
        too_many_cut = 5 * sum(cut) > entered
        near(row[name], None if too_many_cut or not entered else by_hand.quantile(curve, left), 0.0501)


def near(found: Decimal | None, expected: Fraction | float | None, distance: float) -> None:
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert abs(float(found) - float(expected)) <= distance + 1e-9


def test_without_losses_stays_are_simply_counted(place: Place) -> None:
    place.dwells(
        "bench", Dwelt(NOON, bins(b0=10, b6=5, b7=3, b12=2)), Dwelt(NOON + QUARTER, bins(b23=1), fragment=bins(b9=4))
    )
    [row] = dwell(place)
    assert (row["stays"], row["stays_low"], row["stays_high"], row["wide"]) == (6, 6, 6, False)
    assert (row["entered"], row["fragment"], row["share"]) == (21, 4, Decimal("0.2857"))
    assert (row["observed_ms"], row["coverage"]) == (1_800_000, Decimal("0.5000"))


def test_fragments_make_no_stays(place: Place) -> None:
    place.dwells("bench", Dwelt(NOON, fragment=bins(b12=50)))
    [row] = dwell(place)
    assert (row["entered"], row["stays"], row["share"], row["median_s"]) == (0, 0, None, None)


def test_a_cut_visit_is_half_at_risk_in_its_bin(place: Place) -> None:
    # 100 came in; in [30, 45) 10 left and 10 were lost: S(45) = 1 - 10 / 95. The others stayed for 10 minutes.
    place.dwells("bench", Dwelt(NOON, bins(b5=10, b14=80), bins(b5=10)))
    [wide] = dwell(place, 60)
    # S(45) = 1 - 10 / 95: a number all the same, and marked
    assert (wide["stays_low"], wide["stays_high"], wide["wide"]) == (80, 90, True)
    assert (wide["stays"], wide["share"]) == (Decimal("89.5"), Decimal("0.8947"))
    place.database.execute(b"delete from platspuls.zone_dwell")
    place.dwells("bench", Dwelt(NOON, bins(b5=10, b14=85), bins(b5=5)))
    [row] = dwell(place, 60)
    # S(45) = 1 - 10 / 97.5
    assert (row["stays_low"], row["stays_high"], row["wide"]) == (85, 90, False)
    assert (row["stays"], row["share"]) == (Decimal("89.7"), Decimal("0.8974"))


def test_bounds_that_differ_by_just_ten_percent_are_not_wide(place: Place) -> None:
    place.dwells("bench", Dwelt(NOON, bins(b14=10), bins(b0=1)))
    [row] = dwell(place)
    assert (row["stays_low"], row["stays_high"], row["wide"]) == (10, 11, False)


def test_quantiles_are_linear_in_the_bin_and_none_beyond_the_last(place: Place) -> None:
    place.dwells("bench", Dwelt(NOON, bins(b7=100)))
    [row] = dwell(place)
    assert (row["median_s"], row["p75_s"], row["p90_s"]) == (Decimal(75), Decimal("82.5"), Decimal(87))
    place.database.execute(b"delete from platspuls.zone_dwell")
    place.dwells("bench", Dwelt(NOON, bins(b0=60, b23=40)))
    [row] = dwell(place)
    assert (row["median_s"], row["p75_s"], row["p90_s"]) == (Decimal("4.2"), None, None)


def test_a_step_that_reaches_the_share_exactly_counts_from_its_beginning(place: Place) -> None:
    place.dwells("bench", Dwelt(NOON, bins(b0=3, b9=3)))
    [row] = dwell(place)
    assert row["median_s"] == 5
    for number in range(BINS - 1):
        complete = [3 * (n == number) + 3 * (n == BINS - 1) for n in range(BINS)]
        with place.database.transaction():
            place.database.execute(b"delete from platspuls.zone_dwell")
            place.dwells("bench", Dwelt(NOON, complete))
            [row] = dwell(place)
            raise Rollback
        assert row["median_s"] == BIN_EDGES_S[number + 1]


def test_quantiles_are_withheld_above_a_fifth_cut(place: Place) -> None:
    place.dwells("bench", Dwelt(NOON, bins(b3=8), bins(b9=2)))
    assert dwell(place)[0]["median_s"] is not None
    place.dwells("bench", Dwelt(NOON + QUARTER, cut=bins(b9=1)))
    assert dwell(place)[0]["median_s"] is None


def test_where_nothing_was_observed_there_is_no_number(place: Place) -> None:
    place.dwells("bench", *(Dwelt(NOON + QUARTER * n) for n in range(4)), Dwelt(NOON + HOUR, observed_ms=0))
    rows = dwell(place, hours=6)
    numbers = (
        "entered",
        "complete",
        "cut",
        "fragment",
        "stays",
        "stays_low",
        "stays_high",
        "share",
        "median_s",
        "presence_s",
    )
    assert [rows[0][name] for name in numbers] == [0, 0, 0, 0, 0, 0, 0, None, None, None]
    assert all(row[name] is None for row in rows[1:] for name in numbers)
    assert [row["coverage"] for row in rows] == [Decimal(1), 0, 0, 0, None, None]


@pytest.mark.parametrize("threshold_s", [0, 1, 50, 61, 99_999, -5])
def test_a_threshold_that_is_no_edge_is_refused_with_a_list(place: Place, threshold_s: int) -> None:
    with pytest.raises(
        psycopg.errors.InvalidParameterValue, match=rf"threshold_s is {threshold_s}, .* 5, 10, 15.*14400"
    ):
        dwell(place, threshold_s)


def test_a_day_is_the_life_table_of_its_visits_not_the_sum_of_its_hours(place: Place) -> None:
    place.dwells("bench", Dwelt(NOON, bins(b2=30, b8=10), bins(b8=1)), Dwelt(NOON + HOUR, bins(b8=20), bins(b2=1)))
    place.dwells("bench", *(Dwelt(NOON + QUARTER * n) for n in range(1, 4)))
    [row] = dwell(place, bucket="day", hours=5)
    assert_life(row, bins(b2=30, b8=30), bins(b2=1, b8=1), 60)


@pytest.mark.simulation
@pytest.mark.parametrize("seed", worlds(range(12)))
def test_what_is_put_together_is_the_life_table_of_all_its_visits(place: Place, seed: int) -> None:
    """Whatever is pooled comes from the histograms put together, never from the numbers of its parts.

    A month and its hours, all of a phase, all Tuesdays at five: random hours in random groups, wide or not.
    """
    drawn = np.random.default_rng(seed)
    groups, threshold_s = drawn.integers(0, 3, 3).tolist(), int(drawn.choice(BIN_EDGES_S[1:]))
    visits = [(drawn.poisson(3, BINS).tolist(), drawn.poisson(drawn.uniform(0, 0.5), BINS).tolist()) for _ in range(12)]
    place.dwells("bench", *(Dwelt(NOON + QUARTER * n, *seen) for n, seen in enumerate(visits)))
    query = (
        "select *, entered - cut as complete, %s::integer as threshold_s "
        "from reading.pooled_zone_dwell('tunnel', 'hour', %s, %s, %s, 'all', null, %s::integer[])"
    )
    asked = (threshold_s, NOON, NOON + HOUR * 3, threshold_s, groups)
    found = {row["n"]: row for row in place.ask(query, *asked)}
    [whole] = dwell(place, threshold_s, "month", hours=3)
    members = {group: [n for n in range(12) if groups[n // 4] == group] for group in set(groups) - {0}}
    assert found.keys() == members.keys()
    for group, quarters in members.items():
        assert_life(found[group], *pooled([visits[n] for n in quarters]), threshold_s)
        assert found[group]["observed_ms"] == 900_000 * len(quarters)
    assert_life(whole, *pooled(visits), threshold_s)
    hours = dwell(place, threshold_s, hours=3)
    for name in ("entered", "complete", "cut", "stays_low", "stays_high"):
        assert sum(row[name] for row in hours) == whole[name], "all but the estimate itself add up"


def pooled(visits: Sequence[tuple[Sequence[int], Sequence[int]]]) -> tuple[list[int], list[int]]:
    """Return the complete and the cut visits of several quarter-hours by bin."""
    complete, cut = ([sum(of_bin) for of_bin in zip(*kind, strict=True)] for kind in zip(*visits, strict=True))
    return complete, cut


def test_presence_is_given_in_hours_and_as_a_mean_over_what_was_watched(place: Place) -> None:
    place.occupies("bench", NOON, (10, 1, 9, 2, 1800, 5))
    place.occupies("bench", NOON + QUARTER, (4, 0, 4, 0, 450, 7), observed_ms=450_000)
    rows = place.ask(
        "select * from reading.zone_flow('tunnel', 'hour', %s, %s) order by start_utc", NOON, NOON + HOUR * 6
    )
    first = rows[0]
    assert [first[name] for name in ("entries", "appeared", "exits", "lost", "presence_s")] == [14, 1, 13, 2, 2250]
    assert (first["presence_hours"], first["occupancy_mean"], first["occupancy_max"]) == (
        Decimal("0.625"),
        Decimal("1.667"),
        7,
    )
    assert (first["observed_ms"], first["coverage"]) == (1_350_000, Decimal("0.3750"))
    assert [row["entries"] for row in rows[1:]] == [None] * 5
    assert [row["coverage"] for row in rows] == [Decimal("0.3750"), 0, 0, 0, None, None]
    assert dwell(place)[0]["presence_s"] == 2250
    place.occupies("bench", NOON + HOUR, (0, 0, 0, 0, 0, 0), observed_ms=0)
    assert dwell(place, hours=2)[1]["presence_s"] is None
