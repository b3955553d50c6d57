"""The plan of a virtual campaign as data: which fault, when, for how long. The same seed makes the same plan."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Sees(StrEnum):
    """What a device counts by."""

    POINTS = "points"
    PICTURES = "pictures"
    RANGER = "ranger"


MINUTES: Final = {Sees.POINTS: 120, Sees.PICTURES: 30, Sees.RANGER: 60}
"""Length of one campaign, in minutes of virtual time; there are as many faults in it."""
_QUIET_S: Final = 240.0
"""Nothing is broken in the first and the last minutes."""


class Kind(StrEnum):
    """What is done."""

    CLOCK_STEP = "clock steps"
    CLOCK_FLAP = "clock flaps"
    CLOCK_UNKNOWN = "reboot without a known clock"
    SLOW = "few frames"
    GAP = "no frames"
    KILL = "kill -9"
    RESTART = "restart"
    POWER = "power cut, last commits lost"
    IMAGE = "card image put back"
    IMAGE_RUNNING = "older file put back while running"
    WAL = "log of the outbox deleted"
    DELETED = "outbox deleted while running"
    FLIP = "bits flipped"
    FLIP_RUNNING = "bits flipped while running"
    PAGE = "page zeroed"
    HEADER = "header zeroed"
    TRUNCATED = "outbox truncated"
    CUT = "no network"
    LOSSY = "messages and receipts lost"
    SERVER_CLOCK = "the server's clock is wrong"
    SERVER_AWAY = "the server is away"
    FROZEN = "picture frozen to the last bit"
    FROZEN_NOISE = "picture frozen and encoded anew"
    FROZEN_CLOCK = "picture frozen, a clock runs in it"
    COVERED = "a fifth of the picture covered"
    NO_ECHO = "no echo"
    ONE_ECHO = "no echo in one zone"
    COVER = "a cover before the ranger"


PART_OF: Final = {
    **dict.fromkeys((Kind.CLOCK_STEP, Kind.CLOCK_FLAP), "clock"),
    **dict.fromkeys((Kind.SLOW, Kind.GAP, Kind.FROZEN, Kind.FROZEN_NOISE, Kind.FROZEN_CLOCK, Kind.COVERED), "frames"),
    **dict.fromkeys((Kind.NO_ECHO, Kind.ONE_ECHO, Kind.COVER), "frames"),
    **dict.fromkeys((Kind.CUT, Kind.LOSSY), "network"),
    **dict.fromkeys((Kind.SERVER_CLOCK, Kind.SERVER_AWAY), "server"),
}
"""What a fault is done to; what isn't listed is done to the device and its card. One fault at a time for each."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        at_s: when it begins, seconds of the campaign.
        lasting_s: after how many seconds it is undone, or the device started again.
        size: how much: seconds of a clock, frames a second, bits, the age of an image in seconds.
        synchronised: what the kernel says of a clock meanwhile.
    """

    kind: Kind
    at_s: float
    lasting_s: float
    size: float = 0.0
    synchronised: bool | None = True

    @property
    def part(self) -> str:
        """What it is done to."""
        return PART_OF.get(self.kind, "device")

    @property
    def until_s(self) -> float:
        """When it is over."""
        return self.at_s + self.lasting_s

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.at_s:7.1f} s  {self.kind} ({self.size:g}) for {self.lasting_s:.1f} s"


_STEPS_S: Final = (3600, -3600, 86_400, -86_400, 631_152_000, -189_345_600, 300, -300, 900, -900, 90, -90)
_AGES_S: Final = (60, 300, 900, 2400)


_PICTURES: Final = (Kind.FROZEN, Kind.FROZEN_NOISE, Kind.FROZEN_CLOCK, Kind.COVERED)
_RANGER: Final = (Kind.NO_ECHO, Kind.ONE_ECHO, Kind.COVER)
_COMMON: Final = (Kind.SLOW, Kind.GAP, Kind.KILL, Kind.RESTART, Kind.CLOCK_STEP, Kind.CUT)
KINDS: Final = {
    Sees.POINTS: tuple(kind for kind in Kind if kind not in _PICTURES + _RANGER),
    Sees.PICTURES: (*_PICTURES, *_PICTURES, *_COMMON),
    Sees.RANGER: (*_RANGER, *_RANGER, *(kind for kind in _COMMON if kind not in {Kind.SLOW, Kind.GAP})),
}


def sees(seed: int) -> Sees:
    """Return what the device of a seed counts by: one in ten by pictures, one by a ranger."""
    return {0: Sees.PICTURES, 5: Sees.RANGER}.get(seed % 10, Sees.POINTS)


def make(seed: int, only: tuple[Kind, ...] = ()) -> list[Fault]:
    """Return the faults of a campaign, in order of their beginnings; `only` of some kinds, where there are any."""
    rng = random.Random(seed)
    minutes, kinds = MINUTES[sees(seed)], only or KINDS[sees(seed)]
    faults = minutes
    wanted = [kinds[number % len(kinds)] for number in range(faults)]
    rng.shuffle(wanted)
    gap_s = (minutes * 60 - 2 * _QUIET_S) / faults
    free: dict[str, float] = {}
    found = []
    for number, kind in enumerate(wanted):
        fault = _fault(rng, kind, _QUIET_S + (number + rng.random()) * gap_s)
        at_s = max(fault.at_s, free.get(fault.part, 0.0))
        fault = Fault(fault.kind, at_s, fault.lasting_s, fault.size, fault.synchronised)
        free[fault.part] = fault.until_s + 20
        found.append(fault)
    return sorted(found, key=lambda fault: fault.at_s)


def _fault(rng: random.Random, kind: Kind, at_s: float) -> Fault:
    lasting_s, size, synchronised = _DRAWN.get(kind, _short)(rng)
    return Fault(kind, at_s, lasting_s, size, synchronised)


_Drawn = tuple[float, float, bool | None]
"""How long, how much, and what the kernel says of the clock meanwhile."""


def _short(rng: random.Random) -> _Drawn:
    return rng.uniform(0.5, 40), 0.0, True


def _step(rng: random.Random) -> _Drawn:
    return rng.choice([80.0, rng.uniform(20, 400)]), rng.choice(_STEPS_S), rng.choice([True, False, False])


def _flap(rng: random.Random) -> _Drawn:
    return rng.uniform(150, 400), rng.choice(_STEPS_S), rng.choice([True, False])


def _unknown(rng: random.Random) -> _Drawn:
    return rng.uniform(20, 300), rng.choice([0, -30, -3600, -1_700_000_000]), False


def _slow(rng: random.Random) -> _Drawn:
    return rng.uniform(40, 300), rng.choice([2.0, 1.0, 0.7, 0.5, 0.3, 0.12]), True


def _gap(rng: random.Random) -> _Drawn:
    return rng.choice([rng.uniform(0.5, 5), rng.uniform(5, 120)]), 0.0, True


def _image(rng: random.Random) -> _Drawn:
    return rng.uniform(1, 60), rng.choice(_AGES_S), True


def _flip(rng: random.Random) -> _Drawn:
    return rng.uniform(1, 20), rng.choice([1, 1, 3, 10]), True


def _long(rng: random.Random) -> _Drawn:
    return rng.choice([rng.uniform(30, 120), rng.uniform(120, 600)]), 0.0, True


def _server_clock(rng: random.Random) -> _Drawn:
    return rng.uniform(60, 400), rng.choice([-300, -900, 300, 1800, -60, 60]), True


def _some_minutes(rng: random.Random) -> _Drawn:
    return rng.uniform(30, 240), 0.0, True


_DRAWN: Final[dict[Kind, Callable[[random.Random], _Drawn]]] = {
    Kind.CLOCK_STEP: _step,
    Kind.CLOCK_FLAP: _flap,
    Kind.CLOCK_UNKNOWN: _unknown,
    Kind.SLOW: _slow,
    Kind.GAP: _gap,
    **dict.fromkeys((Kind.IMAGE, Kind.IMAGE_RUNNING), _image),
    **dict.fromkeys((Kind.FLIP, Kind.FLIP_RUNNING), _flip),
    **dict.fromkeys((Kind.CUT, Kind.LOSSY, Kind.SERVER_AWAY), _long),
    Kind.SERVER_CLOCK: _server_clock,
    **dict.fromkeys((*_PICTURES, *_RANGER), _some_minutes),
}


BELIEVED: Final = "small steps of the clock"
"""Steps of two minutes at most are believed: minutes lie aside by as much, and only those of the step are flagged."""
_BELIEVED_S: Final = 120


def windows(plan: list[Fault], minutes: int) -> Iterator[tuple[str, int, int]]:
    """Yield for each fault the minutes [first, last] that it may have touched."""
    for fault in plan:
        first, last = int(fault.at_s // 60) - 1, int(fault.until_s // 60) + 2
        yield str(fault.kind), max(first, 0), min(last, minutes - 1)
        if fault.part == "clock" and abs(fault.size) <= _BELIEVED_S:
            yield BELIEVED, max(first - 1, 0), min(last + 2, minutes - 1)
