"""A program whose extra isn't installed says which one it needs, instead of a traceback."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Final

import pytest

from platspuls.cli.main import EXTRAS

_TOP: Final = Path(__file__).parents[3]
_PYPROJECT: Final = tomllib.loads((_TOP / "pyproject.toml").read_text())
_PACKAGES: Final = frozenset(_PYPROJECT["tool"]["importlinter"]["root_packages"])
_BY_ITSELF: Final = {"httpx": "of the client, which no extra names", "pydantic_core": "of pydantic"}

_WITHOUT: Final = """
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == library:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

library = sys.argv.pop(1)
sys.meta_path.insert(0, Without())
from platspuls.cli.main import main
main()
"""


def _names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=;~! ]", requirement)[0].lower().replace("_", "-") for requirement in requirements}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield str(node.module).partition(".")[0]


def test_each_library_that_programs_import_has_its_extra() -> None:
    imported = {name for package in _PACKAGES for path in (_TOP / package).rglob("*.py") for name in _imports(path)}
    distributions, base = packages_distributions(), _names(_PYPROJECT["project"]["dependencies"])
    of_extras = {
        name
        for name in imported - set(sys.stdlib_module_names) - _PACKAGES - {"platspuls_client"} - set(_BY_ITSELF)
        if not {found.lower().replace("_", "-") for found in distributions.get(name, ())} & base
    }
    assert of_extras == {library for libraries in EXTRAS.values() for library in libraries}
    assert {part for extra in EXTRAS for part in extra.split(",")} <= set(
        _PYPROJECT["project"]["optional-dependencies"]
    )


@pytest.mark.chain
@pytest.mark.parametrize(
    ("words", "library", "extra"),
    [
        ("api run", "uvicorn", "api"),
        ("counter setup device.toml", "tomlkit", "camera"),
        ("dashboards build", "yaml", "dashboards"),
        ("site holidays SE --year 2026", "holidays", "operator"),
        ("docs", "fastapi", "api"),
        ("install init", "cryptography", "operator"),
        ("reconcile --database-url postgresql:///nowhere", "psycopg", "api,ingest"),
    ],
)
def test_a_missing_library_is_one_sentence(words: str, library: str, extra: str, tmp_path: Path) -> None:
    (tmp_path / "device.toml").touch()
    ended = _run_without(library, words, tmp_path)
    assert ended.returncode == 1
    assert ended.stderr == f"Error: this needs {library}, which isn't installed: pip install 'platspuls[{extra}]'\n"


@pytest.mark.chain
def test_a_missing_module_of_ours_is_a_fault(tmp_path: Path) -> None:
    ended = _run_without("store", "reconcile --database-url postgresql:///nowhere", tmp_path)
    assert ended.stderr.endswith("ModuleNotFoundError: No module named 'store'\n")


def _run_without(library: str, words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", _WITHOUT, library, *words.split()]
    environment = {**os.environ, "PYTHONPATH": str(_TOP)}
    return subprocess.run(program, check=False, capture_output=True, text=True, cwd=folder, env=environment)
