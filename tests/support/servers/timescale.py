"""TimescaleDB's two free editions: Apache from Debian, in a folder of its own, and Community inside PGlite."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platspuls.embedded.process import Command, accepts, free_port, start, stop, wait_until
from store.database import DatabaseAwayError, connect
from tests.support.servers import folder, need

_BIN = "/usr/lib/postgresql/17/bin"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_preload_libraries": "timescaledb",
    "timescaledb.telemetry_level": "off",
    "fsync": "off",
    "timezone": "UTC",
}


@contextmanager
def running_apache(log_folder: Path, **settings: str) -> Iterator[str]:
    """Run TimescaleDB's Apache edition on loopback, with more settings; yield the address of an empty database."""
    root = folder() / "timescale-apache"
    need((root / _BIN.lstrip("/") / "postgres").exists(), "TimescaleDB (Apache edition)")
    need(os.geteuid() == 0, "root, for TimescaleDB's own folder,")
    data = Path(tempfile.mkdtemp(prefix="platspuls-", dir=root / "tmp"))
    inside = f"/tmp/{data.name}"  # noqa: S108 - within the server's own folder
    _in(root, "chown", "postgres:postgres", inside)
    _as_postgres(root, f"{_BIN}/initdb", "-D", inside, "-U", "platspuls", "-A", "trust", "-E", "UTF8", "-N")
    port = free_port()
    words = ["chroot", "--userspec=postgres:postgres", str(root), f"{_BIN}/postgres", "-D", inside, "-p", str(port)]
    for name, value in (_SETTINGS | settings).items():
        words += ["-c", f"{name}={value}"]
    url = f"postgresql://platspuls@127.0.0.1:{port}/postgres"
    try:
        with _running(Command(words, log_folder / "timescale-apache.log", end_signal=signal.SIGINT), port, url):
            yield url
    finally:
        shutil.rmtree(data)


@contextmanager
def running_community(log_folder: Path) -> Iterator[str]:
    """Run TimescaleDB's Community edition in Node (one connection at a time, no COPY); yield its address."""
    home = folder() / "timescale-community"
    need((home / "node_modules").exists() and shutil.which("node") is not None, "TimescaleDB (Community, PGlite)")
    port = free_port()
    words = ["node", str(Path(__file__).with_name("community.mjs")), str(home), str(port)]
    url = f"postgresql://postgres:any@127.0.0.1:{port}/postgres?sslmode=disable"
    with _running(Command(words, log_folder / "timescale-community.log"), port, url):
        yield url


@contextmanager
def _running(command: Command, port: int, url: str) -> Iterator[None]:
    process = start(command)
    try:
        wait_until(lambda: accepts("127.0.0.1", port) and _answers(url), process, command, timeout_s=60)
        yield
    finally:
        stop(process, how=command.end_signal)


def _answers(url: str) -> bool:
    try:
        connect(url, application="tests").close()
    except DatabaseAwayError:
        return False
    return True


def _in(root: Path, *words: str) -> None:
    subprocess.run(["chroot", str(root), *words], check=True, capture_output=True)


def _as_postgres(root: Path, *words: str) -> None:
    command = ["chroot", "--userspec=postgres:postgres", str(root), *words]
    subprocess.run(command, check=True, capture_output=True)
