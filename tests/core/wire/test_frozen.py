"""Released versions of the wire are frozen: what was valid is read for ever, and the schemas only grow."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import msgspec
import pytest

from core import wire
from platspuls.documents import wire as wire_docs

FROZEN = Path(__file__).parent / "frozen"
FROZEN_SHA256 = {
    "1.0": "b23c8a213400f19fced771b72778fb7a8716e21f24ccdba608ba125f1156ae4c",
    "1.1": "9e1137df76ed43c01668a37e6e11c4816e1832dca6e9153305697dd2642ab8d8",
}
"""Of all files in the folder of a version. They never change: a minor version has a folder of its own."""
VERSIONS = list(FROZEN_SHA256)
MESSAGES = sorted(FROZEN.glob("*/messages/*.json"))
BOUNDS = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}


def kind_of(path: Path) -> wire.Kind:
    return wire.Kind(path.name.partition("-")[0].partition(".")[0])


def frozen_schema(version: str, kind: wire.Kind) -> dict[str, object]:
    document: dict[str, object] = json.loads((FROZEN / version / wire_docs.schema_file(kind)).read_text())
    return document


def plain(value: object) -> object:
    """Return a schema without what is only for people."""
    match value:
        case dict():
            words = {"description", "title", "$comment"}
            return {k: plain(v) for k, v in value.items() if k not in words or isinstance(v, dict)}
        case list():
            return [plain(item) for item in value]
        case _:
            return value


def losses(old: object, new: object, at: str = "") -> Iterator[str]:
    """Yield where a schema refuses what an older one took."""
    match old, new:
        case dict(), dict():
            for name, was in old.items():
                yield from word_losses(name, was, new, f"{at}/{name}")
            yield from (f"{at}/{name} is new" for name in sorted(BOUNDS & new.keys() - old.keys()))
            if "required" in new and "required" not in old:
                yield f"{at}/required is new"
        case _:
            if old != new:
                yield f"{at}: {old} became {new}"


def word_losses(name: str, was: object, new: dict[str, object], at: str) -> Iterator[str]:
    if name not in new:
        if name not in BOUNDS | {"required", "default"}:
            yield f"{at} is gone"
        return
    match name, was, new[name]:
        case "required", list(), list() as now:
            yield from (f"{at}: {field} is needed" for field in now if field not in was)
        case (("enum" | "anyOf" | "oneOf"), list(), list() as now):
            yield from (f"{at}: {value} is gone" for value in was if value not in now)
        case (("minimum" | "minLength" | "minItems"), float() | int(), float() | int() as now):
            if now > was:
                yield f"{at}: {was} became {now}"
        case (("maximum" | "maxLength" | "maxItems"), float() | int(), float() | int() as now):
            if now < was:
                yield f"{at}: {was} became {now}"
        case _, _, now:
            yield from losses(was, now, at)


@pytest.mark.parametrize("version", VERSIONS)
def test_no_frozen_file_changes(version: str) -> None:
    folder = FROZEN / version
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    listed = "".join(f"{path.relative_to(folder)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in files)
    assert hashlib.sha256(listed.encode()).hexdigest() == FROZEN_SHA256[version]


def test_every_version_has_its_folder() -> None:
    assert [path.name for path in sorted(FROZEN.iterdir())] == VERSIONS
    assert VERSIONS[-1] == f"{wire.MAJOR}.{wire.MINOR}"


@pytest.mark.parametrize("kind", wire.Kind)
def test_schemas_of_the_newest_version_are_its_frozen_ones(kind: wire.Kind) -> None:
    assert plain(json.loads(json.dumps(wire_docs.schema(kind)))) == plain(frozen_schema(VERSIONS[-1], kind))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", wire.Kind)
def test_schemas_only_grow(kind: wire.Kind, version: str) -> None:
    now = plain(json.loads(json.dumps(wire_docs.schema(kind))))
    assert list(losses(plain(frozen_schema(version, kind)), now)) == []


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_frozen_messages_are_read_for_ever(path: Path) -> None:
    kind, payload = kind_of(path), path.read_bytes()
    message = wire.decode(kind, payload)
    jsonschema.Draft202012Validator(wire_docs.schema(kind)).validate(json.loads(payload))
    if kind is wire.Kind.RECORDS:
        assert wire.decode_batch(payload) == wire.DecodedBatch(message)
    decoded = msgspec.to_builtins(message)
    assert has_all(decoded, json.loads(payload))


def has_all(whole: object, part: object) -> bool:
    match whole, part:
        case dict(), dict():
            return all(name in whole and has_all(whole[name], value) for name, value in part.items())
        case ((list() | tuple()), list()):
            return len(whole) == len(part) and all(map(has_all, whole, part))
        case _:
            return whole == part


@pytest.mark.parametrize("version", VERSIONS)
def test_there_is_a_message_of_every_kind_and_every_kind_of_record(version: str) -> None:
    messages = [path for path in MESSAGES if path.parents[1].name == version]
    assert {kind_of(path) for path in messages} == set(wire.Kind)
    batches = [wire.decode_batch(path.read_bytes()).batch for path in messages if kind_of(path) is wire.Kind.RECORDS]
    kinds = {type(record) for batch in batches for record in batch.records}
    assert kinds == {wire.FlowRecord, wire.DwellRecord, wire.UnplacedRecord}
    flags = set(frozen_schema(version, wire.Kind.RECORDS)["$defs"]["Flag"]["enum"])  # type: ignore[index]
    assert {flag for batch in batches for record in batch.records for flag in record.flags} == flags
    reasons = {"outbox_full", "no_longer_kept", *(["damaged"] if version != "1.0" else [])}
    assert {lost.reason for batch in batches for lost in batch.lost} == reasons


def refused_as_newer(kind: wire.Kind, payload: bytes) -> bool:
    """Tell whether a reader of 1.0, by its schema, refuses a message that names 1.1: its server holds it."""
    schema = jsonschema.Draft202012Validator(frozen_schema("1.0", kind))
    return json.loads(payload).get("minor") == 1 and not schema.is_valid(json.loads(payload))


def test_what_1_1_adds_names_1_1() -> None:
    added = [path for path in MESSAGES if path.parents[1].name == "1.1"]
    old = {path.name for path in MESSAGES if path.parents[1].name == "1.0"}
    for path in added:
        kind, payload = kind_of(path), path.read_bytes()
        known = jsonschema.Draft202012Validator(frozen_schema("1.0", kind)).is_valid(json.loads(payload))
        assert known or refused_as_newer(kind, payload), path.name
    assert {path.name for path in added} >= old


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"required": ["a"]}, {"required": ["a", "b"]}, ["/required: b is needed"]),
        ({"properties": {"a": {}}}, {"properties": {"a": {}, "b": {}}}, []),
        ({"properties": {"a": {}}}, {"properties": {"b": {}}}, ["/properties/a is gone"]),
        ({"maximum": 5}, {"maximum": 6}, []),
        ({"maximum": 5}, {"maximum": 4}, ["/maximum: 5 became 4"]),
        ({"type": "integer"}, {"type": "integer", "minimum": 0}, ["/minimum is new"]),
        ({"enum": ["dark"]}, {"enum": ["dark", "wet"]}, []),
        ({"enum": ["dark", "wet"]}, {"enum": ["dark"]}, ["/enum: wet is gone"]),
        ({"pattern": "^a$"}, {"pattern": "^b$"}, ["/pattern: ^a$ became ^b$"]),
        ({"type": "object"}, {"type": "object", "required": ["a"]}, ["/required is new"]),
    ],
)
def test_what_counts_as_a_loss(old: object, new: object, found: list[str]) -> None:
    assert list(losses(old, new)) == found
