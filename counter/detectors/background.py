"""People under a camera that looks straight down, found as what stands out against the floor: without weights.

Who moves, at least a little, at least every few minutes, stays a person however long they sit. What stands out and
doesn't move is a thing, and becomes a part of the backdrop: a chair that was moved, a bag, a wet floor. Light, shadow
and what is larger than people are nobody (`disturbance/`).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from counter.detectors.backdrop import Backdrop, Mask, Movement, shrink
from counter.detectors.blobs import AREA, Blob, BodyLooks, FlatLooks, blobs, is_box, joined, people, tidy, wider
from counter.detectors.boxes import Boxes, Floats, Image
from counter.detectors.disturbance.crowd import HidingCrowd
from counter.detectors.disturbance.light import LARGE, Light
from counter.detectors.disturbance.sway import Stabiliser, moved, seen_after
from counter.detectors.disturbance.trust import Trust
from counter.detectors.leaning import Leaning
from counter.detectors.settings import BackgroundDetector
from counter.errors import DetectorError
from counter.geometry import growth

_CELLS_PER_METRE: Final = 24.0
"""How finely it is looked: a cell is some four centimetres. Averaging removes noise, and is fast."""
_AROUND_M: Final = 0.15
"""So far around someone the backdrop is kept as it was."""
_HEAD: Final = 0.08
"""The part of someone in grey, seen as a shadow, that is none: hair."""
_REAL: Final = 0.75
"""The part of what seems to be a shadow, around hair, that is the person."""
_MOVES: Final = 0.02
"""The part of someone that must move: a hand, a head."""


class Background:
    """Finds people by subtracting what stands still.

    Args:
        settings: the detector's table.
        pixels_per_metre: those of the floor.
        camera_height_m: how high above the floor the camera hangs, metres: people then are found as large as they are
            seen, and where they stand on the floor. None: as large as on the floor, and where they are seen.

    Raises DetectorError where it isn't known how large people are.
    """

    def __init__(
        self, settings: BackgroundDetector, pixels_per_metre: float | None, camera_height_m: float | None = None
    ) -> None:
        if pixels_per_metre is None:
            raise DetectorError("detector.kind = 'background' needs pixels_per_metre: it knows people by their size")
        times = 1.0 if camera_height_m is None else growth(camera_height_m)
        self._factor = max(times * pixels_per_metre / _CELLS_PER_METRE, 1.0)
        self._floor_cells = pixels_per_metre / self._factor
        cells_per_metre = times * self._floor_cells
        self._settings, self._camera_height_m = settings, camera_height_m
        self._person = settings.person_m * cells_per_metre
        self._looks: BodyLooks = FlatLooks(self._person)
        self._around = max(round(_AROUND_M * cells_per_metre), 1)
        self._still_ms = round(settings.still_s * 1000)
        self._backdrop = Backdrop(shadows=settings.shadows, fade_s=settings.fade_s)
        self._movement = Movement()
        self._sway = Stabiliser(cells_per_metre)
        area = AREA * self._person**2
        self._light, self._trust = Light(area), Trust(LARGE / 2 * area)
        self._crowd: HidingCrowd | None = None

    def detect(self, image: Image, at_ms: int, /) -> Boxes | None:
        """Return a box for each person in `image`, shape (h, w, 3), BGR, captured at `at_ms`.

        None while the backdrop is learnt: three seconds at first, and whenever the light has changed all over at once.
        """
        small, cell = shrink(image, self._factor)
        self._learn_looks(small)
        small, evened, seen = self._steady(small, at_ms)
        found = self._backdrop.stands_out(small, evened, at_ms)
        if found is None:
            return None
        mask, shaded = (cells & seen for cells in found)
        explained = self._light.explain(evened, self._backdrop.still, shaded, at_ms)
        unexplained = ~(explained.light | explained.things)
        mask, shaded = mask & unexplained, shaded & unexplained
        self._movement.update(evened, at_ms)
        all_over = self._trust.is_light(explained, int(tidy(mask).sum()))
        standing = [] if all_over else list(self._blobs(mask, shaded))
        alive = [one for one in standing if not is_box(one, self._looks) and self._lives(one, mask, at_ms)]
        self._backdrop.fade(small, self._kept(alive, mask), at_ms)
        things = any(is_box(one, self._looks) for one in standing)
        if self._crowd is not None and self._crowd.hides(_mask_of(alive, mask)):
            self._trust.note_crowd(at_ms)
        watched = self._trust.judge(explained, at_ms, things=things, all_over=all_over, sways=self._sway.sways)
        return replace(self._boxes(alive, cell, image), flags=self._trust.flags, watched=watched)

    def _learn_looks(self, small: Image) -> None:
        shape = small.shape[0], small.shape[1]
        if self._camera_height_m is None or (isinstance(self._looks, Leaning) and self._looks.shape == shape):
            return
        self._looks = looks = Leaning(self._camera_height_m, self._floor_cells, self._settings.person_m, shape)
        self._light, self._trust = Light(looks.largest), Trust(LARGE / 2 * looks.largest)
        self._crowd = HidingCrowd(looks.tall - 1, looks.cells_per_metre)

    def _steady(self, small: Image, at_ms: int) -> tuple[Image, Image, Mask]:
        """Return a picture where it was and in the light in which it was, as it is and in even light; and its cells."""
        evened, usual = self._backdrop.even(small), self._backdrop.usual
        if usual is None or usual.shape != small.shape:
            return small, evened, np.ones(small.shape[:2], dtype=np.bool_)
        by = self._sway.shift(evened, usual, at_ms)
        if not any(by):
            return small, evened, np.ones(small.shape[:2], dtype=np.bool_)
        return moved(small, by), moved(evened, by), seen_after(small.shape[:2], by)

    def _boxes(self, alive: list[Blob], cell: Floats, image: Image) -> Boxes:
        if not alive:
            return Boxes.none()
        each = joined(alive, self._looks)
        centres = (np.concatenate([people(blob, self._looks) for blob in each]) + np.float32(0.5)) * cell
        half = np.float32(self._person / 2) * cell
        xyxy = np.concatenate((centres - half, centres + half), axis=1, dtype=np.float32)
        return Boxes(xyxy, np.ones(len(xyxy), dtype=np.float32), recognised=False).within(image)

    def _blobs(self, mask: Mask, shaded: Mask) -> Iterator[Blob]:
        """Yield what may be people: what stands out; and what is only darker, with something on it that stands out."""
        sure = list(blobs(tidy(mask), self._looks))
        yield from sure
        for blob in blobs(tidy(shaded & ~self._kept(sure, mask)), self._looks, _REAL):
            across, down = blob.cells.astype(np.intp).T
            if mask[down, across].mean() >= _HEAD:
                yield blob

    def _lives(self, blob: Blob, mask: Mask, at_ms: int) -> bool:
        return self._movement.share_since(at_ms - self._still_ms, _mask_of([blob], mask)) >= _MOVES

    def _kept(self, alive: list[Blob], mask: Mask) -> Mask:
        return wider(_mask_of(alive, mask), self._around)


def _mask_of(parts: list[Blob], like: Mask) -> Mask:
    mask = np.zeros_like(like)
    for blob in parts:
        across, down = blob.cells.astype(np.intp).T
        mask[down, across] = True
    return mask
