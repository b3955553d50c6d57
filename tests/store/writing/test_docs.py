"""The examples of docs/writing.md run as they stand, as staff."""

import re
from pathlib import Path

import pytest

from store.database import connect
from store.registry.apply import apply
from tests.store.registry.example import example, loaded

DOCS = Path(__file__).parents[3] / "docs" / "writing.md"


@pytest.mark.chain
def test_every_example_in_sql_runs(database_url: str, tmp_path: Path) -> None:
    examples = [
        query
        for block in re.findall(r"```sql\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
        for query in block.split(";\n")
        if query.strip()
    ]
    assert len(examples) >= 14
    with connect(database_url, application="test", autocommit=True) as database:
        apply(database, loaded(tmp_path, example()))
        database.execute("set role platspuls_staff")
        for query in examples:
            rows = database.execute(query.encode()).fetchall()
            assert rows or "reading.history" in query, query
