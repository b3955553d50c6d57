"""docs/install.md: what `.env` may say is what the compose file reads, and no more."""

import re

from tests.docs.blocks import ROOT, text


def test_what_env_may_say_stands_in_the_compose_file() -> None:
    rows = re.findall(r"^\| `(PLATSPULS_\w+)`(?:, `(PLATSPULS_\w+)`)?", text("docs/install.md"), re.MULTILINE)
    known = set(re.findall(r"\$\{(PLATSPULS_\w+):-", (ROOT / "docker-compose.yml").read_text()))
    assert {name for pair in rows for name in pair if name} == known - {"PLATSPULS_VERSION"}
