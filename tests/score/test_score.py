"""The public score: every counter on the same frames, kept as JSON, compared so that nobody gets worse unseen."""

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.other_trackers import OTHERS
from bench.score.counters import Ours, Theirs, field_of
from bench.score.folders import SceneError, SceneFile, own_scene, own_scenes
from bench.score.pages import page
from bench.score.runs import Score, ScoreRun, dwell_error, net_bias, net_error, play
from bench.score.scene import CountedLine, ScoredScene
from bench.score.shared_scenes import Recording
from bench.score.tables import changes, scene_table, summary
from bench.simulated_detections import THINLY, Detector, People
from tests.docs.blocks import blocks
from tests.support.data import CLIP, YOLOX_NANO, recorded

RATE = 10.0
LINES = """
units_per_metre = 100.0
rate = 10.0

[[lines]]
line = "middle"
points = [[320.0, 0.0], [320.0, 480.0]]
forward_towards = [640.0, 240.0]

[[zones]]
zone = "part"
polygon = [[200.0, 50.0], [440.0, 50.0], [440.0, 430.0], [200.0, 430.0]]
"""
WALKS = [(20.0, 620.0, 150.0), (20.0, 620.0, 250.0), (620.0, 20.0, 350.0)]
"""From x, to x, at y: two forward and one backward, one after another."""


def walks() -> list[tuple[int, int, float, float]]:
    """Return frame, id, x and y of everybody."""
    rows = []
    for number, (begin, end, y) in enumerate(WALKS):
        x = np.linspace(begin, end, 50)
        rows += [(number * 30 + frame, number + 1, float(at), y) for frame, at in enumerate(x)]
    return sorted(rows)


def write_trajectories(folder: Path) -> Path:
    folder.mkdir()
    rows = "".join(f"{frame},{name},{x},{y}\n" for frame, name, x, y in walks())
    (folder / "trajectories.csv").write_text("frame,id,x,y\n" + rows)
    (folder / "scene.toml").write_text(LINES)
    return folder


def write_mot(folder: Path, *, detections: bool) -> Path:
    (folder / "gt").mkdir(parents=True)
    true = [(frame + 1, name, x - 15, y - 80, 30, 80, 1, 1, 1.0) for frame, name, x, y in walks()]
    car = (1, 99, 300, 100, 90, 60, 1, 3, 1.0)
    left_out = (1, 98, 300, 100, 30, 80, 0, 1, 1.0)
    (folder / "gt" / "gt.txt").write_text("\n".join(",".join(map(str, row)) for row in [*true, car, left_out]))
    if detections:
        (folder / "det").mkdir()
        seen = [(frame, -1, *box, 0.9) for frame, _, *box, _, _, _ in true]
        doubtful = (1, -1, 100, 100, 30, 80, 0.1)
        (folder / "det" / "det.txt").write_text("\n".join(",".join(map(str, row)) for row in [*seen, doubtful]))
    (folder / "seqinfo.ini").write_text("[Sequence]\nname=walks\nframeRate=10\n")
    (folder / "scene.toml").write_text(LINES.replace("rate = 10.0\n", ""))
    return folder


def scored(scene: ScoredScene) -> dict[str, list[ScoreRun]]:
    runs = list(play(scene, field_of(others=False).counters))
    return {name: [run for run in runs if run.counter == name] for name in {run.counter: None for run in runs}}


@pytest.mark.parametrize("kind", ["trajectories", "truth in MOT format", "truth and detections in MOT format"])
@pytest.mark.simulation
def test_a_folder_of_ones_own_is_counted_beside_its_truth(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "walks"
    if kind == "trajectories":
        write_trajectories(folder)
    else:
        write_mot(folder, detections="detections" in kind)
    (scene,) = own_scenes(tmp_path, seeds=2)
    assert scene.role == "judging"
    assert len(scene.showings) == (1 if "detections" in kind else 2)
    for shown in scene.showings:
        assert shown.true_lines[0].net == shown.true_lines[0].gross == (2, 1)
        assert len(shown.true_zones[0].dwells_s) == 3
    for name, runs in scored(scene).items():
        assert net_error(runs) == 0, name
    ours = scored(scene)["ours, version 3"]
    assert all(run.coverage is not None and run.coverage > 0.9 for run in ours)
    assert (dwell_error(ours) or 0) < 0.1


def test_what_people_counted_goes_before_what_paths_say(tmp_path: Path) -> None:
    folder = write_trajectories(tmp_path / "walks")
    text = LINES.replace("[[zones]]", "truth = [5, 4]\n\n[[zones]]")
    (folder / "scene.toml").write_text('role = "known"\n' + text)
    scene = own_scene(folder, seeds=1)
    assert scene.role == "known"
    assert scene.showings[0].true_lines[0].net == (5, 4)
    assert scene.showings[0].true_lines[0].gross is None


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("scene.toml", "units_per_metre = 0", "units_per_metre"),
        ("scene.toml", LINES + "colour = 1", "colour"),
        ("scene.toml", "units_per_metre = 1.0", "nothing to count"),
        ("trajectories.csv", "frame,x,y\n1,2,3\n", "no column id"),
        ("trajectories.csv", "frame,id,x,y\n1,2,here,3\n", "not a number"),
        ("trajectories.csv", "frame,id,x,y\n", "no column"),
    ],
)
def test_a_folder_that_is_wrong_is_refused_with_what_is_wrong(
    file: str, content: str, sentence: str, tmp_path: Path
) -> None:
    folder = write_trajectories(tmp_path / "walks")
    (folder / file).write_text(content)
    with pytest.raises(SceneError, match=sentence):
        own_scene(folder, seeds=1)


def test_a_folder_of_scenes_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SceneError, match="scenes is not a folder of scenes"):
        list(own_scenes(tmp_path / "scenes", seeds=1))


def test_nobody_is_left_out_silently() -> None:
    """Who isn't installed is listed with the command that installs it."""
    field = field_of()
    for name in OTHERS:
        label = f"{name} + LineZone"
        assert label in field.counters or field.absent[label].startswith("pip install ")
    assert {"ours, version 3", "ours, version 2", "naive id counter"} <= set(field.counters)
    shown = "\n".join(summary(Score([], field.absent)))
    assert all(command in shown for command in field.absent.values())
    assert not any(isinstance(one, Theirs) for one in field_of(others=False).counters.values())


def _worse(run: ScoreRun, by: int) -> ScoreRun:
    """Count `by` people more forward on each line."""
    lines = tuple(
        replace(line, counted=CountedLine((line.true.net[0] + by, line.true.net[1]), line.true.gross))
        for line in run.lines
    )
    return replace(run, lines=lines)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ScoreRun:
    scene = own_scene(write_trajectories(tmp_path_factory.mktemp("score") / "walks"), seeds=1)
    (only,) = play(scene, {"ours, version 3": Ours(3)})
    return only


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ([0, 0, 0], [1, 1, 1], "WORSE"),
        ([1, 1, 1], [0, 0, 0], "better"),
        ([0, 2, 1], [2, 0, 1], "same"),
        ([0, 0, 0], [0, 0, 1], "same"),
        ([0], [1], "WORSE"),
        ([1], [1], "same"),
    ],
)
def test_a_change_is_told_from_the_noise_of_its_showings(
    before: list[int], after: list[int], verdict: str, run: ScoreRun, tmp_path: Path
) -> None:
    """The same frames with the same rules give the same count: one showing has no noise, any change of it is one."""

    def score(errors: list[int]) -> Score:
        runs = [replace(_worse(run, by), showing=number) for number, by in enumerate(errors)]
        kept = Score(runs, {"somebody": "pip install x"})
        kept.write(tmp_path / "score.json")
        read = Score.read(tmp_path / "score.json")
        assert read == kept
        return read

    found = [one for one in changes(score(before), score(after)) if one.measure == "net"]
    assert [one.verdict for one in found] == [verdict]


def test_errors_are_parts_of_the_truth(run: ScoreRun) -> None:
    assert net_error([run]) == 0
    assert net_bias([_worse(run, 3)]) == 1.0
    assert net_error([_worse(run, -1), _worse(run, 1)]) == pytest.approx(1 / 3)
    assert net_bias([_worse(run, -1), _worse(run, 1)]) == 0
    assert "walks" in "\n".join(scene_table([run]))
    assert "| *walks* | 0.0% (+0 +0) |" in page(Score([run], {}))


def test_drawn_lines_are_crossed_by_everybody_and_come_again_with_their_seed() -> None:
    """Judging lines lie across the way people go: in any corridor, whichever way it lies."""
    at_s = np.repeat(np.arange(0, 8, 0.1), 2)
    across = np.column_stack((np.tile((0.0, 200.0), 80), at_s * 125))
    for points in (across, across[:, ::-1]):
        way = ((0.0, 100.0), (200.0, 100.0)) if points is across else ((100.0, 0.0), (100.0, 200.0))
        line = replace(THINLY.line, points=way, forward_towards=(1000.0, 1000.0))
        recording = Recording(replace(THINLY, line=line), People(at_s, np.tile((1, 2), 80), points))
        scene, again = (recording.drawn(Detector(), 3) for _ in range(2))
        assert [one.lines for one in scene.showings] == [one.lines for one in again.showings]
        for shown in scene.showings:
            assert [true.net for true in shown.true_lines] == [(2, 0), (2, 0)]
        assert len({shown.lines for shown in scene.showings}) == 3


def test_scene_files_of_the_page_are_read() -> None:
    shown = blocks("docs/score.md", "toml")
    assert shown
    for block in shown:
        assert SceneFile.model_validate(tomllib.loads(block)).lines
    folders = re.findall(r"`([\w/]+\.(?:txt|csv|toml|ini))`", Path("docs/score.md").read_text("utf-8"))
    assert {
        "gt/gt.txt",
        "det/det.txt",
        "seqinfo.ini",
        "trajectories.csv",
        "device.toml",
        "truth.toml",
        "truth.csv",
    } <= set(folders)


@pytest.mark.full
def test_a_clip_with_truth_is_counted_by_its_device_file(tmp_path: Path) -> None:
    folder = tmp_path / "clip"
    folder.mkdir()
    (folder / "device.toml").write_text(
        f"""
        [device]
        site = "haninge-entre"
        key = "kamera"
        setup = "a"

        [source]
        kind = "clip"
        file = "{recorded(CLIP)}"
        start = 2026-10-05T12:00:00+02:00
        pixels_per_metre = 200.0
        max_rate = 5.0

        [detector]
        kind = "onnx"
        weights = "{recorded(YOLOX_NANO)}"
        confidence = 0.4

        [[lines]]
        line = "bordet"
        points = [[600.0, 0.0], [600.0, 432.0]]
        forward_towards = [700.0, 200.0]

        [outbox]
        path = "outbox.sqlite3"

        [mqtt]
        host = "127.0.0.1"
        """
    )
    passed = ", ".join(str(at_s) for at_s in (19.2, 44.4, 69.5, 86.2, 119.2, 135.4))
    (folder / "truth.toml").write_text(f"[lines.bordet]\nwatched_s = [[0.0, 139.4]]\nforward_s = [{passed}]\n")
    scene = own_scene(folder, seeds=1)
    assert scene.showings[0].true_lines[0].net == (6, 0)
    assert net_error(scored(scene)["ours, version 3"]) == 0
