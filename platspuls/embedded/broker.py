"""A real MQTT broker (rumqttd, from a wheel) on loopback, for one machine."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

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

# The broker keeps what it passes in memory, so many segments of so many bytes a filter at most. A subscriber
# that falls further behind misses messages; the devices send them again, since only a receipt settles them.
_SEGMENT_BYTES: Final = 1_048_576
_SEGMENTS: Final = 8
_MAX_PAYLOAD_BYTES: Final = 70_000
"""A little above what the wire allows: the broker cuts off who sends more."""
_SERVER = """
[{version}.1]
name = "{version}"
listen = "{host}:{port}"
next_connection_delay_ms = 1
[{version}.1.connections]
connection_timeout_ms = 60000
max_payload_size = {max_payload}
max_inflight_count = 200
dynamic_filters = true
"""
_ROUTER = """\
id = 0
[router]
id = 0
max_connections = 10000
max_outgoing_packet_count = 200
max_segment_size = {segment_bytes}
max_segment_count = {segments}
"""


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
    (folder / "broker.toml").write_text(_configuration(broker))
    return broker


def _configuration(broker: Broker) -> str:
    ports = {"v5": broker.port_v5, "v4": broker.port_v311}
    servers = [
        _SERVER.format(version=version, host=broker.host, port=port, max_payload=_MAX_PAYLOAD_BYTES)
        for version, port in ports.items()
    ]
    return _ROUTER.format(segment_bytes=_SEGMENT_BYTES, segments=_SEGMENTS) + "".join(servers)


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
