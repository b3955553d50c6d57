"""A device's files as an earlier version wrote them, and how its people walked: tests/counter/records/frozen."""

import json
import shutil
from pathlib import Path
from typing import Any, Final

import numpy as np

from counter.counting.tally import Tally
from counter.device_file import DeviceFile, load
from counter.geometry import Floats
from counter.service.run import fingerprint, make_tally
from counter.sources.video.picture_edges import view_of
from counter.sources.video.settings import CameraSource
from tests.support.counter.early_world import START_MS, Start, World

COMMIT: Final = "21d44ef"
FOLDER: Final = Path(__file__).parents[2] / "counter" / "records" / "frozen" / COMMIT
EXPECTED: Final[dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text())
_BEGAN_MS: Final = 1_767_592_800_000


class Passers:
    """Every 20 s someone crosses the picture; every 5 minutes someone sits for 100 s. As `points` in make.py.txt."""

    frame_ms = 1000

    def points(self, at_ms: int) -> Floats:
        here = []
        second = (at_ms + START_MS - _BEGAN_MS) / 1000
        for walk in range(max(int(second // 20) - 1, 0), int(second // 20) + 1):
            x = 2 + 24 * (second - 20 * walk)
            if x < 318:
                here.append((318 - x if walk % 3 == 0 else x, 50.0 + walk * 37 % 60))
        sits = second % 300
        x = 318 - 24 * min(sits, 4) + 24 * max(sits - 104, 0)
        if x <= 318:
            here.append((x, 180.0))
        return np.array(here, dtype=np.float64).reshape(-1, 2)


def unpack(name: str, folder: Path, *, port: int = 1883, site: str = "torget") -> DeviceFile:
    """Put the files of one device into `folder`, and return the device file beside them."""
    for path in (FOLDER / name).iterdir():
        shutil.copy(path, folder)
    text = (FOLDER / "device.toml").read_text()
    text = text.replace("1883", f"{port}\nreceipt_timeout_s = 5").replace('"torget"', f'"{site}"')
    (folder / "device.toml").write_text(text)
    return load(folder / "device.toml")


def world_after(name: str, away_s: int) -> World:
    """Return the clocks so long after the kill."""
    clock = EXPECTED[name]["world"]
    true_ms = clock["true_ms"] + away_s * 1000
    known = clock["is_known"]
    return World(true_ms, clock["started_ms"], known, clock["boot"], reads_wrong=not known)


def start(device: DeviceFile, world: World) -> Start:
    """Start this version on the files."""
    return Start(Path(), world, device, lambda: _tally(device), fingerprint(device))


def see(started: Start, seconds: int) -> None:
    """Count what passes in front of the camera."""
    started.see(Passers(), started.world.true_ms - START_MS + seconds * 1000, save_every_ms=5000)


def _tally(device: DeviceFile) -> Tally:
    assert isinstance(device.source, CameraSource)
    return make_tally(device, view_of(device.source.size, device.source.pixels_per_metre, device.source.anchor))
