"""The languages of the dashboards."""

import enum
from dataclasses import dataclass
from typing import assert_never


class Language(enum.StrEnum):
    """A language that every dashboard is built in."""

    SV = "sv"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language."""

    sv: str
    en: str

    def into(self, language: Language) -> str:
        """Return the text in one language."""
        match language:
            case Language.SV:
                return self.sv
            case Language.EN:
                return self.en
            case _:
                assert_never(language)


@dataclass(frozen=True, slots=True)
class PanelText:
    """What a panel says.

    Attributes:
        title: over the panel.
        about: the description behind its (i): what is counted, and what is left out.
        empty: shown where there is no value.
    """

    title: Text
    about: Text
    empty: Text
