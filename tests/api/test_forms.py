"""What files are made of, without a server: columns, their Swedish, and what Accept means."""

import string
from itertools import chain

import pytest

from api.formats.meanings import meaning_sv
from api.routes import dwell, flow
from api.tables.table import ColumnKind, Table

TABLES = [
    table
    for value in chain(vars(dwell).values(), vars(flow).values())
    for table in (value.values() if isinstance(value, dict) else [value])
    if isinstance(table, Table)
]


def test_all_tables_are_looked_at() -> None:
    assert {"dwell", "presence", "site_flow", "line_flow", "occupancy", "quality"} <= {
        told.statement for told in TABLES
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.statement)
def test_every_column_says_in_both_languages_what_it_means(table: Table) -> None:
    columns = table.columns()
    assert [column.name for column in columns[:2]] == ["site", "bucket"]
    assert len({column.name for column in columns}) == len(columns)
    for column in columns:
        assert set(column.name) <= {*string.ascii_lowercase, *string.digits, "_"}
        assert column.meaning.endswith("."), column
        assert meaning_sv(table, column).endswith("."), column
    kinds = {column.name: column.kind for column in columns}
    assert (kinds["start_utc"], kinds["start_local"], kinds["utc_offset"]) == (
        ColumnKind.INSTANT,
        ColumnKind.LOCAL,
        ColumnKind.OFFSET,
    )
