"""A counter in this process, and a subscriber that answers it, over a real broker."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from core import wire
from core.clock import SystemClock
from core.ranges import Ranges
from counter.service.run import count
from counter.sources.port import Input
from platspuls.embedded.broker import Broker
from tests.support.clients import end
from tests.support.counter.walkers import Walkers, device_file
from tests.support.waiting import PATIENCE_S


@dataclass
class Server:
    """A subscriber that gives receipts for what it read, as the ingest does after its commit."""

    host: str
    port: int
    site: str
    answers: bool = True
    records: list[wire.Record] = field(default_factory=list)
    batches: list[wire.Batch] = field(default_factory=list)
    statuses: list[wire.Status] = field(default_factory=list)
    ticks: list[wire.Live] = field(default_factory=list)
    settled: dict[str, set[int]] = field(default_factory=dict)
    ready: Event = field(default_factory=Event)
    faults: list[Exception] = field(default_factory=list)
    now: Callable[[], datetime] | None = None

    def __post_init__(self) -> None:
        name = f"server-{self.site}"
        self.client = Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5)
        self.client.on_connect = lambda client, *_: client.subscribe(f"platspuls/v1/{self.site}/+/#", qos=1)
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_message = self._on_message

    def connect(self) -> None:
        self.client.connect(self.host, self.port, clean_start=True)
        self.client.loop_start()
        assert self.ready.wait(PATIENCE_S)

    def close(self) -> None:
        end(self.client)

    def _on_message(self, client: Client, _data: object, message: MQTTMessage) -> None:
        try:
            self._take(client, message)
        except Exception as error:  # noqa: BLE001 - paho's thread would die silently; the test looks here
            self.faults.append(error)

    def _take(self, client: Client, message: MQTTMessage) -> None:
        topic = wire.parse_topic(message.topic)
        if topic.kind == wire.Kind.RECORDS:
            batch = wire.decode_batch(bytes(message.payload))
            assert batch.rejected == []
            self.batches.append(batch.batch)
            self.records += batch.batch.records
            if self.answers:
                self._answer(client, topic, batch.batch)
        if topic.kind in {wire.Kind.RECORDS, wire.Kind.RECEIPT}:
            return
        decoded = wire.decode(topic.kind, bytes(message.payload))
        if isinstance(decoded, wire.Status):
            self.statuses.append(decoded)
        if isinstance(decoded, wire.Live):
            self.ticks.append(decoded)

    def _answer(self, client: Client, topic: wire.Topic, batch: wire.Batch) -> None:
        settled = self.settled.setdefault(batch.epoch, set())
        settled.update(record.seq for record in batch.records)
        for lost in batch.lost:
            settled.update(range(lost.first, lost.last + 1))
        through, also = Ranges.of_numbers(settled).through_and_also(len(settled))
        receipt = wire.Receipt(batch.epoch, through, also, minor=min(batch.minor, wire.MINOR))
        receipt = receipt.timed(self.now().replace(microsecond=0)) if self.now else receipt
        client.publish(str(wire.Topic(topic.site, topic.device, wire.Kind.RECEIPT)), wire.encode(receipt), qos=1)


@contextmanager
def serving(broker: Broker, site: str, *, answers: bool = True) -> Iterator[Server]:
    server = Server(broker.host, broker.port_v5, site, answers)
    server.connect()
    try:
        yield server
    finally:
        server.close()
    assert server.faults == []


@contextmanager
def counting(folder: Path, walkers: Walkers, port: int, site: str, version: str = "5") -> Iterator[Thread]:
    """Run a whole counter in this process; it ends by itself once its last record has a receipt."""
    device = device_file(folder, port, site, version)
    stop = Event()
    errors: list[Exception] = []

    def work() -> None:
        try:
            count(device, Input(walkers, None), SystemClock(), stop, "0.1.0")
        except Exception as error:  # noqa: BLE001 - given to the test below
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert errors == []
