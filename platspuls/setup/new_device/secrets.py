"""Keeps secrets out of the device file: the password of an address goes into a file of its own."""

import re
from typing import Final

from core.addresses import names_a_secret
from core.texts.catalog import noop
from platspuls.setup.new_device.answers import WrongAnswerError

PLACE: Final = "{password}"
_END_OF_AUTHORITY: Final = re.compile(r"[/?#]|$")
_FIELD: Final = re.compile(r"(?<=[?&;])(?P<name>[^=&;#]*)=(?P<secret>[^&;#]*)")


def without_password(address: int | str) -> tuple[int | str, str | None]:
    """Return an address with {password} in the place of its password, and that password; None where it has none.

    Raises WrongAnswerError where it can't be made out which part the password is.
    """
    if isinstance(address, int) or PLACE in address or "://" not in address:
        return address, None
    scheme, _, behind = address.partition("://")
    authority = _END_OF_AUTHORITY.split(behind, maxsplit=1)[0]
    rest = behind[len(authority) :]
    if "@" in scheme + rest:
        raise WrongAnswerError(
            noop("a password in the address that holds / ? # or @ must be written in per cent: %2F %3F %23 %40")
        )
    login, at, host = authority.rpartition("@")
    user, _, secret = login.partition(":")
    secrets = {one["secret"] for one in _FIELD.finditer(rest) if names_a_secret(one["name"])} | {secret} - {""}
    if len(secrets) > 1:
        raise WrongAnswerError(noop("the address holds several passwords: a device file can keep only one of them"))
    if not secrets - {""}:
        return address, None
    kept = _FIELD.sub(lambda one: f"{one['name']}={PLACE}" if names_a_secret(one["name"]) else one[0], rest)
    return f"{scheme}://{f'{user}:{PLACE}' if secret else login}{at}{host}{kept}", secrets.pop()
