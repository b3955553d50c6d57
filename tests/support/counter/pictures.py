"""Pictures of somewhere, drawn: for tests of what is said of a camera's picture."""

import cv2
import numpy as np

from counter.detectors.boxes import Image

SIZE = (160, 120)


def place(seed: int = 1, *, colour: float = 20.0) -> Image:
    """Return a picture of somewhere: patches of all sizes, in weak colours."""
    chance = np.random.default_rng(seed)
    image = np.full((SIZE[1], SIZE[0], 3), 110.0)
    for cells, strength in ((5, 30.0), (12, 25.0), (30, 15.0)):
        patches = chance.normal(0, strength, (cells * 3 // 4, cells)).astype(np.float32)
        layer = cv2.resize(patches, SIZE, interpolation=cv2.INTER_NEAREST)
        image += np.roll(layer, chance.integers(0, 40, 2), axis=(0, 1))[..., None]
    return np.asarray((image + np.array([colour, 0, -colour])).clip(0, 255), dtype=np.uint8)
