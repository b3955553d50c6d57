"""The units of systemd: what they let a counter do, that they are the same each time, and that systemd takes them."""

import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from counter.device_file import DeviceFile, load
from platspuls.cli.counter.service import install, unit
from platspuls.demo import write_devices
from platspuls.ops.systemd import UnitError, counter_unit
from tests.platspuls.place import SIMULATED, write_sensor
from tests.support.servers import need

DEPLOY = Path(__file__).parents[3] / "deploy" / "systemd"
PYTHON = Path("/opt/platspuls/bin/python")
FILE = Path("/etc/platspuls/tunnel-kamera.toml")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_sensor(tmp_path, 'kind = "beams"\nline = "stationen"\nfirst_pin = 17\nsecond_pin = 27')[0]


def _with(device: DeviceFile, outbox: str, **source: object) -> DeviceFile:
    changed = device.source.model_copy(update=source)
    return device.model_copy(
        update={"source": changed, "outbox": device.outbox.model_copy(update={"path": Path(outbox)})}
    )


def _lines(device: DeviceFile) -> set[str]:
    return set(counter_unit(device, FILE, PYTHON).text.splitlines())


def test_it_may_write_where_its_outbox_lies_and_nowhere_else(file: Path) -> None:
    device = load(file)
    own = _lines(_with(device, "/var/lib/platspuls/tunnel-kamera/outbox.sqlite3"))
    assert own >= {"ProtectSystem=strict", "StateDirectory=platspuls/tunnel-kamera", "ProtectHome=yes"}
    assert not any(line.startswith("ReadWritePaths") for line in own)
    assert "ReadWritePaths=/data/platspuls" in _lines(_with(device, "/data/platspuls/outbox.sqlite3"))


def test_it_reaches_its_own_kind_of_sensor_and_no_other(file: Path) -> None:
    device = load(file)
    outbox = "/var/lib/platspuls/a/outbox.sqlite3"
    for address, wished in ((0, True), ("/dev/video2", True), ("rtsp://10.0.0.7/main", False)):
        lines = _lines(_with(device, outbox, kind="camera", address=address))
        assert ("DeviceAllow=char-video4linux rw" in lines) == wished
        assert ("PrivateDevices=yes" in lines) != wished
    assert "PrivateDevices=yes" in _lines(_with(device, outbox, kind="clip"))
    assert "DeviceAllow=char-gpiochip rw" in _lines(_with(device, outbox))


def test_a_clip_that_was_counted_is_not_counted_again_for_ever(file: Path) -> None:
    assert "Restart=on-failure" in _lines(_with(load(file), "/var/lib/a/b", kind="clip"))
    assert "Restart=always" in _lines(load(file))


def test_it_waits_neither_for_the_network_nor_for_the_clock(file: Path) -> None:
    text = counter_unit(load(file), FILE, PYTHON).text
    assert not re.search(r"^(After|Wants|Requires)=", text, re.MULTILINE)
    assert "time-sync" not in text


@pytest.mark.parametrize("name", ["with space", "per%cent", "line\nbreak", "$HOME"])
def test_a_path_that_a_unit_would_read_otherwise_is_refused(file: Path, name: str) -> None:
    with pytest.raises(UnitError, match="only written for paths of letters"):
        counter_unit(load(file), Path("/etc") / name / "a.toml")


def _install(file: Path, root: Path) -> str:
    done = CliRunner().invoke(install, [str(file), "--root", str(root)])
    assert done.exit_code == 0, done.output
    return done.output


def test_installing_twice_changes_nothing(file: Path, tmp_path: Path) -> None:
    root = tmp_path / "root"
    first, again = _install(file, root), _install(file, root)
    assert first.count(": written") == again.count(": as it should be") == 2
    assert first.splitlines()[2:] == again.splitlines()[2:]
    assert "systemctl enable --now platspuls-counter-haninge-entre.tunnel-kamera.service" in first
    unit = root / "etc/systemd/system/platspuls-counter-haninge-entre.tunnel-kamera.service"
    assert f"ExecStart={sys.executable} -m platspuls counter run {file}\n" in unit.read_text()
    unit.write_text("changed by hand")
    assert _install(file, root).count(": written") == 1


@pytest.mark.parametrize("command", [install, unit])
def test_a_simulated_source_is_refused_by_its_name(command: click.Command, tmp_path: Path) -> None:
    sensor, _ = write_sensor(tmp_path, 'kind = "beams"\nline = "stationen"\nfirst_pin = 1\nsecond_pin = 2', SIMULATED)
    for file, key in ((write_devices(tmp_path, 1, date(2026, 10, 12))[0], "kind"), (sensor, "simulated")):
        done = CliRunner().invoke(command, [str(file)])
        assert done.exit_code == 2
        assert f"{file} is wrong:\n  source.{key}: a simulated source is for demos and tests" in done.output


def _analyze(*words: str) -> str:
    need(shutil.which("systemd-analyze") is not None, "systemd-analyze, of Debian's package systemd")
    done = subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)
    return f"{done.stdout}{done.stderr}"


@pytest.mark.full
def test_systemd_takes_every_unit_and_holds_it_for_safe(file: Path, tmp_path: Path) -> None:
    own = counter_unit(_with(load(file), "/var/lib/platspuls/a/outbox.sqlite3"), file, Path(sys.executable))
    (tmp_path / own.path.name).write_text(own.text)
    for name in ("platspuls-ingest.service", "platspuls-api.service"):
        text = (DEPLOY / name).read_text()
        assert str(PYTHON) in text
        (tmp_path / name).write_text(text.replace(str(PYTHON), sys.executable))
    for path in tmp_path.glob("*.service"):
        assert _analyze("verify", str(path)) == ""
        said = _analyze("security", "--offline=yes", str(path))
        found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
        assert found is not None, said
        assert float(found[1]) < 2
