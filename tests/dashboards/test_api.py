"""The dashboards' numbers are the API's, to the last digit: both read the same functions."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.dashboards.asking import EVERYTHING, Answer, Reader
from tests.dashboards.macros import Range, Value

pytestmark = pytest.mark.chain
Row = Mapping[str, Any]
HALF, MOST = Decimal("0.5"), Decimal("0.9")


def whole_hours(reader: Reader) -> Range:
    """Return a day that ended with the last whole hour, as both sides take it: steps aren't cut."""
    end = reader.base.replace(minute=0)
    return Range(end - timedelta(hours=24), end - timedelta(milliseconds=1))


def api_rows(api: httpx.Client, reader: Reader, path: str, **parameters: str) -> list[Row]:
    """Return the API's rows for that day, numbers as they were written."""
    during = whole_hours(reader)
    end = during.end + timedelta(milliseconds=1)
    asked = {"from": during.start.isoformat(), "to": end.isoformat(), "bucket": "hour", **parameters}
    answer = api.get(f"/api/v1/sites/torget/{path}", params=asked)
    assert answer.status_code == 200, answer.text
    return list(httpx.Response(200, content=answer.content).json(parse_float=Decimal)["rows"])


def shown(reader: Reader, name: str, **choice: Value) -> Answer:
    return reader.ask(name, {**EVERYTHING, "bucket": "hour", **choice}, during=whole_hours(reader))


def points(answer: Answer, key: str | None, *values: str) -> dict[tuple[object, ...], tuple[object, ...]]:
    """Return what a chart shows, by time and, where it has several series, by key."""
    keys = ["time", *([key] if key else [])]
    return {
        tuple(row[answer.columns.index(name)] for name in keys): tuple(
            row[answer.columns.index(name)] for name in values
        )
        for row in answer.rows
    }


def expected(
    rows: list[Row], key: str | None, value: Callable[[Row], tuple[object, ...]]
) -> dict[tuple[object, ...], tuple[object, ...]]:
    keys = [key] if key else []
    return {(datetime.fromisoformat(row["start_utc"]), *(row[name] for name in keys)): value(row) for row in rows}


def where(row: Row, name: str, least: Decimal = HALF) -> object:
    """Return a number that is shown where enough was watched."""
    return row[name] if (row["coverage"] or 0) >= least else None


def test_flow_of_the_site_and_of_spaces(api: httpx.Client, seeded: Reader) -> None:
    rows = api_rows(api, seeded, "flow")
    assert points(shown(seeded, "live-flow/site_flow"), None, "entries", "exits") == expected(
        rows, None, lambda row: (row["entries"], row["exits"])
    )
    rows = api_rows(api, seeded, "flow", of="space")
    assert points(shown(seeded, "space/flow"), "space_key", "inward", "outward") == expected(
        rows, "space", lambda row: (row["inward"], row["outward"])
    )
    assert any(row["inward"] is None for row in rows)


def test_flow_of_borders_and_coverage_of_lines(api: httpx.Client, seeded: Reader) -> None:
    rows = api_rows(api, seeded, "flow", of="border")
    outwards = {"gate"}  # from the yard to outside
    assert points(shown(seeded, "live-flow/border_flow"), "border_key", "inward", "outward") == expected(
        rows,
        "border",
        lambda row: (
            (row["backward"], row["forward"]) if row["border"] in outwards else (row["forward"], row["backward"])
        ),
    )
    rows = api_rows(api, seeded, "flow", of="line")
    assert points(shown(seeded, "shared/line_coverage"), "line_key", "coverage") == expected(
        rows, "line", lambda row: (row["coverage"],)
    )


def test_presence(api: httpx.Client, seeded: Reader) -> None:
    rows = api_rows(api, seeded, "presence")
    assert points(shown(seeded, "space/zone_occupancy"), "zone_key", "occupancy_mean", "occupancy_max") == expected(
        rows, "zone", lambda row: (where(row, "occupancy_mean"), where(row, "occupancy_max"))
    )
    [figures] = shown(seeded, "space/figures").rows
    disjoint = [row for row in rows if row["zone"] in {"benches", "stage"}]
    assert figures[0] == round(Decimal(sum(row["presence_s"] for row in disjoint)) / 3600, 1)
    assert figures[1] == 3
    assert figures[2] == 1


def test_dwell(api: httpx.Client, seeded: Reader) -> None:
    rows = api_rows(api, seeded, "dwell", threshold_s="60")
    assert points(shown(seeded, "space/zone_stays"), "zone_key", "stays") == expected(
        rows, "zone", lambda row: (where(row, "stays"),)
    )
    assert points(shown(seeded, "space/zone_dwell"), "zone_key", "median_s", "p90_s") == expected(
        rows, "zone", lambda row: (where(row, "median_s"), where(row, "p90_s"))
    )
    assert points(shown(seeded, "space/zone_coverage"), "zone_key", "coverage") == expected(
        rows, "zone", lambda row: (row["coverage"],)
    )
    assert {row["stays"] for row in rows if row["zone"] == "benches"} == {8}


def test_the_hours_of_the_week_are_means_of_the_hours(api: httpx.Client, seeded: Reader) -> None:
    """Each hour of one day comes once: its cell is its number."""
    cells = shown(seeded, "space/heat_presence")
    presence = api_rows(api, seeded, "presence")
    inward = api_rows(api, seeded, "flow", of="space")
    in_cells = shown(seeded, "space/heat_inward")
    days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    for row in inward:
        at = datetime.fromisoformat(row["start_local"])
        place = (row["name_en"], days[at.weekday()])
        [cell] = [shown for shown in cells.rows if tuple(shown[:2]) == place]
        zones = {"hall": {"benches"}, "yard": {"stage"}}[row["space"]]
        present = [zone for zone in presence if zone["zone"] in zones and zone["start_utc"] == row["start_utc"]]
        assert cell[2 + at.hour] == sum(zone["occupancy_mean"] for zone in present)
        [cell] = [shown for shown in in_cells.rows if tuple(shown[:2]) == place]
        assert cell[2 + at.hour] == (None if row["estimate"] else row["inward"])


def test_weeks_of_dwell(api: httpx.Client, seeded: Reader) -> None:
    rows = api_rows(api, seeded, "dwell", threshold_s="60", bucket="week")
    during = whole_hours(seeded)
    answer = seeded.ask(
        "space/dwell_table", EVERYTHING, during=Range(during.start, during.end + timedelta(milliseconds=1))
    )
    names = ("zone", "entered", "stays", "stays_low", "stays_high", "share", "median_s", "p75_s", "p90_s", "coverage")
    found = {tuple(row[answer.columns.index(name)] for name in names) for row in answer.rows}
    assert found == {
        (
            row["name_en"],
            row["entered"],
            *(where(row, name) for name in names[2:-1]),
            row["coverage"],
        )
        for row in rows
    }
    assert set(answer.column("state")) == {"shown", "wide"}


def test_health_and_what_became_of_records(api: httpx.Client, seeded: Reader) -> None:
    answer = api.get("/api/v1/sites/torget/reconciliation").json()
    columns = ("epoch", "state", "made", "stored", "rejected", "lost", "unsettled", "unknown")
    known = seeded.ask("delivery/reconciliation", EVERYTHING)
    assert {tuple(row[known.columns.index(name)] for name in columns) for row in known.rows} == {
        tuple(row[name] for name in columns) for row in answer["accounts"]
    }
    [figures] = seeded.ask("delivery/figures", EVERYTHING).rows
    assert figures[0] == sum(row["unsettled"] for row in answer["accounts"])
    [unplaced] = seeded.ask("delivery/unplaced", EVERYTHING).rows
    assert unplaced[2] == answer["unplaced"][0]["forward"] + answer["unplaced"][0]["backward"]
    devices = api.get("/api/v1/sites/torget/health").json()["devices"]
    table = seeded.ask("shared/devices", EVERYTHING)
    assert set(zip(table.column("key"), table.column("outbox_records"), strict=True)) == {
        (row["device"], row["outbox_records"]) for row in devices
    }
