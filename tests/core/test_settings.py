"""Settings of any program: every problem at once, by the name of its variable; secrets in files."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from core.settings import DATABASE_URL, SettingsError, from_environment, load_settings, read_secret, variable_of

PREFIX = "PLATSPULS_KIOSK_"


class Kiosk(BaseSettings):
    """Settings of a program."""

    model_config = from_environment(PREFIX)

    database_url: Annotated[SecretStr, Field(validation_alias=DATABASE_URL)]
    port: Annotated[int, Field(ge=1)] = 80
    safe_port: int = 443


def same_ports(settings: Kiosk) -> Iterator[str]:
    if settings.port == settings.safe_port:
        yield f"{PREFIX}PORT and {PREFIX}SAFE_PORT are the same"


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PLATSPULS_")]:
        monkeypatch.delenv(name)


def problems() -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(Kiosk, same_ports)
    return str(caught.value).splitlines()


def test_each_field_has_its_variable() -> None:
    assert [variable_of(Kiosk, field) for field in Kiosk.model_fields] == [
        "PLATSPULS_DATABASE_URL",
        "PLATSPULS_KIOSK_PORT",
        "PLATSPULS_KIOSK_SAFE_PORT",
    ]


def test_every_problem_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATSPULS_KIOSK_PORT", "0")
    monkeypatch.setenv("PLATSPULS_KIOSK_SAFE_PORT", "soon")
    monkeypatch.setenv("PLATSPULS_KIOSK_PROT", "1")
    monkeypatch.setenv("PLATSPULS_OTHER_PORT", "not ours")
    assert [line.split(":")[0] for line in problems()] == [
        "PLATSPULS_KIOSK_PROT is not a setting",
        "PLATSPULS_DATABASE_URL",
        "PLATSPULS_KIOSK_PORT",
        "PLATSPULS_KIOSK_SAFE_PORT",
    ]
    assert "PLATSPULS_DATABASE_URL: it must be set" in problems()


def test_values_that_are_right_one_by_one_may_contradict_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATSPULS_DATABASE_URL", "postgresql:///x")
    monkeypatch.setenv("PLATSPULS_KIOSK_PORT", "443")
    assert problems() == ["PLATSPULS_KIOSK_PORT and PLATSPULS_KIOSK_SAFE_PORT are the same"]


def test_an_empty_variable_is_not_set_and_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATSPULS_DATABASE_URL", "postgresql:///secret")
    monkeypatch.setenv("PLATSPULS_KIOSK_PORT", "")
    settings = load_settings(Kiosk, same_ports)
    assert settings.port == 80
    assert "secret" not in repr(settings)


def test_a_secret_is_what_its_file_holds(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("s3cret\n")
    assert read_secret("X_FILE", tmp_path / "password") == "s3cret"
    with pytest.raises(SettingsError, match=r"X_FILE .*none can't be read: .*No such file"):
        read_secret("X_FILE", tmp_path / "none")
