"""The network thread: publishes what the outbox holds and applies receipts. Counting never waits for it."""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Final

from core import wire
from core.clock import Clock, SystemClock, aware, floor_ms, to_ms
from core.logs import ThrottledLog
from counter.believed_clock import ServerTimes
from counter.delivery.batch_scheduler import DeliveryPolicy
from counter.delivery.link import BrokerLink
from counter.delivery.mqtt import BrokerConnection
from counter.delivery.outbox_delivery import OutboxDelivery
from counter.delivery.reconnect_backoff import ReconnectBackoff
from counter.device_file import DeviceFile
from counter.errors import BrokerConnectionError, OutboxUnavailableError, SessionTakenOverError
from counter.health import FrameMeter, clock_offset_ms, temperature_c
from counter.records.outbox import Outbox
from counter.watchdog import Heartbeat

_POLL_S: Final = 0.2
"""Poll interval, in seconds: how long a live tick or a new record may lie before it is sent."""
_STATUS_INTERVAL_S: Final = 60.0
_STATUS_POLL_S: Final = 1.0
_HEARTBEAT_TIMEOUT_S: Final = 600.0
"""Longer than a turn may take: asking for the broker's address on a dead network can take minutes."""
_DISK_RETRY_S: Final = 5.0
_ASK_INTERVAL_S: Final = 30.0
"""How often the server is asked for its time while the clock is doubted, in seconds."""
_MAX_LIVE_TICKS: Final = 2
"""Live ticks kept without a connection: an old one is worthless."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class SharedState:
    """What the counting thread and the network thread share; each part is safe between the two.

    Attributes:
        live: ticks to publish, encoded.
        frames: how many frames a second are seen.
        heartbeat: heartbeat of the network thread.
        link: how the connection to the broker is.
        server_times: what receipts say of the time.
        stop: set once, at shutdown: send the last status and end.
    """

    live: deque[bytes] = field(default_factory=lambda: deque(maxlen=_MAX_LIVE_TICKS))
    frames: FrameMeter = field(default_factory=FrameMeter)
    heartbeat: Heartbeat = field(
        default_factory=lambda: Heartbeat(
            "no turn of the connection to the broker", _HEARTBEAT_TIMEOUT_S, SystemClock()
        )
    )
    link: BrokerLink = field(default_factory=lambda: BrokerLink(SystemClock()))
    server_times: ServerTimes = field(default_factory=ServerTimes)
    stop: Event = field(default_factory=Event)


class _StatusTimer:
    """Decides when a status is due: at once, every minute, and when something of note has changed."""

    def __init__(self, make: Callable[[], wire.Status], now_s: Callable[[], float]) -> None:
        self._make = make
        self._now_s = now_s
        self._sent_s = float("-inf")
        self._checked_s = float("-inf")
        self._last: tuple[object, ...] = ()

    def due(self) -> wire.Status | None:
        """Return the status to publish now, or None."""
        now_s = self._now_s()
        if now_s - self._checked_s < _STATUS_POLL_S:
            return None
        self._checked_s = now_s
        status = self._make()
        notable = (status.epoch, status.setup, status.clock_known, bool(status.frame_rate))
        if now_s - self._sent_s < _STATUS_INTERVAL_S and notable == self._last:
            return None
        self._sent_s, self._last = now_s, notable
        return status


class NetworkThread:
    """Connects, publishes and applies receipts until shutdown. Belongs to one thread."""

    def __init__(self, device: DeviceFile, outbox: Outbox, shared: SharedState, clock: Clock, version: str) -> None:
        """Use `outbox`, which this thread opened."""
        self._device = device
        self._outbox = outbox
        self._shared = shared
        self._clock = clock
        self._version = version
        self._delivery = OutboxDelivery(outbox, DeliveryPolicy(timeout_s=device.mqtt.receipt_timeout_s))
        self._reconnect = ReconnectBackoff()
        self._broker_trouble = ThrottledLog(_log)
        self._disk_trouble = ThrottledLog(_log)
        self._receipt_trouble = ThrottledLog(_log)
        self._asked_s = float("-inf")

    def run(self) -> None:
        """Work until `shared.stop`. Raises any error that was not expected."""
        while not self._shared.stop.is_set():
            self._shared.heartbeat.beat()
            try:
                self._connect_and_serve()
            except BrokerConnectionError as error:
                self._shared.link.note(connected=False)
                self._shared.stop.wait(self._retry_after(error))
            except OutboxUnavailableError as error:
                self._disk_trouble.warn(f"{error}: nothing can be sent, tried again")
                self._shared.stop.wait(_DISK_RETRY_S)

    def _retry_after(self, error: BrokerConnectionError) -> float:
        """Log the error; return how long to wait before the next try, in seconds."""
        taken_over = isinstance(error, SessionTakenOverError)
        pause_s = self._reconnect.disconnected(self._clock.monotonic_s(), taken_over=taken_over)
        hint = ""
        if self._reconnect.is_contested and not taken_over:
            hint = " (every connection ends soon: does another program use this device's name?)"
        self._broker_trouble.warn(f"{error}{hint}; counting goes on, tried again")
        return pause_s

    def _connect_and_serve(self) -> None:
        """Connect, and serve the connection until it ends, or the epoch does: the last will names it."""
        self._delivery.connected()
        identity = self._device.device
        will = wire.Status(online=False, at=self._second(), epoch=self._delivery.identity.epoch, minor=wire.MINOR)
        with BrokerConnection(self._device.mqtt, identity.site, identity.key, will) as connection:
            self._reconnect.connected(self._clock.monotonic_s())
            self._broker_trouble.over("connected to the broker again")
            self._shared.link.note(connected=True)
            timer = _StatusTimer(self._status, self._clock.monotonic_s)
            while not self._shared.stop.is_set():
                self._serve_once(connection, timer)
                if self._delivery.epoch_has_ended():
                    return
            connection.finish(self._status(online=False))

    def _serve_once(self, connection: BrokerConnection, timer: _StatusTimer) -> None:
        self._shared.heartbeat.beat()
        try:
            self._publish(connection, timer)
        except OutboxUnavailableError as error:
            self._disk_trouble.warn(f"{error}: nothing can be sent, tried again")
        for payload in connection.poll(_POLL_S):
            self._receive(payload)

    def _publish(self, connection: BrokerConnection, timer: _StatusTimer) -> None:
        if status := timer.due():
            connection.publish(wire.Kind.STATUS, wire.encode(status))
        while self._shared.live:
            connection.publish(wire.Kind.LIVE, self._shared.live.popleft())
        for message in self._delivery.next_messages(self._clock.monotonic_s()):
            connection.publish(wire.Kind.RECORDS, message)
        if self._asks_for_time():
            connection.publish(wire.Kind.RECORDS, self._delivery.hello())

    def _receive(self, payload: bytes) -> None:
        try:
            receipt = wire.decode(wire.Kind.RECEIPT, payload)
        except wire.WireError as error:
            self._receipt_trouble.warn(f"a receipt can't be read, the records stay: {error}")
            return
        if not isinstance(receipt, wire.Receipt):
            return
        if receipt.server_time is not None:
            self._shared.server_times.note(to_ms(receipt.server_time), self._clock.monotonic_s())
        try:
            self._delivery.receive(receipt, self._clock.monotonic_s())
        except OutboxUnavailableError as error:
            self._disk_trouble.warn(f"{error}: receipts can't be applied, records are sent again")
            return
        self._disk_trouble.over("the outbox can be written again: receipts are applied")

    def _asks_for_time(self) -> bool:
        """Return whether to send a message without records: its receipt brings the server's time."""
        now_s = self._clock.monotonic_s()
        asks = self._shared.server_times.wanted and now_s - self._asked_s >= _ASK_INTERVAL_S
        self._asked_s = now_s if asks else self._asked_s
        return asks

    def _recorded_until(self) -> datetime | None:
        """Return the end of the newest record that has a time, also where that lies ahead of now; None before it."""
        periods_s = {"flow": self._device.device.flow_period_s, "dwell": wire.QUARTER_S}
        ends = [start_ms + periods_s[kind] * 1000 for kind, start_ms in self._outbox.latest_start_ms().items()]
        return aware(max(ends)) if ends else None

    def _second(self) -> datetime | None:
        """Return the time, to the second; None while the clock isn't known."""
        return None if self._clock.known() is False else aware(floor_ms(self._clock.now_ms(), 1))

    def _status(self, *, online: bool = True) -> wire.Status:
        self._shared.link.note_waiting(self._outbox.depth())
        return wire.Status(
            online=online,
            at=self._second(),
            epoch=self._outbox.identity.epoch,
            made=self._outbox.totals().last_seq,
            outbox_records=self._outbox.depth(),
            clock_known=self._clock.known(),
            clock_offset_ms=clock_offset_ms(),
            frame_rate=self._shared.frames.rate(self._clock.now_ms()),
            temperature_c=temperature_c(),
            setup=self._device.device.setup_on_wire,
            counter_version=self._version,
            recorded_until=self._recorded_until(),
            minor=wire.MINOR,
        )
