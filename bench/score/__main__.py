"""How right is it, and how right are others? Everybody counts the same detections, beside the truth.

`make score` runs it on the bug pack and on what PLATSPULS_DATA names; `make score DATA=folder` on your own scenes too.
It fetches nothing: a counter that isn't installed is listed with the command that installs it. docs/score.md says how
truth and errors are defined.

    PLATSPULS_DATA=... python -W ignore -m bench.score --json after.json --compare before.json
"""

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

from bench.score.counters import VERSIONS, Ours, Scored, field_of
from bench.score.eyes import RATES, eyes_of
from bench.score.folders import SceneError, own_scenes
from bench.score.pages import page
from bench.score.runs import Score, ScoreRun, play
from bench.score.scene import ScoredScene
from bench.score.shared_scenes import shared_scenes
from bench.score.tables import change_table, changes, costs, heading, renamed, scene_table, summary


def main() -> None:
    """Print the tables; end with 1 where something of ours grew worse by more than its noise."""
    arguments = _arguments()
    earlier = Score.read(arguments.others) if arguments.others else None
    field = field_of(others=not (arguments.ours or earlier))
    score = Score([], dict(earlier.absent if earlier else field.absent))
    print(heading())
    try:
        for scene in _scenes(arguments):
            _score(scene, field.counters, score, earlier)
        if arguments.eyes and (folder := _folder()):
            _score_eyes(folder, arguments.only, field.counters, score)
    except (SceneError, OSError) as error:
        sys.exit(str(error))
    print("\n".join(summary(score)))
    after, before = (f"ours, version {version}" for version in VERSIONS[:2])
    print(f"\n{before} -> {after}")
    print("\n".join(change_table(list(changes(renamed(score, before, after), score)))))
    if arguments.json:
        score.write(arguments.json)
    if arguments.page:
        arguments.page.write_text(page(score) + "\n", "utf-8")
    if arguments.compare:
        sys.exit(_compare(Score.read(arguments.compare), score))


def _folder() -> Path | None:
    data = os.environ.get("PLATSPULS_DATA")
    return Path(data) if data else None


def _scenes(arguments: argparse.Namespace) -> Iterator[ScoredScene]:
    if _folder() is None:
        print("corridors and clip: left out, PLATSPULS_DATA names no folder")
    own = own_scenes(arguments.data, arguments.seeds) if arguments.data else ()
    for scene in chain(shared_scenes(_folder(), arguments.seeds), own):
        if arguments.only in scene.name:
            yield scene


def _score_eyes(folder: Path, only: str, counters: Mapping[str, Scored], score: Score) -> None:
    """Count the six walks as real detectors see them; others count what these detectors saw once, as recorded."""
    newest = {name: one for name, one in counters.items() if isinstance(one, Ours) and one.version == VERSIONS[0]}
    for eyes in eyes_of(folder):
        if not eyes.installed():
            score.absent[f"six walks through {eyes.name}"] = eyes.install
            continue
        for rate in RATES:
            if only in eyes.scene_name(rate):
                _score(eyes.scene(folder, rate), newest, score)


def _score(scene: ScoredScene, counters: Mapping[str, Scored], score: Score, earlier: Score | None = None) -> None:
    """Let everybody count a scene; who isn't here is taken from an earlier score of the same showings."""
    runs = list(play(scene, counters))
    if earlier:
        runs += [one for one in earlier.runs if _fits(one, scene) and one.counter not in counters]
    score.runs.extend(runs)
    print("\n".join(scene_table(runs)), flush=True)


def _fits(run: ScoreRun, scene: ScoredScene) -> bool:
    return run.scene == scene.name and run.showing < len(scene.showings) and not run.counter.startswith("ours")


def _compare(before: Score, after: Score) -> int:
    found = list(changes(before, after))
    print("\nbefore -> after")
    print("\n".join([*change_table(found), *costs(before, after)]))
    return int(any(one.verdict == "WORSE" and one.counter.startswith("ours") for one in found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of scenes of your own")
    parser.add_argument("--seeds", type=int, default=3, help="how often drawn scenes are shown")
    parser.add_argument("--only", default="", metavar="WORDS", help="only scenes with these words in their name")
    parser.add_argument("--ours", action="store_true", help="without the others")
    parser.add_argument("--others", type=Path, metavar="FILE", help="take the others from what an earlier run wrote")
    parser.add_argument("--no-eyes", dest="eyes", action="store_false", help="without real detectors")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all runs there")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the tables of docs/score.md there")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="what an earlier run wrote")
    return parser.parse_args()


if __name__ == "__main__":
    main()
