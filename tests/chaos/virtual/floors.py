"""How much must be observed under each kind of fault: a counter that calls everything missing is never wrong."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tests.chaos.virtual.audit import Verdict

FLOORS: Final = {
    "a cover before the ranger": 0.04,
    "a fifth of the picture covered": 0.09,
    "bits flipped": 0.31,
    "bits flipped while running": 0.27,
    "card image put back": 0.20,
    "clock flaps": 0.30,
    "clock steps": 0.26,
    "few frames": 0.25,
    "header zeroed": 0.31,
    "kill -9": 0.27,
    "log of the outbox deleted": 0.23,
    "messages and receipts lost": 0.31,
    "no echo": 0.05,
    "no echo in one zone": 0.07,
    "no frames": 0.28,
    "no network": 0.27,
    "older file put back while running": 0.32,
    "outbox deleted while running": 0.28,
    "outbox truncated": 0.30,
    "page zeroed": 0.25,
    "picture frozen and encoded anew": 0.11,
    "picture frozen to the last bit": 0.10,
    "picture frozen, a clock runs in it": 0.11,
    "power cut, last commits lost": 0.25,
    "reboot without a known clock": 0.31,
    "restart": 0.28,
    "small steps of the clock": 0.28,
    "the server is away": 0.28,
    "the server's clock is wrong": 0.30,
    "nothing": 0.90,
}
"""Share of the minutes that a fault of the kind may have touched, from the minute before it to two minutes after, which
others touched as well: there is a fault a minute. About half of what ten campaigns (1,023 faults, seed 301) had."""
_ENOUGH_S: Final = 3600
"""Less time under a kind of fault than this is too little to judge by, in seconds."""


def below(verdict: Verdict) -> list[str]:
    """Return the kinds of which less was observed than their floor."""
    known = {kind: floor for kind, floor in FLOORS.items() if verdict.seconds.get(kind, (0, 0))[1] >= _ENOUGH_S}
    return [kind for kind, floor in known.items() if share(verdict, kind) < floor]


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
