"""Where in a picture people come and go, and whether lines and zones lie in it."""

from collections.abc import Iterable
from typing import Final, Literal

from counter.errors import DeviceFileError
from counter.geometry import Point, View

_RIM_M: Final = 0.5
"""Width of the rim in metres: half a person and a step. Whoever comes into the picture is found for the first time,
and whoever leaves it for the last time, that near to its border."""
_FOUND_M: Final = 0.15
"""Nobody is found nearer to the border than this, in metres: only a part of them is in the picture."""
_FEET_RIM_M: Final = 0.1
"""The same at the lower border for feet: as long as the border cuts a person off, the box ends on it."""


def view_of(size: tuple[int, int], pixels_per_metre: float, anchor: Literal["feet", "centre"]) -> View:
    """Return what is seen in a picture of `size` (width, height) in pixels."""
    rim = _RIM_M * pixels_per_metre
    lower = _FEET_RIM_M * pixels_per_metre if anchor == "feet" else rim
    found = _FOUND_M * pixels_per_metre
    outer = (found, found, size[0] - found, size[1] - min(lower, found))
    return View((rim, rim, size[0] - rim, size[1] - lower), outer)


def check_within(size: tuple[int, int], corners: Iterable[tuple[str, Point]]) -> None:
    """Check that corners, each with the name of its line or zone, lie in a picture of `size`.

    Raises DeviceFileError.
    """
    wrong = [
        f"{name}: corner {point} lies outside the picture of {size[0]} x {size[1]} pixels"
        for name, point in corners
        if not (0 <= point[0] <= size[0] and 0 <= point[1] <= size[1])
    ]
    if wrong:
        raise DeviceFileError("\n  ".join(wrong))
