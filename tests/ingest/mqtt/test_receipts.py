"""Receipts on a real socket: no more at once than the broker takes, and the newest of an epoch instead of the older."""

import socket
import threading
from collections.abc import Iterator

import pytest

from core import wire
from ingest.mqtt.buffered_socket import BufferedSocket
from ingest.mqtt.packets import cut
from ingest.mqtt.receipts import WAITING, ReceiptSender

Ends = tuple[ReceiptSender, BufferedSocket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(5)
    yield ReceiptSender(is_v5=True), BufferedSocket(ours), theirs
    ours.close()
    theirs.close()


def receipt(device: str, through: int, epoch: str = "0123456789abcdef") -> tuple[wire.Topic, wire.Receipt]:
    return wire.Topic("torget", device, wire.Kind.RECEIPT), wire.Receipt(epoch, through)


def heard(theirs: socket.socket) -> list[tuple[str, int]]:
    """Return device and number of what has come, and check that no packet id comes twice."""
    found = cut(theirs.recv(100_000), is_v5=True)
    assert len({published.mid for published in found.published}) == len(found.published)
    receipts = [wire.decode(wire.Kind.RECEIPT, published.payload) for published in found.published]
    devices = [published.topic.decode().split("/")[3] for published in found.published]
    return [(device, receipt.through) for device, receipt in zip(devices, receipts, strict=True)]  # type: ignore[union-attr] # receipts


def test_no_more_are_sent_than_the_broker_takes_and_the_newest_wins(ends: Ends) -> None:
    receipts, line, theirs = ends
    receipts.open(line, 2)
    receipts.put([receipt("a", 1), receipt("b", 1), receipt("c", 1), receipt("d", 1)])
    assert heard(theirs) == [("a", 1), ("b", 1)]
    receipts.put([receipt("c", 7), receipt("a", 2)])
    receipts.answered(1)
    assert heard(theirs) == [("c", 7)]
    receipts.answered(2)
    assert heard(theirs) == [("d", 1), ("a", 2)]


def test_answers_that_got_lost_stop_receipts_for_a_while_only(ends: Ends) -> None:
    _receipts, line, theirs = ends
    now_s = [0.0]
    receipts = ReceiptSender(is_v5=True, clock=lambda: now_s[0])
    receipts.open(line, 1)
    receipts.put([receipt("a", 1), receipt("b", 1)])
    assert heard(theirs) == [("a", 1)]
    now_s[0] = 29.0
    receipts.put([receipt("c", 1)])
    now_s[0] = 31.0
    receipts.put([receipt("b", 2)])
    assert heard(theirs) == [("b", 2)]
    receipts.answered(1)
    assert heard(theirs) == [("c", 1)]


def test_two_epochs_of_a_device_are_both_answered(ends: Ends) -> None:
    receipts, line, theirs = ends
    receipts.open(line, 9)
    receipts.put([receipt("a", 5), receipt("a", 1, "fedcba9876543210")])
    assert heard(theirs) == [("a", 5), ("a", 1)]


def test_without_a_connection_nothing_is_kept(ends: Ends) -> None:
    receipts, line, theirs = ends
    receipts.put([receipt("a", 1)])
    receipts.open(line, 5)
    receipts.shut()
    receipts.put([receipt("b", 1)])
    receipts.open(line, 5)
    receipts.put([receipt("c", 1)])
    assert heard(theirs) == [("c", 1)]


def test_the_end_waits_for_the_last_answer(ends: Ends) -> None:
    receipts, line, _theirs = ends
    receipts.wait(10)
    receipts.open(line, 1)
    receipts.put([receipt("a", 1), receipt("b", 1)])
    receipts.wait(0)
    waiting = threading.Thread(target=receipts.wait, args=(10,))
    waiting.start()
    receipts.answered(1)
    assert waiting.is_alive()
    receipts.answered(1)
    waiting.join(5)
    assert not waiting.is_alive()


def test_what_waits_is_bounded(ends: Ends) -> None:
    receipts, line, theirs = ends
    receipts.open(line, 0)
    receipts.put([receipt(f"d{number}", 1) for number in range(WAITING + 10)])
    receipts.open(line, 100)
    total = 0
    while line.unsent() == 0 and total < WAITING:
        total += len(heard(theirs))
        receipts.answered(100)
    theirs.setblocking(False)
    with pytest.raises(BlockingIOError):
        theirs.recv(1)
    assert total == WAITING


def test_packet_ids_stay_apart_from_the_librarys(ends: Ends) -> None:
    receipts, line, theirs = ends
    receipts.open(line, 1)
    seen = set()
    for number in range(32_770):
        receipts.put([receipt("a", number + 1)])
        [published] = cut(theirs.recv(1000), is_v5=True).published
        seen.add(published.mid)
        receipts.answered(1)
    assert (min(filter(None, seen)), max(filter(None, seen)), len(seen)) == (32_768, 65_535, 32_768)
