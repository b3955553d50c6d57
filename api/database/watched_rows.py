"""Rows that were watched less than is wanted: how a statement of numbers leaves them out, and how it names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, LiteralString

from psycopg.sql import SQL, Composed, Identifier

LEAST_OF_ROWS: Final = "rows_min_coverage"
"""The parameter of rows with a lower coverage than is wanted: they are left out. None: all are given."""
MOST_LEFT_OUT: Final = 1000
"""So many of the rows that are left out are named; all are counted."""
_BEFORE: Final = "select * from ("
_AFTER: Final = ") as watched where coverage is null or coverage >= %(rows_min_coverage)s::numeric"
_LEFT_OUT: Final = SQL(
    "select {}::text as part, start_local::text as start_local, coverage::float8 as coverage, "
    "count(*) over ()::integer as count from ({}) as answer "
    "where coverage < %(rows_min_coverage)s::numeric limit {}"
)


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A row that is left out, since it was watched less than is wanted.

    Attributes:
        part: key of its line, zone or the like; None of the site.
        start_local: of its bucket, as the site's clocks show it.
        coverage: its own.
        count: how many there are in all.
    """

    part: str | None
    start_local: str
    coverage: float
    count: int


def watched_enough(statement: LiteralString, parameters: Mapping[str, object]) -> LiteralString:
    """Return a statement of numbers without the rows that were watched less than its parameters want."""
    return statement if parameters.get(LEAST_OF_ROWS) is None else _BEFORE + statement + _AFTER


def left_out_rows(statement: LiteralString, of: str | None) -> Composed:
    """Return the query of the rows that a statement leaves out: LeftOutRow. `of` is the column of what they are of."""
    part = SQL("null") if of in {None, "site"} else Identifier(of or "")
    return _LEFT_OUT.format(part, SQL(statement), MOST_LEFT_OUT)
