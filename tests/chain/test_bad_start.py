"""What can go wrong when a place is started: a clear sentence each, and nothing else is harmed."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platspuls.embedded import broker, postgres
from platspuls.embedded.installation import open_folder
from platspuls.embedded.process import EmbeddedError, free_port

pytestmark = pytest.mark.chain


@pytest.fixture
def folder(server_folder: Path, request: pytest.FixtureRequest) -> Path:
    return server_folder / request.node.name


def _demo(folder: Path, port: int) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "platspuls", "demo", "--folder", str(folder), "--port", str(port)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def test_a_busy_port(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        done = _demo(folder, port := other.getsockname()[1])
    assert done.returncode == 1
    assert done.stderr == f"Error: port {port} on 127.0.0.1 for the pages can't be used: Address already in use\n"


def test_a_folder_in_use(folder: Path) -> None:
    with open_folder(folder):
        done = _demo(folder, free_port())
    assert done.stderr == f"Error: the folder {folder} is in use by another Platspuls: end that one first\n"


def test_a_folder_of_another_version(folder: Path) -> None:
    folder.mkdir()
    (folder / "LAYOUT").write_text("7\n")
    done = _demo(folder, free_port())
    assert done.stderr.startswith(f"Error: the folder {folder} has layout '7', this version knows '1'")
    assert sorted(path.name for path in folder.iterdir()) == ["LAYOUT", "lock"]


def test_a_database_of_another_version(folder: Path) -> None:
    cluster = postgres.prepare(folder)
    cluster.close()
    (cluster.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedError, match=r"was made by PostgreSQL 9, this is PostgreSQL \d+"):
        postgres.prepare(folder)


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = _demo(tmp_path / "file" / "demo", free_port())
    assert done.returncode == 1
    assert "can't be used: Not a directory" in done.stderr


def test_an_initialisation_that_was_killed_is_made_again(folder: Path) -> None:
    folder.mkdir()
    (folder / "data.unfinished").mkdir()
    (folder / "data.unfinished" / "rubbish").touch()
    cluster = postgres.prepare(folder)
    cluster.close()
    assert (cluster.data / "PG_VERSION").exists()
    assert not (folder / "data.unfinished").exists()


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of 24 MB: too small for a database."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(words, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    done = _demo(small_disk / "demo", free_port())
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_busy_broker_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"port {port} on 127.0.0.1 for the MQTT broker can't be used"):
            broker.prepare(tmp_path, port_v5=port)
