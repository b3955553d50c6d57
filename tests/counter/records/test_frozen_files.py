"""The files of a device as commit 21d44ef wrote them: opened, delivered and gone on from; and that version again."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core import wire
from core.ranges import Ranges
from counter.delivery.batch_scheduler import BatchScheduler, DeliveryPolicy
from counter.device_file import load
from counter.records.outbox import Outbox
from counter.service.run import fingerprint
from tests.support.counter.early_world import Start, World
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
def test_the_version_before_opens_them_again_after_this_one(tmp_path: Path, name: str) -> None:
    """What it then makes is what this version makes of a copy."""
    device = unpack(name, tmp_path)
    started = start(device, world_after(name, 4))
    see(started, 20)
    if name == "clocked":
        started.outbox.apply_receipt(wire.Receipt(started.outbox.identity.epoch, 0, [(140, 180)]))
    started.counter.save()
    started.kill()
    before = _code_before(tmp_path / "before")
    copied = tmp_path / "copied"
    copied.mkdir()
    for path in tmp_path.glob("[do]*.*"):
        (copied / path.name).write_bytes(path.read_bytes())
    found = _again(before, tmp_path, started.world)
    this = start(load(copied / "device.toml"), replace(started.world))
    assert found["unsettled_before"] == _seqs(this, 0)
    made = this.outbox.totals().last_seq
    assert found["made_before"] == made
    if name == "clockless":
        see(this, 5)
        this.world.learn_clock()
    see(this, 120)
    assert found["records"] == _made(this, made)
    assert len(found["records"]) >= 2


def _seqs(started: Start, after: int) -> list[int]:
    return [one.seq for one in started.outbox.unsettled(after, 10_000)]


def _made(started: Start, after: int) -> list[Any]:
    return [json.loads(one.record) for one in started.outbox.unsettled(after, 10_000)]


def _again(code: Path, folder: Path, world: World) -> dict[str, Any]:
    clock = {"true_ms": world.true_ms, "started_ms": world.started_ms, "is_known": world.is_known, "boot": world.boot}
    words = [sys.executable, "-B", str(FOLDER / "make.py.txt"), "again", str(folder)]
    done = subprocess.run(
        words, input=json.dumps(clock), env={"PYTHONPATH": str(code)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _code_before(folder: Path) -> Path:
    """Return the device's code of that commit; skip where the history does not reach so far back."""
    words = ["git", "archive", COMMIT, "counter", "ingest"]
    archive = subprocess.run(words, cwd=FOLDER.parents[4], capture_output=True, check=False)
    if archive.returncode != 0:
        pytest.skip(f"this checkout has no history back to {COMMIT}: {archive.stderr.decode().strip()}")
    folder.mkdir()
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
    return folder
