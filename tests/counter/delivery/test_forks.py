"""A card image put back, last commits lost: a server that knows other records under a number never makes one vanish.

The server that is played here compares, as the real one does (`tests/ingest`). Each world ends with the same account:
every record that the device made and that didn't go with its card is at the server, once, with its own counts.
"""

import json
import random
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core import wire
from core.ranges import Ranges
from counter.counting.draft import FlowDraft
from counter.delivery.batch_scheduler import DeliveryPolicy
from counter.delivery.outbox_delivery import OutboxDelivery
from counter.records.outbox import Outbox
from tests.support.counter.records import SetClock, flow, open_outbox
from tests.support.properties import worlds


@dataclass
class ComparingServer:
    """Keeps records by epoch and number. Where one differs the epoch has forked: nothing more of it is settled."""

    forked: set[str] = field(default_factory=set)
    counted: dict[str, dict[str, Any]] = field(default_factory=dict)
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    kept: dict[str, dict[int, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    lost: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    previous: dict[str, str | None] = field(default_factory=dict)

    def take(self, payload: bytes) -> wire.Receipt:
        """Store one message, and answer it."""
        batch = json.loads(payload)
        epoch, kept = batch["epoch"], self.kept[batch["epoch"]]
        self.previous[epoch] = batch.get("previous_epoch")
        records = {record["seq"]: record for record in batch.get("records", [])}
        if any(kept.get(seq, record) != record for seq, record in records.items()):
            self.forked.add(epoch)
        if epoch not in self.forked:
            for record in [record for seq, record in records.items() if seq not in kept]:
                self._count({key: value for key, value in record.items() if key != "seq"})
            kept.update(records)
        lost = {n for one in batch.get("lost", []) for n in range(one["first"], one["last"] + 1)}
        self.lost[epoch] |= lost - kept.keys()
        through, also = Ranges.of_numbers(kept.keys() | self.lost[epoch]).through_and_also(wire.MAX_RECORDS)
        return wire.Receipt(wire.Epoch(epoch), through, also, minor=wire.MINOR, retire=epoch in self.forked)

    def _count(self, record: dict[str, Any]) -> None:
        """Count a time once: what an epoch before has word for word is no conflict, anything else is."""
        if self.counted.setdefault(record["start"], record) != record:
            self.conflicts.append(record)


class Device:
    """A device whose card a test may exchange, and its connection to a server."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.path = folder / "outbox.sqlite3"
        self._rng = rng
        self._now_s = 0.0
        self.minute = 0
        self.truth: dict[str, int] = {}

    def make(self, count: int) -> None:
        with closing(open_outbox(self.path, SetClock())) as outbox:
            made = [flow(self.minute + n, forward=self._rng.randrange(1000)) for n in range(count)]
            outbox.append(made)
        self.truth |= {_start(one): one.lines[0].forward for one in made}
        self.minute += count

    def image(self) -> bytes:
        """Return the file, as a copy of the card holds it."""
        return self.path.read_bytes()

    def put_back(self, image: bytes) -> None:
        self.path.write_bytes(image)

    def deliver(self, server: ComparingServer, *, newest_first: bool = False, seconds: int = 400) -> None:
        """Let a start of the program deliver until nothing comes any more."""
        with closing(open_outbox(self.path, SetClock())) as outbox:
            delivery = OutboxDelivery(outbox, DeliveryPolicy())
            delivery.connected()
            for _ in range(seconds):
                self._now_s += 1
                if delivery.epoch_has_ended():
                    delivery.connected()
                messages = delivery.next_messages(self._now_s)
                for message in reversed(messages) if newest_first else messages:
                    delivery.receive(server.take(message), self._now_s)
            assert outbox.depth() == 0


def _start(draft: FlowDraft) -> str:
    return draft.start.isoformat().replace("+00:00", "Z")


def _all_is_counted_right(device: Device, server: ComparingServer) -> bool:
    counted = {start: record["lines"][0]["forward"] for start, record in server.counted.items()}
    return counted == device.truth and not server.conflicts


@pytest.mark.simulation
@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("reused", [1, 100, 1500])
@pytest.mark.parametrize("seed", worlds(range(3)))
def test_an_older_card_image_loses_nothing_that_was_counted_after_it(
    tmp_path: Path, reused: int, newest_first: bool, seed: int
) -> None:
    rng = random.Random(seed)
    device, server = Device(tmp_path, rng), ComparingServer()
    device.make(50)
    device.deliver(server)
    image = device.image()
    device.make(reused)
    device.deliver(server)
    device.put_back(image)
    device.make(reused + rng.randrange(-reused, 300) + 1)
    device.deliver(server, newest_first=newest_first)
    assert _all_is_counted_right(device, server)
    assert len(server.kept) == 2


@pytest.mark.parametrize("seed", range(3))
def test_last_commits_lost_with_the_log_lose_nothing_else(tmp_path: Path, seed: int) -> None:
    """The marks of receipts go too: what is sent again is the same, and what is new stands under its numbers."""
    rng = random.Random(seed)
    device, server = Device(tmp_path, rng), ComparingServer()
    device.make(300)
    image = device.image()
    device.deliver(server)
    device.make(200)
    device.deliver(server)
    device.put_back(image)
    device.make(400)
    device.deliver(server, newest_first=bool(seed % 2))
    assert _all_is_counted_right(device, server)


def test_a_server_that_has_more_than_was_made_ends_the_epoch_at_once(tmp_path: Path) -> None:
    device, server = Device(tmp_path, random.Random(1)), ComparingServer()
    device.make(10)
    image = device.image()
    device.make(40)
    device.deliver(server)
    (old,) = server.kept
    device.put_back(image)
    device.deliver(server)
    device.make(5)
    device.deliver(server)
    assert _all_is_counted_right(device, server)
    (new,) = server.kept.keys() - {old}
    assert server.previous[new] == old


def test_what_was_not_published_since_the_outbox_was_opened_is_settled_by_no_receipt(tmp_path: Path) -> None:
    with closing(open_outbox(tmp_path / "outbox.sqlite3", SetClock())) as outbox:
        outbox.append([flow(minute) for minute in range(1000)])
        delivery = OutboxDelivery(outbox, DeliveryPolicy(max_in_flight=2))
        delivery.connected()
        assert len(delivery.next_messages(0.0)) == 2
        delivery.receive(wire.Receipt(outbox.identity.epoch, 999), 1.0)
        assert [one.seq for one in outbox.unsettled(0, 1)] == [101]
        assert outbox.depth() == 1000 - 100 - 3


def _waiting(outbox: Outbox) -> list[int]:
    return [one.seq for one in outbox.unsettled(0, 10_000)]


def test_a_retired_epoch_sends_again_what_a_receipt_covered_before_it_was_compared(tmp_path: Path) -> None:
    """Two replicas: the newest is answered first, and its receipt names numbers whose records are others."""
    with closing(open_outbox(tmp_path / "outbox.sqlite3", SetClock())) as outbox:
        outbox.append([flow(minute) for minute in range(200)])
        delivery = OutboxDelivery(outbox, DeliveryPolicy())
        delivery.connected()
        delivery.next_messages(0.0)
        epoch = outbox.identity.epoch
        delivery.receive(wire.Receipt(epoch, 150, [(197, 200)], minor=1), 1.0)
        assert _waiting(outbox) == list(range(151, 197))
        delivery.receive(wire.Receipt(epoch, 150, [(197, 200)], minor=1, retire=True), 2.0)
        assert delivery.epoch_has_ended()
        delivery.connected()
        assert _waiting(outbox) == list(range(1, 201))


@pytest.mark.parametrize("receipts", [[(201, 204)], [(1, 100), (101, 200)], [(1, 50), (51, 90), (91, 100)]])
def test_receipts_for_what_an_earlier_start_sent_settle_nothing_for_good(
    tmp_path: Path, receipts: list[tuple[int, int]]
) -> None:
    """A server that was away answers messages of the start before, each with its own receipt, after new ones left.

    The card lost these last commits: other records stand under the numbers by now. Until they are compared, no receipt
    is proof, be it the first, the second, or one that comes after the answer to a message without records.
    """
    with closing(open_outbox(tmp_path / "outbox.sqlite3", SetClock())) as outbox:
        outbox.append([flow(minute) for minute in range(204)])
        delivery = OutboxDelivery(outbox, DeliveryPolicy())
        delivery.connected()
        delivery.next_messages(0.0)
        epoch = outbox.identity.epoch
        delivery.receive(wire.Receipt(epoch, 0, minor=1), 0.5)
        for pair in receipts:
            through, also = Ranges.of([pair]).through_and_also(wire.MAX_RECORDS)
            delivery.receive(wire.Receipt(epoch, through, also, minor=1), 1.0)
        delivery.receive(wire.Receipt(epoch, 0, minor=1, retire=True), 2.0)
        delivery.connected()
        assert _waiting(outbox) == list(range(1, 205))


def test_a_rewind_asks_and_settles_nothing(tmp_path: Path) -> None:
    """It names all that the server has, not what it compared: what is on its way may be other records."""
    with closing(open_outbox(tmp_path / "outbox.sqlite3", SetClock())) as outbox:
        outbox.append([flow(minute) for minute in range(10)])
        delivery = OutboxDelivery(outbox, DeliveryPolicy())
        delivery.connected()
        delivery.next_messages(0.0)
        delivery.receive(wire.Receipt(outbox.identity.epoch, 4, [(8, 10)], minor=1, rewind=True), 1.0)
        assert _waiting(outbox) == list(range(1, 11))
