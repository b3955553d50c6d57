"""`platspuls key`, `login` and `session`: what they print opens the API, and what they end doesn't."""

import re
import struct
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.access.tokens import TokenKind, code_sha256, read
from platspuls.cli.main import main
from store.database import connect
from tests.support.small_site import SITE, make_site


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


@pytest.fixture
def store(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database)
    monkeypatch.setenv("PLATSPULS_DATABASE_URL", database_url)
    return database_url


@pytest.mark.parametrize(
    "words",
    [
        ("key", "add", "desk", "--role", "staff"),
        ("key", "add", "desk", "--role", "staff", "--all-sites", "--site", "torget"),
        ("key", "add", "desk", "--role", "owner", "--all-sites"),
        ("key", "add", "desk"),
        ("key", "add", "desk", "--site", "torget"),
        ("key", "add", "desk", "--role-at", "torget"),
        ("key", "add", "desk", "--role-at", "torget=owner"),
        ("key", "add", "desk", "--role-at", "torget=staff", "--role-at", "torget=admin"),
        ("key", "add", "desk", "--role-at", "torget=staff", "--site", "hall"),
        ("login", "--role-at", "torget=public"),
        ("login", "--role", "public", "--all-sites"),
        ("login", "--role", "staff", "--all-sites", "--address", "puls.example.org"),
        ("login", "--role", "staff", "--all-sites", "--picture", "code.gif"),
        ("login", "--role", "staff", "--all-sites", "--page", "//evil.example"),
    ],
)
def test_a_wrong_command_ends_with_2(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATSPULS_DATABASE_URL", "postgresql:///none?host=/nowhere")
    assert run(*words).exit_code == 2


@pytest.mark.chain
def test_a_key_is_printed_once_and_revoked(store: str) -> None:
    made = run("key", "add", "desk", "--role", "evaluator", "--site", SITE)
    token = read(TokenKind.KEY, made.stdout.strip())
    assert token
    assert "desk is evaluator at torget and is good until" in made.stderr
    with connect(store, application="test", autocommit=True) as database:
        [(kept,)] = database.execute("select secret_sha256 from platspuls.access_key").fetchall()
    assert token.is_behind(kept)
    listed = run("key", "list").output
    assert re.search(r"desk +evaluator +torget +good", listed)
    assert token.prefix not in listed
    assert run("key", "revoke", "desk").output == "desk is revoked\n"
    assert re.search(r"desk +evaluator +torget +revoked", run("key", "list").output)


@pytest.mark.chain
@pytest.mark.usefixtures("store")
def test_a_role_at_each_site_is_said_and_listed() -> None:
    made = run("key", "add", "both", "--role", "funder", "--all-sites", "--role-at", f"{SITE}=staff")
    assert f"both is all=funder {SITE}=staff and is good until" in made.stderr
    assert re.search(rf"both +funder staff +all=funder {SITE}=staff +good", run("key", "list").output)
    begun = run("login", "--role-at", f"{SITE}=evaluator", "--name", "Bo", "--page", "/sites/torget/count?x=å")
    assert re.search(r"/login\?to=/sites/torget/count%3Fx%3D%C3%A5#\w{4}-", begun.output)
    assert f"begins login 1: evaluator at {SITE}, for 14 days." in begun.output
    assert "there is no site nowhere" in run("login", "--role-at", "nowhere=staff").stderr


@pytest.mark.chain
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("key", "revoke", "nobody"), "name nobody: there is no such key"),
        (("key", "add", "My Desk", "--role", "staff", "--all-sites"), "name My Desk"),
        (("logins", "revoke", "7"), "login 7: there is no such login"),
    ],
)
@pytest.mark.usefixtures("store")
def test_what_is_refused_is_one_sentence(words: tuple[str, ...], sentence: str) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.chain
def test_a_login_is_a_link_a_code_and_pictures_of_it(store: str, tmp_path: Path) -> None:
    words = ("login", "--role", "staff", "--site", SITE, "--name", "Anna", "--address", "https://puls.example.org/")
    (tmp_path / "code.svg").write_text("one that all could read")
    for ending in ("svg", "png"):
        made = run(*words, "--picture", str(tmp_path / f"code.{ending}"))
    link = re.search(r"link  (https://puls\.example\.org/login#([0-9A-Z-]{24}))\n", made.output)
    assert link
    assert f"code  {link[2]}\n" in made.output
    assert "It is good once, and begins login 2: staff at torget, for 14 days." in made.output
    assert made.output.count("▄") > 50
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert (tmp_path / "code.svg").read_text().startswith("<?xml")
    picture = (tmp_path / "code.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert min(struct.unpack(">II", picture[16:24])) > 200
    with connect(store, application="test", autocommit=True) as database:
        rows = database.execute("select code_sha256 from platspuls.access_session order by session_id").fetchall()
    assert rows[-1] == (code_sha256(link[2]),)
    assert re.search(r"2 +Anna +staff +torget +waits", run("logins", "list").output)
    assert run("logins", "revoke", "2").output == "login 2 is over\n"
    assert "2  Anna" not in run("logins", "list").output
    assert re.search(r"2 +Anna +staff +torget +ended", run("logins", "list", "--all").output)
