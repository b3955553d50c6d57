"""How much must be observed under each kind of fault: a counter that calls everything missing is never wrong."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tests.chaos.virtual.audit import Verdict

FLOORS: Final[dict[str, float]] = {}
"""Share of the minutes that a fault of the kind may have touched, from the minute before it to two minutes after."""


def below(verdict: Verdict) -> list[str]:
    """Return the kinds of which less was observed than their floor."""
    return [kind for kind, floor in FLOORS.items() if kind in verdict.seconds and share(verdict, kind) < floor]


def share(verdict: Verdict, kind: str) -> float:
    """Return the observed share of the minutes that a kind of fault touched."""
    observed, there = verdict.seconds[kind]
    return observed / there if there else 1.0


def report(verdict: Verdict) -> Iterator[str]:
    """Yield the lines of the table."""
    yield f"{verdict.faults} faults; {verdict.people} people, {verdict.counted} counted"
    yield f"{verdict.silent} minutes silent without a reason, {verdict.loops} crash loops"
    for sentence, times in Counter(_kind_of(sentence) for sentence in verdict.ends).most_common(5):
        yield f"{times} times the program ended and was started again: {sentence}"
    yield f"{verdict.destroyed} records went with their card before they could be sent"
    for kind in sorted(verdict.seconds):
        note = " BELOW ITS FLOOR" if kind in below(verdict) else ""
        yield f"{share(verdict, kind):7.1%} observed  {kind}{note}"


def _kind_of(sentence: str) -> str:
    """Return the sentence without its numbers and paths."""
    return re.sub(r"/\S+|[0-9a-f]{16}|\d+", "...", sentence)[:160]
