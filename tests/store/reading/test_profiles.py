"""Profiles equal plain Python from quarter-hours, in worlds with clock changes, holes, commissions, hours and sums."""

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from core.wire.limits import BIN_EDGES_S
from store.aggregates.sums import sum_up_some
from store.database import Database, connect
from tests.store.reading.by_hand import Ranges, quantile, survival, utc
from tests.store.reading.place import BINS, QUARTER, Dwelt, LinePlace, Passed, Place
from tests.store.reading.profile_by_hand import (
    DATES,
    GROUPS,
    HOLIDAYS,
    HOUR_MS,
    Asked,
    Group,
    Watch,
    grouped,
    of_line,
    of_zone,
    share,
    spread,
)
from tests.store.reading.sum_worlds import PLACES
from tests.support.properties import worlds

pytestmark = [pytest.mark.chain, pytest.mark.simulation]

DAYS = 15


class ProfileWorld:
    """A site of three lines and two zones around a day on which clocks change, drawn by `seed`."""

    def __init__(self, database: Database, seed: int) -> None:
        self.rng = random.Random(seed)
        self.time_zone, change = PLACES[seed % len(PLACES)]
        self.first = change - timedelta(days=self.rng.randint(4, DAYS - 4))
        self.place = Place(database, "torget", self.time_zone)
        self.place.space("hall")
        self.place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        self.place.line(LinePlace("back", "main", "hall", None, [(self.moment(), None)]))
        self.place.line(LinePlace("check", "check", None, "hall", [(None, None)]))
        begins = self.moment()
        self.zones: dict[str, Ranges] = {"bench": [(None, None)], "stage": [(begins, begins + QUARTER * 500)]}
        self.dwelt = {zone: self._dwelt() for zone in self.zones}
        for line in self.place.lines:
            self.place.passes(line, *self._passed())
        for zone, ranges in self.zones.items():
            self.place.zone(zone, "hall", ranges)
            self.place.dwells(zone, *self.dwelt[zone])
            for quarter in self.dwelt[zone]:
                counts = (sum(quarter.complete), 1, 2, 1, quarter.start.hour * 9, 5)
                self.place.occupies(zone, quarter.start, counts, quarter.observed_ms)
        database.execute(
            "insert into platspuls.site_hours select 1, 'open', '2020-01-01', null, weekday, '07:15', '18:00' "
            "from generate_series(1, 6) as weekday"
        )
        for day in HOLIDAYS:
            database.execute(
                "insert into platspuls.site_calendar values (1, 'holiday', %(day)s, %(day)s::date + 1, 'x'), "
                "(1, 'school_break', %(day)s::date + 1, %(day)s::date + 2, 'no Sunday')",
                {"day": day},
            )
        for _ in range(self.rng.choice((0, 30))):
            sum_up_some(database, self.first + timedelta(days=DAYS))

    def moment(self) -> datetime:
        return self.first + timedelta(minutes=self.rng.randint(0, DAYS * 1440))

    def asked(self, by: str) -> Asked:
        """Return a question from and to quarter-hours."""
        start = self.first + QUARTER * self.rng.randint(-50, 300)
        end = start + QUARTER * self.rng.randint(600, DAYS * 96)
        days = self.rng.choice((*DATES, "all", "all"))
        return Asked(by, self.time_zone, start, end, whole=self.rng.random() < 0.3, days=days)

    def counted(self, asked: Asked, commissioned: Ranges, hours: str) -> Ranges:
        """Return commissioned time within the hours."""
        ends = [{"a": a, "b": b} for a, b in commissioned]
        [row] = self.place.ask(
            "select reading.open_time('torget', %s, %s, %s) * tstzmultirange(tstzrange(%s, %s)) as during",
            hours, asked.start, asked.end, ends[0]["a"], ends[0]["b"],
        )  # fmt: skip
        return [(part.lower, part.upper) for part in row["during"]]

    def _starts(self) -> list[datetime]:
        found, at = [], self.first
        while at < self.first + timedelta(days=DAYS):
            if self.rng.random() < 0.01:
                at += QUARTER * self.rng.randint(1, 60)
            found.append(at)
            at += QUARTER
        return found

    def _observed_ms(self) -> int:
        return self.rng.choice((900_000,) * 30 + (850_000, 600_000, 0))

    def _passed(self) -> list[Passed]:
        return [
            Passed(at, self.rng.randint(0, 9), self.rng.randint(0, 5), self._observed_ms()) for at in self._starts()
        ]

    def _dwelt(self) -> list[Dwelt]:
        return [Dwelt(at, self._bins(), self._bins(), self._bins(), self._observed_ms()) for at in self._starts()]

    def _bins(self) -> list[int]:
        return [self.rng.choice((*[0] * 8, 1, 3)) for _ in range(BINS)]


@pytest.mark.parametrize("seed", worlds(range(4)))
def test_profiles_equal_plain_python(database_url: str, seed: int) -> None:
    """By whatever time is put together: counts to the last one, rates, life tables, days and the spread of them."""
    with connect(database_url, application="test", autocommit=True) as database:
        world = ProfileWorld(database, seed)
        for by in list(GROUPS)[seed // 2 % 2 :: 2]:
            asked, hours = world.asked(by), world.rng.choice(("all", "open"))
            check_dwell(world, asked, hours)
            check_lines(world, asked, hours)
            check_site(world, asked, hours)


def check_dwell(world: ProfileWorld, asked: Asked, hours: str) -> None:
    edge = world.rng.choice((3, 7, 12))
    rows = world.place.ask(
        "select * from reading.zone_dwell_profile('torget', %s, %s, %s, %s, %s, null, %s, %s)",
        asked.by, asked.start, asked.end, BIN_EDGES_S[edge], hours, asked.whole, asked.days,
    )  # fmt: skip
    bins = world.place.ask(
        "select * from reading.zone_dwell_bins('torget', %s, %s, %s, %s, null, %s, %s) order by bin_from_s",
        asked.by, asked.start, asked.end, hours, asked.whole, asked.days,
    )  # fmt: skip
    presence = world.place.ask(
        "select * from reading.zone_flow_profile('torget', %s, %s, %s, %s, null, %s, %s)",
        asked.by, asked.start, asked.end, hours, asked.whole, asked.days,
    )  # fmt: skip
    found = {(row["zone"], row["group_number"]): row for row in rows}
    present = {(row["zone"], row["group_number"]): row for row in presence}
    wanted: set[tuple[str, int]] = set()
    for zone, ranges in world.zones.items():
        counted = world.counted(asked, ranges, hours)
        for number, group in grouped(asked, counted, of_zone(world.dwelt[zone], ranges)).items():
            wanted.add((zone, number))
            check_zone(found[zone, number], group, edge)
            histogram = [row for row in bins if (row["zone"], row["group_number"]) == (zone, number)]
            pooled = group.pooled()
            if pooled.observed_ms:
                said = [row[kind] for kind in ("complete", "cut", "fragment") for row in histogram]
                assert said == pooled.counts
        quarters = {q.start: ((sum(q.complete), q.start.hour * 9), q.observed_ms) for q in world.dwelt[zone]}
        for number, group in grouped(asked, counted, quarters).items():
            check_rates(present[zone, number], group, ("entries_per_hour", "occupancy_mean"), (HOUR_MS, 1000))
    assert set(found) == set(present) == wanted


def check_zone(row: Mapping[str, Any], group: Group, edge: int) -> None:
    pooled = group.pooled()
    assert_watched(row, group)
    if not pooled.observed_ms:
        assert row["entered"] is row["share"] is row["entered_per_hour"] is None
        return
    complete, cut = pooled.counts[:BINS], pooled.counts[BINS : 2 * BINS]
    entered = sum(complete) + sum(cut)
    low = entered - sum(complete[:edge]) - sum(cut[:edge])
    high = low + sum(cut[:edge])
    assert (row["entered"], row["complete"], row["cut"]) == (entered, sum(complete), sum(cut))
    assert (row["stays_low"], row["stays_high"], row["wide"]) == (low, high, 10 * (high - low) > low)
    lasting = share(pooled.counts, edge)
    same(row["share"], lasting, 4)
    same(row["stays"], (lasting or 0) * entered, 1)
    same(row["entered_per_hour"], Fraction(entered * HOUR_MS, pooled.observed_ms), 3)
    median = quantile(survival(complete, cut), Fraction(1, 2)) if entered and 5 * sum(cut) <= entered else None
    same(row["median_s"], median, 1)
    kept = [group.days[day] for day in group.kept()]
    check_spread(row, "entered_per_hour", [Fraction(entered_of(day) * HOUR_MS, day.observed_ms) for day in kept], 3)
    check_spread(row, "share", [share(day.counts, edge) for day in kept], 4)


def entered_of(watch: Watch) -> int:
    return sum(watch.counts[: 2 * BINS])


def check_lines(world: ProfileWorld, asked: Asked, hours: str) -> None:
    rows = profile_of(world, "line", asked, hours)
    for key, line in world.place.lines.items():
        quarters = of_line(world.place.passed[key])
        for number, group in grouped(asked, world.counted(asked, line.commissioned, hours), quarters).items():
            row, pooled = rows.pop((key, number)), group.pooled()
            assert [row["inward"], row["outward"]] == (pooled.counts if pooled.observed_ms else [None, None])
            check_rates(row, group, ("inward_per_hour", "outward_per_hour"), (HOUR_MS, HOUR_MS))
    assert not rows


def check_site(world: ProfileWorld, asked: Asked, hours: str) -> None:
    """Each line's rate over its own observed time, weighed by the time that it was commissioned."""
    lines = {key: world.place.lines[key] for key in ("gate", "back")}
    groups = {
        key: grouped(asked, world.counted(asked, line.commissioned, hours), of_line(world.place.passed[key]))
        for key, line in lines.items()
    }
    for (_, number), row in profile_of(world, "site", asked, hours).items():
        gate, back = groups["gate"].pop(number), groups["back"].pop(number)
        pooled = [watch for watch in (gate.pooled(), back.pooled()) if watch.expected_ms]
        least = min((watch.coverage for watch in pooled), default=None)
        assert row["expected_ms"] == gate.pooled().expected_ms
        same(row["coverage"], least, 4)
        same(row["inward_per_hour"], rate_of_sum(gate.pooled(), back.pooled()), 3)
        if row["coverage"] is not None and row["coverage"] >= Fraction(1, 2):
            assert row["inward"] == gate.pooled().counts[0] + (
                back.pooled().counts[1] if back.pooled().expected_ms else 0
            )
        else:
            assert row["inward"] is row["inward_per_hour"] is None
        days = [rate_of_sum(gate.days[day], back.days[day]) for day in gate.days if day not in gate.partial]
        check_spread(row, "inward_per_hour", [rate for rate in days if rate is not None], 3)
    assert not any(groups.values())


def rate_of_sum(gate: Watch, back: Watch) -> Fraction | None:
    parts = [(watch, way) for watch, way in ((gate, 0), (back, 1)) if watch.expected_ms]
    if not parts or any(round(watch.coverage, 4) < Fraction(1, 2) for watch, _ in parts):
        return None
    full = sum(
        (Fraction(watch.counts[way] * watch.expected_ms, watch.observed_ms) for watch, way in parts), Fraction(0)
    )
    return full * HOUR_MS / gate.expected_ms


def profile_of(world: ProfileWorld, of: str, asked: Asked, hours: str) -> dict[tuple[str, int], dict[str, Any]]:
    rows = world.place.ask(
        "select * from reading.flow_profile('torget', %s, %s, %s, %s, %s, null, %s, %s)",
        of, asked.by, asked.start, asked.end, hours, asked.whole, asked.days,
    )  # fmt: skip
    return {(row["part"], row["group_number"]): row for row in rows}


def check_rates(row: Mapping[str, Any], group: Group, names: tuple[str, str], per_ms: tuple[int, int]) -> None:
    pooled = group.pooled()
    assert_watched(row, group)
    for way, (name, each) in enumerate(zip(names, per_ms, strict=True)):
        rate = Fraction(pooled.counts[way] * each, pooled.observed_ms) if pooled.observed_ms else None
        same(row[name], rate, 3)
        days = [group.days[day] for day in group.kept()]
        check_spread(row, name, [Fraction(day.counts[way] * each, day.observed_ms) for day in days], 3)


def assert_watched(row: Mapping[str, Any], group: Group) -> None:
    pooled = group.pooled()
    assert (row["observed_ms"], row["expected_ms"]) == (pooled.observed_ms, pooled.expected_ms)
    assert row["days"] == sum(day.observed_ms > 0 for day in group.days.values() if day.expected_ms)
    assert row["days_expected"] == sum(day.expected_ms > 0 for day in group.days.values())
    assert row["spread_days"] == len(group.kept())
    assert row["partial"] == bool(group.partial)


def check_spread(row: Mapping[str, Any], name: str, values: list[Any], digits: int) -> None:
    deviation, quartiles = spread(values)
    same(row[f"{name}_sd"], deviation, digits)
    for part, value in zip(("q1", "median", "q3"), quartiles, strict=True):
        same(row[f"{name}_{part}"], value, digits)


def same(found: Any, wanted: Any, digits: int) -> None:  # noqa: ANN401 - numbers of several kinds
    if wanted is None:
        assert found is None
    else:
        assert float(found) == pytest.approx(float(wanted), abs=0.501 * 10**-digits)


def test_an_hour_that_comes_twice_weighs_as_two_and_one_that_is_skipped_is_not_expected(database_url: str) -> None:
    with connect(database_url, application="test", autocommit=True) as database:
        place = Place(database, "torget", "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        for day in (utc("2025-03-29T23:00"), utc("2025-10-25T22:00")):
            place.passes("gate", *(Passed(day + QUARTER * n, n, 0) for n in range(100)))
        asked = "select * from reading.flow_profile('torget', 'line', 'hour', %s, %s) order by group_number"
        spring = place.ask(asked, utc("2025-03-29T23:00"), utc("2025-03-30T22:00"))
        autumn = place.ask(asked, utc("2025-10-25T22:00"), utc("2025-10-26T23:00"))
    assert [row["group_number"] for row in spring] == [1, 2, *range(4, 25)]
    twice = autumn[2]
    assert (twice["expected_ms"], twice["days"], twice["inward"]) == (2 * HOUR_MS, 1, sum(range(8, 16)))
    assert float(twice["inward_per_hour"]) == sum(range(8, 16)) / 2
