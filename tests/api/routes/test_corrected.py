"""numbers=corrected over HTTP: the raw number beside it, by whom, every form, and raw again when it is withdrawn."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from store.database import connect
from tests.api.serving import serving
from tests.store.calibration.hall import START, Hall, factor
from tests.store.reading.place import QUARTER, Dwelt, Passed

pytestmark = pytest.mark.chain

SPAN = {"from": START.isoformat(), "to": (START + timedelta(hours=2)).isoformat(), "bucket": "hour"}


@pytest.fixture
def hall(database_url: str) -> Iterator[tuple[Hall, httpx.Client]]:
    with connect(database_url, application="test", autocommit=True) as database:
        hall = Hall.made(database)
        hall.run("insert into platspuls.data_version select max(device_id), %s from platspuls.device", START.date())
        for line in ("gate", "back"):
            hall.place.passes(line, *(Passed(START + n * QUARTER, 10, 20) for n in range(8)))
        hall.place.dwells("bench", *(Dwelt(START + n * QUARTER, [10] * 24) for n in range(-4, 8)))
        for n in range(8):
            hall.place.occupies("bench", START + n * QUARTER, [0, 0, 0, 0, 900, 3])
        hall.counted_line()
        with serving(database_url) as client:
            yield hall, client


def rows(client: httpx.Client, path: str, **asked: str) -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/sites/hall/{path}", params={**SPAN, "numbers": "corrected", **asked})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def test_corrected_and_raw_again(hall: tuple[Hall, httpx.Client]) -> None:
    place, client = hall
    before = client.get("/api/v1/sites/hall/flow", params={**SPAN, "numbers": "corrected"})
    assert {row["numbers"] for row in before.json()["rows"]} == {"raw"}
    assert before.json()["numbers"] == "corrected"
    assert client.get("/api/v1/sites/hall/flow", params=SPAN).json()["numbers"] == "raw"
    both = [factor("forward", 1.25), factor("backward", 1.5)]
    number = place.calibration(both, kind="crossings", line="gate", **{"from": START + timedelta(hours=1)})
    first, second = rows(client, "flow", of="line", lines="gate")
    assert (first["forward"], first["numbers"], first["corrected_by"], first["forward_low"]) == (40.0, "raw", [], None)
    assert (second["forward"], second["raw_forward"], second["backward"]) == (50.0, 40, 120.0)
    assert (second["forward_low"], second["forward_high"]) == (46.0, 58.0)
    assert (second["numbers"], second["corrected_by"], second["corrected_ms"]) == (
        "corrected",
        [str(number)],
        3_600_000,
    )
    assert [row["entries"] for row in rows(client, "flow")] == [120.0, 130.0]
    assert [row["numbers"] for row in rows(client, "flow")] == ["raw", "partly"]
    assert [row["inward"] for row in rows(client, "flow", of="space")] == [120.0, 130.0]
    assert [row["forward"] for row in rows(client, "flow", of="border")] == [40.0, 40.0, 40.0, 50.0]
    table = client.get("/api/v1/sites/hall/flow.csv", params={**SPAN, "numbers": "corrected", "of": "line"})
    assert [row["forward"] for row in csv.DictReader(io.StringIO(table.text))] == ["40.0", "40.0", "40.0", "50.0"]
    assert "flow-corrected" in table.headers["Content-Disposition"]
    after = client.get(
        "/api/v1/sites/hall/flow",
        params={**SPAN, "numbers": "corrected"},
        headers={"If-None-Match": before.headers["ETag"]},
    )
    assert after.status_code == 200
    place.run("select writing.calibration_withdraw('x', 'hall', %s, 'moved')", number)
    again = client.get("/api/v1/sites/hall/flow", params={**SPAN, "numbers": "corrected"})
    assert again.json() == before.json()
    assert again.headers["ETag"] != after.headers["ETag"]


def test_presence_and_stays(hall: tuple[Hall, httpx.Client]) -> None:
    place, client = hall
    place.counting_rounds.clear()
    place.counted_zone("presence")
    place.calibration([factor("presence", 1.5)], kind="presence", zone="bench", **{"from": START})
    [row, _] = rows(client, "presence")
    assert (row["presence_s"], row["presence_hours"], row["occupancy_mean"]) == (5400.0, 1.5, 1.5)
    assert (row["presence_hours_low"], row["presence_hours_high"], row["raw_presence_s"]) == (1.4, 1.7, 3600)
    [row, _] = rows(client, "dwell", threshold_s="60")
    assert (row["stays"], row["raw_stays"], row["entered"], row["numbers"]) == (680.0, 680.0, 960, "raw")


@pytest.mark.parametrize("format_", ["parquet", "xlsx", "ndjson"])
def test_the_other_forms(hall: tuple[Hall, httpx.Client], format_: str) -> None:
    answer = hall[1].get(f"/api/v1/sites/hall/dwell.{format_}", params={**SPAN, "numbers": "corrected"})
    assert answer.status_code == 200, answer.text
    assert len(answer.content) > 100
