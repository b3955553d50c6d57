"""The folder of an installation's credentials.

accounts.json          names and hashes: the truth that the broker's files are written from
authority/             certificate and key of the private authority; the key leaves this folder never
mosquitto/             all that the broker reads: passwords, acl, ca.pem, server.pem, server.key
devices/SITE.DEVICE/   to be carried to the device: password, [mqtt] table, certificates
ingest/NAME/           to be given to ingest: password, ca.pem
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from platspuls.identity import accounts as names
from platspuls.identity import files, mosquitto
from platspuls.identity.accounts import Account, Accounts
from platspuls.identity.errors import IdentityError
from platspuls.identity.handover import Broker, Files, mqtt_table

_TLS_PORT: Final = 8883


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

    def handed_over(self, account: str) -> Path:
        """Return the folder whose files belong to a device or to ingest."""
        return self.path / ("devices" if "." in account else "ingest") / account

    def accounts(self) -> Accounts:
        """Return all accounts; none where there is no folder yet. Raises IdentityError."""
        path = self.path / "accounts.json"
        return names.decode(files.read(path), str(path)) if path.exists() else Accounts()

    @contextmanager
    def changing(self) -> Iterator[Accounts]:
        """Keep other commands out while something is changed."""
        with files.locked(self.path):
            yield self.accounts()

    def save(self, accounts: Accounts, now: datetime) -> None:
        """Keep the accounts, and write the broker's files anew without those that have ended."""
        kept = accounts.without_overdue_hashes(now)
        files.write(self.path / "accounts.json", names.encode(kept))
        valid = kept.valid(now)
        files.write(self.mosquitto / "passwords", mosquitto.password_file(valid))
        files.write(self.mosquitto / "acl", mosquitto.access_list(valid))


def add_device(folder: Folder, site: str, device: str, now: datetime, *, client_certificate: bool = False) -> Handover:
    """Make credentials for a device that has none. Raises IdentityError."""
    name = names.device_name(site, device)
    with folder.changing() as accounts:
        known = accounts.accounts.get(name)
        if known is not None and known.is_valid(now):
            raise IdentityError(
                f"{name} has credentials already; `platspuls device rotate {site} {device}` renews them"
            )
        return _hand_over(folder, accounts, name, now, client_certificate=client_certificate)


def rotate_device(folder: Folder, site: str, device: str, now: datetime) -> Handover:
    """Make a new password, and a new client certificate where the device has one. Raises IdentityError."""
    name = names.device_name(site, device)
    with folder.changing() as accounts:
        accounts.get(name, now)
        has_certificate = (folder.handed_over(name) / Files(device).certificate).exists()
        return _hand_over(folder, accounts, name, now, client_certificate=has_certificate)


def revoke_device(folder: Folder, site: str, device: str, now: datetime, at: datetime | None = None) -> None:
    """End a device's account, now or at a later time. Raises IdentityError."""
    name = names.device_name(site, device)
    with folder.changing() as accounts:
        folder.save(accounts.end(name, at or now, now), now)


def set_ingest(folder: Folder, name: str, now: datetime) -> Handover:
    """Make the credentials of ingest, or new ones. Raises IdentityError."""
    with folder.changing() as accounts:
        return _hand_over(folder, accounts, names.ingest_name(name), now, client_certificate=False)


def refresh(folder: Folder, now: datetime) -> list[str]:
    """Write the broker's files anew; return the names of the accounts that have ended since they were written."""
    with folder.changing() as accounts:
        overdue = overdue_names(accounts, now)
        folder.save(accounts, now)
    return overdue


def overdue_names(accounts: Accounts, now: datetime) -> list[str]:
    """Return the names of accounts that have ended, but whose hashes the broker's files still hold."""
    return [account.name for account in accounts.all() if account.hash and not account.is_valid(now)]


def _hand_over(folder: Folder, accounts: Accounts, name: str, now: datetime, *, client_certificate: bool) -> Handover:
    """Write a new password to where it is carried from, before the broker's files know it."""
    broker = _broker(folder, accounts)
    password = mosquitto.new_password()
    account = Account(name, mosquitto.hashed(password), now)
    made = Files(account.device[1] if account.device else name)
    contents: dict[str, bytes | str] = {made.password: f"{password}\n", made.authority: broker.authority}
    if client_certificate:
        contents |= _client_certificate(folder, name, made, now)
    if account.device:
        contents[made.table] = mqtt_table(broker, name, made, client_certificate=client_certificate)
    target = folder.handed_over(name)
    for file, content in contents.items():
        files.write(target / file, content)
    folder.save(accounts.put(account), now)
    return Handover(name, target, tuple(sorted(contents)))


def _broker(folder: Folder, accounts: Accounts) -> Broker:
    if not accounts.broker_names:
        raise IdentityError(
            f"{folder.path} has no certificate of the broker yet: `platspuls tls init NAME` makes it, NAME is where "
            "devices reach the broker"
        )
    return Broker(accounts.broker_names[0], _TLS_PORT, files.read(folder.mosquitto / "ca.pem"))


def _client_certificate(folder: Folder, name: str, made: Files, now: datetime) -> dict[str, bytes | str]:
    from platspuls.identity import tls

    pair = tls.client_certificate(folder, name, now)
    return {made.certificate: pair.certificate, made.key: pair.key}
