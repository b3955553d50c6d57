"""How fast ingest stores, on the embedded database and broker: in the form of every day and in that of catch-up.

    python -m bench.ingest [--devices 20] [--records 3000] [--every-day 4000]

Every day: each message holds one record of four facts, and each is answered by a receipt. Catch-up: messages of up
to 100 records, at most 8 in flight a device, as after a long outage. Reports facts a second from the first message
to the last receipt, and the memory of the ingest process. The senders share the machine's cores with it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from core import wire
from core.ranges import Ranges
from ingest.batch.writer import BatchWriter
from ingest.quarantine.bisect import store_around
from platspuls.embedded.broker import Broker, running_broker
from platspuls.embedded.postgres import Cluster, running_postgres
from platspuls.embedded.process import free_port, wait_until
from store.database import Database, connect
from store.migrate import migrate
from tests.support.small_site import EPOCH, LINES, START, ZONES, line_flow, make_site, received, zone_flow

FACTS = len(LINES) + len(ZONES)
IN_FLIGHT = 8


def record(seq: int) -> wire.FlowRecord:
    """Return a minute of all lines and zones."""
    return wire.FlowRecord(
        seq=seq,
        start=START + timedelta(minutes=seq),
        period_s=60,
        setup="sim-a",
        lines=[line_flow(line, seq % 7) for line in LINES],
        zones=[zone_flow(zone, seq % 5) for zone in ZONES],
    )


def messages(records: int, size: int) -> list[tuple[int, bytes]]:
    """Return payloads, each with the last sequence number in it."""
    encoded = [wire.encode(record(seq)) for seq in range(1, records + 1)]
    return [
        (min(at + size, records), wire.encode_batch(EPOCH, encoded[at : at + size])) for at in range(0, records, size)
    ]


class Device:
    """Sends prepared messages, at most IN_FLIGHT of them without a receipt."""

    def __init__(self, site: str, port: int, payloads: Sequence[tuple[int, bytes]]) -> None:
        self._topic = str(wire.Topic(site, "cam", wire.Kind.RECORDS))
        self._payloads = payloads
        self._settled = Ranges()
        self._changed = threading.Condition()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, client_id=site, protocol=paho.MQTTv5)
        self._client.on_connect = lambda *_: self._client.subscribe(self._topic.replace("records", "receipt"), 1)
        self._client.on_message = self._hear
        self._subscribed = threading.Event()
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self._subscribed.wait(10)

    def _hear(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        receipt = wire.decode(wire.Kind.RECEIPT, bytes(message.payload))
        assert isinstance(receipt, wire.Receipt)  # noqa: S101 - a benchmark
        with self._changed:
            self._settled = self._settled.union(Ranges.of([(1, receipt.through), *receipt.also]))
            self._changed.notify_all()

    def deliver(self) -> None:
        """Send everything and wait for the last receipt."""
        for number, (_, payload) in enumerate(self._payloads):
            self._await(number - IN_FLIGHT)
            self._client.publish(self._topic, payload, 1)
        self._await(len(self._payloads) - 1)
        self._client.disconnect()
        self._client.loop_stop()

    def _await(self, number: int) -> None:
        if number >= 0:
            with self._changed:
                done = self._changed.wait_for(lambda: self._payloads[number][0] in self._settled, 60)
            if not done:
                raise SystemExit(f"no receipt for message {number}")


def is_ready(port: int) -> bool:
    """Return whether ingest is subscribed and has its database: what is sent before would never be received."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


@contextmanager
def ingest(cluster: Cluster, broker: Broker) -> Iterator[subprocess.Popen[bytes]]:
    """Run the program; end it afterwards."""
    port = free_port()
    environment = {
        "PLATSPULS_INGEST_METRICS_PORT": str(port),
        "PLATSPULS_DATABASE_URL": cluster.url(),
        "PLATSPULS_INGEST_MQTT_PORT": str(broker.port_v5),
        "PLATSPULS_INGEST_LOG_LEVEL": "warning",
    }
    words = [sys.executable, "-m", "platspuls", "ingest", "run"]
    process = subprocess.Popen(words, env=os.environ | environment)
    try:
        wait_until(lambda: is_ready(port), process, words, timeout_s=60)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def memory_mb(pid: int) -> str:
    """Return the memory that the process holds, and the most it has held, in MB."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return ", ".join(f"{name} {int(lines[name].split()[0]) / 1024:.0f} MB" for name in ("VmRSS", "VmHWM"))


@dataclass(frozen=True, slots=True)
class Load:
    """What all devices send at once: payloads, each with the last sequence number in it."""

    name: str
    payloads: Sequence[tuple[int, bytes]]
    sites: Sequence[str]


def run(load: Load, database: Database, cluster: Cluster, broker: Broker) -> None:
    """Let all devices deliver at once, and print how fast it went."""
    for site in load.sites:
        make_site(database, site)
    with ingest(cluster, broker) as process:
        devices = [Device(site, broker.port_v5, load.payloads) for site in load.sites]
        began = time.monotonic()
        with ThreadPoolExecutor(len(devices)) as pool:
            list(pool.map(Device.deliver, devices))
        took_s = time.monotonic() - began
        facts = load.payloads[-1][0] * FACTS * len(load.sites)
        sent = len(load.payloads) * len(load.sites)
        rates = f"{sent / took_s:,.0f} messages/s, {facts / took_s:,.0f} facts/s"
        print(f"{load.name}: {rates}; {memory_mb(process.pid)}")


def without_broker(cluster: Cluster, database: Database, records: int) -> None:
    """Print how fast the writer is when nothing has to be read from a broker."""
    make_site(database, "alone")
    batches = [
        received(*(record(seq) for seq in range(at, at + 100)), site="alone") for at in range(1, records + 1, 100)
    ]
    with connect(cluster.url(), application="bench", autocommit=True) as connection:
        writer = BatchWriter(connection)
        began = time.monotonic()
        for at in range(0, len(batches), 5):
            list(store_around(writer.store, batches[at : at + 5]))
        took_s = time.monotonic() - began
    print(f"writer alone, batches of {500 * FACTS} facts: {records * FACTS / took_s:,.0f} facts/s")


def main() -> None:
    """Run all three."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--devices", type=int, default=20)
    parser.add_argument("--records", type=int, default=3000)
    parser.add_argument("--every-day", type=int, default=4000)
    wanted = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres(Path(folder) / "pg") as cluster,
        connect(cluster.url(), application="bench", autocommit=True) as database,
    ):
        migrate(database)
        without_broker(cluster, database, 10_000)
        for name, records, size in (("catch-up", wanted.records, 100), ("day", wanted.every_day // wanted.devices, 1)):
            sites = [f"{name}-{number}" for number in range(wanted.devices)]
            with running_broker(Path(folder) / name) as broker:
                run(Load(name, messages(records, size), sites), database, cluster, broker)


if __name__ == "__main__":
    main()
