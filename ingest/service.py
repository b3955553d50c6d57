"""The ingest program put together: broker, worker, database."""

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from core import wire
from ingest.batch.writer import Stored
from ingest.health import Routes, Watched, health, metrics_answer, readiness
from ingest.inbox import Gathered, Inbox, Limits, gather
from ingest.live.state import Board
from ingest.messages import LiveMessage, Present, RefusedMessage, StatusMessage, Storable, read
from ingest.metrics import Metrics, Now
from ingest.mqtt.client import Address, Mqtt, MqttError
from ingest.reconnecting_store import Door, Session
from ingest.settings import Settings
from ingest.throughput_log import Sums

_log: Final = logging.getLogger(__name__)

_LAST_LOOK_S: Final = 0.2
"""What the network had already brought when the end was asked for is handed over within this time."""
_RECEIPTS_S: Final = 2.0
"""How long the last receipts may take to leave, in seconds."""


class Service:
    """Gathers messages, stores them, acknowledges them and sends receipts, in this order.

    Args:
        settings: how.
        stop: ends `run` when it is set.
    """

    def __init__(self, settings: Settings, stop: threading.Event) -> None:
        self._stop = stop
        self._drain_s = settings.drain_s
        self._post_every_s = settings.live_interval_ms / 1000
        self._post_due = time.monotonic()
        self._limits = limits_of(settings)
        self._inbox = Inbox(settings.queue_messages)
        self._handled = 0
        self._mqtt = Mqtt(address_of(settings), self._inbox.put)
        self._url = settings.database_url.get_secret_value()
        self._session = Session(self._url, stop)
        self._board = Board()
        self._sums = Sums()
        self._batches = logging.INFO if settings.log_batches else logging.DEBUG
        self._watched = Watched(settings.metrics_host, settings.metrics_port)
        self._metrics = Metrics(
            Now(self._inbox.__len__, self._mqtt.is_subscribed, self._session.is_away, self._session.away_s)
        )

    def run(self) -> None:
        """Work until asked to stop; then store what has arrived, and end.

        Raises:
            NotReadyError: the database is not as it must be.
            MqttError: the broker refuses the subscription.
            HealthError: the port of metrics can't be had.
        """
        with self._watched.serving(self._routes()), ThreadPoolExecutor(1, "reading") as reading:
            self._run(reading)

    def _routes(self) -> Routes:
        return {
            "/metrics": lambda: metrics_answer(self._metrics.as_text()),
            "/healthz": lambda: health(self._session.still_s()),
            "/readyz": lambda: readiness(self._url, self._mqtt.is_subscribed()),
        }

    def _run(self, reading: ThreadPoolExecutor) -> None:
        try:
            if not self._session.insist(_is_ready):
                return
            self._mqtt.start()
            ahead = self._read_ahead(reading)
            while not self._stop.is_set():
                self._mqtt.check()
                batch = ahead.result()
                ahead = self._read_ahead(reading)
                self._step(batch)
            self._drain(ahead.result())
            self._session.end()
        except MqttError:
            self._session.end()  # what the broker refuses is no fault of anything that was stored
            raise
        finally:
            self._inbox.close()
            self._mqtt.stop(_RECEIPTS_S)
            self._session.close()
            self._sums.report()

    def _read_ahead(self, reading: ThreadPoolExecutor) -> Future[Gathered]:
        return reading.submit(gather, self._inbox, self._limits, self._post_every_s, self._session.pace.give_way)

    def _drain(self, batch: Gathered) -> None:
        """Store what had come when the end was asked for, and take one last look."""
        deadline = time.monotonic() + self._drain_s
        came = self._inbox.came
        self._step(batch, deadline)
        while self._handled < came and time.monotonic() < deadline:
            self._step(gather(self._inbox, self._limits, 0), deadline)
        if time.monotonic() < deadline:
            self._step(gather(self._inbox, self._limits, _LAST_LOOK_S), deadline)

    def _step(self, batch: Gathered, deadline: float | None = None) -> None:
        """Take one batch through. Meanwhile the next one is read."""
        ticks = [read(message) for message in self._inbox.take_ticks()]
        self._session.move()
        self._metrics.note_came((*batch.read, *ticks))
        for message in (*batch.read, *ticks):
            if isinstance(message, LiveMessage | StatusMessage):
                self._board.note(message)
        self._store(batch, [*storable(batch.read), *storable(ticks)], deadline)
        self._post(deadline)
        dropped, ignored = self._inbox.take_dropped(), self._board.take_ignored() + sum(map(_is_bad_tick, ticks))
        self._sums.note_left_out(dropped, ignored)
        self._metrics.note_left_out(dropped + ignored)
        self._sums.report_if_due()
        self._handled += len(batch.messages)

    def _store(self, batch: Gathered, work: Sequence[Storable], deadline: float | None) -> None:
        """Store, then acknowledge, then send receipts. Nothing is acknowledged when it had to be given up."""
        began = time.monotonic()
        done = self._session.insist(lambda door: door.quarantine.store(work), deadline) if work else []
        if done is None:
            return
        took_s = time.monotonic() - began
        self._mqtt.acknowledge(batch.messages)
        for stored in done:
            self._mqtt.publish(stored.receipts)
            self._sums.note(stored)
        self._sums.note_messages(len(work))
        self._metrics.note_stored(done, work, took_s)
        if work:
            self._log_batch(done, len(work), took_s)

    def _log_batch(self, done: Sequence[Stored], messages: int, took_s: float) -> None:
        counts = {
            "messages": messages,
            "records": sum(stored.records for stored in done),
            "facts": sum(stored.facts for stored in done),
            "ms": round(took_s * 1000, 1),
        }
        shown = "stored %(messages)d messages, %(records)d records, %(facts)d facts in %(ms).1f ms"
        _log.log(self._batches, shown, counts, extra=counts)

    def _post(self, deadline: float | None) -> None:
        """Write what is true now, at most once an interval; ask those to send again who believe too much is stored."""
        if not self._board or time.monotonic() < self._post_due:
            return
        for asked in self._session.insist(lambda door: door.poster.post(self._board), deadline) or ():
            topic, through = asked.topic, asked.receipt.through
            _log.warning("%s/%s is asked to send again what follows %d", topic.site, topic.device, through)
            self._mqtt.publish([asked])
        self._post_due = time.monotonic() + self._post_every_s


def storable(messages: Iterable[Storable | Present]) -> list[Storable]:
    """Return what goes through the writer.

    A live tick that can't be read does not: it comes every few seconds, and the next one supersedes it.
    """
    return [
        message
        for message in messages
        if not isinstance(message, LiveMessage | StatusMessage) and not _is_bad_tick(message)
    ]


def _is_bad_tick(message: Storable | Present) -> bool:
    return isinstance(message, RefusedMessage) and message.topic is not None and message.topic.kind is wire.Kind.LIVE


def _is_ready(_door: Door) -> bool:
    return True


def limits_of(settings: Settings) -> Limits:
    """Return when a batch is full. Half of what the broker may send at once: the other half arrives meanwhile."""
    return Limits(
        facts=settings.batch_facts, messages=settings.receive_maximum // 2, age_s=settings.batch_age_ms / 1000
    )


def address_of(settings: Settings) -> Address:
    """Return how to reach the broker. Raises SettingsError when the password's file can't be read."""
    return Address(
        host=settings.mqtt_host,
        port=settings.mqtt_port,
        version=settings.mqtt_version,
        username=settings.mqtt_username,
        password=settings.password(),
        tls=settings.mqtt_tls,
        tls_ca=settings.mqtt_tls_ca,
        tls_cert=settings.mqtt_tls_cert,
        tls_key=settings.mqtt_tls_key,
        keepalive_s=settings.mqtt_keepalive_s,
        share=settings.share,
        receive_maximum=settings.receive_maximum,
    )
