"""A typed client of the API: for programs of others, and for `platspuls export`. docs/client.md shows it at work."""

from platspuls_client.client import Client, Saved
from platspuls_client.errors import (
    BusyError,
    ClientError,
    InvalidQueryError,
    InvalidResponseError,
    NotAllowedError,
    ProblemError,
    UnreachableError,
    UnsafeAddressError,
)
from platspuls_client.keys import KeyFileError, find_key
from platspuls_client.query import Bucket, By, Dialect, Format, Hours, Language, Of, Query, Table

__version__ = "0.1.0"
"""That of platspuls itself."""

__all__ = [
    "Bucket",
    "BusyError",
    "By",
    "Client",
    "ClientError",
    "Dialect",
    "Format",
    "Hours",
    "InvalidQueryError",
    "InvalidResponseError",
    "KeyFileError",
    "Language",
    "NotAllowedError",
    "Of",
    "ProblemError",
    "Query",
    "Saved",
    "Table",
    "UnreachableError",
    "UnsafeAddressError",
    "find_key",
]
