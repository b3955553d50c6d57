"""The accounts at the broker: names, hashes, and from when to when. Pure: no files, no clock."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Self

import msgspec

from core import wire
from platspuls.ops.identity.errors import IdentityError

VERSION: Final = 1


class BrokerAccount(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One user name at the broker.

    Attributes:
        name: `site.device` for a device; a key without a dot for ingest. Keys hold no dot, so they never meet.
        hash: of its password, as the broker keeps it.
        made: when this password was made.
        ends: from then on the broker doesn't know it; None for no end.
    """

    name: str
    hash: str
    made: datetime
    ends: datetime | None = None

    @property
    def device(self) -> tuple[str, str] | None:
        """The site and the device, or None for an account of ingest."""
        site, dot, device = self.name.partition(".")
        return (site, device) if dot else None

    def is_valid(self, now: datetime) -> bool:
        """Return whether the broker should know it."""
        return self.ends is None or now < self.ends


class BrokerAccounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All accounts of an installation, by name.

    Attributes:
        broker_names: under which devices and ingest reach the broker.
        share: name of the shared subscription that replicas of ingest divide. It is secret: Mosquitto lets anyone join
            a group, and would give a device that joins its share of the messages, which it then may not read.
    """

    version: int = VERSION
    broker_names: tuple[str, ...] = ()
    share: str = ""
    accounts: Mapping[str, BrokerAccount] = {}

    def all(self) -> list[BrokerAccount]:
        """Return them in the order of their names, ingest's first."""
        return sorted(self.accounts.values(), key=lambda account: (account.device is not None, account.name))

    def valid(self, now: datetime) -> list[BrokerAccount]:
        """Return those that the broker should know now."""
        return [account for account in self.all() if account.is_valid(now)]

    def get(self, name: str, now: datetime) -> BrokerAccount:
        """Return a valid account. Raises IdentityError where there is none."""
        account = self.accounts.get(name)
        if account is None:
            known = ", ".join(one.name for one in self.valid(now)) or "none"
            raise IdentityError(f"{name} has no credentials; there are: {known}")
        if not account.is_valid(now):
            raise IdentityError(f"{name} was revoked at {account.ends:%Y-%m-%d %H:%M %Z}; `platspuls device add` again")
        return account

    def put(self, account: BrokerAccount) -> Self:
        """Return them with this account, in place of one of the same name."""
        return msgspec.structs.replace(self, accounts={**self.accounts, account.name: account})

    def end(self, name: str, at: datetime, now: datetime) -> Self:
        """Return them with a valid account ending at `at`. Raises IdentityError where there is none."""
        return self.put(msgspec.structs.replace(self.get(name, now), ends=at))

    def without_overdue_hashes(self, now: datetime) -> Self:
        """Return them without the hashes of those that have ended."""
        return msgspec.structs.replace(self, accounts={one.name: _bare(one, now) for one in self.all()})


def _bare(account: BrokerAccount, now: datetime) -> BrokerAccount:
    return account if account.is_valid(now) else msgspec.structs.replace(account, hash="")


def device_name(site: str, device: str) -> str:
    """Return the user name of a device. Raises IdentityError when one of the keys is none."""
    for what, key in (("site", site), ("device", device)):
        check_key(what, key)
    return f"{site}.{device}"


def check_key(what: str, key: str) -> None:
    """Raise IdentityError when a key of a site or device, or a name of ingest, is none."""
    if not wire.is_key(key):
        raise IdentityError(
            f"{what} {key[:60]!r} must be lower case letters, digits and single hyphens, {wire.KEY_LENGTH} at most"
        )


def decode(data: bytes, where: str) -> BrokerAccounts:
    """Read what `encode` wrote. Raises IdentityError naming the place that is wrong."""
    try:
        accounts = msgspec.json.decode(data, type=BrokerAccounts)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise IdentityError(f"{where} is not a list of accounts: {error}") from error
    if accounts.version != VERSION:
        raise IdentityError(f"{where} has version {accounts.version}; this program knows {VERSION}")
    return accounts


def encode(accounts: BrokerAccounts) -> bytes:
    """Return the accounts as JSON that people can read."""
    return msgspec.json.format(msgspec.json.encode(accounts), indent=1) + b"\n"
