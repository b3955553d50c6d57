"""What is carried to a device: the names of its files, and the table for its device file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, Self

_TLS_PORT: Final = 8883


class DeviceFiles(NamedTuple):
    """Names of the files of one device; they hold its key, so that several devices may share a computer's folder.

    Attributes:
        password: the password and a line break.
        table: the [mqtt] table for the device file.
        certificate: the client certificate, where the device has one.
        key: the client certificate's key.
        authority: the certificate of the authority that signed the broker's.
    """

    password: str
    table: str
    certificate: str
    key: str
    authority: str = "broker-ca.pem"

    @classmethod
    def of(cls, device: str) -> Self:
        """Return the names for a device, or for an account of ingest."""
        return cls(*(f"{device}.{end}" for end in ("password", "mqtt.toml", "client.pem", "client.key")))


@dataclass(frozen=True, slots=True)
class Handover:
    """What a new password was written to.

    Attributes:
        name: the user name at the broker.
        folder: holds the files.
        files: their names.
    """

    name: str
    folder: Path
    files: tuple[str, ...]


def ingest_settings(handover: Handover) -> list[str]:
    """Return the environment variables for ingest, one a line."""
    made = DeviceFiles.of(handover.name)
    paths = {"PASSWORD_FILE": made.password, "TLS_CA": made.authority}
    if made.certificate in handover.files:
        paths |= {"TLS_CERT": made.certificate, "TLS_KEY": made.key}
    values = {"USERNAME": handover.name, "TLS": "true"} | {key: handover.folder / file for key, file in paths.items()}
    return [f"PLATSPULS_INGEST_MQTT_{key}={value}" for key, value in values.items()]


def mqtt_table(host: str, username: str, files: DeviceFiles, *, client_certificate: bool) -> str:
    """Return the [mqtt] table; its paths are beside the device file. Nothing in it needs quoting."""
    values = {
        "host": f'"{host}"',
        "port": str(_TLS_PORT),
        "username": f'"{username}"',
        "password_file": f'"{files.password}"',
        "tls_ca": f'"{files.authority}"',
    }
    if client_certificate:
        values |= {"tls_cert": f'"{files.certificate}"', "tls_key": f'"{files.key}"'}
    return "[mqtt]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
