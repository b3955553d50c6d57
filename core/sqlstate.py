"""The one table of SQLSTATEs: what an error code of PostgreSQL means for a program. Strings, without a driver.

Classes are the first two characters (PostgreSQL's manual, appendix A). Errors without a SQLSTATE never came from the
server: whoever holds the driver says what they are.
"""

from enum import Enum, auto
from typing import Final

NOT_FOUND: Final = "P0002"
"""no_data_found: a command says that what it names does not exist."""


class Failure(Enum):
    """Who is to blame for an error of the database, and so what to do."""

    AWAY = auto()
    """The database can't be reached or can't serve now: it passes, retry with back-off."""
    SERVER = auto()
    """The server itself is at fault, such as its disk: no fault of what was asked; retry with back-off."""
    DATA = auto()
    """The database refuses the data themselves: a retry of the same is no use."""
    NOT_READY = auto()
    """The database isn't what the program needs: no schema, another version, no rights. Somebody must act."""
    OTHER = auto()
    """Anything else: a fault of ours."""


_FAILURES: Final = {
    "08": Failure.AWAY,  # connection exception
    "22": Failure.DATA,  # data exception
    "23": Failure.DATA,  # integrity constraint violation
    "25006": Failure.AWAY,  # the server only reads, as one that has just been replaced by another does
    "28": Failure.NOT_READY,  # invalid authorization
    "3D": Failure.NOT_READY,  # no such database
    "3F": Failure.NOT_READY,  # no such schema
    "40": Failure.AWAY,  # transaction rollback: serialization failure, deadlock
    "42": Failure.NOT_READY,  # no such table or function, or no right to use it
    "53": Failure.AWAY,  # insufficient resources: connections, memory, disk
    "55": Failure.AWAY,  # not in the needed state: a lock isn't available
    "57": Failure.AWAY,  # operator intervention: shut down, cancelled
    "58": Failure.SERVER,  # system error: I/O, a file that is missing
    "72": Failure.AWAY,  # a snapshot that is too old
    "F0": Failure.SERVER,  # its configuration file
    "XX": Failure.SERVER,  # internal error, damaged data or index
}


def failure_of(sqlstate: str) -> Failure:
    """Return what an error with this SQLSTATE means; OTHER for an unknown one and for none."""
    return _FAILURES.get(sqlstate) or _FAILURES.get(sqlstate[:2], Failure.OTHER)
