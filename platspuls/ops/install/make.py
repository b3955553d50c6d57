"""Makes what is missing in an installation's folder, and leaves alone what is there."""

import os
import pwd
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from api.access.tokens import code_sha256, make_code
from platspuls.ops.identity import credentials, files, tls
from platspuls.ops.identity.errors import IdentityError
from platspuls.ops.install.layout import INGEST, LOGINS, OWNER, SYSTEM, Layout, Reader, User, parts, passages
from platspuls.ops.invitation import link_to_log_in
from store.access.first_invitation import FILE

_INSIDE: Final = ("mosquitto", "localhost", "127.0.0.1")
"""Under which the broker is reached within the installation."""
_PASSWORD_BYTES: Final = 32
_HERE: Final = ("localhost", "127.0.0.1", "[::1]")
_HOST_PARTS: Final = 2
HTTPS_PORT: Final = 443


def install(
    layout: Layout, names: Sequence[str], now: datetime, *, own_domain: bool = False, port: int = HTTPS_PORT
) -> list[Path]:
    """Make all that is missing. Returns what was made or changed.

    Args:
        layout: the folder.
        names: DNS names or addresses at which the installation is reached; devices are given the first one.
        now: aware.
        own_domain: the pages get their certificate from a public authority; else from the private one.
        port: TCP port of the pages.

    Raises:
        IdentityError: a name is none, or a file can't be written or read.
    """
    return [
        *_certificates(layout, names, now),
        *_ingest(layout, now),
        *_passwords(layout),
        *_derived(layout, _names(names, port, own_domain=own_domain)),
    ]


def _certificates(layout: Layout, names: Sequence[str], now: datetime) -> Iterator[Path]:
    folder, of_broker = layout.credentials, (*dict.fromkeys((*names, *_INSIDE)),)
    if not (folder.authority / "ca.key").exists():
        tls.init(folder, of_broker, now)
        yield folder.authority
    elif folder.accounts().broker_names != of_broker:
        tls.renew(folder, of_broker, now)
        yield folder.mosquitto / "server.pem"
    if tls.https_names(folder) != tuple(names):
        tls.put_https(folder, names, now)
        yield folder.https / "server.pem"


def _ingest(layout: Layout, now: datetime) -> Iterator[Path]:
    known = layout.credentials.accounts().accounts.get(INGEST)
    if known is None or not known.is_valid(now):
        yield credentials.set_ingest(layout.credentials, INGEST, now).folder


def _passwords(layout: Layout) -> Iterator[Path]:
    random = [
        layout.secrets / "database.password",
        layout.secrets / "grafana.admin.password",
        *map(layout.login, LOGINS),
    ]
    for path in random:
        if not path.exists():
            files.write(path, f"{secrets.token_urlsafe(_PASSWORD_BYTES)}\n")
            yield path
    files.make_folder(layout.sites)


def _derived(layout: Layout, names: str) -> Iterator[Path]:
    contents = {layout.names: names}
    contents[layout.secrets / "grafana.database.password"] = _read(layout.login("grafana"))
    for user, path in ((OWNER, layout.secrets / "database.password"), *((one, layout.login(one)) for one in LOGINS)):
        contents[layout.pgpass(user)] = f"*:*:*:{user}:{_read(path)}"
    for path, content in contents.items():
        if not path.exists() or _read(path) != content:
            files.write(path, content)
            yield path
    # No secret, and read by whoever runs `docker compose`.
    layout.names.chmod(0o644)
    for path in passages(layout):
        path.chmod(0o711)


def prepare_first_login(layout: Layout, names: Sequence[str], port: int = HTTPS_PORT) -> str | None:
    """Return the link with which the first administrator logs in, once the database is made; None where one was given.

    Args:
        layout: the folder: the SHA-256 of the link's code is kept there, for `db migrate --logins`.
        names: as `install` takes them.
        port: TCP port of the pages.

    Raises:
        IdentityError: a file can't be written.
    """
    path = layout.secrets / "logins" / FILE
    if path.exists():
        return None
    code = make_code()
    sha256 = code_sha256(code)
    assert sha256  # noqa: S101 - made a line above
    files.write(path, f"{sha256.hex()}\n")
    return link_to_log_in(_pages(names, port), code)


def _read(path: Path) -> str:
    return files.read(path).decode()


def _names(names: Sequence[str], port: int, *, own_domain: bool) -> str:
    pages = _pages(names, port)
    values = {
        "PLATSPULS_NAME": names[0],
        "PLATSPULS_NAMES": ", ".join(map(_in_address, names)),
        "PLATSPULS_HTTPS": "public" if own_domain else "private",
        "PLATSPULS_API_HOST_NAMES": ",".join(dict.fromkeys((*map(_in_address, names), *_HERE))),
        "PLATSPULS_ADDRESS": pages,
        "GF_SERVER_ROOT_URL": f"{pages}/grafana/",
    }
    return "# Written by `platspuls install`; changes are lost.\n" + "".join(f"{k}={v}\n" for k, v in values.items())


def _pages(names: Sequence[str], port: int) -> str:
    """Return where the pages are, without a slash at its end."""
    return f"https://{_in_address(names[0])}{'' if port == HTTPS_PORT else f':{port}'}"


def _in_address(name: str) -> str:
    """Return a name as it stands in a URL: an address of IPv6 in brackets."""
    return f"[{name}]" if name.count(":") >= _HOST_PARTS else name


def give_away(layout: Layout, users: Mapping[Reader, User]) -> None:
    """Give each part to the user that reads it; a part of nobody named stays as it is.

    Raises IdentityError unless we are root.
    """
    for part in parts(layout):
        user = users.get(part.reader)
        if user is None:
            continue
        try:
            os.chown(part.path, user.number, user.group)
        except OSError as error:
            raise IdentityError(f"{part.path} can't be given to user {user.number}: {error.strerror}") from error


def users_of_this_system() -> dict[Reader, User]:
    """Return the users of an installation without containers. Raises IdentityError where one is missing."""
    try:
        found = {reader: pwd.getpwnam(name) for reader, name in SYSTEM.items()}
    except KeyError as error:
        raise IdentityError(f"{error.args[0]}: install Mosquitto, and make the user platspuls, first") from error
    return {reader: User(entry.pw_uid, entry.pw_gid) for reader, entry in found.items()}
