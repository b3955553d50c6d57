"""How high a camera hangs that looks straight down, by somebody who walks through below it, alone.

From each picture nothing is kept but which cells of it stood out. The height is the one at which they look like one
person everywhere: the lower the camera, the larger they are above the floor, and the more of them is seen from aside.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import cv2
import numpy as np

from counter.detectors.backdrop import Backdrop, Mask, shrink
from counter.detectors.blobs import tidy
from counter.detectors.boxes import Floats
from counter.detectors.leaning import Leaning
from counter.sources.video.frame import VideoFrame

_CELLS_PER_METRE: Final = 12.0
"""Of the floor."""
_HEIGHTS_M: Final = np.geomspace(2.2, 8.0, 40)
_ALONE: Final = 0.2
"""What stands out beside somebody, in parts of them, from which on they aren't alone."""
_LEAST_M2: Final = 0.08
"""Who covers less of the floor is nobody."""
_LEAST_PERSONS: Final = 1e-3
_SEEN: Final = 0.85
"""Where most of somebody is seen: clothes of the floor's colour make them smaller, and nothing larger."""
_RINGS: Final = 3
"""Into so many groups pictures are sorted, by how far from the camera's foot somebody is seen in them."""
_UNLIKE: Final = 0.13
"""Who looks like a person at no height by less than this, as a logarithm, wears clothes of the floor's colour."""
_LEAST_FRAMES: Final = 8
_FADE_S: Final = 600.0
"""Nobody is learnt as floor while they walk through."""


def height_by_walk(frames: Iterable[VideoFrame], pixels_per_metre: float, person_m: float = 0.5) -> float | None:
    """Return how high above the floor a camera hangs, metres; None where nobody was alone in the picture long enough.

    Args:
        frames: three seconds without anybody, and then somebody who walks through.
        pixels_per_metre: of the floor.
        person_m: how wide they are.
    """
    factor = max(pixels_per_metre / _CELLS_PER_METRE, 1.0)
    masks = list(_alone(frames, factor))
    if len(masks) < _LEAST_FRAMES:
        return None
    shape, cells = masks[0].shape, [np.argwhere(mask)[:, ::-1].astype(np.float32) for mask in masks]
    errors = [_error(cells, height_m, pixels_per_metre / factor, person_m, shape) for height_m in _HEIGHTS_M]
    best = int(np.argmin(errors))
    return round(float(_HEIGHTS_M[best]), 1) if errors[best] < _UNLIKE else None


def _error(
    people: list[Floats], height_m: float, cells_per_metre: float, person_m: float, shape: tuple[int, ...]
) -> float:
    """Return how far somebody is from looking like one person, on the average, were the camera so high."""
    looks = Leaning(height_m, cells_per_metre, person_m, (shape[0], shape[1]))
    persons = np.log([max(looks.persons(one), _LEAST_PERSONS) for one in people])
    middle = np.array([shape[1] - 1, shape[0] - 1]) / 2
    outwards = np.argsort([float(np.hypot(*(one.mean(axis=0) - middle))) for one in people])
    seen = [float(np.quantile(persons[some], _SEEN)) for some in np.array_split(outwards, _RINGS)]
    return float(np.abs(seen).mean())


def _alone(frames: Iterable[VideoFrame], factor: float) -> Iterator[Mask]:
    """Yield the cells of who is alone in a picture, and whole."""
    backdrop = Backdrop(shadows=True, fade_s=_FADE_S)
    for frame in frames:
        small, cell = shrink(frame.image, factor)
        found = backdrop.stands_out(small, backdrop.even(small), frame.at_ms)
        if found is not None and (one := _one_whole(tidy(found[0]))) is not None:
            least = _LEAST_M2 * (_CELLS_PER_METRE * factor / float(cell.mean())) ** 2
            if np.count_nonzero(one) > least:
                yield one


def _one_whole(mask: Mask) -> Mask | None:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count == 1:
        return None
    areas = stats[1:, cv2.CC_STAT_AREA]
    first = int(areas.argmax())
    left, top, width, height = (int(value) for value in stats[first + 1][:4])
    rows, columns = mask.shape
    is_cut = min(left, top) == 0 or left + width == columns or top + height == rows
    if is_cut or areas.sum() > (1 + _ALONE) * areas[first]:
        return None
    return np.asarray(labels == first + 1)
