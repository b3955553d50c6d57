"""Settings: described, loopback only, and all that is wrong is reported at once."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping

import pytest

from api.serve import ListenError, listen
from api.settings import PREFIX, ApiSettings, load, variable
from core.settings import SettingsError

URL = "postgresql://nobody@/nothing"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("PLATSPULS_"):
            monkeypatch.delenv(name)


def put(monkeypatch: pytest.MonkeyPatch, values: Mapping[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_every_setting_is_described_and_a_length_of_time_says_its_unit() -> None:
    for name, field in ApiSettings.model_fields.items():
        assert field.description
        if name.endswith("_s"):
            assert "in seconds" in field.description


def test_the_address_of_the_database_is_all_that_must_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {"PLATSPULS_DATABASE_URL": URL})
    assert load().host == "127.0.0.1"


def test_all_that_is_wrong_is_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {f"{PREFIX}PORT": "99999", f"{PREFIX}LIVE_POLL_S": "0", f"{PREFIX}PROT": "1"})
    with pytest.raises(SettingsError) as caught:
        load()
    lines = str(caught.value).splitlines()
    assert [line.split(":")[0].split(" is ")[0] for line in sorted(lines)] == [
        f"{PREFIX}LIVE_POLL_S",
        f"{PREFIX}PORT",
        f"{PREFIX}PROT",
        "PLATSPULS_DATABASE_URL",
    ]


@pytest.mark.parametrize("name", ["PLATSPULS_DATABASE_URL", f"{PREFIX}WRITE_DATABASE_URL"])
def test_an_address_that_cannot_be_read_is_refused_without_its_password(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(monkeypatch, {"PLATSPULS_DATABASE_URL": URL, name: "postgresql//u:secret@h/db"})
    with pytest.raises(SettingsError) as refused:
        load()
    assert str(refused.value) == f"{name} must be like postgresql://user@host/database"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.10", "::", "example.org"])  # noqa: S104 - must be refused
def test_other_machines_are_not_let_in(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    put(monkeypatch, {"PLATSPULS_DATABASE_URL": URL, variable("host"): host})
    with pytest.raises(SettingsError, match=rf"{PREFIX}HOST {host} can be reached from other machines"):
        load()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_loopback_is_let_in(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    put(monkeypatch, {"PLATSPULS_DATABASE_URL": URL, variable("host"): host})
    assert load().host == host


def test_a_busy_port_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = ApiSettings.model_validate({"PLATSPULS_DATABASE_URL": URL, "port": port})
        with pytest.raises(ListenError, match=rf"PLATSPULS_API_PORT {port} can't be listened on: Address already"):
            listen(settings)


@pytest.mark.chain
def test_the_command_ends_with_the_sentence_and_no_traceback() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        environment = {**os.environ, "PLATSPULS_DATABASE_URL": URL, variable("port"): port}
        words = [sys.executable, "-m", "platspuls", "api", "run"]
        busy = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        environment[variable("host")] = "8.8.8.8"
        wrong = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (busy.returncode, wrong.returncode) == (1, 2)
    assert len(busy.stderr.splitlines()) == len(wrong.stderr.splitlines()) == 1
    assert port in busy.stderr
