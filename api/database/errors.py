"""Errors of the database in the words of the API, by the table of SQLSTATEs."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg_pool import PoolClosed, PoolTimeout

from api.errors import (
    ApiError,
    ChangedError,
    ConflictError,
    DatabaseNotReadyError,
    DatabaseUnavailableError,
    ParameterError,
    TooSlowError,
    UnknownRecordError,
)
from core.sqlstate import NOT_FOUND, Failure, failure_of


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is said of a statement that was canceled, that may not be run, and whose connection broke."""

    too_slow: str
    not_ready: str
    broken: str


_NUL: Final = "22P05"
"""What the database itself says of JSON with one: an escape that it can't read, which tells nobody what to do."""


@contextmanager
def explained(sentences: Sentences) -> Iterator[None]:
    """Raise the ApiError that stands for an error of the database; one that is unknown goes on as it is."""
    try:
        yield
    except psycopg.Error as error:
        raise _explain(error, sentences) from error


def _explain(error: psycopg.Error, sentences: Sentences) -> ApiError | psycopg.Error:
    # Without a state it is what can't even be sent: text with a NUL.
    state = error.sqlstate or ("22000" if isinstance(error, psycopg.DataError) else "")
    failure = failure_of(state)
    if state == NOT_FOUND or failure is Failure.DATA:
        return _refusal(state, error.diag.message_primary or str(error), error.diag.constraint_name)
    if isinstance(error, psycopg.errors.QueryCanceled):
        return TooSlowError(sentences.too_slow)
    if isinstance(error, PoolTimeout | PoolClosed) or failure in {Failure.AWAY, Failure.SERVER}:
        return DatabaseUnavailableError("the database can't be reached or is too busy now: try again in a while")
    if failure is Failure.NOT_READY:
        return DatabaseNotReadyError(sentences.not_ready)
    if not state and isinstance(error, psycopg.OperationalError):
        return DatabaseUnavailableError(sentences.broken)
    return error


def _refusal(state: str, sentence: str, constraint: str | None) -> ApiError:
    if state == NOT_FOUND:
        return UnknownRecordError(sentence)
    if state == _NUL or "cannot contain NUL" in sentence:
        return ParameterError("a text holds a NUL (U+0000), which can't be kept")
    if state.startswith("22"):
        return ParameterError(sentence)
    return ChangedError(sentence) if constraint == "version" else ConflictError(sentence)
