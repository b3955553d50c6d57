"""One virtual campaign: a device, its faults by plan, and the verdict."""

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from store.database import Database
from tests.chaos.virtual.audit import Journal, Place, Verdict, account, compare, facts, touched_by
from tests.chaos.virtual.card import Card
from tests.chaos.virtual.clock import VirtualClock
from tests.chaos.virtual.device import Device, Ended, Killed, write_device
from tests.chaos.virtual.people import People
from tests.chaos.virtual.plan import MINUTES, PART_OF, Fault, Kind, sees
from tests.chaos.virtual.server import Line, Server
from tests.chaos.virtual.sources import open_sensor
from tests.support.small_site import make_site

BEGIN_MS: Final = 1_780_311_600_000
"""2026-06-01T11:00Z."""
_IMAGE_S: Final = 60.0
_AFTER_S: Final = 120.0
"""So long it goes on after the plan: what was held back is delivered."""
_SETTLE_S: Final = 7200.0
_DESTROYS: Final = {Kind.IMAGE, Kind.IMAGE_RUNNING, Kind.DELETED, Kind.WAL, Kind.POWER}
"""What takes away records that were nowhere else."""


@dataclass(slots=True)
class Campaign:
    """What runs."""

    device: Device
    card: Card
    journal: Journal
    server: Server
    clock: VirtualClock
    plan: list[Fault]
    verdict: Verdict = field(default_factory=Verdict)
    _open: list[Fault] = field(default_factory=list)
    _next: int = 0
    _imaged_s: float = 0.0
    _flapped_s: float = 0.0
    _killed: Path | None = None

    def run(self, until_s: float) -> None:
        """Run the device through its faults."""
        while self.clock.true_s < until_s:
            try:
                self.device.live(until_s, self._between)
            except Killed as killed:
                self._down(killed.args[0])
            except Ended as ended:
                self._down(ended.args[0])

    def settle(self) -> None:
        """End what is still broken, and let time pass without people until nothing waits."""
        while self._open:
            self._undo(self._open.pop())
        for fault in self._open:
            self._undo(fault)
        self._open.clear()
        self.device.sensor.empty()
        until_s = self.clock.true_s + _SETTLE_S
        while self.clock.true_s < until_s and self.journal.unsettled():
            self.device.live(min(self.clock.true_s + 120, until_s), self._follow)
        if waiting := len(self.journal.unsettled()):
            self.verdict.lost += waiting
            self.verdict.wrong.append(f"{waiting} records still wait for a receipt")

    def _follow(self) -> None:
        if self.clock.true_s - self._imaged_s >= _IMAGE_S:
            self._imaged_s = self.clock.true_s
            self.journal.follow()

    def _between(self) -> None:
        """Begin and end what is due. Raises Killed or Ended where that ends the program."""
        now_s = self.clock.true_s
        if now_s - self._imaged_s >= _IMAGE_S:
            self._imaged_s = now_s
            self.journal.follow()
            self.card.take_image(now_s)
        for fault in [fault for fault in self._open if fault.until_s <= now_s]:
            self._open.remove(fault)
            self._undo(fault)
        for fault in self._open:
            if fault.kind is Kind.CLOCK_FLAP and now_s - self._flapped_s >= 30:
                self._flapped_s = now_s
                self.clock.shift_ms = 0 if self.clock.shift_ms else int(fault.size * 1000)
        while self._next < len(self.plan) and self.plan[self._next].at_s <= now_s:
            fault, self._next = self.plan[self._next], self._next + 1
            self.verdict.faults += 1
            self._begin(fault)

    def _begin(self, fault: Fault) -> None:
        match fault.kind:
            case Kind.CLOCK_STEP | Kind.CLOCK_FLAP:
                self._open.append(fault)
                self.clock.shift_ms, self.clock.synchronised = int(fault.size * 1000), fault.synchronised
            case kind if PART_OF.get(kind) == "frames":
                self._open.append(fault)
                self.device.sensor.begin(fault)
            case Kind.CUT | Kind.LOSSY:
                self._open.append(fault)
                self._set_line(fault, broken=True)
            case Kind.SERVER_CLOCK | Kind.SERVER_AWAY:
                self._open.append(fault)
                self.server.shift_s = fault.size
                self.server.away = fault.kind is Kind.SERVER_AWAY
            case Kind.DELETED | Kind.IMAGE_RUNNING | Kind.FLIP_RUNNING:
                self._damage(fault)
            case Kind.RESTART:
                raise Ended(fault)
            case _:
                self._killed = self.card.snapshot()
                raise Killed(fault)

    def _undo(self, fault: Fault) -> None:
        match fault.kind:
            case Kind.CLOCK_STEP | Kind.CLOCK_FLAP:
                self.clock.shift_ms, self.clock.synchronised = 0, True
            case Kind.CLOCK_UNKNOWN:
                self.clock.shift_ms, self.clock.synchronised = 0, True
            case kind if PART_OF.get(kind) == "frames":
                self.device.sensor.begin(None)
            case Kind.CUT | Kind.LOSSY:
                self._set_line(fault, broken=False)
            case _:
                self.server.shift_s, self.server.away = 0.0, False

    def _set_line(self, fault: Fault, *, broken: bool) -> None:
        line = self.device.line
        if fault.kind is Kind.CUT:
            line.down = broken
        else:
            line.lossy = broken

    def _down(self, fault: Fault) -> None:
        """Do to the files of a program that is gone what the fault says, and let its time pass."""
        if self._killed is not None:
            self.card.begin_again(self._killed)
            self._killed = None
        self._damage(fault)
        up_s = self.clock.true_s + fault.lasting_s if fault.kind is not Kind.CLOCK_UNKNOWN else self.clock.true_s + 10
        self.clock.true_s = up_s
        if fault.kind in {Kind.POWER, Kind.CLOCK_UNKNOWN, Kind.IMAGE}:
            self.clock.reboot()
        if fault.kind is Kind.CLOCK_UNKNOWN:
            self._open.append(fault)
            self.clock.shift_ms, self.clock.synchronised = int(fault.size * 1000), False

    def _damage(self, fault: Fault) -> None:
        self.journal.follow()
        before = self.journal.unsettled() | self.journal.declared_lost()
        epoch = self.journal.epoch
        if fault.kind is Kind.IMAGE:
            if (image_s := self.card.aged(self.clock.true_s, fault.size)) is not None:
                self.card.put_back(image_s)
        else:
            self.card.damage(fault, self.clock.true_s)
        if fault.kind in _DESTROYS:
            self.journal.destroyed |= before - self.journal.unsettled() - self.journal.declared_lost()
            self.journal.read_again()
        elif not self.card.names(epoch):
            self.journal.destroyed |= before  # nothing is left from which to declare that it is lost


def play(folder: Path, databases: Sequence[Database], plan: list[Fault], seed: int) -> Verdict:
    """Run one campaign in `folder`. `databases` are a connection to make the site and look, and one a replica."""
    site = f"v{seed}-{folder.name}"
    witness, *replicas = databases
    make_site(witness, site, ["cam"])
    clock = VirtualClock(BEGIN_MS)
    rng = random.Random(seed)
    seen = sees(seed)
    minutes = MINUTES[seen]
    people = People(seed, minutes)
    file = write_device(folder, site, seen)
    server = Server.of(list(replicas), witness, clock, site)
    device = Device(file, seen, open_sensor(seen, people, clock), Line(server, clock, rng), clock, rng)
    card = Card(folder / "card", file.outbox.path, seed)
    campaign = Campaign(device, card, Journal(file.outbox.path), server, clock, plan)
    campaign.run(minutes * 60 + _AFTER_S)
    campaign.settle()
    verdict = campaign.verdict
    verdict.early, verdict.loops = server.early, device.loops
    place, there = Place(site), range(minutes)
    compare(verdict, facts(witness, place, BEGIN_MS), people.truth(), touched_by(plan, minutes), there)
    account(verdict, campaign.journal, witness, place)
    verdict.ends = [sentence[:300] for sentence in device.ends]
    shutil.rmtree(folder)
    return verdict
