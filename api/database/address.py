"""Addresses of the database."""

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict


def can_be_read(url: str) -> bool:
    """Return whether libpq can read an address. What it says of one it can't may have the password in it."""
    try:
        conninfo_to_dict(url)
    except ProgrammingError:
        return False
    return True
