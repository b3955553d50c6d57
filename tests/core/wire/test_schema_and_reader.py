"""The JSON Schemas and the reader are one truth: messages made by the schema, and changed ones, are judged alike.

What the reader knows beyond the schema stands in docs/wire/README.md; here are its sentences.
"""

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import wire
from platspuls.documents import wire as wire_docs
from tests.support.properties import examples

Json = Any
SCHEMAS: Final = {kind: json.loads(json.dumps(wire_docs.schema(kind))) for kind in wire.Kind}
VALIDATORS: Final = {kind: jsonschema.Draft202012Validator(schema) for kind, schema in SCHEMAS.items()}
BEYOND_THE_SCHEMA: Final = re.compile(
    r"is no UTC boundary of|Invalid RFC3339|is named twice among|is longer than the period|is more than \d+ people make"
    r"|must rise (and lie apart|within a message)|is before first|is the epoch itself|tells of no line and no zone"
    r"|is more than occupancy|over_s|need minor 1|year \S+ is out of range|date value out of range"
)
WHOLE: Final = st.sampled_from([int, float])
SCALARS: Final[st.SearchStrategy[Json]] = st.sampled_from(
    [None, True, False, 0, 1, -1, 2.0, 1e3, 0.5, -0.0, 61, 2**53, 2**60, 1e300, "", "a", "A", "dark", "a\n", [], {}]
)
TIMES: Final = st.datetimes().map(lambda at: at.replace(microsecond=0))


def strategy(schema: Json, root: Json) -> st.SearchStrategy[Json]:
    """Return what makes values of a schema: of the words that ours use, and fails for any other."""
    words = schema.keys() - {"description", "title", "$schema", "$id", "$defs", "default", "discriminator"}
    if "$ref" in schema:
        return strategy(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    if inner := schema.get("anyOf") or schema.get("oneOf"):
        return st.one_of([strategy(each, root) for each in inner])
    makers: dict[str, Callable[[Json, Json], st.SearchStrategy[Json]]] = {
        "object": objects, "array": arrays, "integer": integers, "number": numbers, "string": strings,
        "boolean": lambda *_: st.booleans(), "null": lambda *_: st.none(),
    }  # fmt: skip
    assert words <= KNOWN_WORDS, words
    return makers[schema["type"]](schema, root)


KNOWN_WORDS: Final = {
    "type", "properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems",
    "uniqueItems", "minimum", "maximum", "multipleOf", "pattern", "minLength", "maxLength", "format",
}  # fmt: skip


def objects(schema: Json, root: Json) -> st.SearchStrategy[Json]:
    fields = {name: strategy(inner, root) for name, inner in schema["properties"].items()}
    needed = schema.get("required", [])
    return st.fixed_dictionaries(
        {name: fields[name] for name in needed},
        optional={name: made for name, made in fields.items() if name not in needed},
    )


def arrays(schema: Json, root: Json) -> st.SearchStrategy[Json]:
    if "prefixItems" in schema:
        return st.tuples(*(strategy(item, root) for item in schema["prefixItems"])).map(list)
    least, most = schema.get("minItems", 0), schema.get("maxItems", 3)
    unique = schema.get("uniqueItems", False)
    return st.lists(strategy(schema["items"], root), min_size=least, max_size=max(least, min(most, 2)), unique=unique)


def integers(schema: Json, _: Json) -> st.SearchStrategy[Json]:
    step = schema.get("multipleOf", 1)
    low, high = schema["minimum"], schema["maximum"]
    near = st.integers(low // step, min(high // step, low // step + 70))
    return st.builds(lambda number, write: write(number * step), near | st.integers(low // step, high // step), WHOLE)


def numbers(schema: Json, _: Json) -> st.SearchStrategy[Json]:
    return st.floats(schema["minimum"], schema["maximum"]) | st.integers(0, 90)


def strings(schema: Json, _: Json) -> st.SearchStrategy[Json]:
    if schema["pattern"].startswith("^[0-9]{4}-"):
        return TIMES.map(lambda at: f"{at:%Y-%m-%dT%H:%M:00Z}".rjust(20, "0")) | st.sampled_from(
            ["2026-10-01T07:15:00Z", "2026-10-01T07:00:00Z", "2026-02-30T07:00:00Z", "2026-10-01T24:00:00Z"]
        )
    return st.from_regex(schema["pattern"], fullmatch=True).filter(lambda text: len(text) <= schema["maxLength"])


def refusals(kind: wire.Kind, document: Json) -> list[str]:
    """Return why the reader refuses a message, or records of it; nothing where it takes all."""
    payload = json.dumps(document).encode()
    try:
        if kind is wire.Kind.RECORDS:
            return [str(record.error) for record in wire.decode_batch(payload).rejected]
        wire.decode(kind, payload)
    except wire.NewerVersionError as error:
        return [f"newer: {error}"]
    except wire.WireError as error:
        return [str(error)]
    return []


def places(document: Json) -> Iterator[tuple[Json, Any]]:
    """Yield each container with each of its keys."""
    inside = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in inside:
        yield document, key
        if isinstance(value, dict | list):
            yield from places(value)


def changed(document: Json, data: st.DataObject) -> Json:
    """Return the document with one value changed, one field left out, or one more."""
    fresh = copy.deepcopy(document)
    where = list(places(fresh))
    if not where:
        return fresh
    container, key = data.draw(st.sampled_from(where))
    match data.draw(st.sampled_from(["change", "drop", "add"])):
        case "change":
            container[key] = data.draw(SCALARS)
        case "drop":
            del container[key]
        case "add" if isinstance(container, dict):
            container[data.draw(st.sampled_from(["x", "minor", "seq", "flags"]))] = data.draw(SCALARS)
        case _:
            container.append(data.draw(SCALARS))
    return fresh


def judged_alike(kind: wire.Kind, document: Json) -> None:
    found = refusals(kind, document)
    if any(sentence.startswith("newer") for sentence in found):
        return
    if VALIDATORS[kind].is_valid(document):
        assert all(BEYOND_THE_SCHEMA.search(sentence) for sentence in found), (found, document)
    else:
        assert found, document


@pytest.mark.parametrize("kind", wire.Kind)
@settings(max_examples=examples(60), suppress_health_check=list(HealthCheck), database=None, deadline=None)
@given(data=st.data())
def test_what_the_schema_makes_is_judged_alike_as_it_is_and_changed(kind: wire.Kind, data: st.DataObject) -> None:
    document = data.draw(strategy(SCHEMAS[kind], SCHEMAS[kind]))
    judged_alike(kind, document)
    judged_alike(kind, changed(document, data))


@pytest.mark.parametrize("text", ["2.0", "2e0", "0.2e1", "20e-1", "2"])
def test_a_whole_number_may_be_written_in_any_way(text: str) -> None:
    payload = f'{{"epoch":"0123456789abcdef","through":{text},"also":[[4.0,5]]}}'.encode()
    assert wire.decode(wire.Kind.RECEIPT, payload) == wire.Receipt(wire.Epoch("0123456789abcdef"), 2, [(4, 5)])


def test_what_is_no_whole_number_is_refused_with_its_value() -> None:
    with pytest.raises(wire.InvalidError, match=r"through: Expected `int`, got 2\.5"):
        wire.decode(wire.Kind.RECEIPT, b'{"epoch":"0123456789abcdef","through":2.5}')
