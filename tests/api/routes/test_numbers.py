"""The numbers over HTTP: JSON and CSV equal plain Python to the last integer, on days of 23, 24 and 25 hours."""

import csv
import io
import random
import resource
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from api.tables.context import InContext
from api.tables.dwell import DwellRow
from api.tables.flow import LineFlowRow, SiteFlowRow
from platspuls.embedded.postgres import Cluster
from store.database import connect
from tests.api.serving import serving
from tests.store.reading import by_hand
from tests.store.reading.by_hand import utc
from tests.store.reading.place import BINS, QUARTER, Dwelt, LinePlace, Passed, Place

pytestmark = pytest.mark.chain


@dataclass(frozen=True, slots=True)
class Day:
    site: str
    time_zone: str
    day: str
    following: str
    start: datetime
    end: datetime


DAYS = [
    Day("spring", "Europe/Stockholm", "2025-03-30", "2025-03-31", utc("2025-03-29T23:00"), utc("2025-03-30T22:00")),
    Day("autumn", "Europe/Stockholm", "2025-10-26", "2025-10-27", utc("2025-10-25T22:00"), utc("2025-10-26T23:00")),
    Day("nepal", "Asia/Kathmandu", "2025-06-01", "2025-06-02", utc("2025-05-31T18:15"), utc("2025-06-01T18:15")),
    Day("island", "Australia/Lord_Howe", "2025-04-06", "2025-04-07", utc("2025-04-05T13:00"), utc("2025-04-06T13:30")),
]


@dataclass(frozen=True, slots=True)
class World:
    client: httpx.Client
    places: dict[str, Place]


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    name = "api_numbers"
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as database:
        database.execute(f"create database {name} template platspuls_template".encode())
    with connect(cluster.url(name), application="tests", autocommit=True) as database:
        places = {day.site: filled(Place(database, day.site, day.time_zone), day) for day in DAYS}
        with serving(cluster.url(name)) as client:
            yield World(client, places)


def filled(place: Place, day: Day) -> Place:
    """Make two lines and a zone, with gaps."""
    chance = random.Random(day.site)
    place.space("hall")
    place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
    place.line(LinePlace("back", "main", "hall", None, [(day.start + timedelta(hours=3), None)]))
    place.zone("bench", "hall", [(None, None)])
    for line in ("gate", "back"):
        quarters = [day.start + QUARTER * n for n in range(-20, 140) if chance.random() > 0.05]
        place.passes(line, *(Passed(at, chance.randrange(40), chance.randrange(40)) for at in quarters))
    place.dwells(
        "bench",
        *(
            Dwelt(day.start + QUARTER * n, [chance.randrange(4) for _ in range(BINS)], [0] * 7 + [1] + [0] * 16)
            for n in range(-20, 140)
            if chance.random() > 0.1
        ),
    )
    return place


def rows(client: httpx.Client, path: str, **parameters: str | int) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/sites/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def table(client: httpx.Client, path: str, **parameters: str | int) -> list[dict[str, str]]:
    answer = client.get(f"/api/v1/sites/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


@pytest.mark.parametrize("bucket", ["quarter", "hour", "day"])
@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.site)
def test_json_and_csv_equal_plain_python(world: World, day: Day, bucket: str) -> None:
    place = world.places[day.site]
    asked: dict[str, str | int] = {"bucket": bucket, "from": day.day, "to": day.following}
    cells = by_hand.cells(day.time_zone, bucket, day.start, day.end)
    lines = rows(world.client, f"{day.site}/flow", of="line", **asked)
    expected = [(key, cell) for key in ("back", "gate") for cell in cells]
    for row, (key, cell) in zip(lines, expected, strict=True):
        wanted = by_hand.line_cell(place.lines[key], place.passed[key], cell)
        assert {name: row[name] for name in wanted} == wanted
        assert_times(row, cell)
    for row, cell in zip(rows(world.client, f"{day.site}/flow", **asked), cells, strict=True):
        wanted = by_hand.total(place, cell, None)
        names = ("entries", "exits", "coverage", "missing", "estimate", "observed_ms", "expected_ms")
        assert [row[name] for name in names] == list(wanted.values())
        assert_times(row, cell)
    same(lines, table(world.client, f"{day.site}/flow.csv", of="line", **asked))


def assert_times(row: dict[str, Any], cell: by_hand.Cell) -> None:
    minutes = abs(cell.offset_s) // 60
    assert row["start_utc"] == f"{cell.start:%Y-%m-%dT%H:%M:%SZ}"
    assert row["start_local"] == f"{cell.local:%Y-%m-%dT%H:%M:%S}"
    assert row["utc_offset"] == f"{'-' if cell.offset_s < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def same(json_rows: list[dict[str, Any]], csv_rows: list[dict[str, str]]) -> None:
    """The CSV says what the JSON says, in its own way of writing."""
    assert len(json_rows) == len(csv_rows)
    for row, line in zip(json_rows, csv_rows, strict=True):
        assert list(line)[2:] == list(row)
        for name, value in row.items():
            if isinstance(value, float):
                assert float(line[name]) == value, name
            else:
                assert line[name] == written(value), name


def written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.site)
@pytest.mark.parametrize("of", ["site", "space", "border", "line"])
def test_the_csv_of_flow_says_what_the_json_says(world: World, day: Day, of: str) -> None:
    asked: dict[str, str | int] = {"bucket": "hour", "from": day.day, "to": day.following, "of": of}
    same(rows(world.client, f"{day.site}/flow", **asked), table(world.client, f"{day.site}/flow.csv", **asked))


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.site)
@pytest.mark.parametrize("threshold_s", [60, 300])
def test_the_csv_of_dwell_says_what_the_json_says(world: World, day: Day, threshold_s: int) -> None:
    asked: dict[str, str | int] = {"from": day.day, "to": day.following, "zones": "bench", "threshold_s": threshold_s}
    wanted = rows(world.client, f"{day.site}/dwell", **asked)
    assert {row["threshold_s"] for row in wanted} == {threshold_s}
    assert any(row["stays"] for row in wanted)
    same(wanted, table(world.client, f"{day.site}/dwell.csv", **asked))


def test_the_columns_are_those_of_the_rows(world: World) -> None:
    for path, row in (("flow.csv?of=site&", SiteFlowRow), ("flow.csv?of=line&", LineFlowRow), ("dwell.csv?", DwellRow)):
        answer = world.client.get(f"/api/v1/sites/spring/{path}from=2025-03-30&to=2025-03-31&bucket=day")
        own = [name for name in row.model_fields if name not in InContext.model_fields]
        assert answer.text.splitlines()[0].split(",") == ["site", "bucket", *own]
        assert answer.headers["content-disposition"].startswith('attachment; filename="spring_')


def test_a_csv_without_rows_has_its_header(world: World) -> None:
    answer = world.client.get("/api/v1/sites/spring/flow.csv?bucket=month&whole=true&from=2025-03-30&to=2025-03-31")
    assert answer.text.startswith("site,bucket,start_utc")
    assert answer.text.count("\n") == 1


def test_what_lies_in_the_future_is_said_and_not_an_empty_table(world: World) -> None:
    answer = world.client.get("/api/v1/sites/spring/flow.csv?from=2099-01-01")
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "from 2099-01-01 lies in the future: nothing has been counted yet",
    )


def test_a_long_csv_takes_no_more_memory_than_a_short_one(world: World) -> None:
    world.client.get("/api/v1/sites/spring/flow.csv?of=line&bucket=quarter&from=2025-03-30&to=2025-03-31")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = 0
    with world.client.stream(
        "GET", "/api/v1/sites/spring/flow.csv?of=line&bucket=hour&from=2025-01-01&to=2026-01-01"
    ) as answer:
        for block in answer.iter_bytes():
            size += len(block)
    assert size > 1_500_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16_000


def test_presence_is_given_of_each_zone(world: World) -> None:
    found = rows(world.client, "spring/presence", **{"from": "2025-03-30", "to": "2025-03-31"})
    assert len(found) == 23
    assert {row["entries"] for row in found} == {None}


WATCHED = {
    "flow": {},
    "flow?of=space": {"of": "space"},
    "flow?of=border": {"of": "border"},
    "flow?of=line": {"of": "line"},
    "flow?corrected": {"numbers": "corrected"},
    "dwell": {},
    "dwell?corrected": {"numbers": "corrected"},
    "presence": {},
    "quality": {},
    "estimates": {},
}
"""Everything by bucket that has a coverage."""


@pytest.mark.parametrize(
    ("asked", "bucket"), [*((asked, "day") for asked in WATCHED), ("flow", "hour"), ("dwell", "hour")]
)
def test_rows_of_low_coverage_are_left_out_and_named_in_every_form(world: World, asked: str, bucket: str) -> None:
    """What is left out are the rows below min_coverage, no others, and time in which nothing was expected stays."""
    path = f"autumn/{asked.partition('?')[0]}"
    query = {"from": "2025-10-25", "to": "2025-10-28", "bucket": bucket, **WATCHED[asked]}
    every = rows(world.client, path, **query)
    least = max(row["coverage"] for row in every if row["coverage"] is not None) or 0.5
    low = [row for row in every if row["coverage"] is not None and row["coverage"] < least]
    kept = [row for row in every if row not in low]
    assert low
    assert kept or "presence" in asked
    whole = world.client.get(f"/api/v1/sites/{path}", params={**query, "min_coverage": least}).json()
    assert whole["rows"] == kept
    assert whole["min_coverage"] == least
    assert whole["left_out"]["count"] == len(low)
    named = [
        (row.get("part") or row.get("zone") or row.get("line") or row.get("border") or row.get("space")) for row in low
    ]
    told = whole["left_out"]["cells"]
    assert [(cell["part"], cell["start"], cell["coverage"]) for cell in told] == [
        (part, row["start_local"], row["coverage"]) for part, row in zip(named, low, strict=True)
    ]
    for suffix in ("csv", "ndjson"):
        answer = world.client.get(f"/api/v1/sites/{path}.{suffix}", params={**query, "min_coverage": least})
        assert answer.headers["platspuls-left-out"].startswith(f"{len(low)}; ")
        assert len(answer.text.splitlines()) == len(kept) + (suffix == "csv")
    assert world.client.get(f"/api/v1/sites/{path}", params=query).json()["left_out"] is None


@pytest.mark.parametrize("path", ["occupancy", "weather"])
def test_what_has_no_coverage_refuses_to_judge_by_it(world: World, path: str) -> None:
    query = {"from": "2025-10-25", "to": "2025-10-26", "min_coverage": 0.9}
    answer = world.client.get(f"/api/v1/sites/autumn/{path}", params=query)
    assert answer.status_code == 422
    assert "min_coverage" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [("2025-10", "2025-10-01", "2025-11-01"), ("2025-W42..2025-W43", "2025-10-13", "2025-10-27")],
)
@pytest.mark.parametrize(
    "path", ["flow", "dwell", "presence", "quality", "flow/profile", "dwell/profile", "presence/profile"]
)
def test_a_period_is_the_range_between_its_ends(world: World, path: str, period: str, start: str, end: str) -> None:
    length: dict[str, str | int] = {} if "profile" in path else {"bucket": "day"}
    whole = rows(world.client, f"autumn/{path}", period=period, **length)
    assert whole == rows(world.client, f"autumn/{path}", **{"from": start, "to": end}, **length)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({}, "say when"),
        ({"to": "2025-10-26"}, "say when"),
        ({"period": "lastweek"}, "did you mean last-week"),
        ({"from": "lastweek"}, "did you mean last-week"),
        ({"period": "2025-10", "from": "2025-10-01"}, "both ends"),
        ({"period": "2025-10", "to": "2025-10-01"}, "both ends"),
        ({"period": "2099-10"}, "future"),
        ({"period": "2020-01..2025-10"}, "days, but"),
    ],
)
def test_a_time_that_is_not_said_or_said_twice_is_refused(world: World, query: dict[str, str], said: str) -> None:
    for path in ("flow", "dwell/profile"):
        answer = world.client.get(f"/api/v1/sites/autumn/{path}", params=query)
        if answer.status_code != 200 or "days" not in said:
            assert answer.status_code == 422
            assert said in answer.text
