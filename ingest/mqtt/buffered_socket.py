"""A buffered socket between broker and client library: it takes out what comes by the thousand, and sends in pieces.

The library asks for a byte at a time and sends each packet by itself; each such call lets other threads in. So the
socket is read in large pieces here. Messages and the broker's acknowledgements are taken out of the stream; all else
(connecting, subscribing, keeping alive) is the library's, and so is deciding when to connect again.
"""

import threading
from typing import TYPE_CHECKING, Final, NamedTuple

from ingest.mqtt.packets import MalformedError, PubAck, Published, cut

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike  # declared for type checkers alone

_READ_BYTES: Final = 65_536
_PINGREQ: Final = b"\xc0\x00"
_PINGRESP: Final = b"\xd0\x00"
_UNSENT_BYTES: Final = 262_144
"""What of the library's may wait to be sent: beyond it the library keeps its packets itself."""


class Received(NamedTuple):
    """What one look at the network brought.

    Attributes:
        published: messages, in order.
        acknowledged: the broker's acknowledgements of our own messages.
    """

    published: list[Published]
    acknowledged: list[PubAck]


class BufferedSocket:
    """Reads ahead, and keeps what is sent until `flush`. Several threads may send.

    Args:
        socket: the real one.
        number: which of this program's connections it is.
        is_v5: it speaks MQTT 5, else 3.1.1.
    """

    def __init__(self, socket: "SocketLike", number: int = 0, *, is_v5: bool = True) -> None:
        self.number = number
        self._socket = socket
        self._is_v5 = is_v5
        self._lock = threading.Lock()  # one object of TLS must not be read and written at the same time
        self._partial = bytearray()
        self._needed = 0
        self._others = b""
        self._unsent = bytearray()
        self._fault: OSError | None = None
        self._ended = False
        self._is_paused = False
        self.has_received = False
        """Whether anything has come through it yet."""

    def receive(self) -> Received:
        """Read what has come, in one piece, and return what isn't the library's. Faults are left for `recv`."""
        self._is_paused = False
        with self._lock:
            self._partial += self._read()
        if len(self._partial) < self._needed or not self._partial:
            return Received([], [])
        try:
            found = cut(bytes(self._partial), is_v5=self._is_v5)
        except MalformedError as error:
            self._fault = error
            return Received([], [])
        del self._partial[: found.used]
        self._needed = found.needed
        self._others += found.others
        return Received(found.published, found.acknowledged)

    def pause(self) -> None:
        """Read nothing until `receive`. Meanwhile the library's pings are answered here: it would end the connection.

        They leave all the same, so that the broker doesn't; its answers wait unread behind messages.
        """
        if not self._is_paused:
            self._is_paused = True
            self._others += _PINGRESP  # one that left before

    def _read(self) -> bytes:
        try:
            piece = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError as error:
            self._note(error)
            return b""
        self._ended = not piece
        self.has_received = self.has_received or bool(piece)
        return piece

    def recv(self, buffer_size: int) -> bytes:
        """Return up to so many bytes of the library's. Raises what was met when there are none."""
        if not self._others:
            if self._fault:
                raise self._fault
            if not self._ended:
                raise BlockingIOError
        piece, self._others = self._others[:buffer_size], self._others[buffer_size:]
        return piece

    def is_for_library(self) -> bool:
        """Return whether `recv` has something to return or raise."""
        return bool(self._others) or self._fault is not None or self._ended

    def pending(self) -> int:
        """Return how many bytes can be read without waiting, as far as is known here; not 0 after a fault."""
        inside = getattr(self._socket, "pending", None)  # TLS has a buffer of its own
        with self._lock:
            return len(self._others) + (inside() if inside else 0) + (self._fault is not None)

    def send(self, buffer: bytes | bytearray) -> int:
        """Take a whole packet of the library's to be sent. Raises BlockingIOError while too much waits."""
        with self._lock:
            if len(self._unsent) >= _UNSENT_BYTES:
                raise BlockingIOError
            self._unsent += buffer
        if self._is_paused and bytes(buffer) == _PINGREQ:
            self._others += _PINGRESP
        return len(buffer)

    def write(self, packets: bytes) -> None:
        """Send whole packets, or as much as goes: the rest follows with the next `flush`. Bounded by its callers."""
        with self._lock:
            self._unsent += packets
        self.flush()

    def unsent(self) -> int:
        """Return how many bytes wait to be sent."""
        return len(self._unsent)

    def flush(self) -> None:
        """Send what waits, as far as it goes. A fault is raised by the next `recv`, where the library expects it."""
        with self._lock:
            try:
                while self._unsent:
                    del self._unsent[: self._socket.send(self._unsent)]
            except BlockingIOError:
                return
            except OSError as error:
                self._note(error)

    def fail(self, error: OSError) -> None:
        """End the connection: the next `recv` raises this, where the library expects it."""
        with self._lock:
            self._fault = error

    def _note(self, error: OSError) -> None:
        """TLS has errors of its own for what would block; the rest is a fault."""
        if type(error).__name__ not in ("SSLWantReadError", "SSLWantWriteError"):
            self._fault = error
            self._unsent.clear()

    def close(self) -> None:
        """Send what goes at once, and close."""
        self.flush()
        self._socket.close()

    def fileno(self) -> int:
        """Return what `select` waits for."""
        return self._socket.fileno()

    def setblocking(self, flag: bool) -> None:
        """Wait in calls, or don't."""
        self._socket.setblocking(flag)
