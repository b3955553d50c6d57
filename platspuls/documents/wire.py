"""The wire for people and other languages: a JSON Schema for each kind of message, and an AsyncAPI document.

Both are made from the types, never by hand. Devices don't import this.
"""

import json
from collections.abc import Mapping
from inspect import cleandoc
from typing import Final, NamedTuple

import msgspec

from core import wire

Json = dict[str, object]

ASYNCAPI_FILE: Final = "asyncapi.json"


class _Way(NamedTuple):
    title: str
    qos: int
    retain: bool = False
    from_device: bool = True


_WAYS: Final = {
    wire.Kind.RECORDS: _Way("Counted records and declared losses, from a device", qos=1),
    wire.Kind.LIVE: _Way("What a device sees now; never a fact", qos=0),
    wire.Kind.STATUS: _Way("How a device is; its last will says offline", qos=1, retain=True),
    wire.Kind.RECEIPT: _Way("What is settled, to a device", qos=1, from_device=False),
}


def documents() -> dict[str, str]:
    """Return every generated document by file name, as text."""
    schemas = {schema_file(kind): schema(kind) for kind in wire.Kind}
    return {name: _text(document) for name, document in {**schemas, ASYNCAPI_FILE: asyncapi()}.items()}


def schema_file(kind: wire.Kind) -> str:
    """Return the file name of the kind's JSON Schema."""
    return f"{kind}.schema.json"


def schema(kind: wire.Kind) -> Json:
    """Return the JSON Schema (draft 2020-12) of the messages of one kind.

    It says all that a schema can: README.md beside it lists the rules that the decoder checks besides.
    """
    (root,), definitions = msgspec.json.schema_components([wire.TYPE_OF[kind]], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{wire.ROOT}:v{wire.MAJOR}:{kind}",
        "title": _WAYS[kind].title,
        **root,
        "$defs": {name: _portable(definition) for name, definition in sorted(definitions.items())},
    }


def _portable(value: object) -> object:
    r"""Return the schema in JSON Schema's own dialect: `$` for Python's \Z, no OpenAPI words."""
    match value:
        case dict():
            return {name: _portable_word(name, inner) for name, inner in value.items() if name != "discriminator"}
        case list() | tuple():
            return [_portable(inner) for inner in value]
        case _:
            return value


def _portable_word(name: str, value: object) -> object:
    match name, value:
        case "pattern", str() if value.endswith(r"\Z"):
            return value.removesuffix(r"\Z") + "$"
        case "description", str():
            return cleandoc(value)
        case _:
            return _portable(value)


def asyncapi() -> Json:
    """Return the AsyncAPI 3.0 document: a channel a kind, and what the device and the server do on each."""
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:{wire.ROOT}:v{wire.MAJOR}",
        "info": {
            "title": "Platspuls, the wire",
            "version": f"{wire.MAJOR}.{wire.MINOR}.0",
            "description": "Anonymous counts from devices to the server, and receipts back.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {kind.value: _channel(kind) for kind in wire.Kind},
        "operations": {name: operation for kind in wire.Kind for name, operation in _operations(kind).items()},
        "components": {
            "messages": {kind.value: _message(kind) for kind in wire.Kind},
            "parameters": {
                "site": {"description": "Key of the site: lower case letters, digits and single hyphens."},
                "device": {"description": "Key of the device. A device may publish under its own key only."},
            },
        },
    }


def _channel(kind: wire.Kind) -> Json:
    return {
        "address": f"{wire.ROOT}/v{wire.MAJOR}/{{site}}/{{device}}/{kind}",
        "title": _WAYS[kind].title,
        "messages": {kind.value: {"$ref": f"#/components/messages/{kind}"}},
        "parameters": {name: {"$ref": f"#/components/parameters/{name}"} for name in ("site", "device")},
    }


def _message(kind: wire.Kind) -> Json:
    return {
        "name": kind.value,
        "title": _WAYS[kind].title,
        "contentType": "application/json",
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {"$ref": f"./{schema_file(kind)}"},
        },
    }


def _operations(kind: wire.Kind) -> Mapping[str, Json]:
    way = _WAYS[kind]
    sender, receiver = ("device", "server") if way.from_device else ("server", "device")
    return {
        f"{sender}Sends{kind.capitalize()}": _operation(kind, way, "send", sender),
        f"{receiver}Receives{kind.capitalize()}": _operation(kind, way, "receive", receiver),
    }


def _operation(kind: wire.Kind, way: _Way, action: str, who: str) -> Json:
    binding: Json = {"qos": way.qos, "bindingVersion": "0.2.0"}
    if action == "send":
        binding["retain"] = way.retain
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{kind}"},
        "title": f"The {who} {action}s {kind}",
        "tags": [{"name": who}],
        "messages": [{"$ref": f"#/channels/{kind}/messages/{kind}"}],
        "bindings": {"mqtt": binding},
    }


def _text(document: Json) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
