"""Every word that a log record may hold has a name in both languages."""

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from api.logbook.kinds import KINDS
from api.logbook.words import FIELDS, names_by_field
from core.texts.catalog import Language


def words_of(annotation: Any) -> set[str]:  # noqa: ANN401 - types of fields are anything
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    parts = get_args(annotation) if get_origin(annotation) in {Annotated, Union, types.UnionType} else ()
    return {word for part in parts for word in words_of(part)}


def models_within(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - types of fields are anything
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from models_within(field.annotation)
    for part in get_args(annotation):
        yield from models_within(part)


def test_every_field_that_holds_one_of_some_words_is_named() -> None:
    found = {
        frozenset(words_of(field.annotation))
        for kind in KINDS
        for model in models_within(kind.fields)
        for field in model.model_fields.values()
        if words_of(field.annotation)
    }
    assert len(found) >= 9
    assert found <= {frozenset(names) for names in names_by_field().values()}
    assert FIELDS.keys() == names_by_field().keys()


@pytest.mark.parametrize("language", Language)
def test_names_are_for_readers(language: Language) -> None:
    names = {
        name: {word: getattr(names, language) for word, names in words.items()}
        for name, words in names_by_field().items()
    }
    assert names["doing"]["eating"] == {"sv": "äter eller dricker", "en": "eating"}[language]
    assert names["age"]["65+"] == {"sv": "65 år och äldre", "en": "65 years and older"}[language]
    assert names["phase_kind"]["followup"] == {"sv": "uppföljning", "en": "follow-up"}[language]
    assert (names["gender"]["other"], names["staff_role"]["other"]) == {"sv": ("annat", "annan"), "en": ("other",) * 2}[
        language
    ]
    assert not any("_" in text for words in names.values() for text in words.values())
