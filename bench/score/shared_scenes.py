"""Scenes that everybody can play: the bug pack, and recordings in the folder that PLATSPULS_DATA names.

Known: the rows of the bug pack, the corridors' lines of `bench.corridors` with its seeds, and the clip. Judging: people
who meet, of other seeds than the rules were made with; lines, zones and detections that are drawn anew with each seed;
and crowds that walk backwards in time. Rules
aren't made for them: who changes the counting looks at the known ones, and at these only to see what became of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.other_trackers import Frame
from bench.score.scene import ScoredScene, Shown, TrueLine, TrueZone, box_around, feet_of
from bench.score.true_paths import backwards, true_lines, true_zones
from bench.simulated_detections import CM_PER_M, DENSELY, START_MS, THINLY, Corridor, Detector, People, detected, read
from bench.tracker_comparison import BUG_PIXELS_PER_METRE, CLIP_SURE, MODELS, bug_pack
from counter.geometry import BAND_M, Floats, LineGeometry, ZoneGeometry
from tests.support.counter import clip_truth
from tests.support.counter.meeting_oracle import is_tellable
from tests.support.counter.meetings import FAMILIES, PIXELS_PER_M, STEP_S, Meeting, drawn
from tests.support.counter.meetings import LINE as MEETING_LINE

KNOWN_SEED: Final = 1000
JUDGING_SEED: Final = 40_000
"""Seeds from here on draw lines, zones and detections of judging scenes."""
PERFECT: Final = Detector(misses=0, false=0, noise=0)
_TURN: Final = 0.5
"""How far a drawn line may lie from straight across, in radians either way."""
_ZONE_M: Final = 3.0


def shared_scenes(folder: Path | None, seeds: int) -> Iterator[ScoredScene]:
    """Yield all that can be shown; without a folder of recordings the drawn ones alone. Raises OSError."""
    yield bugs()
    yield meetings(seeds)
    if folder is None:
        return
    for model in MODELS:
        yield from (clip(folder, model, every) for every in (1, 2, 3))
    for corridor, slow in ((THINLY, 5.0), (DENSELY, 4.0)):
        people = Recording(corridor, read(folder, corridor))
        yield people.known("its points", PERFECT, 1)
        yield people.known("detections", Detector(), seeds)
        yield people.drawn(Detector(), seeds)
        yield people.drawn(Detector(rate=slow), seeds)
        yield people.backwards().drawn(Detector(), seeds)


def bugs() -> ScoredScene:
    """Return the bug pack: each of its rows is a showing."""
    showings = [Shown(one.frames, (one.line,), (), (TrueLine(one.truth),), ()) for one in bug_pack()]
    return ScoredScene("bug pack", "known", 10.0, BUG_PIXELS_PER_METRE, tuple(showings))


def meetings(seeds: int) -> ScoredScene:
    """Return people who meet, overtake and mix near a line: all families, those worlds that can be told apart."""
    showings = []
    for family in FAMILIES:
        for number in range(JUDGING_SEED, JUDGING_SEED + seeds):
            meeting, seed = drawn(family, number)
            if is_tellable(meeting, seed):
                showings.append(_meeting(meeting, seed))
    return ScoredScene("people who meet at a line", "judging", 10.0, PIXELS_PER_M, tuple(showings))


def _meeting(meeting: Meeting, seed: Sequence[int]) -> Shown:
    middle, reach = np.array((MEETING_LINE.points[0][0], 240.0)), np.array((0.25, 1.7, 0.25, 0.0)) * PIXELS_PER_M
    left, up, right, down = reach.tolist()
    frames = [
        Frame.around(START_MS + round(place * STEP_S * 1000), points * PIXELS_PER_M + middle, (left, up, right, down))
        for place, (_, points) in enumerate(meeting.sights(np.random.default_rng([*seed, 1])))
    ]
    return Shown(frames, (MEETING_LINE,), (), (TrueLine(meeting.truth),), ())


# The clip -------------------------------------------------------------------------------------------------


def clip(folder: Path, model: str, every: int) -> ScoredScene:
    """Return what a model saw in every so manieth frame of the clip, beginning with each of its first ones."""
    rows = np.loadtxt(folder / "video" / f"one-by-one__{model}.txt", delimiter=",", usecols=range(7))
    by_frame: dict[int, list[Floats]] = defaultdict(list)
    for row in rows[rows[:, 6] >= CLIP_SURE]:
        by_frame[int(row[0])].append(row)
    numbers = [range(first, clip_truth.FRAMES, every) for first in range(every)]
    showings = [clip_shown([_frame(number, by_frame.get(number, [])) for number in some]) for some in numbers]
    rate = clip_truth.RATE / every
    return ScoredScene(
        f"six walks, {model}, {rate:.0f}/s",
        "known",
        rate,
        clip_truth.PIXELS_PER_METRE,
        tuple(showings),
        clip_truth.VIEW,
    )


def clip_shown(frames: Sequence[Frame]) -> Shown:
    """Return frames of the clip with its line, its zone and their truth."""
    (width, height), band = clip_truth.SIZE, BAND_M * clip_truth.PIXELS_PER_METRE
    line = LineGeometry("bordet", ((600.0, 0.0), (600.0, height)), (700.0, 200.0), band)
    zone = ZoneGeometry("bilden", ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height)), 60, band)
    truth = TrueZone(clip_truth.IN_VIEW_S, sum(clip_truth.IN_VIEW_S))
    return Shown(frames, (line,), (zone,), (TrueLine((6, 0), (6, 0)),), (truth,))


def _frame(number: int, rows: Sequence[Floats]) -> Frame:
    here = np.array(rows, dtype=np.float64).reshape(-1, 7)
    boxes = np.column_stack((here[:, 2:4], here[:, 2:4] + here[:, 4:6])).clip(0, clip_truth.SIZE * 2)
    return Frame(START_MS + round(number * 1000 / clip_truth.RATE), feet_of(boxes), boxes, here[:, 6])


# Corridors ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recording:
    """A corridor, the people in it, and how the recording is played."""

    corridor: Corridor
    people: People
    played: str = ""

    def backwards(self) -> "Recording":
        """Return another crowd: the same people, with time running backwards."""
        return Recording(self.corridor, backwards(self.people), "backwards, ")

    def known(self, what: str, detector: Detector, seeds: int) -> ScoredScene:
        """Return the corridor's own line, with known seeds."""
        lines = (self.corridor.line,)
        showings = [self._shown(detector, KNOWN_SEED + seed, lines, ()) for seed in range(seeds)]
        return self._scene(f"{what}, {detector.rate:.0f}/s", detector, showings, judging=False)

    def drawn(self, detector: Detector, seeds: int) -> ScoredScene:
        """Return two lines and a zone that are drawn from each seed, as the detections are."""
        showings = []
        for seed in range(JUDGING_SEED, JUDGING_SEED + seeds):
            lines, zone = self.geometry(seed)
            showings.append(self._shown(detector, seed, lines, (zone,)))
        return self._scene(f"{self.played}drawn lines, {detector.rate:.0f}/s", detector, showings, judging=True)

    def geometry(self, seed: int) -> tuple[tuple[LineGeometry, ...], ZoneGeometry]:
        """Return two lines across the way people go, and a zone of three metres of it."""
        chance = np.random.default_rng(seed)
        low, high = np.quantile(self.people.points, (0.02, 0.98), axis=0)
        (x0, _), (x1, _) = self.corridor.line.points
        along = 0 if x0 == x1 else 1
        lines = tuple(_across(f"drawn-{n}", low, high, along, chance) for n in (1, 2))
        return lines, _part(low, high, along, chance)

    def _scene(self, how: str, detector: Detector, showings: Sequence[Shown], *, judging: bool) -> ScoredScene:
        name = f"{self.corridor.file}, {how}"
        return ScoredScene(name, "judging" if judging else "known", detector.rate, CM_PER_M, tuple(showings))

    def _shown(
        self, detector: Detector, seed: int, lines: tuple[LineGeometry, ...], zones: tuple[ZoneGeometry, ...]
    ) -> Shown:
        seen = detected(self.corridor, self.people, detector, seed)
        frames = [box_around(one.at_ms, one.points, CM_PER_M) for one in seen]
        true = true_lines(self.people, lines, CM_PER_M), true_zones(self.people, zones)
        return Shown(frames, lines, zones, *true)


def _across(name: str, low: Floats, high: Floats, along: int, chance: np.random.Generator) -> LineGeometry:
    """Return a line across the corridor, that lies up to `_TURN` from straight."""
    middle = (low + high) / 2
    middle[along] = low[along] + (high - low)[along] * chance.uniform(0.3, 0.7)
    turn = chance.uniform(-_TURN, _TURN)
    forward = np.roll(np.array((np.cos(turn), np.sin(turn))), along)
    across = np.array((-forward[1], forward[0])) * float((high - low).max())
    (x0, y0), (x1, y1), (x, y) = (middle - across).tolist(), (middle + across).tolist(), (middle + forward).tolist()
    return LineGeometry(name, ((x0, y0), (x1, y1)), (x, y), BAND_M * CM_PER_M)


def _part(low: Floats, high: Floats, along: int, chance: np.random.Generator) -> ZoneGeometry:
    """Return a zone: `_ZONE_M` of the corridor's length, and all of its width."""
    begin, end = low - CM_PER_M, high + CM_PER_M
    begin[along] = low[along] + (high - low)[along] * chance.uniform(0.25, 0.5)
    end[along] = begin[along] + _ZONE_M * CM_PER_M
    (x0, y0), (x1, y1) = begin.tolist(), end.tolist()
    return ZoneGeometry("part", ((x0, y0), (x1, y0), (x1, y1), (x0, y1)), 60, BAND_M * CM_PER_M)
