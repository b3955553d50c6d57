"""People with height under a camera that looks straight down: they look larger than the floor, and lean outwards.

What is h metres above the floor is seen H / (H - h) times as far from the camera's foot as the floor below it, and as
many times as large. So one person covers a longer patch the further from the foot they stand. Here that patch is known
for each distance: it says how many people some cells are, and where on the floor each of them stands.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from counter.detectors.blobs import ROUNDS
from counter.detectors.boxes import Floats
from counter.geometry import SHOULDERS_M, growth

_TALL_M: Final = 1.7
_BODY: Final = ((0.0, 0.6), (0.85, 0.8), (1.2, 1.0), (SHOULDERS_M, 1.0), (1.5, 0.5), (_TALL_M, 0.4))
"""Levels of a body, and how wide it is there, in parts of its widest."""
_ROUND: Final = 0.437
"""Radius of a circle with a person's area from above, in their widths."""
_LEVELS: Final = 18
_STEP_M: Final = 0.1
"""Between the places for which it is known how somebody looks."""
_SMOOTH: Final = 3.0
"""How strongly neighbouring distances are held to be alike, beside each place's being one person."""
_OUTSIDE: Final = 0.2
"""The part of a blob that one person may leave uncovered."""
_FEET: Final = 0.05
"""The part of somebody's cells that is nearer to the camera's foot than their heels."""
_HIDDEN: Final = 0.2
"""People for each of a group, beyond two, that are hidden by others: by one drawing of a dense corridor at 4.5 m."""
_LEGS_M: Final = 0.6
"""Of whom less is in the picture, from the floor upwards, their place isn't known: they would seem to stop there."""
_LEAST_R: Final = 1e-6

Numbers = NDArray[np.float64]


class Leaning:
    """How people look in cells of a picture whose middle is the camera's foot; `cells_per_metre` is of their shoulders.

    Args:
        camera_height_m: above the floor.
        cells_per_metre: of the floor.
        person_m: how wide a person is, metres.
        shape: rows and columns of the picture.
    """

    def __init__(self, camera_height_m: float, cells_per_metre: float, person_m: float, shape: tuple[int, int]) -> None:
        self.shape = shape
        self.hidden = _HIDDEN
        self._shoulders = growth(camera_height_m)
        self.cells_per_metre = cells_per_metre * self._shoulders
        self.person = person_m * self.cells_per_metre
        self._foot = np.array([shape[1] - 1, shape[0] - 1], dtype=np.float32) / 2
        legs, shoulders = (np.float32(1 / growth(camera_height_m, level_m)) for level_m in (_LEGS_M, SHOULDERS_M))
        self._surely, self._whole = self._foot * legs, self._foot * shoulders
        self._cells = cells_per_metre
        self._round = _ROUND * person_m * cells_per_metre
        levels = np.linspace(0, _TALL_M, _LEVELS)
        widths = np.interp(levels, *np.array(_BODY).T)
        self._growths = camera_height_m / (camera_height_m - levels)
        self._radii = widths * self._growths * self._round
        self.tall = float(self._growths[-1])
        self.wide = float(self._radii.max())
        far = float(np.hypot(*self._foot)) + 1
        self._places = np.arange(0.0, far / self._cells, _STEP_M) * self._cells
        seen = [self._seen_at(place, far) for place in self._places]
        self._centres = np.maximum.accumulate([centre for _, centre in seen])
        whole = self._places * self.tall <= far
        self._part = _one_each(np.array([cells for cells, _ in seen])[whole])
        self.area = float(seen[0][0].sum())
        self.largest = max(float(cells.sum()) for (cells, _), is_whole in zip(seen, whole, strict=True) if is_whole)

    def persons(self, cells: Floats) -> float:
        """Return how many people look like so many cells, shape (n, 2), where none hides another."""
        return float(self._part[self._distances(cells)].sum())

    def length(self, cells: Floats) -> float:
        """Return how long somebody leans who is seen around some cells, in cells."""
        place = float(np.interp(np.hypot(*(cells.mean(axis=0) - self._foot)), self._centres, self._places))
        return place * (self.tall - 1)

    def stands(self, cells: Floats) -> Floats:
        """Return where on the floor somebody stands who looks like some cells: shape (2,)."""
        from_foot = cells.mean(axis=0) - self._foot
        away = max(float(np.hypot(*from_foot)), _LEAST_R)
        place = float(np.interp(away, self._centres, self._places))
        border = float((self._foot / np.abs(from_foot).clip(_LEAST_R)).min()) * away
        if place * self.tall > border:
            place = self._cut_off(np.hypot(*(cells - self._foot).T))
        return np.asarray(self._foot + from_foot * (place / away), dtype=np.float32)

    def _cut_off(self, distances: Floats) -> float:
        """Return how far off somebody stands whom the picture's border cuts: their feet are what is surely seen."""
        return float(np.quantile(distances, _FEET)) + float(self._radii[0])

    def are_two(self, cells: Floats) -> bool:
        """Return whether some cells are more than whoever would stand in the middle of them covers."""
        return self.outside(cells, self.stands(cells)) > _OUTSIDE

    def are_one(self, cells: Floats) -> bool:
        """Return whether one person would cover nearly all of some cells."""
        return self.outside(cells, self.stands(cells)) < _OUTSIDE / 2

    def split(self, cells: Floats, count: int) -> Floats:
        """Return where on the floor `count` people stand who look like some cells together: shape (count, 2)."""
        if count == 1:
            return self.stands(cells)[None]
        places = self._spread(cells, count)
        for _ in range(ROUNDS):
            nearest = self._beside(cells, places).argmin(axis=0)
            places = np.stack(
                [self.stands(cells[nearest == one]) if (nearest == one).any() else places[one] for one in range(count)]
            )
        return places

    def placed(self, places: Floats, real: float) -> NDArray[np.bool_]:
        """Return which of some places, shape (n, 2), are surely those of somebody of whom a part is `real`: shape (n,).

        Their shadow is taken for a part of who is grey, so that at a border nobody knows where they stand.
        """
        most = self._surely if real == 1 else self._whole
        return np.asarray((np.abs(places - self._foot) <= most).all(axis=1))

    def outside(self, cells: Floats, place: Floats) -> float:
        """Return the part of some cells that somebody who stands at a place doesn't cover."""
        return float((self._beside(cells, place[None])[0] > self.wide**2).mean())

    def _spread(self, cells: Floats, count: int) -> Floats:
        """Return places on the floor whose people are seen far from each other; the first is the outermost."""
        places = [self._foot + (cells[self._distances(cells).argmax()] - self._foot) / np.float32(self.tall)]
        nearest = self._beside(cells, places[0][None])[0]
        while len(places) < count:
            places.append(self._foot + (cells[nearest.argmax()] - self._foot) / np.float32(self._shoulders))
            nearest = np.minimum(nearest, self._beside(cells, places[-1][None])[0])
        return np.stack(places)

    def _beside(self, cells: Floats, places: Floats) -> Floats:
        """Return the squared distance of each cell to the axis of who stands at each place: shape (places, cells)."""
        from_foot = cells - self._foot
        way = places - self._foot
        away_2 = (way**2).sum(axis=1).clip(_LEAST_R)
        along = ((from_foot @ way.T) / away_2).T.clip(1.0, self.tall)
        beside = from_foot[None] - along[..., None] * way[:, None]
        return np.asarray((beside**2).sum(axis=2), dtype=np.float32)

    def _distances(self, cells: Floats) -> NDArray[np.intp]:
        return np.asarray(np.hypot(*(cells - self._foot).T), dtype=np.intp)

    def _seen_at(self, place: float, far: float) -> tuple[Numbers, float]:
        """Return how many cells of each whole distance somebody covers, and the distance of the middle of them."""
        side = int(self.wide) + 2
        picture = np.zeros((2 * side + 1, int(far) + 2 * side + 2), dtype=np.uint8)
        for radius, times in zip(self._radii, self._growths, strict=True):
            if place * times < far + side:
                cv2.circle(picture, (side + round(place * times), side), round(radius), (1,), -1)
        down, across = np.nonzero(picture)
        x, y = across - side, down - side
        within = np.hypot(x, y) < far
        x, y = x[within], y[within]
        cells = np.bincount(np.hypot(x, y).astype(np.intp), minlength=int(far) + 1).astype(np.float64)
        return cells[: int(far) + 1], float(x.mean()) if len(x) else place


def _one_each(seen: Numbers) -> Numbers:
    """Return what part of a person a cell of each whole distance is, so that whoever stands anywhere is one.

    `seen`, shape (places, distances): how many cells of each distance who stands at a place covers.
    """
    distances = seen.shape[1]
    scale = seen.sum(axis=1).mean()
    bend = np.diff(np.eye(distances), n=2, axis=0) * _SMOOTH * scale
    left = np.concatenate((seen, bend))
    right = np.concatenate((np.ones(len(seen)), np.zeros(len(bend))))
    return np.asarray(np.linalg.lstsq(left, right, rcond=None)[0].clip(0))
