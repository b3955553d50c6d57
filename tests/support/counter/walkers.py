"""A source of a few people who walk to a timetable, and a device file around it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np

from counter.detections import Detections
from counter.device_file import DeviceFile, load
from sim.kinds import KINDS

FRAME_MS = 200
SPEED_M_S = 1.2
HALF_M = 5.0
WALK_MS = round(2 * HALF_M / SPEED_M_S * 1000)

DEVICE = """\
[device]
site = "{site}"
key = "tunnel-kamera"
setup = "sim-a"

[source]
kind = "simulated"
world = "world.toml"
seed = 7
view = [-8.0, -4.0, 14.0, 10.0]

[[lines]]
line = "stationen"
points = [[0.0, 0.0], [0.0, 6.0]]
forward_towards = [1.0, 3.0]

[outbox]
path = "outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
port = {port}
version = "{version}"
receipt_timeout_s = 5
"""


ZONE = """
[[zones]]
zone = "bankarna"
polygon = [[-6.0, 0.0], [12.0, 0.0], [12.0, 6.0], [-6.0, 6.0]]
"""


def with_zone(device: DeviceFile, folder: Path) -> DeviceFile:
    """Return the device file with a zone that holds the whole walk."""
    path = folder / "device.toml"
    path.write_text(DEVICE.format(site=device.device.site, port=device.mqtt.port, version=device.mqtt.version) + ZONE)
    return load(path, KINDS)


def device_file(folder: Path, port: int = 1, site: str = "haninge-entre", version: str = "5") -> DeviceFile:
    """Return a device file without a broker, unless its port is given."""
    path = folder / "device.toml"
    path.write_text(DEVICE.format(site=site, port=port, version=version))
    return load(path, KINDS)


@dataclass
class Walkers:
    """Frames of [begin_ms, end_ms): one person crosses x = 0 in the middle of each walk.

    `walks` are the times at which someone starts at the left edge. At the end `ended` is set.
    """

    begin_ms: int
    end_ms: int
    walks: list[int]
    ended: Event = field(default_factory=Event)
    fails: Exception | None = None

    def detections(self) -> Iterator[Detections]:
        for at_ms in range(self.begin_ms, self.end_ms, FRAME_MS):
            yield Detections(at_ms, self._points(at_ms))
        if self.fails is not None:
            raise self.fails
        self.ended.set()

    def close(self) -> None:
        self.ended.set()

    def _points(self, at_ms: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        xs = [(at_ms - walk) / 1000 * SPEED_M_S - HALF_M for walk in self.walks if 0 <= at_ms - walk < WALK_MS]
        return np.array([[x, 3.0] for x in xs], dtype=np.float64).reshape(-1, 2)
