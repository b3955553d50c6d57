"""Settings of the ingest program, from environment variables. All that is wrong is told at once."""

import ipaddress
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX: Final = "PLATSPULS_INGEST_"
_DATABASE_URL: Final = "PLATSPULS_DATABASE_URL"


class SettingsError(Exception):
    """Settings can't be used; one line a problem."""


class Settings(BaseSettings):
    """How ingest reaches broker and database, and how it batches. Each is an environment variable of its name."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    database_url: Annotated[
        SecretStr,
        Field(
            validation_alias=AliasChoices(_DATABASE_URL),
            description="Address of the database, such as postgresql://user@host/platspuls?passfile=FILE; the password "
            "may stand in it, or in such a file of libpq.",
        ),
    ]
    mqtt_host: Annotated[str, Field(min_length=1, description="Name or address of the MQTT broker.")] = "127.0.0.1"
    mqtt_port: Annotated[int, Field(ge=1, le=65_535, description="Port of the broker; 8883 is usual with TLS.")] = 1883
    mqtt_version: Annotated[
        Literal["5", "3.1.1"],
        Field(description="Version of MQTT. Only version 5 bounds what the broker sends at once."),
    ] = "5"
    mqtt_username: Annotated[str | None, Field(description="User name at the broker.")] = None
    mqtt_password_file: Annotated[
        Path | None, Field(description="File that holds the password at the broker, and nothing else.")
    ] = None
    mqtt_tls: Annotated[bool, Field(description="Speak TLS with the broker.")] = False
    mqtt_tls_ca: Annotated[
        Path | None, Field(description="File of the authority that signed the broker's certificate; else the system's.")
    ] = None
    mqtt_tls_cert: Annotated[
        Path | None, Field(description="File of our own certificate, where the broker asks for one.")
    ] = None
    mqtt_tls_key: Annotated[Path | None, Field(description="File of the key of our own certificate.")] = None
    mqtt_insecure: Annotated[
        bool, Field(description="Allow a broker on another machine without TLS and credentials. For closed networks.")
    ] = False
    mqtt_keepalive_s: Annotated[
        int, Field(ge=5, le=3600, description="Longest silence towards the broker, in seconds.")
    ] = 30
    share: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z0-9_-]{1,40}$", description="Name of the shared subscription that replicas divide."),
    ] = None
    receive_maximum: Annotated[
        int,
        Field(ge=2, le=5000, description="Most messages the broker may send before an answer (MQTT 5), in messages."),
    ] = 2000
    queue_messages: Annotated[
        int, Field(ge=2, le=10_000, description="Most messages that wait in memory, in messages; 16 MiB together.")
    ] = 4000
    batch_facts: Annotated[
        int, Field(ge=1, le=50_000, description="A transaction takes no further message after this many facts.")
    ] = 8000
    batch_age_ms: Annotated[
        int, Field(ge=0, le=5000, description="Longest time a message waits for others, in milliseconds.")
    ] = 50
    live_interval_ms: Annotated[
        int, Field(ge=50, le=60_000, description="Shortest time between two writes of live numbers, in milliseconds.")
    ] = 200
    drain_s: Annotated[
        int, Field(ge=0, le=600, description="Longest time to store what has arrived when asked to end, in seconds.")
    ] = 10
    metrics_port: Annotated[
        int, Field(ge=0, le=65_535, description="Port of /metrics, /healthz and /readyz; 0 for none.")
    ] = 0
    metrics_host: Annotated[str, Field(min_length=1, description="Address that they listen on.")] = "127.0.0.1"
    metrics_public: Annotated[
        bool, Field(description="Allow them to be read from other machines. They hold counts, and no names of devices.")
    ] = False
    log_batches: Annotated[bool, Field(description="Log a line for each batch that is stored.")] = True
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="Least important logs that are written.")
    ] = "info"

    def password(self) -> str | None:
        """Return the password at the broker. Raises SettingsError when its file can't be read."""
        if self.mqtt_password_file is None:
            return None
        try:
            return self.mqtt_password_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{PREFIX}MQTT_PASSWORD_FILE {self.mqtt_password_file} can't be read: {error}"
            ) from error


def load() -> Settings:
    """Read the settings from the environment. Raises SettingsError with one line a problem."""
    problems = list(_unknown(os.environ))
    try:
        settings = Settings()
    except ValidationError as error:
        problems += [_sentence(tuple(item["loc"]), item["msg"]) for item in error.errors(include_input=False)]
    else:
        problems += _contradictions(settings)
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
            yield f"{name} is no setting of ingest"


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    field = str(location[0])
    name = field if field == _DATABASE_URL else variable(field)
    return f"{name}: {'it must be set' if message == 'Field required' else message}"


def _contradictions(settings: Settings) -> Iterator[str]:
    if settings.receive_maximum >= settings.queue_messages:
        yield (
            f"{PREFIX}RECEIVE_MAXIMUM {settings.receive_maximum} must be less than "
            f"{PREFIX}QUEUE_MESSAGES {settings.queue_messages}"
        )
    if (settings.mqtt_username is None) != (settings.mqtt_password_file is None):
        yield f"{PREFIX}MQTT_USERNAME and {PREFIX}MQTT_PASSWORD_FILE belong together: set both or none"
    if (settings.mqtt_tls_cert is None) != (settings.mqtt_tls_key is None):
        yield f"{PREFIX}MQTT_TLS_CERT and {PREFIX}MQTT_TLS_KEY belong together: set both or none"
    for name in ("mqtt_tls_ca", "mqtt_tls_cert"):
        if getattr(settings, name) and not settings.mqtt_tls:
            yield f"{variable(name)} is set, but {PREFIX}MQTT_TLS is not"
    if settings.metrics_port and not (settings.metrics_public or _is_loopback(settings.metrics_host)):
        yield (
            f"{PREFIX}METRICS_HOST {settings.metrics_host} can be reached from other machines: "
            f"set {PREFIX}METRICS_PUBLIC=true to allow it"
        )
    is_safe = settings.mqtt_tls and settings.mqtt_username is not None
    if not (is_safe or settings.mqtt_insecure or _is_loopback(settings.mqtt_host)):
        yield (
            f"{PREFIX}MQTT_HOST {settings.mqtt_host} is another machine: set {PREFIX}MQTT_TLS, "
            f"{PREFIX}MQTT_USERNAME and {PREFIX}MQTT_PASSWORD_FILE, or {PREFIX}MQTT_INSECURE=true "
            "on a network that nobody else is on"
        )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
