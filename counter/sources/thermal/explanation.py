"""Which people explain a thermal picture best: at most one more each time, and then all are placed anew."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from counter.geometry import Bools, Floats, Ints
from counter.sources.thermal.shapes import Pixels, Shapes, shapes_below
from counter.sources.thermal.spots import SHOULDERS_M, Optics

_APART_M: Final = 0.36
"""Two people are never nearer than this."""
_AMONG_M: Final = 0.45
"""And among two others who are near nobody is so near to either: of somebody large a part is left, where they are
placed too far from another one."""
_NEAR_M: Final = 1.0
_OF_OTHER: Final = 0.12
"""Who explains less of the picture than this part of what somebody so near does is a part of them."""
_OF_LEANING: Final = 0.5
"""The same of who stands between somebody and the array, where their legs are seen."""
_MORE: Final = 0.14
"""Of what one near explains: with one person more as much more must be explained. One explained as two: up to 0.12."""
_MORE_LEANING: Final = 0.3
"""The same where one of them is where the legs of the other are seen."""
_LEGS_M: Final = 0.25
"""So far beside the way from somebody to below the array their legs may be seen."""
_FLANKED_M: Final = 0.55
"""Who stands between two others, so near to both, is the arms of both: there is no room for a third."""
_OPPOSITE: Final = -0.5
_SHOVE_M: Final = 0.45
"""How far people may be moved when another one is found."""
_BESIDE_M: Final = 1.5
"""Who is further away doesn't change where somebody is."""
_ROUNDS: Final = 3
_MOST: Final = 20
_HEAD_OF_BODY: Final = (0.4, 3.5)
"""How many times as warm as the body a head is, under hats or over coats."""
_MAYBE: Final = 0.25
"""Part of the contrast from which on a place is looked at."""
_TINY: Final = 1e-6


@dataclass(slots=True)
class Explanation:
    """People who explain a picture so far.

    Attributes:
        rest: shape (pixels,), what they don't explain, degrees.
        rows: of each person, in the shapes; `images` what is explained, shape (pixels,); `gains` how much of the
            squares of the picture.
    """

    rest: Pixels
    rows: list[int] = field(default_factory=list)
    images: list[Pixels] = field(default_factory=list)
    gains: list[float] = field(default_factory=list)

    def copy(self) -> "Explanation":
        """Return one that changes on its own."""
        return Explanation(self.rest.copy(), [*self.rows], [*self.images], [*self.gains])


@dataclass(frozen=True, slots=True)
class PeopleFinder:
    """Finds people in the pictures of one array.

    Attributes:
        optics: of the array.
        contrast_c: how much warmer than the floor somebody is, at least.
    """

    optics: Optics
    contrast_c: float

    def people(self, over: Floats) -> Floats:
        """Return where people stand, shape (n, 2), metres, by how much warmer than the backdrop pixels are.

        Who is not in the picture with the shoulders isn't among them.
        """
        if not self.optics.by_shape:
            return self.optics.spots(over, self.contrast_c)
        smooth = self._smooth(over)
        if smooth.max() < self.contrast_c:
            return np.empty((0, 2))
        depth_m = self.optics.height_m - SHOULDERS_M
        shapes = shapes_below(self.optics.height_m, tuple(self.optics.x / depth_m), tuple(self.optics.y / depth_m))
        looked_at = np.flatnonzero(smooth.ravel()[shapes.middle] > _MAYBE * self.contrast_c)
        if not len(looked_at):
            return np.empty((0, 2))
        found = self._explain(over, shapes.only(looked_at))
        low_x, low_y, high_x, high_y = self.optics.seen
        (x, y) = found.T
        return np.asarray(found[(x >= low_x) & (x <= high_x) & (y >= low_y) & (y <= high_y)])

    def _smooth(self, over: Floats | Pixels) -> Floats:
        return np.asarray(self.optics.blur_y @ over @ self.optics.blur_x.T, dtype=np.float64)

    def _explain(self, over: Floats, shapes: Shapes) -> Floats:
        known = Explanation(over.ravel().astype(np.float32))
        everywhere = np.arange(len(shapes.at))
        while len(known.rows) < _MOST:
            tried = known.copy()
            if not _add(tried, shapes, everywhere):
                break
            if len(tried.rows) > 1:
                _place_anew(tried, shapes)
            if not _explains_more(tried, known, shapes) or not self._are_people(tried, shapes, over.shape):
                break
            known = tried
        return np.asarray(shapes.at[known.rows])

    def _are_people(self, tried: Explanation, shapes: Shapes, shape: tuple[int, ...]) -> bool:
        """Return whether each one stands out, and isn't a part of somebody near."""
        at = shapes.at[tried.rows]
        for place, (image, gain) in enumerate(zip(tried.images, tried.gains, strict=True)):
            if self._smooth(image.reshape(shape)).max() < self.contrast_c:
                return False
            among_legs = _is_among_legs(at[place], at)
            share = np.where(among_legs, _OF_LEANING, _OF_OTHER)
            away_m = np.hypot(*(at - at[place]).T)
            near = among_legs | (away_m < _NEAR_M)
            if _is_flanked(at[place], at) or _is_crowded(away_m):
                return False
            if gain < max((share * tried.gains)[near]):
                return False
        return True


def _explains_more(tried: Explanation, known: Explanation, shapes: Shapes) -> bool:
    """Return whether one person more explains enough of what was left, compared to whoever is near."""
    if not known.rows:
        return True
    at, newest = shapes.at[known.rows], shapes.at[tried.rows[-1]]
    near = np.hypot(*(at - newest).T) < _BESIDE_M
    more = float((known.rest**2).sum() - (tried.rest**2).sum())
    in_line = _is_among_legs(newest, at) | np.array([_is_among_legs(one, newest[None])[0] for one in at])
    share = np.where(in_line, _MORE_LEANING, _MORE)
    return more >= max((share * known.gains)[near], default=0.0)


def _is_among_legs(point: Floats, others: Floats) -> Bools:
    """Return of whom a point, metres from right below the array, is where the legs are seen: shape (n,)."""
    far_m = np.maximum(np.hypot(*others.T), _TINY)
    along = others @ point / far_m
    beside = abs(others[:, 0] * point[1] - others[:, 1] * point[0]) / far_m
    return np.asarray((along > 0) & (along < far_m) & (beside < _LEGS_M))


def _is_flanked(point: Floats, others: Floats) -> bool:
    """Return whether two of the others stand close to a point, metres, on opposite sides of it."""
    ways = others - point
    far_m = np.hypot(*ways.T)
    close = (far_m > 0) & (far_m < _FLANKED_M)
    ways = ways[close] / far_m[close, None]
    return bool((ways @ ways.T < _OPPOSITE).any())


def _is_crowded(away_m: Floats) -> bool:
    """Return whether two others are near, and one of them nearer than anybody is then; one is 0 away: themselves."""
    near = np.sort(away_m[away_m < _NEAR_M])[1:]
    return len(near) > 1 and bool(near[0] < _AMONG_M)


def _place_anew(tried: Explanation, shapes: Shapes) -> None:
    """Move each one to where they explain most of what the others don't, until nobody moves."""
    for _ in range(_ROUNDS):
        before = [*tried.rows]
        for _ in before:
            row, image, gain = tried.rows.pop(0), tried.images.pop(0), tried.gains.pop(0)
            away_m = np.hypot(*(shapes.at - shapes.at[row]).T)
            rest = tried.rest
            tried.rest = rest + image
            is_beside = bool((away_m[tried.rows] < _BESIDE_M).any())
            if not is_beside or not _add(tried, shapes, np.flatnonzero(away_m < _SHOVE_M)):
                tried.rest = rest
                tried.rows.append(row)
                tried.images.append(image)
                tried.gains.append(gain)
        if tried.rows == before:
            return


def _add(tried: Explanation, shapes: Shapes, rows: Ints) -> bool:
    """Add who explains most of what is left, of some rows of the shapes; return whether there is anybody."""
    for taken in tried.rows:
        rows = rows[np.hypot(*(shapes.at[rows] - shapes.at[taken]).T) >= _APART_M]
    if not len(rows):
        return False
    warmth, gains = _fitted(shapes, rows, tried.rest)
    best = int((gains * shapes.favour[rows]).argmax())
    if gains[best] <= 0:
        return False
    row = int(rows[best])
    image = np.asarray(warmth[best].astype(np.float32) @ shapes.parts[row])
    tried.rows.append(row)
    tried.images.append(image)
    tried.gains.append(float(gains[best]))
    tried.rest = tried.rest - image
    return True


def _fitted(shapes: Shapes, rows: Ints, rest: Pixels) -> tuple[Floats, Floats]:
    """Return how warm heads and bodies are that explain most, shape (n, 2), never below 0, and how much that is.

    A head is never without a body that is nearly as warm, nor a body without a head.
    """
    parts = shapes.parts if len(rows) == len(shapes.at) else shapes.parts[rows]
    head, body = np.asarray(parts @ rest, dtype=np.float64).T
    heads, bodies, both = shapes.squares[rows].T
    whole = np.maximum(heads * bodies - both**2, _TINY)
    free_head, free_body = (head * bodies - body * both) / whole, (body * heads - head * both) / whole
    ratio = np.where(free_body > 0, free_head / np.maximum(free_body, _TINY), np.inf).clip(*_HEAD_OF_BODY)
    squares = ratio**2 * heads + bodies + 2 * ratio * both
    warmth = np.maximum((ratio * head + body) / (squares + _TINY), 0.0)
    return np.column_stack((ratio * warmth, warmth)), warmth * (2 * (ratio * head + body) - warmth * squares)
