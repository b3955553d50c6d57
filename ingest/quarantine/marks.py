"""What a message and its records are known again by, and a message as its parts."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import replace

import msgspec

from ingest.messages import RecordsMessage, Storable, UnreadableMessage, trace_of


def all_marks(messages: Iterable[Storable]) -> Iterator[str]:
    """Return the marks of all of them."""
    return (mark for message in messages for mark in marks(message))


def marks(message: Storable) -> Iterator[str]:
    """Yield what each part of a message is known again by: its records, or else its bytes.

    A message that can't be read is known by its own bytes, so that nothing else of its device has to suffer.
    """
    if isinstance(message, RecordsMessage) and (message.batch.records or message.refused):
        for record in (*message.batch.records, *message.refused):
            yield f"{message.topic.site}/{message.topic.device}/{message.batch.epoch}/{record.seq}"
    elif isinstance(message, UnreadableMessage):
        yield f"{message.incoming.topic} {hashlib.sha256(message.incoming.payload).hexdigest()}"
    else:
        trace = message.incoming.too_large or trace_of(message.incoming.payload)
        yield f"{message.incoming.topic} {trace.sha256}"


def is_without_records(message: Storable) -> bool:
    """Return whether a readable message holds no record, only ranges that are lost or what nobody can number."""
    return isinstance(message, RecordsMessage) and not message.batch.records and not message.refused


def singles(message: Storable) -> Iterator[Storable]:
    """Yield the message as one a record."""
    if not isinstance(message, RecordsMessage):
        yield message
        return
    empty = msgspec.structs.replace(message.batch, records=[], lost=[])
    for record in message.batch.records:
        yield replace(message, batch=msgspec.structs.replace(empty, records=[record]), refused=())
    for refused in message.refused:
        yield replace(message, batch=empty, refused=(refused,))
    if message.batch.lost:
        yield replace(message, batch=msgspec.structs.replace(empty, lost=message.batch.lost), refused=())
