"""One epoch during a transaction: what is settled, what may be, and the receipt for it; without a database."""

import pytest

from core import wire
from core.ranges import Ranges
from ingest.batch import delivery
from ingest.batch.delivery import DeliveryId, EpochState, receipt_of
from tests.support.small_site import EPOCH, flow


def state(*pairs: tuple[int, int]) -> EpochState:
    return EpochState(DeliveryId(7), Ranges.of(pairs))


def batch(*seqs: int, lost: tuple[tuple[int, int], ...] = (), minor: int = wire.MINOR) -> wire.Batch:
    ranges = [wire.LostRange(first, last, "outbox_full") for first, last in lost]
    return wire.Batch(epoch=EPOCH, records=[flow(seq, seq) for seq in seqs], lost=ranges, minor=minor)


def test_a_record_is_settled_once_it_is_stored_rejected_or_was_before() -> None:
    epoch = state((1, 3), (9, 9))
    epoch.stored.add(5)
    epoch.rejected.add(6)
    assert [seq for seq in range(12) if epoch.has(seq)] == [1, 2, 3, 5, 6, 9]
    assert epoch.settled().pairs == ((1, 3), (5, 6), (9, 9))


def test_what_is_declared_lost_is_settled_and_counted_once() -> None:
    epoch = state((1, 3))
    epoch.stored.add(5)
    assert epoch.declare_lost(wire.LostRange(2, 6, "outbox_full")) == 2
    assert epoch.declare_lost(wire.LostRange(6, 7, "outbox_full")) == 1
    assert epoch.declare_lost(wire.LostRange(1, 7, "outbox_full")) == 0
    assert epoch.lost == [(2, 6), (6, 7), (1, 7)]
    assert epoch.settled().pairs == ((1, 7),)
    assert all(epoch.has(seq) for seq in range(1, 8))


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (1, 1, True),
        (4, 4, True),
        (5, 7, True),
        (6, 6, True),
        (5, 5, False),
        (9, 9, False),
        (5, 6, True),
        (12, 13, False),
    ],
)
def test_with_too_many_gaps_only_what_touches_a_range_has_room(
    monkeypatch: pytest.MonkeyPatch, first: int, last: int, expected: bool
) -> None:
    epoch = state((2, 3), (7, 7))
    assert epoch.has_room(first, last)
    monkeypatch.setattr(delivery, "MOST_RANGES", 2)
    assert epoch.has_room(first, last) is expected


def test_the_receipt_names_what_was_asked_and_is_settled_and_nothing_else() -> None:
    """What another message holds may be on its way under a number that was settled before: only a comparison tells."""
    epoch = state((1, 3))
    epoch.note_batch(batch(2, 5, lost=((8, 9),), minor=0), [6])
    epoch.stored.add(5)
    epoch.rejected.add(6)
    epoch.declare_lost(wire.LostRange(8, 9, "outbox_full"))
    assert (epoch.made, epoch.minor) == (9, 0)
    assert epoch.asked == [(2, 2), (5, 5), (6, 6), (8, 9)]
    assert receipt_of(EPOCH, epoch) == wire.Receipt(EPOCH, 0, [(2, 2), (5, 6), (8, 9)], minor=0)


def test_the_largest_number_that_was_named_stays() -> None:
    epoch = state()
    epoch.note_batch(batch(4), [])
    epoch.note_batch(batch(2), [9])
    epoch.note_batch(batch(1, lost=((3, 5),)), [])
    assert epoch.made == 9
    assert len(epoch.asked) == 5
    epoch.note_batch(wire.Batch(epoch=EPOCH), [])
    assert epoch.made == 9
    assert receipt_of(EPOCH, epoch) == wire.Receipt(EPOCH, 0, minor=epoch.minor)


def test_a_receipt_names_no_more_ranges_than_it_holds() -> None:
    epoch = state(*[(2 * number, 2 * number) for number in range(1, 2 * wire.MAX_RECORDS)])
    epoch.note_batch(batch(*range(4, 2 * wire.MAX_RECORDS + 2, 2)), [])
    epoch.note_batch(batch(2 * wire.MAX_RECORDS + 2), [])
    receipt = receipt_of(EPOCH, epoch)
    assert receipt.through == 0
    assert receipt.also == [(number, number) for number in range(4, 2 * wire.MAX_RECORDS + 4, 2)]
    epoch.note_batch(batch(2 * wire.MAX_RECORDS + 4), [])
    assert len(receipt_of(EPOCH, epoch).also) == wire.MAX_RECORDS


@pytest.mark.parametrize("minor", [0, 1])
def test_of_an_epoch_that_has_forked_nothing_is_settled_and_a_newer_device_ends_it(minor: int) -> None:
    epoch = state((1, 3))
    epoch.fork = 2
    epoch.note_disputed(batch(2, 5, lost=((8, 9),), minor=minor), [6])
    assert (epoch.made, epoch.disputed) == (0, [(2, 2), (5, 5), (6, 6), (8, 9)])
    assert receipt_of(EPOCH, epoch) == wire.Receipt(EPOCH, 0, minor=minor, retire=minor == 1)


def test_a_receipt_is_no_newer_than_this_program() -> None:
    epoch = state()
    epoch.note_batch(batch(1, minor=wire.MINOR + 5), [])
    assert epoch.minor == wire.MINOR
