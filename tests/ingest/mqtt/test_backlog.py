"""What finds no room: kept in order, handed over again, and never waited for long."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ingest.inbox import Inbox
from ingest.messages import AckToken, Incoming, incoming
from ingest.mqtt.backlog import Backlog

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def numbered(mid: int) -> Incoming:
    return incoming("t", b"12345", NOW, token=AckToken(1, mid))


def mids(messages: Sequence[Incoming]) -> list[int]:
    return [message.token.mid for message in messages if message.token]


@given(st.lists(st.integers(1, 7), max_size=12), st.lists(st.integers(0, 5), max_size=40), st.integers(1, 6))
def test_everything_is_taken_once_and_in_order_whenever_there_is_room(
    pieces: list[int], taken: list[int], size: int
) -> None:
    inbox, number, out = Inbox(size), 0, list[int]()
    backlog = Backlog(inbox.offer, wait=lambda _: None)
    takes = iter(taken)

    def make_room() -> None:
        count = min(next(takes, size), len(inbox))
        out.extend(mids(inbox.take(count)))

    for piece in pieces:
        while not backlog.is_clear():
            make_room()
        backlog.put([numbered(number := number + 1) for _ in range(piece)])
        assert len(inbox) <= size
    while not backlog.is_clear() or len(inbox):
        make_room()
    assert out == list(range(1, number + 1))
    assert backlog.full_s() == 0


def test_it_tells_for_how_long_nothing_was_taken() -> None:
    now_s, room = [0.0], [2]

    def take(messages: Sequence[Incoming]) -> Sequence[Incoming]:
        count, room[0] = room[0], 0
        return messages[count:]

    backlog = Backlog(take, wait=lambda _: None, clock=lambda: now_s[0])
    backlog.put([numbered(1), numbered(2), numbered(3)])
    now_s[0] = 40
    assert (backlog.is_clear(), backlog.full_s()) == (False, 40)
    backlog.drop()
    assert (backlog.is_clear(), backlog.full_s()) == (True, 0)
    room[0] = 9
    backlog.put([numbered(4)])
    assert backlog.is_clear()


def test_ticks_pass_what_waits() -> None:
    inbox = Inbox(1)
    backlog = Backlog(inbox.offer, wait=lambda _: None)
    backlog.put([numbered(1), numbered(2), incoming("t", b"tick", NOW)])
    assert [message.payload for message in inbox.take_ticks()] == [b"tick"]
    assert not backlog.is_clear()
