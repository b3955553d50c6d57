"""How far points are from each other, and from the ways of people."""

import numpy as np

from counter.geometry import Bools, Floats


def squares(one: Floats, other: Floats) -> Floats:
    """Return the square of how far each of `one`, shape (n, 2), is from each of `other`, shape (m, 2): shape (n, m)."""
    (x, y), (other_x, other_y) = one.T, other.T
    off_x, off_y = np.subtract.outer(x, other_x), np.subtract.outer(y, other_y)
    off_x *= off_x
    off_y *= off_y
    off_x += off_y
    return np.asarray(off_x, dtype=np.float64)


def off_the_way(points: Floats, ways: Floats, *, stopped: bool | Bools) -> Floats:
    """Return how far each point, (n, 2), is from the end of its way, or from any of it where someone stopped: (n,)."""
    length_2 = np.maximum((ways * ways).sum(axis=1), np.finfo(np.float64).tiny)
    along = np.where(stopped, ((points * ways).sum(axis=1) / length_2).clip(0.0, 1.0), 1.0)
    return np.asarray(np.hypot(*(points - along[:, None] * ways).T), dtype=np.float64)
