"""A device's side of the delivery in its simplest form: sends everything again until receipts cover it."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from core import wire
from core.ranges import Ranges
from tests.support.clients import end
from tests.support.small_site import EPOCH, payload
from tests.support.waiting import PATIENCE_S


class Sender:
    """One device at the broker.

    Attributes:
        settled: what the receipts heard so far cover.
        receipts: how many were heard.
    """

    def __init__(self, site: str, device: str, port: int, epoch: str = EPOCH) -> None:
        self._topic = {kind: str(wire.Topic(site, device, kind)) for kind in wire.Kind}
        self._epoch = epoch
        self._ready = threading.Event()
        self.settled = Ranges()
        self.receipts = 0
        self.client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=f"{site}-{device}", protocol=MQTTProtocolVersion.MQTTv5
        )
        self.client.on_connect = lambda *_: self.client.subscribe(self._topic[wire.Kind.RECEIPT], 1)
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.on_message = self._hear
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        assert self._ready.wait(PATIENCE_S)

    def _hear(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        receipt = wire.decode(wire.Kind.RECEIPT, bytes(message.payload))
        assert isinstance(receipt, wire.Receipt)
        if receipt.epoch == self._epoch:
            pairs = [(1, receipt.through)] if receipt.through else []
            self.settled = self.settled.union(Ranges.of([*pairs, *receipt.also]))
            self.receipts += 1

    def topic(self, kind: wire.Kind) -> str:
        return self._topic[kind]

    def publish(self, kind: wire.Kind, content: bytes, qos: int = 1) -> None:
        self.client.publish(self._topic[kind], content, qos)

    def send(self, records: Sequence[wire.Record], size: int = 5) -> None:
        """Send what isn't settled, so many records a message."""
        left = [record for record in records if record.seq not in self.settled]
        for at in range(0, len(left), size):
            self.publish(wire.Kind.RECORDS, payload(left[at : at + size], self._epoch))

    def deliver(self, records: Sequence[wire.Record], timeout_s: float = PATIENCE_S, again_s: float = 1.0) -> None:
        """Send until everything is settled."""
        deadline = time.monotonic() + timeout_s
        while not all(record.seq in self.settled for record in records):
            assert time.monotonic() < deadline, f"only {self.settled} is settled"
            self.send(records)
            resend_at = time.monotonic() + again_s
            while time.monotonic() < resend_at and not all(record.seq in self.settled for record in records):
                time.sleep(0.01)

    def close(self) -> None:
        end(self.client)


@contextmanager
def sender(site: str, device: str, port: int, epoch: str = EPOCH) -> Iterator[Sender]:
    """Connect a device; disconnect it afterwards."""
    device_side = Sender(site, device, port, epoch)
    try:
        yield device_side
    finally:
        device_side.close()
