"""A picture of a clip that was counted: lines, zones, and where people went, on a coarse still without people.

The still is as coarse as that of the set-up page, and the median of frames from all over the clip. Tracks have neither
numbers nor times: six colours only keep those apart that lie beside each other. The picture is made of a clip alone, in
a run that can't publish, and only its owner may read it.
"""

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from counter.counting.draft import Draft
from counter.counting.tally import Tally
from counter.detections import Detections
from counter.detectors import Detector
from counter.detectors.boxes import Boxes, Image
from counter.detectors.boxes import Floats as Squares
from counter.device_file import DeviceFile
from counter.errors import DeviceFileError, SourceError
from counter.geometry import Floats, Point
from counter.sources.port import Input
from counter.sources.video.coarse_picture import side_of, squares
from counter.sources.video.settings import ClipSource
from counter.sources.video.source import Video
from counter.sources.video.thumbnail import smooth

_TRACKS: Final = ((96, 216, 255), (120, 230, 120), (255, 180, 90), (200, 140, 255), (90, 150, 255), (230, 230, 120))
_LINE: Final = (121, 212, 255)
_ZONE: Final = (255, 214, 127)
_DARK: Final = (20, 20, 20)
_SHADE: Final = 0.55
"""The still is darkened to this, so that what is drawn stands out."""
_ARROW_M: Final = 0.6
_FIRST_EVERY_MS: Final = 1000
_MOST_TAKEN: Final = 64
_LIGHT: Final = (245, 245, 245)


class TracksPicture:
    """Draws where people go while a clip is counted.

    Args:
        device: whose source is a clip.
        path: takes the picture, a PNG; what was there is replaced.

    Raises DeviceFileError where there can be no such picture.
    """

    def __init__(self, device: DeviceFile, path: Path) -> None:
        if not isinstance(device.source, ClipSource):
            raise DeviceFileError(
                f"--picture: the source is a {device.source.kind}, and tracks are drawn of a recorded clip alone"
            )
        if not path.parent.is_dir() or path.is_dir():
            raise DeviceFileError(f"--picture {path}: no file can be written there")
        self._path = path
        self._device = device
        self._still = _CoarseStill(device.source.pixels_per_metre)
        self._drawn: Image | None = None
        self._last: dict[int, Point] = {}

    def on(self, seen: Input) -> Input:
        """Return the input with the still taken on its way. Raises DeviceFileError where it has no pictures."""
        if not isinstance(seen.source, Video):
            raise DeviceFileError("--picture: the source of this device file has no pictures")
        return replace(seen, source=replace(seen.source, detector=_Noted(seen.source.detector, self._still)))

    def look(self, tally: Tally, _detections: Detections, _drafts: Sequence[Draft], /) -> None:
        """Draw how people moved since the frame before."""
        if self._drawn is None:
            wide, high = self._still.size
            self._drawn = np.zeros((high, wide, 3), dtype=np.uint8)
        places = tally.places
        for name, place in places.items():
            colour = _TRACKS[name % len(_TRACKS)]
            if (before := self._last.get(name)) is None:
                cv2.circle(self._drawn, _pixel(place), 4, colour, 1)
            elif before != place:
                cv2.line(self._drawn, _pixel(before), _pixel(place), colour, 1)
        for name in self._last.keys() - places.keys():
            cv2.circle(self._drawn, _pixel(self._last[name]), 3, _TRACKS[name % len(_TRACKS)], -1)
        self._last = places

    def write(self) -> None:
        """Draw lines and zones, and write the picture. Raises SourceError."""
        picture = self._still.picture()
        if self._drawn is not None:
            picture = np.where(self._drawn.any(axis=2, keepdims=True), self._drawn, picture)
        _draw_geometry(picture, self._device)
        png = cv2.imencode(".png", picture)[1].tobytes()
        draft = self._path.with_name(f".{self._path.name}.draft")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123 - its mode
                file.write(png)
            draft.replace(self._path)
        except OSError as error:
            raise SourceError(f"--picture: {self._path} can't be written: {error.strerror}") from error


class _CoarseStill:
    """Means over squares of some frames from all over a clip: their median has nobody in it who ever moved away."""

    def __init__(self, pixels_per_metre: float) -> None:
        self._scale = pixels_per_metre
        self._taken: list[Squares] = []
        self._every_ms = _FIRST_EVERY_MS
        self._due_ms = -math.inf
        self._side = 1
        self.size = (1, 1)
        """Width and height of the clip's pictures, in pixels."""

    def take(self, image: Image, at_ms: int) -> None:
        """Take a frame, when one is due; where there are many, every other one is dropped, and half as many come."""
        if at_ms < self._due_ms:
            return
        self._due_ms = at_ms + self._every_ms
        self.size = image.shape[1], image.shape[0]
        self._side = side_of(self.size[0], self._scale)
        self._taken.append(squares(image, self._side))
        if len(self._taken) == _MOST_TAKEN:
            self._taken, self._every_ms = self._taken[::2], 2 * self._every_ms

    def picture(self) -> Image:
        """Return the still in the size of the clip's pictures, darkened."""
        wide, high = self.size
        if not self._taken:
            return np.zeros((high, wide, 3), dtype=np.uint8)
        coarse = smooth(np.median(np.stack(self._taken), axis=0)).astype(np.float32) * _SHADE
        shown = coarse.shape[1] * self._side, coarse.shape[0] * self._side
        return np.ascontiguousarray(cv2.resize(coarse, shown)[:high, :wide].clip(0, 255).astype(np.uint8))


@dataclass(frozen=True, slots=True)
class _Noted:
    """A detector of whose pictures a still is taken."""

    detector: Detector
    still: _CoarseStill

    def detect(self, image: Image, at_ms: int, /) -> Boxes | None:
        self.still.take(image, at_ms)
        return self.detector.detect(image, at_ms)


def _draw_geometry(picture: Image, device: DeviceFile) -> None:
    for zone in device.zones:
        _outline(picture, zone.polygon, _ZONE, closed=True)
        _label(picture, zone.zone, min(zone.polygon, key=sum), below=True)
    for line in device.lines:
        _outline(picture, line.points, _LINE, closed=False)
        _arrow(picture, line.points, line.forward_towards, device.units_per_metre)
        _label(picture, line.line, _middle(line.points)[0])


def _outline(picture: Image, points: Sequence[Point], colour: tuple[int, int, int], *, closed: bool) -> None:
    corners = [np.array([_pixel(point) for point in points], dtype=np.int32)]
    for shade, width in ((_DARK, 4), (colour, 2)):
        cv2.polylines(picture, corners, closed, shade, width, cv2.LINE_AA)


def _arrow(picture: Image, points: Sequence[Point], towards: Point, units_per_metre: float) -> None:
    """Draw an arrow forward, across the middle of the line."""
    middle, along = _middle(points)
    across = np.array([-along[1], along[0]])
    if (np.array(towards) - middle) @ across < 0:
        across = -across
    tip = middle + across * _ARROW_M * units_per_metre
    for shade, width in ((_DARK, 5), (_LINE, 3)):
        cv2.arrowedLine(picture, _pixel(middle), _pixel(tip), shade, width, cv2.LINE_AA, tipLength=0.35)


def _middle(points: Sequence[Point]) -> tuple[Floats, Floats]:
    """Return the middle of the line's longest part, and the unit vector along it."""
    corners = np.array(points, dtype=np.float64)
    parts = np.diff(corners, axis=0)
    lengths = np.hypot(parts[:, 0], parts[:, 1])
    longest = int(lengths.argmax())
    return corners[longest] + parts[longest] / 2, parts[longest] / lengths[longest]


def _label(picture: Image, text: str, at: Sequence[float] | Floats, *, below: bool = False) -> None:
    """Write a key, which is ASCII, above a place or below it, within the picture."""
    (wide, high), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)
    x = int(np.clip(at[0] + 6, 2, max(picture.shape[1] - wide - 2, 2)))
    y = int(np.clip(at[1] + (high + 8 if below else -8), high + 2, max(picture.shape[0] - 4, high + 2)))
    for shade, width in ((_DARK, 3), (_LIGHT, 1)):
        cv2.putText(picture, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, shade, width, cv2.LINE_AA)


def _pixel(point: Sequence[float] | Floats) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
