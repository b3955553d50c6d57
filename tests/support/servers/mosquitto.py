"""Mosquitto, on loopback, with a configuration of the test's own or the one that is deployed."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platspuls.embedded.process import Command, accepts, free_port, start, stop, wait_until
from tests.support.servers import need

DEPLOYED = Path(__file__).parents[3] / "deploy" / "mosquitto" / "mosquitto.conf"


@dataclass(frozen=True, slots=True)
class Mosquitto:
    """A running broker."""

    host: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def reload(self) -> None:
        """Ask it to read its files anew; returns at once."""
        self.process.send_signal(signal.SIGHUP)


@contextmanager
def mosquitto(folder: Path, config_lines: Sequence[str]) -> Iterator[Mosquitto]:
    """Run Mosquitto with one listener, which all the lines are about; end it afterwards."""
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    need(program is not None, "Mosquitto")
    assert program is not None
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    config = folder / "mosquitto.conf"
    as_root = ["user root"] if os.geteuid() == 0 else []
    config.write_text("\n".join([*as_root, f"listener {port} 127.0.0.1", *config_lines, ""]))
    command = Command([program, "-c", str(config)], folder / "mosquitto.log")
    process = start(command)
    try:
        wait_until(lambda: accepts("127.0.0.1", port), process, command, timeout_s=10)
        yield Mosquitto("127.0.0.1", port, process, command.log)
    finally:
        stop(process)


@contextmanager
def running_mosquitto(folder: Path, config_lines: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Run Mosquitto; yield its host and port."""
    with mosquitto(folder, config_lines) as broker:
        yield broker.host, broker.port


def deployed_lines(credentials: Path) -> list[str]:
    """Return the lines of the deployed configuration, without its listener, for a folder of `platspuls device`."""
    lines = DEPLOYED.read_text("utf-8").replace("/mosquitto/credentials", str(credentials / "mosquitto")).splitlines()
    return [line for line in lines if not line.startswith("listener ")]
