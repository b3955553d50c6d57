"""Doorways, clocks and cards from the side, as small SVG without words: what a caretaker looks for.

For docs/blind.md, by `python -m bench.blind_pictures`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

WIDE: Final = 240
HIGH: Final = 160
_FLOOR: Final = 140
_INK, _SEES, _BAD, _GOOD, _WOOD = "#333", "#2a7ab8", "#c0392b", "#2e8b57", "#a0763c"
_METRE: Final = 44
"""Units a metre, in doorways."""


@dataclass
class Sketch:
    """A drawing of 240 x 160 on a white sheet with a border, so that it reads on a dark page too."""

    parts: list[str] = field(default_factory=list)

    def add(self, element: str) -> None:
        """Add an element as it stands."""
        self.parts.append(element)

    def line(  # noqa: PLR0913, PLR0917 - two ends, and how
        self, x: float, y: float, to_x: float, to_y: float, colour: str = _INK, wide: float = 2.0
    ) -> None:
        """Draw a straight line."""
        ends = f'x1="{x:g}" y1="{y:g}" x2="{to_x:g}" y2="{to_y:g}"'
        self.add(f'<line {ends} stroke="{colour}" stroke-width="{wide:g}" stroke-linecap="round"/>')

    def box(self, x: float, y: float, wide: float, high: float, colour: str = _INK) -> None:
        """Draw a filled box."""
        self.add(f'<rect x="{x:g}" y="{y:g}" width="{wide:g}" height="{high:g}" rx="2" fill="{colour}"/>')

    def disc(self, x: float, y: float, radius: float, colour: str = _INK) -> None:
        """Draw a filled disc."""
        self.add(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"/>')

    def ring(self, x: float, y: float, radius: float, colour: str = _INK) -> None:
        """Draw a circle."""
        self.add(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="none" stroke="{colour}" stroke-width="2"/>')

    def view(self, x: float, y: float, half_m: float, colour: str = _SEES) -> None:
        """Draw what a sensor at x, y sees down to the floor, `half_m` metres to each side there."""
        by = half_m * _METRE
        corners = f"{x:g},{y:g} {x - by:g},{_FLOOR} {x + by:g},{_FLOOR}"
        self.add(f'<polygon points="{corners}" fill="{colour}" fill-opacity="0.25" stroke="{colour}"/>')

    def person(self, x: float, tall_m: float = 1.7, colour: str = "#555") -> None:
        """Draw somebody who stands on the floor."""
        top = _FLOOR - tall_m * _METRE
        self.disc(x, top + 6, 6, colour)
        self.box(x - 8, top + 14, 16, 34, colour)
        self.box(x - 6, top + 44, 5, _FLOOR - top - 44, colour)
        self.box(x + 1, top + 44, 5, _FLOOR - top - 44, colour)

    def sun(self, x: float, y: float) -> None:
        """Draw the sun."""
        self.disc(x, y, 10, "#e6a817")
        for turn in range(0, 360, 45):
            by_x, by_y = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            self.line(x + 13 * by_x, y + 13 * by_y, x + 19 * by_x, y + 19 * by_y, "#e6a817")

    def cross(self, x: float, y: float, size: float = 9) -> None:
        """Draw a cross: so not."""
        self.line(x - size, y - size, x + size, y + size, _BAD, 4)
        self.line(x - size, y + size, x + size, y - size, _BAD, 4)

    def tick(self, x: float, y: float, size: float = 9) -> None:
        """Draw a tick: so."""
        self.line(x - size, y, x - size / 3, y + size * 0.8, _GOOD, 4)
        self.line(x - size / 3, y + size * 0.8, x + size, y - size, _GOOD, 4)

    def floor(self, colour: str = "#999") -> None:
        """Draw the floor."""
        self.box(6, _FLOOR, WIDE - 12, 8, colour)

    def arrow(self, x: float, y: float, to_x: float, to_y: float, colour: str = _INK) -> None:
        """Draw an arrow."""
        self.line(x, y, to_x, to_y, colour, 3)
        turn = math.atan2(to_y - y, to_x - x)
        for by in (-2.6, 2.6):
            self.line(to_x, to_y, to_x + 9 * math.cos(turn + by), to_y + 9 * math.sin(turn + by), colour, 3)

    def text(self, x: float, y: float, words: str, colour: str = _INK) -> None:
        """Write a number."""
        self.add(f'<text x="{x:g}" y="{y:g}" text-anchor="middle" fill="{colour}">{words}</text>')

    def svg(self) -> str:
        """Return the file."""
        head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" width="{WIDE}" height="{HIGH}"'
        sheet = f'<rect x="1" y="1" width="{WIDE - 2}" height="{HIGH - 2}" rx="6" fill="#fff" stroke="#999"/>'
        return "\n".join([f'{head} font-family="sans-serif" font-size="14">', sheet, *self.parts, "</svg>\n"])


def no_echo() -> Sketch:
    """A ranger in the sun, and one over a black floor: nothing comes back."""
    sketch = Sketch()
    sketch.floor()
    sketch.box(120, _FLOOR, 114, 8, "#111")
    for x in (60, 180):
        sketch.box(x - 10, 26, 20, 8)
        sketch.view(x, 34, 0.45)
        sketch.cross(x, 84)
    sketch.sun(24, 26)
    sketch.arrow(40, 29, 50, 30, "#e6a817")
    return sketch


def door_leaf() -> Sketch:
    """From above: a leaf that swings below the ranger, and a ranger on the other side of the door."""
    sketch = Sketch()
    for x, way in ((40, 1), (152, -1)):
        for post in (x - 26, x + 60):
            sketch.box(post, 84, 26, 8, "#888")
        sketch.line(x, 88, x, 28, _WOOD, 6)
        sketch.add(f'<path d="M{x} 28 A60 60 0 0 1 {x + 60} 88" fill="none" stroke="{_WOOD}" stroke-dasharray="5 4"/>')
        y = 88 - 30 * way
        sketch.add(f'<rect x="{x + 8}" y="{y - 16}" width="44" height="32" fill="{_SEES}" fill-opacity="0.3"/>')
        sketch.box(x + 22, y - 4, 16, 8)
        (sketch.cross if way > 0 else sketch.tick)(x + 70, 36)
    return sketch


def beams() -> Sketch:
    """Two beams across a door; a bag stands in one, the sun shines into the other's receiver."""
    sketch = Sketch()
    sketch.floor()
    for x in (40, 200):
        sketch.box(x - 4, 24, 8, _FLOOR - 24, "#888")
    for y, ends in ((92, 200), (104, 110)):
        sketch.box(44, y - 4, 8, 8, _SEES)
        sketch.box(188, y - 4, 8, 8, _INK)
        sketch.line(52, y, min(ends, 188), y, _BAD, 2)
    sketch.box(110, 98, 34, _FLOOR - 98, _WOOD)
    sketch.cross(127, 84)
    sketch.sun(150, 40)
    sketch.arrow(160, 54, 182, 86, "#e6a817")
    return sketch


def mount() -> Sketch:
    """A thermal array too low, beyond whose narrow view people are, and one high enough."""
    sketch = Sketch()
    sketch.floor()
    for x, high_m, is_good in ((62, 2.1, False), (178, 2.8, True)):
        y = _FLOOR - high_m * _METRE
        sketch.box(x - 8, y - 6, 16, 6)
        sketch.view(x, y, high_m * math.tan(math.radians(30)) * 0.75)
        sketch.person(x, colour="#777")
        (sketch.tick if is_good else sketch.cross)(x + 44, 30)
    return sketch


def sensor_frozen() -> Sketch:
    """A lid below a sensor: it sees the lid for ever."""
    sketch = Sketch()
    sketch.floor()
    sketch.box(110, 26, 20, 8)
    sketch.box(88, 44, 64, 8, _WOOD)
    sketch.arrow(120, 34, 120, 43, _SEES)
    sketch.person(120)
    sketch.cross(170, 48)
    return sketch


def clocks() -> Sketch:
    """The counter's clock and the server's show different times."""
    sketch = Sketch()
    for x, hour, minute, colour in ((66, 10, 10, _BAD), (174, 12, 0, _GOOD)):
        sketch.ring(x, 70, 40, colour)
        for value, parts, length in ((hour + minute / 60, 12, 20), (minute, 60, 32)):
            turn = 2 * math.pi * value / parts
            sketch.line(x, 70, x + length * math.sin(turn), 70 - length * math.cos(turn), colour, 3)
    sketch.box(54, 122, 24, 16)
    sketch.box(158, 118, 32, 24)
    sketch.text(120, 76, "≠", _BAD)
    return sketch


def old_card() -> Sketch:
    """A card with 1 to 3 on it is put back where 1 to 5 were delivered."""
    sketch = Sketch()
    for x, numbers in ((64, 5), (176, 3)):
        sketch.box(x - 34, 22, 68, 88, "#456")
        for row in range(numbers):
            sketch.box(x - 24, 30 + row * 15, 48, 11, "#fff")
            sketch.text(x, 40 + row * 15, str(row + 1))
    sketch.arrow(150, 132, 90, 132, _BAD)
    sketch.cross(120, 132)
    return sketch


def network() -> Sketch:
    """No way to the server: what is counted piles up in the counter."""
    sketch = Sketch()
    sketch.box(18, 96, 54, 40)
    for row in range(5):
        sketch.box(24, 84 - row * 13, 42, 10, _SEES)
    sketch.box(178, 64, 44, 72)
    sketch.line(76, 110, 172, 110, "#888", 3)
    sketch.cross(124, 110)
    return sketch


SKETCHES: Final[dict[str, Callable[[], Sketch]]] = {
    "no-echo": no_echo,
    "door-leaf": door_leaf,
    "beams": beams,
    "mount": mount,
    "lid": sensor_frozen,
    "clocks": clocks,
    "old-card": old_card,
    "network": network,
}
"""What is drawn, by the file's name."""
