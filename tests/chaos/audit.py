"""Afterwards: what became of every record that was made, value by value, and whether the sums are right."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from core import wire
from core.ranges import Ranges
from store.database import Database
from tests.support.small_site import assert_recount_agrees

_KINDS: Final = ("complete", "cut", "fragment")
_BINS: Final = ", ".join(f"{kind}_{number:02d}" for kind in _KINDS for number in range(wire.BINS))
_FACTS: Final = {
    "line": "select seq, line.key, start, forward, backward, gross_forward, gross_backward, observed_ms "
    "from platspuls.line_flow join platspuls.line using (line_id)",
    "zone": "select seq, zone.key, start, entries, appeared, exits, lost, presence_s, occupancy_max, observed_ms "
    "from platspuls.zone_flow join platspuls.zone using (zone_id)",
    "dwell": f"select seq, zone.key, start, observed_ms, {', '.join(f'{kind}_over_s' for kind in _KINDS)}, {_BINS} "  # noqa: S608 - ours
    "from platspuls.zone_dwell join platspuls.zone using (zone_id)",
}
_DELIVERY: Final = """
select device.key, epoch, delivery_id, stored::text, rejected::text, lost::text
from platspuls.delivery join platspuls.device using (device_id)
"""
_CONFLICTS: Final = """
select count(*)
from platspuls.conflict join platspuls.delivery using (delivery_id) join platspuls.device using (device_id)
where device.key <> %s
"""
_SHOWN: Final = 5

Fact = tuple[object, ...]
"""What kind of fact it is, the record's number, the part's key, and all values."""


class Epoch(NamedTuple):
    """One epoch of one counter."""

    counter: str
    epoch: str


@dataclass(slots=True)
class Archive:
    """All records that were ever made: copied from the outboxes while they are there, since an outbox may drop them.

    Attributes:
        outboxes: by counter.
        made: the encoded records by number.
    """

    outboxes: Mapping[str, Path]
    made: dict[Epoch, dict[int, bytes]] = field(default_factory=dict)

    def follow(self) -> None:
        """Copy what is new. An outbox that can't be read now is read the next time."""
        for counter, path in self.outboxes.items():
            with suppress(sqlite3.OperationalError):
                self._read(counter, path)

    def waiting(self) -> int:
        """Return how many records wait for a receipt in all outboxes."""
        return sum(self._waiting(path) for path in self.outboxes.values())

    def _waiting(self, path: Path) -> int:
        with closing(_open(path)) as outbox:
            [(count,)] = outbox.execute("select count(*) from record where settled_ms is null")
            return int(count)

    def _read(self, counter: str, path: Path) -> None:
        with closing(_open(path)) as outbox:
            [(epoch,)] = outbox.execute("select epoch from meta")
            known = self.made.setdefault(Epoch(counter, epoch), {})
            known.update(outbox.execute("select seq, bytes from record where seq > ?", (max(known, default=0),)))


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)


class Account(NamedTuple):
    """What became of the records of one epoch; double: facts reported twice."""

    counter: str
    epoch: str
    made: int
    stored: int
    rejected: int
    lost: int
    waiting: int
    double: int


@dataclass(slots=True)
class Audit:
    """What was found.

    Attributes:
        accounts: one an epoch.
        uncopied: how many records a counter dropped, and declared lost, before they could be copied to compare them.
        faults: a sentence for each thing that is not as it must be.
        lost: records and facts of them that are nowhere.
        double: facts that are there twice.
    """

    accounts: list[Account] = field(default_factory=list)
    uncopied: int = 0
    lost: int = 0
    double: int = 0
    faults: list[str] = field(default_factory=list)

    def look(self, archive: Archive, database: Database, but: str) -> None:
        """Compare what was made with what is in the store, both ways; `but` of one counter, looked at otherwise."""
        rows = database.execute(_DELIVERY.encode()).fetchall()
        deliveries = {Epoch(*row[:2]): row[2:] for row in rows if row[0] != but}
        for epoch in sorted(deliveries.keys() - archive.made.keys()):
            self.faults.append(f"{epoch}: nobody made it, but the store has it")
        for epoch, made in sorted(archive.made.items()):
            delivery_id, *texts = deliveries.get(epoch, (0, "{}", "{}", "{}"))
            self._epoch(epoch, made, delivery_id, [Ranges.parse(text) for text in texts], database)
        self._expect_none(database, "conflicts", _CONFLICTS, but)
        self._expect_none(database, "held causes", "select count(*) from platspuls.held")
        self._expect_none(
            database,
            "rejects that no wrong clock explains",
            "select count(*) from platspuls.reject where code <> 'too_new'",
        )
        try:
            assert_recount_agrees(database)
        except AssertionError as error:
            self.faults.append(f"the quarter-hours are not what their facts add up to: {str(error)[:500]}")

    def _epoch(
        self, epoch: Epoch, made: Mapping[int, bytes], delivery_id: int, settled: list[Ranges], database: Database
    ) -> None:
        stored, rejected, lost = settled
        expected = {fact for seq, text in made.items() if seq in stored for fact in _facts_of(text)}
        found = list(_facts_in(database, delivery_id))
        self._compare(epoch, expected, set(found))
        last = max(made, default=0)
        dropped = [seq for seq in range(1, last + 1) if seq not in made]
        self.uncopied += len(dropped)
        if unsaid := [seq for seq in dropped if seq not in lost]:
            self.lost += len(unsaid)
            self.faults.append(f"{epoch}: {len(unsaid)} records went before anybody could copy them, and aren't lost")
        everything = stored.union(rejected).union(lost)
        if everything.count() != stored.count() + rejected.count() + lost.count():
            self.faults.append(f"{epoch}: some records are settled in two ways")
        if everything.pairs and everything.pairs[-1][1] > last:
            self.faults.append(f"{epoch}: settled up to {everything.pairs[-1][1]}, made up to {last}")
        twice = len(found) - len(set(found))
        self.accounts.append(
            Account(*epoch, last, stored.count(), rejected.count(), lost.count(), last - everything.count(), twice)
        )
        self.double += twice
        if waiting := self.accounts[-1].waiting:
            self.lost += waiting
            self.faults.append(f"{epoch}: {waiting} records are neither stored nor rejected nor lost")
        if twice:
            self.faults.append(f"{epoch}: {twice} facts are there twice")

    def _compare(self, epoch: Epoch, expected: set[Fact], found: set[Fact]) -> None:
        self.lost += len(expected - found)
        for what, facts in (("missing", expected - found), ("not as made", found - expected)):
            if facts:
                some = sorted(facts, key=repr)[:_SHOWN]
                self.faults.append(f"{epoch}: {len(facts)} facts {what}, such as {some}")

    def _expect_none(self, database: Database, what: str, query: str, *parameters: object) -> None:
        [(count,)] = database.execute(query.encode(), parameters)
        if count:
            self.faults.append(f"{count} {what}")


def is_settled(archive: Archive, database: Database) -> bool:
    """Tell whether the store knows what became of everything that was made, and the counters know it too."""
    settled = {Epoch(*row[:2]): row[3:] for row in database.execute(_DELIVERY.encode())}
    for epoch, made in archive.made.items():
        ranges = Ranges()
        for text in settled.get(epoch, ()):
            ranges = ranges.union(Ranges.parse(text))
        if ranges.count() < max(made, default=0):
            return False
    return archive.waiting() == 0


def _facts_of(text: bytes) -> Iterator[Fact]:
    [record] = wire.decode_batch(wire.encode_batch(wire.Epoch("0" * 16), [text])).batch.records
    if isinstance(record, wire.FlowRecord):
        for line in record.lines:
            passed = (line.forward, line.backward, line.gross_forward, line.gross_backward)
            yield ("line", record.seq, line.line, record.start, *passed, line.observed_ms)
        for zone in record.zones:
            visits = (zone.entries, zone.appeared, zone.exits, zone.lost, zone.presence_s, zone.occupancy_max)
            yield ("zone", record.seq, zone.zone, record.start, *visits, zone.observed_ms)
    elif isinstance(record, wire.DwellRecord):  # totals without a time are no facts
        for dwell in record.zones:
            histograms = (dwell.complete, dwell.cut, dwell.fragment)
            over = (histogram.over_s for histogram in histograms)
            bins = (count for histogram in histograms for count in histogram.bins)
            yield ("dwell", record.seq, dwell.zone, record.start, dwell.observed_ms, *over, *bins)


def _facts_in(database: Database, delivery_id: int) -> Iterator[Fact]:
    for kind, query in _FACTS.items():
        for row in database.execute(f"{query} where delivery_id = %s".encode(), (delivery_id,)):
            yield (kind, *row)
