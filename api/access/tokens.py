"""Secrets that open the API: how they are made, read and compared. Only their SHA-256 is ever kept.

A key is `ppk_PREFIX_SECRET`, the cookie of a login `pps_PREFIX_SECRET`: the prefix finds the row, the secret is 256
random bits. A code begins a login: twenty letters and digits that can be read aloud, 100 random bits, good once and
for minutes.
"""

import base64
import enum
import hmac
import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

_TOKEN: Final = re.compile(r"(pp[ks])_([a-z2-7]{10})_[A-Za-z0-9_-]{43}", re.ASCII)
_CODE_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's thirty-two: none is taken for another."""
_CODE_LENGTH: Final = 20
_MISREAD: Final = str.maketrans("OIL", "011", " -\t\n")


class TokenKind(enum.StrEnum):
    """What a token is for; its first letters."""

    KEY = "ppk"
    LOGIN = "pps"


@dataclass(frozen=True, slots=True)
class Token:
    """A key or a login's cookie.

    Attributes:
        text: all of it, secret; shown once, or set as a cookie, and never logged.
        prefix: finds its row.
        sha256: of the text; what is kept.
    """

    text: str = field(repr=False)
    prefix: str
    sha256: bytes = field(repr=False)

    def is_behind(self, kept: bytes) -> bool:
        """Tell whether the hash was made of this token, in a time that doesn't depend on where they differ."""
        return hmac.compare_digest(self.sha256, kept)


def make(kind: TokenKind) -> Token:
    """Return a new token."""
    prefix = base64.b32encode(secrets.token_bytes(7)).decode().lower()[:10]
    return _token(f"{kind}_{prefix}_{secrets.token_urlsafe(32)}", prefix)


def read(kind: TokenKind, text: str) -> Token | None:
    """Return what is written as such a token, or None. Whether it is good is another question."""
    found = _TOKEN.fullmatch(text)
    return _token(text, found[2]) if found and found[1] == kind else None


def make_code() -> str:
    """Return a new code, in groups of four."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, _CODE_LENGTH, 4))


def code_sha256(text: str) -> bytes | None:
    """Return what is kept of a code, however it was typed; None where it can't be one."""
    plain = text.upper().translate(_MISREAD)
    is_code = len(plain) == _CODE_LENGTH and all(letter in _CODE_LETTERS for letter in plain)
    return sha256(plain.encode()).digest() if is_code else None


def _token(text: str, prefix: str) -> Token:
    return Token(text, prefix, sha256(text.encode()).digest())
