"""Whole numbers that are written as `2.0` or `1e3`: JSON Schema holds them for integers, msgspec doesn't."""

from typing import Final

import msgspec

from core.wire.limits import MAX_SEQ

_encoder: Final = msgspec.json.Encoder()


def with_whole_numbers(payload: bytes) -> bytes | None:
    """Return the JSON with its whole numbers written without a point or exponent; None where that changes nothing.

    Numbers beyond MAX_SEQ, either way, stay as they are: as floats they aren't exact.
    """
    try:
        document = msgspec.json.decode(payload)
        plain = _plain(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return None if plain is document else _encoder.encode(plain)


def _plain(item: object) -> object:
    """Return the same object where nothing in it changes."""
    match item:
        case float():
            return int(item) if item.is_integer() and abs(item) <= MAX_SEQ else item
        case list():
            items = [_plain(inner) for inner in item]
            return item if all(new is old for new, old in zip(items, item, strict=True)) else items
        case dict():
            values = {name: _plain(inner) for name, inner in item.items()}
            return item if all(values[name] is inner for name, inner in item.items()) else values
        case _:
            return item
