"""Translations of what people read: loads the compiled gettext catalogs. `make texts` makes them (CONTRIBUTING.md).

Texts stand in the code in English. The English catalog has them too, so that whoever improves one needs no Python.
"""

import enum
import gettext
from functools import cache
from pathlib import Path
from typing import Final

LOCALE: Final = Path(__file__).parent / "locale"
"""The folder of the catalogs."""


class Language(enum.StrEnum):
    """The languages that everything is written in; the first is the default of pages."""

    SV = "sv"
    EN = "en"

    @property
    def own_name(self) -> str:
        """How it is called in itself."""
        return {Language.SV: "Svenska", Language.EN: "English"}[self]


class Domain(enum.StrEnum):
    """The catalogs, one for each thing that speaks to people.

    Attributes:
        PAGES: the pages that the API serves, with their scripts.
        ANSWERS: what goes with the API's answers: meanings of columns, methods, words of log records, problems.
        SETUP: the page on which a counter is set up.
        DOCTOR: what `platspuls counter doctor` finds, and what is counted of a clip.
        DASHBOARDS: Grafana's dashboards and alerts.
    """

    PAGES = "pages"
    ANSWERS = "answers"
    SETUP = "setup"
    DOCTOR = "doctor"
    DASHBOARDS = "dashboards"


class Catalog(gettext.GNUTranslations):
    """The texts of one domain in one language."""

    _catalog: dict[str | tuple[str, int], str]  # filled by the standard library

    def translated(self, message: str) -> str:
        """Return a message that must be in the catalog. Raises KeyError."""
        return self._catalog[message]

    def messages(self) -> dict[str, str | list[str]]:
        """Return translations by their English, for scripts: only those that differ from it.

        Where there is a context, it stands before the English, with EOT (U+0004) between; plural forms are a list.
        """
        found: dict[str, str | list[str]] = {}
        for key, text in self._catalog.items():
            if isinstance(key, tuple):
                message, form = key
                if form == 0:
                    found[message] = [text, self._catalog[message, 1]]
            elif key and key.rpartition("\x04")[2] != text:
                found[key] = text
        return found


@cache
def catalog(domain: Domain, language: Language) -> Catalog:
    """Return the texts of a domain in a language."""
    with (LOCALE / language / "LC_MESSAGES" / f"{domain}.mo").open("rb") as file:
        return Catalog(file)


def noop(message: str) -> str:
    """Mark a message that is translated later, by `catalog(...).gettext(message)`; return it as it is."""
    return message
