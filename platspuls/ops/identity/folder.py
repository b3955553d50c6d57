"""The folder of an installation's credentials.

accounts.json          names and hashes: the truth that the broker's files are written from
authority/             certificate and key of the private authority; the key leaves this folder never
mosquitto/             all that the broker reads: passwords, acl, ca.pem, server.pem, server.key
https/                 all that the proxy before the API reads, where it has a certificate of this authority
devices/SITE.DEVICE/   to be carried to the device: password, [mqtt] table, certificates
ingest/NAME/           to be given to ingest: password, ca.pem
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from platspuls.ops.identity import accounts as names
from platspuls.ops.identity import files, mosquitto
from platspuls.ops.identity.accounts import BrokerAccounts


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder at `path`; made at the first change."""

    path: Path

    @property
    def authority(self) -> Path:
        """Holds ca.pem and ca.key."""
        return self.path / "authority"

    @property
    def mosquitto(self) -> Path:
        """Holds what the broker reads."""
        return self.path / "mosquitto"

    @property
    def https(self) -> Path:
        """Holds what the proxy before the API reads."""
        return self.path / "https"

    def handed_over(self, account: str) -> Path:
        """Return the folder whose files belong to a device or to ingest."""
        return self.path / ("devices" if "." in account else "ingest") / account

    def accounts(self) -> BrokerAccounts:
        """Return all accounts; none where there is no folder yet. Raises IdentityError."""
        path = self.path / "accounts.json"
        return names.decode(files.read(path), str(path)) if path.exists() else BrokerAccounts()

    @contextmanager
    def changing(self) -> Iterator[BrokerAccounts]:
        """Keep other commands out while something is changed."""
        with files.locked(self.path):
            yield self.accounts()

    def save(self, accounts: BrokerAccounts, now: datetime) -> None:
        """Keep the accounts, and write the broker's files anew without those that have ended."""
        kept = accounts.without_overdue_hashes(now)
        files.write(self.path / "accounts.json", names.encode(kept))
        valid = kept.valid(now)
        files.write(self.mosquitto / "passwords", mosquitto.password_file(valid))
        files.write(self.mosquitto / "acl", mosquitto.access_list(valid))
