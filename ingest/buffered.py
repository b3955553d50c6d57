"""A socket that reads and writes in large pieces, for a client library that asks for a byte at a time.

Each call of the operating system lets other threads in, and each message would need four of them.
"""

from typing import Final, Protocol

_READ_BYTES: Final = 65_536
_UNSENT_BYTES: Final = 262_144
"""What may wait to be sent: beyond it the library keeps its packets itself."""


class Socket(Protocol):
    """What is needed of a socket that doesn't block."""

    def recv(self, buffer_size: int, /) -> bytes:
        """Return what has come, at the most so many bytes; nothing where the other side has closed."""
        ...

    def send(self, buffer: bytes | bytearray, /) -> int:
        """Send, and return how many bytes went."""
        ...

    def close(self) -> None:
        """Close it."""
        ...

    def fileno(self) -> int:
        """Return what `select` waits for."""
        ...

    def setblocking(self, flag: bool, /) -> None:
        """Wait in calls, or don't."""
        ...


class BufferedSocket:
    """Reads ahead, and keeps what is sent until `flush`.

    Args:
        socket: the real one.
    """

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._read = b""
        self._at = 0
        self._unsent = bytearray()
        self._fault: OSError | None = None

    def recv(self, buffer_size: int) -> bytes:
        """Return up to so many bytes, from memory where there are some. Raises what an earlier `flush` met."""
        if self._at >= len(self._read):
            if self._fault:
                raise self._fault
            self._read, self._at = self._socket.recv(_READ_BYTES), 0
        piece = self._read[self._at : self._at + buffer_size]
        self._at += len(piece)
        return piece

    def pending(self) -> int:
        """Return how many bytes can be read without waiting, as far as is known here; not 0 after a fault."""
        inside = getattr(self._socket, "pending", None)  # TLS has a buffer of its own
        return len(self._read) - self._at + (inside() if inside else 0) + (self._fault is not None)

    def send(self, buffer: bytes | bytearray) -> int:
        """Take bytes to be sent. Raises BlockingIOError while too many wait."""
        if len(self._unsent) >= _UNSENT_BYTES:
            raise BlockingIOError
        self._unsent += buffer
        return len(buffer)

    def unsent(self) -> int:
        """Return how many bytes wait to be sent."""
        return len(self._unsent)

    def flush(self) -> None:
        """Send what waits, as far as it goes. A fault is raised by the next `recv`, where the library expects it."""
        try:
            while self._unsent:
                del self._unsent[: self._socket.send(self._unsent)]
        except BlockingIOError:
            return
        except OSError as error:
            self._note(error)

    def _note(self, error: OSError) -> None:
        """TLS says in its own words that it would block; the rest is a fault."""
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
