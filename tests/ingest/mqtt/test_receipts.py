"""Receipts on a real socket: no more in flight than the broker takes, and those of an epoch that wait become one."""

import select
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from core import wire
from ingest.messages import AddressedReceipt
from ingest.mqtt.buffered_socket import BufferedSocket
from ingest.mqtt.fast import FastLine
from ingest.mqtt.packets import PubAck, cut
from ingest.mqtt.receipts import WAITING, ReceiptSender
from tests.support.waiting import PATIENCE_S


class Ends:
    """A sender with its connection, and the broker's end of it."""

    def __init__(self, ours: socket.socket, theirs: socket.socket) -> None:
        self.receipts = ReceiptSender()
        self.socket = BufferedSocket(ours)
        self.line = FastLine(self.socket, is_v5=True)
        self.theirs = theirs
        self._unacknowledged: list[int] = []

    def heard(self) -> list[tuple[str, int]]:
        """Return device and number of what has come, and check that no packet id comes twice."""
        return [(device, receipt.through) for device, receipt in self.receipts_heard()]

    def receipts_heard(self) -> list[tuple[str, wire.Receipt]]:
        """Return device and receipt of what has come, and check that no packet id comes twice."""
        found = cut(self.theirs.recv(100_000), is_v5=True)
        mids = [published.mid for published in found.published if published.mid]
        assert len(set(mids)) == len(found.published)
        self._unacknowledged += mids
        receipts = [wire.decode(wire.Kind.RECEIPT, published.payload) for published in found.published]
        devices = [published.topic.decode().split("/")[3] for published in found.published]
        return list(zip(devices, receipts, strict=True))

    def is_silent(self) -> bool:
        """Return whether nothing has come."""
        return not select.select([self.theirs], [], [], 0.05)[0]

    def acknowledge(self, count: int, reason: int = 0) -> None:
        """Acknowledge so many of what has come, the oldest first."""
        going, self._unacknowledged = self._unacknowledged[:count], self._unacknowledged[count:]
        assert len(going) == count
        self.receipts.acknowledged([PubAck(mid, reason) for mid in going])


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(5)
    yield Ends(ours, theirs)
    ours.close()
    theirs.close()


def receipt(device: str, through: int, epoch: str = "0123456789abcdef") -> AddressedReceipt:
    return AddressedReceipt(wire.Topic("torget", device, wire.Kind.RECEIPT), wire.Receipt(epoch, through))


def test_no_more_are_sent_than_the_broker_takes_and_the_newest_wins(ends: Ends) -> None:
    ends.receipts.open(ends.line, 2)
    ends.receipts.put([receipt("a", 1), receipt("b", 1), receipt("c", 1), receipt("d", 1)])
    assert ends.heard() == [("a", 1), ("b", 1)]
    ends.receipts.put([receipt("c", 7), receipt("a", 2)])
    ends.acknowledge(1)
    assert ends.heard() == [("c", 7)]
    ends.acknowledge(2)
    assert ends.heard() == [("d", 1), ("a", 2)]


def of_a(through: int, *also: tuple[int, int], minor: int = 0, **asks: bool) -> AddressedReceipt:
    topic = wire.Topic("torget", "a", wire.Kind.RECEIPT)
    return AddressedReceipt(topic, wire.Receipt("0123456789abcdef", through, list(also), minor=minor, **asks))


def test_receipts_that_wait_become_one_that_names_what_each_names(ends: Ends) -> None:
    """Each names only what it answers: none may take another's place."""
    ends.receipts.open(ends.line, 1)
    ends.receipts.put([receipt("b", 1)])
    assert ends.heard() == [("b", 1)]
    ends.receipts.put([of_a(0, (4, 5)), of_a(2, (9, 9))])
    ends.receipts.put([of_a(0, (3, 3), (20, 21))])
    ends.acknowledge(1)
    assert ends.receipts_heard() == [("a", of_a(5, (9, 9), (20, 21)).receipt)]


def test_more_ranges_than_a_receipt_holds_leave_out_those_of_the_earlier(ends: Ends) -> None:
    ends.receipts.open(ends.line, 1)
    ends.receipts.put([receipt("b", 1)])
    assert ends.heard() == [("b", 1)]
    earlier = [(number, number) for number in range(1002, 1202, 2)]
    later = [(number, number) for number in range(2, 202, 2)]
    ends.receipts.put([of_a(0, *earlier), of_a(0, *later)])
    ends.acknowledge(1)
    assert ends.receipts_heard() == [("a", of_a(0, *later).receipt)]


@pytest.mark.parametrize("asks", [{"rewind": True}, {"retire": True}])
def test_a_receipt_that_asks_for_something_stands_by_itself(ends: Ends, asks: dict[str, bool]) -> None:
    ends.receipts.open(ends.line, 2)
    ends.receipts.put([receipt("b", 1), receipt("c", 1)])
    assert ends.heard() == [("b", 1), ("c", 1)]
    ends.receipts.put([of_a(2, minor=1), of_a(0, (4, 4), minor=1, **asks), of_a(0, (6, 6), minor=1)])
    ends.acknowledge(2)
    found = [receipt for _, receipt in ends.receipts_heard()]
    assert [(one.through, one.also, one.rewind or one.retire) for one in found] == [
        (2, [(6, 6)], False),
        (0, [(4, 4)], True),
    ]


def test_an_acknowledgement_of_something_else_lets_nothing_go(ends: Ends) -> None:
    ends.receipts.open(ends.line, 1)
    ends.receipts.put([receipt("a", 1), receipt("b", 1)])
    assert ends.heard() == [("a", 1)]
    ends.receipts.acknowledged([PubAck(7, 0)])
    assert ends.is_silent()
    ends.acknowledge(1)
    assert ends.heard() == [("b", 1)]


def test_what_the_broker_refuses_is_counted_logged_once_and_dropped(
    ends: Ends, caplog: pytest.LogCaptureFixture
) -> None:
    ends.receipts.open(ends.line, 2)
    ends.receipts.put([receipt(device, 1) for device in "abcdefg"])
    for reason in (0x97, 0x97, 0x80, 0x7F, 0x10, 0xFF):
        ends.heard()
        ends.acknowledge(1, reason)
    assert ends.receipts.refused == 4
    end = "; its device sends again"
    assert [record.getMessage().removesuffix(end) for record in caplog.records] == [
        "the broker refuses a receipt to platspuls/v1/torget/a/receipt: quota exceeded (0x97)",
        "the broker refuses a receipt to platspuls/v1/torget/c/receipt: unspecified error (0x80)",
        "the broker refuses a receipt to platspuls/v1/torget/f/receipt: unknown reason (0xff)",
    ]


def test_a_broker_that_acknowledges_nothing_is_connected_to_anew_and_never_given_too_much(
    ends: Ends, caplog: pytest.LogCaptureFixture
) -> None:
    now_s = [0.0]
    ends.receipts = ReceiptSender(clock=lambda: now_s[0])
    ends.receipts.open(ends.line, 1)
    ends.receipts.put([receipt("a", 1), receipt("b", 1)])
    assert ends.heard() == [("a", 1)]
    now_s[0] = 30.0
    ends.receipts.put([receipt("c", 1)])
    assert ends.socket.pending() == 0
    now_s[0] = 30.1
    ends.receipts.put([receipt("b", 2)])
    assert ends.socket.pending() > 0
    with pytest.raises(TimeoutError):
        ends.socket.recv(1)
    assert "has not acknowledged 1 receipts; connecting again" in caplog.text
    ends.receipts.put([receipt("d", 1)])
    ends.receipts.open(ends.line, 1)
    ends.receipts.put([receipt("c", 2)])
    assert ends.heard() == [("c", 2)]


def test_what_the_library_sends_again_is_still_in_flight(ends: Ends) -> None:
    ends.receipts.open(ends.line, 2)
    ends.receipts.put([receipt("a", 1), receipt("b", 1)])
    assert len(ends.heard()) == 2
    ends.receipts.close()
    ends.receipts.put([receipt("c", 1)])
    ends.receipts.open(ends.line, 2, resends=True)
    ends.receipts.put([receipt("c", 1)])
    assert ends.is_silent()
    ends.acknowledge(1)
    assert ends.heard() == [("c", 1)]


def test_what_was_in_flight_on_another_connection_is_not_any_more(ends: Ends) -> None:
    ends.receipts.open(ends.line, 1)
    ends.receipts.put([receipt("a", 1)])
    assert ends.heard() == [("a", 1)]
    ends.receipts.close()
    ends.receipts.open(ends.line, 1)
    ends.receipts.put([receipt("b", 1)])
    assert ends.heard() == [("b", 1)]


def test_two_epochs_of_a_device_are_both_answered(ends: Ends) -> None:
    ends.receipts.open(ends.line, 9)
    ends.receipts.put([receipt("a", 5), receipt("a", 1, "fedcba9876543210")])
    assert ends.heard() == [("a", 5), ("a", 1)]


def test_without_a_connection_nothing_is_kept(ends: Ends) -> None:
    ends.receipts.put([receipt("a", 1)])
    ends.receipts.open(ends.line, 5)
    ends.receipts.close()
    ends.receipts.acknowledged([PubAck(32_768, 0)])
    ends.receipts.put([receipt("b", 1)])
    ends.receipts.open(ends.line, 5)
    ends.receipts.put([receipt("c", 1)])
    assert ends.heard() == [("c", 1)]


def test_an_acknowledgement_after_the_connection_sends_nothing(ends: Ends) -> None:
    """The library may hand it over late."""
    ends.receipts.open(ends.line, 1)
    ends.receipts.put([receipt("a", 1), receipt("b", 1)])
    ends.heard()
    ends.receipts.close()
    ends.acknowledge(1)
    assert ends.is_silent()


def test_the_end_waits_for_the_last_answer(ends: Ends) -> None:
    ends.receipts.wait(10)
    ends.receipts.open(ends.line, 1)
    ends.receipts.put([receipt("a", 1), receipt("b", 1)])
    ends.receipts.wait(0)
    waiting = threading.Thread(target=ends.receipts.wait, args=(PATIENCE_S,))
    waiting.start()
    ends.heard()
    ends.acknowledge(1)
    ends.heard()
    waiting.join(0.05)
    assert waiting.is_alive()
    ends.acknowledge(1)
    waiting.join(PATIENCE_S)
    assert not waiting.is_alive()


def test_what_waits_is_bounded(ends: Ends) -> None:
    ends.receipts.open(ends.line, 0)
    ends.receipts.put([receipt(f"d{number}", 1) for number in range(WAITING + 10)])
    ends.receipts.open(ends.line, 100)
    total = 0
    while ends.socket.unsent() == 0 and total < WAITING:
        total += (count := len(ends.heard()))
        ends.acknowledge(count)
    ends.theirs.setblocking(False)
    with pytest.raises(BlockingIOError):
        ends.theirs.recv(1)
    assert total == WAITING


def test_packet_ids_stay_apart_from_the_librarys(ends: Ends) -> None:
    ends.receipts.open(ends.line, 1)
    seen = set()
    for number in range(32_770):
        ends.receipts.put([receipt("a", number + 1)])
        [published] = cut(ends.theirs.recv(1000), is_v5=True).published
        seen.add(published.mid)
        ends.receipts.acknowledged([PubAck(published.mid or 0, 0)])
    assert (min(filter(None, seen)), max(filter(None, seen)), len(seen)) == (32_768, 65_535, 32_768)


def test_a_device_of_minor_1_gets_the_servers_time_and_one_of_minor_0_does_not(ends: Ends) -> None:
    ends.receipts.open(ends.line, 2)
    topic = wire.Topic("torget", "a", wire.Kind.RECEIPT)
    ends.receipts.put([AddressedReceipt(topic, wire.Receipt(f"{minor:016x}", 1, minor=minor)) for minor in (0, 1)])
    found = cut(ends.theirs.recv(100_000), is_v5=True)
    old, new = (wire.decode(wire.Kind.RECEIPT, published.payload) for published in found.published)
    assert b"server_time" not in found.published[0].payload
    assert isinstance(old, wire.Receipt)
    assert isinstance(new, wire.Receipt)
    assert old.server_time is None
    assert new.server_time is not None
    assert abs((datetime.now(UTC) - new.server_time).total_seconds()) < 60
