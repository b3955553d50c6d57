"""SQL comes from files, one statement each, and each is read once."""

from pathlib import Path

import pytest

from core.sql import statements


def test_a_statement_is_named_by_its_file_and_read_once(tmp_path: Path) -> None:
    (tmp_path / "one.sql").write_text("select 1 -- på Torget")
    statement = statements(tmp_path)
    assert statement("one") == "select 1 -- på Torget"
    (tmp_path / "one.sql").unlink()
    assert statement("one") == "select 1 -- på Torget"


def test_each_folder_has_its_own(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "same.sql").write_text(f"select '{name}'")
    assert [statements(tmp_path / name)("same") for name in "ab"] == ["select 'a'", "select 'b'"]


def test_no_statement_goes_by_another_name(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        statements(tmp_path)("none")
