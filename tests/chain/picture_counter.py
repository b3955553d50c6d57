"""A whole counter on pictures of a stream, as a process: only what finds people is drawn from brightness, not learnt.

Run as `python -m tests.chain.picture_counter DEVICE_FILE`. All else is what `platspuls counter run` does.
"""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import numpy as np

from core import logs
from core.clock import SystemClock
from counter.detectors.boxes import Boxes, Image
from counter.device_file import load
from counter.service.process_hardening import forbid_dumps
from counter.service.run import count
from counter.sources.port import Input
from counter.sources.video.camera import Camera
from counter.sources.video.picture_edges import view_of
from counter.sources.video.settings import CameraSource
from counter.sources.video.source import Video
from counter.watchdog import Systemd


@dataclass(frozen=True, slots=True)
class Brightest:
    """Finds one person: the white square."""

    def detect(self, image: Image, _at_ms: int, /) -> Boxes:
        ys, xs = np.nonzero(image.min(axis=2) > 240)
        if len(xs) < 100:
            return Boxes(np.empty((0, 4), dtype=np.float32), np.empty(0, dtype=np.float32))
        box = [xs.min(), ys.min(), xs.max(), ys.max()]
        return Boxes(np.array([box], dtype=np.float32), np.ones(1, dtype=np.float32))

    def close(self) -> None:
        pass


def main() -> None:
    logs.set_up()
    forbid_dumps()
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    device, clock = load(Path(sys.argv[1])), SystemClock()
    assert isinstance(device.source, CameraSource)
    camera = Camera(device.source, clock)
    view = view_of(device.source.size, device.source.pixels_per_metre, device.source.anchor)
    seen = Input(Video(camera, Brightest(), device.source.anchor), view=view, check=camera.check)
    count(device, seen, clock, stop, "0.1.0", Systemd.of(os.environ))


if __name__ == "__main__":
    main()
