"""`python -m tests.chaos --minutes 2 --seed 1`: runs a campaign, prints what was done and what became of the records.

Ends with 1 when anything differs.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from store.database import Database, DatabaseError, connect
from tests.chaos.audit import Account, Archive, Audit, is_settled
from tests.chaos.faults import begin, undo
from tests.chaos.plan import Fault, Kind, Shape, make
from tests.chaos.spy import Spy
from tests.chaos.virtual.audit import Place, Verdict, account, compare, facts
from tests.chaos.virtual.floors import below, report
from tests.chaos.virtual.many import play_many
from tests.chaos.virtual.people import People
from tests.chaos.walking import MOST_MINUTES, SEED
from tests.chaos.world import Load, World, can_mount, world

_TICK_S: Final = 0.1
_FOLLOW_S: Final = 1.0
_SETTLE_S: Final = 300.0
_IMAGE_S: Final = 15.0
"""How often the files of the live counter are copied."""
_RATE: Final = 40.0
"""Records of the past that each counter makes a second: something is under way from the first fault to the last."""
_RECORDS_A_DAY: Final = 1536


@dataclass(slots=True)
class Campaign:
    """One run.

    Attributes:
        plan: the faults.
        done: what was done, by kind and part.
        faults: what is not as it must be.
    """

    here: World
    spy: Spy
    archive: Archive
    plan: list[Fault]
    say: Callable[[str], None]
    faults: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    _followed_s: float = 0.0
    _imaged_s: float = 0.0

    def run(self) -> None:
        """Start the load, do everything in the plan, and undo it."""
        for counter in self.here.named("counter-"):
            counter.start()
        began_s = time.monotonic()
        steps = [(fault.at_s, 0, number, fault) for number, fault in enumerate(self.plan)]
        steps += [(fault.until_s, 1, number, fault) for number, fault in enumerate(self.plan)]
        for at_s, undoing, _, fault in sorted(steps, key=lambda step: step[:3]):
            while time.monotonic() - began_s < at_s:
                self._tick()
            if undoing:
                undo(self.here, fault)
            else:
                self.say(f"{_now()}  {at_s:7.1f} s  {fault}")
                begin(self.here, self.spy, fault)
                self.done.append(_sentence(fault))

    def settle(self) -> None:
        """Let the counters make the rest at once, wait until everything is settled, then end them."""
        self.here.hurry()
        deadline = time.monotonic() + _SETTLE_S
        while not self._is_settled():
            if time.monotonic() > deadline:
                self.faults.append(f"not everything was settled within {_SETTLE_S:.0f} s")
                break
            self._tick()
        for name in self.here.parts:
            if name.startswith("counter-"):
                self.here.parts[name].end()
        self.archive.follow()

    def _is_settled(self) -> bool:
        self.archive.follow()
        try:
            with connect(self.here.database_url, application="chaos", autocommit=True) as database:
                return is_settled(self.archive, database) and not self.here.journal.unsettled()
        except DatabaseError:
            return False

    def _tick(self) -> None:
        time.sleep(_TICK_S)
        for sentence in self.here.restart_the_ended():
            self.say(f"{_now()}  {sentence}")
            if not self._is_excused(sentence):
                self.faults.append(sentence)
        if time.monotonic() - self._imaged_s > _IMAGE_S:
            self.here.take_image()
            self._imaged_s = time.monotonic()
        if time.monotonic() - self._followed_s > _FOLLOW_S:
            self.archive.follow()
            self.here.journal.follow()
            self._followed_s = time.monotonic()

    def _is_excused(self, sentence: str) -> bool:
        """Tell whether it was a counter that can't begin on a full disk."""
        return "code 3" in sentence and "the disk is full" in sentence


def main() -> None:
    """Run a campaign as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2, help="length of the load, without what follows")
    parser.add_argument("--seed", type=int, default=1, help="makes the plan; the same seed repeats it")
    parser.add_argument("--broker", choices=["embedded", "mosquitto", "mosquitto-persistent"], default="embedded")
    parser.add_argument("--counters", type=int, default=4)
    parser.add_argument("--replicas", type=int, default=3)
    parser.add_argument("--rate", type=float, default=_RATE, help="records that each counter makes a second")
    parser.add_argument("--folder", type=Path, help="kept afterwards; else a temporary one")
    parser.add_argument("--runs", type=int, default=10, help="campaigns in virtual time that follow; 0 for none")
    parser.add_argument("--plan", action="store_true", help="print the plan and do nothing")
    asked = parser.parse_args()
    shape = Shape(asked.counters, asked.replicas, can_mount())
    plan = make(asked.seed, asked.minutes, shape)
    if asked.plan:
        print("\n".join(f"{fault.at_s:7.1f} s  {fault}" for fault in plan))  # noqa: T201 - a program that prints
        return
    if not shape.small_disk:
        _say("no disk is filled: only root can mount a small one")
    load = Load(max(1, round(asked.minutes * 60 * asked.rate / _RECORDS_A_DAY)), asked.rate)
    with tempfile.TemporaryDirectory(prefix="platspuls-chaos-") as temporary:
        outcome = campaign(asked.folder or Path(temporary), plan, shape, asked.broker, load, _say)
    virtual = play_many(asked.seed, asked.runs, _say) if asked.runs else Verdict()
    false_zero = outcome.false_zero + virtual.false_zero
    lost, double, early = outcome.lost + virtual.lost, outcome.double + virtual.double, outcome.early + virtual.early
    _say(f"lost {lost}, double {double}, false zero {false_zero}, early receipts {early}")
    sys.exit(1 if outcome.faults or not virtual.is_clean() or below(virtual) else 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a campaign came to.

    Attributes:
        lost: records that were made and became neither facts nor a reject nor a declared loss.
        double: facts that are there twice, and people who were counted twice.
        false_zero: people who were missed in time that is said to be observed.
        early: receipts of what was not settled.
        faults: all that is not as it must be, one sentence each.
    """

    lost: int
    double: int
    false_zero: int
    early: int
    faults: list[str]


def campaign(  # noqa: PLR0913, PLR0917 - the options of the command
    folder: Path, plan: list[Fault], shape: Shape, broker: str, load: Load, say: Callable[[str], None]
) -> Outcome:
    """Run a plan; return what is not as it must be."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = f"{shape.counters} counters with {load.history_days} days of history, {shape.replicas} replicas of ingest"
    say(f"{len(plan)} faults, {parts}, broker {broker}")
    with world(folder, shape, broker, load) as here:
        spy = Spy(here.database_url, here.broker_port)
        spy.start()
        others = {name: path for name, path in here.outboxes.items() if name != shape.live_counter}
        run = Campaign(here, spy, Archive(others), plan, say)
        try:
            run.run()
            say(f"{_now()}  the plan is done")
            run.settle()
            say(f"{_now()}  settled")
        finally:
            spy.close()
        audit = Audit()
        with connect(here.database_url, application="chaos", autocommit=True) as database:
            live = _look_at_live(here, database)
            audit.look(run.archive, database, but=here.shape.live_counter)
            _tell(audit.accounts, database, say)
    if audit.uncopied:
        say(f"{audit.uncopied} records were dropped and declared lost before they could be copied for comparing")
    say(f"{spy.checked} receipts were looked up after they were heard; {spy.rewinds} asked for records again")
    for kind, count in sorted(Counter(run.done).items()):
        say(f"{count:>4}  {kind}")
    for text in report(live):
        say(text)
    faults = [*run.faults, *spy.faults, *audit.faults, *live.wrong]
    for sentence in faults:
        say(f"WRONG: {sentence}")
    say(f"{len(run.done)} of {len(plan)} faults done; {len(faults) or 'nothing'} wrong")
    return Outcome(audit.lost + live.lost, audit.double + live.double, live.false_zero, spy.early, faults)


def _look_at_live(here: World, database: Database) -> Verdict:
    """Compare the minutes of the counter whose people are known, from the first whole one to the last."""
    live, people = Verdict(), People(SEED, MOST_MINUTES)
    minutes = range(max(int((time.time() * 1000 - here.begin_ms) // 60_000) - 1, 0))
    truth = {minute: counts for minute, counts in people.truth().items() if minute in minutes}
    place = Place("chaos", here.shape.live_counter.replace("counter", "line"))
    stored = {minute: found for minute, found in facts(database, place, here.begin_ms).items() if minute in minutes}
    compare(live, stored, truth, {minute: {"faults of the campaign"} for minute in minutes}, minutes)
    account(live, here.journal, database, place)
    return live


def _tell(accounts: list[Account], database: Database, say: Callable[[str], None]) -> None:
    total = ("all", "", *[sum(column) for column in list(zip(*accounts, strict=True))[2:]])
    for row in (Account._fields, *accounts, total):
        name, epoch, *numbers = row
        say(f"{name:<12}{epoch:<18}" + "".join(f"{number:>10}" for number in numbers))
    query = "select code, count(*), min(reason) from platspuls.reject group by 1 order by 1"
    for code, count, reason in database.execute(query):
        say(f"rejected as {code}: {count}, such as: {reason}")


def _sentence(fault: Fault) -> str:
    """Return the kind of a fault and what it was done to, without numbers."""
    parts = {name.rstrip("-0123456789") for name in fault.targets}
    return fault.kind if fault.kind is Kind.RESTORE else f"{fault.kind}: {', '.join(sorted(parts))}"


def _now() -> str:
    return f"{datetime.now(UTC):%H:%M:%S}"


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a program that prints


if __name__ == "__main__":
    main()
