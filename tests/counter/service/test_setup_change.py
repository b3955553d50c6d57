"""Another setup or counting version: what is open is recorded under the old one, and nothing is mixed or lost."""

import hashlib
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from core import wire
from counter.device_file import DeviceFile, load
from counter.service.run import fingerprint
from tests.platspuls.place import write_place
from tests.support.counter.clips import write_clip
from tests.support.counter.early_world import MINUTE_MS, START_MS, Place, Start, World, decoded, flows
from tests.support.counter.records import open_outbox
from tests.support.counter.walkers import device_file


def _renamed(device: DeviceFile, setup: str, period_s: int = 60) -> DeviceFile:
    table = device.device.model_copy(update={"setup": setup, "flow_period_s": period_s})
    return device.model_copy(update={"device": table})


@pytest.mark.parametrize("period_s", [60, 300])
@pytest.mark.simulation
def test_the_open_interval_of_another_setup_is_recorded_and_counting_begins_after_it(
    tmp_path: Path, period_s: int
) -> None:
    place, world = Place(4, length_ms=17 * MINUTE_MS), World()
    device = device_file(tmp_path)
    first = Start(tmp_path, world, _renamed(device, "old", period_s))
    first.see(place, 90_001)
    counted = first.counter._tally.sums.state  # noqa: SLF001 - what is open
    open_people = sum(cell.lines["stationen"].gross_forward for cell in counted.flow.values())
    first.kill()
    before = len(first_records := _records(world, _renamed(device, "old", period_s)))
    world = replace(world, true_ms=START_MS + 95_000)
    second = Start(tmp_path, world, _renamed(device, "new"))
    second.see(place, place.length_ms)
    records = second.records()
    second.kill()
    old = [one for one in records if one.setup == "old.c3"]
    assert first_records == records[:before]
    open_flow = next(one for one in flows(old[before:]))
    assert open_flow.lines[0].gross_forward == open_people
    assert 0 < open_flow.lines[0].observed_ms < period_s * 1000
    spans = [(one.start.timestamp(), one.period_s) for one in flows(records)]
    assert all(start_s + length_s <= later_s for (start_s, length_s), (later_s, _) in pairwise(spans))
    dwells = [one.start for one in records if isinstance(one, wire.DwellRecord)]
    assert dwells == sorted(set(dwells))
    assert {one.setup for one in records if isinstance(one, wire.FlowRecord | wire.DwellRecord)} == {"old.c3", "new.c3"}
    assert len(flows([one for one in records if one.setup == "new.c3"])) >= 11


def test_who_keeps_the_former_counting_version_goes_on_from_what_the_program_before_left_open(tmp_path: Path) -> None:
    """An update within a phase of a study cuts no interval: the fingerprint is that of before there were versions."""
    device = device_file(tmp_path)
    kept = device.model_copy(update={"device": device.device.model_copy(update={"counting_version": 2})})
    source = {"kind", "file", "start", "pixels_per_metre", "anchor", "line", "height_m"}
    before = {"device": {"setup", "flow_period_s"}, "source": source, "lines": True, "zones": True}
    assert fingerprint(kept) == hashlib.sha256(kept.model_dump_json(include=before).encode()).hexdigest()[:16]
    assert fingerprint(kept) != fingerprint(device)


def test_it_is_the_same_counting_however_a_clip_and_its_device_file_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The class: the same files, from another folder. Nothing changed, so nothing of another setup is closed."""
    (tmp_path / "clips").mkdir()
    clip = write_clip(tmp_path / "clips" / "people.mp4", 4)
    file, _ = write_place(tmp_path, clip)
    text = file.read_text().replace(str(clip), "clips/people.mp4")
    file.write_text(text)
    found = {fingerprint(load(file))}
    for folder, named in ((tmp_path, "kamera.toml"), (tmp_path / "clips", "../kamera.toml"), (Path("/"), str(file))):
        monkeypatch.chdir(folder)
        found.add(fingerprint(load(Path(named))))
    file.write_text(text.replace("clips/people.mp4", str(clip)))
    found.add(fingerprint(load(file)))
    assert len(found) == 1
    (tmp_path / "clips" / "other.mp4").write_bytes(clip.read_bytes())
    file.write_text(text.replace("people.mp4", "other.mp4"))
    assert fingerprint(load(file)) not in found


def _records(world: World, device: DeviceFile) -> list[wire.Record]:
    """Return what the outbox holds before anything is counted again."""
    with closing(open_outbox(device.outbox.path, world)) as outbox:
        return decoded(outbox)
