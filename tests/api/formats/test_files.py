"""Files of numbers: the same bytes for the same data, tricks refused, forms by suffix and by Accept."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from pyarrow import parquet

from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from tests.api.serving import serving
from tests.store.reading.by_hand import utc
from tests.store.reading.place import QUARTER, Dwelt, LinePlace, Passed, Place, bins

pytestmark = pytest.mark.chain

START = utc("2025-10-25T00:00")
RANGE = {"from": "2025-10-25", "to": "2025-10-28"}
EVIL = '=HYPERLINK("http://evil/";"klicka")'


@dataclass(frozen=True, slots=True)
class World:
    client: httpx.Client
    database: Database


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database exports template platspuls_template")
    with connect(cluster.url("exports"), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        for key in ("bench", "minus"):
            place.zone(key, "hall", [(None, None)])
            place.dwells(
                key,
                *(
                    Dwelt(START + QUARTER * n, bins(b3=n % 5, b8=2), bins(b2=1))
                    for n in range(300)
                    if n not in range(40, 50)
                ),
            )
        place.passes("gate", *(Passed(START + QUARTER * n, n % 7, 3) for n in range(300) if n % 50))
        database.execute("update platspuls.zone set name_sv = %s, name_en = '-1+1' where key = 'minus'", (EVIL,))
        with serving(cluster.url("exports")) as client:
            yield World(client, database)


def get(world: World, path: str, headers: dict[str, str] | None = None, **more: str) -> httpx.Response:
    return world.client.get(f"/api/v1/sites/tunnel/{path}", params={**RANGE, **more}, headers=headers)


@pytest.mark.parametrize(
    "path", ["dwell", "presence", "flow", "occupancy", "quality", "estimates", "weather", "dwell/profile"]
)
@pytest.mark.parametrize("format_", ["csv", "ndjson", "parquet", "xlsx"])
def test_the_same_data_make_the_same_bytes(world: World, path: str, format_: str) -> None:
    first, second = get(world, f"{path}.{format_}"), get(world, f"{path}.{format_}")
    assert first.status_code == 200, first.text
    assert len(first.content) > 300
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
    version = first.headers["platspuls-data-version"]
    assert len(version) == 16
    assert first.headers["content-disposition"].endswith(f'.{format_}"')
    again = get(world, f"{path}.{format_}", {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_new_data_make_other_bytes(world: World) -> None:
    before = [get(world, f"dwell.{format_}") for format_ in ("parquet", "xlsx", "csv")]
    world.database.execute("update platspuls.site set version = version + 1")
    after = [get(world, f"dwell.{format_}") for format_ in ("parquet", "xlsx", "csv")]
    assert [a.content == b.content for a, b in zip(before, after, strict=True)] == [False, False, True]
    assert all(a.headers["etag"] != b.headers["etag"] for a, b in zip(before, after, strict=True))


def test_parquet_has_types_and_says_what_it_is(world: World) -> None:
    table = parquet.read_table(io.BytesIO(get(world, "dwell.parquet", threshold_s="120").content))
    types = {field.name: str(field.type) for field in table.schema}
    assert types["entered"] == types["observed_ms"] == "int64"
    assert types["share"] == "double"
    assert types["start_utc"] == "timestamp[ms, tz=UTC]"
    assert types["start_local"] == "timestamp[ms]"
    assert types["zone"].startswith("dictionary")
    assert types["flags"] == "list<element: string>"
    metadata = {name.decode(): value.decode() for name, value in table.schema.metadata.items()}
    assert metadata["platspuls.site"] == "tunnel"
    question = json.loads(metadata["platspuls.question"])
    assert question["threshold_s"] == "120"
    assert question["bucket"] == "hour"
    assert metadata["platspuls.program_version"].startswith("platspuls 0")
    assert "life table" in metadata["platspuls.method"]
    assert "at least 120 seconds" in metadata["platspuls.method"]
    assert table.schema.field("cut").metadata[b"description"] == b"Entered and lost from sight."
    assert table["entered"].null_count > 0
    assert EVIL in table["name_sv"].unique().to_pylist()


def test_a_name_is_no_formula_and_a_number_stays_one(world: World) -> None:
    for more, delimiter in ({}, ","), ({"dialect": "excel-sv"}, ";"):
        text = get(world, "dwell.csv", **more).content.decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text), delimiter=delimiter))
        evil = [row for row in rows if row["zone"] == "minus"]
        assert {row["name_sv"] for row in evil} == {"'" + EVIL}
        assert {row["name_en"] for row in evil} == {"'-1+1"}
        assert {row["name_sv"] for row in rows if row["zone"] == "bench"} == {"Zon"}
    flow = list(csv.DictReader(io.StringIO(get(world, "flow.csv").text)))
    assert min(int(row["difference"]) for row in flow if row["difference"]) < 0
    names = {row["name_sv"] for row in get(world, "dwell").json()["rows"]}
    assert names == {"Zon", EVIL}
    book = openpyxl.load_workbook(io.BytesIO(get(world, "dwell.xlsx", lang="sv").content))
    cells = [row[1] for row in book["data"].iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert EVIL in {cell.value for cell in cells}


def test_swedish_excel_gets_its_own(world: World) -> None:
    answer = get(world, "dwell.csv", dialect="excel-sv")
    assert answer.content.startswith(b"\xef\xbb\xbfsite;bucket;zone;")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    plain = list(csv.DictReader(io.StringIO(get(world, "dwell.csv").text)))
    for row, other in zip(rows, plain, strict=True):
        assert row["share"] == other["share"].replace(".", ",")
        assert row["start_utc"] == other["start_utc"].replace("T", " ").removesuffix("Z")
        assert row["start_local"] == other["start_local"].replace("T", " ")
        assert row["utc_offset"] == "UTC" + other["utc_offset"]
        assert row["wide"] == {"true": "SANT", "false": "FALSKT"}[other["wide"]]
        assert row["entered"] == other["entered"]
    assert answer.headers["etag"] != get(world, "dwell.csv").headers["etag"]


def test_lines_of_json_are_the_rows(world: World) -> None:
    lines = [json.loads(line) for line in get(world, "dwell.ndjson").text.splitlines()]
    assert lines == get(world, "dwell").json()["rows"]


ACCEPTED = {
    "*/*": "application/json",
    "": "application/json",
    "text/csv": "text/csv",
    "text/html, */*;q=0.1": "application/json",
    "text/csv;q=0.5, application/x-ndjson": "application/x-ndjson",
    "application/json;q=0, */*": "application/x-ndjson",
    "application/vnd.apache.parquet": "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "application/vnd.openxmlformats-officedocument"
    ".spreadsheetml.sheet",
}


@pytest.mark.parametrize("accept", ACCEPTED)
def test_accept_chooses_the_form(world: World, accept: str) -> None:
    answer = get(world, "flow", {"Accept": accept})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] == ACCEPTED[accept]
    assert "accept" in [name.strip().lower() for name in answer.headers["vary"].split(",")]


@pytest.mark.parametrize("accept", ["image/png, text/plain;q=0.9", "*/*;q=0", "x" * 3000, "text/csv;q=x"])
def test_no_form_of_ours_is_not_acceptable(world: World, accept: str) -> None:
    answer = get(world, "dwell", {"Accept": accept})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "text/csv" in answer.json()["detail"]
    assert get(world, "dwell.csv", {"Accept": accept}).status_code == 200


def test_a_browser_gets_a_page_that_names_the_forms(world: World) -> None:
    answer = get(world, "dwell", {"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (406, "text/html; charset=utf-8")
    assert "text/csv" in answer.text
    assert get(world, "dwell.csv", {"Accept": "text/html"}).status_code == 200


SERIES = [
    *(
        f"flow?of={of}&numbers={numbers}"
        for of in ("site", "space", "border", "line")
        for numbers in ("raw", "corrected")
    ),
    *(f"{kind}?numbers={numbers}" for kind in ("dwell", "presence") for numbers in ("raw", "corrected")),
    *("occupancy?", "quality?", "estimates?"),
]


@pytest.mark.parametrize("asked", SERIES)
def test_a_bucket_that_the_question_cuts_says_so_and_can_be_left_out(world: World, asked: str) -> None:
    """Two days and a half are no week, and half a day is no day, whatever the kind of row."""
    path, _, more = asked.partition("?")
    parameters = {
        **RANGE,
        "from": "2025-10-25T12:00+02:00",
        **dict(part.split("=") for part in more.split("&") if part),
    }

    def rows(**also: str) -> list[dict[str, Any]]:
        answer = world.client.get(f"/api/v1/sites/tunnel/{path}", params={**parameters, **also})
        found = answer.json()
        series = found["series"] if path == "occupancy" else found
        assert series["whole"] == ("whole" in also)
        return list(series["rows"])

    days, weeks = rows(bucket="day"), rows(bucket="week")
    assert {(row["start_local"][:10], row["partial"], row["expected_ms"] // 3_600_000) for row in days} == {
        ("2025-10-25", True, 12), ("2025-10-26", False, 25), ("2025-10-27", False, 24)
    }  # fmt: skip
    assert {(row["partial"], row["expected_ms"] // 3_600_000) for row in weeks} == {(True, 37), (True, 24)}
    assert all(row["observed_ms"] <= row["expected_ms"] for row in days + weeks)
    assert rows(bucket="day", whole="true") == [row for row in days if not row["partial"]]
    assert rows(bucket="week", whole="true") == []


@pytest.mark.parametrize("format_", ["csv", "ndjson", "parquet", "xlsx"])
def test_files_leave_out_what_is_not_whole(world: World, format_: str) -> None:
    """The file of whole buckets has another name and tag, and none of the others' rows."""
    all_, whole = (get(world, f"dwell.{format_}", bucket="week", **more) for more in ({}, {"whole": "true"}))
    assert all_.headers["etag"] != whole.headers["etag"]
    assert "_whole-week_" in whole.headers["content-disposition"]
    assert [table_rows(answer.content, format_) for answer in (all_, whole)] == [4, 0]


def table_rows(content: bytes, format_: str) -> int:
    """Return how many rows a file has, its head not counted."""
    if format_ == "parquet":
        return int(parquet.read_table(io.BytesIO(content)).num_rows)
    if format_ == "xlsx":
        return int(openpyxl.load_workbook(io.BytesIO(content))["data"].max_row) - 1
    return len(content.decode().splitlines()) - (format_ == "csv")


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("dwell", {"zone": "bench"}, "zone: there is no such parameter here"),
    ("dwell.csv", {"Bucket": "hour"}, "Bucket"),
    ("flow", {"bucket": ["hour", "day"]}, "bucket is given twice"),
    ("flow.xlsx", {"threshold_s": "60"}, "threshold_s"),
    ("dwell.parquet", {"dialect": "excel-sv"}, "dialect excel-sv: only a CSV"),
    ("dwell.csv", {"lang": "sv"}, "lang sv: only an XLSX"),
    ("dwell.xlsx", {"lang": "de"}, "lang"),
    ("dwell", {"zones": "bench' or 1=1--"}, "no zone bench' or 1=1--"),
    ("dwell.csv", {"bucket": "hour'; drop table platspuls.zone; --"}, "bucket"),
    ("dwell.csv", {"from": "2025-10-25'; select pg_sleep(9)--"}, "from"),
    ("quality", {"lines": "$(rm -rf)"}, "no line $(rm -rf)"),
    ("quality", {"from": "2024-01-01", "to": "2025-06-01", "bucket": "day"}, "400 days"),
    ("occupancy", {"hours": "open"}, "hours"),
]


@pytest.mark.parametrize(("path", "more", "said"), REFUSED)
def test_tricks_and_mistakes_are_refused_by_name(world: World, path: str, more: dict[str, Any], said: str) -> None:
    answer = get(world, path, **more)
    assert answer.status_code in {404, 422}, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    ["sites?limit=5", "sites/tunnel?x=1", "sites/tunnel/lines?x", "sites/tunnel/health?day=1", "openapi.json?x=1"],
)
def test_unknown_parameters_are_refused_everywhere(world: World, path: str) -> None:
    answer = world.client.get(f"/api/v1/{path}")
    assert answer.status_code == 422
    assert "there is no such parameter here" in answer.json()["detail"]


@pytest.mark.parametrize(
    "path",
    [
        "dwell.exe",
        "dwell.csv.xlsx",
        "dwell.json",
        "../../etc/passwd.csv",
        "dwell%0d%0aSet-Cookie:a.csv",
        "dwell.csv/",
        ".csv",
        "%2e%2e%2fdwell.csv",
    ],
)
def test_other_paths_are_nothing(world: World, path: str) -> None:
    answer = world.client.get(f"/api/v1/sites/tunnel/{path}?from=2025-10-25")
    assert answer.status_code == 404
    assert "set-cookie" not in answer.headers


def test_what_the_caller_says_is_in_no_header(world: World) -> None:
    answer = get(world, "dwell.csv", zones="bench,minus\r\nX-Evil: 1")
    assert answer.status_code == 404
    assert "x-evil" not in answer.headers
    assert get(world, "dwell.csv").headers["content-disposition"] == (
        'attachment; filename="tunnel_dwell-60s_hour_20251024T2200Z_20251027T2300Z.csv"'
    )


@pytest.mark.parametrize("format_", ["parquet", "xlsx"])
def test_a_full_disk_is_said_and_the_csv_is_still_to_be_had(
    world: World, format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def on_a_full_disk() -> io.BufferedRandom:
        return Path("/dev/full").open("r+b")

    monkeypatch.setattr("api.formats.files.tempfile.TemporaryFile", on_a_full_disk)
    refused = get(world, f"dwell.{format_}")
    assert (refused.status_code, refused.headers["content-type"]) == (503, "application/problem+json")
    assert refused.json()["type"] == "urn:platspuls:problem:disk-full"
    assert "has no space for the file" in refused.json()["detail"]
    assert get(world, "dwell.csv").status_code == 200
