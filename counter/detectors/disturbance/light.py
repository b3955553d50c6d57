"""Which cells that stand out are light or shadow, and which are things larger than anybody.

A patch that shows the floor's texture is light. One that is larger than people, all of one factor, is nobody either
way. What can't be told from somebody stays somebody, but where light of that factor was seen close by lately.
"""

from collections import deque
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from counter.detectors.backdrop import Mask
from counter.detectors.boxes import Floats, Image
from counter.detectors.disturbance.patches import NEXT, Changes, Numbers, Patches, changes, floor_in_all, patches

LARGE: Final = 2.1
"""Persons' area that a patch of one factor can't have and be people."""
_MUCH: Final = 8.0
"""Persons' area that changes, from which on it is judged as a whole, too."""
_LEAST: Final = 0.125
"""Persons' area, and cells, from which on a patch is judged."""
_LEAST_CELLS: Final = 6.0
_SAME: Final = 0.1
"""Light of one lamp or sun differs by less, in the logarithm of the factor."""
_HARD: Final = 0.05
"""And by less within one patch, if its edge is hard."""
_REMEMBERED_MS: Final = 30_000
_LEVELS: Final = 32
_CLOSE: Final = 6
"""Cells around light in which a patch of the same factor is light, too."""
_HARD_RIM: Final = 3
"""Cells around light in which it ends, where its edge is hard."""
_SOFT_RIM: Final = 9
"""And where it is soft: neighbours differ by less than `_SOFT`."""
_SOFT: Final = 0.3
_GOOD_PART: Final = 0.4
"""What hangs together is a thing as a whole where patches of more than this part of it are."""
_BIN: Final = 0.02
"""Width of a bin of factors, in their logarithm; and how many there are, half of them for what is darker."""
_BINS: Final = 512
_DEEP: Final = 0.6
"""How deep a shadow must be, at the least, to be known by its moving edge alone; in the logarithm of the factor."""
_BOTH: Final = 0.12
"""The part of what changed that must have become darker, and the part that must have become brighter."""


Part = tuple[slice, slice]
"""Rows and columns of a picture."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What of a picture is not people.

    Attributes:
        light: cells, shape (h, w); `things` the same.
        covered: the part of the picture that lies in light larger than somebody, or behind a thing, 0..1.
        doors: whether a thing reaches from one side of the picture to the other.
        floor: how much of the floor's texture all that changed shows together: 1 is all.
    """

    light: Mask
    things: Mask
    covered: float = 0.0
    doors: bool = False
    floor: float = 0.0


class Light:
    """Finds such cells in one picture after another. A person covers `person` cells."""

    def __init__(self, person: float) -> None:
        self._large = LARGE * person
        self._much = _MUCH * person
        self._least = max(_LEAST * person, _LEAST_CELLS)
        self._levels: deque[tuple[int, float]] = deque(maxlen=_LEVELS)
        self._lit_ms = np.empty((0, 0), dtype=np.int64)

    def explain(self, evened: Image, still: Image, changed: Mask, at_ms: int) -> Explained:
        """Return what of the `changed` cells of a picture in even light is no people."""
        if self._lit_ms.shape != changed.shape:
            self._lit_ms = np.full(changed.shape, at_ms - _REMEMBERED_MS - 1, dtype=np.int64)
        light, things = np.zeros_like(changed), np.zeros_like(changed)
        here = _around(changed)
        if np.count_nonzero(changed[here]) < self._least:
            return Explained(light, things)
        seen = changes(evened[here], still[here], changed[here])
        found = patches(seen, changed.shape)
        part = self._explained(seen, found, here, at_ms)
        light[here], things[here] = part.light, part.things
        return replace(part, light=light, things=things, covered=part.covered / changed.size)

    def _explained(self, seen: Changes, found: Patches, here: Part, at_ms: int) -> Explained:
        """Return what of a part of a picture is no people; `covered` in cells."""
        changed, much = seen.changed, bool(np.count_nonzero(seen.changed) > self._much)
        is_light, is_thing = self._judged(found, at_ms)
        light, things = is_light[found.labels], is_thing[found.labels]
        covered = float(found.area[is_thing | (is_light & (found.area > self._large / 2))].sum())
        moving = self._moving(seen, at_ms) if much else np.zeros_like(changed)
        may = changed & ~seen.coloured & ~((found.hides_floor & ~is_thing)[found.labels] & seen.even)
        light = self._with_known(light | moving, seen, may, here, at_ms)
        doors = bool((found.across & is_thing).any())
        things = with_rim(things, seen, changed) if doors else _whole(things, changed)
        return Explained(
            with_rim(light, seen, may) & ~things,
            things,
            max(covered, float(moving.sum())),
            doors,
            floor_in_all(seen) if much else 0.0,
        )

    def _judged(self, found: Patches, at_ms: int) -> tuple[Mask, Mask]:
        """Return which patches are light, and which are things."""
        patch = np.arange(len(found.area)) > 0
        light = patch & found.shows_floor & (found.area >= self._least)
        for factor in found.factor[light & (found.area >= self._large / 2) & (found.spread < _HARD)].tolist():
            self._levels.append((at_ms, factor))
        return light, patch & ~light & (found.area >= self._large)

    def _moving(self, seen: Changes, at_ms: int) -> Mask:
        """Return the cells of a hard shadow that moved, known by what became darker and brighter by one factor."""
        depth = both_ways(seen.sharp)
        if depth is None:
            return np.zeros_like(seen.changed)
        self._levels.append((at_ms, depth))
        return np.asarray(seen.changed & (np.abs(np.abs(seen.factor) - depth) < _SAME))

    def _with_known(self, light: Mask, seen: Changes, may: Mask, here: Part, at_ms: int) -> Mask:
        """Return light with the cells close by that changed by a factor of light seen lately."""
        lit_ms = self._lit_ms[here]
        lit_ms[light] = at_ms
        lately = np.abs(at_ms - lit_ms) <= _REMEMBERED_MS
        if not self._levels or not lately.any():
            return light
        close = cv2.dilate(lately.astype(np.uint8), _square(_CLOSE)) > 0
        same = (may & close & self._known(seen.factor, at_ms)).astype(np.uint8)
        return np.asarray(light | (cv2.morphologyEx(same, cv2.MORPH_OPEN, np.ones((2, 2), dtype=np.uint8)) > 0))

    def _known(self, factor: Floats, at_ms: int) -> Mask:
        """Return where a factor is that of light seen lately, or of its absence."""
        known, half, near = np.zeros(_BINS, dtype=np.bool_), _BINS // 2, round(_SAME / _BIN)
        for since_ms, level in self._levels:
            if abs(at_ms - since_ms) <= _REMEMBERED_MS:
                for place in (half + round(level / _BIN), half - round(level / _BIN)):
                    known[max(place - near, 0) : max(place + near + 1, 0)] = True
        known[half - near : half + near + 1] = False
        return np.asarray(known[_bins_of(factor)])


def _around(changed: Mask) -> Part:
    """Return the part of a picture in which more than single cells changed, and what is close to it."""
    left, top, width, height = cv2.boundingRect(cv2.erode(changed.astype(np.uint8), NEXT))
    if not width:
        return np.s_[0:0, 0:0]
    return np.s_[
        max(top - _SOFT_RIM, 0) : top + height + _SOFT_RIM, max(left - _SOFT_RIM, 0) : left + width + _SOFT_RIM
    ]


def both_ways(factor: Floats) -> float | None:
    """Return the factor by which many cells became darker and as many brighter, as its logarithm; None without one."""
    bins = np.bincount(_bins_of(factor), minlength=_BINS)
    near = np.convolve(bins, np.ones(2 * round(_SAME / _BIN) + 3), "same") / max(len(factor), 1)
    first, half = round(_DEEP / _BIN), _BINS // 2
    both = np.minimum(near[half + first :], near[half - first : 0 : -1][: half - first])
    best = int(both.argmax())
    return (first + best) * _BIN if both[best] > _BOTH else None


def with_rim(light: Mask, seen: Changes, may: Mask) -> Mask:
    """Return light with its rim: cells beside it whose factor lies between its own and none."""
    if not light.any():
        return light
    highest = np.where(light, seen.factor, np.float32(-np.inf))
    lowest = np.where(light, seen.factor, np.float32(np.inf))
    rim = np.zeros_like(light)
    for cells, here in ((_HARD_RIM, may), (_SOFT_RIM, _touching(may & (seen.steep < _SOFT), light))):
        kernel = _square(cells)
        high = np.maximum(cv2.dilate(highest, kernel), 0) + _SAME
        low = np.minimum(cv2.erode(lowest, kernel), 0) - _SAME
        beside = cv2.dilate(light.astype(np.uint8), kernel) > 0
        rim |= here & beside & (seen.factor < high) & (seen.factor > low)
    return np.asarray(light | rim)


def _whole(things: Mask, changed: Mask) -> Mask:
    """Return what hangs together and is a thing for a good part."""
    if not things.any():
        return things
    count, labels = cv2.connectedComponents(changed.astype(np.uint8), connectivity=8)
    cells = np.bincount(labels.ravel(), minlength=count)
    part = np.bincount(labels[things], minlength=count) / cells
    part[0] = 0.0
    return np.asarray((part > _GOOD_PART)[labels] | things)


def _bins_of(factor: Floats | Numbers) -> NDArray[np.intp]:
    half = _BINS // 2
    return (factor / _BIN).round().astype(np.intp).clip(-half, half - 1) + half


def _square(cells: int) -> NDArray[np.uint8]:
    return np.ones((2 * cells + 1, 2 * cells + 1), dtype=np.uint8)


def _touching(cells: Mask, light: Mask) -> Mask:
    """Return those that hang together with light."""
    count, labels = cv2.connectedComponents((cells | light).astype(np.uint8), connectivity=4)
    touching = np.zeros(count, dtype=np.bool_)
    touching[labels[light]] = True
    return np.asarray(touching[labels] & cells)
