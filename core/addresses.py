"""Addresses of the network: which of them only this machine reaches, and what of them may be shown."""

import ipaddress
import re
from typing import Final

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}(?=://)")
_HOST: Final = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::[0-9]{1,5})?")
_IN_TEXT: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\r\n]*")
"""An address in a text, to the end of its line: a password may hold spaces and quotes."""
_SECRET_NAME: Final = re.compile(r"pass|pwd|secret|token|credential", re.IGNORECASE)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches the host: localhost, 127.0.0.0/8, ::1. Names are not looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def without_secret(address: str) -> str:
    """Return what may be shown of an address: scheme, host and port. A path is returned as it is.

    A user and password stand before the host; a password may stand in path, query and fragment too: all of these
    become "...". Where an `@` or `/` in a password leaves in doubt which part is the host, nothing but the scheme is
    shown.
    """
    if "://" not in address:
        return address
    if (scheme := _SCHEME.match(address)) is None:
        return "..."
    authority, rest = re.fullmatch(r"([^/?#\\]*)(.*)", address[scheme.end() + 3 :], re.DOTALL).groups()  # type: ignore[union-attr]  # it matches anything
    host = authority.rpartition("@")[2]
    if "@" in rest or not _HOST.fullmatch(host):
        return f"{scheme[0]}://..."
    return f"{scheme[0]}://{host}{'/...' if rest.strip('/') else ''}"


def without_secrets(text: str) -> str:
    """Return a text of a library whose addresses are as `without_secret` shows them, to the end of their line."""
    return _IN_TEXT.sub(lambda found: without_secret(found[0]), text)


def names_a_secret(field: str) -> bool:
    """Tell whether a field of this name may hold a secret, by its name alone; the name of a file isn't one."""
    return _SECRET_NAME.search(field) is not None and not field.endswith("_file")
