"""A typed client of the API: for programs of others, and for `platspuls export`. docs/client.md shows it at work."""

from platspuls_client.client import Client, Saved
from platspuls_client.errors import (
    BusyError,
    ClientError,
    ConflictError,
    FileInUseError,
    InvalidQueryError,
    InvalidResponseError,
    MissingLibraryError,
    NotAllowedError,
    NotFoundError,
    ProblemError,
    UnreachableError,
    UnsafeAddressError,
    VersionConflictError,
)
from platspuls_client.keys import KeyFileError, find_key
from platspuls_client.query import (
    Bucket,
    By,
    ByPeople,
    Days,
    Dialect,
    Format,
    Hours,
    Language,
    LogQuery,
    Of,
    Query,
    Table,
)
from platspuls_client.rows import Rows
from platspuls_client.times import When

__version__ = "0.1.0"
"""That of platspuls itself."""

__all__ = [
    "Bucket",
    "BusyError",
    "By",
    "ByPeople",
    "Client",
    "ClientError",
    "ConflictError",
    "Days",
    "Dialect",
    "FileInUseError",
    "Format",
    "Hours",
    "InvalidQueryError",
    "InvalidResponseError",
    "KeyFileError",
    "Language",
    "LogQuery",
    "MissingLibraryError",
    "NotAllowedError",
    "NotFoundError",
    "Of",
    "ProblemError",
    "Query",
    "Rows",
    "Saved",
    "Table",
    "UnreachableError",
    "UnsafeAddressError",
    "VersionConflictError",
    "When",
    "find_key",
]
