"""The columns of rows of some tables of the log, and the query of such rows."""

from collections.abc import Sequence

from api.database.log_rows import JsonColumn, Path, log_rows
from api.database.statement import Statement
from api.logbook.tables import LogColumn, LogTable, united
from api.tables.table import Column


def log_columns(tables: Sequence[LogTable]) -> tuple[Column, ...]:
    """Return the columns of rows of these tables."""
    return tuple(column.column for column in united(list(tables)).values())


def log_query(tables: Sequence[LogTable]) -> Statement:
    """Return the query of the rows of these tables; it takes what logbook/log_rows takes."""
    return log_rows([_in_json(column, tables) for column in united(list(tables)).values()])


def _in_json(column: LogColumn, tables: Sequence[LogTable]) -> JsonColumn:
    name, paths = column.column.name, dict[Path, list[str]]()
    for table in tables:
        for other in table.columns:
            if other.column.name == name and other.path[0] != "row":
                paths.setdefault(other.path, []).append(table.name)
    is_everywhere = list(paths.values()) == [[table.name for table in tables]]
    return JsonColumn(name, column.column.kind, paths, is_everywhere)
