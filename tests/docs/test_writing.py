"""The examples of docs/writing.md run as they stand, as staff."""

from pathlib import Path

import pytest

from store.database import connect
from store.registry.apply import apply
from tests.docs.blocks import blocks
from tests.store.registry.example import example, loaded


@pytest.mark.chain
def test_every_example_in_sql_runs(database_url: str, tmp_path: Path) -> None:
    examples = [query for block in blocks("docs/writing.md", "sql") for query in block.split(";\n") if query.strip()]
    assert len(examples) >= 14
    with connect(database_url, application="test", autocommit=True) as database:
        apply(database, loaded(tmp_path, example()))
        database.execute("set role platspuls_staff")
        for query in examples:
            rows = database.execute(query.encode()).fetchall()
            assert rows or "reading.history" in query, query
