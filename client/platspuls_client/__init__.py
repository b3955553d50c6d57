"""A typed client of the API: for programs of others, and for `platspuls export`. docs/client.md shows it at work.

Needs `pip install 'platspuls[client]'`.
"""

from platspuls_client.connection import Client, Saved
from platspuls_client.errors import (
    AwayError,
    BrokenAnswerError,
    BusyError,
    ClientError,
    NotAllowedError,
    ProblemError,
    UnsafeAddressError,
    WrongQuestionError,
)
from platspuls_client.keys import KeyFileError, find_key
from platspuls_client.question import Bucket, Dialect, Form, Hours, Of, Question, Table

__all__ = [
    "AwayError",
    "BrokenAnswerError",
    "Bucket",
    "BusyError",
    "Client",
    "ClientError",
    "Dialect",
    "Form",
    "Hours",
    "KeyFileError",
    "NotAllowedError",
    "Of",
    "ProblemError",
    "Question",
    "Saved",
    "Table",
    "UnsafeAddressError",
    "WrongQuestionError",
    "find_key",
]
