"""Notes in the store which devices the broker lets in no more: nothing that they said last is a sign of life."""

from datetime import datetime

from store.database import Database, statement, transaction


def note_revocation(database: Database, site: str, device: str, at: datetime | None) -> bool:
    """Note from when a device is revoked, an aware time, or None where it may speak again.

    Returns:
        Whether the store knows the device.

    Raises:
        DatabaseError: what the database says.
    """
    with transaction(database):
        params = {"site": site, "device": device, "at": at}
        return database.execute(statement("access/device_revoke"), params).rowcount > 0
