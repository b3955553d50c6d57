"""Finds the one record that the database refuses, so that it stops nothing else."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import msgspec

from ingest import wire
from ingest.arrival import RecordsMessage, Refusal, RefusedRecord, Storable
from ingest.database import DataError
from ingest.writer import Stored

_log: Final = logging.getLogger(__name__)

Store = Callable[[Sequence[Storable]], Stored]


def store_around(store: Store, messages: Sequence[Storable]) -> Iterator[Stored]:
    """Store all messages but the records that the database refuses; those are rejected with the code `database`.

    The whole is tried twice before it is halved: another writer may have told the same minutes in between, and the
    second try sees that. Yields after each commit.

    Raises:
        DatabaseAwayError: try the same again, soon. What was yielded is stored, and comes back as repeats.
        DataError: the database refuses something that is no record.
    """
    try:
        yield store(messages)
    except DataError as error:
        _log.info("the database refused a batch of %d messages: %s", len(messages), error)
        yield from _again(store, messages)


def _again(store: Store, messages: Sequence[Storable]) -> Iterator[Stored]:
    try:
        yield store(messages)
    except DataError as error:
        for part in _halves(messages, str(error)):
            yield from _again(store, part)


def _halves(messages: Sequence[Storable], reason: str) -> list[Sequence[Storable]]:
    """Return what to try instead. Raises DataError when nothing is left to leave out."""
    if (half := len(messages) // 2) > 0:
        return [messages[:half], messages[half:]]
    [message] = messages
    if not isinstance(message, RecordsMessage) or not message.batch.records:
        raise DataError(reason)
    records = message.batch.records
    if (half := len(records) // 2) > 0:
        return [[_with_records(message, records[:half])], [_with_records(message, records[half:])]]
    _log.error("the database refuses record %d from %s: %s", records[0].seq, message.topic, reason)
    return [[_refusing(message, records[0], reason)]]


def _with_records(message: RecordsMessage, records: list[wire.Record]) -> RecordsMessage:
    return replace(message, batch=msgspec.structs.replace(message.batch, records=records))


def _refusing(message: RecordsMessage, record: wire.Record, reason: str) -> RecordsMessage:
    refused = RefusedRecord(record.seq, Refusal("database", reason), wire.encode(record))
    return replace(_with_records(message, []), refused=(*message.refused, refused))
