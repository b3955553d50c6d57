"""`platspuls export` and the typed client: the same bytes by every way, whole files or none, and its page."""

import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import httpx
import msgspec
import pytest
from click.testing import CliRunner, Result

import api.tables.corrected as api_corrected
import api.tables.occupancy as api_occupancy
import api.tables.quality as api_quality
import api.tables.rows as api_rows
from platspuls.cli.main import main
from platspuls.embedded.postgres import Cluster
from platspuls_client import (
    AwayError,
    BrokenAnswerError,
    BusyError,
    Client,
    Form,
    KeyFileError,
    NotAllowedError,
    ProblemError,
    Question,
    Table,
    UnsafeAddressError,
    WrongQuestionError,
    corrected,
    find_key,
    places,
    rows,
)
from platspuls_client.errors import problem_error
from store.database import connect
from tests.api.serving import serving
from tests.store.reading.place import QUARTER, Dwelt, LinePlace, Passed, Place, bins

START = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = (Path(__file__).parents[2] / "docs" / "client.md").read_text("utf-8")
ASKED = ["--site", "haninge-entre", "--from", "2026-11-02", "--to", "2026-11-05"]


@dataclass(frozen=True, slots=True)
class World:
    database_url: str
    address: str


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database export_command template platspuls_template")
    url = cluster.url("export_command")
    with connect(url, application="tests", autocommit=True) as database:
        place = Place(database, "haninge-entre", "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        place.zone("bankarna", "hall", [(None, None)])
        quarters = [START + QUARTER * n for n in range(96 * 9)]
        place.passes("gate", *(Passed(at, at.hour, 3) for at in quarters))
        place.dwells("bankarna", *(Dwelt(at, bins(b3=2, b9=at.hour % 3)) for at in quarters))
    with serving(url) as client:
        yield World(url, str(client.base_url))


def run(*words: str) -> Result:
    return CliRunner().invoke(
        main, ["export", *words], env={"PLATSPULS_DATABASE_URL": None, "PLATSPULS_KEY_FILE": None}
    )


@pytest.mark.chain
@pytest.mark.parametrize("name", ["a.csv", "a.ndjson", "a.parquet", "a.xlsx"])
def test_the_database_and_the_api_give_the_same_bytes(world: World, name: str, tmp_path: Path) -> None:
    ours, theirs = tmp_path / f"ours-{name}", tmp_path / f"theirs-{name}"
    first = run("dwell", "--database-url", world.database_url, *ASKED, "--output", str(ours))
    second = run("dwell", "--api", world.address, *ASKED, "--output", str(theirs))
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert ours.read_bytes() == theirs.read_bytes()
    assert ours.stat().st_size > 1000
    version = re.findall("data version ([0-9a-f]{16})", first.output)
    assert version == re.findall("data version ([0-9a-f]{16})", second.output)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([ours.name, theirs.name])


@pytest.mark.chain
def test_every_table_is_a_command(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for table in Table:
        done = run(table.value, "--api", world.address, *ASKED)
        assert done.exit_code == 0, done.output
    assert sorted(path.name.split("_")[1] for path in tmp_path.iterdir()) == [
        "dwell-60s", "occupancy", "presence", "quality", "site-flow",
    ]  # fmt: skip
    shown = run("flow", "--api", world.address, *ASKED, "--of", "line", "--bucket", "day", "--output", "-")
    assert shown.stdout.startswith("site,bucket,line,")
    assert len(shown.stdout.splitlines()) == 4


@pytest.mark.chain
def test_a_file_is_written_whole_or_not_at_all(world: World, tmp_path: Path) -> None:
    target = tmp_path / "dwell.csv"
    target.write_text("before")
    refused = run("dwell", "--database-url", world.database_url, *ASKED, "--threshold", "61", "--output", str(target))
    assert refused.exit_code == 1
    assert "threshold_s is 61" in refused.output
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


@pytest.mark.chain
def test_refusals_have_their_exit_codes(world: World, tmp_path: Path) -> None:
    away = run("dwell", "--api", "http://127.0.0.1:9", *ASKED)
    assert away.exit_code == 3
    assert "http://127.0.0.1:9/api/v1/sites/haninge-entre/dwell.csv" in away.output
    unknown = run("dwell", "--api", world.address, "--site", "nope/../x", "--from", "2026-11-02")
    assert (unknown.exit_code, "there is no" in unknown.output) == (1, True)
    for words in (
        ["dwell", *ASKED],
        ["dwell", "--api", world.address, *ASKED, "--dialect", "excel-sv", "--format", "xlsx"],
        ["dwell", "--api", world.address, *ASKED, "--output", str(tmp_path / "nowhere" / "a.csv")],
        ["dwell", "--api", world.address, *ASKED, "--bucket", "year"],
    ):
        assert run(*words).exit_code == 2


@pytest.mark.chain
def test_the_page_of_the_client_runs(world: World) -> None:
    space: dict[str, Any] = {}
    found = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(found) >= 8
    for block in found:
        code = block.replace("http://127.0.0.1:8420", world.address)
        exec(compile(code, "docs/client.md", "exec"), space)  # noqa: S102 - the page is ours
    assert space["stays"] > 0
    assert space["by_zone"]["bankarna"] > 0
    assert space["titles"] == []


@pytest.mark.chain
def test_rows_are_what_the_api_says(world: World) -> None:
    with Client(world.address) as client, httpx.Client(base_url=world.address) as plain:
        found = list(client.dwell("haninge-entre", "2026-11-02", "2026-11-03"))
        asked = {"from": "2026-11-02", "to": "2026-11-03"}
        told = plain.get("/api/v1/sites/haninge-entre/dwell", params=asked).json()["rows"]
        assert msgspec.json.decode(msgspec.json.encode(found)) == told
        assert found[0].start_local == datetime(2026, 11, 2)  # noqa: DTZ001 - what clocks show
        quality = list(client.quality("haninge-entre", "2026-11-02", "2026-11-05", bucket="day"))
        assert {(row.kind, row.coverage) for row in quality} == {("line", 1.0), ("zone", 0.0)}  # it has dwell alone
        entries = list(client.entries("haninge-entre", "2026-11-02", "2026-11-03"))
        assert sum(row.entries or 0 for row in entries) == 4 * sum(at.hour for at in _utc_hours(found))


def _utc_hours(found: list[rows.DwellRow]) -> list[datetime]:
    return [row.start_utc for row in found if row.zone == "bankarna"]


MODELS = [
    model
    for module in (api_rows, api_occupancy, api_quality, api_corrected)
    for name, model in vars(module).items()
    if name.endswith("Row") and model.__module__ == module.__name__
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_clients_rows_have_the_columns_of_the_api(model: Any) -> None:  # noqa: ANN401 - a class
    ours = getattr(rows, model.__name__, None) or getattr(corrected, model.__name__)
    fields = {field.name: field.type for field in msgspec.structs.fields(ours)}
    assert list(fields) == list(model.model_fields)
    for name, field in model.model_fields.items():
        may_be_null = type(None) in get_args(field.annotation)
        assert (type(None) in get_args(fields[name])) == may_be_null, name


@pytest.mark.parametrize("name", ["Site", "Space", "Border", "Line", "Zone", "Device", "Name", "Period", "Assignment"])
def test_the_clients_places_have_the_fields_of_the_api(name: str) -> None:
    fields = [field.name for field in msgspec.structs.fields(getattr(places, name))]
    assert fields == list(getattr(api_rows, name).model_fields)


@pytest.mark.chain
def test_it_asks_again_while_the_api_is_busy() -> None:
    slept: list[float] = []
    with serving("postgresql://nobody@127.0.0.1:1/nothing", database_wait_s=0.1) as http:
        client = Client(str(http.base_url), key="pp_wrong", sleep=slept.append)
        with client, pytest.raises((BusyError, NotAllowedError)):
            client.sites()
        with Client(str(http.base_url), sleep=slept.append) as client, pytest.raises(BusyError, match="database"):
            client.sites()
    assert slept[-2:] == [5.0, 5.0]


@pytest.mark.chain
def test_an_answer_that_isnt_of_the_api_is_said_to_be_so(world: World) -> None:
    question = Question(table=Table.DWELL, site="haninge-entre", start=START, end=START + timedelta(days=1))
    with Client(world.address) as client:
        with pytest.raises(BrokenAnswerError):
            list(client.pages("/login"))
        with pytest.raises(BrokenAnswerError):
            list(client.rows(question, rows.SiteFlowRow))


def test_each_status_has_its_error() -> None:
    body = b'{"title": "No", "detail": "because", "status": 403}'
    found = {status: type(problem_error(status, {}, body)) for status in (401, 403, 404, 406, 422, 429, 500, 503)}
    wrong = WrongQuestionError
    refused = dict.fromkeys((401, 403), NotAllowedError) | dict.fromkeys((404, 406, 422), wrong)
    assert found == refused | {429: BusyError, 500: ProblemError, 503: BusyError}
    assert str(problem_error(403, {}, body)) == "No: because"
    assert problem_error(503, {"retry-after": "7"}, body).retry_after_s == 7
    assert problem_error(503, {"retry-after": "Sun, 22 Nov 2026 06:30:00 GMT"}, body).retry_after_s is None
    assert "is this the address of the API?" in str(problem_error(502, {}, b"<html>"))


def test_a_stream_that_breaks_leaves_no_file(tmp_path: Path) -> None:
    question = Question(table=Table.DWELL, site="a", start="2026-11-01")
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def break_off() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf of it")

        thread = threading.Thread(target=break_off)
        thread.start()
        with Client(f"http://127.0.0.1:{listener.getsockname()[1]}") as client, pytest.raises(AwayError):
            client.save(question, Form.CSV, tmp_path / "a.csv")
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
