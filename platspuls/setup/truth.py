"""Noting what passes in a clip while watching it: the page's files, and the frames that it shows."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from counter.diagnostics.clips.truth import ClipTruth, read_clip_truth, write_clip_truth
from platspuls.setup.config_pair import DrawingRefusedError, SetupError
from platspuls.setup.panels import Panel

if TYPE_CHECKING:
    from counter.device_file import DeviceFile
    from counter.diagnostics.clips.frame_reader import FrameReader

OPEN_S: Final = 4 * 3600.0
"""So long the page stays open, in seconds: watching a clip takes as long as the clip, and longer."""


class _Sent(ClipTruth):
    """What the page sends. `revision` is that of the file which it read."""

    revision: str


@dataclass(frozen=True, slots=True)
class TruthDesk:
    """What is noted of one clip.

    Attributes:
        device: whose source is the clip.
        clip: its frames.
        path: of the truth file.
    """

    device: "DeviceFile"
    clip: "FrameReader"
    path: Path

    def state(self) -> dict[str, Any]:
        """Return what the page begins with: the clip, its lines, and what was noted before. Raises SetupError."""
        facts = self.clip.facts
        lines = [
            {"key": line.line, "points": line.points, "forward_towards": line.forward_towards}
            for line in self.device.lines
        ]
        about = {"size": facts.size, "rate": facts.rate, "frames": self.clip.length}
        noted = self._noted().model_dump()["lines"]
        return {"clip": about, "lines": lines, "truth": noted, "file": str(self.path), "revision": self._revision()}

    def save(self, body: bytes) -> None:
        """Write what was noted, beside what the file has of lines that the device has no longer.

        Raises ValidationError, SetupError, DrawingRefusedError, also where it was changed since the page read it.
        """
        sent = _Sent.model_validate_json(body)
        known = {line.line for line in self.device.lines}
        others = {line: seen for line, seen in self._noted().lines.items() if line not in known}
        problems = [
            *sent.problems(),
            *(f"lines.{line}: there is no such line" for line in sent.lines if line not in known),
        ]
        if sent.revision != self._revision():
            problems = [f"{self.path} was changed elsewhere, as in another tab: load this page again, and go on there"]
        if problems:
            raise DrawingRefusedError(problems)
        name = Path(str(getattr(self.device.source, "file", ""))).name.encode("utf-8", "replace").decode("utf-8")
        try:
            write_clip_truth(self.path, ClipTruth(clip=name, lines={**sent.lines, **others}))
        except OSError as error:
            raise DrawingRefusedError([f"{self.path} can't be written: {error.strerror}"]) from error

    def frames(self, first: int, step: int, count: int) -> bytes:
        """Return frames as JPEGs, each behind its length in four bytes, the most significant first."""
        return b"".join(struct.pack(">I", len(one)) + one for one in self.clip.jpegs(first, step, count))

    def _revision(self) -> str:
        """Return what changes with the file's bytes; nothing where there is none."""
        return sha256(self.path.read_bytes()).hexdigest() if self.path.exists() else ""

    def _noted(self) -> ClipTruth:
        from counter.errors import TruthError

        if not self.path.exists():
            return ClipTruth()
        try:
            return read_clip_truth(self.path)
        except TruthError as error:
            raise SetupError(str(error)) from error


@contextmanager
def open_truth(device: "DeviceFile", path: Path) -> Iterator[Panel]:
    """Yield the panel of a clip's truth. Raises SetupError, ClipError, DeviceFileError."""
    from counter.sources.kinds import opencv_needed
    from counter.sources.video.settings import ClipSource

    if not isinstance(device.source, ClipSource):
        raise SetupError(f"the source is a {device.source.kind}: only a clip can be watched")
    if not device.lines:
        raise SetupError("the device file has no [[lines]]: there is nothing to pass")
    with opencv_needed():
        from counter.diagnostics.clips.frame_reader import FrameReader
    reader = FrameReader(device.source.file)
    try:
        desk = TruthDesk(device, reader, path)
        desk.state()
        yield Panel("truth", desk.state, desk.save, frames=desk.frames)
    finally:
        reader.close()
