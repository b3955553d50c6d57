"""Between two real sockets: nothing is lost or changed on the way, whatever the sizes."""

import random
import socket
from collections.abc import Iterator

import pytest

from ingest.buffered import BufferedSocket


@pytest.fixture
def ends() -> Iterator[tuple[BufferedSocket, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(5)
    yield BufferedSocket(ours), theirs
    ours.close()
    theirs.close()


def test_bytes_are_read_one_by_one_from_what_came_at_once(ends: tuple[BufferedSocket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.sendall(b"abcd")
    assert ours.pending() == 0
    assert ours.recv(1) == b"a"
    assert ours.pending() == 3
    assert (ours.recv(2), ours.recv(9)) == (b"bc", b"d")
    with pytest.raises(BlockingIOError):
        ours.recv(1)
    theirs.close()
    assert ours.recv(1) == b""


def test_what_is_sent_waits_for_flush(ends: tuple[BufferedSocket, socket.socket]) -> None:
    ours, theirs = ends
    assert (ours.send(b"ab"), ours.send(b"c"), ours.unsent()) == (2, 1, 3)
    ours.flush()
    assert (ours.unsent(), theirs.recv(10)) == (0, b"abc")
    ours.send(b"last")
    ours.close()
    assert theirs.recv(10) == b"last"


def test_more_than_the_other_side_takes_is_kept_in_order(ends: tuple[BufferedSocket, socket.socket]) -> None:
    ours, theirs = ends
    content = random.Random(1).randbytes(3_000_000)
    at, got = 0, bytearray()
    while len(got) < len(content):
        try:
            at += ours.send(content[at : at + 50_000])
        except BlockingIOError:
            assert ours.unsent() < 400_000
        ours.flush()
        if ours.unsent() or at == len(content):
            got += theirs.recv(100_000)
    assert got == content


def test_a_fault_of_sending_is_told_by_the_next_reading(ends: tuple[BufferedSocket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.close()
    for _ in range(2):
        ours.send(b"x")
        ours.flush()
    assert ours.pending() > 0
    with pytest.raises(BrokenPipeError):
        ours.recv(1)
