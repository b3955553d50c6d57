"""Device files and manual counts in the pages: each block, completed where it is a part, is loaded by the counter."""

import tomllib
from pathlib import Path

import pytest
from sybil import Example

from counter.device_file import load
from counter.diagnostics.accuracy import read_truth
from platspuls import demo
from sim.kinds import KINDS
from tests.docs.blocks import blocks, examples

WHOLE = """
[device]
site = "haninge-entre"
key = "tunnel-kamera"
setup = "a"

[outbox]
path = "outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
"""
BEAMS = """
[source]
kind = "beams"
line = "stationen"
first_pin = 17
second_pin = 27
"""


@pytest.mark.parametrize("example", examples("docs/sensors.md", "toml"), ids=lambda example: f"{example.line}")
def test_a_source_without_a_picture_is_loaded(example: Example, tmp_path: Path) -> None:
    shown = str(example.parsed)
    is_simulated = "[source.simulated]" in shown
    path = tmp_path / "device.toml"
    (tmp_path / "world.toml").write_text((Path(demo.__file__).parent / "world.toml").read_text("utf-8"), "utf-8")
    path.write_text(WHOLE + (BEAMS if is_simulated else "") + shown, "utf-8")
    source = load(path, KINDS if is_simulated else None).source
    assert source.kind == (tomllib.loads(BEAMS if is_simulated else shown)["source"]["kind"])


def test_the_device_file_of_the_pi_is_loaded(tmp_path: Path) -> None:
    [shown] = blocks("docs/raspberry-pi.md", "toml")
    for name in ("tunnel-kamera.password", "broker-ca.pem"):
        (tmp_path / name).write_text("secret")
        (tmp_path / name).chmod(0o600)
    path = tmp_path / "tunnel-kamera.toml"
    path.write_text(shown, "utf-8")
    device = load(path)
    assert (device.source.kind, device.mqtt.port) == ("camera", 8883)


def test_the_manual_counts_of_the_page_are_read(tmp_path: Path) -> None:
    [shown] = blocks("docs/detectors.md", "csv")
    path = tmp_path / "counted-by-hand.csv"
    path.write_text(shown, "utf-8")
    assert [one.line for one in read_truth(path)] == ["stationen", "stationen"]
