"""docs/install.md: what `.env` may say is what the compose file reads. docs/operating.md: what bars the way back."""

import re

from counter.records.schema import SCHEMA_VERSION
from store.migrate import migrations
from tests.docs.blocks import ROOT, text


def test_what_env_may_say_stands_in_the_compose_file() -> None:
    rows = re.findall(r"^\| `(PLATSPULS_\w+)`(?:, `(PLATSPULS_\w+)`)?", text("docs/install.md"), re.MULTILINE)
    known = set(re.findall(r"\$\{(PLATSPULS_\w+):-", (ROOT / "docker-compose.yml").read_text()))
    assert {name for pair in rows for name in pair if name} == known - {"PLATSPULS_VERSION"}


def test_going_back_names_the_migrations_and_the_outbox_that_are_in_the_way() -> None:
    """A version that adds a migration, or another outbox, has to say so to whoever would go back from it."""
    page = " ".join(text("docs/operating.md").split())
    assert f"runs the migrations 0018 to {len(migrations()):04}" in page
    assert f"schema version {SCHEMA_VERSION}, this program reads" in page
