"""Errors of the database by who is to blame: a driver's own list of codes is the other side of the comparison."""

import psycopg.errors
import pytest

from core.sqlstate import Failure, failure_of


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (psycopg.errors.ConnectionFailure, Failure.AWAY),
        (psycopg.errors.ReadOnlySqlTransaction, Failure.AWAY),
        (psycopg.errors.DeadlockDetected, Failure.AWAY),
        (psycopg.errors.SerializationFailure, Failure.AWAY),
        (psycopg.errors.DiskFull, Failure.AWAY),
        (psycopg.errors.TooManyConnections, Failure.AWAY),
        (psycopg.errors.LockNotAvailable, Failure.AWAY),
        (psycopg.errors.AdminShutdown, Failure.AWAY),
        (psycopg.errors.CannotConnectNow, Failure.AWAY),
        (psycopg.errors.NumericValueOutOfRange, Failure.DATA),
        (psycopg.errors.ForeignKeyViolation, Failure.DATA),
        (psycopg.errors.InvalidPassword, Failure.NOT_READY),
        (psycopg.errors.InvalidCatalogName, Failure.NOT_READY),
        (psycopg.errors.InvalidSchemaName, Failure.NOT_READY),
        (psycopg.errors.UndefinedTable, Failure.NOT_READY),
        (psycopg.errors.InsufficientPrivilege, Failure.NOT_READY),
        (psycopg.errors.NoDataFound, Failure.OTHER),
        (psycopg.errors.IoError, Failure.SERVER),
        (psycopg.errors.InternalError_, Failure.SERVER),
        (psycopg.errors.DataCorrupted, Failure.SERVER),
        (psycopg.errors.IndexCorrupted, Failure.SERVER),
        (psycopg.errors.UndefinedFile, Failure.SERVER),
        (psycopg.errors.ConfigFileError, Failure.SERVER),
        (psycopg.errors.SnapshotTooOld, Failure.AWAY),
        (psycopg.errors.RaiseException, Failure.OTHER),
        (psycopg.errors.ActiveSqlTransaction, Failure.OTHER),
    ],
)
def test_each_error_says_what_to_do(error: type[psycopg.Error], failure: Failure) -> None:
    assert error.sqlstate is not None
    assert failure_of(error.sqlstate) is failure


@pytest.mark.parametrize("unknown", ["", "00000", "ZZ999", "2", "P0001"])
def test_an_unknown_code_is_nobodys_fault_but_ours(unknown: str) -> None:
    assert failure_of(unknown) is Failure.OTHER
