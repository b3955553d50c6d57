"""`platspuls counter doctor`: exit codes, languages, and the record."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from core.texts.catalog import Language
from counter.counting.version import COUNTING_VERSION
from counter.diagnostics.doctor.words import counting_line
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
    assert f"Den räknar enligt version {COUNTING_VERSION}, de nyaste reglerna." in result.stdout
    record = json.loads(Path(result.stderr.strip().splitlines()[-1]).read_text("utf-8"))
    assert {one["fault"] for one in record["findings"]} == {"view_blocked", "nobody_seen"}
    assert record["counting_version"] == COUNTING_VERSION
    assert sorted(path.suffix for path in file.parent.iterdir()) == [".json", ".mp4", ".toml"]


def test_what_cannot_be_looked_at_ends_with_2(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["counter", "doctor", str(tmp_path / "no.toml")], catch_exceptions=False)
    assert result.exit_code == 2
    assert "can't be read" in result.stderr


@pytest.mark.parametrize(("language", "said"), [(Language.EN, "is the newest"), (Language.SV, "är den nyaste")])
def test_a_counter_of_former_rules_says_so_and_until_when(language: Language, said: str) -> None:
    line = counting_line(2, language)
    assert f"{COUNTING_VERSION} {said}" in line
    assert "platspuls study phases" in line
    assert said not in counting_line(COUNTING_VERSION, language)
