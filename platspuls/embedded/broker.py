"""A real MQTT broker (rumqttd, from a wheel) on loopback, for one machine."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from string import Template

from platspuls.embedded.process import (
    Command,
    EmbeddedError,
    accepts,
    check_port,
    free_port,
    start,
    stop,
    wait_until,
)


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker listens: one port for MQTT 5, one for MQTT 3.1.1."""

    folder: Path
    port_v5: int
    port_v311: int
    host: str = "127.0.0.1"

    def command(self) -> Command:
        """Return how to run the broker in the foreground."""
        config = self.folder / "broker.toml"
        words = [sys.executable, "-m", "iotcore", "--config", str(config), "--log-level", "CRITICAL"]
        return Command(words, self.folder / "broker.log")

    def is_ready(self) -> bool:
        """Return whether both ports take connections."""
        return accepts(self.host, self.port_v5) and accepts(self.host, self.port_v311)


def prepare(folder: Path, *, port_v5: int = 0, port_v311: int = 0) -> Broker:
    """Write the broker's configuration; port 0 means any free one. Raises EmbeddedError for a busy port."""
    if find_spec("iotcore") is None:
        raise EmbeddedError("the embedded broker is not installed: pip install 'platspuls[embedded]'")
    broker = Broker(folder, port_v5 or free_port(), port_v311 or free_port())
    for port in (broker.port_v5, broker.port_v311):
        check_port(broker.host, port, "the MQTT broker")
    folder.mkdir(parents=True, exist_ok=True)
    template = Template(files("platspuls.embedded").joinpath("broker.toml").read_text("utf-8"))
    (folder / "broker.toml").write_text(
        template.substitute(host=broker.host, port_v5=broker.port_v5, port_v311=broker.port_v311)
    )
    return broker


def serve(broker: Broker) -> subprocess.Popen[bytes]:
    """Start the broker and return once it takes connections. Raises EmbeddedError with the end of its log."""
    command = broker.command()
    process = start(command)
    wait_until(broker.is_ready, process, command)
    return process


@contextmanager
def running_broker(folder: Path) -> Iterator[Broker]:
    """Run a broker on free ports; end it afterwards."""
    broker = prepare(folder)
    process = serve(broker)
    try:
        yield broker
    finally:
        stop(process)
