"""Settings of ingest, from environment variables; every problem is named at once."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from core.addresses import is_loopback
from core.settings import DATABASE_URL, LogLevel, from_environment, load_settings, read_secret, variable_of

PREFIX: Final = "PLATSPULS_INGEST_"


class IngestSettings(BaseSettings):
    """How ingest reaches broker and database, and how it batches. Each is an environment variable of its name."""

    model_config = from_environment(PREFIX)

    database_url: Annotated[
        SecretStr,
        Field(
            validation_alias=DATABASE_URL,
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
    mqtt_packets: Annotated[
        Literal["fast", "paho"],
        Field(
            description="Who handles the packets of messages: ingest itself (half the processor time) or the library."
        ),
    ] = "fast"
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
    log_level: LogLevel = "info"

    def password(self) -> str | None:
        """Return the password at the broker. Raises SettingsError when its file can't be read."""
        if self.mqtt_password_file is None:
            return None
        return read_secret(variable("mqtt_password_file"), self.mqtt_password_file)


variable: Final = partial(variable_of, IngestSettings)
"""Return the environment variable of a setting."""


def load() -> IngestSettings:
    """Read the settings from the environment. Raises SettingsError with one line a problem."""
    return load_settings(IngestSettings, _contradictions)


def _contradictions(settings: IngestSettings) -> Iterator[str]:
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
    if settings.metrics_port and not (settings.metrics_public or is_loopback(settings.metrics_host)):
        yield (
            f"{PREFIX}METRICS_HOST {settings.metrics_host} can be reached from other machines: "
            f"set {PREFIX}METRICS_PUBLIC=true to allow it"
        )
    is_safe = settings.mqtt_tls and settings.mqtt_username is not None
    if not (is_safe or settings.mqtt_insecure or is_loopback(settings.mqtt_host)):
        yield (
            f"{PREFIX}MQTT_HOST {settings.mqtt_host} is another machine: set {PREFIX}MQTT_TLS, "
            f"{PREFIX}MQTT_USERNAME and {PREFIX}MQTT_PASSWORD_FILE, or {PREFIX}MQTT_INSECURE=true "
            "on a network that nobody else is on"
        )
