"""Anomalies over HTTP and on the command line: found by the job, listed, answered; estimates beside the counts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from platspuls.cli.main import main
from platspuls.embedded.postgres import Cluster
from store.database import connect
from store.migrate import migrate
from tests.api.serving import serving
from tests.store.calibration.hall import Hall
from tests.store.reading.place import QUARTER

pytestmark = pytest.mark.chain

TODAY = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
SILENT = TODAY - timedelta(days=2) + timedelta(hours=10)
"""Weeks of ten people each way a quarter-hour, and two hours of the day before yesterday without any."""


_WEEKS_OF_IT = """
insert into platspuls.line_quarter
select line_id, start, 1, case when silent then 0 else 9 + n %% 3 end, case when silent then 0 else 10 end, 0, 0,
  900000, 32767, 0
from platspuls.line
cross join generate_series(0, 34 * 96 - 1) as n
cross join lateral (select %(first)s::timestamptz + n * interval '15 minutes' as start) as quarter
cross join lateral (select start >= %(silent)s and start < %(silent)s + interval '2 hours' as silent) as outage
"""


@pytest.fixture(scope="module")
def hall(cluster: Cluster) -> Iterator[tuple[str, httpx.Client]]:
    cluster.create_database("found")
    url = cluster.url("found")
    with connect(url, application="test", autocommit=True) as database:
        migrate(database)
        Hall.made(database)
        database.execute(_WEEKS_OF_IT.encode(), {"first": TODAY - timedelta(days=35), "silent": SILENT})
    with serving(url) as client:
        yield url, client


def run(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["quality", *arguments, "--database-url", url])


def listed(client: httpx.Client, **asked: str) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/sites/hall/anomalies", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["anomalies"]
    return found


def test_found_listed_and_answered(hall: tuple[str, httpx.Client]) -> None:
    url, client = hall
    assert (run(url, "list").output, run(url, "list").exit_code) == ("nothing\n", 0)
    assert run(url, "detect").output == "hall: 2 new, 0 known, 0 gone\n"
    assert run(url, "detect", "--site", "hall").output == "hall: 0 new, 2 known, 0 gone\n"
    assert run(url, "list").exit_code == 1
    by_line = {one["line"]: one for one in listed(client, state="open", rule="zero_run")}
    gate = by_line["gate"]
    assert (gate["starts_at"], gate["measured"]) == (f"{SILENT:%Y-%m-%dT%H:%M:%SZ}", 8)
    said = client.post(
        f"/api/v1/sites/hall/anomalies/{gate['anomaly_id']}/answer",
        json={"version": 0, "answer": "exclude", "reason": "tejp för linsen", "result_seen": False},
    )
    assert (said.status_code, said.json()["state"], said.json()["written_by"]) == (200, "answered", "local"), said.text
    again = client.post(
        f"/api/v1/sites/hall/anomalies/{gate['anomaly_id']}/answer", json={"version": 0, "answer": "accept"}
    )
    assert (again.status_code, again.headers["content-type"]) == (412, "application/problem+json")
    refused = run(url, "answer", "--site", "hall", str(by_line["back"]["anomaly_id"]), "explain")
    assert (refused.exit_code, refused.output) == (1, "reason must be given\n")
    done = run(url, "answer", "--site", "hall", str(by_line["back"]["anomaly_id"]), "explain", "--reason", "stängt")
    assert (done.exit_code, listed(client, state="open")) == (0, [])
    assert {one["answer"] for one in listed(client, state="answered")} == {"exclude", "explain"}


def test_estimates_stand_beside_the_counts_and_know_when_their_matches_change(hall: tuple[str, httpx.Client]) -> None:
    url, client = hall
    with connect(url, application="test", autocommit=True) as database:
        database.execute(
            b"delete from platspuls.line_quarter where start >= %s and start < %s", (SILENT, SILENT + 2 * QUARTER)
        )
        asked = {"from": SILENT.isoformat(), "to": (SILENT + timedelta(hours=1)).isoformat(), "lines": "gate"}
        answer = client.get("/api/v1/sites/hall/estimates", params=asked)
        [row] = answer.json()["rows"]
        assert (row["forward"], row["missing_ms"], row["unfilled_ms"], row["matches"]) == (0, 1_800_000, 0, 4)
        assert row["missing_backward"] == row["missing_backward_low"] == row["missing_backward_high"] == 20.0
        assert 18 <= row["missing_forward_low"] <= row["missing_forward"] <= row["missing_forward_high"] <= 22
        same = client.get(
            "/api/v1/sites/hall/estimates", params=asked, headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert same.status_code == 304
        database.execute(
            b"insert into platspuls.data_version select max(device_id), %s from platspuls.device",
            ((SILENT - timedelta(days=7)).date(),),
        )
        other = client.get(
            "/api/v1/sites/hall/estimates", params=asked, headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert other.status_code == 200
    refused = client.get("/api/v1/sites/hall/estimates", params={**asked, "bucket": "quarter"})
    assert (refused.status_code, "bucket quarter" in refused.json()["detail"]) == (422, True)
