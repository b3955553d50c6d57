"""Bringing a weather station's file into the store, as far as no store is needed."""

from pathlib import Path

from click.testing import CliRunner, Result

from platspuls.cli.main import main

RAIN = Path(__file__).with_name("rain.csv")


def imported(file: Path) -> Result:
    words = ["weather", "import", str(file), "--site", "torget", "--database-url", "postgresql://127.0.0.1:1/none"]
    return CliRunner().invoke(main, words)


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    """A spreadsheet may have saved it in another encoding."""
    saved = tmp_path / "rain-saved.csv"
    saved.write_text(RAIN.read_text("utf-8"), "latin-1")
    ended = imported(saved)
    assert (ended.exit_code, ended.stderr.startswith(f"{saved} is not UTF-8: ")) == (1, True), ended.output


def test_a_store_that_cannot_be_asked_is_no_fault_of_the_file() -> None:
    assert imported(RAIN).exit_code == 3
