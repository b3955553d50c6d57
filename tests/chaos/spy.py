"""Hears all receipts, and checks that none is ahead of its commit.

What a receipt tells was committed before it left, and a store only adds: so whatever was heard must be settled in the
store when it is looked up afterwards, however much later. Only a restore takes something away: what was heard before
one is not looked up after it. A record that was receipted and then lost by a kill of the database is found as well.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from core import wire
from core.ranges import Ranges
from store.database import Database, connect
from tests.support.clients import end

_SETTLED: Final = """
select site.key || '/' || device.key || '/' || epoch, (stored + rejected + lost)::text
from platspuls.delivery join platspuls.device using (device_id) join platspuls.site using (site_id)
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """A receipt and when it was heard, aware UTC."""

    at: datetime
    topic: str
    payload: bytes


@dataclass(slots=True)
class Spy:
    """Listens beside the devices. `start`, then `close`.

    Attributes:
        url: the store's address.
        port: the broker's.
        checked: receipts that were looked up.
        rewinds: how many asked for records again.
        restores: how often the store was restored; before the first nobody may ask for records again.
        early: receipts that covered what was not settled.
        faults: sentences about receipts that were ahead of their commit.
    """

    url: str
    port: int
    checked: int = 0
    rewinds: int = 0
    restores: int = 0
    early: int = 0
    faults: list[str] = field(default_factory=list)
    _heard: SimpleQueue[Heard] = field(default_factory=SimpleQueue)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)
    _client: Client = field(
        default_factory=lambda: Client(CallbackAPIVersion.VERSION2, "spy", protocol=MQTTProtocolVersion.MQTTv5)
    )

    def start(self) -> None:
        """Connect, and come back whenever the broker does."""
        self._client.on_connect = lambda client, *_: client.subscribe("platspuls/v1/+/+/receipt", qos=1)
        self._client.on_message = self._on_message
        self._client.reconnect_delay_set(1, 1)
        self._client.connect_async("127.0.0.1", self.port)
        self._client.loop_start()
        thread = threading.Thread(target=self._work)
        thread.start()
        self._threads.append(thread)

    def close(self) -> None:
        """Look up what was heard, and end."""
        end(self._client)
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @contextmanager
    def looking_away(self) -> Iterator[None]:
        """Forget what was heard before and inside: a restore takes back what was settled."""
        with self._lock:
            yield
            self.restores += 1
            while not self._heard.empty():
                self._heard.get()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self._heard.put(Heard(datetime.now(UTC), message.topic, bytes(message.payload)))

    def _work(self) -> None:
        database: Database | None = None
        while not self._stop.wait(0.1) or not self._heard.empty():
            with self._lock:
                heard = list(self._take())
                while heard:
                    try:
                        database = database or connect(self.url, application="chaos spy", autocommit=True)
                        settled = {key: Ranges.parse(text) for key, text in database.execute(_SETTLED.encode())}
                    except Exception as error:  # noqa: BLE001 - the database may go away: reported when it stays so
                        _close(database)
                        database = None
                        if self._stop.is_set():
                            self.faults.append(f"{len(heard)} receipts could not be looked up: {error}")
                            break
                        self._stop.wait(0.2)
                    else:
                        self._check(heard, settled)
                        break
        _close(database)

    def _take(self) -> Iterator[Heard]:
        while True:
            try:
                yield self._heard.get_nowait()
            except Empty:
                return

    def _check(self, heard: list[Heard], settled: dict[str, Ranges]) -> None:
        for one in heard:
            topic = wire.parse_topic(one.topic)
            receipt = wire.decode(wire.Kind.RECEIPT, one.payload)
            assert isinstance(receipt, wire.Receipt)
            self.checked += 1
            known = settled.get(f"{topic.site}/{topic.device}/{receipt.epoch}", Ranges())
            receipted = Ranges.of([*([(1, receipt.through)] if receipt.through else []), *receipt.also])
            if known.union(receipted) != known:
                self.early += 1
                self.faults.append(f"{one.at:%H:%M:%S.%f} {one.topic}: {receipted} was receipted, {known} is settled")
            if receipt.rewind:
                self.rewinds += 1
                if not self.restores:
                    self.faults.append(f"{one.at:%H:%M:%S.%f} {one.topic}: asks again, but nothing was restored")


def _close(database: Database | None) -> None:
    if database:
        database.close()
