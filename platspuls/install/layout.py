"""What an installation's folder holds, and who reads which part of it.

credentials/            as docs/devices.md tells: the authority, the broker's files, devices, ingest, https/
secrets/logins/         passwords of the database's logins: read by the job that makes them
secrets/pgpass/         the same as libpq reads them: one file a program
secrets/database.password, grafana.database.password, grafana.admin.password
sites/                  the site files
names.env               under which names the installation is reached
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platspuls.identity.folder import Folder

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
        """Tells the containers under which names they are reached."""
        return self.path / "names.env"

    def login(self, name: str) -> Path:
        """Return the file of a login's password."""
        return self.secrets / "logins" / f"{name}.password"

    def pgpass(self, name: str) -> Path:
        """Return the file in which libpq finds the password of a user of the database."""
        return self.secrets / "pgpass" / name


@dataclass(frozen=True, slots=True)
class Part:
    """A file or folder, and the number of the user that reads it."""

    path: Path
    user: int


PLATSPULS: Final = 10001
"""User of our own images: deploy/docker."""
_MOSQUITTO: Final = 1883
_POSTGRES: Final = 70
_GRAFANA: Final = 472
_PROXY: Final = 10002


def parts(layout: Layout) -> Iterator[Part]:
    """Yield what containers read, as docker-compose.yml runs them. All else is root's."""
    credentials, secrets = layout.credentials, layout.secrets
    yield from _all_of(credentials.mosquitto, _MOSQUITTO)
    yield from _all_of(credentials.https, _PROXY)
    yield from _all_of(credentials.handed_over(INGEST), PLATSPULS)
    yield from _all_of(secrets / "logins", PLATSPULS)
    yield from _all_of(secrets / "pgpass", PLATSPULS)
    yield Part(secrets / "database.password", _POSTGRES)
    yield Part(secrets / "grafana.database.password", _GRAFANA)
    yield Part(secrets / "grafana.admin.password", _GRAFANA)


def _all_of(folder: Path, user: int) -> Iterator[Part]:
    yield Part(folder, user)
    yield from (Part(path, user) for path in sorted(folder.iterdir()))
