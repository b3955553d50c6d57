"""The history and the frames show the same people: what the tally counts in frames is what was recorded at once."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.clock import to_ms
from counter.counting.draft import Draft, FlowDraft
from counter.device_file import DeviceFile, load
from counter.service.run import make_tally
from platspuls.demo import write_devices
from sim import Simulation, open_source
from sim.kinds import KINDS
from tests.support.properties import worlds

pytestmark = pytest.mark.simulation

FROM_MS = to_ms(datetime(2026, 10, 27, 15, 0, tzinfo=UTC))
UNTIL_MS = to_ms(datetime(2026, 10, 27, 15, 15, tzinfo=UTC))
"""A quarter-hour before whose ends nobody crosses: a crossing is counted when it is decided, seconds later."""
BEFORE_MS = 60_000
AFTER_MS = 5_000


@pytest.fixture(scope="module")
def devices(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DeviceFile]:
    folder = tmp_path_factory.mktemp("place")
    return {path.stem: load(path, KINDS) for path in write_devices(folder, 1883, date(2026, 10, 12))}


def _open(device: DeviceFile) -> Simulation:
    faultless = {"frame_rate": 2.5, "restarts_per_week": 0.0, "loss_every_s": 1e12, "outages": ()}
    return open_source(device.source.model_copy(update=faultless), Path(device.outbox.path).parent)


def _recorded(device: DeviceFile, from_ms: int, until_ms: int) -> Counter[tuple[str, str]]:
    return _totals(_open(device).history(device, from_ms, until_ms))


def _counted(device: DeviceFile) -> Counter[tuple[str, str]]:
    tally = make_tally(device)
    drafts: list[Draft] = []
    for detections in _open(device).replay(FROM_MS - BEFORE_MS, UNTIL_MS + AFTER_MS):
        drafts += tally.update(detections)
    return _totals(draft for draft in drafts if FROM_MS <= to_ms(draft.start) < UNTIL_MS)


def _totals(drafts: Iterable[Draft]) -> Counter[tuple[str, str]]:
    total: Counter[tuple[str, str]] = Counter()
    for draft in drafts:
        if isinstance(draft, FlowDraft):
            for line in draft.lines:
                total[line.line, "forward"] += line.forward
                total[line.line, "backward"] += line.backward
            for zone in draft.zones:
                total[zone.zone, "entries"] += zone.entries
                total[zone.zone, "exits"] += zone.exits
                total[zone.zone, "presence_s"] += zone.presence_s
    return total


@pytest.mark.parametrize("key", worlds(["tunnel-kamera", "torg-kamera"]))
def test_frames_and_history_agree(devices: dict[str, DeviceFile], key: str) -> None:
    device = devices[key]
    recorded, counted = _recorded(device, FROM_MS, UNTIL_MS), _counted(device)
    for line in device.lines:
        for direction in ("forward", "backward"):
            assert counted[line.line, direction] == recorded[line.line, direction] > 5
    for zone in device.zones:
        for what in ("entries", "exits"):
            assert counted[zone.zone, what] == pytest.approx(recorded[zone.zone, what], abs=1)
        assert counted[zone.zone, "presence_s"] == pytest.approx(recorded[zone.zone, "presence_s"], rel=0.01, abs=5)
