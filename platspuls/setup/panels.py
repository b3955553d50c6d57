"""What a page is about, as its server sees it: a picture to draw on, a doorway, or a clip to watch."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from platspuls.setup.doorway import DoorwayFiles
from platspuls.setup.drawing import DoorwayChoice, Drawing
from platspuls.setup.files import PictureFiles

if TYPE_CHECKING:
    from counter.sources.kinds import Kinds

Page = Literal["drawing", "doorway", "truth"]


@dataclass(frozen=True, slots=True)
class Panel:
    """What the page works on.

    Attributes:
        page: which page it needs.
        state: returns what the files say, as the page reads it. Raises SetupError.
        save: writes what the page sends. Raises ValidationError, DrawingRefusedError, SetupError.
        picture: the coarse picture, a PNG: here alone, in memory.
        frames: returns frames of a clip: the first, every how many-th, how many; None where there is none to watch.
        sights: returns what the lines can see that the page sends as for `save`; nothing is written. None where there
            are none to draw. Raises ValidationError, SetupError.
        live: returns what the sensor sees now; None where the page doesn't ask.
        walk: looks at who walks through, as PageWalk.ask does; None where no height is asked for.
    """

    page: Page
    state: Callable[[], dict[str, Any]]
    save: Callable[[bytes], None]
    picture: bytes | None = None
    live: Callable[[], dict[str, Any] | None] = lambda: None
    frames: Callable[[int, int, int], bytes] | None = None
    sights: Callable[[bytes], dict[str, Any]] | None = None
    walk: Callable[[bytes | None], dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class PanelOptions:
    """How a panel is opened.

    Attributes:
        kinds: of sources that the device file may name; those that are installed where nothing is said.
        now: returns the time at which something is saved.
        trail_s: how long a thermal array is looked at, seconds; None for long enough to walk through.
        say: takes a line for who stands by.
        complain: takes a line about what doesn't work, and isn't needed.
    """

    kinds: "Kinds | None" = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    trail_s: float | None = None
    say: Callable[[str], object] = print
    complain: Callable[[str], object] = print


def drawing_panel(
    files: PictureFiles,
    picture: bytes,
    shown: tuple[float, float],
    kind: Literal["camera", "thermal"] = "camera",
    person_px: float | None = None,
) -> Panel:
    """Return the panel of a picture to draw on.

    Args:
        files: what is written.
        picture: the coarse picture, a PNG.
        shown: width and height that it covers, in units of the picture.
        kind: of what made it.
        person_px: how high people were who stood or walked in it, pixels; None where that isn't known.
    """
    about = {"size": files.size, "shown": shown, "kind": kind, "personPx": person_px}
    return Panel(
        "drawing",
        lambda: {**files.state(), "picture": about},
        lambda body: files.save(Drawing.model_validate_json(body)),
        picture,
        sights=lambda body: files.sights(Drawing.model_validate_json(body)),
    )


def doorway_panel(doorway: DoorwayFiles) -> Panel:
    """Return the panel of a doorway's sensor, and of what it sees."""
    return Panel(
        "doorway",
        doorway.state,
        lambda body: doorway.save(DoorwayChoice.model_validate_json(body)),
        live=doorway.live.state,
    )
