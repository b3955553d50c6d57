"""The language of the reader, and the texts in it."""

import enum
import re
from dataclasses import asdict
from typing import assert_never

from api.web.texts import ENGLISH, SWEDISH, Texts


class Language(enum.StrEnum):
    """The languages of the pages; the first is the default."""

    SV = "sv"
    EN = "en"


def texts(language: Language) -> Texts:
    """Return the texts in the language."""
    match language:
        case Language.SV:
            return SWEDISH
        case Language.EN:
            return ENGLISH
        case _:
            assert_never(language)


def texts_for_browser(language: Language) -> dict[str, str]:
    """Return the texts as the page's scripts read them: the same names, the same braces."""
    return asdict(texts(language))


def choose_language(asked: str | None, accept_language: str | None) -> Language:
    """Return the language that was asked for, else the first that the browser accepts, else Swedish.

    Args:
        asked: the address's `lang`, if any; an unknown one is passed over.
        accept_language: the header Accept-Language, if any, such as `en-GB,en;q=0.8`.
    """
    for wish in (asked or "", *_by_quality(accept_language or "")):
        if wish[:2].lower() in tuple(Language):
            return Language(wish[:2].lower())
    return Language.SV


def _by_quality(header: str) -> list[str]:
    """Split an Accept-Language header into its tags, the most wanted first; what has q=0 is not wanted."""
    wishes = [
        (float(found["quality"] or 1), found["tag"])
        for part in header.split(",")[:20]
        if (found := re.fullmatch(r"\s*(?P<tag>[a-zA-Z-]{2,35})\s*(?:;\s*q=(?P<quality>[01](?:\.\d{0,3})?))?\s*", part))
    ]
    return [tag for quality, tag in sorted(wishes, key=lambda wish: -wish[0]) if quality > 0]
