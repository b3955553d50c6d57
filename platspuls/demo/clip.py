"""A place made of one clip: its picture a zone and a line across it. It is counted once, as if captured just now."""

import json
import math
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from platspuls.demo import write_template
from platspuls.embedded.process import EmbeddedError

if TYPE_CHECKING:
    from counter.sources.video.measure_clip import Measured

_SITE: Final = "clip-site.toml"
_DEVICE: Final = "clip-kamera.toml"


class ClipRefusedError(EmbeddedError):
    """The clip or the weights can't be used, or the folder holds another clip."""


@dataclass(frozen=True, slots=True)
class ClipPlace:
    """What to count.

    Attributes:
        clip: the file.
        weights: of the detector; their kind of file says which library.
        line_at: where the line stands, as a part of the picture's width.
    """

    clip: Path
    weights: Path
    line_at: float

    def write(self, folder: Path, port: int, now: datetime) -> tuple[Path, Path]:
        """Write site file and device file into `folder` and return their paths.

        A folder counts one clip: a second start shows what the first one counted, or goes on with it.

        Args:
            folder: must exist; the outbox will lie beside the files.
            port: the broker's, on loopback.
            now: an aware time; the clip is made to end in the last quarter-hour before it.

        Raises ClipRefusedError.
        """
        measured = self._measure()
        start = self._kept_start(folder / _DEVICE) or _start(now, measured.length_s)
        width, height = measured.size
        values = {
            "start": start.isoformat(),
            "end": (start + timedelta(minutes=max(math.ceil(measured.length_s / 60), 1))).isoformat(),
            "day": start.date() - timedelta(days=1),
            "file": json.dumps(str(self.clip)),
            "weights": json.dumps(str(self.weights)),
            "kind": self._kind(),
            "pixels_per_metre": measured.pixels_per_metre,
            "line_x": round(width * self.line_at, 1),
            "width": float(width),
            "height": float(height),
            "middle": height / 2,
            "port": port,
        }
        return write_template(folder / _SITE, **values), write_template(folder / _DEVICE, **values)

    def _measure(self) -> "Measured":
        from counter.errors import CounterError
        from counter.service.inputs import measure_clip

        try:
            return measure_clip(self.clip, self._kind(), self.weights)
        except CounterError as error:
            raise ClipRefusedError(str(error)) from error

    def _kind(self) -> Literal["onnx", "openvino", "ultralytics"]:
        if self.weights.suffix == ".onnx":
            return "onnx"
        if self.weights.suffix == ".xml" or (self.weights.is_dir() and any(self.weights.glob("*.xml"))):
            return "openvino"
        return "ultralytics"

    def _kept_start(self, device_file: Path) -> datetime | None:
        if not device_file.exists():
            return None
        source = tomllib.loads(device_file.read_text("utf-8"))["source"]
        if source["file"] != str(self.clip):
            raise ClipRefusedError(f"the folder {device_file.parent} holds {source['file']}: choose another folder")
        start: datetime = source["start"]
        return start


def _start(now: datetime, length_s: float) -> datetime:
    """Return the whole minute at which a clip began that ended in the last quarter-hour that is over.

    Nothing is commissioned from the middle of a minute, and a record of a quarter-hour to come would be refused.
    """
    quarter = now.astimezone(UTC).replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    return (quarter - timedelta(seconds=length_s)).replace(second=0, microsecond=0)
