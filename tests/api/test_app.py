"""What the app says of itself and carries on every answer; places and health."""

import json
import re
import socket
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.serve import listen
from api.settings import ApiSettings
from store.database import connect
from store.registry.apply import apply
from tests.api.serving import serving
from tests.store.registry.example import example, loaded

SITE = "/api/v1/sites/haninge-entre"


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[httpx.Client]:
    with connect(database_url, application="test", autocommit=True) as database:
        apply(database, loaded(tmp_path, example()))
    with serving(database_url) as client:
        yield client


@cache
def openapi() -> dict[str, Any]:
    """Return the description, which takes a second or two to make; nobody changes it."""
    settings = ApiSettings.model_validate({"PLATSPULS_DATABASE_URL": "postgresql://nobody@/nothing"})
    return create_app(settings).openapi()


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_every_operation_is_described_with_an_example() -> None:
    assert len(list(operations())) >= 80
    for name, operation in operations():
        assert operation["description"], name
        [good] = [answer for status, answer in operation["responses"].items() if status in {"200", "201", "204"}]
        assert all("example" in content for content in good.get("content", {}).values()), name
        assert bool(good.get("content")) is not name.startswith("delete "), name


def test_small_answers_are_sent_at_once() -> None:
    """Asyncio does so where a socket says that it is one of TCP: else a request took 52 ms instead of 8."""
    settings = ApiSettings.model_validate({"PLATSPULS_DATABASE_URL": "postgresql://nobody@/nothing", "port": 0})
    with listen(settings) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def test_what_the_description_refers_to_is_in_it() -> None:
    text = json.dumps(openapi())
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) <= set(openapi()["components"]["schemas"])


def test_every_row_of_a_bucket_says_whether_it_is_whole_and_how_long_it_was_watched() -> None:
    """Whatever rows of what was counted the API has, and will have; what the public has is of whole buckets alone.

    Nobody here watches the weather: its rows say of how many hours a station reported each of its figures. What people
    wrote has no buckets.
    """
    schemas = openapi()["components"]["schemas"]
    found = {
        name: schema["properties"].keys()
        for name, schema in schemas.items()
        if "start_local" in schema.get("properties", ()) and not name.endswith("LogRow")
    }
    public = {name for name, columns in found.items() if "partial" not in columns}
    assert public == {"SitePassages", "BorderPassages", "PublicDwell"}
    assert len(found) > 12
    assert {"partial", "temperature_hours", "precipitation_hours"} <= found["WeatherRow"]
    for name in found.keys() - public - {"WeatherRow"}:
        assert {"partial", "observed_ms", "expected_ms"} <= found[name], name


def test_every_parameter_is_described() -> None:
    for name, operation in operations():
        for parameter in operation.get("parameters", []):
            assert parameter["description"], name


@pytest.mark.chain
def test_nothing_is_loaded_from_other_hosts(client: httpx.Client) -> None:
    assert [client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")] == [404, 404, 404]
    answer = client.get("/api/v1/openapi.json", headers={"Origin": "https://example.org"})
    assert answer.json()["openapi"].startswith("3.")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert "server" not in answer.headers


@pytest.mark.chain
@pytest.mark.parametrize(
    ("host", "status"), [("evil.example", 421), ("127.0.0.1:1", 200), ("LocalHost", 200), ("", 421)]
)
def test_only_our_own_names_are_answered_to(client: httpx.Client, host: str, status: int) -> None:
    answer = client.get("/api/v1/sites", headers={"Host": host})
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    if status != 200:
        assert answer.json()["detail"] == f"Host {host} isn't a name of this API"


@pytest.mark.chain
def test_places_are_named_by_their_keys(client: httpx.Client) -> None:
    assert [site["site"] for site in client.get("/api/v1/sites").json()] == ["haninge-entre"]
    assert client.get(SITE).json()["time_zone"] == "Europe/Stockholm"
    borders = {border["border"]: border for border in client.get(f"{SITE}/borders").json()}
    assert (borders["stationen"]["from_space"], borders["stationen"]["to_space"]) == (None, "gangtunneln")
    lines = client.get(f"{SITE}/lines").json()
    assert {line["role"] for line in lines} <= {"main", "check"}
    assert all(line["commissioned"] for line in lines)
    spaces = {space["space"] for space in client.get(f"{SITE}/spaces").json()}
    assert {zone["space"] for zone in client.get(f"{SITE}/zones").json()} <= spaces
    assert all(device["assigned"] for device in client.get(f"{SITE}/devices").json())


@pytest.mark.chain
def test_health_tells_of_devices_that_never_spoke(client: httpx.Client) -> None:
    health = client.get(f"{SITE}/health").json()
    assert health["devices"]
    assert {device["online"] for device in health["devices"]} == {None}
    assert health["delivery"] == health["held"] == health["conflicts"] == []


@pytest.mark.chain
def test_ready_tells_the_version_of_the_schema(client: httpx.Client) -> None:
    assert client.get("/readyz").json()["schema_version"] >= 2
