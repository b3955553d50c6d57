"""Pages that are generated from the programs: in step with them, and nothing left undescribed."""

from pathlib import Path
from types import ModuleType

import pytest

from platspuls.documents import api, client_models, settings

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("page", [api, settings])
def test_a_generated_page_is_up_to_date(page: ModuleType) -> None:
    name = page.__name__.rsplit(".", 1)[-1]
    assert (DOCS / f"{name}.md").read_text(encoding="utf-8") == page.document(), "run `make docs`"


@pytest.mark.chain
def test_the_clients_models_are_up_to_date() -> None:
    models = DOCS.parent / "client" / "platspuls_client" / "models.py"
    assert models.read_text(encoding="utf-8") == client_models.document(), "run `make docs`"


def test_every_setting_has_a_meaning() -> None:
    rows = [line for line in settings.document().splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    assert [row for row in rows if not row.split(" | ")[-1].strip(" |")] == []
