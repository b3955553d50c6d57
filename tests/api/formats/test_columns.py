"""What files are made of, without a server: columns, their Swedish, and what Accept means."""

import string
import sys

import pytest

from api import app
from api.tables.table import ColumnKind, Table
from core.texts.catalog import Language
from platspuls.documents.catalogs import all_tables

TABLES = all_tables()


def test_all_tables_are_looked_at() -> None:
    """None of the app's is missing where the catalog of texts is made from them."""
    assert app
    values = [
        value for name, module in sys.modules.items() if name.startswith("api.") for value in vars(module).values()
    ]
    parts = [part for value in values for part in (value.values() if isinstance(value, dict) else [value])]
    made = {part.statement for part in parts if isinstance(part, Table)}
    assert {
        f"numbers/{name}" for name in ("dwell", "presence", "site_flow", "line_flow", "occupancy", "quality")
    } <= made
    assert {table.statement for table in TABLES} == made


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.statement)
def test_every_column_says_in_both_languages_what_it_means(table: Table) -> None:
    columns = table.columns()
    assert [column.name for column in columns[:2]] == ["site", "by" if table.is_profile else "bucket"]
    assert len({column.name for column in columns}) == len(columns)
    for column in columns:
        assert set(column.name) <= {*string.ascii_lowercase, *string.digits, "_"}
        english, swedish = (column.meaning_in(language) for language in (Language.EN, Language.SV))
        assert english.endswith("."), column
        assert swedish.endswith("."), column
        assert english != swedish
    if table.is_profile:
        return
    kinds = {column.name: column.kind for column in columns}
    assert (kinds["start_utc"], kinds["start_local"], kinds["utc_offset"]) == (
        ColumnKind.INSTANT,
        ColumnKind.LOCAL,
        ColumnKind.OFFSET,
    )
