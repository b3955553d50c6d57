"""The server's half and the line to it: ingest's own writer on a real PostgreSQL, and messages that may get lost."""

import random
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from core import wire
from core.ranges import Ranges
from counter.errors import BrokerConnectionError
from ingest.live.state import LatestStates
from ingest.messages import AddressedReceipt, LiveMessage, StatusMessage, decode, incoming
from ingest.quarantine.runs import IngestRun
from ingest.reconnecting_store import StoreHandle, store_handle
from store.database import Database
from tests.chaos.virtual.clock import VirtualClock

_LOST_SHARE: Final = 0.4
"""Share of messages, and of receipts, that a bad line loses."""
_DELAY_S: Final = 3.0
"""Receipts may be under way for so long."""


@dataclass(slots=True)
class Server:
    """Stores what comes and answers, as two replicas in turn.

    Attributes:
        shift_s: how far its clock is ahead of the true time.
        away: it answers nothing.
        early: receipts that covered what was not settled.
    """

    replicas: list[StoreHandle]
    witness: Database
    clock: VirtualClock
    site: str
    shift_s: float = 0.0
    away: bool = False
    early: int = 0
    _turn: int = 0
    _latest: LatestStates = field(default_factory=LatestStates)

    @classmethod
    def of(cls, databases: list[Database], witness: Database, clock: VirtualClock, site: str) -> "Server":
        """Return a server with one replica a connection."""
        return cls([store_handle(each, IngestRun()) for each in databases], witness, clock, site)

    def now(self) -> datetime:
        """Return its time, aware UTC."""
        return datetime.fromtimestamp(self.clock.true_ms() / 1000 + self.shift_s, UTC)

    def take(self, kind: wire.Kind, payload: bytes) -> list[bytes]:
        """Store a message; return the receipts."""
        if self.away:
            return []
        topic = str(wire.Topic(self.site, "cam", kind))
        message = decode(incoming(topic, payload, self.now()))
        store = self.replicas[self._turn % len(self.replicas)]
        self._turn += 1
        if isinstance(message, LiveMessage | StatusMessage):
            self._latest.note(message)
            answers = list(store.live.write(self._latest))
        else:
            answers = [receipt for done in store.quarantine.store([message]) for receipt in done.receipts]
        return [self._checked(answer) for answer in answers]

    def _checked(self, answer: AddressedReceipt) -> bytes:
        receipt = answer.receipt
        rows = self.witness.execute(
            "select stored::text, rejected::text, lost::text from platspuls.delivery join platspuls.device using "
            "(device_id) join platspuls.site using (site_id) where site.key = %s and epoch = %s",
            (self.site, receipt.epoch),
        ).fetchall()
        settled = Ranges()
        for text in rows[0] if rows else ():
            settled = settled.union(Ranges.parse(text))
        covered = Ranges.of([*([(1, receipt.through)] if receipt.through else []), *receipt.also])
        self.early += bool(covered.minus(settled).pairs)
        return wire.encode(receipt.timed(self.now().replace(microsecond=0)))


@dataclass(slots=True)
class Line:
    """The line between the device and the server, where the device's connection to the broker is.

    Attributes:
        down: nothing comes through, and the device knows.
        lossy: messages and receipts get lost or come late, and nobody knows.
    """

    server: Server
    clock: VirtualClock
    rng: random.Random
    down: bool = False
    lossy: bool = False
    _coming: deque[tuple[float, bytes]] = field(default_factory=deque)

    def publish(self, kind: wire.Kind, payload: bytes) -> None:
        """Bring a message to the server. Raises BrokerConnectionError while the line is down."""
        if self.down:
            raise BrokerConnectionError("the line is down")
        if self._is_lost():
            return
        for receipt in self.server.take(kind, payload):
            if not self._is_lost():
                late_s = self.rng.uniform(0, _DELAY_S * (10 if self.lossy else 1))
                self._coming.append((self.clock.true_s + late_s, receipt))

    def poll(self, _timeout_s: float) -> list[bytes]:
        """Return the receipts that have come by now, in whatever order."""
        if self.down:
            self._coming.clear()
            raise BrokerConnectionError("the line is down")
        here = [receipt for at_s, receipt in self._coming if at_s <= self.clock.true_s]
        self._coming = deque((at_s, receipt) for at_s, receipt in self._coming if at_s > self.clock.true_s)
        return here

    def _is_lost(self) -> bool:
        return self.lossy and self.rng.random() < _LOST_SHARE


def span(begin_ms: int, minutes: int) -> tuple[datetime, datetime]:
    """Return a campaign's time, with a day before and after."""
    begin = datetime.fromtimestamp(begin_ms / 1000, UTC)
    return begin - timedelta(days=1), begin + timedelta(minutes=minutes, days=1)
