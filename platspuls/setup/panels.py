"""What a page is about, as its server sees it: a picture to draw on, or a doorway."""

from dataclasses import dataclass
from typing import Any, Literal

from platspuls.setup.doorway import DoorwayFiles
from platspuls.setup.drawing import DoorwayChoice, Drawing
from platspuls.setup.files import PictureFiles

Kind = Literal["camera", "thermal"]


@dataclass(frozen=True, slots=True)
class DrawingPanel:
    """A picture to draw on.

    Attributes:
        files: what is written.
        picture: the coarse picture, a PNG: here alone, in memory.
        shown: width and height that it covers, in units of the picture.
        kind: of what made it.
    """

    files: PictureFiles
    picture: bytes
    shown: tuple[float, float]
    kind: Kind = "camera"

    @property
    def page(self) -> Literal["drawing", "doorway"]:
        """Which page it needs."""
        return "drawing"

    def state(self) -> dict[str, Any]:
        """Return what the files say, as the page reads it. Raises SetupError."""
        picture = {"size": self.files.size, "shown": self.shown, "kind": self.kind}
        return {**self.files.state(), "picture": picture}

    def save(self, body: bytes) -> None:
        """Write what the page sends. Raises ValidationError, DrawingRefusedError, SetupError."""
        self.files.save(Drawing.model_validate_json(body))

    def live(self) -> dict[str, Any] | None:
        """Return nothing: a picture stands still."""
        return None


@dataclass(frozen=True, slots=True)
class DoorwayPanel:
    """A doorway's sensor, and what it sees.

    Attributes:
        doorway: what is written.
    """

    doorway: DoorwayFiles

    @property
    def page(self) -> Literal["drawing", "doorway"]:
        """Which page it needs."""
        return "doorway"

    @property
    def picture(self) -> bytes | None:
        """None: there is none."""
        return None

    def state(self) -> dict[str, Any]:
        """Return what the files say, as the page reads it. Raises SetupError."""
        return self.doorway.state()

    def save(self, body: bytes) -> None:
        """Write what the page sends. Raises ValidationError, DrawingRefusedError, SetupError."""
        self.doorway.save(DoorwayChoice.model_validate_json(body))

    def live(self) -> dict[str, Any] | None:
        """Return what the sensor sees now."""
        return self.doorway.live.state()
