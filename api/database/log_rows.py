"""Rows of the log: columns that are found within JSON, as one query upon the statement logbook/log_rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from api.database.statement import named
from api.tables.table import ColumnKind

_ROWS: Final = SQL("select {} from ({}) as log_row")
_NAMED: Final = SQL("{} as {}")
_CASE: Final = SQL("case {} end")
_WHEN: Final = SQL("when record_kind = any ({}) then {}")
_CASTS: Final[Mapping[ColumnKind, SQL]] = {
    ColumnKind.INTEGER: SQL("({})::bigint"),
    ColumnKind.BOOLEAN: SQL("({})::boolean"),
    ColumnKind.NUMBER: SQL("({})::double precision"),
    ColumnKind.INSTANT: SQL("reading.utc_text(({})::timestamptz)"),
}

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JsonColumn:
    """A column of a query of the log.

    Attributes:
        name: of the column.
        kind: what it holds.
        paths: where it stands, and in rows of which kinds; none: it is a column of the statement. A path begins with
            `record` or `part`, columns that hold JSON.
        is_everywhere: it has one path, for rows of all kinds.
    """

    name: str
    kind: ColumnKind
    paths: Mapping[Path, Sequence[str]]
    is_everywhere: bool


def log_rows(columns: Sequence[JsonColumn]) -> Composed:
    """Return the query of these columns. It takes what logbook/log_rows takes."""
    shown = [_NAMED.format(_value(column), Identifier(column.name)) for column in columns]
    return _ROWS.format(SQL(", ").join(shown), SQL(named("logbook/log_rows")))


def _value(column: JsonColumn) -> Composable:
    """Return a column's value; null in rows of kinds that don't have it."""
    if not column.paths:
        return Identifier(column.name)
    cast = _CASTS.get(column.kind, SQL("{}"))
    if column.is_everywhere:
        [path] = column.paths
        return cast.format(_text(path))
    whens = [_WHEN.format(Literal([*kinds]), _text(path)) for path, kinds in column.paths.items()]
    return cast.format(_CASE.format(SQL(" ").join(whens)))


def _text(path: Path) -> Composed:
    return SQL("{} #>> {}").format(Identifier(path[0]), Literal([*path[1:]]))
