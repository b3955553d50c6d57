"""The notebook for evaluators runs from its first cell to its last against a real demo, and shows what it says."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.blocks import ROOT
from tests.support.demo import Demo, start, until
from tests.support.servers import need_library

NOTEBOOKS: Final = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))
_HISTORY_DAYS: Final = 8
"""There is a whole Saturday among them, whatever day it is today."""
_TIMEOUT_S: Final = 120


@pytest.fixture(scope="module")
def demo(server_folder: Path) -> Iterator[Demo]:
    for library in ("ipykernel", "matplotlib", "nbclient"):
        need_library(library)
    demo = start(server_folder / "demo-of-the-notebook", _HISTORY_DAYS)
    until(lambda: demo.unsettled() == 0, "its history is stored", timeout_s=400)
    yield demo
    demo.end()


@pytest.mark.full
@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_as_it_stands(demo: Demo, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient, nbformat = (importlib.import_module(name) for name in ("nbclient", "nbformat"))
    monkeypatch.setenv("PLATSPULS_ADDRESS", demo.address)
    monkeypatch.delenv("PLATSPULS_KEY_FILE", raising=False)
    book = nbformat.read(path, nbformat.NO_CONVERT)
    client = nbclient.NotebookClient(book, timeout=_TIMEOUT_S, kernel_name="python3")
    done = client.execute()
    shown = {cell.source: [dict(output) for output in cell.outputs] for cell in done.cells if cell.cell_type == "code"}
    assert [source for source, outputs in shown.items() if not outputs] == ["client.close()"], (
        "each cell shows something"
    )
    assert "image/png" in json.dumps(list(shown.values())), "the chart"
    [saturdays] = [outputs for source, outputs in shown.items() if source.endswith("\nsaturdays")]
    table = saturdays[0]["data"]["text/plain"]
    assert ("bankarna" in table, "NaT" in table) == (True, False), "one Saturday has been counted whole"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_small_and_without_outputs(path: Path) -> None:
    book = json.loads(path.read_text("utf-8"))
    assert [cell for cell in book["cells"] if cell.get("outputs") or cell.get("execution_count")] == []
    assert path.stat().st_size < 20_000
    assert set(book["metadata"]) == {"kernelspec", "language_info"}, "nothing of who ran it"
