"""The score as the tables of docs/score.md: a row a scene, a column a counter."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from bench.score.runs import (
    Score,
    ScoreRun,
    coverage,
    cpu_ms,
    dwell_error,
    gross_error,
    net_error,
    presence_error,
    visits_error,
    worst_dwell,
)
from bench.score.tables import by_line

Cell = Callable[[Sequence[ScoreRun]], str | None]
"""What stands of one counter in one scene; None where nothing can."""


def page(score: Score) -> str:
    """Return the tables in Markdown."""
    return "\n".join(line for title, cell in TABLES.items() for line in _table(score, title, cell))


def _table(score: Score, title: str, cell: Cell) -> Iterator[str]:
    groups = [(scene, counters) for scene, counters in score.groups() if any(map(cell, counters.values()))]
    if not groups:
        return
    names = list(dict.fromkeys(name for _, counters in groups for name in counters))
    yield f"\n**{title}**\n"
    yield "| scene | " + " | ".join(name.removesuffix(" + LineZone") for name in names) + " |"
    yield "|" + "---|" * (len(names) + 1)
    for scene, counters in groups:
        cells = [(cell(counters[name]) or "-") if name in counters else "-" for name in names]
        judging = next(iter(counters.values()))[0].role == "judging"
        yield f"| {'*' * judging}{scene}{'*' * judging} | " + " | ".join(cells) + " |"


def _net(runs: Sequence[ScoreRun]) -> str | None:
    error = net_error(runs)
    return None if error is None else f"{error:.1%} ({by_line(runs)})"


def _gross(runs: Sequence[ScoreRun]) -> str | None:
    error = gross_error(runs)
    return None if error is None else f"{error:.1%}"


def _stay(runs: Sequence[ScoreRun]) -> str | None:
    presence, visits, dwell, worst = (of(runs) for of in (presence_error, visits_error, dwell_error, worst_dwell))
    if presence is None or visits is None or dwell is None:
        return None
    return f"{presence:.1%}, {visits:+.1%}, {dwell:.1%}, {'-' if worst is None else f'{worst:.1%}'}"


def _cost(runs: Sequence[ScoreRun]) -> str | None:
    claimed = coverage(runs)
    return f"{cpu_ms(runs):.2f}" + ("" if claimed is None else f" ({claimed:.0%})")


TABLES: Final[dict[str, Cell]] = {
    "Net crossings: error (forward backward, of each line)": _net,
    "Gross crossings: error": _gross,
    "Stay: error of presence, of the number of visits, of dwell, and the worst visit": _stay,
    "Time of the processor in ms a frame (coverage)": _cost,
}
