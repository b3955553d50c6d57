"""An outbox whose bytes rot: what a start makes of it, and whether the server then has everything that can be read."""

import json
import random
import shutil
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core import wire
from core.ranges import Ranges
from counter.counting.second_tallies import SecondRun
from counter.delivery.batch_scheduler import DeliveryPolicy
from counter.delivery.outbox_delivery import OutboxDelivery
from counter.records.checkpoint import Checkpoint, CheckpointFile
from counter.records.outbox import OutboxLimits
from counter.records.seconds_file import Boot, CountingSetup, SecondsFile
from tests.support.counter.records import SetClock, dwell, flow, open_outbox, receipt

SETTLED: Final = 99
UNSETTLED: Final = 300
DROPPED: Final = 12
_OLD: Final = SETTLED + DROPPED
MADE: Final = _OLD + UNSETTLED


@dataclass(frozen=True)
class Card:
    """What lies on a device's card: the outbox, and its log where the program was killed.

    Attributes:
        files: by what their names end with.
        epoch: of the outbox.
        records: what waits for a receipt, as it goes on the wire, by number.
    """

    files: dict[str, bytes]
    epoch: str
    records: dict[int, bytes]

    def size(self) -> int:
        return sum(len(data) for data in self.files.values())

    def flipped(self, rng: random.Random, bits: int) -> dict[str, bytes]:
        """Return the files with so many bits flipped, anywhere."""
        found = {name: bytearray(data) for name, data in self.files.items()}
        for _ in range(bits):
            at = rng.randrange(self.size() * 8)
            for data in found.values():
                if at < len(data) * 8:
                    data[at // 8] ^= 1 << at % 8
                    break
                at -= len(data) * 8
        return {name: bytes(data) for name, data in found.items()}


def make_card(folder: Path, seed: int, *, killed: bool) -> Card:
    """Return the card of a counter with 300 records that wait for a receipt; `killed` leaves its log behind."""
    rng, path = random.Random(seed), folder / "made" / "outbox.sqlite3"
    with (
        closing(open_outbox(path, SetClock(), OutboxLimits(max_records=SETTLED + UNSETTLED))) as outbox,
        closing(CheckpointFile(path)) as checkpoints,
        closing(SecondsFile(path)) as seconds,
    ):
        outbox.append([flow(n, rng.randrange(1000)) for n in range(_OLD)])
        outbox.apply_receipt(receipt(outbox, _OLD))
        for n in range(_OLD, MADE):
            outbox.append([dwell(n) if n % 15 == 0 else flow(n, rng.randrange(1000))])
        checkpoints.write(Checkpoint("f", SetClock().ms, rng.randbytes(700)))
        about = CountingSetup("f", "sim-a", ("stationen",), ())
        seconds.save(
            Boot("first", clock_known=False, about=about), [SecondRun(1, 9, b"one"), SecondRun(12, 14, b"two")]
        )
        records = {one.seq: one.record for one in outbox.unsettled(0, 1000)}
        if killed:
            shutil.copytree(path.parent, folder / "killed")
        epoch = outbox.identity.epoch
    lies = folder / "killed" if killed else path.parent
    files = {one.name.removeprefix(path.name): one.read_bytes() for one in lies.iterdir()}
    return Card({name: data for name, data in files.items() if name in {"", "-wal"}}, epoch, records)


@dataclass
class Delivered:
    """What a server got of one card.

    Attributes:
        epochs: in order.
        wrong: records that say something else than was counted.
        sent: which of the card's records came, by the number they had there.
        declared: numbers declared lost in the card's own epoch.
        declared_later: how many are in epochs after it.
    """

    epochs: list[str] = field(default_factory=list)
    wrong: list[bytes] = field(default_factory=list)
    sent: set[int] = field(default_factory=set)
    declared: set[int] = field(default_factory=set)
    declared_later: int = 0

    def missing(self, card: Card) -> set[int]:
        """Return what neither came nor was declared; in a later epoch nothing but their number says which those are."""
        missing = card.records.keys() - self.sent - self.declared
        return missing if len(missing) > self.declared_later else set()


def deliver(card: Card, files: dict[str, bytes], folder: Path, starts: int = 2) -> Delivered:
    """Start a counter on these files some times, and let it deliver each time. Raises what ends the counter."""
    path = folder / "outbox.sqlite3"
    for name, data in files.items():
        path.with_name(path.name + name).write_bytes(data)
    found, by_content = Delivered(), {_content(record): seq for seq, record in card.records.items()}
    for _ in range(starts):
        with closing(open_outbox(path, SetClock())) as outbox:
            delivery = OutboxDelivery(outbox, DeliveryPolicy())
            delivery.connected()
            now_s = 0.0
            while messages := delivery.next_messages(now_s):
                for message in messages:
                    delivery.receive(_take(message, card, found, by_content), now_s)
                now_s += 1
            assert outbox.depth() == 0
            outbox.append([flow(MADE + 500)])
    return found


def _take(message: bytes, card: Card, found: Delivered, by_content: dict[str, int]) -> wire.Receipt:
    batch = wire.decode_batch(message)
    if batch.rejected:
        found.wrong += [repr(one).encode() for one in batch.rejected]
    if batch.batch.epoch not in found.epochs:
        found.epochs.append(batch.batch.epoch)
    for record in batch.batch.records:
        encoded = wire.encode(record)
        seq = by_content.get(_content(encoded))
        if seq is not None and (batch.batch.epoch != card.epoch or seq == record.seq):
            found.sent.add(seq)
        elif record.seq > 0 and _content(encoded) not in _ALLOWED:
            found.wrong.append(encoded)
    numbers = {n for lost in batch.batch.lost for n in range(lost.first, lost.last + 1)}
    if batch.batch.epoch == card.epoch:
        found.declared |= numbers
    else:
        found.declared_later += len(numbers)
    settled = Ranges.of_numbers([record.seq for record in batch.batch.records] + sorted(numbers))
    through, also = settled.through_and_also(wire.MAX_RECORDS)
    return wire.Receipt(batch.batch.epoch, through, also, minor=wire.MINOR)


def _content(record: bytes) -> str:
    """Return a record without its number."""
    found = json.loads(record)
    del found["seq"]
    return json.dumps(found, sort_keys=True)


def _appended() -> str:
    draft = flow(MADE + 500)
    line = draft.lines[0]
    record = wire.FlowRecord(seq=wire.Seq(1), start=draft.start, period_s=60, setup="sim-a", flags=[], lines=[line])
    return _content(wire.encode(record))


_ALLOWED: Final = {_appended()}
"""What a start itself appends."""
