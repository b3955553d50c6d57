"""The first administrator's invitation, as `platspuls install` prepares it before there is a database."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Final

from store.access.database_logins import LoginError
from store.access.keys_and_logins import Grant, invite
from store.database import Database, statement, transaction

FILE: Final = "first.invitation"
"""Holds the SHA-256 of the code in hexadecimal digits: nothing that opens anything."""
CODE_LIFETIME: Final = timedelta(hours=24)
LIFETIME: Final = timedelta(days=14)
NAME: Final = "Admin"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def put_first_invitation(database: Database, folder: Path) -> bool:
    """Invite the administrator whose code is prepared in `folder`, for a day from now; tell whether it was done.

    It isn't where nothing is prepared, or where anybody was ever invited or given a key.

    Args:
        database: a connection in autocommit mode, as the owner.
        folder: as `put_logins` takes it.

    Raises:
        LoginError: the file can't be read, or holds something else.
        DatabaseError: what the database says.
    """
    path = folder / FILE
    try:
        text = path.read_text("ascii").strip()
    except FileNotFoundError:
        return False
    except (OSError, UnicodeDecodeError) as error:
        raise LoginError(f"{path} can't be read: {error}") from error
    if not _SHA256.fullmatch(text):
        raise LoginError(f"{path} doesn't hold the SHA-256 of a code")
    with transaction(database):
        [(is_given,)] = database.execute(statement("access/invitation_given")).fetchall()
    if is_given:
        return False
    times = {"code_lifetime": CODE_LIFETIME, "lifetime": LIFETIME}
    invite(database, "install", Grant(NAME, "admin", None), code_sha256=bytes.fromhex(text), **times)
    return True
