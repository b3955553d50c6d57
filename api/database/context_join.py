"""Weather and calendar beside the rows of a statement: joined by the start of their bucket."""

from collections.abc import Mapping
from typing import Final, LiteralString

from psycopg.sql import SQL, Composed, Identifier

_JOINED: Final = SQL(
    "select answer.*, {columns} from ({statement}) as answer "
    "join reading.context_cells(%(site)s, %(bucket)s, %(from_utc)s, %(to_utc)s) as context "
    "on context.start_utc = answer.start_utc::timestamptz order by {order}"
)
_STARTS: Final = SQL("context.start_utc")
_PARTS: Final[Mapping[str, SQL]] = {
    "space_flow": SQL('answer.space collate "C"'),
    "border_flow": SQL('answer.border collate "C"'),
    "line_flow": SQL('answer.line collate "C"'),
    "presence": SQL('answer.zone collate "C"'),
    "dwell": SQL('answer.zone collate "C"'),
    "occupancy": SQL('answer.space collate "C"'),
}
"""What the rows of a statement are sorted by before their time, by its name; those of a site by nothing."""


def in_context(name: str, statement: LiteralString, parameters: Mapping[str, object]) -> SQL | Composed:
    """Return the statement, with the columns of `context` behind its own where the parameters have any."""
    columns = parameters.get("context")
    if not isinstance(columns, list):
        return SQL(statement)
    part = _PARTS.get(name.rpartition("/")[2])
    named = SQL(", ").join(Identifier("context", column) for column in columns)
    order = _STARTS if part is None else SQL(", ").join((part, _STARTS))
    return _JOINED.format(columns=named, statement=SQL(statement), order=order)
