"""The documents of the wire agree with the types, and the schemas with the golden messages."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from core import wire
from platspuls.cli.programs.wire import wire as command
from platspuls.documents import wire as wire_docs
from tests.docs.blocks import blocks

GOLDEN = Path(__file__).parent / "golden"

DOCS = Path(__file__).parents[3] / "docs" / "wire"

BEYOND_A_SCHEMA = {
    "live-zone-twice": "uniqueness by key",
    "live-more-staying-than-there": "compares two fields",
    "receipt-also-falling": "compares ranges",
    "receipt-also-overlapping": "compares ranges",
    "receipt-also-reversed": "compares ranges",
    "receipt-also-touching": "compares ranges",
    "receipt-also-touching-through": "compares ranges",
    "receipt-retire-of-minor-0": "compares two fields",
    "records-dwell-zone-twice": "uniqueness by key",
    "records-line-twice": "uniqueness by key",
    "records-zone-twice": "uniqueness by key",
    "records-unplaced-line-twice": "uniqueness by key",
    "records-unplaced-zone-twice": "uniqueness by key",
    "records-unplaced-of-nothing": "one list or the other",
    "records-lost-reversed": "compares two fields",
    "records-presence-beyond-the-period": "compares two fields",
    "records-observed-longer-than-period": "compares two fields",
    "records-zone-observed-longer-than-period": "compares two fields",
    "records-over-s-missing-for-visit": "compares two fields",
    "records-over-s-too-small": "compares two fields",
    "records-over-s-without-visit": "compares two fields",
    "records-previous-epoch-the-same": "compares two fields",
    "records-seq-falling": "compares records",
    "records-seq-out-of-order-among-good": "a number among others",
    "records-seq-not-rising": "compares records",
    "records-start-unaligned-to-five-minutes": "compares two fields",
    "records-line-key-line-break": "Python's $ lets a line break follow; ECMA's doesn't",
}


def validator(kind: wire.Kind) -> jsonschema.Draft202012Validator:
    schema = wire_docs.schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


VALIDATORS = {kind: validator(kind) for kind in wire.Kind}


def float_of(text: str) -> float:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(text)


def documents(folder: str) -> Iterator[tuple[Path, wire.Kind, object]]:
    """Yield the golden messages that any reader of JSON can read."""
    for path in sorted((GOLDEN / folder).glob("*.json")):
        try:
            yield (
                path,
                wire.Kind(path.name.partition("-")[0]),
                json.loads(path.read_text(encoding="utf-8"), parse_constant=float_of),
            )
        except (ValueError, RecursionError):
            continue


def test_schemas_accept_what_is_valid() -> None:
    for path, kind, document in documents("valid"):
        if "newer-minor" not in path.stem:
            VALIDATORS[kind].validate(document)


def test_schemas_refuse_all_that_a_schema_can() -> None:
    accepted = {path.stem for path, kind, document in documents("invalid") if VALIDATORS[kind].is_valid(document)}
    assert accepted == BEYOND_A_SCHEMA.keys()


def test_the_folder_is_up_to_date() -> None:
    result = CliRunner().invoke(command, ["schema", "--check", str(DOCS)])
    assert result.exit_code == 0, result.output


def test_check_fails_and_writes_nothing_when_out_of_date(tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["schema", "--check", str(tmp_path)])
    assert result.exit_code == 1
    assert "out of date" in result.output
    assert list(tmp_path.iterdir()) == []
    assert CliRunner().invoke(command, ["schema", str(tmp_path)]).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(wire_docs.documents())
    assert CliRunner().invoke(command, ["schema", "--check", str(tmp_path)]).exit_code == 0


def test_every_reference_leads_somewhere() -> None:
    texts = wire_docs.documents()
    for name, text in texts.items():
        for reference in set(re.findall(r'"\$ref": "([^"]+)"', text)):
            file, _, path = reference.partition("#")
            target = json.loads(texts[file.removeprefix("./") or name])
            for step in filter(None, path.split("/")):
                target = target[step]
            assert target, (name, reference)


def test_the_asyncapi_document_tells_every_kind_from_both_sides() -> None:
    document = json.loads(wire_docs.documents()[wire_docs.ASYNCAPI_FILE])
    assert document["asyncapi"] == "3.0.0"
    for kind in wire.Kind:
        channel = document["channels"][kind]
        assert set(re.findall(r"{(\w+)}", channel["address"])) == channel["parameters"].keys()
        topic = channel["address"].format(site="a", device="b")
        assert wire.parse_topic(topic) == wire.Topic("a", "b", kind)
        sides = {
            (operation["tags"][0]["name"], operation["action"], operation["bindings"]["mqtt"]["qos"])
            for operation in document["operations"].values()
            if operation["channel"]["$ref"] == f"#/channels/{kind}"
        }
        qos = 0 if kind is wire.Kind.LIVE else 1
        sender, receiver = ("server", "device") if kind is wire.Kind.RECEIPT else ("device", "server")
        assert sides == {(sender, "send", qos), (receiver, "receive", qos)}
    assert document["operations"]["deviceSendsStatus"]["bindings"]["mqtt"]["retain"] is True


def test_the_examples_of_the_readme() -> None:
    for kind in ("records", "receipt", "live", "status"):
        for text in blocks("docs/wire/README.md", f"json {kind}"):
            wire.decode(wire.Kind(kind), text.encode())
            VALIDATORS[wire.Kind(kind)].validate(json.loads(text))


@pytest.mark.parametrize("number", [*wire.BIN_EDGES_S, wire.MAX_RECORDS, wire.MAX_LINES, wire.MAX_PAYLOAD_BYTES])
def test_the_readme_has_the_numbers_of_the_code(number: int) -> None:
    assert re.search(rf"\b{number:,}\b|\b{number}\b", (DOCS / "README.md").read_text())
