"""How often is a camera's picture rightly, and how often wrongly, said to be frozen, blocked or moved?

Drawn places of three kinds, with noise, filters and encoders, by day and by night, empty and with people; each case is
played several times, from seeds. Printed: the part of the time that is flagged, and after how many seconds.

    python -m bench.pictures [frozen | blocked | moved] [SEEDS]
    PLATSPULS_DATA=... python -m bench.pictures clip
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from core import wire
from counter.detectors.boxes import Image
from counter.sources.video.capture import open_file
from counter.sources.video.faults.needed import NeededParts
from counter.sources.video.frame import VideoFrame
from counter.sources.video.quality import Inspector

Lit = NDArray[np.float32]
Draw = Callable[[Lit, float, np.random.Generator], Lit]
WIDE, HIGH = 320, 240
RATE: Final = 2
WARM_S: Final = 45
AFTER_S: Final = 75


def place(seed: int) -> Lit:
    """Return somewhere: patches of all sizes; every third place is a floor of tiles."""
    chance = np.random.default_rng(seed)
    grey = np.full((HIGH, WIDE), 110.0, dtype=np.float32)
    parts = ((13, 14.0), (120, 8.0)) if seed % 3 == 0 else ((5, 28.0), (12, 22.0), (30, 13.0), (80, 5.0))
    for cells, strength in parts:
        patches = chance.normal(0, strength, (cells * 3 // 4, cells)).astype(np.float32)
        grey += np.roll(cv2.resize(patches, (WIDE, HIGH), interpolation=cv2.INTER_NEAREST), chance.integers(0, 40, 2))
    return np.asarray(grey[..., None] + np.array([12, 0, -12]), dtype=np.float32).clip(4, 250)


def nobody(seen: Lit, _now_s: float, _chance: np.random.Generator) -> Lit:
    """Show the place as it is."""
    return seen


def walking(seen: Lit, now_s: float, _chance: np.random.Generator) -> Lit:
    """Let six people walk through, now and then."""
    for person in range(6):
        across = (now_s * (25 + 6 * person) + 130 * person) % 640 - 30
        cv2.ellipse(seen, ((across, 20.0 + 40 * person), (22, 30), 0), (30.0, 30.0 * person, 200.0), -1)
    return seen


@dataclass
class Lens:
    """A camera: its noise (grey levels), light, the part of a picture it keeps to filter noise, and JPEG's quality."""

    noise: float = 3.0
    light: float = 1.0
    kept: float = 0.0
    quality: int = 0

    def __post_init__(self) -> None:
        """Begin without a picture."""
        self._kept: Lit | None = None

    def picture(self, lit: Lit, chance: np.random.Generator) -> Image:
        """Return what it sees."""
        seen = lit * np.float32(self.light)
        grain = np.sqrt(seen.mean(axis=2, keepdims=True) / 110)
        seen = seen + chance.normal(0, self.noise, (HIGH, WIDE, 1)).astype(np.float32) * grain
        self._kept = (
            seen if self._kept is None else self._kept * np.float32(self.kept) + seen * np.float32(1 - self.kept)
        )
        return np.asarray(self._kept.round().clip(0, 255), dtype=np.uint8)

    def sent(self, image: Image) -> Image:
        """Return a picture as it was encoded."""
        if not self.quality:
            return image
        return np.asarray(cv2.imdecode(cv2.imencode(".jpg", image, [1, self.quality])[1], 1), dtype=np.uint8)


Stop = Callable[[Image, Image, float, np.random.Generator], Image]
"""What is sent of the last living picture, the living one of now, and the time."""


def clock(last: Image, _living: Image, now_s: float, _chance: np.random.Generator) -> Image:
    """Draw a running clock over it."""
    text = f"2026-11-30 12:{int(now_s) // 60:02}:{int(now_s) % 60:02}"
    return np.asarray(cv2.putText(last.copy(), text, (4, 12), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (255, 255, 255)))


def level(last: Image, _living: Image, _now_s: float, chance: np.random.Generator) -> Image:
    """Add noise of a grey level."""
    return np.asarray((last + chance.integers(-1, 2, last.shape)).clip(0, 255), dtype=np.uint8)


def lamp(last: Image, _living: Image, _now_s: float, chance: np.random.Generator) -> Image:
    """Draw a lamp that flickers."""
    return np.asarray(cv2.circle(last.copy(), (250, 60), 20, [int(chance.integers(90, 255))] * 3, -1))


def half(last: Image, living: Image, _now_s: float, _chance: np.random.Generator) -> Image:
    """Let the right half live."""
    return np.concatenate((last[:, : WIDE // 2], living[:, WIDE // 2 :]), axis=1)


STOPS: dict[str, Stop | None] = {"lives": None, "clock": clock, "grey level": level, "lamp": lamp, "half": half}


def said_of_frozen(lens: Lens, people: Draw, stop: Stop | None, seed: int) -> tuple[float, float]:
    """Return the parts of the time, before and after it stopped, that are flagged as frozen."""
    chance, inspector, seen = np.random.default_rng(seed), Inspector(live=True), place(seed)
    last = lens.picture(seen, chance)
    flagged: dict[bool, list[bool]] = {False: [], True: []}
    for number in range((WARM_S + AFTER_S) * RATE):
        now_s = number / RATE
        living = lens.picture(people(seen.copy(), now_s, chance), chance)
        stopped = stop is not None and now_s >= WARM_S
        last = last if stopped else living
        image = stop(last, living, now_s, chance) if stop is not None and stopped else living
        quality = inspector.inspect(VideoFrame(round(now_s * 1000), lens.sent(image)))
        flagged[stopped].append(wire.Flag.FROZEN in quality.flags)
    return float(np.mean(flagged[False])), float(np.mean(flagged[True] or [False]))


CASES = (
    (6.0, 0.0, 0, 1.0),
    (4.0, 0.0, 60, 1.0),
    (2.0, 0.0, 0, 0.3),
    (1.0, 0.0, 0, 1.0),
    (2.0, 0.8, 60, 0.3),
    (0.5, 0.0, 60, 0.3),
)
"""Noise, part kept, quality and light."""


def frozen(seeds: int) -> None:
    """Print how often pictures are said to be frozen, by noise, filter, encoder, light, people and what stopped."""
    print("part of 75 s flagged after it froze (of those that live: of 120 s), mean over seeds and people or nobody")
    print(f"{'noise':>5} {'kept':>4} {'JPEG':>4} {'light':>5}  " + "  ".join(f"{name:>10}" for name in STOPS))
    for noise, kept, quality, light in CASES:
        parts = []
        for stop in STOPS.values():
            runs = [
                said_of_frozen(Lens(noise, light, kept, quality), people, stop, seed)
                for seed in range(seeds)
                for people in (nobody, walking)
            ]
            before, after = np.mean(runs, axis=0)
            parts.append(f"{before if stop is None else after:10.2f}")
        print(f"{noise:5} {kept:4} {quality or '-':>4} {light:5}  " + "  ".join(parts), flush=True)


def strip(share: float, look: str) -> Draw:
    """Hide a part of the width in the middle behind something that stands still; people walk behind it."""
    left = round(WIDE * (0.5 - share / 2))
    right = left + round(WIDE * share)
    pattern = np.random.default_rng(5).uniform(20, 230, (12, 4, 3)).astype(np.float32)
    banner = cv2.resize(pattern, (right - left, HIGH), interpolation=cv2.INTER_NEAREST)
    looks = {"black": np.float32(4), "grey": np.float32(120), "white": np.float32(235)}

    def draw(seen: Lit, now_s: float, chance: np.random.Generator) -> Lit:
        walking(seen, now_s, chance)[:, left:right] = looks.get(look, banner)
        return seen

    return draw


def moved(across: float, down: float, turn: float = 0.0, zoom: float = 1.0) -> Draw:
    """Move the camera: parts of the width, degrees, and how much larger everything is."""
    matrix = cv2.getRotationMatrix2D((WIDE / 2, HIGH / 2), turn, zoom)
    matrix[:, 2] += across * WIDE, down * WIDE

    def draw(seen: Lit, now_s: float, chance: np.random.Generator) -> Lit:
        seen = walking(seen, now_s, chance)
        return np.asarray(cv2.warpAffine(seen, matrix, (WIDE, HIGH), borderMode=cv2.BORDER_REPLICATE), np.float32)

    return draw


def crowd(seen: Lit, now_s: float, _chance: np.random.Generator) -> Lit:
    """Let a hundred people stroll."""
    for person in range(100):
        own = np.random.default_rng(person)
        across = (now_s * own.uniform(-25, 25) + own.uniform(0, WIDE)) % (WIDE + 40) - 20
        colour = [float(part) for part in own.integers(0, 255, 3)]
        cv2.ellipse(seen, ((across, own.uniform(0, HIGH)), (18, 26), 0), colour, -1)
    return seen


def sitting(seen: Lit, now_s: float, chance: np.random.Generator) -> Lit:
    """Let ten people sit, moving a little, and others walk by."""
    for person in range(10):
        sway = 3 * np.sin(now_s * (0.4 + 0.07 * person))
        cv2.ellipse(seen, ((40 + 25.0 * person + sway, 110.0), (26, 40), 0), (20.0 * person, 90.0, 60.0), -1)
    return walking(seen, now_s, chance)


def snow(seen: Lit, _now_s: float, chance: np.random.Generator) -> Lit:
    """Let it snow."""
    flakes = chance.random((HIGH // 2, WIDE // 2, 1)) < 0.03
    return np.where(flakes.repeat(2, axis=0).repeat(2, axis=1), np.float32(240), seen)


def trees(seen: Lit, now_s: float, _chance: np.random.Generator) -> Lit:
    """Draw hard shadows that go to and fro."""
    across = (np.arange(WIDE) + 8 * np.sin(now_s)) // 12
    shade = (across + np.arange(HIGH)[:, None] // 15) % 2
    return np.asarray(seen * np.where(shade[..., None] > 0, 0.4, 1.0), dtype=np.float32)


def patches(seen: Lit, _now_s: float, _chance: np.random.Generator) -> Lit:
    """Draw hard patches of light over all of it, that stand still."""
    dark = (np.arange(WIDE) // 40 + np.arange(HIGH)[:, None] // 50) % 2
    return np.asarray(seen * np.where(dark[..., None] > 0, 0.45, 1.0), dtype=np.float32)


HARMLESS: dict[str, Draw] = {
    "walking": walking,
    "sitting": sitting,
    "a crowd": crowd,
    "snow": snow,
    "tree shadows": trees,
    "light from the side": lambda seen, *_: seen * np.linspace(0.5, 1.4, WIDE, dtype=np.float32)[None, :, None],
    "clouds": lambda seen, now_s, _: seen * np.float32(1 + 0.3 * np.sin(now_s / 15)),
    "lamps off": lambda seen, *_: seen * np.float32(0.4),
    "a stall": lambda seen, *way: walking(
        np.asarray(cv2.rectangle(seen, (100, 60), (220, 120), (40, 140, 60), -1)), *way
    ),
    "patches of light": patches,
}
COVERS = {
    f"{look}, {share:.0%}": strip(share, look)
    for look in ("black", "grey", "white", "banner")
    for share in (0.1, 0.2, 0.5)
}
MOVEMENTS = {
    "0.5 % across": moved(0.005, 0),
    "1 % aslant": moved(0.007, 0.007),
    "1.25 % across": moved(0.0125, 0),
    "1.25 % down": moved(0, 0.0125),
    "5 % across": moved(0.05, 0),
    "turned by 1 degree": moved(0, 0, 1),
    "turned by 2 degrees": moved(0, 0, 2),
    "zoomed by 2 %": moved(0, 0, 0, 1.02),
}
LINE = NeededParts((WIDE, HIGH), 40.0, (("line across", (160.0, 0.0)), ("line across", (160.0, 240.0))))


def said(draw: Draw, seed: int, needed: NeededParts | None) -> dict[wire.Flag, float]:
    """Return the part of the time that is flagged after a change, by flag."""
    chance, inspector, seen, lens = np.random.default_rng(seed), Inspector(needed=needed), place(seed), Lens(4.0)
    flags: list[tuple[wire.Flag, ...]] = []
    for number in range((20 + AFTER_S) * RATE):
        now_s = number / RATE
        lit = seen.copy() if now_s < 20 else draw(seen.copy(), now_s, chance)
        quality = inspector.inspect(VideoFrame(round(now_s * 1000), lens.picture(lit, chance)))
        if now_s >= 20:
            flags.append(quality.flags)
    return {flag: float(np.mean([flag in one for one in flags])) for flag in (wire.Flag.BLOCKED, wire.Flag.MOVED)}


def changes(cases: dict[str, Draw], seeds: int) -> None:
    """Print how often cases are said to be blocked or moved: with a line in the middle, and with all of it needed."""
    print(f"{'part of 75 s flagged':24} {'blocked, line':>14} {'blocked, all':>14} {'moved':>8}")
    for name, draw in cases.items():
        runs = [(said(draw, seed, LINE), said(draw, seed, None)) for seed in range(seeds)]
        line, whole = (float(np.mean([run[place][wire.Flag.BLOCKED] for run in runs])) for place in (0, 1))
        shifted = float(np.mean([run[0][wire.Flag.MOVED] for run in runs]))
        print(f"{name:24} {line:14.2f} {whole:14.2f} {shifted:8.2f}", flush=True)


def clip() -> None:
    """Print what is said of the recorded clip while it runs, and after it froze in three ways, encoded anew or not."""
    file = Path(os.environ["PLATSPULS_DATA"]) / "video" / "one-by-one-person-detection.mp4"
    for name, quality in product(STOPS, (0, 50)):
        stop = STOPS[name]
        living, stopped = _of_clip(file, stop, Lens(quality=quality))
        print(
            f"{name:12} JPEG {quality or '-':>3}: flagged {living:4.2f} while it lives, {stopped:4.2f} after it froze"
        )


def _of_clip(file: Path, stop: Stop | None, lens: Lens) -> tuple[float, float]:
    chance, inspector = np.random.default_rng(1), Inspector(live=True)
    flagged: dict[bool, list[bool]] = {False: [], True: []}
    last: Image | None = None
    for number, living in enumerate(_pictures(file)):
        now_s = number / 5
        stopped = stop is not None and now_s > WARM_S
        last = last if stopped else living
        image = living if stop is None or last is None or not stopped else stop(last, living, now_s, chance)
        quality = inspector.inspect(VideoFrame(round(now_s * 1000), lens.sent(image)))
        flagged[stopped].append(wire.Flag.FROZEN in quality.flags)
    return float(np.mean(flagged[False])), float(np.mean(flagged[True] or [False]))


def _pictures(file: Path) -> Iterator[Image]:
    """Yield five pictures a second of a clip, scaled to the width that the drawn ones have."""
    capture = open_file(str(file))
    if capture is None:
        raise SystemExit(f"{file} is not a video that can be read")
    every, number = max(round(capture.rate / 5), 1), 0
    while (image := capture.read()) is not None:
        if number % every == 0:
            yield np.asarray(cv2.resize(image, (WIDE, HIGH), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        number += 1
    capture.close()


def main() -> None:
    """Print the tables that are asked for."""
    which, seeds = (sys.argv[1:2] or ["all"])[0], int((sys.argv[2:3] or ["2"])[0])
    began_s = time.process_time()
    if which in {"frozen", "all"}:
        frozen(seeds)
    if which in {"blocked", "all"}:
        changes({**COVERS, **HARMLESS}, seeds)
    if which in {"moved", "all"}:
        changes(MOVEMENTS, seeds)
    if which == "clip":
        clip()
    print(f"{time.process_time() - began_s:.0f} s of a processor")


if __name__ == "__main__":
    main()
