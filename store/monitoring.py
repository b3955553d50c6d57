"""Notes in the store what SQL can't see: revoked devices, when certificates end, how large the database may become."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from store.database import Database, statement, transaction


@dataclass(frozen=True, slots=True)
class Certificate:
    """When a certificate ends.

    Attributes:
        path: of its file, relative to the folder of credentials.
        names: whom it is for.
        ends_at: aware time.
    """

    path: str
    names: Sequence[str]
    ends_at: datetime


def note_revocation(database: Database, site: str, device: str, at: datetime | None) -> bool:
    """Note from when the broker lets a device in no more: nothing that it said last is a sign of life.

    `at` is an aware time, or None where the device may speak again. Returns whether the store knows the device.
    Raises DatabaseError.
    """
    with transaction(database):
        params = {"site": site, "device": device, "at": at}
        return database.execute(statement("monitoring/device_revoke"), params).rowcount > 0


def note_certificates(database: Database, found: Sequence[Certificate]) -> None:
    """Note all certificates of the installation; those that aren't among them are forgotten. Raises DatabaseError."""
    with transaction(database):
        database.execute(statement("monitoring/certificates_keep"), {"paths": [one.path for one in found]})
        for one in found:
            params = {"path": one.path, "names": list(one.names), "ends_at": one.ends_at}
            database.execute(statement("monitoring/certificate_put"), params)


def limit_size(database: Database, limit_bytes: int | None) -> None:
    """Note how large the database may become, in bytes; None: nobody says. Raises DatabaseError."""
    with transaction(database):
        if limit_bytes is None:
            database.execute(statement("monitoring/size_limit_forget"))
        else:
            database.execute(statement("monitoring/size_limit_put"), {"bytes": limit_bytes})


def size(database: Database) -> tuple[int, int | None]:
    """Return how large the database is and may become, in bytes. Raises DatabaseError."""
    with transaction(database):
        [(taken, most)] = database.execute(statement("monitoring/size"))
    return taken, most
