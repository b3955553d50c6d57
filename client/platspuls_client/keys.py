"""Where a program finds its key to authenticate: never on the command line, which other users can read."""

import codecs
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

KEY_FILE: Final = "PLATSPULS_KEY_FILE"
"""Environment variable that names a file with a key."""


class KeyFileError(Exception):
    """A file holds no key; the text names it."""


def find_key(path: Path | None = None, environment: Mapping[str, str] = os.environ) -> str | None:
    """Return the key in the file, or in the one that PLATSPULS_KEY_FILE names; None where there is neither.

    Raises KeyFileError when the file can't be read, or holds anything but one word.
    """
    named = environment.get(KEY_FILE)
    path = path or (Path(named) if named else None)
    if path is None:
        return None
    try:
        text = _decoded(path.read_bytes())
    except (OSError, UnicodeError) as error:
        raise KeyFileError(f"{path}: the key can't be read: {error}") from error
    if len(text.split()) != 1:
        raise KeyFileError(f"{path}: it must hold one key and nothing else")
    return text.strip()


def _decoded(content: bytes) -> str:
    """Return a file's text. PowerShell writes UTF-16, and editors on Windows a mark in front of UTF-8."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    return content.decode("utf-8-sig").encode("ascii").decode("ascii")
