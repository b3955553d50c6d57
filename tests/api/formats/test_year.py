"""A golden year: what the API and its CSV files say equals what pandas makes of the same quarter-hours."""

import codecs
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet

from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from tests.api.formats import year as golden
from tests.api.formats.workbooks import workbook_rows
from tests.api.formats.year import SiteYear
from tests.api.serving import serving
from tests.store.reading.place import LinePlace, Place, multirange

pytestmark = pytest.mark.chain

YEARS = [
    SiteYear("stockholm", "Europe/Stockholm", whole=True),
    SiteYear("lord-howe", "Australia/Lord_Howe", whole=False),
    SiteYear("kathmandu", "Asia/Kathmandu", whole=False),
    SiteYear("st-johns", "America/St_Johns", whole=False),
]


def asked(*buckets: str) -> list[Any]:
    """Return all buckets of the first site, and hours and months of the others.

    In the full suite; in the quick one hours and months of the first two.
    """
    return [
        pytest.param(
            year.site, bucket, marks=[pytest.mark.full] if year in YEARS[2:] or bucket in {"day", "week"} else []
        )
        for year in YEARS
        for bucket in buckets
        if year is YEARS[0] or bucket in {"hour", "month"}
    ]


@dataclass(frozen=True, slots=True)
class World:
    client: httpx.Client
    years: dict[str, SiteYear]


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database golden_year template platspuls_template")
    with connect(cluster.url("golden_year"), application="tests", autocommit=True) as database:
        database.execute(b"set session_replication_role = replica")  # no look-up of the line for each of its quarters
        for late in (False, True):
            for year in YEARS:
                if not late:
                    year.make()
                    make_place(database, year)
                golden.store(database, year, late=late)
        database.execute(b"vacuum analyze platspuls.line_quarter, platspuls.zone_quarter, platspuls.zone_dwell")
        with serving(cluster.url("golden_year")) as client:
            yield World(client, {year.site: year for year in YEARS})


def make_place(database: Database, year: SiteYear) -> None:
    place = Place(database, year.site, year.time_zone)
    place.space("hall")
    for key, role in (("gate", "main"), ("back", "main"), ("gate-check", "check")):
        ends = ("hall", None) if key == "back" else (None, "hall")
        place.line(LinePlace(key, role, *ends, commissioned(year.lines[key])))  # type: ignore[call-arg]  # two ends
    for key, table in year.zones.items():
        place.zone(key, "hall", commissioned(table))
    database.execute(b"update platspuls.zone set disjoint = false")


def commissioned(table: pd.DataFrame) -> list[Any]:
    """Return the stretches in which quarter-hours are expected."""
    expected = table["expected"].to_numpy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], expected, [False]]).astype(int)))
    starts = [*table.index, table.index[-1] + pd.Timedelta(minutes=15)]
    found = [(starts[a].to_pydatetime(), starts[b].to_pydatetime()) for a, b in edges.reshape(-1, 2)]
    assert multirange(found)
    return found


def as_json(world: World, site: str, path: str, **more: str) -> pd.DataFrame:
    answer = world.client.get(f"/api/v1/sites/{site}/{path}", params={"from": "2025-01-01", "to": "2026-01-01", **more})
    assert answer.status_code == 200, answer.text
    return pd.DataFrame(answer.json()["rows"])


def as_csv(world: World, site: str, path: str, **more: str) -> pd.DataFrame:
    asked = {"from": "2025-01-01", "to": "2026-01-01", **more}
    answer = world.client.get(f"/api/v1/sites/{site}/{path}.csv", params=asked)
    assert answer.status_code == 200, answer.text
    return pd.read_csv(io.StringIO(answer.text))


def as_parquet(world: World, site: str, path: str, **more: str) -> pd.DataFrame:
    table = parquet.read_table(io.BytesIO(as_file(world, site, f"{path}.parquet", **more)))
    assert str(table.schema.field("site").type) == "dictionary<values=string, indices=int32, ordered=0>"
    found = table.to_pandas()
    assert str(found["start_utc"].dtype) == "datetime64[ms, UTC]"
    found["start_local"] = found["start_local"].dt.strftime("%Y-%m-%dT%H:%M:%S")
    return found


def as_xlsx(world: World, site: str, path: str, **more: str) -> pd.DataFrame:
    found = pd.DataFrame(workbook_rows(as_file(world, site, f"{path}.xlsx", **more)))
    found["start_utc"] = pd.to_datetime(found["start_utc"], utc=True)
    found["start_local"] = pd.to_datetime(found["start_local"]).dt.strftime("%Y-%m-%dT%H:%M:%S")
    return found


def as_swedish(world: World, site: str, path: str, **more: str) -> pd.DataFrame:
    content = as_file(world, site, f"{path}.csv", dialect="excel-sv", **more)
    assert content.startswith(codecs.BOM_UTF8)
    found = pd.read_csv(io.BytesIO(content), sep=";", decimal=",", encoding="utf-8-sig")
    found["start_utc"] = pd.to_datetime(found["start_utc"], utc=True)
    found["start_local"] = found["start_local"].str.replace(" ", "T")
    found["utc_offset"] = found["utc_offset"].str.removeprefix("UTC")
    return found.replace({"SANT": True, "FALSKT": False})


def as_file(world: World, site: str, path: str, **more: str) -> bytes:
    asked = {"from": "2025-01-01", "to": "2026-01-01", **more}
    answer = world.client.get(f"/api/v1/sites/{site}/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.content


def forms(year: SiteYear, bucket: str) -> list[Callable[..., pd.DataFrame]]:
    """Return how a year is asked for: in every form by the day of one site and by the month of the others."""
    if bucket == "hour":
        return [as_csv, as_parquet] if year.whole else [as_parquet]
    return [as_csv, as_swedish, as_parquet, as_xlsx] if bucket == ("day" if year.whole else "month") else [as_csv]


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Every number of `expected` is in `found`, and nothing where there is nothing."""
    assert len(found) == len(expected)
    for name in expected:
        theirs, ours = found[name].to_numpy(float), expected[name].to_numpy(float)
        wrong = ~((theirs == ours) | (np.isnan(theirs) & np.isnan(ours)))
        assert not wrong.any(), (name, wrong.sum(), found[wrong].head(), expected[wrong].head())


def assert_starts(found: pd.DataFrame, year: SiteYear, cell: Any) -> None:  # noqa: ANN401 - an array
    first = np.concatenate([[True], np.diff(cell) > 0])
    starts = year.quarters()[first]
    assert list(pd.to_datetime(found["start_utc"])) == list(starts)
    local = starts.tz_convert(year.time_zone)
    assert list(found["start_local"]) == [f"{at:%Y-%m-%dT%H:%M:%S}" for at in local]
    assert list(found["utc_offset"]) == [f"{at:%z}"[:3] + ":" + f"{at:%z}"[3:] for at in local]


@pytest.mark.parametrize(("site", "bucket"), asked("hour", "day", "week", "month"))
def test_crossings_of_a_year(world: World, site: str, bucket: str) -> None:
    year = world.years[site]
    cell = golden.cells(year, bucket)
    for ask in (*forms(year, bucket), *([] if bucket == "hour" else [as_json])):
        of_lines = ask(world, site, "flow", of="line", bucket=bucket, lines="back,gate-check")
        for key in ("back", "gate-check"):
            answered = of_lines[of_lines["line"] == key].reset_index()
            same(answered, golden.flow(year.lines[key], cell))
        same(ask(world, site, "flow", bucket=bucket), golden.site_flow(year, cell))
    if bucket != "week":
        assert_starts(answered, year, cell)


@pytest.mark.parametrize(("site", "bucket"), asked("hour", "day", "month"))
def test_dwell_of_a_year(world: World, site: str, bucket: str) -> None:
    year = world.years[site]
    cell = golden.cells(year, bucket)
    for ask in forms(year, bucket):
        found = ask(world, site, "dwell", bucket=bucket)
        assert list(found["zone"].unique()) == ["bench", "wide"]
        for key in ("bench", "wide"):
            answered = found[found["zone"] == key].reset_index()
            same(answered, golden.dwell(year.zones[key], cell))
            assert_starts(answered, year, cell)
    assert found["stays"].notna().any()
    assert found["wide"].any() or bucket != "hour"
    if bucket != "hour":
        same(as_json(world, site, "dwell", bucket=bucket, zones="bench"), golden.dwell(year.zones["bench"], cell))


CHANGES = {
    "stockholm": ("2025-03-30", "2025-10-26"),
    "lord-howe": ("2025-04-06", "2025-10-05"),
    "kathmandu": ("2025-06-01",),
    "st-johns": ("2025-03-09", "2025-11-02"),
}


@pytest.mark.parametrize(
    "site",
    [pytest.param(year.site, marks=[pytest.mark.full] if year in YEARS[2:] else []) for year in YEARS],
)
def test_hours_around_a_change_of_clocks_are_the_same_in_a_workbook(world: World, site: str) -> None:
    """A workbook of a year by the hour is slow to read: the whole of it is compared as CSV and Parquet."""
    year = world.years[site]
    for day in CHANGES[site]:
        start, end = pd.Timestamp(day) - pd.Timedelta(days=2), pd.Timestamp(day) + pd.Timedelta(days=3)
        asked = {"bucket": "hour", "zones": "bench", "from": f"{start:%Y-%m-%d}", "to": f"{end:%Y-%m-%d}"}
        cell = golden.cells(year, "hour")
        expected = golden.dwell(year.zones["bench"], cell)
        first = np.concatenate([[True], np.diff(cell) > 0])
        starts = year.quarters()[first]
        chosen = (starts >= start.tz_localize(year.time_zone)) & (starts < end.tz_localize(year.time_zone))
        for ask in (as_xlsx, as_swedish):
            found = ask(world, site, "dwell", **asked)
            same(found, expected[chosen])
            assert list(found["start_utc"]) == list(starts[chosen])
            local = [f"{at:%Y-%m-%dT%H:%M:%S}" for at in starts[chosen].tz_convert(year.time_zone)]
            assert list(found["start_local"]) == local
