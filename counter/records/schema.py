"""The tables of the outbox's file: made, and compared with what a file has."""

import sqlite3
from contextlib import closing
from functools import cache
from typing import Final

from counter.records.sqlite import sql

SCHEMA_VERSION: Final = 3
EARLIER_VERSIONS: Final = frozenset({1, 2})
APPLICATION_ID: Final = 0x504C5053
"""Marks the file as ours: "PLPS"."""
PAGE_BYTES: Final = 4096
"""The size of every page of the file."""

Tables = frozenset[tuple[str, str, str | None]]
"""Kind, name and text of everything that a file defines."""


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty file, inside the caller's transaction."""
    for statement in _statements(sql("schema")):
        connection.execute(statement)
    connection.execute(f"pragma application_id = {APPLICATION_ID}")
    connection.execute(f"pragma user_version = {SCHEMA_VERSION}")


def set_page_size(connection: sqlite3.Connection) -> None:
    """Let an empty file have the pages that are read where SQLite can't."""
    connection.execute(f"pragma page_size = {PAGE_BYTES}")


def tables_of(connection: sqlite3.Connection) -> Tables:
    """Return what the file defines."""
    return frozenset(connection.execute(sql("schema_read")).fetchall())


@cache
def expected_tables() -> Tables:
    """Return what a file of this version defines, to the letter: a flipped bit in a trigger would count wrongly."""
    with closing(sqlite3.connect(":memory:")) as connection:
        create_tables(connection)
        return tables_of(connection)


def _statements(script: str) -> list[str]:
    """Cut a script where SQLite says that a statement is complete (a trigger has semicolons inside)."""
    found, part = [], ""
    for line in script.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found
