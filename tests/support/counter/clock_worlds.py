"""Worlds in which the clock of a counter's computer is set wrong, drawn from seeds, and what became of each minute."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from core import wire
from counter.records.checkpoint import CheckpointFile
from counter.records.seconds_file import SecondsFile
from tests.support.counter.early_world import MINUTE_MS, START_MS, Place, Start, World, run
from tests.support.counter.records import START_S

HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
STEPS_MS: Final = (HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS, 20 * 365 * DAY_MS, -10 * 365 * DAY_MS, 150_000, -150_000)
LENGTH_MS: Final = 24 * MINUTE_MS
_SAVE_MS: Final = 5000
_CONFUSED: Final = 3
"""Most passages that a kill adds or takes in the minute after it."""
_RECEIPT_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens to the world at a true time after START_MS."""

    at_ms: int
    what: Callable[["Played"], None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A world: its setting, and the seed of everything in it."""

    setting: str
    seed: int


@dataclass
class Played:
    """A counter in such a world, and what became of each minute that it should have counted.

    Attributes:
        excused: minutes after START_MS that may be missing: of a kill and after it, of a power cut, before a fix.
        server: whether receipts come, a minute apart.
    """

    folder: Path
    place: Place
    world: World = field(default_factory=World)
    excused: set[int] = field(default_factory=set)
    server: bool = False
    records: list[wire.Record] = field(default_factory=list)
    baseline: list[wire.Record] = field(default_factory=list)
    right_from_ms: int = 0

    def __post_init__(self) -> None:
        self.start = Start(self.folder, self.world)
        self._boots = 1

    def see(self, until_ms: int) -> None:
        """Count up to a true time, with receipts on the way."""
        while self.world.true_ms < START_MS + until_ms:
            if self.server:
                server_ms = self.world.true_ms // 1000 * 1000
                self.start.clock.server_times.note(server_ms, self.world.monotonic_s())
            next_ms = self.world.true_ms - START_MS + _RECEIPT_MS
            self.start.see(self.place, min(next_ms, until_ms), save_every_ms=_SAVE_MS)

    def restart(self) -> None:
        """Begin again, with nothing, in the world as it is now."""
        self.start.kill()
        for path in self.folder.glob("outbox*"):
            path.unlink()
        self.start = Start(self.folder, self.world)

    def kill(self, away_ms: int) -> None:
        """Kill the program, and start it again after a while."""
        self._excuse(self.now_ms - 2 * _SAVE_MS, self.now_ms + away_ms + MINUTE_MS)
        self.start.kill()
        self.world.true_ms += away_ms
        self.start = Start(self.folder, self.world)

    def cut_power(self, away_ms: int, from_ms: int) -> None:
        """Cut the power, and boot after a while; seconds since `from_ms` can't be placed."""
        self._excuse(min(from_ms, self.now_ms - 2 * _SAVE_MS), self.now_ms + away_ms + MINUTE_MS)
        self.start.kill()
        self.world.true_ms += away_ms
        self._boots += 1
        self.world.reboot(f"boot {self._boots}")
        self.start = Start(self.folder, self.world)

    @property
    def now_ms(self) -> int:
        """The true time after START_MS."""
        return self.world.true_ms - START_MS

    def end(self) -> None:
        """Look at what was recorded."""
        self.records = self.start.records()
        self.start.kill()
        self.baseline = list(_right(self.place.seed))

    def _excuse(self, from_ms: int, to_ms: int) -> None:
        self.excused |= set(range(from_ms // MINUTE_MS, to_ms // MINUTE_MS + 1))

    # What became of it ------------------------------------------------------------------------------------

    @property
    def wrong(self) -> list[wire.Record]:
        """Records of time that was watched whole, with other numbers than a clock that was always right gives."""
        right = {_key(one): one for one in self.baseline}
        return [one for one in self._timed() if _is_whole(one) and not self._is_right(one, right.get(_key(one)))]

    @property
    def doubled(self) -> list[tuple[str, int]]:
        """Times that were recorded twice."""
        return [key for key, count in Counter(map(_key, self._timed())).items() if count > 1]

    @property
    def missing(self) -> list[int]:
        """Minutes, and first minutes of quarters, that should be recorded whole and aren't."""
        whole = {_key(one) for one in self._timed() if _is_whole(one)}
        expected = [(kind, minute) for kind, minute in map(_key, self.baseline) if not self._may_miss(kind, minute)]
        return [minute for kind, minute in expected if (kind, minute) not in whole]

    @property
    def excused_minutes(self) -> int:
        """How many minutes are missing, and may be."""
        whole = {minute for kind, minute in map(_key, filter(_is_whole, self._timed())) if kind == "FlowRecord"}
        return sum(kind == "FlowRecord" and minute not in whole for kind, minute in map(_key, self.baseline))

    @property
    def alive_at_the_end(self) -> bool:
        """Whether the last minutes are recorded whole."""
        whole = [minute for kind, minute in map(_key, filter(_is_whole, self._timed())) if kind == "FlowRecord"]
        expected = [minute for kind, minute in map(_key, self.baseline) if kind == "FlowRecord"]
        return max(whole, default=-1) == max(expected)

    def _is_right(self, one: wire.FlowRecord | wire.DwellRecord, right: wire.Record | None) -> bool:
        """Return whether a record is the right one. After a kill, people in view may be taken for others once."""
        if right is None or _counts(one) == _counts(right):
            return right is not None
        if not self._may_miss(*_key(one)):
            return False
        return isinstance(right, wire.DwellRecord) or abs(_passed(one) - _passed(right)) <= _CONFUSED

    def _may_miss(self, kind: str, minute: int) -> bool:
        length = 1 if kind == "FlowRecord" else wire.QUARTER_S // 60
        return minute * MINUTE_MS < self.right_from_ms or bool(self.excused & set(range(minute, minute + length)))

    def _timed(self) -> Iterator[wire.FlowRecord | wire.DwellRecord]:
        for one in self.records:
            timed = isinstance(one, wire.FlowRecord | wire.DwellRecord)
            if timed and self.right_from_ms <= _key(one)[1] * MINUTE_MS < LENGTH_MS:
                yield one


@cache
def _right(seed: int) -> tuple[wire.Record, ...]:
    """Return what is recorded of the place of a seed where the clock is always right."""
    with TemporaryDirectory() as folder:
        return tuple(run(Path(folder) / "known", Place(seed, length_ms=LENGTH_MS), unknown_until_ms=None))


def _key(record: wire.Record) -> tuple[str, int]:
    assert isinstance(record, wire.FlowRecord | wire.DwellRecord)
    return type(record).__name__, round(record.start.timestamp() - START_S) // 60


def _counts(record: wire.Record) -> wire.Record:
    """Return the record without what a fault may change: its number and its flags."""
    return msgspec.structs.replace(record, seq=wire.Seq(1), flags=[])


def _passed(record: wire.Record) -> int:
    """Return the gross passages of a flow record."""
    assert isinstance(record, wire.FlowRecord)
    return record.lines[0].gross_forward + record.lines[0].gross_backward


def _is_whole(record: wire.FlowRecord | wire.DwellRecord) -> bool:
    if isinstance(record, wire.FlowRecord):
        return record.lines[0].observed_ms == MINUTE_MS
    return record.zones[0].observed_ms == wire.QUARTER_S * 1000


# The settings ---------------------------------------------------------------------------------------------


def _set(world: World, shift_ms: int, known: bool | None) -> None:
    world.shift_ms, world.is_known = shift_ms, known


def _false_steps(played: Played, rng: random.Random, known: Callable[[], bool | None]) -> None:
    """Some steps, each set right again after a while; `known` is what the kernel says meanwhile."""
    for _ in range(rng.randrange(1, 4)):
        played.see(played.now_ms + rng.randrange(20_000, 4 * MINUTE_MS, 1000))
        _set(played.world, rng.choice(STEPS_MS), known())
        played.see(played.now_ms + rng.choice([1000, 20_000, 80_000, 4 * MINUTE_MS]))
        played.world.shift_ms = 0
        played.see(played.now_ms + rng.choice([0, 3000, 30_000]))
        played.world.is_known = True


def _kernel(played: Played, rng: random.Random) -> None:
    """The kernel says that a clock that was set isn't synchronised, until it is."""
    _false_steps(played, rng, lambda: False)


def _always_known(played: Played, rng: random.Random) -> None:
    """The kernel says all the time that the clock is synchronised, or somebody said that it is right."""
    _false_steps(played, rng, lambda: True)


def _system_silent(played: Played, rng: random.Random) -> None:
    """The system does not say."""
    played.world.is_known = None
    _false_steps(played, rng, lambda: None)
    played.world.is_known = None


def _with_server(played: Played, rng: random.Random) -> None:
    """Receipts come all the time."""
    played.server = True
    _false_steps(played, rng, lambda: rng.choice([True, False, None]))


def _stays_wrong(played: Played, rng: random.Random) -> None:
    """The clock is never set right again, and the server says so."""
    played.server = True
    played.see(rng.randrange(2 * MINUTE_MS, 8 * MINUTE_MS, 1000))
    _set(played.world, rng.choice(STEPS_MS), rng.choice([True, False, None]))


def _flapping(played: Played, rng: random.Random) -> None:
    """To and fro each minute."""
    known, step_ms = rng.choice([True, False, None]), rng.choice([HOUR_MS, DAY_MS, 150_000])
    for turn in range(14):
        played.see(played.now_ms + rng.choice([MINUTE_MS, MINUTE_MS, 59_000, 7000]))
        _set(played.world, (step_ms, -step_ms, 0)[turn % 3], known)
    _set(played.world, 0, True)


def _killed(played: Played, rng: random.Random) -> None:
    """The program is killed while the clock is wrong, or the clock is set while it is away; the computer runs on."""
    known = rng.choice([True, None, False])
    played.see(rng.randrange(3 * MINUTE_MS, 8 * MINUTE_MS, 1000))
    before = rng.random() < 0.5
    if before:
        _set(played.world, rng.choice(STEPS_MS), known)
        played.see(played.now_ms + rng.randrange(3000, 100_000, 1000))
    played.kill(rng.choice([2000, 40_000]))
    if not before:
        _set(played.world, rng.choice(STEPS_MS), known)
        played.kill(3000)
    played.see(played.now_ms + rng.randrange(3000, 100_000, 1000))
    if rng.random() < 0.5:
        played.kill(2000)
        played.see(played.now_ms + 20_000)
    _set(played.world, 0, True)


def _power_cut(played: Played, rng: random.Random) -> None:
    """The power goes while the clock is wrong; after the boot the right time is known at some time."""
    played.see(rng.randrange(3 * MINUTE_MS, 8 * MINUTE_MS, 1000))
    wrong_from_ms = played.now_ms
    _set(played.world, rng.choice(STEPS_MS), rng.choice([True, None, False]))
    played.see(played.now_ms + rng.randrange(3000, 100_000, 1000))
    played.cut_power(rng.randrange(2000, 60_000, 1000), wrong_from_ms)
    played.world.shift_ms = 0
    played.see(played.now_ms + rng.randrange(1000, 100_000, 1000))
    played.world.learn_clock()


def _before_the_first_time(played: Played, rng: random.Random) -> None:
    """The clock is set about while the counter waits for its first time."""
    played.cut_power(7000, played.now_ms)
    for _ in range(3):
        played.world.shift_ms, played.world.reads_wrong = rng.choice(STEPS_MS), rng.random() < 0.5
        played.see(played.now_ms + rng.randrange(10_000, 100_000, 1000))
    played.world.shift_ms = 0
    played.world.learn_clock()


def _by_synchronisation(played: Played, rng: random.Random) -> None:
    """The network comes, and with it the right time."""
    _begin_wrong(played, rng)
    played.world.is_known = False
    played.see(played.now_ms + rng.randrange(2000, 100_000, 1000))
    _correct(played)
    played.see(played.now_ms + rng.choice([0, 2000]))
    played.world.is_known = True


def _by_server(played: Played, rng: random.Random) -> None:
    """Somebody sets the clock right, and receipts say so."""
    _begin_wrong(played, rng)
    played.see(played.now_ms + rng.randrange(2000, 100_000, 1000))
    _correct(played)
    played.world.is_known = rng.choice([True, False, None])
    played.server = True


def _silenced(played: Played, rng: random.Random) -> None:
    """An earlier version recorded into the future, and has recorded nothing since the clock was set right."""
    _set(played.world, rng.choice([HOUR_MS, DAY_MS, 20 * 365 * DAY_MS]), True)
    played.restart()
    played.see(rng.randrange(3 * MINUTE_MS, 6 * MINUTE_MS, 1000))
    path = played.start.device.outbox.path
    played.start.counter.save()
    played.start.kill()
    played.world.shift_ms = 0
    with closing(SecondsFile(path)) as seconds, closing(CheckpointFile(path)) as checkpoints:
        boot, checkpoint = seconds.boot(), checkpoints.take("f", played.world.true_ms)
        assert boot is not None
        assert checkpoint is not None
        seconds.save(replace(boot, offset_ms=None), ())
        checkpoints.write(replace(checkpoint, at_ms=played.world.true_ms))
    _correct(played)
    played.start = Start(played.folder, played.world)


def _begin_wrong(played: Played, rng: random.Random) -> None:
    steps = [step_ms for step_ms in STEPS_MS if abs(step_ms) < 2 * HOUR_MS or step_ms > 0]
    _set(played.world, rng.choice(steps), rng.choice([True, None]))
    played.restart()
    played.see(rng.randrange(3 * MINUTE_MS, 8 * MINUTE_MS, 1000))


def _correct(played: Played) -> None:
    """Set the clock right. The minute of it, and its quarter, may be missing: they were begun at another time.

    Minutes that were recorded ahead of their time stay as they are.
    """
    ahead_ms = played.world.shift_ms if 0 < played.world.shift_ms < LENGTH_MS else 0
    played.world.shift_ms = 0
    played.right_from_ms = played.now_ms + ahead_ms
    played.excused |= {played.now_ms // MINUTE_MS, played.right_from_ms // MINUTE_MS}


SETTINGS: Final[dict[str, Callable[[Played, random.Random], None]]] = {
    "kernel": _kernel,
    "always known": _always_known,
    "system silent": _system_silent,
    "with server": _with_server,
    "stays wrong": _stays_wrong,
    "flapping": _flapping,
    "killed": _killed,
    "power cut": _power_cut,
    "before the first time": _before_the_first_time,
    "corrected by synchronisation": _by_synchronisation,
    "corrected by the server": _by_server,
    "silenced before": _silenced,
}


def play(folder: Path, drawn: Drawn) -> Played:
    """Play a world to its end."""
    rng = random.Random(f"{drawn.setting} {drawn.seed}")
    place = Place(drawn.seed, length_ms=LENGTH_MS)
    played = Played(folder, place)
    SETTINGS[drawn.setting](played, rng)
    played.see(LENGTH_MS)
    played.end()
    return played
