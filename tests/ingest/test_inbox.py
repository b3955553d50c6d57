"""The queue between network and worker, what a message is decoded as, and when a batch ends."""

import threading
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import wire
from ingest.batch.rejects import reject_message
from ingest.inbox import BatchLimits, Inbox, gather
from ingest.messages import (
    AckToken,
    HeldMessage,
    Incoming,
    LiveMessage,
    RecordsMessage,
    RefusedMessage,
    StatusMessage,
    decode,
    facts_in,
    incoming,
)
from tests.support.small_site import ARRIVED, ZONES, arrive, dwell, flow, payload, topic
from tests.support.waiting import PATIENCE_S, eventually

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def numbered(mid: int, content: bytes | None = None) -> Incoming:
    return incoming(topic(), content or payload([flow(mid, mid)]), NOW, token=AckToken(1, mid))


def tick(number: int) -> Incoming:
    return incoming(topic(kind=wire.Kind.LIVE), str(number).encode(), NOW)


def mids(messages: tuple[Incoming, ...]) -> list[int]:
    return [message.token.mid for message in messages if message.token]


def test_the_network_waits_while_the_queue_is_full() -> None:
    inbox = Inbox(2)
    network = threading.Thread(target=lambda: inbox.put(numbered(mid) for mid in range(1, 6)))
    network.start()
    eventually(lambda: len(inbox) == 2)
    assert network.is_alive()
    taken: list[Incoming] = []
    while len(taken) < 5:
        taken += inbox.take(len(inbox.wait(0, 1, PATIENCE_S)))
    network.join(PATIENCE_S)
    assert mids(tuple(taken)) == [1, 2, 3, 4, 5]
    assert inbox.wait(0, 1, 0) == []
    assert inbox.came == 5


def test_closing_lets_the_network_go() -> None:
    inbox = Inbox(1)
    inbox.put([numbered(1)])
    network = threading.Thread(target=inbox.put, args=([numbered(2)],))
    network.start()
    inbox.close()
    network.join(PATIENCE_S)
    assert not network.is_alive()
    assert len(inbox) == 1


def test_ticks_never_wait_and_the_oldest_go() -> None:
    inbox = Inbox(1, ticks=3)
    for number in range(5):
        inbox.put([tick(number)])
    assert [message.payload for message in inbox.take_ticks()] == [b"2", b"3", b"4"]
    assert (inbox.take_dropped(), inbox.take_dropped()) == (2, 0)
    assert inbox.take_ticks() == []


def test_ticks_are_bounded_by_size_too() -> None:
    """Anything may be sent without asking for an acknowledgement, also the largest records."""
    inbox = Inbox(1, tick_bytes=10)
    large = [incoming(topic(), bytes([number]) * 4, NOW) for number in range(5)]
    inbox.put(large)
    assert inbox.take_ticks() == large[3:]
    assert inbox.take_dropped() == 3
    inbox.put(large[:2])
    assert inbox.take_ticks() == large[:2]
    inbox.put([incoming(topic(), b"far too large", NOW)])
    assert (inbox.take_ticks(), inbox.take_dropped()) == ([], 1)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (BatchLimits(facts=5, age_s=5), [1, 2, 3]),
        (BatchLimits(messages=2, age_s=5), [1, 2]),
        (BatchLimits(age_s=0), [1, 2, 3, 4]),  # no waiting, but what is there is taken
        (BatchLimits(age_s=5), [1, 2, 3, 4]),
    ],
)
def test_a_batch_ends_by_size_or_silence(limits: BatchLimits, expected: list[int]) -> None:
    inbox = Inbox(10)
    for mid in range(1, 5):
        inbox.put([numbered(mid)])
    batch = gather(inbox, limits, 1)
    assert mids(batch.messages) == expected
    assert len(batch.decoded) == len(expected)


def test_nothing_makes_an_empty_batch() -> None:
    assert gather(Inbox(1), BatchLimits(), 0).messages == ()


def test_each_kind_is_read_as_what_it_is() -> None:
    assert isinstance(decode(arrive(payload([flow(1, 0)]))), RecordsMessage)
    live = wire.encode(wire.Live(ARRIVED))
    assert isinstance(decode(incoming(topic(kind=wire.Kind.LIVE), live, NOW)), LiveMessage)
    status = wire.encode(wire.Status(online=True, at=ARRIVED))
    found = decode(incoming(topic(kind=wire.Kind.STATUS), status, NOW, retained=True))
    assert isinstance(found, StatusMessage)
    assert found.retained
    receipt = wire.encode(wire.Receipt("0123456789abcdef", 1))
    assert isinstance(decode(incoming(topic(kind=wire.Kind.RECEIPT), receipt, NOW)), RefusedMessage)
    newer = decode(arrive(b'{"minor":9,"epoch":1}'))
    assert isinstance(newer, HeldMessage)


def test_facts_are_counted_before_they_are_stored() -> None:
    assert facts_in(decode(arrive(payload([flow(1, 0, zones=ZONES), dwell(2, 0)])))) == 6
    assert facts_in(decode(arrive(b"{}"))) == 0


def test_of_a_large_message_only_its_trace_stays_in_memory() -> None:
    message = arrive(b'{"picture":"' + b"x" * wire.MAX_PAYLOAD_BYTES + b'"}')
    assert message.payload == b""
    refused = decode(message)
    assert isinstance(refused, RefusedMessage)
    row = reject_message(refused)
    assert (row.code, row.payload, row.payload_bytes, row.field_names) == (
        "size",
        None,
        wire.MAX_PAYLOAD_BYTES + 14,
        ("picture",),
    )


@given(st.text(max_size=300), st.binary(max_size=300))
def test_nothing_that_arrives_raises(name: str, content: bytes) -> None:
    for text in (name, topic(), topic(kind=wire.Kind.STATUS)):
        decode(incoming(text, content, NOW))


@given(st.text(max_size=300))
def test_what_is_kept_of_a_topic_can_be_stored(name: str) -> None:
    kept = incoming(name, b"", NOW).topic
    assert kept.isprintable()
    kept.encode()
    assert len(kept) <= 200


def test_large_messages_fill_the_queue_before_their_number_does() -> None:
    inbox = Inbox(1000, size_bytes=10)
    inbox.put([numbered(1)])
    network = threading.Thread(target=inbox.put, args=([numbered(2)],))
    network.start()
    network.join(0.05)
    assert network.is_alive()
    assert mids(tuple(inbox.take(1))) == [1]
    network.join(PATIENCE_S)
    assert len(inbox) == 1
