"""What is said where nothing has such a key: which known ones look like it."""

from collections.abc import Collection
from difflib import get_close_matches
from typing import Final

_MOST: Final = 3
_MOST_LISTED: Final = 10


def alike(key: str, known: Collection[str]) -> str:
    """Return ": did you mean hall?"; nothing where nothing looks like it."""
    if near := get_close_matches(key.lower(), sorted(known), _MOST, cutoff=0.6):
        *others, last = near
        return ": did you mean " + " or ".join([", ".join(others), last] if others else [last]) + "?"
    return ""


def did_you_mean(key: str, known: Collection[str]) -> str:
    """Return what `alike` does; where nothing looks like it and they are few, ": there are ..."; else nothing."""
    if near := alike(key, known):
        return near
    if len(known) > _MOST_LISTED:
        return ""
    return f": there are {', '.join(sorted(known)) or 'none'}"
