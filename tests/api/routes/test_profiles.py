"""Profiles over HTTP: an evaluator's questions, each one request, answered again from what was put in."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from platspuls.embedded.postgres import Cluster
from platspuls_client import Client, Query, Table
from tests.support.served import World, served

pytestmark = pytest.mark.chain

RANGE = {"from": "2026-11-02", "to": "2026-11-09"}
SITE = "/api/v1/sites/haninge-entre"


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    with served(cluster, "profiles") as found:
        yield found


def get(world: World, path: str, **asked: str) -> httpx.Response:
    return httpx.get(f"{world.address}{SITE}/{path}", params={**RANGE, **asked}, timeout=30)


def rows(world: World, path: str, **asked: str) -> list[dict[str, Any]]:
    answer = get(world, path, **asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def staying(hour: int) -> int:
    """Return how many of a quarter-hour's visits were put in as stays at this local hour; two more were shorter."""
    return (hour - 1) % 24 % 3


def test_the_share_who_stay_by_weekday_and_hour(world: World) -> None:
    answered = rows(world, "dwell/profile", by="weekday_hour", threshold_s="60")
    assert [(row["weekday"], row["hour"]) for row in answered] == [
        (day, hour) for day in range(1, 8) for hour in range(24)
    ]
    for row in answered:
        entered = 2 + staying(row["hour"])
        assert row["share"] == pytest.approx(staying(row["hour"]) / entered, abs=5e-5)
        assert (row["entered"], row["entered_per_hour"], row["coverage"]) == (4 * entered, 4 * entered, 1)
        assert (row["days"], row["days_expected"], row["spread_days"], row["partial"]) == (1, 1, 1, False)
        assert (row["day_type"], row["month"], row["share_sd"]) == (None, None, None)


def test_median_dwell_on_saturdays_and_the_spread_of_days(world: World) -> None:
    answered = {row["day_type"]: row for row in rows(world, "dwell/profile", by="day_type")}
    assert [(kind, row["days"]) for kind, row in answered.items()] == [
        ("mon_thu", 4), ("fri", 1), ("sat", 1), ("sun_holiday", 1),
    ]  # fmt: skip
    [week] = {(row["median_s"], row["share"]) for row in answered.values()}
    short, long = 2 * 96, sum(4 * staying(hour) for hour in range(24))
    assert week[1] == pytest.approx(long / (short + long), abs=5e-5)
    assert week[0] == pytest.approx(15 + 5 * ((short + long) / 2) / short, abs=0.06), "within the bin from 15 to 20 s"
    assert answered["mon_thu"]["share_sd"] == 0


def test_crossings_by_hour_are_rates_and_dates_differ_by_nothing(world: World) -> None:
    for of, name in (("site", "entries"), ("line", "forward"), ("border", "forward"), ("space", "inward")):
        for row in rows(world, "flow/profile", by="hour", of=of):
            hour = (row["hour"] - 1) % 24
            assert (row[f"{name}_per_hour"], row[name], row["days"]) == (4 * hour, 7 * 4 * hour, 7)
            assert (row[f"{name}_per_hour_sd"], row[f"{name}_per_hour_q3"]) == (0, 4 * hour)


def test_histograms_of_many_groups_are_streamed(world: World) -> None:
    """A row a bin of each hour of the week: not gathered in memory, however few days the range has."""
    many, few = (get(world, "dwell/profile", by=by, bins="true") for by in ("weekday_hour", "hour"))
    assert [len(answer.json()["rows"]) for answer in (many, few)] == [7 * 24 * 24, 24 * 24]
    assert ["content-length" in answer.headers for answer in (many, few)] == [False, True]


def test_bins_are_the_histogram_of_the_rows(world: World) -> None:
    whole = rows(world, "dwell/profile", by="month")[0]
    bins = rows(world, "dwell/profile", by="month", bins="true")
    assert len(bins) == 24
    assert sum(row["complete"] + row["cut"] for row in bins) == whole["entered"]
    assert {row["bin_from_s"]: row["complete"] for row in bins if row["complete"]} == {
        15: whole["entered"] - round(whole["stays"]), 120: round(whole["stays"]),
    }  # fmt: skip
    assert (bins[-1]["bin_from_s"], bins[-1]["bin_to_s"]) == (14_400, None)


@pytest.mark.parametrize("path", ["dwell/profile", "presence/profile", "flow/profile"])
def test_json_and_csv_are_the_same(world: World, path: str) -> None:
    answered = rows(world, path, by="weekday")
    lines = list(csv.DictReader(io.StringIO(get(world, f"{path}.csv", by="weekday").text)))
    assert len(lines) == len(answered) == 7
    for line, row in zip(lines, answered, strict=True):
        assert (line.pop("site"), line.pop("by")) == ("haninge-entre", "weekday")
        assert list(line) == list(row)
        said = {name: value for name, value in row.items() if value not in (None, []) and not isinstance(value, bool)}
        assert {name: type(said[name])(line[name]) for name in said} == said


def test_days_that_the_range_cuts_are_left_out_when_whole(world: World) -> None:
    cut = {"from": "2026-11-02T06:00+01:00", "to": "2026-11-04"}
    monday, tuesday = rows(world, "flow/profile", by="weekday", **cut)
    assert (monday["partial"], monday["days"], monday["spread_days"]) == (True, 1, 0)
    assert rows(world, "flow/profile", by="weekday", whole="true", **cut) == [tuesday]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"by": "fortnight"}, "by"),
        ({"bucket": "hour"}, "bucket"),
        ({"numbers": "corrected"}, "numbers"),
    ],
)
def test_what_a_profile_cannot_be_asked_is_refused_by_name(world: World, asked: dict[str, str], word: str) -> None:
    refused = get(world, "flow/profile", **asked)
    assert (refused.status_code, word in refused.text) == (422, True), refused.text


def test_a_profile_of_more_than_ten_years_is_refused(world: World) -> None:
    """By its period: an end later than now, as in a range, makes nothing too long."""
    asked = {"period": "2020-01..2031-12"}
    refused = httpx.get(f"{world.address}{SITE}/flow/profile", params=asked, timeout=30)
    assert (refused.status_code, "3660 days at most" in refused.text) == (422, True), refused.text


def test_the_client_asks_for_profiles(world: World) -> None:
    with Client(world.address) as client:
        query = Query(table=Table.DWELL, site="haninge-entre", start="2026-11-02", end="2026-11-09", by="weekday")
        found = list(client.rows(query, dict))
    assert [row["weekday"] for row in found] == [1, 2, 3, 4, 5, 6, 7]
