"""The loader of SQL: one statement a file, and its name is the file's.

This is the one place where text becomes trusted SQL. psycopg takes nothing but a LiteralString, so that what a user
typed can't become a statement; what is read here comes from files of our own packages, never from a user.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import LiteralString


def script(path: Path) -> LiteralString:
    """Return a file of SQL as trusted text: a migration, or what a folder's statements are read by."""
    return path.read_text("utf-8")  # mypy takes any str for a LiteralString: no cast is needed


def statements(folder: Path) -> Callable[[str], LiteralString]:
    """Return a function that returns the statement in `folder/NAME.sql`, read once."""

    @cache
    def statement(name: str) -> LiteralString:
        return script(folder / f"{name}.sql")

    return statement
