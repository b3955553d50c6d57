"""Pages that are generated from the programs: in step with them, and nothing left undescribed."""

from pathlib import Path

from platspuls.documents.settings import document

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_settings_is_up_to_date() -> None:
    assert (DOCS / "settings.md").read_text(encoding="utf-8") == document(), "run `make docs`"


def test_every_setting_has_a_meaning() -> None:
    rows = [line for line in document().splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    assert [row for row in rows if not row.split(" | ")[-1].strip(" |")] == []
