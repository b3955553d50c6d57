"""Whether devices get receipts: told by what the broker does with them, not by a subscription that stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mqtt.packets import PubAck
from ingest.mqtt.receipt_health import UNANSWERED_TIMEOUT_S, ReceiptHealth


class Hand:
    """A clock that is set by hand, and since when the broker has been read."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.read_since_s = float("-inf")
        self.health = ReceiptHealth(lambda: self.now_s, lambda: self.read_since_s)
        self.health.opened(0)


@pytest.fixture
def hand() -> Hand:
    return Hand()


def test_without_receipts_nothing_is_wrong(hand: Hand) -> None:
    hand.now_s = 1e6
    assert hand.health.fault() is None
    assert not hand.health.closed()


@pytest.mark.parametrize(("reason", "word"), [(0x87, "not authorized"), (0x97, "quota"), (0xEE, "unknown reason")])
def test_a_refusal_stands_until_a_receipt_is_taken(hand: Hand, reason: int, word: str) -> None:
    hand.health.sent(2)
    hand.health.answered([PubAck(1, reason)], 1)
    assert word in str(hand.health.fault())
    hand.health.closed()
    hand.health.opened(0)
    assert word in str(hand.health.fault())
    hand.health.sent(2)
    hand.health.answered([PubAck(2, 0), PubAck(3, reason)], 0)
    assert hand.health.fault() is None


def test_connections_that_end_for_a_receipt_are_told_from_lost_ones(hand: Hand) -> None:
    """Some brokers end the connection of a client that publishes what it may not, again and again."""
    for number in range(4):
        hand.health.sent(1)
        hand.now_s += 0.5
        assert hand.health.closed() is (number > 0)
        hand.now_s += 60
        hand.health.opened(0)
    assert "ended the last 4 connections just after one was sent" in str(hand.health.fault())
    hand.health.sent(1)
    hand.health.answered([PubAck(1, 0)], 0)
    assert hand.health.fault() is None


def test_connections_that_end_for_something_else_are_no_fault_of_receipts(hand: Hand) -> None:
    for _ in range(5):
        hand.health.sent(1)
        hand.health.answered([PubAck(1, 0)], 0)
        assert not hand.health.closed()
        hand.health.opened(0)
        hand.health.sent(1)
        hand.now_s += 20
        assert not hand.health.closed()
        hand.health.opened(0)
    assert hand.health.fault() is None


def test_a_broker_that_acknowledges_nothing_is_a_fault_also_while_more_is_sent(hand: Hand) -> None:
    for count in range(1, 9):
        hand.health.sent(count)
        hand.now_s += 5
    assert "acknowledges none" in str(hand.health.fault())
    hand.health.gave_up()
    hand.health.opened(0)
    assert "acknowledges none" in str(hand.health.fault())
    hand.health.sent(1)
    hand.health.answered([PubAck(1, 0)], 0)
    assert hand.health.fault() is None


@given(st.floats(0, 1e6))
def test_what_isnt_read_isnt_taken_for_silence(unread_s: float) -> None:
    """While the inbox is full, the broker's answers wait unread behind its messages."""
    hand = Hand()
    hand.health.sent(1)
    hand.now_s = hand.read_since_s = unread_s
    assert not hand.health.is_unanswered()
    hand.now_s += UNANSWERED_TIMEOUT_S + 1
    assert hand.health.is_unanswered()
