"""Finds the one record that the database refuses, so that it stops nothing else."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from core import wire
from ingest.batch.writer import StoredBatch
from ingest.messages import RecordsMessage, Refusal, RefusedRecord, Storable
from store.database import DataError

_log: Final = logging.getLogger(__name__)

StoreMessages = Callable[[Sequence[Storable]], StoredBatch]


def store_around(store: StoreMessages, messages: Sequence[Storable]) -> Iterator[StoredBatch]:
    """Store all messages but the records that the database refuses; those are rejected with the code `database`.

    The whole is tried twice before it is halved: another writer may have covered the same minutes in between, and the
    second try sees that. Yields after each commit.

    Raises:
        DatabaseAwayError: try the same again, soon. What was yielded is stored, and comes back as repeats.
        DataError: the database refuses something other than a record.
    """
    try:
        yield store(messages)
    except DataError as error:
        _log.info("the database refused a batch of %d messages: %s", len(messages), error)
        yield from _again(store, messages)


def _again(store: StoreMessages, messages: Sequence[Storable]) -> Iterator[StoredBatch]:
    try:
        yield store(messages)
    except DataError as error:
        smaller = halves(messages) or [[_without_the_one(messages[0], error)]]
        for part in smaller:
            yield from _again(store, part)


def halves(messages: Sequence[Storable]) -> list[Sequence[Storable]]:
    """Return the messages, or else what the only one holds, in parts; nothing where neither can be parted.

    In the end each part has one record, or one that is refused, or what stands beside them (lost ranges).
    """
    if (half := len(messages) // 2) > 0:
        return [messages[:half], messages[half:]]
    match messages:
        case [RecordsMessage() as message]:
            return [[part] for part in _parts(message)]
        case _:
            return []


def _parts(message: RecordsMessage) -> list[RecordsMessage]:
    records, refused = message.batch.records, message.refused
    rest = replace(_with_records(message, []), refused=())
    bare = replace(rest, batch=msgspec.structs.replace(rest.batch, lost=[]), unnumbered=())
    kinds = [_with_records(bare, records)] * bool(records) + [replace(bare, refused=refused)] * bool(refused)
    kinds += [rest] * bool(message.batch.lost or message.unnumbered)
    if len(kinds) > 1:
        return kinds
    if (half := len(records) // 2) > 0:
        return [_with_records(message, records[:half]), _with_records(message, records[half:])]
    if (half := len(refused) // 2) > 0:
        return [replace(message, refused=refused[:half]), replace(message, refused=refused[half:])]
    return []


def _without_the_one(message: Storable, error: DataError) -> RecordsMessage:
    if not isinstance(message, RecordsMessage) or not message.batch.records:
        raise error
    _log.error("the database refuses record %d from %s: %s", message.batch.records[0].seq, message.topic, error)
    return refusing_the_one(message, Refusal("database", str(error)))


def _with_records(message: RecordsMessage, records: list[wire.Record]) -> RecordsMessage:
    return replace(message, batch=msgspec.structs.replace(message.batch, records=records))


def refusing_the_one(message: RecordsMessage, refusal: Refusal) -> RecordsMessage:
    """Return a message of one record as one that refuses it."""
    [record] = message.batch.records
    refused = RefusedRecord(record.seq, refusal, wire.encode(record))
    return replace(_with_records(message, []), refused=(*message.refused, refused))
