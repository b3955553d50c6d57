"""An answer that the caller has isn't sent again; any change to what it was worked out from makes it a new one."""

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

import api
from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from tests.api.serving import serving
from tests.store.reading.by_hand import utc
from tests.store.reading.place import QUARTER, Dwelt, LinePlace, Passed, Place, bins

pytestmark = pytest.mark.chain

START = utc("2025-06-02T00:00")
SQL = Path(api.__file__).parent / "database" / "sql"
FLOW = "/api/v1/sites/tunnel/flow?from=2025-06-02T00:00Z&to=2025-06-03T00:00Z"
DWELL = "/api/v1/sites/tunnel/dwell?from=2025-06-02T00:00Z&to=2025-06-03T00:00Z"


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[Database]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database versions template platspuls_template")
    with connect(cluster.url("versions"), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "UTC")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        place.zone("bench", "hall", [(START, None)])
        place.zone("sofa", "hall", [(START, None)])
        place.passes("gate", *(Passed(START + QUARTER * n, n % 7, 1) for n in range(96 * 400)))
        for zone in ("bench", "sofa"):
            place.dwells(zone, *(Dwelt(START + QUARTER * n, bins(b8=2)) for n in range(96)))
        database.execute("""
          with made as (
            insert into platspuls.device (site_id, key, name_sv, name_en)
            select site_id, 'cam', '', '' from platspuls.site returning device_id
          )
          insert into platspuls.data_version (device_id, day)
          select device_id, '2025-06-02'::date + n from made, generate_series(0, 9) as n
        """)
        yield database


@pytest.fixture(scope="module")
def client(cluster: Cluster, database: Database) -> Iterator[httpx.Client]:
    assert not database.closed
    with serving(cluster.url("versions")) as client:
        yield client


def tag(client: httpx.Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    found: str = answer.headers["etag"]
    again = client.get(address, headers={"If-None-Match": f'"other", {found}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", found)
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    return found


def test_each_question_has_a_version_of_its_own(client: httpx.Client) -> None:
    addresses = [
        FLOW,
        f"{FLOW}&bucket=day",
        f"{FLOW}&of=line",
        f"{FLOW}&of=line&lines=gate",
        FLOW.replace("flow?", "flow.csv?"),
        FLOW.replace("2025-06-03", "2025-06-04"),
        DWELL,
        f"{DWELL}&threshold_s=300",
        f"{DWELL}&zones=bench",
        DWELL.replace("dwell?", "dwell.csv?"),
    ]
    tags = {tag(client, address) for address in addresses}
    assert len(tags) == len(addresses)


def test_a_change_to_data_or_site_makes_a_new_version(client: httpx.Client, database: Database) -> None:
    first = tag(client, FLOW)
    database.execute(b"update platspuls.data_version set version = version + 1 where day = '2025-06-06'")
    assert tag(client, FLOW) == first  # another day's data
    database.execute(b"update platspuls.data_version set version = version + 1 where day = '2025-06-02'")
    second = tag(client, FLOW)
    database.execute(b"update platspuls.site set version = version + 1")
    third = tag(client, FLOW)
    assert len({first, second, third}) == 3


def test_what_became_of_records_is_another_version_of_quality_alone(client: httpx.Client, database: Database) -> None:
    quality = FLOW.replace("flow?", "quality?")
    before = tag(client, quality), tag(client, FLOW)
    database.execute(
        b"insert into platspuls.reject (arrived_at, last_at, times, topic, site_key, device_key, code, reason, "
        b"payload_sha256, payload_bytes) "
        b"values (%s, %s, 1, 'topic', 'tunnel', 'cam', 'too_old', 'too old', 'a', 9)",
        (START + QUARTER, START + QUARTER),
    )
    refused = tag(client, quality)
    database.execute(
        b"insert into platspuls.delivery (device_id, epoch, lost) "
        b"select device_id, '0123456789abcdef', '{[1,4)}' from platspuls.device"
    )
    assert len({before[0], refused, tag(client, quality)}) == 3
    assert tag(client, FLOW) == before[1]


def test_a_phase_is_another_version_of_quality_alone(client: httpx.Client, database: Database) -> None:
    """Whether a setup changed within a phase is known only once that is declared, or ends elsewhere."""
    quality = FLOW.replace("flow?", "quality?")
    before = tag(client, quality), tag(client, FLOW)
    database.execute(
        b"with made as (insert into platspuls.study (site_id, key) select site_id, 'amp' from platspuls.site "
        b"returning study_id) insert into platspuls.phase (study_id, key, during) "
        b"select study_id, 'noll', tstzrange(%s, %s) from made",
        (START, START + timedelta(days=9)),
    )
    declared = tag(client, quality)
    database.execute(b"update platspuls.phase set during = tstzrange(%s, %s)", (START, START + timedelta(days=11)))
    assert len({before[0], declared, tag(client, quality)}) == 3
    assert tag(client, FLOW) == before[1]


def test_later_data_of_a_zone_tells_an_outage_from_silence(client: httpx.Client, database: Database) -> None:
    early = DWELL.replace("2025-06-03T00:00Z", "2025-06-02T12:00Z")
    last = "delete from platspuls.zone_dwell where start >= '2025-06-02T11:00Z'"
    place = Place.__new__(Place)
    place.database, place.site = database, "tunnel"
    before = tag(client, early)
    database.execute(last.encode())
    cut = tag(client, early)
    place.dwells("bench", Dwelt(START + timedelta(hours=11, minutes=30), bins(b8=2)))
    assert len({before, cut, tag(client, early)}) == 3


def test_an_answer_is_compressed_for_who_can_read_it(client: httpx.Client) -> None:
    for path in ("flow", "flow.csv"):
        address = FLOW.replace("flow?", f"{path}?")
        with client.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            packed = b"".join(answer.iter_raw())
        plain = client.get(address, headers={"Accept-Encoding": "identity"})
        assert answer.headers["content-encoding"] == "gzip"
        assert "content-encoding" not in plain.headers
        assert gzip.decompress(packed) == plain.content
        assert len(packed) * 3 < len(plain.content)


def test_a_long_answer_is_whole(client: httpx.Client) -> None:
    answer = client.get("/api/v1/sites/tunnel/flow?of=line&from=2025-06-02T00:00Z&to=2026-06-02T00:00Z")
    rows = json.loads(answer.text)["rows"]
    assert len(rows) == 365 * 24
    assert sum(row["forward"] for row in rows) == sum(n % 7 for n in range(365 * 96))
    assert [row["start_utc"] for row in rows] == sorted({row["start_utc"] for row in rows})


def test_zones_that_are_asked_for_are_given(client: httpx.Client) -> None:
    rows = client.get(f"{DWELL}&zones=sofa").json()["rows"]
    assert {row["zone"] for row in rows} == {"sofa"}
    both = client.get(f"{DWELL}&zones=sofa,bench").json()["rows"]
    assert [row for row in both if row["zone"] == "sofa"] == rows


def test_occupancy_between_two_empty_times(client: httpx.Client) -> None:
    answer = client.get("/api/v1/sites/tunnel/occupancy?from=2025-06-02T00:00Z&to=2025-06-03T00:00Z").json()
    assert [space["refused_for"] for space in answer["spaces"]] == ["drift"]
    assert {row["occupancy"] for row in answer["series"]["rows"]} == {None}
    assert len(answer["series"]["rows"]) == 24


@pytest.mark.parametrize("name", ["data_version", "data_version_quality"])
def test_a_bucket_that_has_ended_meanwhile_is_another_answer(database: Database, name: str) -> None:
    """By the database's clock, which may be behind that of the API: the last bucket was partial, and isn't any more."""
    statement = (SQL / "version" / f"{name}.sql").read_bytes()

    def version(end: datetime) -> str:
        asked = {"site": "tunnel", "from_utc": START, "to_utc": end}
        [(found,)] = database.execute(statement, asked).fetchall()
        return str(found)

    with database.transaction():
        [(now,)] = database.execute(b"select now()").fetchall()
        end = now + timedelta(microseconds=1)
        before = version(end)
    assert before != version(end) == version(end)
