"""Credentials of devices and of ingest: made, renewed and revoked."""

from datetime import datetime

import msgspec

from platspuls.ops.identity import accounts as names
from platspuls.ops.identity import files, mosquitto
from platspuls.ops.identity.accounts import BrokerAccount, BrokerAccounts
from platspuls.ops.identity.errors import IdentityError
from platspuls.ops.identity.folder import Folder
from platspuls.ops.identity.handover import DeviceFiles, Handover, mqtt_table


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
        wanted = _has_certificate(folder, name, device)
        return _hand_over(folder, accounts, name, now, client_certificate=wanted)


def _has_certificate(folder: Folder, name: str, key: str) -> bool:
    return (folder.handed_over(name) / DeviceFiles.of(key).certificate).exists()


def revoke_device(folder: Folder, site: str, device: str, now: datetime, at: datetime | None = None) -> None:
    """End a device's account, now or at a later time. Raises IdentityError."""
    name = names.device_name(site, device)
    with folder.changing() as accounts:
        folder.save(accounts.end(name, at or now, now), now)


def set_ingest(folder: Folder, name: str, now: datetime, *, client_certificate: bool = False) -> Handover:
    """Make the credentials of ingest, or new ones. Raises IdentityError."""
    names.check_key("name", name)
    with folder.changing() as accounts:
        with_share = msgspec.structs.replace(accounts, share=accounts.share or mosquitto.new_share())
        wanted = client_certificate or _has_certificate(folder, name, name)
        return _hand_over(folder, with_share, name, now, client_certificate=wanted)


def refresh(folder: Folder, now: datetime) -> list[str]:
    """Write the broker's files anew; return the names of the accounts that have ended since they were written."""
    with folder.changing() as accounts:
        overdue = overdue_names(accounts, now)
        folder.save(accounts, now)
    return overdue


def overdue_names(accounts: BrokerAccounts, now: datetime) -> list[str]:
    """Return the names of accounts that have ended, but whose hashes the broker's files still hold."""
    return [account.name for account in accounts.all() if account.hash and not account.is_valid(now)]


def _hand_over(
    folder: Folder, accounts: BrokerAccounts, name: str, now: datetime, *, client_certificate: bool
) -> Handover:
    """Write a new password to where it is carried from, before the broker's files know it."""
    if not accounts.broker_names:
        raise IdentityError(
            f"{folder.path} has no certificate of the broker yet: `platspuls tls init NAME` makes it, NAME is where "
            "devices reach the broker"
        )
    password = mosquitto.new_password()
    account = BrokerAccount(name, mosquitto.hashed(password), now)
    made = DeviceFiles.of(account.device[1] if account.device else name)
    authority = files.read(folder.mosquitto / "ca.pem")
    contents: dict[str, bytes | str] = {made.password: f"{password}\n", made.authority: authority}
    if client_certificate:
        from platspuls.ops.identity import tls

        pair = tls.client_certificate(folder, name, now)
        contents |= {made.certificate: pair.certificate, made.key: pair.key}
    if account.device:
        contents[made.table] = mqtt_table(accounts.broker_names[0], name, made, client_certificate=client_certificate)
    target = folder.handed_over(name)
    for file, content in contents.items():
        files.write(target / file, content)
    folder.save(accounts.put(account), now)
    return Handover(name, target, tuple(sorted(contents)))
