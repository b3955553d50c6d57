"""The registry of sources: what every counter knows, what an entry point adds, and that nobody simulated is in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from counter.sources.kinds import BUILT_IN, installed_kinds
from sim.kinds import KINDS

_MODULE = """\
from collections.abc import Iterator
from typing import Literal
from pydantic import BaseModel
from counter.detections import Detections
from counter.sources.kinds import SourceKind
from counter.sources.port import Input, Surroundings

class Settings(BaseModel):
    kind: Literal["carpet"]
    steps: int

class Carpet:
    def detections(self) -> Iterator[Detections]:
        return iter(())

    def close(self) -> None:
        pass

def opened(settings: Settings, around: Surroundings) -> Input:
    print(settings.steps, [name for name, _ in around.corners])
    return Input(Carpet())

KIND = SourceKind(Settings, opened)
"""
_PROGRAM = """\
import sys
from pathlib import Path
from core.clock import SystemClock
from counter.device_file import load
from counter.service.inputs import open_input
path = Path(sys.argv[1])
open_input(load(path), path.parent, SystemClock())
"""
_DEVICE = """\
[device]
site = "haninge-entre"
key = "carpet"
setup = "carpet-a"

[source]
kind = "carpet"
steps = {steps}

[[lines]]
line = "door"
points = [[0.0, 0.0], [0.0, 6.0]]
forward_towards = [1.0, 3.0]

[outbox]
path = "outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
"""


def test_what_is_installed_has_no_simulated_source() -> None:
    assert set(BUILT_IN) <= set(installed_kinds())
    assert "simulated" not in installed_kinds()
    assert not any("simulated" in kind.settings.model_fields for kind in installed_kinds().values())
    assert set(KINDS) == {*installed_kinds(), "simulated"}


def _open(folder: Path, steps: str) -> subprocess.CompletedProcess[str]:
    (folder / "carpet.py").write_text(_MODULE)
    metadata = folder / "carpet-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: carpet\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[platspuls.sources]\ncarpet = carpet:KIND\n")
    device = folder / "device.toml"
    device.write_text(_DEVICE.format(steps=steps))
    path = os.pathsep.join([str(folder), *sys.path])
    words = [sys.executable, "-c", _PROGRAM, str(device)]
    return subprocess.run(words, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": path})


@pytest.mark.chain
def test_an_entry_point_adds_a_kind_that_device_files_may_name(tmp_path: Path) -> None:
    done = _open(tmp_path, "3")
    assert (done.returncode, done.stdout) == (0, "3 ['line door', 'line door']\n"), done.stderr


@pytest.mark.chain
def test_its_wrong_fields_are_reported_as_those_of_any_kind(tmp_path: Path) -> None:
    assert "source.steps = 'three': Input should be a valid integer" in _open(tmp_path, '"three"').stderr
