"""Names within sentences are there: variables of the environment, and what the SQL contracts hold."""

import re
from functools import cache

import pytest

from tests.docs.blocks import PAGES, ROOT, text

_VARIABLE = re.compile(r"PLATSPULS_[A-Z0-9_]*[A-Z0-9]")
_FOLDERS = ("api", "client", "core", "counter", "dashboards", "ingest", "platspuls", "sim", "store")
_SUFFIXES = {".py", ".yml", ".yaml", ".service", ".env"}
_CONTRACT = re.compile(r"\b((?:reading|writing)\.(?!md|py|sql)[a-z_0-9]+)\b")


@cache
def variables() -> set[str]:
    """Return the variables that programs, containers and tests know."""
    folders = (*_FOLDERS, "deploy", "bench", "tests")
    found = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in _SUFFIXES]
    tracked = [*found, *(ROOT / ".ci").iterdir(), ROOT / "docker-compose.yml", ROOT / "docs" / "settings.md"]
    return {name for path in tracked for name in _VARIABLE.findall(path.read_text("utf-8"))}


@cache
def contracts() -> set[str]:
    """Return the views, functions and types of the reading and the writing contract."""
    created = re.compile(r"(?:function|view|type|domain) ((?:reading|writing)\.[a-z_0-9]+)")
    files = (ROOT / "store" / "sql").rglob("*.sql")
    return {name for path in files for name in created.findall(path.read_text("utf-8"))}


@pytest.mark.parametrize("page", [page for page in PAGES if page != "CHANGELOG.md"])
def test_names_are_there(page: str) -> None:
    assert set(_VARIABLE.findall(text(page))) <= variables()
    assert set(_CONTRACT.findall(text(page))) <= contracts()
