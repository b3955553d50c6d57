"""What the app says of itself and carries on every answer; places and health."""

import json
import re
import socket
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_app
from api.security_headers import POLICY
from api.serve import listen
from api.settings import ApiSettings
from api.web.about_api.older_openapi import as_3_0
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


VIEWER = {
    "/docs/swagger-ui-bundle.js": (
        "text/javascript",
        "3f6abf70480db7e07914df4c98a77385f22ea585eaf457a3e6415ba0eae2d167",
    ),
    "/docs/swagger-ui.css": ("text/css", "c3cfe8248c4b0b89673600fb829924eafbac6de4bc4b2b06f5f5243483074d0a"),
}
"""The files of swagger-ui-dist 5.34.0, as its makers publish them: whatever the package brings is these bytes."""


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


def test_every_operation_names_its_rights() -> None:
    for name, operation in operations():
        assert operation["x-rights"], name
        assert operation["description"].endswith(f"`{operation['x-rights'][-1]}`."), name


def schemas_in(node: object) -> Iterator[dict[str, Any]]:
    """Yield every object of a description, but for data."""
    if isinstance(node, dict):
        yield node
        for key, value in node.items():
            if key not in {"default", "enum", "example", "examples"}:
                yield from schemas_in(list(value.values()) if key == "properties" else value)
    elif isinstance(node, list):
        for item in node:
            yield from schemas_in(item)


def test_the_viewer_is_given_the_same_in_the_words_of_an_older_openapi() -> None:
    """No word of 3.1 is left, whatever models the API has and will have; nothing else is taken away."""
    shown = as_3_0(openapi())
    for schema in schemas_in(shown):
        assert not {"const", "prefixItems"} & schema.keys()
        assert schema.get("type") != "null"
        assert not isinstance(schema.get("examples"), list)
        assert "$ref" not in schema or len(schema) == 1
        assert not isinstance(schema.get("exclusiveMinimum", True), float | int) or schema.get("exclusiveMinimum", True)
    assert {path: list(methods) for path, methods in shown["paths"].items()} == {
        path: list(methods) for path, methods in openapi()["paths"].items()
    }
    for name, schema in openapi()["components"]["schemas"].items():
        assert list(shown["components"]["schemas"][name].get("properties", {})) == list(schema.get("properties", {}))


def test_words_of_the_newer_openapi_become_those_of_the_older() -> None:
    schema = {
        "anyOf": [{"$ref": "#/x"}, {"type": "null"}],
        "description": "d",
        "examples": [None, 1],
        "default": {"const": 1},
    }
    newer = {"info": {"title": "t", "summary": "s"}, "a": schema, "properties": {"const": {"const": 3}}, "b": [{}]}
    assert as_3_0(newer) == {
        "openapi": "3.0.3",
        "info": {"title": "t", "description": "s"},
        "a": {
            "allOf": [{"$ref": "#/x"}],
            "nullable": True,
            "description": "d",
            "example": None,
            "default": {"const": 1},
        },
        "properties": {"const": {"enum": [3]}},
        "b": [{}],
    }
    bounds = {"anyOf": [{"type": "integer", "exclusiveMinimum": 0}, {"type": "string"}, {"type": "null"}]}
    integer = {"type": "integer", "minimum": 0, "exclusiveMinimum": True}
    assert as_3_0({"info": {}, "a": bounds})["a"] == {"anyOf": [integer, {"type": "string"}], "nullable": True}


@pytest.mark.chain
def test_the_index_lists_where_everything_is(client: httpx.Client) -> None:
    for path in ("/api", "/api/v1"):
        answer = client.get(path)
        assert answer.headers["vary"].startswith("Accept")
        index = answer.json()
        tables = {table["address"]: table["files"] for table in index["tables"]}
        files = {path for path in openapi()["paths"] if re.search(r"\.(csv|ndjson|parquet|xlsx)$", path)}
        assert {address + suffix for address, suffixes in tables.items() for suffix in suffixes} == files
        public = {path for path in openapi()["paths"] if path.startswith("/api/v1/public/")}
        assert {one["address"] for one in index["public"]} == public
        assert [version["openapi"] for version in index["versions"]] == ["/api/v1/openapi.json"]
        assert [client.get(index[name]).status_code for name in ("docs", "sites")] == [200, 200]
        page = client.get(path, headers={"Accept": "text/html", "Accept-Language": "sv"})
        assert "API:et" in page.text
        assert set(tables) | public <= set(re.findall(r"<code>([^<]*)</code>", page.text))


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
    assert [client.get(path).status_code for path in ("/redoc", "/openapi.json")] == [404, 404]
    docs = client.get("/docs")
    assert docs.headers["content-security-policy"] == f"{POLICY}; img-src 'self' data:"
    loaded = re.findall(r'(?:src|href|data-openapi)="([^"]*)"', docs.text)
    assert {*VIEWER, "/docs/openapi.json"} <= set(loaded)
    for address in loaded:
        assert re.match(r"[/?#](?!/)", address), address
        assert address[0] != "/" or client.get(address).status_code in {200, 307}, address
    for path, (media_type, digest) in VIEWER.items():
        file = client.get(path)
        assert file.headers["content-type"].partition(";")[0] == media_type
        assert sha256(file.content).hexdigest() == digest
        assert client.get(path, headers={"If-None-Match": file.headers["etag"]}).status_code == 304
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
