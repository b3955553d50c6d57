"""Every error is a problem that names what was wrong; no parameter is a 500; the database may go and come."""

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from tests.api.serving import serving
from tests.store.reading.place import LinePlace, Place
from tests.support.properties import examples
from tests.support.waiting import eventually

pytestmark = pytest.mark.chain

NAME = "api_errors"


@pytest.fixture(scope="module")
def database(cluster: Cluster) -> Iterator[Database]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as database:
        database.execute(f"create database {NAME} template platspuls_template".encode())
    with connect(cluster.url(NAME), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        place.zone("bench", "hall", [(None, None)])
        yield database


@pytest.fixture(scope="module")
def client(cluster: Cluster, database: Database) -> Iterator[httpx.Client]:
    assert not database.closed
    with serving(cluster.url(NAME), database_wait_s=1) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "status", "kind", "says"),
    [
        ("nowhere", 404, "unknown-place", "there is no site nowhere"),
        ("UPPER%00case/flow?from=2025-01-01", 404, "unknown-place", "there is no site"),
        ("tunnel/flow", 422, "parameter", "say when: from"),
        ("tunnel/segments?from=2099-01-01&to=2099-02-01", 422, "parameter", "from 2099-01-01 lies in the future"),
        (
            "tunel/flow?from=2025-01-01&to=2025-01-02",
            404,
            "unknown-place",
            "there is no site tunel: did you mean tunnel?",
        ),
        ("Tunnel/zones", 404, "unknown-place", "there is no site Tunnel: did you mean tunnel?"),
        ("tunnel_/flow?from=2025-01-01&to=2025-01-02", 404, "unknown-place", "did you mean tunnel?"),
        ("tunnel/anomalies?from=tomorrow", 422, "parameter", "lies in the future"),
        ("tunnel/flow?from=2026-06-01&of=line&lines=", 422, "parameter", "lines  names no line: leave it out"),
        ("tunnel/dwell?from=2026-06-01&zones=%2C", 422, "parameter", "zones , names no zone: leave it out"),
        ("tunnel/flow?from=someday", 422, "parameter", "from someday must be a date"),
        ("tunnel/flow?from=2025-01-01&bucket=year", 422, "parameter", "bucket year"),
        ("tunnel/flow?from=2026-06-01&of=door", 422, "parameter", "of door"),
        ("tunnel/flow?from=2025-01-01&bucket=quarter", 422, "range-too-long", "bucket quarter is given for 31 days"),
        ("tunnel/flow.csv?from=2020-01-01", 422, "range-too-long", "bucket hour is given for 400 days"),
        ("tunnel/dwell?from=2025-01-01&bucket=day&threshold_s=50", 422, "parameter", "threshold_s is 50.*5, 10, 15"),
        ("tunnel/dwell.csv?from=2025-01-01&bucket=day&threshold_s=50", 422, "parameter", "threshold_s is 50.*14400"),
        ("tunnel/dwell?from=2025-01-01&bucket=day&threshold_s=x", 422, "parameter", "threshold_s x"),
        ("tunnel/dwell?from=2025-01-01&bucket=day&threshold_s=0", 422, "parameter", "threshold_s 0"),
        ("tunnel/dwell?from=2025-01-01&bucket=day&zones=sofa,bench", 404, "unknown-place", "tunnel has no zone sofa"),
        ("tunnel/presence?from=2025-01-01&bucket=day&zones=%00", 404, "unknown-place", "has no zone"),
        ("tunnel/flow?from=2026-06-01&lines=gate", 422, "parameter", "lines gate: of is site, ask of=line"),
        ("tunnel/flow?from=2026-06-01&of=line&lines=door", 404, "unknown-place", "tunnel has no line door"),
        ("tunnel/flow?from=2026-06-01&hours=open", 422, "parameter", "site file of tunnel has no open hours"),
        ("tunnel/flow?from=2026-06-01&hours=late", 422, "parameter", "hours late"),
        ("nowhere/flow?from=2020-01-01", 422, "range-too-long", "bucket hour is given for 400 days"),
        ("tunnel/occupancy?from=2026-01-01&to=2026-03-01", 422, "parameter", "31 days apart at most"),
        ("tunnel/live/stream/more", 404, "", "there is nothing at"),
    ],
)
def test_what_is_wrong_is_named(client: httpx.Client, path: str, status: int, kind: str, says: str) -> None:
    answer = client.get(f"/api/v1/sites/{path}")
    assert_problem(answer, status, kind)
    assert re.search(says, answer.json()["detail"])


def test_each_address_of_a_mistyped_site_names_like_ones(client: httpx.Client) -> None:
    """Also where a log record's number, a reason or fields are wrong or missing: first it must be the right site."""
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    for path, operations in paths.items():
        if not path.startswith("/api/v1/sites/{site}") or path.endswith((".ndjson", ".csv", ".parquet", ".xlsx")):
            continue  # other forms are the same route
        address = path.replace("{site}", "tunel").replace("{number}", "1")
        parameters = operations.get("get", {}).get("parameters", ())
        needed = {p["name"]: "yesterday" for p in parameters if p["name"] == "from"}
        for method in operations:
            answer = client.request(
                method, address, params=needed if method == "get" else {}, json=None if method == "get" else {}
            )
            assert_problem(answer, 404, "unknown-place")
            assert answer.json()["detail"] == "there is no site tunel: did you mean tunnel?", (method, path)


def assert_problem(answer: httpx.Response, status: int, kind: str) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert problem["status"] == status
    assert problem["type"] == (f"urn:platspuls:problem:{kind}" if kind else "about:blank")


@pytest.mark.parametrize(
    ("accepted", "title"),
    [
        (None, "There is no such place"),
        ("sv-SE,en;q=0.5", "Det finns ingen sådan plats"),
        ("de", "There is no such place"),
    ],
)
def test_a_problem_is_called_in_the_language_of_the_reader(
    client: httpx.Client, accepted: str | None, title: str
) -> None:
    answer = client.get("/api/v1/sites/nowhere", headers={"Accept-Language": accepted} if accepted else {})
    assert_problem(answer, 404, "unknown-place")
    assert answer.json()["title"] == title
    assert "Accept-Language" in answer.headers["Vary"]


def test_only_reading_is_possible(client: httpx.Client) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = client.request(method, "/api/v1/sites/tunnel")
        assert_problem(answer, 405, "")
        assert answer.headers["allow"] == "GET"


words = st.text(max_size=20) | st.sampled_from(
    ["2025-01-01", "2025-01-02T00:00Z", "hour", "day", "60", "bench", "line"]
)
names = st.sampled_from(["from", "to", "bucket", "of", "zones", "lines", "hours", "threshold_s"])
paths = st.sampled_from(["flow", "flow.csv", "dwell", "dwell.csv", "presence", "occupancy", "health", "live", "lines"])


@settings(max_examples=examples(200), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(path=paths, given_=st.dictionaries(names, words), site=st.just("tunnel") | st.text(min_size=1, max_size=20))
def test_no_parameters_are_too_much(client: httpx.Client, path: str, given_: dict[str, str], site: str) -> None:
    address = client.build_request("GET", "/").url.copy_with(raw_path=quoted(site, path))
    answer = client.get(address, params=given_)
    assert answer.status_code in (200, 307, 404, 405, 422)
    if answer.status_code >= 400 and answer.headers["content-type"].startswith("application"):
        assert json.loads(answer.text)["detail"]


def quoted(site: str, path: str) -> bytes:
    return b"/api/v1/sites/" + b"".join(b"%%%02X" % byte for byte in site.encode()) + b"/" + path.encode()


def test_the_database_goes_and_comes_back(cluster: Cluster, client: httpx.Client, database: Database) -> None:
    assert client.get("/readyz").json()["status"] == "ready"
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(f"alter database {NAME} allow_connections false".encode())
        other.execute(
            b"select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> %s",
            (NAME, database.info.backend_pid),
        )
        try:
            assert client.get("/healthz").status_code == 200
            for path in ("/readyz", "/api/v1/sites", "/api/v1/sites/tunnel/live/stream"):
                answer = client.get(path)
                assert_problem(answer, 503, "database-unavailable")
                assert answer.headers["retry-after"] == "5"
        finally:
            other.execute(f"alter database {NAME} allow_connections true".encode())
    eventually(lambda: client.get("/readyz").status_code == 200)
    assert client.get("/api/v1/sites").status_code == 200


def test_it_starts_without_a_database_and_waits_for_the_schema(cluster: Cluster, empty_database_url: str) -> None:
    nowhere = f"{cluster.url('not_yet_made')}"
    with serving(nowhere, database_wait_s=0.5) as client:
        assert client.get("/healthz").json() == {"status": "running"}
        assert_problem(client.get("/readyz"), 503, "database-unavailable")
    with serving(empty_database_url) as client:
        assert_problem(client.get("/readyz"), 503, "database-not-ready")


def test_a_query_that_takes_too_long_is_ended(cluster: Cluster, database: Database) -> None:
    with serving(cluster.url(NAME), statement_timeout_s=0.001) as client:
        answer = client.get("/api/v1/sites/tunnel/flow?from=2025-01-01&to=2026-01-01")
    assert answer.status_code == 503
    assert not database.closed
