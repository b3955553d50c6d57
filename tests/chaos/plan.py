"""The plan of a campaign as data: which fault, when, to whom, for how long. The same seed makes the same plan."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

_A_MINUTE: Final = 7.5
"""Faults a minute in a long campaign."""
_AT_LEAST: Final = 25


class Kind(StrEnum):
    """What is done to a part."""

    KILL = "kill -9"
    PAUSE = "pause"
    RESTART = "restart"
    GONE = "kill -9 for good"
    CUT = "cut the line"
    CONNECTIONS = "end the database connections"
    FULL = "fill the disk"
    CLOCK = "move the clock"
    SLOW = "few frames"
    IMAGE = "put a card's image back"
    FLIP = "flip a bit"
    BACKUP = "back up"
    RESTORE = "restore the backup"


_SIZES: Final = {
    Kind.CLOCK: (-600, -60, 30, 90, 300, 900, 3600, -3600, 86_400, -86_400, 631_152_000),
    Kind.SLOW: (0, 0.2, 0.5, 1, 2),
    Kind.IMAGE: (1, 3, 8),
    Kind.FLIP: (1, 1, 4),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        at_s: when it begins, seconds after the load began.
        kind: what is done.
        targets: names of the parts that it is done to.
        lasting_s: after how many seconds it is undone: the part started, the disk emptied, the clock set right.
        size: by how many seconds a clock is moved, how many frames a second come, which image is put back, counted
            from the newest, or how many bits are flipped; 0 for other faults.
    """

    at_s: float
    kind: Kind
    targets: tuple[str, ...]
    lasting_s: float
    size: float = 0

    @property
    def until_s(self) -> float:
        """When it is over."""
        return self.at_s + self.lasting_s

    def __str__(self) -> str:
        """Return it as one line, without its time."""
        moved = f" ({self.size:g})" if self.kind in _SIZES else ""
        lasting = f" for {self.lasting_s:.1f} s" if self.lasting_s else ""
        return f"{self.kind}: {', '.join(self.targets)}{moved}{lasting}"


@dataclass(frozen=True, slots=True)
class Shape:
    """What there is to be broken.

    Attributes:
        counters: how many counters. The last one counts known people live: its clock, frames and card fail.
        replicas: how many replicas of ingest.
        small_disk: whether a disk can be filled: the first counter's.
    """

    counters: int = 4
    replicas: int = 3
    small_disk: bool = True

    @property
    def live_counter(self) -> str:
        """Name of the counter without a past."""
        return f"counter-{self.counters}"


@dataclass(slots=True)
class _Draw:
    """The parts that are free at a moment, and chance."""

    shape: Shape
    rng: random.Random
    busy: dict[str, float] = field(default_factory=dict)
    replicas: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.replicas = [f"ingest-{n}" for n in range(1, self.shape.replicas + 1)]

    def counters(self) -> list[str]:
        return [f"counter-{n}" for n in range(1, self.shape.counters + 1)]

    def candidates(self, kind: Kind) -> list[list[str]]:
        """Return the groups of parts of which one, or some of one, can meet this fault."""
        of_its_own = {
            Kind.GONE: [self.replicas],
            Kind.CUT: [["line of the counters"], ["line of ingest"], ["line of the database"]],
            Kind.CONNECTIONS: [["database"]],
            Kind.BACKUP: [["database"]],
            Kind.FULL: [["disk of counter-1"]],
            Kind.CLOCK: [[f"clock of {self.shape.live_counter}"]],
            Kind.SLOW: [[f"frames of {self.shape.live_counter}"]],
            Kind.IMAGE: [[self.shape.live_counter]],
            Kind.FLIP: [[self.shape.live_counter]],
            Kind.RESTORE: [["database", "broker", *self.replicas]],
        }
        return of_its_own.get(kind, [self.counters(), self.replicas, ["broker"], ["database"]])

    def targets(self, kind: Kind) -> tuple[str, ...]:
        group = self.rng.choice(self.candidates(kind))
        if kind is Kind.RESTORE:
            return tuple(group)
        several = len(group) if kind in {Kind.KILL, Kind.RESTART, Kind.PAUSE} else 1
        return tuple(sorted(self.rng.sample(group, self.rng.randint(1, several))))

    def free_at(self, targets: Sequence[str]) -> float:
        return max((self.busy.get(name, 0.0) for name in targets), default=0.0)

    def lasting_s(self, kind: Kind) -> float:
        match kind:
            case Kind.GONE | Kind.CONNECTIONS | Kind.BACKUP | Kind.RESTORE:
                return 0.0
            case Kind.CUT:
                return self.rng.choice([0.0, 0.0, self.rng.uniform(0.5, 6)])
            case Kind.FULL:
                return self.rng.uniform(4, 15)
            case Kind.CLOCK:
                return self.rng.uniform(15, 65)  # a minute that ends meanwhile is recorded with the wrong time
            case Kind.SLOW:
                return self.rng.uniform(15, 65)
            case Kind.KILL | Kind.RESTART | Kind.PAUSE | Kind.IMAGE | Kind.FLIP:
                return self.rng.uniform(0.1, 6)


def make(seed: int, minutes: float, shape: Shape) -> list[Fault]:
    """Return the faults of a campaign, in order."""
    rng = random.Random(seed)
    draw = _Draw(shape, rng)
    kinds = list(_kinds(rng, minutes, shape))
    gap_s = minutes * 60 / len(kinds)
    faults = [_fault(draw, kind, number * gap_s + rng.uniform(0, gap_s)) for number, kind in enumerate(kinds)]
    return sorted(faults, key=lambda fault: fault.at_s)


def _fault(draw: _Draw, kind: Kind, at_s: float) -> Fault:
    targets = draw.targets(kind)
    size = draw.rng.choice(_SIZES.get(kind, (0,)))
    fault = Fault(max(at_s, draw.free_at(targets)), kind, targets, draw.lasting_s(kind), size)
    for name in targets:
        draw.busy[name] = fault.until_s + 1
    if kind is Kind.GONE:
        draw.replicas = [name for name in draw.replicas if name not in targets]
    return fault


def _kinds(rng: random.Random, minutes: float, shape: Shape) -> Iterator[Kind]:
    """Yield each kind at least once and those of every day more often; a restore has a backup some way before it."""
    total = max(_AT_LEAST, round(_A_MINUTE * minutes))
    once = [
        Kind.CUT,
        Kind.CONNECTIONS,
        Kind.CLOCK,
        Kind.SLOW,
        Kind.IMAGE,
        Kind.FLIP,
        *[Kind.FULL] * shape.small_disk,
        *[Kind.GONE] * (shape.replicas > 1),
    ]
    pairs = max(1, total // 40)
    common = [Kind.KILL] * 8 + [Kind.PAUSE] * 5 + [Kind.RESTART] * 4 + [Kind.CUT] * 4 + [Kind.CONNECTIONS]
    rare = [Kind.CLOCK, Kind.SLOW, Kind.IMAGE, Kind.FLIP, *[Kind.FULL] * shape.small_disk]
    others = once + rng.choices(common + rare, k=total - len(once) - 2 * pairs)
    rng.shuffle(others)
    part = len(others) // pairs
    for number in range(pairs):
        piece = others[number * part : len(others) if number == pairs - 1 else (number + 1) * part]
        yield from piece[: part // 4]
        yield Kind.BACKUP
        yield from piece[part // 4 : 2 * part // 3]
        yield Kind.RESTORE
        yield from piece[2 * part // 3 :]
