"""docs/blind.md and docs/blind.sv.md: the same rows, words that the programs really say, pictures that are drawn anew.

The kind of fault: a page for people who can't read the program says what the program no longer says, or leaves out a
way of being blind that it has a flag for.
"""

import importlib.util
import re
from functools import cache
from typing import Final, NamedTuple

import cv2
import numpy as np
import pytest

from bench.blind_pictures import FOLDER, pictures
from core import wire
from core.texts.catalog import Domain, Language, catalog
from tests.docs.blocks import ROOT, text

PAGES: Final = {Language.EN: "docs/blind.md", Language.SV: "docs/blind.sv.md"}
VERDICTS: Final = {
    Language.EN: ("Missing", "Doubtful", "Unnoticed", "Waits", "Gone"),
    Language.SV: ("Saknas", "Osäkert", "Märks inte", "Väntar", "Borta"),
}
_QUOTED: Final = {Language.EN: re.compile("“([^”]+)”"), Language.SV: re.compile("”([^”]+)”")}
_COMMAND: Final = re.compile(r"`python -m (bench\.\w+)[^`]*`")
_RATE: Final = re.compile(r"\d ?%|\b\d+ (?:of|av) \d")
MOST_BYTES: Final = 15_000


class Row(NamedTuple):
    """A row of a table: its anchor, and what stands in its four cells."""

    anchor: str
    happens: str
    does: str
    notice: str
    hands: str


@cache
def rows(language: Language) -> list[Row]:
    """Return the rows that have an anchor, in order."""
    return [
        Row(anchor[1], *(cell.strip() for cell in line.strip("|").split(" | ")))
        for line in text(PAGES[language]).splitlines()
        if (anchor := re.match(r'\| <a id="([\w-]+)"></a>', line))
    ]


@cache
def texts(language: Language) -> dict[tuple[Domain, str], str]:
    """Return all texts that people read, by catalog and English."""
    found = {}
    for domain in Domain:
        for key, translated in catalog(domain, language)._catalog.items():  # noqa: SLF001 - plural forms, too
            found[domain, key if isinstance(key, str) else f"{key[0]}/{key[1]}"] = translated
    return found


def said(quote: str, language: Language) -> set[tuple[Domain, str]]:
    """Return what says the words of a quote, in its order; … stands for what differs from time to time."""
    longest = max(quote.split("…"), key=len).strip()
    parts = re.compile(rf"(?:^|\W){re.escape(quote).replace('…', '.+?')}(?:\W|$)")
    return {key for key, one in texts(language).items() if longest in one and parts.search(one)}


def test_both_languages_have_the_same_rows_in_the_same_order() -> None:
    english, swedish = (rows(language) for language in (Language.EN, Language.SV))
    assert [row.anchor for row in english] == [row.anchor for row in swedish]
    assert len({row.anchor for row in english}) == len(english) > 30
    for one, other in zip(english, swedish, strict=True):
        for pattern in (r"`[^`]+`", r"pictures/[\w/.-]+", r"\]\((?:[\w.]+)?#?[\w-]*\.?\w*(?:#[\w-]+)?\)"):
            assert _links(pattern, one) == _links(pattern, other), one.anchor
    headings = {len(re.findall(r"^#+ ", text(page), re.MULTILINE)) for page in PAGES.values()}
    assert len(headings) == 1


def _links(pattern: str, row: Row) -> list[list[str]]:
    return [re.findall(pattern, cell) for cell in row[1:]]


@pytest.mark.parametrize("language", Language)
def test_every_flag_stands_in_the_tables(language: Language) -> None:
    named = {name for row in rows(language) for name in re.findall(r"`(\w+)`", row.does)}
    assert named >= {flag.value for flag in wire.Flag}
    assert named <= {flag.value for flag in wire.Flag}


@pytest.mark.parametrize("language", Language)
def test_every_row_says_what_becomes_of_the_numbers_in_the_page_s_own_words(language: Language) -> None:
    for row in rows(language):
        bold = re.findall(r"\*\*([^*]+)\*\*", row.does)
        assert bold, row.anchor
        assert set(bold) <= set(VERDICTS[language]), row.anchor
        assert all(row), row.anchor
    for verdict in VERDICTS[language]:
        assert f"- **{verdict}**: " in text(PAGES[language])


def test_both_languages_say_the_same_of_the_numbers() -> None:
    for one, other in zip(rows(Language.EN), rows(Language.SV), strict=True):
        places = [
            [VERDICTS[language].index(word) for word in re.findall(r"\*\*([^*]+)\*\*", row.does)]
            for language, row in ((Language.EN, one), (Language.SV, other))
        ]
        assert places[0] == places[1], one.anchor
        numbers = [re.findall(r"\d+", re.sub(r"(?<=\d)[ ,.](?=\d)", "", row.does)) for row in (one, other)]
        assert numbers[0] == numbers[1], one.anchor


def test_what_is_quoted_is_what_the_programs_say_in_that_language() -> None:
    """Each quote stands in a catalog, and the Swedish one is the translation of the English one."""
    quotes = {language: _QUOTED[language].findall(text(PAGES[language])) for language in Language}
    assert len(quotes[Language.EN]) == len(quotes[Language.SV]) > 60
    for english, swedish in zip(quotes[Language.EN], quotes[Language.SV], strict=True):
        assert said(english, Language.EN), english
        assert said(swedish, Language.SV), swedish
        assert said(english, Language.EN) & said(swedish, Language.SV), (english, swedish)


@pytest.mark.parametrize("language", Language)
def test_every_rate_names_the_command_that_gives_it(language: Language) -> None:
    for row in rows(language):
        for cell in row[1:]:
            commands = _COMMAND.findall(cell)
            assert commands or not _RATE.search(_QUOTED[language].sub("", cell)), (row.anchor, cell)
            assert [name for name in commands if importlib.util.find_spec(name) is None] == []


@pytest.mark.parametrize("language", Language)
def test_links_within_the_page_lead_somewhere(language: Language) -> None:
    """To a row, or to a heading of this page or another."""
    for page, anchor in re.findall(r"\]\(([\w.]*)#([\w-]+)\)", text(PAGES[language])):
        whole = text(f"docs/{page}") if page else text(PAGES[language])
        headings = {_slug(heading) for heading in re.findall(r"^#+ (.+)$", whole, re.MULTILINE)}
        assert anchor in headings | set(re.findall(r'<a id="([\w-]+)">', whole)), (page, anchor)


def _slug(heading: str) -> str:
    """Return the anchor that a heading gets."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_the_program_draws_the_pictures_that_are_there() -> None:
    """Byte for byte where they are text; other versions of the library may pack and draw pixels a little otherwise."""
    drawn = dict(pictures())
    assert set(drawn) == {path.name for path in FOLDER.iterdir()}
    for name, content in drawn.items():
        kept = (FOLDER / name).read_bytes()
        assert len(kept) <= MOST_BYTES, name
        assert len(content) <= MOST_BYTES, name
        assert kept == content or (name.endswith(".png") and _differ(kept, content) < 1.0), name


def _differ(one: bytes, other: bytes) -> float:
    """Return by how many grey levels two PNG files differ in the mean."""
    pixels = [cv2.imdecode(np.frombuffer(png, dtype=np.uint8), cv2.IMREAD_COLOR) for png in (one, other)]
    assert pixels[0].shape == pixels[1].shape
    return float(cv2.absdiff(*pixels).mean())


@pytest.mark.parametrize("language", Language)
def test_every_picture_is_shown_and_described(language: Language) -> None:
    shown = dict(re.findall(r"!\[([^\]]*)\]\(pictures/blind/([\w.-]+)\)", text(PAGES[language])))
    assert set(shown.values()) == {path.name for path in FOLDER.iterdir()}
    assert all(len(description) > 10 for description in shown)


def test_both_pages_are_found_from_the_others() -> None:
    for page in ("docs/README.md", "docs/setup.md", "docs/sensors.md", "docs/detectors.md", "docs/words.md"):
        assert {"blind.md", "blind.sv.md"} <= set(re.findall(r"\]\((blind[\w.]*)", text(page))), page
    assert (ROOT / "docs" / "blind.sv.md").exists()
