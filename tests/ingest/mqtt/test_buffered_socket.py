"""Between two real sockets: nothing is lost or changed on the way, whatever the sizes."""

import random
import select
import socket
import ssl
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.mqtt.buffered_socket import BufferedSocket
from ingest.mqtt.packets import PubAck, Published, acknowledgement, publication
from platspuls.ops.identity.certificates import make_authority, make_server

PING = b"\xd0\x00"
Ends = tuple[BufferedSocket, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.settimeout(5)
    yield BufferedSocket(ours), theirs
    ours.close()
    theirs.close()


def test_messages_are_taken_out_and_the_rest_is_the_librarys(ends: Ends) -> None:
    ours, theirs = ends
    theirs.sendall(PING + publication(b"a/b", b"one", 7, is_v5=True) + acknowledgement(9) + PING)
    assert not ours.is_for_library()
    received = ours.receive()
    assert received.published == [Published(b"a/b", b"one", 7, retained=False)]
    assert received.acknowledged == [PubAck(9, 0)]
    assert (ours.pending(), ours.recv(1), ours.recv(9)) == (4, b"\xd0", b"\x00\xd0\x00")
    with pytest.raises(BlockingIOError):
        ours.recv(1)
    theirs.close()
    assert ours.receive() == ([], [])
    assert ours.is_for_library()
    assert ours.recv(1) == b""


def test_a_packet_may_come_in_any_pieces(ends: Ends) -> None:
    ours, theirs = ends
    rng = random.Random(4)
    payloads = [rng.randbytes(rng.choice([0, 1, 100, 200_000])) for _ in range(60)]
    stream = b"".join(publication(b"t", payload, 1 + at, is_v5=True) + PING for at, payload in enumerate(payloads))
    got: list[Published] = []
    library = b""
    while stream:
        size = rng.choice([1, 2, 5, 3000, 90_000])
        theirs.sendall(stream[:size])
        stream = stream[size:]
        for _ in range(3):
            got += ours.receive().published
        while ours.is_for_library():
            library += ours.recv(3)
    assert [published.payload for published in got] == payloads
    assert [published.mid for published in got] == list(range(1, 61))
    assert library == PING * 60


def test_what_is_no_mqtt_is_a_fault_that_the_library_meets(ends: Ends) -> None:
    ours, theirs = ends
    theirs.sendall(b"\x30\xff\xff\xff\xff\x01")
    ours.receive()
    assert ours.pending() > 0
    with pytest.raises(ConnectionError):
        ours.recv(1)


def test_what_is_sent_waits_for_flush(ends: Ends) -> None:
    ours, theirs = ends
    assert (ours.send(b"ab"), ours.send(b"c"), ours.unsent()) == (2, 1, 3)
    ours.flush()
    assert (ours.unsent(), theirs.recv(10)) == (0, b"abc")
    ours.write(b"now")
    assert theirs.recv(10) == b"now"
    ours.send(b"last")
    ours.close()
    assert theirs.recv(10) == b"last"


def test_more_than_the_other_side_takes_is_kept_in_order(ends: Ends) -> None:
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


def test_a_fault_of_sending_is_raised_by_the_next_reading(ends: Ends) -> None:
    ours, theirs = ends
    theirs.close()
    for _ in range(2):
        ours.write(b"x")
    assert ours.pending() > 0
    with pytest.raises(BrokenPipeError):
        ours.recv(1)


def trusting(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return how the broker's side and ours speak TLS."""
    authority = make_authority(datetime.now(UTC))
    server = make_server(authority, ["localhost"], datetime.now(UTC))
    for name, content in (("ca", authority.certificate), ("cert", server.certificate), ("key", server.key)):
        (folder / name).write_bytes(content)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(folder / "cert", folder / "key")
    return theirs, ssl.create_default_context(cafile=str(folder / "ca"))


@pytest.fixture
def tls_ends(tmp_path: Path) -> Iterator[tuple[BufferedSocket, ssl.SSLSocket]]:
    plain, other = socket.socketpair()
    for side in (plain, other):
        side.settimeout(10)
    theirs_context, ours_context = trusting(tmp_path)
    with ThreadPoolExecutor(1) as pool:
        shaking = pool.submit(theirs_context.wrap_socket, other, server_side=True)
        ours = ours_context.wrap_socket(plain, server_hostname="localhost")
        theirs = shaking.result(10)
    ours.setblocking(False)
    yield BufferedSocket(ours), theirs
    ours.close()
    theirs.close()


def write_all(ours: BufferedSocket, packets: list[bytes]) -> None:
    for packet in packets:
        ours.write(packet)


def read_all(ours: BufferedSocket, count: int, writing: Future[object]) -> list[bytes]:
    """Read so many messages and send what waits until all is written, as the library's loop does."""
    got: list[bytes] = []
    while len(got) < count or not writing.done() or ours.unsent():
        if not ours.pending():
            select.select([ours], [ours] if ours.unsent() else [], [], 0.01)
        got += [published.payload for published in ours.receive().published]
        ours.flush()
    return got


def give_and_take(theirs: socket.socket, packets: list[bytes], expected: int) -> bytes:
    """Send packets, then take so many bytes."""
    heard = bytearray()
    for packet in packets:
        theirs.sendall(packet)
    while len(heard) < expected:
        heard += theirs.recv(50_000)
    return bytes(heard)


def test_over_tls_both_ways_at_once_nothing_is_lost(tls_ends: tuple[BufferedSocket, ssl.SSLSocket]) -> None:
    """One thread reads and another writes, while the other side takes and gives in pieces of its own."""
    ours, theirs = tls_ends
    rng = random.Random(6)
    payloads = [rng.randbytes(rng.choice([0, 3, 900, 17_000, 60_000])) for _ in range(150)]
    packets = [publication(b"t", payload, 1 + at, is_v5=True) for at, payload in enumerate(payloads)]
    sent = [publication(b"r", rng.randbytes(400), 1 + at, is_v5=True) for at in range(3000)]
    with ThreadPoolExecutor(3) as pool:
        writing: Future[object] = pool.submit(write_all, ours, sent)
        heard = pool.submit(give_and_take, theirs, packets, sum(map(len, sent)))
        got = pool.submit(read_all, ours, len(payloads), writing)
        writing.result(20)
        assert got.result(20) == payloads
        assert heard.result(20) == b"".join(sent)
    theirs.shutdown(socket.SHUT_WR)  # an end of the stream: what closes at once may also break it off
    while not ours.is_for_library():
        assert ours.receive() == ([], [])
    assert ours.recv(1) == b""
