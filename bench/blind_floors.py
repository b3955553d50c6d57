"""Floors and thermal pictures as a counter sees them when something is wrong: drawn, nobody is real.

For docs/blind.md, by `python -m bench.blind_pictures`.
"""

from collections.abc import Callable, Iterable
from typing import Final

import cv2
import numpy as np

from bench.straight_down import Floor, Person
from bench.virtual_arrays import MLX90640
from bench.virtual_doorways import Walk, bodies
from counter.detectors.boxes import Image
from sim.warmth import Warmth

Colour = tuple[int, int, int]
SCALE: Final = 43.0
"""Pixels a metre."""
SIZE: Final = (241, 150)
_LEVELS: Final = 12
"""Steps of grey between which a picture keeps none: so the files are small."""
_FRAME: Final[Colour] = (150, 150, 150)
_LINE: Final[Colour] = (40, 220, 255)
_RED, _BLUE, _GREEN, _PALE = (40, 40, 190), (170, 90, 30), (70, 110, 50), (215, 215, 210)
PEOPLE: Final = (
    Person(1.1, 0.9, 10.0, clothes=_RED),
    Person(3.9, 1.3, 180.0, clothes=_BLUE, hair=(60, 90, 130)),
    Person(2.1, 2.7, 0.0, clothes=_PALE),
)
Thing = tuple[tuple[float, float, float, float], Colour]
"""Left, top, width, height in metres, and the colour."""


def seen(people: Iterable[Person] = PEOPLE, things: Iterable[Thing] = (), light: float = 1.0) -> Image:
    """Return what a camera sees from straight above, shape (150, 241, 3), BGR."""
    floor = Floor((5.6, 3.5), SCALE, noise=0.0, light=light, things=[_DOORWAY, *things])
    return np.asarray(cv2.medianBlur(floor.picture(people), 3), dtype=np.uint8)


_DOORWAY: Final[Thing] = ((2.7, 0.0, 0.2, 3.5), (95, 95, 100))
"""The threshold that the line lies on."""


def with_line(image: Image, x_m: float = 2.8) -> Image:
    """Return the picture with a counting line and its arrow on it."""
    image = image.copy()
    x, y = round(x_m * SCALE), image.shape[0] // 2
    for colour, wide in (((20, 20, 20), 4), (_LINE, 2)):
        cv2.line(image, (x, 6), (x, image.shape[0] - 7), colour, wide, cv2.LINE_AA)
        cv2.arrowedLine(image, (x, y), (x + 26, y), colour, wide, cv2.LINE_AA, tipLength=0.35)
    return image


def framed(image: Image) -> Image:
    """Return the picture in few colours and with a border, so that it stands out from a white page and a dark one."""
    flat = np.asarray((image // _LEVELS) * _LEVELS, dtype=np.uint8)
    return np.asarray(cv2.copyMakeBorder(flat, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=_FRAME), dtype=np.uint8)


def beside(*panels: Image) -> Image:
    """Return pictures beside each other, each in its frame."""
    return np.hstack([framed(one) for one in panels])


def usual() -> Image:
    """Three people and a line: nothing is wrong."""
    return framed(with_line(seen()))


def dark() -> Image:
    """The same by night."""
    return framed(with_line(seen(light=0.22)))


def glare() -> Image:
    """Low sun on the floor: half of it is white."""
    image = with_line(seen()).astype(np.float32)
    glow = np.zeros(image.shape[:2], dtype=np.float32)
    cv2.ellipse(glow, (150, 70), (95, 50), -20, 0, 360, 1.0, -1)
    glow = cv2.GaussianBlur(glow, (0, 0), 14)
    return framed(np.asarray((image * (1 + 3.2 * glow[..., None])).clip(0, 255), dtype=np.uint8))


def covered() -> Image:
    """A cloth or a web before the glass: most of it is a blur."""
    sharp = with_line(seen())
    near = np.zeros(sharp.shape[:2], dtype=np.float32)
    cv2.fillPoly(near, [np.array([(0, 0), (185, 0), (150, 60), (165, 150), (0, 150)])], 1.0, cv2.LINE_AA)
    near = cv2.GaussianBlur(near, (0, 0), 5)[..., None]
    return framed(np.asarray(sharp * (1 - near) + np.array([70, 85, 80]) * near, dtype=np.uint8))


def frozen() -> Image:
    """The same people at the same places, at two times."""
    return beside(*(_clocked(seen(), text) for text in ("12:00", "12:05")))


def moved() -> Image:
    """The line on the threshold, and the line beside it after the camera was pushed."""
    there = seen(PEOPLE[:2])
    pushed = np.roll(there, -34, axis=1)
    return beside(with_line(there), with_line(pushed))


def swaying() -> Image:
    """A camera that goes to and fro: all is double."""
    left, right = (np.roll(seen(), by, axis=1).astype(np.float32) for by in (-7, 7))
    image = np.asarray((left + right) / 2, dtype=np.uint8)
    for way in (-30, 30):
        cv2.arrowedLine(image, (120, 75), (120 + way, 75), _LINE, 3, cv2.LINE_AA, tipLength=0.4)
    return framed(image)


def shadows() -> Image:
    """Hard shadows of branches, and nobody."""
    field = np.random.default_rng(3).normal(0, 1, (10, 16)).astype(np.float32)
    field = cv2.resize(field, SIZE, interpolation=cv2.INTER_CUBIC)
    shade = np.where(field > 0.35, 0.35, 1.0)[..., None]
    return framed(with_line(np.asarray(seen(()) * shade, dtype=np.uint8)))


def door() -> Image:
    """A leaf that slides over the line, and somebody beside it."""
    return framed(with_line(seen((PEOPLE[0],), [((2.0, 0.0, 1.2, 3.5), (120, 105, 60))])))


def large() -> Image:
    """A van in a third of the picture."""
    van: tuple[Thing, ...] = (((1.7, 0.5, 2.7, 2.2), _PALE), ((4.0, 0.7, 0.3, 1.8), (90, 70, 50)))
    return framed(with_line(seen((PEOPLE[0],), van)))


def few() -> Image:
    """Two pictures that follow each other: somebody was before the line, and is gone."""
    return beside(with_line(seen((Person(1.0, 1.7, clothes=_RED),))), with_line(seen(())))


def edge() -> Image:
    """A line at the edge: half of who passes it is in the picture."""
    image = seen((Person(5.5, 2.0, clothes=_RED), PEOPLE[0]))
    x = SIZE[0] - 14
    for colour, wide in (((20, 20, 20), 4), (_LINE, 2)):
        cv2.line(image, (x, 6), (x, SIZE[1] - 7), colour, wide, cv2.LINE_AA)
    return framed(image)


def warm_floor() -> Image:
    """The same two people under a thermal array, over a floor of 20 degrees and over one of 33."""
    return beside(_thermal(20.0), _thermal(33.0))


def _thermal(floor_c: float) -> Image:
    there = [Walk(np.array([0.0, 1.0]), np.array([(x, y), (x, y)])) for x, y in ((-0.9, 0.2), (0.7, -0.3))]
    warmth = Warmth(MLX90640.shape, MLX90640.field_deg, 2.8, MLX90640.noise_c, floor_c=floor_c)
    degrees = warmth.picture(bodies(there, 0.5)) - floor_c
    levels = ((degrees + 2) / 10 * 255).clip(0, 255).astype(np.uint8)
    large_one = cv2.resize(cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO), (240, 180), interpolation=cv2.INTER_NEAREST)
    return np.asarray(large_one, dtype=np.uint8)


def _clocked(image: Image, text: str) -> Image:
    cv2.rectangle(image, (6, 126), (70, 146), (20, 20, 20), -1)
    cv2.putText(image, text, (10, 141), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (240, 240, 240), 1, cv2.LINE_AA)
    return image


FLOORS: Final[dict[str, Callable[[], Image]]] = {
    "usual": usual,
    "dark": dark,
    "glare": glare,
    "covered": covered,
    "frozen": frozen,
    "moved": moved,
    "swaying": swaying,
    "shadows": shadows,
    "door": door,
    "large": large,
    "few": few,
    "edge": edge,
    "warm-floor": warm_floor,
}
"""What is drawn, by the file's name."""
