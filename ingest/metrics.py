"""What Prometheus reads: counts of what came and what became of it. The one file that imports its library.

Labels are words of this program alone (kinds, codes, causes), so that no stranger can make up new ones.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from core import wire
from ingest.batch.writer import StoredBatch
from ingest.messages import LiveState, RecordsMessage, StatusMessage, Storable

_PREFIX: Final = "platspuls_ingest"
_SIZES: Final = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)
_SECONDS: Final = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_AGES_S: Final = (-60.0, -5.0, 0.0, 5.0, 30.0, 120.0, 900.0, 3600.0, 86_400.0, 604_800.0, 2_592_000.0)
_OFFSETS_S: Final = (0.01, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Gauges:
    """Values that are read at the moment of a scrape: a collector of Prometheus.

    Attributes:
        queued: messages that wait for the worker.
        is_broker_connected: whether messages can come.
        full_s: for how long what came has found no room, in seconds.
        are_receipts_failing: whether devices get no receipts, as far as the broker shows.
        receipts_refused: receipts that the broker has refused since the start.
        is_database_away: whether the worker waits for the database.
        away_s: how long the database has been away since the start, in seconds.
    """

    queued: Callable[[], int]
    is_broker_connected: Callable[[], bool]
    full_s: Callable[[], float]
    are_receipts_failing: Callable[[], bool]
    receipts_refused: Callable[[], int]
    is_database_away: Callable[[], bool]
    away_s: Callable[[], float]

    def collect(self) -> Iterator[Metric]:
        """Yield one value each."""
        yield GaugeMetricFamily(f"{_PREFIX}_queue_messages", "Messages that wait for the worker.", self.queued())
        yield GaugeMetricFamily(
            f"{_PREFIX}_broker_connected", "1 while subscribed at the broker.", int(self.is_broker_connected())
        )
        yield GaugeMetricFamily(
            f"{_PREFIX}_inbox_full_seconds", "For how long what came has found no room.", self.full_s()
        )
        yield GaugeMetricFamily(
            f"{_PREFIX}_receipts_failing", "1 while devices get no receipts.", int(self.are_receipts_failing())
        )
        yield CounterMetricFamily(
            f"{_PREFIX}_receipts_refused",
            "Receipts that the broker refused: their devices send again.",
            self.receipts_refused(),
        )
        yield GaugeMetricFamily(
            f"{_PREFIX}_database_away", "1 while the worker waits for the database.", int(self.is_database_away())
        )
        yield CounterMetricFamily(
            f"{_PREFIX}_database_away_seconds", "Time that the worker waited for the database.", self.away_s()
        )


class Metrics:
    """Counts for one service, in a registry of its own.

    Args:
        now: values that are read at the moment of a scrape.
    """

    def __init__(self, now: Gauges) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._registry.register(now)
        self._messages = self._counter("messages", "Messages that came, by kind of topic.", "kind")
        self._records = self._counter("records_stored", "Records stored for the first time.")
        self._facts = self._counter("facts_stored", "Facts stored and counted.")
        self._repeats = self._counter("records_repeated", "Records that were settled before.")
        self._unkept = self._counter(
            "repeats_not_compared", "Repeated records of which nothing is kept, or that were declared lost."
        )
        self._forks = self._counter("forks", "Epochs in which a number came again with other contents.")
        self._conflicts = self._counter("conflicts", "Facts kept but not counted: their time was covered before.")
        self._lost = self._counter("records_lost", "Records that devices declared lost.")
        self._rejects = self._counter("rejects", "Messages and records refused for good, by code.", "code")
        self._unkept_rejects = self._counter(
            "rejects_not_kept", "Of these, what was beyond a day's worth of a device: counted, and nothing of it kept."
        )
        self._held = self._counter("held", "Messages and records that wait to be sent again, by cause.", "cause")
        self._left_out = self._counter("ticks_left_out", "Live ticks that were dropped or that nobody may see.")
        self._batch_messages = self._histogram("batch_messages", "Messages stored together.", _SIZES)
        self._batch_s = self._histogram("batch_seconds", "Time to store a batch.", _SECONDS)
        self._lag_s = self._histogram(
            "lag_seconds", "From the arrival of a batch's first message to the commit.", _SECONDS
        )
        self._age_s = self._histogram(
            "record_age_seconds",
            "From the end of a message's newest record to its arrival: below 0 the device's clock is ahead.",
            _AGES_S,
        )
        self._offset_s = self._histogram(
            "clock_offset_seconds", "Size of the clock offset that devices report in their status.", _OFFSETS_S
        )

    def note_came(self, messages: Iterable[Storable | LiveState]) -> None:
        """Count messages by kind."""
        for message in messages:
            topic = message.topic
            self._messages.labels(topic.kind.value if topic else "none").inc()
            match message:
                case StatusMessage(status=status, retained=False) if status.clock_offset_ms is not None:
                    self._offset_s.observe(abs(status.clock_offset_ms) / 1000)
                case RecordsMessage(batch=batch, incoming=came) if batch.records:
                    newest = batch.records[-1]
                    if not isinstance(newest, wire.UnplacedRecord):
                        self._age_s.observe((came.arrived_at - newest.start).total_seconds() - newest.period_s)
                case _:
                    pass

    def note_stored(self, done: Sequence[StoredBatch], work: Sequence[Storable], took_s: float) -> None:
        """Count what became of a batch, just after its commit."""
        for stored in done:
            self._note(stored)
        if work:
            self._batch_messages.observe(len(work))
            self._batch_s.observe(took_s)
            self._lag_s.observe((datetime.now(UTC) - work[0].incoming.arrived_at).total_seconds())

    def note_left_out(self, ticks: int) -> None:
        """Count live ticks that went nowhere."""
        self._left_out.inc(ticks)

    def as_text(self) -> bytes:
        """Return all in the text form that Prometheus reads."""
        return generate_latest(self._registry)

    def _note(self, stored: StoredBatch) -> None:
        self._records.inc(stored.records)
        self._facts.inc(stored.facts)
        self._repeats.inc(stored.repeats)
        self._unkept.inc(stored.unkept)
        self._forks.inc(stored.forks)
        self._conflicts.inc(stored.conflicts)
        self._lost.inc(stored.lost)
        for refusal in stored.refusals:
            self._rejects.labels(refusal.code).inc()
        self._unkept_rejects.inc(stored.unkept_rejects)
        for cause, times in stored.held.items():
            self._held.labels(cause.cause).inc(times)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"{_PREFIX}_{name}", meaning, labels, registry=self._registry)

    def _histogram(self, name: str, meaning: str, edges: Sequence[float]) -> Histogram:
        return Histogram(f"{_PREFIX}_{name}", meaning, buckets=edges, registry=self._registry)
