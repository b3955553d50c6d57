"""Passes bytes between an MQTT client and the broker, notes what was delivered and acknowledged, can cut the line."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

_PUBLISH = 3
_PUBACK = 4


@dataclass(slots=True)
class Delivery:
    """A message with QoS 1 that the broker sent: packet id, topic, and whether the client has acknowledged it."""

    mid: int
    topic: str
    is_acknowledged: bool = False

    @property
    def is_records(self) -> bool:
        return self.topic.endswith("/records")


@dataclass(slots=True)
class Line:
    """One connection.

    Attributes:
        ends: its sockets, the client's and the broker's.
        delivered: what the broker sent, in order.
        strays: packet ids that the client acknowledged although no message of that id waited for it.
    """

    ends: tuple[socket.socket, socket.socket]
    delivered: list[Delivery] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)
    _waiting: dict[int, Delivery] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def from_client(self, head: int, body: bytes) -> None:
        if head >> 4 == _PUBACK:
            mid = int.from_bytes(body[:2])
            with self._lock:
                if delivery := self._waiting.pop(mid, None):
                    delivery.is_acknowledged = True
                else:
                    self.strays.append(mid)

    def from_broker(self, head: int, body: bytes) -> None:
        if head >> 4 == _PUBLISH and head & 0b110:
            after_topic = 2 + int.from_bytes(body[:2])
            delivery = Delivery(int.from_bytes(body[after_topic : after_topic + 2]), body[2:after_topic].decode())
            with self._lock:
                self._waiting[delivery.mid] = delivery
                self.delivered.append(delivery)

    def records(self) -> list[Delivery]:
        """Return what was delivered of records."""
        return [delivery for delivery in list(self.delivered) if delivery.is_records]

    def is_all_acknowledged(self) -> bool:
        """Return whether every message was acknowledged, and nothing else was."""
        return not self.strays and all(delivery.is_acknowledged for delivery in list(self.delivered))

    def cut(self) -> None:
        """End the connection, as a pulled cable does."""
        for end in self.ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@dataclass(slots=True)
class Wiretap:
    """A forwarder on loopback, with its connections in the order they came."""

    listener: socket.socket
    target: int
    lines: list[Line] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where clients connect."""
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
                line = Line((near, far))
                self.lines.append(line)
                threading.Thread(target=_forward, args=(near, far, line.from_client), daemon=True).start()
                threading.Thread(target=_forward, args=(far, near, line.from_broker), daemon=True).start()


def _forward(source: socket.socket, target: socket.socket, note: Callable[[int, bytes], None]) -> None:
    buffer = bytearray()
    with suppress(OSError), source, target:
        while chunk := source.recv(65536):
            buffer += chunk
            for head, body in take_packets(buffer):
                note(head, body)
            target.sendall(chunk)


def take_packets(buffer: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take whole packets off the buffer: the first byte, and what follows the length."""
    while True:
        length, place = 0, 1
        while place < len(buffer) and buffer[place] & 128:
            length |= (buffer[place] & 127) << 7 * (place - 1)
            place += 1
        if place >= len(buffer):
            return
        length |= buffer[place] << 7 * (place - 1)
        place += 1
        if len(buffer) < place + length:
            return
        head, body = buffer[0], bytes(buffer[place : place + length])
        del buffer[: place + length]
        yield head, body


@contextmanager
def wiretap(target: int) -> Iterator[Wiretap]:
    """Forward to a port on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        tap = Wiretap(listener, target)
        threading.Thread(target=tap.serve, daemon=True).start()
        yield tap
        for line in tap.lines:
            line.cut()
        listener.shutdown(socket.SHUT_RDWR)
