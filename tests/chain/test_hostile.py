"""Hostile devices at the running ingest: whatever they send, it goes on, and their neighbours lose nothing.

Tested elsewhere: a device under another's topic (tests/full/test_identity.py), two counters with one identity
(tests/full/test_identity_chain.py), clocks (tests/ingest/batch/test_writer.py), and what grows
(tests/ingest/batch/test_bounds.py).
"""

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core import wire
from platspuls.embedded.broker import Broker
from store.database import Database, connect
from tests.chain.ingest_runs import ingesting, known, program, status
from tests.chain.sender import Sender, sender
from tests.support.small_site import ZONES, assert_recount_agrees, dwell, flow, make_site, payload, rows
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

GOOD, BAD = "cam", "bad"
STORED = (
    "select (stored)::text from platspuls.delivery join platspuls.device using (device_id) where device.key = 'cam'"
)


@pytest.fixture
def site(request: pytest.FixtureRequest) -> str:
    """A site key of this test's own: all tests share the broker."""
    return f"h{abs(hash(request.node.name)) % 10**12}"


@pytest.fixture
def database(database_url: str, site: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database, site, [GOOD, BAD])
        yield database


def is_heard(device: Sender, database: Database, site: str) -> bool:
    """Send a status, and return whether one arrived: ingest is subscribed."""
    device.publish(wire.Kind.STATUS, status())
    return known(database, site)()


def spoilt(rng: random.Random, content: bytes) -> bytes:
    """Return a message with something wrong in it, most of the time."""
    text = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(text))
        match rng.randrange(5):
            case 0:
                text[at] = rng.randrange(256)
            case 1:
                del text[at : at + rng.randint(1, 40)]
            case 2:
                text[at:at] = rng.randbytes(rng.randint(1, 40))
            case 3:
                text[at:at] = rng.choice([b"null", b"-1", b"1e999", b'"\\u0000"', b"[" * 2000, b'{"a":', b"9" * 400])
            case _:
                text[at:at] = text[: rng.randint(1, len(text))]
        if not text:
            return b""
    return bytes(text)


def hostile_topics(rng: random.Random, site: str) -> Iterator[str]:
    """Yield topics that ingest's subscriptions match although no device has them."""
    for _ in range(40):
        parts = [rng.choice([site, "", "Ä" * 60, "x" * 300, "\N{BELL}", "..", "$SYS", "a b"]) for _ in range(2)]
        yield f"platspuls/v1/{parts[0]}/{parts[1]}/{rng.choice(['records', 'live', 'status'])}"


@pytest.mark.parametrize("seed", [1, 2])
def test_nonsense_of_every_kind_harms_nobody(
    database: Database, database_url: str, broker: Broker, site: str, seed: int
) -> None:
    rng = random.Random(seed)
    whole = [
        (wire.Kind.RECORDS, payload([flow(seq, 5000 + seq, zones=ZONES) for seq in range(1, 4)])),
        (wire.Kind.RECORDS, payload([dwell(9, 900)])),
        (wire.Kind.STATUS, status()),
    ]
    records = [flow(seq, seq, zones=ZONES) for seq in range(1, 201)]
    with (
        sender(site, GOOD, broker.port_v5) as good,
        sender(site, BAD, broker.port_v5) as bad,
        ingesting(database_url, broker.port_v5),
    ):
        eventually(lambda: is_heard(good, database, site))
        for topic in hostile_topics(rng, site):
            bad.client.publish(topic, rng.choice(whole)[1], rng.randrange(2))
        for _ in range(600):
            kind, content = rng.choice(whole)
            bad.publish(kind, spoilt(rng, content)[: wire.MAX_PAYLOAD_BYTES], rng.randrange(2))
        good.deliver(records)
    assert rows(database, STORED) == [("{[1,201)}",)]
    assert rows(database, "select count(*) from platspuls.line_flow where start < '2025-03-05T00:00Z'") == [(400,)]
    assert rows(database, "select count(*) > 100 from platspuls.reject") == [(True,)]
    assert_recount_agrees(database)


def flood(bad: Sender, stop: threading.Event) -> int:
    """Send as fast as the broker takes it: large junk, good records over and over (also unasked), live ticks, names."""
    junk = b'{"face":"' + b"x" * 60_000 + b'"}'
    again = payload([flow(seq, seq + 5000, zones=ZONES) for seq in range(1, 101)])
    sent = 0
    while not stop.is_set():
        last = bad.client.publish("platspuls/v1/x/x/records", again, 1)
        for content in (junk, again, b"%d" % sent):
            last = bad.client.publish(bad.topic(wire.Kind.RECORDS), content, 1)
        for _ in range(20):
            bad.publish(wire.Kind.LIVE, b"[]", 0)
        bad.publish(wire.Kind.RECORDS, again, 0)
        last.wait_for_publish(5)
        sent += 1
    return sent


@pytest.mark.full
@pytest.mark.timeout(180)
def test_a_flood_delays_a_neighbour_and_fills_no_memory(
    database: Database, database_url: str, broker: Broker, site: str, tmp_path: Path
) -> None:
    stop, last = threading.Event(), 10
    with (
        sender(site, GOOD, broker.port_v5) as good,
        sender(site, BAD, broker.port_v5, "f" * 16) as bad,
        program(database_url, broker.port_v5, tmp_path / "log", live_interval_ms=100) as process,
    ):
        eventually(lambda: is_heard(good, database, site))
        good.deliver([flow(1, 1)])
        rss = psutil.Process(process.pid).memory_info
        began = rss().rss
        thread = threading.Thread(target=flood, args=(bad, stop))
        thread.start()
        try:
            most_s, largest = 0.0, 0
            for seq in range(2, last + 1):
                sent_s = time.monotonic()
                good.deliver([flow(seq, seq)], timeout_s=60, again_s=5)
                most_s = max(most_s, time.monotonic() - sent_s)
                largest = max(largest, rss().rss)
        finally:
            stop.set()
            thread.join(PATIENCE_S)
        assert process.poll() is None
    assert rows(database, STORED) == [(f"{{[1,{last + 1})}}",)]
    assert most_s < 30
    assert largest - began < 100_000_000
    assert rows(database, "select count(*) < 20000 from platspuls.reject") == [(True,)]
