"""The files of a device as commit 21d44ef wrote them: opened, delivered and gone on from."""

import json
import subprocess
import sys
from collections.abc import Mapping
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
    assert outbox.totals().last_seq == expected["made"] + 2  # what its checkpoint held open
    assert msgspec.to_builtins(outbox.lost(0, 100)) == expected["lost"]
    assert len(expected["unsettled"]) == 300
    stored = _deliver(outbox)
    assert sorted(stored)[:-2] == expected["unsettled"]
    assert outbox.depth() == 0
    assert outbox.lost(0, 100) == []
    batch = wire.decode_batch(wire.encode_batch(outbox.identity.epoch, list(stored.values())[:100]))
    assert batch.rejected == []
    assert {json.loads(record)["kind"] for record in stored.values()} == {"flow", "dwell", "unplaced"}


@pytest.mark.parametrize(("name", "away_s"), [("at_once", 4), ("later", 60)])
def test_open_intervals_become_records_of_the_setup_before_and_the_next_ones_are_of_this(
    tmp_path: Path, name: str, away_s: int
) -> None:
    """Counts of another counting version are never mixed; nothing that was counted is gone."""
    started = start(unpack("clocked", tmp_path), world_after("clocked", away_s))
    see(started, 122)
    flow, dwell, *after = _made(started, EXPECTED["clocked"]["made"])
    begun = next(one for one in EXPECTED["clocked"]["later"]["records"] if one["kind"] == "flow")
    assert flow == begun
    assert (dwell["kind"], dwell["setup"]) == ("dwell", begun["setup"])
    assert {one["setup"] for one in after} == {begun["setup"] + ".c3"}
    expected = {one["start"]: one for one in EXPECTED["clocked"][name]["records"][1:] if one["kind"] == "flow"}
    flows = [one for one in after if one["kind"] == "flow"]
    assert len(flows) >= len(expected)
    for one in flows:
        if one["start"] in expected:
            assert _crossings(one) == _crossings(expected[one["start"]])


def test_seconds_of_the_version_before_are_declared_and_its_open_interval_is_recorded(tmp_path: Path) -> None:
    """They were counted otherwise, and their time was never known."""
    started = start(unpack("clockless", tmp_path), world_after("clockless", 4))
    expected = EXPECTED["clockless"]["placed"]["records"]
    flow, dwell, unplaced = _made(started, 3)
    assert flow == expected[0]
    assert [dwell["kind"], unplaced["kind"]] == ["dwell", "unplaced"]
    assert dwell["setup"] == unplaced["setup"] == expected[0]["setup"]
    see(started, 5)
    started.world.learn_clock()
    see(started, 362)
    after = [one for one in _made(started, unplaced["seq"]) if one["kind"] == "flow"]
    assert {one["setup"] for one in after} == {expected[0]["setup"] + ".c3"}
    whole = {one["start"]: _crossings(one) for one in expected if one["kind"] == "flow"}
    assert _crossings(after[-1]) == whole[after[-1]["start"]]
    declared = sum(sum(_crossings(one)) for one in (flow, unplaced, *after))
    assert declared == sum(sum(found) for found in whole.values())


def _crossings(record: Mapping[str, Any]) -> tuple[int, int]:
    line = record["lines"][0]
    return line["forward"], line["backward"]


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
