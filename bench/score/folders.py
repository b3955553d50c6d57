"""Scenes of your own: each folder within `--data` is one, in MOT format, as CSV trajectories, or a clip with truth.

What lies where is in docs/score.md. Where only true places are known, detections are drawn from them. Scenes of your
own are judging scenes, unless their `scene.toml` says that they were looked at while rules were changed.
"""

import configparser
import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from pydantic import Field, ValidationError, model_validator

from bench.other_trackers import Frame
from bench.score.eyes import watch
from bench.score.scene import Role, ScoredScene, Shown, TrueLine, Ways, box_around, feet_of
from bench.score.shared_scenes import JUDGING_SEED
from bench.score.true_paths import true_lines, true_zones
from bench.simulated_detections import START_MS, Detector, People, shown
from core.clock import SystemClock
from counter.device_file import LineTable, ZoneTable, load
from counter.diagnostics.accuracy import read_truth
from counter.diagnostics.clips.truth import read_clip_truth
from counter.errors import CounterError
from counter.fields import StrictTable
from counter.geometry import Floats
from counter.service.inputs import open_input
from counter.sources.video.source import Video

PEDESTRIAN: Final = 1
"""The class of people who walk, in the MOT Challenge's truth."""


class SceneError(Exception):
    """A folder holds no scene that can be scored; the sentence says why."""


class ScoredLine(LineTable):
    """A line as in a device file, with what people counted there where no paths are known."""

    truth: Ways | None = Field(default=None, description="Net passages, forward and backward.")


class SceneFile(StrictTable):
    """`scene.toml`: what frames and lines mean."""

    units_per_metre: float = Field(
        gt=0, description="Pixels a metre where people are counted; of trajectories, theirs."
    )
    rate: float | None = Field(default=None, gt=0, description="Frames a second; by seqinfo.ini where nothing is said.")
    shown_rate: float | None = Field(default=None, gt=0, description="Frames a second of drawn detections.")
    anchor: Literal["feet", "centre"] = "feet"
    role: Role = "judging"
    misses: float = Field(default=0.05, ge=0, lt=1)
    false: float = Field(default=0.01, ge=0)
    noise_m: float = Field(default=0.03, ge=0)
    confidence: float = Field(default=0.25, ge=0, le=1, description="Detections below it are left out.")
    lines: tuple[ScoredLine, ...] = ()
    zones: tuple[ZoneTable, ...] = ()

    @model_validator(mode="after")
    def _counts_something(self) -> "SceneFile":
        if not self.lines and not self.zones:
            raise ValueError("there is neither a [[lines]] nor a [[zones]] table: nothing to count")
        return self


def own_scenes(folder: Path, seeds: int) -> Iterator[ScoredScene]:
    """Yield the scenes of the folders within `folder`. Raises SceneError, OSError."""
    if not folder.is_dir():
        raise SceneError(f"{folder} is not a folder of scenes")
    found = [one for one in sorted(folder.iterdir()) if one.is_dir()]
    if not found:
        raise SceneError(f"{folder} holds no folders: each scene is one")
    for one in found:
        yield own_scene(one, seeds)


def own_scene(folder: Path, seeds: int) -> ScoredScene:
    """Return the scene of one folder. Raises SceneError, OSError."""
    if (folder / "device.toml").is_file():
        return _clip(folder)
    scene = _read(folder)
    if (folder / "gt" / "gt.txt").is_file():
        return _mot(folder, scene, seeds)
    if (folder / "trajectories.csv").is_file():
        rate = scene.rate or 10.0
        people = _trajectories(folder / "trajectories.csv", rate)
        return _drawn(folder.name, scene, people, rate, seeds)
    raise SceneError(f"{folder} holds neither device.toml, nor gt/gt.txt, nor trajectories.csv")


# Clips ----------------------------------------------------------------------------------------------------


def _clip(folder: Path) -> ScoredScene:
    """Show a clip by its device file. Its truth is that of `platspuls counter accuracy`."""
    try:
        device = load(folder / "device.toml")
        passed = _passed(folder)
        seen = open_input(device, folder, SystemClock())
    except CounterError as error:
        raise SceneError(str(error)) from error
    if not isinstance(seen.source, Video):
        raise SceneError(f"{folder / 'device.toml'} has no pictures: its source is of kind {device.source.kind}")
    if not (frames := list(watch(seen.source))):
        raise SceneError(f"{folder}: nobody could have been seen in any picture of the clip")
    lines = tuple(table.geometry(device.units_per_metre) for table in device.lines if table.line in passed)
    showing = Shown(frames, lines, (), tuple(TrueLine(passed[line.line]) for line in lines), ())
    rate = 1000 * (len(frames) - 1) / max(frames[-1].at_ms - frames[0].at_ms, 1)
    return ScoredScene(folder.name, "judging", rate, device.units_per_metre, (showing,), seen.view)


def _passed(folder: Path) -> dict[str, Ways]:
    """Return the passages that people saw of each line, in all of the clip. Raises TruthError."""
    if (folder / "truth.toml").is_file():
        lines = read_clip_truth(folder / "truth.toml").lines
        return {line: (len(seen.forward_s), len(seen.backward_s)) for line, seen in lines.items()}
    counts = read_truth(folder / "truth.csv")
    found = {count.line: [one for one in counts if one.line == count.line] for count in counts}
    return {line: (sum(one.forward for one in some), sum(one.backward for one in some)) for line, some in found.items()}


# MOT ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Boxes:
    """Rows of a MOT file: frame, id, boxes (n, 4) as left, top, right, bottom, and how sure they are."""

    frames: Floats
    ids: Floats
    boxes: Floats
    sure: Floats


def _mot(folder: Path, scene: SceneFile, seeds: int) -> ScoredScene:
    rate = scene.rate or _rate_of(folder / "seqinfo.ini")
    true = _boxes(folder / "gt" / "gt.txt")
    order = np.lexsort((true.ids, true.frames))
    at_s = (true.frames[order] - true.frames.min()) / rate
    people = People(at_s, true.ids[order].astype(np.int64), feet_of(true.boxes, scene.anchor)[order])
    if not (folder / "det" / "det.txt").is_file():
        return _drawn(folder.name, scene, people, rate, seeds)
    seen = _boxes(folder / "det" / "det.txt")
    sure = seen.sure >= scene.confidence
    frames = []
    for number in np.arange(true.frames.min(), true.frames.max() + 1):
        rows = sure & (seen.frames == number)
        at_ms = START_MS + round((number - true.frames.min()) * 1000 / rate)
        boxes = seen.boxes[rows]
        frames.append(Frame(at_ms, feet_of(boxes, scene.anchor), boxes, seen.sure[rows]))
    return _scene(folder.name, scene, rate, [_shown(scene, people, frames)])


def _boxes(path: Path) -> _Boxes:
    """Read frame, id, left, top, width, height, confidence, and of truth the class; rows it leaves out are skipped."""
    try:
        rows = np.loadtxt(path, delimiter=",", ndmin=2)
    except ValueError as error:
        raise SceneError(f"{path} is not in MOT format: {error}") from error
    if rows.shape[1] < 6:
        raise SceneError(f"{path} is not in MOT format: it has {rows.shape[1]} columns, fewer than six")
    sure = rows[:, 6] if rows.shape[1] > 6 else np.ones(len(rows))
    if path.name == "gt.txt":
        walks = np.isin(rows[:, 7], (PEDESTRIAN, -1)) if rows.shape[1] > 7 else np.full(len(rows), fill_value=True)
        rows, sure = rows[walks & (sure != 0)], sure[walks & (sure != 0)]
    return _Boxes(rows[:, 0], rows[:, 1], np.column_stack((rows[:, 2:4], rows[:, 2:4] + rows[:, 4:6])), sure)


def _rate_of(path: Path) -> float:
    info = configparser.ConfigParser()
    info.read(path, encoding="utf-8")
    try:
        return info.getfloat("Sequence", "frameRate")
    except (configparser.Error, ValueError) as error:
        raise SceneError(f"{path} names no frameRate, and scene.toml no rate") from error


# Trajectories ---------------------------------------------------------------------------------------------


def _trajectories(path: Path, rate: float) -> People:
    """Read a CSV with a header: id, x, y, and frame or time_s."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = set(rows[0]) if rows else set()
    clock = "time_s" if "time_s" in names else "frame"
    if missing := {"id", "x", "y", clock} - names:
        raise SceneError(f"{path} has no column {', '.join(sorted(missing))}")
    try:
        table = np.array([[float(row[name]) for name in (clock, "id", "x", "y")] for row in rows])
    except (TypeError, ValueError) as error:
        raise SceneError(f"{path} holds what is not a number: {error}") from error
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    at_s = (table[:, 0] - table[0, 0]) / (1.0 if clock == "time_s" else rate)
    return People(at_s, table[:, 1].astype(np.int64), table[:, 2:])


def _drawn(name: str, scene: SceneFile, people: People, rate: float, seeds: int) -> ScoredScene:
    """Show true places as a detector would have seen them, with each seed."""
    at = min(scene.shown_rate or 10.0, rate)
    detector = Detector(at, scene.misses, scene.false, scene.noise_m * scene.units_per_metre)
    showings = [
        _shown(scene, people, list(_drawn_frames(scene, people, rate, detector, seed)))
        for seed in range(JUDGING_SEED, JUDGING_SEED + seeds)
    ]
    return _scene(name, scene, at, showings)


def _drawn_frames(scene: SceneFile, people: People, rate: float, detector: Detector, seed: int) -> Iterator[Frame]:
    chance = np.random.default_rng(seed)
    low, high = people.points.min(axis=0), people.points.max(axis=0)
    for at_s, true in shown(people, detector.rate, rate):
        seen = true[chance.random(len(true)) >= detector.misses]
        seen = seen + chance.normal(0, 1, seen.shape) * detector.noise
        wrong = chance.uniform(low, high, (chance.poisson(detector.false * len(true)), 2))
        yield box_around(START_MS + round(at_s * 1000), np.vstack((seen, wrong)), scene.units_per_metre)


# Both -----------------------------------------------------------------------------------------------------


def _read(folder: Path) -> SceneFile:
    path = folder / "scene.toml"
    try:
        return SceneFile.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise SceneError(f"{path} can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise SceneError(f"{path} is wrong: {error}") from error


def _shown(scene: SceneFile, people: People, frames: list[Frame]) -> Shown:
    lines = tuple(table.geometry(scene.units_per_metre) for table in scene.lines)
    zones = tuple(table.geometry(scene.units_per_metre) for table in scene.zones)
    computed = true_lines(people, lines, scene.units_per_metre)
    true = [TrueLine(t.truth) if t.truth else one for t, one in zip(scene.lines, computed, strict=True)]
    return Shown(frames, lines, zones, tuple(true), true_zones(people, zones))


def _scene(name: str, scene: SceneFile, rate: float, showings: list[Shown]) -> ScoredScene:
    return ScoredScene(name, scene.role, rate, scene.units_per_metre, tuple(showings))
