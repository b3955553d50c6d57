"""`platspuls dashboards diff` and `push` against Grafana's API as a contract."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dashboards.alerts import RULES, for_api
from platspuls.cli.main import main
from tests.dashboards.contract import Contract, running
from tests.dashboards.walk import FILES, load

pytestmark = pytest.mark.chain
EVERYTHING = 1 + 1 + len(FILES) + len(RULES)


@pytest.fixture
def grafana() -> Iterator[Contract]:
    """An empty Grafana; nothing outside of the contract may be asked of it."""
    with running() as here:
        yield here
        assert here.violations == []


def run(grafana: Contract, command: str = "push", *words: str, token: str | None = None) -> Result:
    environment = {
        "PLATSPULS_GRAFANA_URL": grafana.url,
        "PLATSPULS_GRAFANA_TOKEN": token or grafana.token,
        "PLATSPULS_GRAFANA_DATABASE_HOST": "store",
        "PLATSPULS_GRAFANA_DATABASE_PASSWORD": "quiet",
    }
    return CliRunner().invoke(main, ["dashboards", command, *words], env=environment)


def test_everything_is_made_once(grafana: Contract) -> None:
    first = run(grafana)
    assert (first.exit_code, f"{EVERYTHING} made or changed" in first.output) == (0, True), first.output
    assert grafana.writes[:2] == ["create_source", "create_folder"]
    assert len(grafana.writes) == EVERYTHING
    assert "12.4.0" in first.output
    again = run(grafana)
    assert (again.exit_code, "0 made or changed" in again.output) == (0, True), again.output
    assert len(grafana.writes) == EVERYTHING


def test_what_is_there_then_is_what_was_built(grafana: Contract) -> None:
    run(grafana)
    for path in FILES:
        model = load(path)
        kept = grafana.dashboards[model["uid"]]
        assert {**kept["dashboard"], "id": None, "version": None} == {**model, "id": None, "version": None}
        assert kept["meta"]["folderUid"] == "platspuls"
    assert {uid: rule["data"] for uid, rule in grafana.rules.items()} == {
        rule.uid: for_api(rule)["data"] for rule in RULES
    }
    [source] = grafana.sources.values()
    assert (source["url"], source["user"], source["jsonData"]["sslmode"]) == ("store:5432", "grafana", "verify-full")
    assert source["isDefault"] is False


def test_the_password_is_sent_once_and_never_shown(grafana: Contract) -> None:
    said = run(grafana).output + run(grafana).output
    assert grafana.passwords == ["quiet"]
    run(grafana, "push", "--set-password")
    assert grafana.passwords == ["quiet", "quiet"]
    assert "quiet" not in said
    assert grafana.token not in said


@pytest.mark.parametrize(("command", "words", "code"), [("diff", (), 1), ("push", ("--dry-run",), 0)])
def test_nothing_is_written_by_looking(grafana: Contract, command: str, words: tuple[str, ...], code: int) -> None:
    said = run(grafana, command, *words)
    assert (said.exit_code, f"{EVERYTHING} would be made or changed" in said.output) == (code, True)
    assert grafana.writes == []
    assert {method for method, _ in grafana.asked} == {"GET"}


def test_differences_are_named_and_only_they_are_pushed(grafana: Contract) -> None:
    run(grafana)
    grafana.writes.clear()
    grafana.dashboards["platspuls-live-flow-en"]["dashboard"]["panels"][1]["title"] = "Something else"
    grafana.dashboards["platspuls-space-sv"]["meta"]["folderUid"] = "elsewhere"
    grafana.rules["platspuls-held"]["for"] = "1h"
    grafana.sources["platspuls"]["jsonData"]["sslmode"] = "disable"
    grafana.folders["platspuls"]["title"] = "Renamed"
    said = run(grafana, "diff")
    assert said.exit_code == 1
    for sentence in (
        'panels[1].title: "Something else" -> "People now"',
        "folder: elsewhere -> platspuls",
        'for: "1h" -> "5m"',
        'jsonData.sslmode: "disable" -> "verify-full"',
        'title: "Renamed" -> "Platspuls"',
        "5 would be made or changed",
    ):
        assert sentence in said.output
    assert run(grafana).exit_code == 0
    assert sorted(grafana.writes) == [
        "rename_folder/platspuls",
        "save_dashboard",
        "save_dashboard",
        "update_rule/platspuls-held",
        "update_source/platspuls",
    ]
    assert grafana.passwords == ["quiet", "quiet"]
    assert run(grafana, "diff").exit_code == 0


def test_what_somebody_else_changes_meanwhile_is_not_overwritten(grafana: Contract) -> None:
    run(grafana)
    found = grafana.dashboards["platspuls-live-flow-en"]["dashboard"]
    found["title"] = "By hand"

    def somebody_saves(method: str, path: str) -> None:
        if (method, path) == ("POST", "/api/dashboards/db"):
            found["version"] = 9

    grafana.before = somebody_saves
    said = run(grafana)
    assert (said.exit_code, "(412)" in said.output, "platspuls-live-flow-en" in said.output) == (3, True, True)
    assert found["title"] == "By hand"


REFUSED = [
    ("GET", "/api/frontend/settings", 401, "token isn't known there (401)"),
    ("GET", "/api/datasources/uid/platspuls", 403, "give it the role Admin, or leave this part out"),
    ("POST", "/api/datasources", 409, "there is another of that name"),
    ("POST", "/api/folders", 403, "folder platspuls"),
    ("POST", "/api/dashboards/db", 404, "not found (404)"),
    ("POST", "/api/dashboards/db", 412, "changed there in the meantime (412)"),
    ("POST", "/api/dashboards/db", 400, "Grafana refuses it (400)"),
    ("POST", "/api/v1/provisioning/alert-rules", 500, "Grafana fails (500)"),
    ("GET", "/api/folders/platspuls", 429, "Grafana fails (429)"),
]


@pytest.mark.parametrize(("method", "path", "code", "sentence"), REFUSED)
def test_a_refusal_is_one_sentence(grafana: Contract, method: str, path: str, code: int, sentence: str) -> None:
    grafana.refuses[method, path] = (code, {"message": "Grafana's own words"})
    said = run(grafana)
    assert (said.exit_code, sentence in said.output) == (3, True), said.output
    assert "[Grafana's own words]" in said.output
    assert "Traceback" not in said.output


def test_a_token_that_is_not_known(grafana: Contract) -> None:
    said = run(grafana, token="glsa_other")  # noqa: S106 - of this test
    assert (said.exit_code, "(401)" in said.output) == (3, True)
    assert grafana.asked == [("GET", "/api/frontend/settings")]


@pytest.mark.parametrize("answer", [{"html": "<html>A login page</html>"}, {"some": "JSON"}])
def test_a_server_that_is_no_grafana(grafana: Contract, answer: dict[str, str]) -> None:
    grafana.refuses["GET", "/api/frontend/settings"] = (200, answer)
    said = run(grafana)
    assert (said.exit_code, "not as Grafana does" in said.output) == (3, True), said.output


def test_a_server_that_leads_elsewhere(grafana: Contract) -> None:
    grafana.refuses["GET", "/api/frontend/settings"] = (301, {"headers": {"Location": "https://127.0.0.1:9/"}})
    said = run(grafana)
    assert (said.exit_code, "leads elsewhere" in said.output) == (3, True), said.output


def test_nobody_answers() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: the port answers nobody
        said = run(Contract(url=f"http://127.0.0.1:{taken.getsockname()[1]}"))
    assert (said.exit_code, "nobody answers" in said.output, "refused" in said.output) == (3, True, True), said.output


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://grafana.example", "unencrypted"),
        ("grafana.example", "isn't the address of a server"),
        ("https://", "isn't the address of a server"),
        ("https://grafana.example:port", "isn't an address"),
        ("https://user:word@grafana.example", "neither a user"),
        ("https://grafana.example/?verify=false", "neither a user, nor ?"),
    ],
)
def test_addresses_that_are_refused(url: str, sentence: str) -> None:
    said = run(Contract(url=url))
    assert (said.exit_code, sentence in said.output) == (3, True), said.output


def test_parts_can_be_left_alone(grafana: Contract) -> None:
    run(grafana, "push", "--without", "data-source", "--without", "alerts")
    assert (grafana.sources, grafana.rules) == ({}, {})
    assert len(grafana.dashboards) == len(FILES)


def test_an_organisation_for_the_public_gets_the_overview_alone(grafana: Contract) -> None:
    run(grafana, "push", "--public", "--database-user", "grafana-public")
    assert set(grafana.dashboards) == {"platspuls-overview-sv", "platspuls-overview-en"}
    assert grafana.rules == {}
    assert grafana.sources["platspuls"]["user"] == "grafana-public"


def test_what_comes_from_files_there_is_left_to_them(grafana: Contract) -> None:
    run(grafana)
    grafana.sources["platspuls"]["readOnly"] = True
    said = run(grafana)
    assert (said.exit_code, "--without data-source" in said.output) == (3, True)
    grafana.dashboards["platspuls-live-flow-sv"]["meta"]["provisioned"] = True
    said = run(grafana, "push", "--without", "data-source")
    assert (said.exit_code, "--without dashboards" in said.output) == (3, True)
    grafana.rules["platspuls-held"]["provenance"] = "file"
    said = run(grafana, "push", "--without", "data-source", "--without", "dashboards")
    assert (said.exit_code, "--without alerts" in said.output) == (3, True)


def test_a_grafana_below_a_path() -> None:
    with running("/grafana") as here:
        assert run(here).exit_code == 0
        here.url += "/"
        assert "0 made or changed" in run(here).output
        assert here.violations == []


def test_secrets_come_from_files_too(grafana: Contract, tmp_path: Path) -> None:
    token, password = tmp_path / "token", tmp_path / "password"
    token.write_text(f"{grafana.token}\n")
    password.write_text("from a file\n")
    words = ["--url", grafana.url, "--token-file", str(token), "--database-password-file", str(password)]
    said = CliRunner().invoke(main, ["dashboards", "push", *words])
    assert (said.exit_code, grafana.passwords) == (0, ["from a file"]), said.output
    token.write_text("\n")
    assert "is empty" in CliRunner().invoke(main, ["dashboards", "push", *words]).output
    assert "token is needed" in CliRunner().invoke(main, ["dashboards", "push", "--url", grafana.url]).output
