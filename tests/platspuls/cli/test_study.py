"""`platspuls study phases`, and what `db migrate` says of it; a setup that changes within a phase, from the wire on.

The class: an operator meets a study that measures before an update cuts it, and everybody sees where one did.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import pytest
from click.testing import CliRunner, Result

from core import wire
from counter.counting.version import COUNTING_VERSION, setup_on_wire
from ingest.batch.writer import BatchWriter
from platspuls.cli.main import main
from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from tests.api.serving import serving
from tests.store.writing.staff import run as run_command
from tests.support.small_site import SITE, flow, make_site, put, received

pytestmark = pytest.mark.chain

HOUR: Final = timedelta(hours=1)
NOW: Final = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
UPDATED: Final = NOW - 4 * HOUR
"""When the camera's program was updated, and its setup on the wire changed."""
FORMER, NEWEST = (f"kamera-a.c{version}" for version in (COUNTING_VERSION - 1, COUNTING_VERSION))


@pytest.fixture(scope="module")
def url(cluster: Cluster) -> str:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database studies template platspuls_template")
    url = cluster.url("studies")
    with connect(url, application="tests", autocommit=True) as database:
        make_site(database, devices=("cam",), assigned="{(,)}")
        make_site(database, "nowhere", devices=())
        reported(database, "cam", FORMER)
    return url


@pytest.fixture
def store(url: str) -> Iterator[Database]:
    with connect(url, application="tests", autocommit=True) as database:
        yield database
        database.execute(b"delete from platspuls.phase")
        database.execute(b"delete from platspuls.study")
        database.execute(b"delete from platspuls.anomaly")


def reported(database: Database, device: str, setup: str) -> None:
    """Note that a device said so in its status."""
    put(
        database,
        "device_status (device_id, online, at, received_at, setup) select device_id, true, now(), now(), %s "
        "from platspuls.device where key = %s on conflict (device_id) do update set setup = excluded.setup",
        *(setup, device),
    )


def declare(database: Database, study: str, phase: str, begins: datetime, ends: datetime) -> None:
    """Declare a phase as staff do, and its study before the first."""
    if not database.execute(b"select from reading.study where study = %s", (study,)).fetchone():
        run_command(database, "study_declare", "test", SITE, {"study": study, "name_sv": "S", "name_en": "E"})
    fields: Mapping[str, object] = {
        "study": study,
        "phase": phase,
        "kind": "baseline",
        "result_seen": False,
        "starts_at": begins.isoformat(),
        "ends_at": ends.isoformat(),
    }
    run_command(database, "phase_declare", "test", SITE, dict(fields))


def run(url: str, *words: str) -> Result:
    result = CliRunner().invoke(main, [*words, "--database-url", url], catch_exceptions=False)
    assert result.exit_code in {0, 1}, result.output
    return result


def test_where_no_study_measures_nothing_is_said(url: str, store: Database) -> None:
    declare(store, "amp", "over", NOW - 90 * HOUR, NOW - 30 * HOUR)
    assert run(url, "study", "phases").output == "No phase of a study runs or is to come.\n"
    assert run(url, "db", "migrate").output == "The database has this version's schema.\n"


def test_an_operator_meets_a_study_before_counters_are_updated(url: str, store: Database) -> None:
    declare(store, "amp", "noll", NOW - 300 * HOUR, NOW + 300 * HOUR)
    declare(store, "light", "later", NOW + 400 * HOUR, NOW + 500 * HOUR)
    listed = run(url, "study", "phases").output
    assert [line.split()[:5] for line in listed.splitlines()[1:3]] == [
        [SITE, "amp", "noll", "baseline", "runs"],
        [SITE, "light", "later", "baseline", "to"],
    ]
    assert f"{SITE}  amp    noll   cam     {FORMER}" in listed
    migrated = run(url, "db", "migrate").output
    pinned = f"counts by version {COUNTING_VERSION - 1}: before its program is updated, write `counting_version = "
    for said in (listed, migrated):
        assert f"{SITE}: cam {pinned}{COUNTING_VERSION - 1}` below [device] in its device file" in said
        assert f"{SITE}: cam counts by version {COUNTING_VERSION - 1}: update it before" in said
    assert "A study measures, or is about to." in migrated
    assert run(url, "study", "phases", "--site", "nowhere").output == "No phase of a study runs or is to come.\n"


def test_what_an_update_cut_is_found_answered_and_shown(url: str, store: Database) -> None:
    """From records on the wire to the series, the rule, and what the operator is asked."""
    declare(store, "amp", "noll", NOW - 300 * HOUR, NOW + 300 * HOUR)
    declare(store, "light", "noll", NOW - 2 * HOUR, NOW + 300 * HOUR)
    with connect(url, application="writer", autocommit=True) as connection:
        BatchWriter(connection).store([received(*records(), at=NOW)])
    assert run(url, "quality", "detect", "--site", SITE).output == f"{SITE}: 2 new, 0 known, 0 gone\n"
    listed = run(url, "quality", "list").output.splitlines()
    assert {tuple(line.split()[2:4]) for line in listed[1:]} == {("setup_changed", line) for line in ("north", "south")}
    assert f"noll by {COUNTING_VERSION - 1}, {COUNTING_VERSION}" in run(url, "study", "phases").output
    with serving(url) as client:
        asked = {"from": (NOW - 8 * HOUR).isoformat(), "to": NOW.isoformat()}
        answer = client.get(f"/api/v1/sites/{SITE}/segments", params=asked)
        quality = client.get(
            f"/api/v1/sites/{SITE}/quality", params={**asked, "bucket": "hour", "lines": "north"}
        ).json()["rows"]
        refused = client.get(f"/api/v1/sites/{SITE}/segments", params={"from": "2022-01-01"})
        backwards = client.get(f"/api/v1/sites/{SITE}/segments", params={**asked, "to": "2022-01-01"})
    assert answer.status_code == 200, answer.text
    north: list[dict[str, Any]] = [row for row in answer.json() if row["part"] == "north"]
    assert [(row["setup"], row["began_by"], row["phases"]) for row in north] == [
        (FORMER, "first", []),
        (NEWEST, "counting_version", ["amp/noll"]),
    ]
    assert north[1]["from_utc"] == f"{UPDATED:%Y-%m-%dT%H:%M:%SZ}"
    found = {row["start_utc"]: (row["setups"], row["cut_phases"]) for row in quality if row["setups"]}
    assert found[f"{UPDATED - HOUR:%Y-%m-%dT%H:%M:%SZ}"] == ([FORMER], [])
    assert found[f"{UPDATED:%Y-%m-%dT%H:%M:%SZ}"] == ([NEWEST], ["amp/noll"])
    assert len(found) == 4
    assert (refused.status_code, backwards.status_code) == (422, 422)
    assert "1100 days at most" in refused.json()["detail"]


def records() -> list[wire.FlowRecord]:
    """Return what a camera sends that is updated: six quarter-hours of the former rules, then as many of the newest."""
    return [
        msgspec.structs.replace(
            flow(seq, 0, period_s=900, lines=("north", "south")),
            start=UPDATED + timedelta(minutes=15 * (seq - 7)),
            setup=FORMER if seq <= 6 else NEWEST,
        )
        for seq in range(1, 13)
    ]


def test_setups_on_the_wire_are_as_the_store_reads_them() -> None:
    """The device writes what this test calls the former and the newest."""
    assert setup_on_wire("kamera-a") == NEWEST
