"""Statements that read: each is a file, or is put together from such.

`sql/SUBJECT/NAME.sql` holds one statement, and its name is SUBJECT/NAME. It reads nothing but the schema `reading`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from psycopg.sql import SQL, Composed

from api.database.context_join import in_context
from api.database.watched_rows import watched_enough
from core.sql import statements

named: Final = statements(Path(__file__).parent / "sql")
"""Return the statement in sql/SUBJECT/NAME.sql."""

Statement = str | SQL | Composed
"""A statement in a file, by its name, or one that is put together from such."""


def asked(statement: Statement, parameters: Mapping[str, object]) -> SQL | Composed:
    """Return a statement as it is asked for: numbers without badly watched rows, with weather and calendar."""
    if not isinstance(statement, str):
        return statement
    return in_context(statement, watched_enough(named(statement), parameters), parameters)
