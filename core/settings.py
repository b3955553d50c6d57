"""The loader of settings from environment variables: names every problem at once, by the name of its variable.

A program's settings are a pydantic-settings class with `model_config = from_environment("PLATSPULS_NAME_")`: each field
is an environment variable of its name. Secrets stand in files, read by `read_secret`.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

DATABASE_URL: Final = AliasChoices("PLATSPULS_DATABASE_URL")
"""Alias of a setting that all programs share: its variable has no name of a program in it."""
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"], Field(description="Least important logs that are written.")
]
SettingsT = TypeVar("SettingsT", bound=BaseSettings)


class SettingsError(Exception):
    """Settings can't be used; one line a problem."""


def from_environment(prefix: str) -> SettingsConfigDict:
    """Return how settings are read from variables that begin with `prefix`; an empty variable is not set."""
    return SettingsConfigDict(env_prefix=prefix, env_ignore_empty=True, frozen=True)


def load_settings(settings: type[SettingsT], contradictions: Callable[[SettingsT], Iterable[str]]) -> SettingsT:
    """Read settings from the environment. Raises SettingsError with one line a problem.

    Args:
        settings: which.
        contradictions: what is wrong with values that are right one by one; a sentence each.
    """
    problems = list(_unknown(settings, os.environ))
    try:
        found = settings()
    except ValidationError as error:
        problems += [_sentence(settings, str(item["loc"][0]), item["msg"]) for item in error.errors()]
    else:
        problems += contradictions(found)
    if problems:
        raise SettingsError("\n".join(problems))
    return found


def variable_of(settings: type[BaseSettings], field: str) -> str:
    """Return the environment variable of a setting."""
    alias = settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return f"{settings.model_config['env_prefix']}{field.upper()}"


def read_secret(name: str, path: Path) -> str:
    """Return the secret that a file holds and nothing else. Raises SettingsError.

    Args:
        name: the variable that names the file.
        path: where it is.
    """
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{name} {path} can't be read: {error}") from error


def _unknown(settings: type[BaseSettings], names: Iterable[str]) -> Iterator[str]:
    known = {variable_of(settings, field) for field in settings.model_fields}
    for name in sorted(names):
        if name.upper().startswith(settings.model_config["env_prefix"]) and name.upper() not in known:
            yield f"{name} is not a setting"


def _sentence(settings: type[BaseSettings], place: str, message: str) -> str:
    name = variable_of(settings, place) if place in settings.model_fields else place
    return f"{name}: {'it must be set' if message == 'Field required' else message}"
