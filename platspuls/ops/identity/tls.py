"""The certificates of an installation: made, renewed, and when they end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from platspuls.ops.identity import certificates, files
from platspuls.ops.identity.certificates import KeyPair
from platspuls.ops.identity.errors import IdentityError
from platspuls.ops.identity.folder import Folder

SOON: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Expiry:
    """When the certificate in a file ends.

    Attributes:
        path: relative to the folder of credentials.
        names: whom it is for.
        until: when it ends.
        left: how long that is; negative when it has ended.
    """

    path: Path
    names: tuple[str, ...]
    until: datetime
    left: timedelta

    @property
    def is_soon(self) -> bool:
        """Return whether it ends within 30 days, or has ended."""
        return self.left < SOON


def init(folder: Folder, names: Sequence[str], now: datetime) -> None:
    """Make an authority and the broker's certificate. Raises IdentityError where there is an authority already."""
    with folder.changing() as accounts:
        if (folder.authority / "ca.key").exists():
            raise IdentityError(
                f"{folder.authority} holds an authority already, which the devices trust; `platspuls tls renew` makes "
                "a new certificate of the broker"
            )
        authority = certificates.make_authority(now)
        server = certificates.make_server(authority, names, now)
        files.write(folder.authority / "ca.pem", authority.certificate)
        files.write(folder.mosquitto / "ca.pem", authority.certificate)
        _put_server(folder.mosquitto, server)
        folder.save(msgspec.structs.replace(accounts, broker_names=tuple(names)), now)
        files.write(folder.authority / "ca.key", authority.key)  # last: a command cut short can be given again


def renew(folder: Folder, names: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Make a new certificate of the broker, by default of the same names. Returns the names. Raises IdentityError.

    Where the pages have one of the same authority, it is renewed too, always for its own names.
    """
    with folder.changing() as accounts:
        chosen = tuple(names) or accounts.broker_names
        _put_server(folder.mosquitto, certificates.make_server(_authority(folder), chosen, now))
        folder.save(msgspec.structs.replace(accounts, broker_names=chosen), now)
        if of_pages := https_names(folder):
            _put_server(folder.https, certificates.make_server(_authority(folder), of_pages, now))
    return chosen


def put_https(folder: Folder, names: Sequence[str], now: datetime) -> None:
    """Make a certificate for the pages' HTTPS, of the same authority. Raises IdentityError."""
    with folder.changing():
        authority = _authority(folder)
        files.write(folder.https / "ca.pem", authority.certificate)
        _put_server(folder.https, certificates.make_server(authority, names, now))


def https_names(folder: Folder) -> tuple[str, ...]:
    """Return for whom the certificate of HTTPS is; nobody, where there is none. Raises IdentityError."""
    path = folder.https / "server.pem"
    return certificates.facts(files.read(path), str(path)).names if path.exists() else ()


def client_certificate(folder: Folder, name: str, now: datetime) -> KeyPair:
    """Return a new client certificate. Raises IdentityError."""
    return certificates.make_client(_authority(folder), name, now)


def expiries(folder: Folder, now: datetime) -> list[Expiry]:
    """Return when each certificate ends, the first first. Raises IdentityError where there is none."""
    found = [_expiry(folder, path, now) for path in _certificates(folder)]
    if not found:
        raise IdentityError(f"{folder.path} holds no certificates; `platspuls tls init NAME` makes them")
    return sorted(found, key=lambda one: (one.until, one.path))


def _certificates(folder: Folder) -> Iterator[Path]:
    yield from folder.authority.glob("ca.pem")
    yield from folder.mosquitto.glob("server.pem")
    yield from folder.https.glob("server.pem")
    with_hash = {account.name for account in folder.accounts().all() if account.hash}
    clients = [path for part in ("devices", "ingest") for path in (folder.path / part).glob("*/*.client.pem")]
    yield from (path for path in clients if path.parent.name in with_hash)


def _expiry(folder: Folder, path: Path, now: datetime) -> Expiry:
    read = certificates.facts(files.read(path), str(path))
    return Expiry(path.relative_to(folder.path), read.names or (read.subject,), read.until, read.until - now)


def _authority(folder: Folder) -> KeyPair:
    if not (folder.authority / "ca.key").exists():
        raise IdentityError(f"{folder.authority} holds no authority; `platspuls tls init NAME` makes it")
    return KeyPair(files.read(folder.authority / "ca.pem"), files.read(folder.authority / "ca.key"))


def _put_server(folder: Path, server: KeyPair) -> None:
    files.write(folder / "server.key", server.key)
    files.write(folder / "server.pem", server.certificate)
