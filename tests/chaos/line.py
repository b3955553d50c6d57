"""A line that can be cut: forwards connections on loopback to a port or a socket file, which may come and go."""

import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Line:
    """A forwarder. Make one with `lay`.

    Attributes:
        listener: takes the connections.
        target: port on loopback, or file of a socket, that they go to.
        is_down: connections are ended as soon as they are made.
    """

    listener: socket.socket
    target: int | Path
    is_down: bool = False
    _ends: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def port(self) -> int:
        """Where to connect."""
        return int(self.listener.getsockname()[1])

    def cut(self) -> None:
        """End all connections, as a pulled cable does; new ones can be made unless the line is down."""
        with self._lock:
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Take no more connections, and end those there are."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.cut()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                self._connect(near)

    def _connect(self, near: socket.socket) -> None:
        if self.is_down:
            near.close()
            return
        try:
            far = self._far_end()
        except OSError:
            near.close()
            return
        far.settimeout(None)
        with self._lock:
            self._ends |= {near, far}
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=self._forward, args=(source, sink), daemon=True).start()

    def _far_end(self) -> socket.socket:
        if isinstance(self.target, int):
            return socket.create_connection(("127.0.0.1", self.target), 5)
        far = socket.socket(socket.AF_UNIX)
        far.settimeout(5)
        try:
            far.connect(str(self.target))
        except OSError:
            far.close()
            raise
        return far

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while chunk := source.recv(65536):
                sink.sendall(chunk)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._ends.discard(source)
        source.close()


def lay(target: int | Path) -> Line:
    """Return a line to a port on loopback, or to the file of a socket."""
    line = Line(socket.create_server(("127.0.0.1", 0)), target)
    threading.Thread(target=line._serve, daemon=True).start()  # noqa: SLF001 - its own thread
    return line
