"""The reader gets the language that is asked for or accepted."""

import pytest

from core.texts.catalog import Language
from core.texts.negotiation import choose_language


@pytest.mark.parametrize(
    ("asked", "accepted", "expected"),
    [
        (None, None, Language.SV),
        ("", "fr, en-GB;q=0.8", Language.EN),
        (None, "", Language.SV),
        ("en", "sv", Language.EN),
        ("sv", "en-GB,en", Language.SV),
        ("de", None, Language.SV),
        ("de", "en", Language.EN),
        (None, "en-US,en;q=0.9", Language.EN),
        (None, "de-DE,en;q=0.5,sv;q=0.7", Language.SV),
        (None, "sv;q=0,en", Language.EN),
        (None, "en;q=0", Language.SV),
        (None, "de,fr;q=0.8", Language.SV),
        (None, "*;q=0.1,;;,\x00", Language.SV),
        ("<script>", "en;q=nan", Language.SV),
    ],
)
def test_the_language_is_the_one_asked_for_then_the_browsers_then_swedish(
    asked: str | None, accepted: str | None, expected: Language
) -> None:
    assert choose_language(asked, accepted) is expected


def test_who_names_none_gets_the_default() -> None:
    assert choose_language(None, "de", Language.EN) is Language.EN
    assert choose_language(None, "de, sv", Language.EN) is Language.SV
