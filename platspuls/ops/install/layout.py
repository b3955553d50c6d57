"""What an installation's folder holds, and who reads which part of it.

credentials/            as docs/devices.md says: the authority, the broker's files, devices, ingest, https/
secrets/logins/         passwords of the database's logins: read by the job that makes them
secrets/pgpass/         the same as libpq reads them: one file a program
secrets/database.password, grafana.database.password, grafana.admin.password
sites/                  the site files
names.env               under which names the installation is reached
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from platspuls.ops.identity.folder import Folder

OWNER: Final = "platspuls"
"""User of the database that owns all of the store."""
LOGINS: Final = ("ingest", "api", "grafana")
INGEST: Final = "ingest"
"""Name of ingest at the broker."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder at `path`."""

    path: Path

    @property
    def credentials(self) -> Folder:
        """Who may speak with the broker, and the certificates."""
        return Folder(self.path / "credentials")

    @property
    def secrets(self) -> Path:
        """Holds the passwords of the database and of Grafana."""
        return self.path / "secrets"

    @property
    def sites(self) -> Path:
        """Holds the site files."""
        return self.path / "sites"

    @property
    def names(self) -> Path:
        """Names to the containers under which names they are reached."""
        return self.path / "names.env"

    def login(self, name: str) -> Path:
        """Return the file of a login's password."""
        return self.secrets / "logins" / f"{name}.password"

    def pgpass(self, name: str) -> Path:
        """Return the file in which libpq finds the password of a user of the database."""
        return self.secrets / "pgpass" / name


class Reader(StrEnum):
    """Who reads a part of the folder."""

    PLATSPULS = "platspuls"
    MOSQUITTO = "mosquitto"
    PROXY = "proxy"
    DATABASE = "database"
    GRAFANA = "grafana"


@dataclass(frozen=True, slots=True)
class User:
    """Numbers of a user and of its group."""

    number: int
    group: int


CONTAINERS: Final = {
    Reader.PLATSPULS: User(10001, 10001),
    Reader.MOSQUITTO: User(1883, 1883),
    Reader.PROXY: User(10002, 10002),
    Reader.DATABASE: User(70, 70),
    Reader.GRAFANA: User(472, 0),
}
"""Whom containers run as: docker-compose.yml, deploy/docker."""
SYSTEM: Final = {Reader.PLATSPULS: "platspuls", Reader.MOSQUITTO: "mosquitto", Reader.PROXY: "platspuls"}
"""The names of users where everything runs without containers; the API is its own proxy there."""


@dataclass(frozen=True, slots=True)
class PrivatePart:
    """A file or folder, and who reads it."""

    path: Path
    reader: Reader


def parts(layout: Layout) -> Iterator[PrivatePart]:
    """Yield what programs read. All else is the operator's alone."""
    credentials, secrets = layout.credentials, layout.secrets
    yield from _all_of(credentials.mosquitto, Reader.MOSQUITTO)
    yield from _all_of(credentials.https, Reader.PROXY)
    yield from _all_of(credentials.handed_over(INGEST), Reader.PLATSPULS)
    yield from _all_of(secrets / "logins", Reader.PLATSPULS)
    yield from _all_of(secrets / "pgpass", Reader.PLATSPULS)
    yield PrivatePart(secrets / "database.password", Reader.DATABASE)
    yield PrivatePart(secrets / "grafana.database.password", Reader.GRAFANA)
    yield PrivatePart(secrets / "grafana.admin.password", Reader.GRAFANA)


def passages(layout: Layout) -> Iterator[Path]:
    """Yield the folders that those pass through, and may not list."""
    yield layout.path
    yield layout.credentials.path
    yield layout.credentials.handed_over(INGEST).parent
    yield layout.secrets


def _all_of(folder: Path, reader: Reader) -> Iterator[PrivatePart]:
    yield PrivatePart(folder, reader)
    yield from (PrivatePart(path, reader) for path in sorted(folder.iterdir()))
