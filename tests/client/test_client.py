"""The typed client: its rows, errors, retries and files, against a real API."""

import ast
import re
import socket
import sys
import threading
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import pytest

import platspuls
import platspuls_client
from api.routes.flow import CORRECTED
from api.tables import corrected, dwell, flow, occupancy, places, quality
from platspuls_client import (
    BusyError,
    Client,
    ConflictError,
    FileInUseError,
    Format,
    InvalidQueryError,
    InvalidResponseError,
    KeyFileError,
    LogQuery,
    NotAllowedError,
    NotFoundError,
    ProblemError,
    Query,
    Table,
    UnreachableError,
    UnsafeAddressError,
    VersionConflictError,
    find_key,
    models,
)
from platspuls_client.errors import problem_error
from tests.api.serving import serving
from tests.support.other_systems import MODULES
from tests.support.served import START, World

ROOT = Path(__file__).parents[2]


@pytest.mark.chain
def test_rows_are_what_the_api_says(world: World) -> None:
    with Client(world.address) as client, httpx.Client(base_url=world.address) as plain:
        found = list(client.dwell("haninge-entre", "2026-11-02", "2026-11-03"))
        asked = {"from": "2026-11-02", "to": "2026-11-03"}
        answered = plain.get("/api/v1/sites/haninge-entre/dwell", params=asked).json()["rows"]
        assert msgspec.json.decode(msgspec.json.encode(found)) == answered
        assert found[0].start_local == datetime(2026, 11, 2)  # noqa: DTZ001 - what clocks show
        quality = list(client.quality("haninge-entre", "2026-11-02", "2026-11-05", bucket="day"))
        assert {(row.kind, row.coverage) for row in quality} == {("line", 1.0), ("zone", 0.0)}  # it has dwell alone
        week = list(client.dwell("haninge-entre", "2026-11-02", "2026-11-05", bucket="week"))
        assert [row.partial for row in week] == [True] * len(week)
        assert week
        assert not list(client.dwell("haninge-entre", "2026-11-02", "2026-11-05", bucket="week", whole=True))
        entries = list(client.entries("haninge-entre", "2026-11-02", "2026-11-03"))
        assert sum(row.entries or 0 for row in entries) == 4 * sum(at.hour for at in _utc_hours(found))


def _utc_hours(found: list[models.DwellRow]) -> list[datetime]:
    return [row.start_utc for row in found if row.zone == "bankarna"]


MODELS = [
    *(table.row for table in CORRECTED.values()),
    corrected.CorrectedPresenceRow,
    corrected.CorrectedDwellRow,
    *(flow.SiteFlowRow, flow.SpaceFlowRow, flow.BorderFlowRow, flow.LineFlowRow),
    *(dwell.PresenceRow, dwell.DwellRow, occupancy.OccupancyRow, quality.QualityRow),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_clients_rows_have_the_columns_of_the_api(model: Any) -> None:  # noqa: ANN401 - a class
    ours = getattr(models, model.__name__)
    fields = {field.name: field.type for field in msgspec.structs.fields(ours)}
    assert list(fields) == list(model.model_fields)
    for name, field in model.model_fields.items():
        may_be_null = type(None) in get_args(field.annotation)
        assert (type(None) in get_args(fields[name])) == may_be_null, name


@pytest.mark.parametrize("name", ["Site", "Space", "Border", "Line", "Zone", "Device", "Name", "Period", "Assignment"])
def test_the_clients_places_have_the_fields_of_the_api(name: str) -> None:
    fields = [field.name for field in msgspec.structs.fields(getattr(models, name))]
    assert fields == list(getattr(places, name).model_fields)


@pytest.mark.chain
def test_it_retries_while_the_api_is_busy() -> None:
    slept: list[float] = []
    with serving("postgresql://nobody@127.0.0.1:1/nothing", database_wait_s=0.1) as http:
        client = Client(str(http.base_url), key="pp_wrong", sleep=slept.append)
        with client, pytest.raises((BusyError, NotAllowedError)):
            client.sites()
        with Client(str(http.base_url), sleep=slept.append) as client, pytest.raises(BusyError, match="database"):
            client.sites()
    assert slept[-2:] == [5.0, 5.0]


@pytest.mark.chain
def test_a_response_that_isnt_of_the_api_is_refused(world: World) -> None:
    query = Query(table=Table.DWELL, site="haninge-entre", start=START, end=START + timedelta(days=1))
    with Client(world.address) as client:
        with pytest.raises(InvalidResponseError):
            list(client.pages("/login", dict))
        with pytest.raises(InvalidResponseError):
            list(client.rows(query, models.SiteFlowRow))


@pytest.mark.parametrize("name", ["zones", "lines", "borders", "spaces", "kinds"])
def test_a_list_of_keys_that_names_none_or_is_a_text_is_refused(name: str) -> None:
    """A filter that finds nothing must not become everything, nor a text the keys that its letters are."""

    def asked(**more: Any) -> dict[str, str]:  # noqa: ANN401 - whatever a caller may give
        is_log = name == "kinds"
        query = LogQuery(site="a", **more) if is_log else Query(table=Table.FLOW, site="a", start="7d", **more)
        return query.parameters()

    for keys, words in (([], "is empty"), ((), "is empty"), ("bankarna", "give a list, such as ['bankarna']")):
        with pytest.raises((ValueError, TypeError), match=re.escape(words)):
            asked(**{name: keys})
    assert asked(**{name: ["a", "b"]})[name.removesuffix("s") if name == "kinds" else name] == "a,b"
    assert asked().keys() <= {"from", "bucket"}


def test_a_coverage_is_asked_for_as_it_was_given() -> None:
    query = Query(table=Table.FLOW, site="a", start="7d", min_coverage=0.999_999_9)
    assert float(query.parameters()["min_coverage"]) == query.min_coverage


def test_a_page_of_which_a_later_api_says_more_is_read() -> None:
    pages = {"": {"total": 2, "records": [1], "more": {"x": []}, "next": "2"}, "2": {"records": [2], "next": None}}

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=pages[request.url.params.get("cursor", "")])

    with Client("http://127.0.0.1", transport=httpx.MockTransport(answer)) as client:
        assert list(client.pages("/api/v1/sites/a/notes", int)) == [1, 2]


def test_each_status_has_its_error() -> None:
    body = b'{"title": "No", "detail": "because", "status": 403}'
    found = {
        status: type(problem_error(status, {}, body)) for status in (401, 403, 404, 406, 409, 412, 422, 429, 500, 503)
    }
    refused = dict.fromkeys((401, 403), NotAllowedError) | dict.fromkeys((406, 422), InvalidQueryError)
    conflicts = {404: NotFoundError, 409: ConflictError, 412: VersionConflictError}
    assert found == refused | conflicts | {429: BusyError, 500: ProblemError, 503: BusyError}
    assert issubclass(VersionConflictError, ConflictError)
    assert str(problem_error(403, {}, body)) == "No: because"
    assert problem_error(503, {"retry-after": "7"}, body).retry_after_s == 7
    assert problem_error(503, {"retry-after": "Sun, 22 Nov 2026 06:30:00 GMT"}, body).retry_after_s is None
    assert "is this the address of the API?" in str(problem_error(502, {}, b"<html>"))


def test_a_stream_that_breaks_leaves_no_file(tmp_path: Path) -> None:
    query = Query(table=Table.DWELL, site="a", start="2026-11-01")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def break_off() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it")

        thread = threading.Thread(target=break_off)
        thread.start()
        with Client(f"http://127.0.0.1:{listener.getsockname()[1]}") as client, pytest.raises(UnreachableError):
            client.save(query, Format.CSV, tmp_path / "a.csv")
        thread.join()
    assert list(tmp_path.iterdir()) == []


def test_a_key_goes_nowhere_in_the_clear(tmp_path: Path) -> None:
    with pytest.raises(UnsafeAddressError):
        Client("http://place.example", key="secret")
    for address in ("https://place.example", "http://127.0.0.1:8420", "http://[::1]:1", "http://localhost"):
        Client(address, key="secret").close()
    Client("http://place.example").close()
    file = tmp_path / "key"
    file.write_text("pp_key\n")
    assert find_key(file) == find_key(None, {"PLATSPULS_KEY_FILE": str(file)}) == "pp_key"
    assert find_key(None, {}) is None
    file.write_text("two words")
    with pytest.raises(KeyFileError, match="one key"):
        find_key(file)
    with pytest.raises(KeyFileError, match="read"):
        find_key(tmp_path / "none")


@pytest.mark.parametrize(
    "encoded", [b"pp_key", b"pp_key\r\n", "\ufeffpp_key\r\n".encode(), "pp_key\r\n".encode("utf-16")]
)
def test_a_key_is_read_as_programs_of_windows_write_it(encoded: bytes, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_bytes(encoded)
    assert find_key(file) == "pp_key"


@pytest.mark.chain
@pytest.mark.parametrize("refusals", [0, 2, 100])
def test_a_target_that_another_program_has_open_is_waited_for_or_named(
    world: World, refusals: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows doesn't replace a file that is open: a scanner lets go of it soon, a spreadsheet doesn't."""
    query = Query(table=Table.DWELL, site="haninge-entre", start="2026-11-02", end="2026-11-03")
    target, replace, left = tmp_path / "dwell.csv", Path.replace, iter(range(refusals))
    target.write_bytes(b"before")

    def replace_unless_open(part: Path, name: Path) -> Path:
        if next(left, None) is not None:
            raise PermissionError(13, "The process cannot access the file", str(name))
        return replace(part, name)

    monkeypatch.setattr(Path, "replace", replace_unless_open)
    monkeypatch.setattr("platspuls_client.files.time.sleep", lambda _: None)
    with Client(world.address) as client:
        if refusals > 10:
            with pytest.raises(FileInUseError, match=r"dwell\.csv can't be replaced: is it open"):
                client.save(query, Format.CSV, target)
        else:
            client.save(query, Format.CSV, target)
    assert target.read_bytes().startswith(b"before" if refusals > 10 else b"site,bucket,")
    assert list(tmp_path.iterdir()) == [target]


def test_its_version_is_that_of_platspuls() -> None:
    assert platspuls_client.__version__ == platspuls.__version__


def test_it_imports_nothing_of_ours_and_nothing_of_one_system() -> None:
    """It runs on Windows and macOS too: no module, and no function of `os`, that only POSIX has."""
    imported, used = set(), set()
    for path in Path(platspuls_client.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(str(node.module).partition(".")[0])
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
                used.add(node.attr)
    libraries = {"httpx", "msgspec", "pandas", "platspuls_client", "polars"}
    assert imported - set(sys.stdlib_module_names) == libraries
    assert not imported & MODULES
    assert used <= {"environ"}


def test_nothing_requires_it_by_name() -> None:
    """Nobody owns its name in an index."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wishes = [
        *project["dependencies"],
        *(wish for extra in project["optional-dependencies"].values() for wish in extra),
    ]
    assert [wish for wish in wishes if re.match("platspuls[-_.]client", wish)] == []
