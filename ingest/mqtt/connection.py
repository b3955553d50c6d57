"""The connection to the broker: reconnects with back-off when it is lost, is checked, subscribes, sends receipts.

paho runs a thread of its own. Its callbacks only hand over: an exception in one of them would end that thread
silently.
"""

import logging
import sys
import time
from collections.abc import Iterable
from typing import Final

from paho.mqtt import client as paho
from paho.mqtt.enums import MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from ingest.messages import AddressedReceipt, Incoming
from ingest.mqtt.address import BrokerAddress, MqttError
from ingest.mqtt.backlog import Backlog, HandOver, WaitForRoom
from ingest.mqtt.fast import UNHOOKED, FastPackets
from ingest.mqtt.options import close_wakeup_sockets, connect, subscriptions
from ingest.mqtt.plain import PlainPackets
from ingest.mqtt.receipts import ReceiptSender

_log: Final = logging.getLogger(__name__)

_FOR_A_RECEIPT: Final = ", again just after a receipt was sent: may this login publish platspuls/v1/+/+/receipt?"


class MqttConnection:
    """A connection that comes back by itself.

    Args:
        address: how to reach the broker.
        hand_over: takes messages as they come, on the network's thread, and returns those for which it has no room.
        wait_for_room: waits until it has, at most so many seconds.
    """

    def __init__(self, address: BrokerAddress, hand_over: HandOver, wait_for_room: WaitForRoom = time.sleep) -> None:
        self._address = address
        self._refusal: str | None = None
        self._subscribed = False
        self._connected = False
        self._logged_fault = ""
        self._backlog = Backlog(hand_over, wait_for_room)
        self._receipts = ReceiptSender(read_since=self._backlog.clear_since)
        self._packets = _packets(address, self._backlog, self._receipts)
        self._client = self._packets.client
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_connect_fail = self._on_connect_fail
        self._client.on_subscribe = self._on_subscribe

    def is_subscribed(self) -> bool:
        """Return whether messages can come."""
        return self._subscribed and self._client.is_connected()

    def full_s(self) -> float:
        """Return for how long what came has found no room, in seconds; 0 where it does."""
        return self._backlog.full_s()

    def receipt_fault(self) -> str | None:
        """Return why devices get no receipts, None where nothing shows that they don't."""
        return self._receipts.health.fault()

    def receipts_refused(self) -> int:
        """Return how many receipts the broker has refused since the start."""
        return self._receipts.refused

    def start(self) -> None:
        """Connect, and reconnect whenever the connection is lost. Returns at once."""
        connect(self._client, self._address)

    def check(self) -> None:
        """Raise MqttError when something can't be done without that is refused, RuntimeError when the thread ended."""
        if self._packets.is_passed_by():
            raise MqttError(UNHOOKED)
        if self._refusal:
            raise MqttError(self._refusal)
        # loop_start starts a thread only where none is running.
        if self._client.loop_start() is MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise RuntimeError("the network's thread ended")

    def acknowledge(self, messages: Iterable[Incoming]) -> None:
        """Acknowledge these messages, in the order they came.

        Those of an earlier connection are left out: their packet ids may name other messages now.
        """
        self._packets.acknowledge([message.token for message in messages if message.token])

    def publish(self, receipts: Iterable[AddressedReceipt]) -> None:
        """Send receipts. Without a connection, or with too many waiting, one is left out: the device asks again."""
        self._receipts.put(receipts)

    def stop(self, timeout_s: float) -> None:
        """Disconnect, once the receipts have left or `timeout_s` seconds have passed."""
        self._receipts.wait(timeout_s)
        self._client.disconnect()
        self._client.loop_stop()
        self._packets.close()
        close_wakeup_sockets(self._client)

    def _on_connect(
        self, _client: paho.Client, _data: object, _flags: object, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.is_failure:
            self._warn(f"refuses us: {reason}")
            return
        if fault := self._packets.fault():
            self._refusal = fault
            return
        most = self._packets.most_in_flight
        # Without a word of it, the broker sets no bound.
        window = min(getattr(properties, "ReceiveMaximum", most), most)
        self._receipts.open(self._packets.line(), window, resends=self._packets.resends)
        self._connected, self._logged_fault = True, ""
        _log.info("connected to the broker %s:%d", self._address.host, self._address.port)
        self._client.subscribe(subscriptions(self._address))

    def _on_connect_fail(self, _client: paho.Client, _data: object) -> None:
        why = sys.exception() or "no reason given"  # paho calls this while it handles what went wrong
        self._warn(f"can't be reached: {why}")

    def _warn(self, what: str) -> None:
        """Log why there is no connection, once per cause: paho retries again and again."""
        if what != self._logged_fault:
            _log.warning("the broker %s:%d %s; trying again", self._address.host, self._address.port, what)
        self._logged_fault = what

    def _on_disconnect(
        self, _client: paho.Client, _data: object, _flags: object, reason: ReasonCode, _properties: object
    ) -> None:
        self._packets.disconnected()
        hint = _FOR_A_RECEIPT if self._receipts.close() else ""
        if self._connected:  # a connection that was refused is logged by `_on_connect`
            level = logging.WARNING if reason.is_failure else logging.INFO
            _log.log(level, "disconnected from the broker: %s%s", reason, hint)
        self._connected = self._subscribed = False

    def _on_subscribe(
        self, _client: paho.Client, _data: object, _mid: int, reasons: list[ReasonCode], _properties: object
    ) -> None:
        if refused := [str(reason) for reason in reasons if reason.is_failure]:
            self._refusal = f"the broker refuses the subscription: {', '.join(refused)}"
        else:
            self._subscribed = True
            _log.info("subscribed at the broker")


def _packets(address: BrokerAddress, backlog: Backlog, receipts: ReceiptSender) -> FastPackets | PlainPackets:
    if address.packets == "paho":
        return PlainPackets(address, backlog, receipts.acknowledged)
    return FastPackets(address, backlog, receipts.acknowledged)
