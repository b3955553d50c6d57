"""Where in a picture people come and go, and whether lines and zones lie in it."""

from collections.abc import Iterable
from typing import Final, Literal

import numpy as np

from counter.errors import DeviceFileError
from counter.geometry import SHOULDERS_M, Point, View, growth
from counter.sources.video.body_size import PERSON_M
from counter.sources.video.whole_bodies import BEYOND_M

_RIM_M: Final = 0.5
"""Width of the rim in metres: half a person and a step. Whoever comes into the picture is found for the first time,
and whoever leaves it for the last time, that near to its border."""
_FOUND_M: Final = 0.15
"""Nobody is found nearer to the border than this, in metres: only a part of them is in the picture."""
_FEET_RIM_M: Final = 0.1
"""The same at the lower border for feet: as long as the border cuts a person off, the box ends on it."""
_HEADROOM_M: Final = PERSON_M / 2
"""Feet that are nearer to the upper border than this, in metres, belong to nobody who is found: half of a body isn't in
the picture."""
_WHOLE_M: Final = 0.2
"""So far within the place whose shoulders are seen at the border, somebody is surely found, in metres on the floor."""
_LEGS_M: Final = PERSON_M / 2
"""Below a camera whose height is known, somebody is found as soon as so much of them is in the picture, in metres from
the floor upwards: less of them is smaller than anybody. Measured by `python -m bench.found_from_above`."""
_LEAST_M: Final = 0.3
"""And so near to the middle of the picture in any case."""
_INSIDE_PX: Final = 1.0
"""Who stands beyond a border is in a zone that reaches it: so far inside."""


def view_of(
    size: tuple[int, int],
    pixels_per_metre: float,
    anchor: Literal["feet", "centre"],
    camera_height_m: float | None = None,
    *,
    whole_bodies: bool = False,
) -> View:
    """Return what is seen in a picture of `size` (width, height) in pixels.

    Under a camera whose height is known, people are where they stand on the floor, and found where their shoulders are
    in the picture: nearer to its middle.

    `whole_bodies`: people whom the lower border cuts have their feet beyond it, not on it; and who isn't in the picture
    by half is not found, which counting version 2 doesn't know.
    """
    if camera_height_m is not None:
        return _from_above(size, pixels_per_metre, camera_height_m)
    rim = _RIM_M * pixels_per_metre
    lower = _FEET_RIM_M * pixels_per_metre if anchor == "feet" else rim
    found = _FOUND_M * pixels_per_metre
    lowest = BEYOND_M * pixels_per_metre if whole_bodies and anchor == "feet" else -min(lower, found)
    outer = (found, found, size[0] - found, size[1] + lowest)
    frame = (_INSIDE_PX, _INSIDE_PX, size[0] - _INSIDE_PX, size[1] - _INSIDE_PX) if whole_bodies else None
    upright = whole_bodies and anchor == "feet"
    bodies = (-np.inf, _HEADROOM_M * pixels_per_metre, np.inf, np.inf) if upright else None
    return View((rim, rim, size[0] - rim, size[1] - lower), outer, frame, bodies)


def _from_above(size: tuple[int, int], pixels_per_metre: float, camera_height_m: float) -> View:
    shoulders = seen_up_to(SHOULDERS_M, size, camera_height_m)
    least = [min(_LEAST_M * pixels_per_metre, side / 4) for side in size]
    halves = [
        (high - low) / 2 - _WHOLE_M * pixels_per_metre for low, high in zip(shoulders, shoulders[2:], strict=False)
    ]
    across, down = map(max, halves, least)
    x, y = size[0] / 2, size[1] / 2
    return View((x - across, y - down, x + across, y + down), found_below(size, camera_height_m))


def found_below(size: tuple[float, float], camera_height_m: float) -> tuple[float, float, float, float]:
    """Return where on the floor people are found below a camera: as `seen_up_to`."""
    return seen_up_to(_LEGS_M, size, camera_height_m)


def seen_up_to(level_m: float, size: tuple[float, float], camera_height_m: float) -> tuple[float, float, float, float]:
    """Return where on the floor people stand who are seen from their feet up to a level.

    Args:
        level_m: above the floor, metres.
        size: width and height of the picture, whose middle is right below the camera, pixels.
        camera_height_m: above the floor.

    Returns:
        Low x, low y, high x, high y, in pixels of the floor.
    """
    across, down = (side / 2 / growth(camera_height_m, level_m) for side in size)
    x, y = size[0] / 2, size[1] / 2
    return x - across, y - down, x + across, y + down


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
