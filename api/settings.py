"""Settings of the API, from environment variables. All that is wrong is told at once."""

import ipaddress
import os
from collections.abc import Iterable, Iterator
from typing import Annotated, Final, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX: Final = "PLATSPULS_API_"
_DATABASE_URL: Final = "PLATSPULS_DATABASE_URL"


class SettingsError(Exception):
    """Settings can't be used; one line a problem."""


class Settings(BaseSettings):
    """Where the API listens and how it asks the database. Each is an environment variable of its name."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    database_url: Annotated[
        SecretStr,
        Field(
            validation_alias=AliasChoices(_DATABASE_URL),
            description="Address of the database, such as postgresql://user:password@host/platspuls. "
            "The user needs no more than the role platspuls_reader.",
        ),
    ]
    host: Annotated[
        str, Field(min_length=1, description="Address to listen on. Only loopback: there are no roles and keys yet.")
    ] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65_535, description="Port to listen on; 0 takes a free one.")] = 8080
    host_names: Annotated[
        str,
        Field(
            description="Names that the API answers to, with commas between: what proxies and browsers call it in the "
            "header Host. A wrong name is refused, so that no web page can read it under a name of its own."
        ),
    ] = "localhost,127.0.0.1,[::1]"
    connections: Annotated[int, Field(ge=1, le=100, description="Most connections to the database.")] = 8
    database_wait_s: Annotated[
        float, Field(gt=0, le=60, description="Longest wait for a connection before the answer is 503, in seconds.")
    ] = 10.0
    statement_timeout_s: Annotated[
        float, Field(gt=0, le=600, description="Longest time a query may take, in seconds.")
    ] = 30.0
    export_timeout_s: Annotated[
        float,
        Field(gt=0, le=7200, description="Longest time a CSV may take, its reader's slowness included, in seconds."),
    ] = 600.0
    work_mem_mb: Annotated[
        int,
        Field(ge=1, le=1024, description="Memory for one sort in the database, in MiB; hashes take eight times it."),
    ] = 32
    live_poll_s: Annotated[
        float,
        Field(gt=0, le=60, description="How often the live numbers of a followed site are looked up, in seconds."),
    ] = 1.0
    live_heartbeat_s: Annotated[
        float, Field(gt=0, le=60, description="Longest silence of a live stream, in seconds; then it is said again.")
    ] = 10.0
    live_clients: Annotated[int, Field(ge=1, le=10_000, description="Most open live streams.")] = 200
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="Least important logs that are written.")
    ] = "info"

    def names(self) -> frozenset[str]:
        """Return the names that the API answers to, in lower case, without ports."""
        return frozenset(name.strip().lower() for name in self.host_names.split(",") if name.strip())


def load() -> Settings:
    """Read the settings from the environment. Raises SettingsError with one line a problem."""
    problems = list(_unknown(os.environ))
    try:
        settings = Settings()
    except ValidationError as error:
        problems += [_sentence(tuple(item["loc"]), item["msg"]) for item in error.errors(include_input=False)]
    else:
        problems += _refusals(settings)
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def variable(field: str) -> str:
    """Return the environment variable of a setting."""
    return _DATABASE_URL if field == "database_url" else f"{PREFIX}{field.upper()}"


def _unknown(names: Iterable[str]) -> Iterator[str]:
    known = {variable(field) for field in Settings.model_fields}
    for name in sorted(names):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            yield f"{name} is no setting of the API"


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    field = str(location[0])
    name = field if field == _DATABASE_URL else variable(field)
    return f"{name}: {'it must be set' if message == 'Field required' else message}"


def _refusals(settings: Settings) -> Iterator[str]:
    if not _is_loopback(settings.host):
        yield (
            f"{variable('host')} {settings.host} can be reached from other machines, and the API has no roles and keys "
            "yet: listen on 127.0.0.1, and let others in through a proxy that asks who they are"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
