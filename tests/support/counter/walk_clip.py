"""A drawn clip of people seen from straight above, who walk to a timetable, and a device file around it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

SIZE: Final = (240, 160)
RATE: Final = 10.0
SCALE: Final = 50.0
"""Pixels a metre."""
_SPEED: Final = 1.2 * SCALE / RATE
"""Pixels a frame."""
_BEGIN: Final = -20.0

DEVICE: Final = """\
[device]
site = "haninge-entre"
key = "tunnel-kamera"
setup = "clip-a"

[source]
kind = "clip"
file = "{clip}"
start = 2026-10-05T12:00:00+02:00
pixels_per_metre = {scale}
anchor = "centre"

[detector]
kind = "background"

[[lines]]
line = "stationen"
points = [[{middle}, 0.0], [{middle}, {high}]]
forward_towards = [{wide}, 80.0]

[[zones]]
zone = "golvet"
polygon = [[40.0, 10.0], [200.0, 10.0], [200.0, 150.0], [40.0, 150.0]]

[outbox]
path = "outbox.sqlite3"

[mqtt]
host = "127.0.0.1"
port = {port}
"""


@dataclass(frozen=True, slots=True)
class Walk:
    """Somebody who begins at `from_s`, at the left edge where it is forward, and `y` pixels down."""

    from_s: float
    y: float = 80.0
    forward: bool = True

    @property
    def crosses_s(self) -> float:
        """When they are in the middle, where the line is, in seconds of the clip."""
        return self.from_s + (SIZE[0] / 2 - _BEGIN) / _SPEED / RATE

    def at(self, frame: int) -> tuple[float, float] | None:
        """Return where they are in a frame, in pixels; None before and after."""
        gone = (frame / RATE - self.from_s) * RATE * _SPEED + _BEGIN
        if not _BEGIN <= gone <= SIZE[0] - _BEGIN:
            return None
        return (gone if self.forward else SIZE[0] - gone), self.y


def write_walk_clip(path: Path, walks: Sequence[Walk], length_s: float) -> Path:
    """Write a clip of a tiled floor that people walk over."""
    chance = np.random.default_rng(7)
    tiles = chance.integers(90, 150, (SIZE[1] // 8, SIZE[0] // 8, 1)).repeat(3, axis=2).astype(np.uint8)
    floor = cv2.resize(tiles, SIZE, interpolation=cv2.INTER_NEAREST)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*"mp4v"), RATE, SIZE)
    for frame in range(round(length_s * RATE)):
        picture = floor.copy()
        for walk in walks:
            if (place := walk.at(frame)) is not None:
                centre = round(place[0]), round(place[1])
                cv2.ellipse(picture, (centre, (16, 26), 0.0), (40, 40, 160), -1)
                cv2.circle(picture, centre, 6, (20, 20, 30), -1)
        noise = chance.normal(0, 2, picture.shape)
        writer.write((picture + noise).clip(0, 255).astype(np.uint8))
    writer.release()
    return path


def write_device(folder: Path, clip: Path, port: int = 1) -> Path:
    """Write a device file of the clip: a line in the middle, a zone around it. Nobody listens on its broker's port."""
    path = folder / "kamera.toml"
    text = DEVICE.format(
        clip=clip, scale=SCALE, middle=SIZE[0] / 2, wide=float(SIZE[0]), high=float(SIZE[1]), port=port
    )
    path.write_text(text, "utf-8")
    return path
