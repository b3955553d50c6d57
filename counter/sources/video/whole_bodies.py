"""Boxes that a border of the picture cuts, made whole: where the feet are that can't be seen.

As long as somebody's head is in the picture, their feet lie below it by their height: known from themselves a moment
ago, and how it changes on the way from others (`body_size`); the same for half of a body at the left or right. So who
walks out of the picture goes on beyond its border, and a line that is drawn there is passed.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from counter.geometry import Bools, Floats
from counter.sources.video.body_size import PERSON_M, BodySizes, at_borders

WHOLE_BODIES_FROM: Final = 3
"""From this counting version on, who is cut by a border of the picture is taken for whole."""
BEYOND_M: Final = PERSON_M / 2
"""Nobody is found further beyond the lower border than this, in metres: half of them is still in the picture."""
_SAME: Final = 0.2
"""Two boxes, one after the other, that overlap by this part are one person's."""
_REMEMBERED_MS: Final = 1500
_MOVED: Final = 0.1
"""Sizes are learnt of who moves by this part of their height: who sits would be learnt again and again."""
_SETTLED: Final = 8.0
"""Someone's own height is the mean of about so many sights."""
_CORRECTED_M_S: Final = 2.5
"""Who turns out to be smaller, once all of them is in the picture, is brought back no faster than people are followed,
in metres a second."""
_LEFT, _TOP, _RIGHT, _BOTTOM = range(4)


@dataclass(slots=True)
class _Body:
    """Somebody who is in the picture.

    Attributes:
        box: where they were seen last.
        seen_ms: when.
        ratio: their height as a part of what is usual where they stand; None where they were never whole.
        sights: how often they were whole, at most _SETTLED.
        width: their width as a part of what is usual for their height there; None as for `ratio`.
        bottom: where their feet were last, also beyond the border.
        is_guess: whether that was not seen.
        elapsed_ms: since the sight before.
        learnt: where they were when their size was learnt, or None.
    """

    box: Floats
    seen_ms: int
    ratio: float | None = None
    sights: float = 0.0
    width: float | None = None
    bottom: float = 0.0
    is_guess: bool = False
    elapsed_ms: int = 0
    learnt: tuple[float, float] | None = None

    def note(self, ratio: float | None, width: float | None) -> None:
        """Take in how large they are, where they are whole."""
        if ratio is not None:
            self.sights = min(self.sights + 1, _SETTLED)
            self.ratio = ratio if self.ratio is None else self.ratio + (ratio - self.ratio) / self.sights
        if width is not None:
            self.width = width if self.width is None else self.width + (width - self.width) / _SETTLED


class WholeBodies:
    """Completes the boxes of one camera's people. `pixels_per_metre` and `anchor` are those of the device file."""

    def __init__(self, pixels_per_metre: float, anchor: Literal["feet", "centre"]) -> None:
        self._anchor = anchor
        self._beyond = BEYOND_M * pixels_per_metre
        self._speed = _CORRECTED_M_S * pixels_per_metre / 1000
        self._sizes = BodySizes(pixels_per_metre, anchor)
        self._bodies: list[_Body] = []

    def complete(self, boxes: Floats, size: tuple[int, int], at_ms: int) -> Floats:
        """Return boxes, shape (n, 4), as they would be if the picture didn't end.

        Args:
            boxes: left, top, right, bottom, in pixels of a picture of `size` (width, height).
            size: of the picture.
            at_ms: when it was captured, in milliseconds of a clock that rises.
        """
        bodies = self._known(boxes, at_ms)
        whole = boxes.copy()
        if len(boxes):
            cut = at_borders(boxes, size)
            heights = self._heights(boxes, cut[:, _TOP])
            rows = zip(bodies, boxes.tolist(), cut.tolist(), heights.tolist(), strict=True)
            for row, (body, box, sides, usual) in enumerate(rows):
                if any(sides):
                    whole[row] = self._whole(box, sides, usual, body, size)
                self._learn(box, sides, usual, body, size)
                self._bring_back(whole[row], body, is_guess=sides[_BOTTOM])
        self._bodies = bodies + [old for old in self._bodies if 0 <= at_ms - old.seen_ms <= _REMEMBERED_MS]
        return whole

    def _heights(self, boxes: Floats, no_top: Bools) -> Floats:
        """Return how high people usually are where these stand."""
        return np.where(no_top, self._sizes.heights(boxes, 3), self._sizes.heights(boxes, 1))

    def _whole(
        self, box: list[float], cut: list[bool], usual: float, body: _Body, size: tuple[int, int]
    ) -> tuple[float, float, float, float]:
        left, top, right, bottom = box
        height = usual * (1.0 if body.ratio is None else body.ratio)
        if cut[_BOTTOM]:
            ends = body.bottom if cut[_TOP] else top + height
            bottom = min(max(bottom, ends), size[1] + self._beyond) if self._anchor == "feet" else max(bottom, ends)
        elif cut[_TOP]:
            top = min(top, bottom - height)
        width = (bottom - top) * self._aspect(box, size) * (1.0 if body.width is None else body.width)
        if cut[_LEFT] and not cut[_RIGHT]:
            left = min(left, right - width)
        elif cut[_RIGHT] and not cut[_LEFT]:
            right = max(right, left + width)
        return left, top, right, bottom

    def _bring_back(self, box: Floats, body: _Body, *, is_guess: bool) -> None:
        """Let feet that were guessed too low come back at a walk, and note where they are."""
        nearest = body.bottom - self._speed * body.elapsed_ms
        if self._anchor == "feet" and body.is_guess and not is_guess and nearest > box[_BOTTOM]:
            box[_BOTTOM], is_guess = nearest, True
        body.bottom, body.is_guess = float(box[_BOTTOM]), is_guess

    def _aspect(self, box: list[float], size: tuple[int, int]) -> float:
        """Return how wide people usually are where a box is, as a part of their height."""
        return self._sizes.aspect(_aside(box, size))

    def _learn(self, box: list[float], cut: list[bool], usual: float, body: _Body, size: tuple[int, int]) -> None:
        left, top, right, bottom = box
        height, is_high = bottom - top, not (cut[_TOP] or cut[_BOTTOM])
        is_whole = is_high and not (cut[_LEFT] or cut[_RIGHT])
        body.note(
            height / usual if is_high else None, (right - left) / height / self._aspect(box, size) if is_whole else None
        )
        place = (left + right) / 2, bottom
        if is_whole and (body.learnt is None or _apart(place, body.learnt) > _MOVED * height):
            body.learnt = place
            self._sizes.add((left, top, right, bottom), _aside(box, size))

    def _known(self, boxes: Floats, at_ms: int) -> list[_Body]:
        """Return who each box is, taken out of those remembered: somebody new where none is like it."""
        found: dict[int, _Body] = {}
        if self._bodies and len(boxes):
            same = _overlaps(np.array([body.box for body in self._bodies]), boxes)
            taken: set[int] = set()
            for place in np.argsort(-same, axis=None).tolist():
                old, new = divmod(place, len(boxes))
                if same[old, new] < _SAME:
                    break
                if old not in taken and new not in found:
                    taken.add(old)
                    found[new] = self._bodies[old]
            self._bodies = [body for old, body in enumerate(self._bodies) if old not in taken]
        for row, box in enumerate(boxes):
            body = found.setdefault(row, _Body(box, at_ms, bottom=float(box[_BOTTOM])))
            body.box, body.seen_ms, body.elapsed_ms = box, at_ms, at_ms - body.seen_ms
        return [found[row] for row in range(len(boxes))]


def _overlaps(olds: Floats, news: Floats) -> Floats:
    """Return the common area of each two boxes as a part of the smaller one: shape (olds, news)."""
    low = np.maximum(olds[:, None, :2], news[None, :, :2])
    high = np.minimum(olds[:, None, 2:], news[None, :, 2:])
    common = (high - low).clip(min=0).prod(axis=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (olds, news)]
    return np.asarray(common / np.minimum(areas[0][:, None], areas[1][None]).clip(min=1e-9), dtype=np.float64)


def _aside(box: list[float], size: tuple[int, int]) -> float:
    """Return how far a box is from the middle of a picture of `size` (width, height), across."""
    return abs(box[_LEFT] + box[_RIGHT] - size[0]) / 2


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))
