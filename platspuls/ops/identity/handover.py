"""What is carried to a device: the names of its files, and the table for its device file."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BrokerEndpoint:
    """How a device reaches the broker.

    Attributes:
        host: its first name.
        port: its TCP port.
        authority: the certificate, PEM, that its own one is signed by.
    """

    host: str
    port: int
    authority: bytes


@dataclass(frozen=True, slots=True)
class DeviceFiles:
    """Names of the files of one device; they hold its key, so that several devices may share a computer's folder."""

    device: str

    @property
    def password(self) -> str:
        """The password and a line break."""
        return f"{self.device}.password"

    @property
    def table(self) -> str:
        """The [mqtt] table for the device file."""
        return f"{self.device}.mqtt.toml"

    @property
    def authority(self) -> str:
        """The certificate of the authority that signed the broker's."""
        return "broker-ca.pem"

    @property
    def certificate(self) -> str:
        """The client certificate, where the device has one."""
        return f"{self.device}.client.pem"

    @property
    def key(self) -> str:
        """The client certificate's key."""
        return f"{self.device}.client.key"


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
    made = DeviceFiles(handover.name)
    paths = {"PASSWORD_FILE": made.password, "TLS_CA": made.authority}
    if made.certificate in handover.files:
        paths |= {"TLS_CERT": made.certificate, "TLS_KEY": made.key}
    values = {"USERNAME": handover.name, "TLS": "true"} | {key: handover.folder / file for key, file in paths.items()}
    return [f"PLATSPULS_INGEST_MQTT_{key}={value}" for key, value in values.items()]


def mqtt_table(broker: BrokerEndpoint, username: str, files: DeviceFiles, *, client_certificate: bool) -> str:
    """Return the [mqtt] table; its paths are beside the device file. Nothing in it needs quoting."""
    values = {
        "host": f'"{broker.host}"',
        "port": str(broker.port),
        "username": f'"{username}"',
        "password_file": f'"{files.password}"',
        "tls_ca": f'"{files.authority}"',
    }
    if client_certificate:
        values |= {"tls_cert": f'"{files.certificate}"', "tls_key": f'"{files.key}"'}
    return "[mqtt]\n" + "".join(f"{key} = {value}\n" for key, value in values.items())
