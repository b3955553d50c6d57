"""Connections of clients, bounded without a proxy's help: how many, and how slowly each may send and take.

uvicorn has no timeout for a request that comes slowly: its timer for idle connections ends with the first byte. Here a
head has ten seconds, what is left of a body after that a little more (`api.access.middleware` answers the slow ones of
those who may send one), and a reader who takes nothing for a minute is left. Where all connections are taken, the one
that has waited longest without a whole request makes room: nobody keeps others out by being slow.
"""

import asyncio
import logging
from functools import partial
from typing import Any, Final, Self

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from core.logs import ThrottledLog

HEAD_S: Final = 10.0
"""The longest that a head may take to come, and a connection may say nothing, in seconds."""
KEEP_ALIVE_S: Final = 15
"""How long a connection is kept between two requests, in seconds: longer than clients keep theirs (five in most), which
else send the next request just when it ends."""
NEXT_HEAD_S: Final = 20.0
"""The longest from an answer until the head of the next request is whole, in seconds."""
REST_S: Final = 15.0
"""The longest that a body may take to come, wanted or not, in seconds."""
STALLED_S: Final = 60.0
"""The longest that a reader may take nothing while something waits for it, in seconds."""

_LOG: Final = logging.getLogger(__name__)


class BoundedProtocol(H11Protocol):
    """A connection with its bounds.

    Attributes:
        waiting_since_s: since when its next request isn't whole, by the clock of the event loop; None while it is.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        most: int,
        log: ThrottledLog,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._most = most
        self._log = log
        self._deadline: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None
        self._their_state: object = None
        self._has_answered = False
        self.waiting_since_s: float | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Take a connection, in the place of another where all are taken."""
        super().connection_made(transport)
        self._watch()
        if len(self.connections) > self._most:
            self._log.warn(f"all {self._most} connections of clients are taken: those that only wait are ended")
            self._longest_waiting().abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        for timer in (self._deadline, self._stalled):
            if timer:
                timer.cancel()
        if len(self.connections) <= self._most // 2:
            self._log.over("connections of clients are free again")

    def data_received(self, data: bytes) -> None:
        """Take what came."""
        super().data_received(data)
        self._watch()

    def send_400_response(self, msg: str) -> None:
        """Answer what isn't HTTP, unless an answer has begun: then the connection ends.

        For whoever still answers the request that it belongs to, the client has left. uvicorn alone lets both answer,
        and logs a traceback of the second.
        """
        cycle: RequestResponseCycle | None = self.cycle
        if cycle and not cycle.response_complete:
            cycle.disconnected = True
            cycle.message_event.set()
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            super().send_400_response(msg)
        else:
            self.abort()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for what is left of this one."""
        self._has_answered = True
        super().on_response_complete()
        self._watch()

    def pause_writing(self) -> None:
        """Wait for the reader, so long."""
        super().pause_writing()
        self._stalled = self.loop.call_later(STALLED_S, self.abort)

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        if self._stalled:
            self._stalled.cancel()

    def abort(self) -> None:
        """End the connection at once; it counts no more, though the event loop says only later that it is lost."""
        self.connections.discard(self)
        self.transport.abort()

    def _watch(self) -> None:
        """Begin anew to count the time where another part of a request is waited for."""
        state = self.conn.their_state
        if state is self._their_state:
            return
        self._their_state, self.waiting_since_s = state, None
        if self._deadline:
            self._deadline.cancel()
        if state in {h11.IDLE, h11.SEND_BODY}:
            self.waiting_since_s = self.loop.time()
            head_s = NEXT_HEAD_S if self._has_answered else HEAD_S
            self._deadline = self.loop.call_later(head_s if state is h11.IDLE else REST_S, self.abort)

    def _longest_waiting(self) -> Self:
        """Return the connection that has waited longest without a whole request; this one where none has."""
        waiting = [
            (other.waiting_since_s, number, other)
            for number, other in enumerate(self.connections)
            if isinstance(other, type(self)) and other.waiting_since_s is not None
        ]
        return min(waiting)[2] if waiting else self


def bounded_protocol(most: int) -> Any:  # noqa: ANN401 - uvicorn asks for a class, and takes what makes one
    """Return what uvicorn makes of each connection, of which there are `most` at a time."""
    return partial(BoundedProtocol, most=most, log=ThrottledLog(_LOG))
