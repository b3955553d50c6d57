"""What came of every counter on every showing, beside the truth: as JSON, and as measures of error."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean
from typing import Final

import msgspec
import numpy as np

from bench.score.counters import Scored
from bench.score.scene import CountedLine, CountedZone, Role, ScoredScene, TrueLine, TrueZone, Ways

_LEVELS: Final = np.linspace(0.005, 0.995, 100)


@dataclass(frozen=True, slots=True)
class LineRun:
    """One line of one showing: the truth, and what was counted."""

    line: str
    true: TrueLine
    counted: CountedLine

    @property
    def net_errors(self) -> Ways:
        """Return by how many people the net count is off, forward and backward."""
        return _less(self.counted.net, self.true.net)

    @property
    def gross_errors(self) -> Ways | None:
        """Return the same of gross passages; None where their truth isn't known. One number stands for both."""
        return _less(self.counted.gross or self.counted.net, self.true.gross) if self.true.gross else None


@dataclass(frozen=True, slots=True)
class ZoneRun:
    """One zone of one showing: the truth, and what was counted."""

    zone: str
    true: TrueZone
    counted: CountedZone


@dataclass(frozen=True, slots=True)
class ScoreRun:
    """One counter on one showing of a scene; `coverage` and `cpu_ms` as in Counts."""

    scene: str
    role: Role
    counter: str
    showing: int
    lines: tuple[LineRun, ...]
    zones: tuple[ZoneRun, ...]
    coverage: float | None
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Score:
    """All runs of one time, and who could not run."""

    runs: list[ScoreRun]
    absent: dict[str, str]

    def write(self, path: Path) -> None:
        """Write it as JSON. Raises OSError."""
        path.write_bytes(msgspec.json.format(msgspec.json.encode(asdict(self))) + b"\n")

    @classmethod
    def read(cls, path: Path) -> "Score":
        """Read what was written. Raises OSError, msgspec.ValidationError, msgspec.DecodeError."""
        return msgspec.json.decode(path.read_bytes(), type=cls)

    def groups(self) -> Iterator[tuple[str, dict[str, list[ScoreRun]]]]:
        """Yield each scene with its counters' runs, in the order in which they were run."""
        scenes: dict[str, dict[str, list[ScoreRun]]] = {}
        for run in self.runs:
            scenes.setdefault(run.scene, {}).setdefault(run.counter, []).append(run)
        yield from scenes.items()


def play(scene: ScoredScene, counters: Mapping[str, Scored]) -> Iterator[ScoreRun]:
    """Yield what each counter makes of each showing."""
    for name, counter in counters.items():
        for number, shown in enumerate(scene.showings):
            counts = counter.count(scene, shown)
            lines = zip(shown.lines, shown.true_lines, counts.lines, strict=True)
            zones = zip(shown.zones, shown.true_zones, counts.zones, strict=True)
            yield ScoreRun(
                scene.name,
                scene.role,
                name,
                number,
                tuple(LineRun(line.line, true, one) for line, true, one in lines),
                tuple(ZoneRun(zone.zone, true, one) for zone, true, one in zones),
                counts.coverage,
                counts.cpu_ms,
            )


# Measures -------------------------------------------------------------------------------------------------


def net_error(runs: Iterable[ScoreRun]) -> float | None:
    """Return WAPE of net crossings: the sum of the errors' sizes by the sum of the truth; None without lines."""
    return _wape((line.net_errors, line.true.net) for run in runs for line in run.lines)


def net_bias(runs: Iterable[ScoreRun]) -> float | None:
    """Return the sum of the errors with their signs by the sum of the truth: below 0 where people are missed."""
    lines = [line for run in runs for line in run.lines]
    truth = sum(sum(line.true.net) for line in lines)
    return sum(sum(line.net_errors) for line in lines) / truth if truth else None


def gross_error(runs: Iterable[ScoreRun]) -> float | None:
    """Return WAPE of gross crossings; None where their truth isn't known."""
    lines = [line for run in runs for line in run.lines]
    return _wape((line.gross_errors, line.true.gross) for line in lines if line.gross_errors and line.true.gross)


def presence_error(runs: Iterable[ScoreRun]) -> float | None:
    """Return by what part of the truth person-seconds are off, sizes added up over showings; None without zones."""
    zones = [zone for run in runs for zone in run.zones]
    truth = sum(zone.true.presence_s for zone in zones)
    return sum(abs(zone.counted.presence_s - zone.true.presence_s) for zone in zones) / truth if truth else None


def visits_error(runs: Iterable[ScoreRun]) -> float | None:
    """Return by what part of the truth there are too many visits, or too few (below 0); None without zones."""
    zones = [zone for run in runs for zone in run.zones]
    truth = sum(len(zone.true.dwells_s) for zone in zones)
    return sum(len(zone.counted.dwells_s) - len(zone.true.dwells_s) for zone in zones) / truth if truth else None


def dwell_error(runs: Iterable[ScoreRun]) -> float | None:
    """Return how far the lengths of visits are from the true ones, quantile by quantile, by their mean.

    The shortest is compared with the shortest and so on (Wasserstein-1): no counter tells which visit is whose.
    """
    zones = [zone for run in runs for zone in run.zones if zone.true.dwells_s]
    return mean(map(_dwell_distance, zones)) if zones else None


def worst_dwell(runs: Iterable[ScoreRun]) -> float | None:
    """Return the largest error of one visit, by its true length; None where a number of visits is wrong."""
    zones = [zone for run in runs for zone in run.zones]
    worst = 0.0
    for zone in zones:
        if len(zone.counted.dwells_s) != len(zone.true.dwells_s):
            return None
        pairs = zip(sorted(zone.counted.dwells_s), sorted(zone.true.dwells_s), strict=True)
        worst = max([worst, *(abs(one - true) / true for one, true in pairs)])
    return worst if zones else None


def coverage(runs: Sequence[ScoreRun]) -> float | None:
    """Return the mean part of the time that is claimed as observed; None where nothing is said of it."""
    known = [run.coverage for run in runs if run.coverage is not None]
    return mean(known) if known else None


def cpu_ms(runs: Sequence[ScoreRun]) -> float:
    """Return the least time of the processor over showings, in ms a frame: other programs only add to it."""
    return min(run.cpu_ms for run in runs)


ERRORS: Final[dict[str, Callable[[Sequence[ScoreRun]], float | None]]] = {
    "net": net_error,
    "gross": gross_error,
    "presence": presence_error,
    "visits": lambda runs: None if (error := visits_error(runs)) is None else abs(error),
    "dwell": dwell_error,
}
"""What must not grow: 0 is right."""


def _wape(pairs: Iterable[tuple[Ways, Ways]]) -> float | None:
    errors, truth, any_ = 0, 0, False
    for error, true in pairs:
        errors, truth, any_ = errors + abs(error[0]) + abs(error[1]), truth + sum(true), True
    return errors / max(truth, 1) if any_ else None


def _less(one: Ways, other: Ways) -> Ways:
    return one[0] - other[0], one[1] - other[1]


def _dwell_distance(zone: ZoneRun) -> float:
    if not zone.counted.dwells_s:
        return 1.0
    counted, true = (np.quantile(one.dwells_s, _LEVELS, method="inverted_cdf") for one in (zone.counted, zone.true))
    return float(np.abs(counted - true).mean() / np.mean(zone.true.dwells_s))
