"""Every text that is used exists in both languages, says the same things, and is compiled; and none is left over."""

import ast
import re
import string
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import product

import pytest
from babel.messages.catalog import Catalog, Message

from core.texts.catalog import Domain, Language, catalog
from platspuls.documents import catalogs

CATALOGS = [*product(Domain, Language)]


@cache
def used(domain: Domain) -> Sequence[catalogs.Message]:
    """Return what a domain's programs use, searched for once."""
    return [*catalogs.used(domain)]


@cache
def updated(domain: Domain, language: Language) -> Catalog:
    """Return the catalog in step with the programs, made once; nothing changes it."""
    return catalogs.updated(domain, language)


def messages(domain: Domain, language: Language) -> Iterator[Message]:
    return (message for message in catalogs.read(domain, language) if message.id)


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else [str(form) for form in text or ()]  # type: ignore[attr-defined]


def placeholders(text: str) -> set[str]:
    """Return what is filled in: {name}, {name:.1f}; ${name} and {{ name }} are Grafana's."""
    found = set(re.findall(r"\$\{[^}]*\}|\{\{.*?\}\}", text))
    rest = re.sub(r"\$\{[^}]*\}|\{\{.*?\}\}", "", text)
    return found | {f"{name}:{spec}" for _, name, spec, _ in string.Formatter().parse(rest) if name is not None}


@pytest.mark.parametrize(("domain", "language"), CATALOGS)
def test_every_message_that_is_used_is_in_the_catalog_and_no_other(domain: Domain, language: Language) -> None:
    found = {(message.text, message.context) for message in used(domain)}
    assert found
    assert {(message.id, message.context) for message in messages(domain, language)} == found


@pytest.mark.parametrize(("domain", "language"), CATALOGS)
def test_every_message_is_translated_for_good(domain: Domain, language: Language) -> None:
    for message in messages(domain, language):
        texts = forms(message.string)
        assert len(texts) == len(forms(message.id)), message.id
        assert all(text and text.strip() == text for text in texts), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize(("domain", "language"), CATALOGS)
def test_a_translation_fills_in_the_same_words(domain: Domain, language: Language) -> None:
    for message in messages(domain, language):
        for text, english in zip(forms(message.string), forms(message.id), strict=True):
            assert placeholders(text) == placeholders(english), english


@pytest.mark.parametrize("domain", Domain)
def test_swedish_is_not_english(domain: Domain) -> None:
    same = {str(message.id) for message in messages(domain, Language.SV) if message.id == message.string}
    assert len(same) < len([*messages(domain, Language.SV)]) / 10, same


@pytest.mark.parametrize(("domain", "language"), CATALOGS)
def test_the_compiled_catalog_says_what_its_texts_say(domain: Domain, language: Language) -> None:
    compiled = catalogs.po_path(domain, language).with_suffix(".mo").read_bytes()
    assert compiled == catalogs.as_mo(updated(domain, language)), "make texts"


@pytest.mark.parametrize(("domain", "language"), CATALOGS)
def test_the_texts_are_written_as_make_texts_writes_them(domain: Domain, language: Language) -> None:
    written = catalogs.po_path(domain, language).read_bytes()
    assert written == catalogs.as_po(updated(domain, language)), "make texts"


@pytest.mark.parametrize("domain", Domain)
def test_no_message_stands_within_an_f_string_where_it_is_not_found(domain: Domain) -> None:
    for path in catalogs.files(domain):
        tree = ast.parse(path.read_text() if path.suffix == ".py" else "")
        filled = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
        calls = [node for text in filled for node in ast.walk(text) if isinstance(node, ast.Call)]
        literal = [call for call in calls if call.args and isinstance(call.args[0], ast.Constant)]
        names = {getattr(call.func, "id", getattr(call.func, "attr", "")) for call in literal}
        assert not names & {"_", "noop", "gettext", "ngettext", "pgettext"}, path


def test_scripts_have_the_texts_that_differ_from_english_plurals_as_a_list() -> None:
    swedish = catalog(Domain.PAGES, Language.SV).messages()
    assert swedish["not observed"] == "ingen mätning"
    assert swedish["in one zone"] == ["i en zon", "i {count} zoner"]
    assert swedish["of a manual count\x04Note"] == "Anteckning"
    english = catalog(Domain.PAGES, Language.EN).messages()
    assert english == {one: [one, several] for one, several in _plurals(Domain.PAGES)}


def _plurals(domain: Domain) -> Iterator[tuple[str, str]]:
    return (message.text for message in set(used(domain)) if isinstance(message.text, tuple))
