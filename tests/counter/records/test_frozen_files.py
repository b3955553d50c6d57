"""The files of a device as commit 21d44ef wrote them: opened, delivered and gone on from."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core import wire
from core.ranges import Ranges
from counter.delivery.batch_scheduler import BatchScheduler, DeliveryPolicy
from counter.records.outbox import Outbox
from counter.service.run import fingerprint
from tests.support.counter.early_world import Start
from tests.support.counter.frozen_files import COMMIT, EXPECTED, FOLDER, see, start, unpack, world_after


def _deliver(outbox: Outbox) -> dict[int, bytes]:
    """Let a server settle all it is sent; return the records, by number."""
    delivery, stored, lost, now_s = BatchScheduler(DeliveryPolicy(), lambda: 0.5), dict[int, bytes](), set[int](), 0.0
    delivery.connected()
    while shipments := delivery.next_batches(outbox, now_s):
        for shipment in shipments:
            stored |= {one.seq: one.record for one in shipment.records}
            lost |= {seq for one in shipment.lost for seq in range(one.first, one.last + 1)}
        settled = Ranges.of_numbers(stored.keys() | lost)
        receipt = wire.Receipt(outbox.identity.epoch, *settled.through_and_also(wire.MAX_RECORDS))
        outbox.apply_receipt(receipt)
        delivery.received(receipt, now_s)
        now_s += 1
    return stored


def test_all_300_unsettled_records_are_delivered_and_the_lost_ones_declared(tmp_path: Path) -> None:
    device = unpack("clocked", tmp_path)
    expected = EXPECTED["clocked"]
    started = start(device, world_after("clocked", 4))
    outbox = started.outbox
    assert outbox.identity.epoch == expected["epoch"]
    assert outbox.totals().last_seq == expected["made"]
    assert msgspec.to_builtins(outbox.lost(0, 100)) == expected["lost"]
    assert len(expected["unsettled"]) == 300
    stored = _deliver(outbox)
    assert sorted(stored) == expected["unsettled"]
    assert outbox.depth() == 0
    assert outbox.lost(0, 100) == []
    batch = wire.decode_batch(wire.encode_batch(outbox.identity.epoch, list(stored.values())[:100]))
    assert batch.rejected == []
    assert {json.loads(record)["kind"] for record in stored.values()} == {"flow", "dwell", "unplaced"}


@pytest.mark.parametrize(("name", "away_s"), [("at_once", 4), ("later", 60)])
def test_the_checkpoint_goes_on_in_its_interval_with_those_in_view_if_the_start_comes_at_once(
    tmp_path: Path, name: str, away_s: int
) -> None:
    started = start(unpack("clocked", tmp_path), world_after("clocked", away_s))
    expected = EXPECTED["clocked"][name]
    live = started.counter._tally.live(started.world.true_ms)  # noqa: SLF001 - what it counted, and who is there
    assert json.loads(wire.encode(live)) == expected["live"] | {"minor": wire.MINOR}
    assert bool(expected["live"]["zones"]) == (name == "at_once")
    see(started, 120)
    assert _made(started, EXPECTED["clocked"]["made"]) == expected["records"]


def test_seconds_without_a_time_are_placed_with_those_in_view(tmp_path: Path) -> None:
    started = start(unpack("clockless", tmp_path), world_after("clockless", 4))
    before = started.outbox.totals().last_seq
    see(started, 5)
    assert started.outbox.totals().last_seq == before
    started.world.learn_clock()
    see(started, 360)
    assert _made(started, before) == EXPECTED["clockless"]["placed"]["records"]


def test_the_fingerprint_of_the_device_file_is_the_one_in_the_files(tmp_path: Path) -> None:
    device = unpack("clocked", tmp_path)
    started = start(device, world_after("clocked", 4))
    found = started.outbox._connection.execute("select fingerprint from checkpoint").fetchone()  # noqa: SLF001 - the file
    assert found == (fingerprint(device),)


@pytest.mark.parametrize("name", ["clocked", "clockless"])
def test_the_version_before_says_that_it_can_not_read_them_and_leaves_them(tmp_path: Path, name: str) -> None:
    started = start(unpack(name, tmp_path), world_after(name, 4))
    started.kill()
    path = tmp_path / "outbox.sqlite3"
    before = path.read_bytes()
    program = f"from pathlib import Path; from counter.outbox_file import prepare; prepare(Path({str(path)!r}), None)"
    code = _code_before(tmp_path / "before")
    words = [sys.executable, "-B", "-c", program]
    done = subprocess.run(words, cwd=code, capture_output=True, text=True, check=False)
    assert "has schema version 3, this program reads 2" in done.stderr
    assert path.read_bytes() == before
    assert len(list(tmp_path.glob("*.kept"))) == 1


def _made(started: Start, after: int) -> list[Any]:
    return [json.loads(one.record) for one in started.outbox.unsettled(after, 10_000)]


def _code_before(folder: Path) -> Path:
    """Return the device's code of that commit; skip where the history does not reach so far back."""
    words = ["git", "archive", COMMIT, "counter", "ingest"]
    archive = subprocess.run(words, cwd=FOLDER.parents[4], capture_output=True, check=False)
    if archive.returncode != 0:
        pytest.skip(f"this checkout has no history back to {COMMIT}: {archive.stderr.decode().strip()}")
    folder.mkdir()
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    return folder
