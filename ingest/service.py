"""The ingest program put together: broker, worker, database."""

import logging
import threading
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from core import wire
from ingest.batch.writer import StoredBatch
from ingest.day_sums import BackgroundSums
from ingest.health import BrokerState, HealthEndpoint, Routes, health, metrics_answer, readiness
from ingest.inbox import BatchLimits, GatheredBatch, Inbox, gather
from ingest.live.state import LatestStates
from ingest.messages import LiveMessage, LiveState, RefusedMessage, StatusMessage, Storable, decode
from ingest.metrics import Gauges, Metrics
from ingest.mqtt.address import BrokerAddress, MqttError
from ingest.mqtt.connection import MqttConnection
from ingest.reconnecting_store import ReconnectingStore, StoreHandle
from ingest.settings import IngestSettings
from ingest.throughput_log import ThroughputLog

_log: Final = logging.getLogger(__name__)

_LAST_POLL_S: Final = 0.2
"""What the network had already brought when the end was asked for is handed over within this time."""
_SHUTDOWN_S: Final = 2.0
"""How long the last receipts may take to leave, in seconds."""


class IngestService:
    """Gathers messages, stores them, acknowledges them and sends receipts, in this order.

    Args:
        settings: how.
        stop: ends `run` when it is set.
    """

    def __init__(self, settings: IngestSettings, stop: threading.Event) -> None:
        self._stop = stop
        self._drain_s = settings.drain_s
        self._live_interval_s = settings.live_interval_ms / 1000
        self._live_due = time.monotonic()
        self._limits = limits_of(settings)
        self._inbox = Inbox(settings.queue_messages)
        self._handled = 0
        self._ahead: Future[GatheredBatch] | None = None
        self._mqtt = MqttConnection(address_of(settings), self._inbox.offer, self._inbox.wait_for_room)
        self._url = settings.database_url.get_secret_value()
        self._store = ReconnectingStore(self._url, stop)
        self._day_sums = BackgroundSums(self._store)
        self._latest = LatestStates()
        self._throughput = ThroughputLog()
        self._batch_log_level = logging.INFO if settings.log_batches else logging.DEBUG
        self._health = HealthEndpoint(settings.metrics_host, settings.metrics_port)
        self._metrics = Metrics(
            Gauges(
                self._inbox.__len__,
                self._mqtt.is_subscribed,
                self._mqtt.full_s,
                lambda: self._mqtt.receipt_fault() is not None,
                self._mqtt.receipts_refused,
                self._store.is_away,
                self._store.away_s,
            )
        )

    def run(self) -> None:
        """Work until asked to stop; then store what has arrived, and end.

        Raises:
            NotReadyError: the database is not as it must be.
            MqttError: the broker refuses the subscription.
            HealthError: the port of metrics is taken.
        """
        with self._health.serving(self._routes()), ThreadPoolExecutor(1, "decoding") as decoding:
            self._run(decoding)

    def _routes(self) -> Routes:
        return {
            "/metrics": lambda: metrics_answer(self._metrics.as_text()),
            "/healthz": lambda: health(self._store.stalled_s()),
            "/readyz": lambda: readiness(self._url, self._broker()),
        }

    def _broker(self) -> BrokerState:
        return BrokerState(self._mqtt.is_subscribed(), self._mqtt.full_s(), self._mqtt.receipt_fault())

    def _run(self, decoding: ThreadPoolExecutor) -> None:
        try:
            if not self._store.run_with_retries(lambda _store: True):
                return
            self._mqtt.start()
            ahead = self._ahead = self._gather_ahead(decoding)
            while not self._stop.is_set():
                self._mqtt.check()
                batch = ahead.result()
                self._ahead = self._gather_ahead(decoding)
                self._process(batch, decoding=decoding)
                ahead = self._ahead
            self._ahead = None
            self._drain(ahead.result())
            self._store.end()
        except MqttError:
            self._store.end()  # what the broker refuses is not the fault of anything that was stored
            raise
        finally:
            self._inbox.close()
            self._mqtt.stop(_SHUTDOWN_S)
            self._store.close()
            self._throughput.report()

    def _gather_ahead(self, decoding: ThreadPoolExecutor) -> Future[GatheredBatch]:
        return decoding.submit(gather, self._inbox, self._limits, self._live_interval_s, self._store.gil_turn.give_way)

    def _drain(self, batch: GatheredBatch) -> None:
        """Store what had come when the end was asked for, and poll one last time."""
        deadline = time.monotonic() + self._drain_s
        came = self._inbox.came
        self._process(batch, deadline)
        while self._handled < came and time.monotonic() < deadline:
            self._process(gather(self._inbox, self._limits, 0), deadline)
        if time.monotonic() < deadline:
            self._process(gather(self._inbox, self._limits, _LAST_POLL_S), deadline)

    def _process(
        self, batch: GatheredBatch, deadline: float | None = None, decoding: ThreadPoolExecutor | None = None
    ) -> None:
        """Store one batch and write the live state; meanwhile the next batch is received and decoded."""
        ticks = [decode(message) for message in self._inbox.take_ticks()]
        self._store.note_progress()
        self._note_came((*batch.decoded, *ticks))
        work = [*storable(batch.decoded), *storable(ticks)]
        self._store_batch(batch, work, deadline, decoding)
        self._write_live_state(deadline)
        if deadline is None:
            self._day_sums.sum_up_if_due(is_busy=bool(work))
        dropped, ignored = self._inbox.take_dropped(), self._latest.take_ignored() + sum(map(_is_bad_tick, ticks))
        self._throughput.note_left_out(dropped, ignored)
        self._metrics.note_left_out(dropped + ignored)
        self._throughput.report_if_due()

    def _note_came(self, decoded: Sequence[Storable | LiveState]) -> None:
        self._metrics.note_came(decoded)
        for message in decoded:
            if isinstance(message, LiveMessage | StatusMessage):
                self._latest.note(message)

    def _join_next(self, decoding: ThreadPoolExecutor) -> GatheredBatch:
        """Return what has come meanwhile, when the server fails at a batch: where others pass, it stops none."""
        if self._ahead is None or not self._ahead.done():
            return GatheredBatch((), ())
        joined = self._ahead.result()
        self._ahead = self._gather_ahead(decoding)
        self._note_came(joined.decoded)
        return joined

    def _store_batch(
        self,
        batch: GatheredBatch,
        work: list[Storable],
        deadline: float | None,
        decoding: ThreadPoolExecutor | None,
    ) -> None:
        """Store, then acknowledge, then send receipts. Nothing is acknowledged when it had to be given up."""
        began = time.monotonic()
        came = list(batch.messages)

        def attempt(store: StoreHandle) -> list[StoredBatch]:
            if decoding and self._store.server_fails() and len(work) < self._limits.messages:
                joined = self._join_next(decoding)
                came.extend(joined.messages)
                work.extend(storable(joined.decoded))
            return store.quarantine.store(work)

        done = self._store.run_with_retries(attempt, deadline) if work else []
        self._handled += len(came)
        if done is None:
            return
        took_s = time.monotonic() - began
        self._mqtt.acknowledge(came)
        for stored in done:
            self._mqtt.publish(stored.receipts)
            self._throughput.note(stored)
        self._throughput.note_messages(len(work))
        self._metrics.note_stored(done, work, took_s)
        if work:
            self._log_batch(done, len(work), took_s)

    def _log_batch(self, done: Sequence[StoredBatch], messages: int, took_s: float) -> None:
        counts = {
            "messages": messages,
            "records": sum(stored.records for stored in done),
            "facts": sum(stored.facts for stored in done),
            "ms": round(took_s * 1000, 1),
        }
        shown = "stored %(messages)d messages, %(records)d records, %(facts)d facts in %(ms).1f ms"
        _log.log(self._batch_log_level, shown, counts, extra=counts)

    def _write_live_state(self, deadline: float | None) -> None:
        """Write what is true now, at most once an interval; ask those to send again who believe too much is stored."""
        if not self._latest or time.monotonic() < self._live_due:
            return
        for asked in self._store.run_with_retries(lambda store: store.live.write(self._latest), deadline) or ():
            self._throughput.note_rewind(asked)
            self._mqtt.publish([asked])
        self._live_due = time.monotonic() + self._live_interval_s


def storable(messages: Iterable[Storable | LiveState]) -> list[Storable]:
    """Return what goes through the writer.

    A live tick that can't be decoded does not: it comes every few seconds, and the next one supersedes it.
    """
    return [
        message
        for message in messages
        if not isinstance(message, LiveMessage | StatusMessage) and not _is_bad_tick(message)
    ]


def _is_bad_tick(message: Storable | LiveState) -> bool:
    return isinstance(message, RefusedMessage) and message.topic is not None and message.topic.kind is wire.Kind.LIVE


def limits_of(settings: IngestSettings) -> BatchLimits:
    """Return when a batch is full. Half of what the broker may send at once: the other half arrives meanwhile."""
    return BatchLimits(
        facts=settings.batch_facts, messages=settings.receive_maximum // 2, age_s=settings.batch_age_ms / 1000
    )


def address_of(settings: IngestSettings) -> BrokerAddress:
    """Return how to reach the broker. Raises SettingsError when the password's file can't be read."""
    return BrokerAddress(
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
        packets=settings.mqtt_packets,
    )
