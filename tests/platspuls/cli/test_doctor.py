"""`platspuls counter doctor`: exit codes, languages, and the record."""

import json
import os
import pty
import subprocess
import sys
from io import FileIO
from itertools import accumulate
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from core.texts.catalog import Language
from counter.diagnostics.doctor.progress import Progress, Stage
from platspuls.cli.counter.doctor import progress_for
from platspuls.cli.main import main
from tests.support.counter.clips import write_clip
from tests.support.counter.devices import write_device


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_clip(tmp_path / "clip.mp4", 80, size=(160, 120))
    source = 'kind = "clip"\nfile = "clip.mp4"\nstart = 2026-10-05T12:00:00+02:00\npixels_per_metre = 24.0'
    return write_device(tmp_path, source, 100.0, 120.0)


@pytest.mark.chain
def test_a_covered_camera_ends_with_1_and_a_record_beside_the_outbox(file: Path) -> None:
    words = [sys.executable, "-m", "platspuls", "counter", "doctor", str(file), "--language", "sv"]
    result = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 1, result.stderr
    assert "Sikten är skymd" in result.stdout
    assert "Räkningarna går inte att lita på" in result.stdout
    record = json.loads(Path(result.stderr.strip().splitlines()[-1]).read_text("utf-8"))
    assert {one["fault"] for one in record["findings"]} == {"view_blocked", "nobody_seen"}
    assert sorted(path.suffix for path in file.parent.iterdir()) == [".json", ".mp4", ".toml"]


def test_what_cannot_be_looked_at_ends_with_2(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["counter", "doctor", str(tmp_path / "no.toml")], catch_exceptions=False)
    assert result.exit_code == 2
    assert "can't be read" in result.stderr


@pytest.mark.chain
def test_it_says_how_far_it_is_to_who_looks(file: Path) -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "platspuls", "counter", "doctor", str(file), "--no-record", "--language", "sv"]
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        result = subprocess.run(words, stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=False)
        os.close(theirs)
        lines = _read(terminal).splitlines()
    assert result.returncode == 1
    assert lines[0].startswith("Öppnar sensorn")
    shares = [int(line.partition(" %")[0]) for line in lines if " av 8 s" in line]
    assert len(shares) >= 8
    assert shares[-1] >= 90
    assert lines[-1].startswith("Bedömer")


def test_beside_a_record_and_into_a_pipe_it_is_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for is_terminal, as_json in ((True, True), (False, False)):
        monkeypatch.setattr(sys.stderr, "isatty", lambda there=is_terminal: there)
        progress_for(Language.EN, as_json=as_json).stage(Stage.OPENS)
    assert capsys.readouterr().err == ""


def _read(terminal: FileIO) -> str:
    """Return what was written to a terminal whose other end is closed."""
    parts = []
    try:
        while part := terminal.read(65_536):
            parts.append(part)
    except OSError:
        pass
    return b"".join(parts).decode()


@given(
    st.floats(1, 40_000) | st.none(),
    st.lists(st.floats(0.01, 100), min_size=1, max_size=300),
)
def test_progress_never_goes_back_nor_floods(total_s: float | None, gaps: list[float]) -> None:
    """At most one line for each tenth or half minute, whatever the frames' times; shares within 0 and 100 %."""
    lines: list[str] = []
    progress = Progress(Language.EN, lines.append, total_s)
    for at_s in accumulate(gaps):
        progress.watched(at_s)
    step_s = min(total_s / 10, 30) if total_s else 30
    assert len(lines) <= sum(gaps) / step_s + 1e-6
    shares = [int(line.split()[0]) for line in lines]
    assert shares == sorted(shares)
    assert total_s is None or all(0 <= share <= 100 for share in shares)
