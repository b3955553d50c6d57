"""The counter and a real broker: what is counted arrives, whatever happens in between."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import wire
from core.clock import SystemClock
from counter.delivery.mqtt import BrokerConnection
from counter.device_file import load
from counter.records.outbox_file import prepare
from platspuls.demo import write_devices
from platspuls.embedded.broker import Broker, running_broker, serve
from platspuls.embedded.broker import prepare as prepare_broker
from platspuls.embedded.process import stop
from sim.kinds import KINDS
from tests.chain.answering import counting, serving
from tests.support.counter.records import START_S
from tests.support.counter.walkers import Walkers, device_file
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

START_MS = START_S * 1000
MINUTE_MS = 60_000
WALKS = [START_MS + second * 1000 for second in (2, 30, 70, 100, 130, 400)]


def _walkers(minutes: float = 10) -> Walkers:
    return Walkers(START_MS, START_MS + round(minutes * MINUTE_MS), WALKS)


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_every_record_arrives_once_and_the_status_says_how_it_is(broker: Broker, tmp_path: Path, version: str) -> None:
    site = f"whole-{version.replace('.', '-')}"
    port = broker.port_v5 if version == "5" else broker.port_v311
    with serving(broker, site) as server:
        with counting(tmp_path, _walkers(), port, site, version) as thread:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
        eventually(lambda: bool(server.statuses) and not server.statuses[-1].online)
    with serving(broker, site) as later:
        eventually(lambda: [status.online for status in later.statuses] == [False])
    flows = [record for record in server.records if isinstance(record, wire.FlowRecord)]
    assert [record.seq for record in flows] == list(range(1, 11))
    assert sum(record.lines[0].forward for record in flows) == len(WALKS)
    assert server.statuses[0].online
    assert server.statuses[0].setup == "sim-a.c3"
    assert server.statuses[-1].outbox_records == 0
    assert server.statuses[-1].made == 10


def test_a_broker_that_comes_late_gets_everything(tmp_path: Path) -> None:
    with running_broker(tmp_path / "first") as earlier:
        port = earlier.port_v5
    site = "late"
    with counting(tmp_path, _walkers(), port, site) as thread:
        outbox_path = tmp_path / "outbox.sqlite3"
        eventually(lambda: outbox_path.exists() and _made(outbox_path) == 10)
        with _broker_at(tmp_path / "second", port) as broker, serving(broker, site) as server:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
    assert sorted({record.seq for record in server.records}) == list(range(1, 11))


def test_a_silent_server_gets_the_same_records_again_until_it_answers(broker: Broker, tmp_path: Path) -> None:
    site = "silent"
    with serving(broker, site, answers=False) as server, counting(tmp_path, _walkers(), broker.port_v5, site) as thread:
        eventually(lambda: len(server.batches) >= 2 and len(server.records) > 10)
        server.answers = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive()
    assert server.settled.popitem()[1] == set(range(1, 11))
    texts = {record.seq: wire.encode(record) for record in server.records}
    assert all(wire.encode(record) == texts[record.seq] for record in server.records)


def test_receipts_that_are_nonsense_or_for_others_harm_nothing(broker: Broker, tmp_path: Path) -> None:
    site = "nonsense"
    topic = str(wire.Topic(site, "tunnel-kamera", wire.Kind.RECEIPT))
    with (
        serving(broker, site, answers=False) as server,
        serving(broker, f"{site}-2") as other,
        counting(tmp_path, _walkers(), broker.port_v5, site) as thread,
    ):
        eventually(lambda: len(server.records) >= 10)
        for payload in (b"", b"\xff", b"{}", b"[" * 10_000, wire.encode(wire.Receipt("0" * 16, 10))):
            other.client.publish(topic, payload, qos=1).wait_for_publish(PATIENCE_S)
        server.answers = True
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_an_error_leaves_the_last_will_and_a_goodbye_does_not(broker: Broker, tmp_path: Path, version: str) -> None:
    site = f"will-{version.replace('.', '-')}"
    port = broker.port_v5 if version == "5" else broker.port_v311
    table = device_file(tmp_path, port, site, version).mqtt
    with serving(broker, site) as server:
        for device, error in (("polite", None), ("crashed", RuntimeError("a fault of ours"))):
            with suppress(RuntimeError), BrokerConnection(table, site, device, _saying("the-will")) as link:
                link.finish(_saying(device))
                eventually(lambda name=device: server.statuses[-1:] == [_saying(name)])
                if error is not None:
                    raise error
        eventually(lambda: len(server.statuses) >= 3)
        assert server.statuses == [_saying("polite"), _saying("crashed"), _saying("the-will")]


def _saying(setup: str) -> wire.Status:
    return wire.Status(online=False, at=wire.utc(START_S), setup=setup)


def test_a_receipt_beyond_what_was_made_begins_a_new_epoch_at_once(broker: Broker, tmp_path: Path) -> None:
    site = "behind"
    device = device_file(tmp_path, broker.port_v5, site)
    old = prepare(device.outbox.path, SystemClock()).epoch
    with serving(broker, site) as server:
        server.settled[old] = set(range(1, 1000))
        with counting(tmp_path, _walkers(), broker.port_v5, site) as thread:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
        new = server.batches[-1].epoch
        assert server.batches[-1].previous_epoch == old != new
        assert {record.seq for batch in server.batches if batch.epoch == new for record in batch.records} == set(
            range(1, 11)
        )


@contextmanager
def program(file: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `platspuls demo counter run`; kill it afterwards if it still runs."""
    words = [sys.executable, "-m", "platspuls", "demo", "counter", "run", str(file)]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_the_program_over_kills_and_a_clean_end(broker: Broker, tmp_path: Path) -> None:
    since = datetime.now(UTC).date() - timedelta(days=4)
    file = next(path for path in write_devices(tmp_path, broker.port_v5, since) if path.stem == "tunnel-kamera")
    outbox = load(file, KINDS).outbox.path
    with serving(broker, "haninge-entre") as server:
        made = 0
        for more in (1, 1000):  # in the middle of the backfill, as a rule
            with program(file) as process:
                eventually(lambda made=made, more=more: _made(outbox) >= made + more)
                process.send_signal(signal.SIGKILL)
                process.wait(PATIENCE_S)
            made = _made(outbox)
        with program(file) as process:
            eventually(lambda: len(server.ticks) >= 2 and len(server.records) > made)
            process.send_signal(signal.SIGKILL)
            eventually(lambda: not server.statuses[-1].online)
        made = max(record.seq for record in server.records)
        server.statuses.clear()
        with program(file) as process:
            # The newest records are sent beside the backlog: only once it has left is nothing missing between.
            eventually(lambda: len(server.ticks) >= 4 and _is_dense({record.seq for record in [*server.records]}))
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
            eventually(lambda: not server.statuses[-1].online)
    assert server.statuses[0].made is not None
    assert server.statuses[0].made >= made
    assert len({batch.epoch for batch in server.batches}) == 1
    assert all(tick.at.timestamp() % wire.LIVE_TICK_S == 0 for tick in server.ticks)
    _check_series(server.records)


def _is_dense(seqs: Collection[int]) -> bool:
    return len(seqs) == max(seqs)


def _check_series(records: list[wire.Record]) -> None:
    """Check that seqs are dense, and that starts rise strictly within each kind."""
    by_seq = {record.seq: record for record in records}
    assert _is_dense(by_seq.keys())
    for kind in (wire.FlowRecord, wire.DwellRecord):
        starts = [by_seq[seq].start for seq in sorted(by_seq) if isinstance(by_seq[seq], kind)]
        assert starts == sorted(set(starts))


def test_a_second_program_on_the_same_outbox_is_refused(broker: Broker, tmp_path: Path) -> None:
    since = datetime.now(UTC).date() - timedelta(days=1)
    file = write_devices(tmp_path, broker.port_v5, since)[0]
    outbox = load(file, KINDS).outbox.path
    with program(file):
        eventually(lambda: _made(outbox) > 0)
        with program(file) as second:
            _, said = second.communicate(timeout=PATIENCE_S)
            assert second.returncode == 3
            assert b"another counter is running with this outbox" in said


def _made(path: Path) -> int:
    """Return how many records were made, as another reader of the file sees it."""
    with closing(sqlite3.connect(path)) as connection:
        try:
            return int(connection.execute("select last_seq from meta").fetchone()[0])
        except (sqlite3.OperationalError, TypeError):
            return 0


@contextmanager
def _broker_at(folder: Path, port: int) -> Iterator[Broker]:
    broker = prepare_broker(folder, port_v5=port)
    process = serve(broker)
    try:
        yield broker
    finally:
        stop(process)
