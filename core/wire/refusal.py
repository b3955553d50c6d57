"""Why a message was refused, and what of it may be kept: the privacy of what was never accepted."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from core.wire.errors import InvalidError, NewerVersionError, UnknownFieldError, WireError
from core.wire.limits import MAJOR, MAX_LINES, MAX_PAYLOAD_BYTES, MAX_RECORDS, MAX_SEQ, MINOR
from core.wire.messages import Live, LiveLine, LiveZone, Receipt, Status
from core.wire.records import (
    Batch,
    DwellHistogram,
    DwellRecord,
    FlowRecord,
    LineFlow,
    LineTotal,
    LostRange,
    Minor,
    UnplacedRecord,
    ZoneDwell,
    ZoneFlow,
    ZoneTotal,
)
from core.wire.topics import KEY_LENGTH

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that msgspec raises on bytes from a stranger."""

KNOWN_FIELDS: Final = frozenset({"kind"}).union(
    *(
        type_.__struct_encode_fields__
        for type_ in (Batch, FlowRecord, DwellRecord, LineFlow, ZoneFlow, ZoneDwell, DwellHistogram, LostRange)
    ),
    *(type_.__struct_encode_fields__ for type_ in (UnplacedRecord, LineTotal, ZoneTotal)),
    *(type_.__struct_encode_fields__ for type_ in (Live, LiveLine, LiveZone, Status, Receipt)),
)

_NAMES_READ_BYTES: Final = 16 * MAX_PAYLOAD_BYTES
"""A refused message larger than this isn't read at all, not even for its field names."""
_SENTENCE_LENGTH: Final = 200
_VALUE_LENGTH: Final = KEY_LENGTH


def is_json(payload: bytes) -> bool:
    """Tell whether a message, or part of one, is JSON at all."""
    return not isinstance(_document(payload), _Unread)


class _Version(msgspec.Struct):
    minor: Minor = 0


_version: Final = msgspec.json.Decoder(_Version)


def explain(error: Exception, payload: bytes) -> WireError:
    """Return the WireError for what msgspec raised on a whole message."""
    if (minor := _minor_of(payload)) > MINOR:
        return NewerVersionError(f"written by wire {MAJOR}.{minor}, this is {MAJOR}.{MINOR}")
    return explain_part(error, payload, "")


def explain_part(error: Exception, payload: bytes, at: str) -> UnknownFieldError | InvalidError:
    """Return the WireError for a part of a message that lies at the path `at`; "" is the message itself."""
    text, path = _split_path(str(error))
    if (name := re.match(r"Object contains unknown field `(.*)`$", text, re.DOTALL)) is not None:
        return UnknownFieldError(_sentence(at + path, f"unknown field {_shown(name[1])}"))
    document = _document(payload)
    if strange := sorted({_shown(name) for name in _names(document)} - KNOWN_FIELDS):
        return UnknownFieldError(_sentence(at, f"unknown field {', '.join(strange)}"))
    if not (value := _value_at(document, path)):
        return InvalidError(_sentence(at + path, text))
    text = re.sub(r"^Invalid (enum )?value .*", "Not one of the allowed values", text, flags=re.DOTALL)
    return InvalidError(_sentence(at + path, re.sub(r", got `\w+`$", "", text)) + value)


def may_keep(error: WireError, payload: bytes) -> bool:
    """Tell whether a message, or record, that was refused for `error` may be kept for someone to read.

    Only what is invalid but JSON of known field names, short texts, whole numbers and short lists may: no picture,
    no embedding and no stranger's text gets into the store by being refused. Of everything else keep hash, size
    and field_names.
    """
    if not isinstance(error, InvalidError) or len(payload) > MAX_PAYLOAD_BYTES:
        return False
    document = _document(payload)
    return isinstance(document, dict) and all(_is_plain(item) for item in _items(document))


def field_names(payload: bytes, most: int = 50) -> list[str]:
    """Return the field names of a refused message, all that is kept beside its hash and size.

    At most `most` of them. What doesn't look like a field name (a number, a text) may be data: it is shown as "?".
    """
    if len(payload) > _NAMES_READ_BYTES:
        return []
    return sorted({_shown(name) for name in _names(_document(payload))})[:most]


class _Unread(NamedTuple):
    """Stands for a document that is not JSON."""


def _document(payload: bytes) -> object:
    try:
        return msgspec.json.decode(payload)
    except UNREADABLE:
        return _Unread()


def _minor_of(payload: bytes) -> int:
    try:
        return _version.decode(payload).minor
    except UNREADABLE:
        return 0


def _items(document: object) -> Iterator[object]:
    """Yield the document and everything in it. No recursion: the nesting is a stranger's."""
    waiting = [document]
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _names(document: object) -> Iterator[str]:
    for item in _items(document):
        if isinstance(item, dict):
            yield from item


def _shown(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,39}", name) else "?"


def _is_plain(item: object) -> bool:
    match item:
        case dict():
            return item.keys() <= KNOWN_FIELDS
        case list():
            return _is_short(item)
        case str():
            return len(item) <= KEY_LENGTH
        case float():
            return False
        case int():
            return abs(item) <= MAX_SEQ
        case _:
            return item is None


def _is_short(items: list[object]) -> bool:
    if all(isinstance(item, dict) for item in items):
        return len(items) <= MAX_RECORDS
    return len(items) <= MAX_LINES and not any(isinstance(item, list) for item in items)


def _split_path(text: str) -> tuple[str, str]:
    """Split msgspec's sentence into what is wrong and the path where, as in `records[0].start`."""
    what, _, path = text.rpartition(" - at `$")
    return (what, path.removesuffix("`")) if what else (text, "")


def _sentence(path: str, what: str) -> str:
    where = path.removeprefix(".")
    return (f"{where}: {what}" if where else what)[:_SENTENCE_LENGTH]


def _value_at(document: object, path: str) -> str:
    """Return ', got VALUE' for a text or number at the path, or nothing: parts are not repeated."""
    for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", path):
        if isinstance(document, dict) and name in document:
            document = document[name]
        elif isinstance(document, list) and index and int(index) < len(document):
            document = document[int(index)]
        else:
            return ""
    if not isinstance(document, str | int | float):
        return ""
    shown = msgspec.json.encode(document).decode()
    return f", got {shown if len(shown) <= _VALUE_LENGTH else shown[:_VALUE_LENGTH] + '...'}"
