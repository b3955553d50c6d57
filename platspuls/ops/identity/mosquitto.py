"""What Mosquitto 2.0 reads: its password file and its access control list."""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from typing import Final

from core import wire
from platspuls.ops.identity.accounts import BrokerAccount

_ITERATIONS: Final = 1000
"""Few: a password is 256 random bits, which nobody guesses, and the broker computes this on its only thread."""
_SALT_BYTES: Final = 12
_PASSWORD_BYTES: Final = 32
_SHARE_BYTES: Final = 24

_DEVICE_WRITES: Final = (wire.Kind.RECORDS, wire.Kind.LIVE, wire.Kind.STATUS)


def new_password() -> str:
    """Return a password that nobody can guess, of letters that need no quoting."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def new_share() -> str:
    """Return a name of a shared subscription that nobody can guess."""
    return secrets.token_urlsafe(_SHARE_BYTES)


def hashed(password: str) -> str:
    """Return the hash as `mosquitto_passwd` writes it: $7$iterations$salt$hash, PBKDF2 with SHA-512."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, _ITERATIONS)
    return f"$7${_ITERATIONS}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}"


def password_file(accounts: Iterable[BrokerAccount]) -> str:
    """Return the password file: one name and hash a line."""
    return "".join(f"{account.name}:{account.hash}\n" for account in accounts)


def access_list(accounts: Iterable[BrokerAccount]) -> str:
    """Return the access control list. What it doesn't name is refused; nothing stands before the first user."""
    return "\n".join(["# Written by `platspuls device`; changes are lost.", *map(_access, accounts)])


def _access(account: BrokerAccount) -> str:
    return "\n".join(
        [f"user {account.name}", *(_device_rules(*account.device) if account.device else _ingest_rules()), ""]
    )


def _device_rules(site: str, device: str) -> list[str]:
    writes = [f"topic write {wire.Topic(site, device, kind)}" for kind in _DEVICE_WRITES]
    return [*writes, f"topic read {wire.Topic(site, device, wire.Kind.RECEIPT)}"]


def _ingest_rules() -> list[str]:
    """A shared subscription is checked by the topic of each message: it needs no rule of its own."""
    reads = [f"topic read {wire.subscription(kind)}" for kind in _DEVICE_WRITES]
    return [*reads, f"topic write {wire.subscription(wire.Kind.RECEIPT)}"]
