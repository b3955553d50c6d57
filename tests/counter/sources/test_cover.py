"""What hides a part of the picture, and small movements of the camera: said, and missing where lines or zones need it.

The class: whatever stands in front, of any colour or pattern and of any width, and however a camera is moved, turned or
zoomed. Its counterpart: light, shadows, snow, people who walk, sit or crowd, and things that are put down.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from core.wire import Flag
from counter.sources.video.faults.needed import NeededParts
from counter.sources.video.frame import VideoFrame
from counter.sources.video.quality import Inspector, Quality
from tests.support.counter.pictures import SIZE, place
from tests.support.counter.tracks import START_MS
from tests.support.properties import worlds

WIDE, HIGH = SIZE
PLACE = place(4).astype(np.float32)
Lit = NDArray[np.float32]
Draw = Callable[[Lit, float], Lit]
LINE = (("line door", (80.0, 0.0)), ("line door", (80.0, 120.0)))
ZONE = tuple(("zone bench", corner) for corner in ((100.0, 0.0), (160.0, 0.0), (160.0, 120.0), (100.0, 120.0)))


@dataclass
class Camera:
    """A camera that has seen its place for a while."""

    inspector: Inspector = field(default_factory=Inspector)
    now_s: float = 0.0

    def __post_init__(self) -> None:
        self._chance = np.random.default_rng(5)
        assert {quality.flags for quality in self.shows(lambda seen, _: seen, 16)} == {()}

    def shows(self, draw: Draw, seconds: float) -> list[Quality]:
        """Show the place as `draw` changes it by the time."""
        said = []
        for _ in range(round(seconds * 2)):
            self.now_s += 0.5
            noise = self._chance.normal(0, 3.0, (HIGH, WIDE, 1)).astype(np.float32)
            image = np.asarray((draw(PLACE.copy(), self.now_s) + noise).clip(0, 255), dtype=np.uint8)
            said.append(self.inspector.inspect(VideoFrame(START_MS + round(self.now_s * 1000), image)))
        return said


def needed(*corners: tuple[str, tuple[float, float]]) -> Inspector:
    return Inspector(needed=NeededParts(SIZE, 24.0, corners))


def hidden(left: float, share: float, look: str = "black") -> Draw:
    """Hide a part of the width behind something that stands still; people walk on behind it."""
    from_x, to_x = round(left * WIDE), round((left + share) * WIDE)
    pattern = np.random.default_rng(2).uniform(20, 230, (8, 3, 3)).astype(np.float32)
    looks = {"black": np.float32(4), "grey": np.float32(120), "white": np.float32(235)}
    banner = cv2.resize(pattern, (to_x - from_x, HIGH), interpolation=cv2.INTER_NEAREST)

    def draw(seen: Lit, now_s: float) -> Lit:
        walking(seen, now_s)
        seen[:, from_x:to_x] = looks.get(look, banner)
        return seen

    return draw


def walking(seen: Lit, now_s: float) -> Lit:
    for person in range(5):
        across = (now_s * (12 + 3 * person) + 60 * person) % 200 - 20
        cv2.ellipse(seen, ((across, 14.0 + 23 * person), (12, 16), 0), (30.0, 30.0 * person, 200.0), -1)
    return seen


def sitting(seen: Lit, now_s: float) -> Lit:
    for person in range(8):
        sway = 2 * np.sin(now_s * (0.5 + 0.1 * person))
        cv2.ellipse(seen, ((15 + 18.0 * person + sway, 60.0), (15, 24), 0), (20.0, 90.0, 20.0 * person), -1)
    return walking(seen, now_s)


@pytest.mark.parametrize(
    ("share", "look"), worlds([*product([0.25, 0.6], ["black", "grey", "white", "banner"])], every=3)
)
@pytest.mark.simulation
def test_what_hides_a_part_of_the_picture_blocks_it_from_the_beginning(look: str, share: float) -> None:
    camera = Camera()
    said = camera.shows(hidden(0.3, share, look), 26)
    assert said[-1] == Quality((Flag.BLOCKED,), sees=False)
    assert abs(said[-1].unseen_ms - 26_000) <= 2000
    assert camera.shows(walking, 8)[-1] == Quality()


@pytest.mark.parametrize("share", [0.1, 0.2])
@pytest.mark.simulation
def test_a_narrow_thing_blocks_where_it_hides_a_line(share: float) -> None:
    camera = Camera(needed(*LINE))
    assert not camera.shows(hidden(0.5 - share / 2, share), 30)[-1].sees
    camera = Camera(needed(*LINE))
    assert camera.shows(hidden(0.8, share), 30)[-1] == Quality()


@pytest.mark.simulation
def test_a_thing_blocks_where_it_hides_a_zone() -> None:
    assert not Camera(needed(*ZONE)).shows(hidden(0.75, 0.15), 30)[-1].sees
    assert Camera(needed(*ZONE)).shows(hidden(0.1, 0.3), 30)[-1] == Quality()


@pytest.mark.simulation
def test_a_thing_over_which_people_walk_hides_nothing() -> None:
    def carpet(seen: Lit, now_s: float) -> Lit:
        seen[30:90, 40:120] = (60, 90, 160)
        return walking(seen, now_s) if now_s < 100 else seen

    camera = Camera()
    camera.shows(carpet, 40)
    assert camera.shows(carpet, 60)[-1] == Quality()


def shifted(across: float, down: float, turn: float = 0.0, zoom: float = 1.0) -> Draw:
    matrix = cv2.getRotationMatrix2D((WIDE / 2, HIGH / 2), turn, zoom)
    matrix[:, 2] += across * WIDE, down * WIDE
    return lambda seen, _: np.asarray(
        cv2.warpAffine(seen, matrix, SIZE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), dtype=np.float32
    )


MOVEMENTS = [
    (0.0125, 0, 0, 1),
    (0, -0.0125, 0, 1),
    (0.01, 0.01, 0, 1),
    (0, 0, 2, 1),
    (0, 0, 0, 1.03),
    (0.05, 0.02, 0, 1),
]


@pytest.mark.parametrize("movement", worlds(list(MOVEMENTS)))
@pytest.mark.simulation
def test_a_camera_that_was_moved_a_little_has_moved(movement: tuple[float, float, float, float]) -> None:
    camera = Camera()
    said = camera.shows(shifted(*movement), 45)
    assert said[-1] == Quality((Flag.MOVED,))
    assert camera.shows(lambda seen, _: seen, 45)[-1] == Quality()


@pytest.mark.simulation
def test_where_lines_lie_elsewhere_by_half_their_band_the_time_is_missing() -> None:
    near, far = Camera(needed(*LINE)), Camera(needed(*LINE))
    assert near.shows(shifted(0.0125, 0), 45)[-1] == Quality((Flag.MOVED,)), "2 pixels of 24 a metre"
    said = far.shows(shifted(0.03, 0), 45)
    assert said[-1] == Quality((Flag.MOVED,), sees=False)
    assert said[-1].unseen_ms >= 30_000


def snow(seen: Lit, now_s: float) -> Lit:
    flakes = np.random.default_rng(round(now_s * 2)).random((HIGH // 2, WIDE // 2, 1)) < 0.03
    return np.where(flakes.repeat(2, axis=0).repeat(2, axis=1), np.float32(240), seen)


def trees(seen: Lit, now_s: float) -> Lit:
    across = (np.arange(WIDE) + 6 * np.sin(now_s)) // 9
    shade = (across + np.arange(HIGH)[:, None] // 11) % 2
    return np.asarray(seen * np.where(shade[..., None] > 0, 0.4, 1.0), dtype=np.float32)


HARMLESS: dict[str, Draw] = {
    "walking": walking,
    "sitting": sitting,
    "snow": snow,
    "trees": trees,
    "light from the side": lambda seen, _: seen * np.linspace(0.5, 1.4, WIDE, dtype=np.float32)[None, :, None],
    "clouds": lambda seen, now_s: seen * np.float32(1 + 0.3 * np.sin(now_s / 15)),
    "lamps off": lambda seen, _: seen * np.float32(0.4),
    "a stall": lambda seen, now_s: walking(cv2.rectangle(seen, (50, 30), (110, 60), (40, 140, 60), -1), now_s),
}


@pytest.mark.parametrize("name", worlds(list(HARMLESS)))
@pytest.mark.simulation
def test_light_weather_and_people_are_no_fault(name: str) -> None:
    assert {quality.flags for quality in Camera().shows(HARMLESS[name], 100)} == {()}


@pytest.mark.parametrize(("share", "is_recognised"), worlds([*product([0.25, 0.35, 0.45], [True, False])], every=5))
@pytest.mark.simulation
def test_people_who_stand_still_before_the_camera_hide_nothing_where_they_are_recognised(
    share: float, *, is_recognised: bool
) -> None:
    """As at a counter, or on a bench close by: for minutes nothing in their outline may move."""
    camera = Camera(needed(*LINE, *ZONE))
    left, top = 0.55, 0.1
    box = np.array([[left * WIDE, top * HIGH, (left + share) * WIDE, HIGH]], dtype=np.float32)

    def standing(seen: Lit, _now_s: float) -> Lit:
        seen[round(top * HIGH) :, round(left * WIDE) : round((left + share) * WIDE)] = 60
        if is_recognised:
            camera.inspector.note_people(box, np.asarray(seen, dtype=np.uint8))
        return seen

    said = camera.shows(standing, 60)
    assert any(not quality.sees for quality in said) == (not is_recognised)
