"""Content negotiation of the language: the one asked for, else the browser's (Accept-Language), else a default."""

import re

from core.texts.catalog import Language


def choose_language(asked: str | None, accept_language: str | None, default: Language = Language.SV) -> Language:
    """Return the language that was asked for, else the first that the reader accepts, else the default.

    Args:
        asked: the address's `lang`, if any; an unknown one is passed over.
        accept_language: the header Accept-Language, if any, such as `en-GB,en;q=0.8`.
        default: where neither names a language that we have.
    """
    for tag in (asked or "", *_by_quality(accept_language or "")):
        if tag[:2].lower() in tuple(Language):
            return Language(tag[:2].lower())
    return default


def _by_quality(header: str) -> list[str]:
    """Split an Accept-Language header into its tags, the most wanted first; what has q=0 is not wanted."""
    accepted = [
        (float(found["quality"] or 1), found["tag"])
        for part in header.split(",")[:20]
        if (found := re.fullmatch(r"\s*(?P<tag>[a-zA-Z-]{2,35})\s*(?:;\s*q=(?P<quality>[01](?:\.\d{0,3})?))?\s*", part))
    ]
    return [tag for quality, tag in sorted(accepted, key=lambda one: -one[0]) if quality > 0]
