"""The score as text: a table a scene, a summary, and before beside after."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import sqrt
from statistics import stdev

from bench.score.runs import (
    ERRORS,
    Score,
    ScoreRun,
    coverage,
    cpu_ms,
    dwell_error,
    gross_error,
    net_bias,
    net_error,
    presence_error,
    visits_error,
    worst_dwell,
)

_WIDTH = 36


def heading() -> str:
    """Return what stands over the columns."""
    columns = ("net", "bias", "gross", "presence", "visits", "dwell", "worst", "coverage", "ms/frame")
    return f"{'':{_WIDTH}}" + "".join(f"{name:>10}" for name in columns) + "  net error by line: forward backward"


def scene_table(runs: Sequence[ScoreRun]) -> Iterator[str]:
    """Yield the lines of one scene's table, of its runs: one or more."""
    by_counter = _by_counter(runs)
    first = by_counter[runs[0].counter]
    yield f"{runs[0].scene} ({runs[0].role}; {len(first)} shown; truth {_truth(first)})"
    for name, some in by_counter.items():
        yield f"  {name:{_WIDTH - 2}}{_cells(some)}  {by_line(some)}"


def summary(score: Score) -> Iterator[str]:
    """Yield one line a counter: net WAPE and bias over all known, and over all judging scenes."""
    for role in ("known", "judging"):
        by_counter = _by_counter([run for run in score.runs if run.role == role])
        if by_counter:
            yield f"all {role} scenes"
        for name, runs in by_counter.items():
            yield f"  {name:{_WIDTH - 2}}{_cells(runs)}"
    for name, command in score.absent.items():
        yield f"  {name:{_WIDTH - 2}}  not installed: {command}"


def by_line(runs: Sequence[ScoreRun]) -> str:
    """Return by how many people each line's net counts are off, forward and backward, added up over showings."""
    return ", ".join(f"{f:+d} {b:+d}" for f, b in _sums(runs, "errors").values())


@dataclass(frozen=True, slots=True)
class Change:
    """What one error was before and is now, of one counter in one scene.

    Attributes:
        noise: two standard errors of the mean change from showing to showing; 0 where there is one showing: the same
            frames give the same count.
    """

    scene: str
    counter: str
    measure: str
    before: float
    after: float
    noise: float

    @property
    def verdict(self) -> str:
        """Return whether it grew or shrank by more than its noise."""
        if abs(self.after - self.before) <= max(self.noise, 1e-9):
            return "same"
        return "WORSE" if self.after > self.before else "better"


def changes(before: Score, after: Score) -> Iterator[Change]:
    """Yield every error that both have."""
    old = dict(before.groups())
    for scene, counters in after.groups():
        for counter, runs in counters.items():
            if earlier := old.get(scene, {}).get(counter):
                yield from _changes(scene, counter, earlier, runs)


def renamed(score: Score, counter: str, name: str) -> Score:
    """Return the runs of one counter as if they were another's: to compare the two on the same showings."""
    return Score([replace(run, counter=name) for run in score.runs if run.counter == counter], {})


def change_table(found: Sequence[Change]) -> Iterator[str]:
    """Yield what is worse, then what is better, and how many are the same."""
    for verdict in ("WORSE", "better"):
        for one in found:
            if one.verdict == verdict:
                yield (
                    f"{verdict:7}{one.scene:44.44} {one.counter:28.28} {one.measure:9}"
                    f"{one.before:8.1%} -> {one.after:7.1%}, noise {one.noise:.1%}"
                )
    yield f"the same within noise: {sum(one.verdict == 'same' for one in found)} of {len(found)} errors"


def costs(before: Score, after: Score) -> Iterator[str]:
    """Yield each counter's time of the processor, before and after: of other moments, so take the ratios."""
    for name, runs in _by_counter(after.runs).items():
        if earlier := _by_counter(before.runs).get(name):
            was, is_ = cpu_ms(earlier), cpu_ms(runs)
            yield f"       {name:44} {was:.3f} -> {is_:.3f} ms a frame ({is_ / was:.2f})"


# ----------------------------------------------------------------------------------------------------------


def _changes(scene: str, counter: str, old: Sequence[ScoreRun], new: Sequence[ScoreRun]) -> Iterator[Change]:
    for name, measure in ERRORS.items():
        before, after = measure(old), measure(new)
        if before is not None and after is not None:
            pairs = [(measure([one]), measure([other])) for one, other in zip(old, new, strict=False)]
            moves = [b - a for a, b in pairs if a is not None and b is not None]
            noise = 2 * stdev(moves) / sqrt(len(moves)) if len(moves) > 1 else 0.0
            yield Change(scene, counter, name, before, after, noise)


def _by_counter(runs: Sequence[ScoreRun]) -> dict[str, list[ScoreRun]]:
    found: dict[str, list[ScoreRun]] = {}
    for run in runs:
        found.setdefault(run.counter, []).append(run)
    return found


def _cells(runs: Sequence[ScoreRun]) -> str:
    """Return the numbers of one row."""
    signed = (net_bias, visits_error)
    shares = (net_error, net_bias, gross_error, presence_error, visits_error, dwell_error, worst_dwell)
    cells = []
    for measure in shares:
        value = measure(runs) if any(run.zones or run.lines for run in runs) else None
        cells.append("-" if value is None else f"{value:+.1%}" if measure in signed else f"{value:.1%}")
    claimed = coverage(runs)
    cells += ["-" if claimed is None else f"{claimed:.0%}", f"{cpu_ms(runs):.3f}"]
    return "".join(f"{cell:>10}" for cell in cells)


def _truth(runs: Sequence[ScoreRun]) -> str:
    """Return forward/backward of each line, added up over showings of different lines by one name."""
    return ", ".join(f"{f}/{b}" for f, b in _sums(runs, "true").values())


def _sums(runs: Sequence[ScoreRun], what: str) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for line in (line for run in runs for line in run.lines):
        forward, backward = line.true.net if what == "true" else line.net_errors
        so_far = sums.get(line.line, (0, 0))
        sums[line.line] = so_far[0] + forward, so_far[1] + backward
    return sums
