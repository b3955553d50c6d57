"""Minute by minute against the truth: right, or missing, or flagged; and what became of every record that was made."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from core import wire
from core.ranges import Ranges
from store.database import Database
from tests.chaos.virtual.plan import BELIEVED, Fault, windows

_FULL_MS: Final = 59_000
_EXCUSES_MS: Final = 400
"""Somebody may be missed where at least so much of the minute was not watched."""
_BLIND: Final = wire.flag_bits(set(wire.Flag) - {wire.Flag.DARK, wire.Flag.MOVED, wire.Flag.FRAGMENTATION})
_UNSURE: Final = wire.flag_bits([wire.Flag.CLOCK_UNSURE])
_FACTS: Final = """
select extract(epoch from start)::bigint, forward, backward, observed_ms, flow.flags
from platspuls.line_flow as flow join platspuls.line using (line_id) join platspuls.site using (site_id)
where site.key = %s and line.key = %s
"""
_DELIVERY: Final = """
select epoch, stored::text, rejected::text, lost::text
from platspuls.delivery join platspuls.device using (device_id) join platspuls.site using (site_id) where site.key = %s
"""

_record: Final[msgspec.json.Decoder[wire.Record]] = msgspec.json.Decoder(wire.Record)


class Minute(NamedTuple):
    """One minute of the line as it is in the store."""

    forward: int
    backward: int
    observed_ms: int
    flags: int


@dataclass(slots=True)
class Journal:
    """Every record that was ever made, read from the outbox while it was whole.

    Attributes:
        made: by epoch and number, all contents that had it.
        destroyed: contents whose only copy went with a card, before it was sent.
        epoch: the one that was read last.
    """

    outbox: Path
    made: dict[tuple[str, int], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    destroyed: set[bytes] = field(default_factory=set)
    epoch: str = ""
    _seen: dict[str, int] = field(default_factory=dict)

    def follow(self) -> None:
        """Note what is new. A file that can't be read now is read the next time."""
        try:
            with closing(sqlite3.connect(f"file:{self.outbox}?mode=ro", uri=True, timeout=1)) as outbox:
                [(epoch,)] = outbox.execute("select epoch from meta")
                self.epoch = epoch
                for seq, text in outbox.execute(
                    "select seq, bytes from record where seq > ?", (self._seen.get(epoch, 0),)
                ):
                    self.made[epoch, seq].add(bytes(text))
                    self._seen[epoch] = seq
        except (sqlite3.Error, OSError):
            return

    def read_again(self) -> None:
        """Read all from the beginning: the outbox may be an older one now."""
        self._seen.clear()

    def unsettled(self) -> set[bytes]:
        """Return what waits in the outbox for a receipt."""
        try:
            with closing(sqlite3.connect(f"file:{self.outbox}?mode=ro", uri=True, timeout=1)) as outbox:
                return {bytes(text) for (text,) in outbox.execute("select bytes from record where settled_ms is null")}
        except (sqlite3.Error, OSError):
            return set()

    def declared_lost(self) -> set[bytes]:
        """Return what the outbox declares lost: if that goes with a card before it is sent, nobody can know of it."""
        try:
            with closing(sqlite3.connect(f"file:{self.outbox}?mode=ro", uri=True, timeout=1)) as outbox:
                [(epoch,)] = outbox.execute("select epoch from meta")
                ranges = outbox.execute("select first, last from lost").fetchall()
        except (sqlite3.Error, OSError):
            return set()
        lost = {seq for first, last in ranges for seq in range(first, last + 1)}
        return {text for (of, seq), texts in self.made.items() if of == epoch and seq in lost for text in texts}


def _no_seconds() -> list[float]:
    """Return the seconds of a kind at first; a function of the module, since verdicts go from process to process."""
    return [0.0, 0.0]


@dataclass(slots=True)
class Verdict:
    """What a campaign, or many, came to.

    Attributes:
        wrong: a sentence for each thing that must not be.
        ends: the errors with which the program ended and was started again.
        seconds: by kind of fault, how much of its minutes was observed and how much there was, in seconds.
    """

    lost: int = 0
    double: int = 0
    false_zero: int = 0
    early: int = 0
    silent: int = 0
    loops: int = 0
    faults: int = 0
    people: int = 0
    counted: int = 0
    destroyed: int = 0
    wrong: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(_no_seconds))

    def add(self, other: "Verdict") -> None:
        """Add another campaign's."""
        for name in ("lost", "double", "false_zero", "early", "silent", "loops", "faults", "people", "counted"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.destroyed += other.destroyed
        self.wrong += other.wrong
        self.ends += other.ends
        for kind, (observed, there) in other.seconds.items():
            self.seconds[kind][0] += observed
            self.seconds[kind][1] += there

    def is_clean(self) -> bool:
        """Tell whether nothing was wrong."""
        return not (self.lost or self.double or self.false_zero or self.early or self.silent or self.loops)


class Place(NamedTuple):
    """Where people are counted, by the keys of the site file."""

    site: str
    line: str = "north"


def facts(database: Database, place: Place, begin_ms: int) -> dict[int, Minute]:
    """Return the stored minutes, numbered from the campaign's beginning."""
    rows = database.execute(_FACTS.encode(), place).fetchall()
    return {(start * 1000 - begin_ms) // 60_000: Minute(*rest) for start, *rest in rows}


Touched = Mapping[int, set[str]]
"""By minute the kinds of faults that may have touched it."""


def touched_by(plan: list[Fault], minutes: int) -> Touched:
    """Return which minutes of a campaign its faults may have touched."""
    touched: dict[int, set[str]] = defaultdict(set)
    for kind, first, last in windows(plan, minutes):
        for minute in range(first, last + 1):
            touched[minute].add(kind)
    return touched


def compare(
    verdict: Verdict,
    stored: Mapping[int, Minute],
    truth: Mapping[int, tuple[int, int]],
    touched: Touched,
    minutes: Iterable[int],
) -> None:
    """Compare every minute of a campaign with the truth."""
    for minute in sorted(set(stored) | set(minutes)):
        found = stored.get(minute)
        for kind in touched.get(minute, {"nothing"}):
            verdict.seconds[str(kind)][0] += (found.observed_ms if found else 0) / 1000
            verdict.seconds[str(kind)][1] += 60
        _minute(verdict, minute, found, stored, truth, touched)
    verdict.people += sum(map(sum, truth.values()))
    verdict.counted += sum(minute.forward + minute.backward for minute in stored.values())


def _minute(  # noqa: PLR0913, PLR0917 - what a minute is judged by
    verdict: Verdict,
    minute: int,
    found: Minute | None,
    stored: Mapping[int, Minute],
    truth: Mapping[int, tuple[int, int]],
    touched: Touched,
) -> None:
    if found is None:
        if minute and minute not in touched:
            verdict.silent += 1
            verdict.wrong.append(f"minute {minute}: nothing was stored, and nothing was broken")
        return
    real = truth.get(minute, (0, 0))
    over = max(found.forward - real[0], 0) + max(found.backward - real[1], 0)
    under = max(real[0] - found.forward, 0) + max(real[1] - found.backward, 0)
    unsure = bool(found.flags & _UNSURE) or BELIEVED in touched.get(minute, ())
    aside = unsure and _balanced(minute, stored, truth)
    if over and not aside and not _late(minute, over, stored, truth):
        verdict.double += over
        verdict.wrong.append(f"minute {minute}: {found} of {real}; {sorted(touched.get(minute, ()))}")
    excused = aside or found.flags & _BLIND or 60_000 - found.observed_ms >= _EXCUSES_MS * under
    if under and not excused and not _late(minute + 1, under, stored, truth):
        verdict.false_zero += under
        verdict.wrong.append(f"minute {minute}: {found} of {real}; {sorted(touched.get(minute, ()))}")


def _late(minute: int, most: int, stored: Mapping[int, Minute], truth: Mapping[int, tuple[int, int]]) -> bool:
    """Tell whether what is too much in a minute was decided late, where frames were few: the minute before lacks it."""
    before, here = stored.get(minute - 1), stored.get(minute)
    if here is None or minute == 0:
        return False
    real, then = truth.get(minute, (0, 0)), truth.get(minute - 1, (0, 0))
    over = (here.forward - real[0], here.backward - real[1])
    lacks = then if before is None else (then[0] - before.forward, then[1] - before.backward)
    watched_ms = min(here.observed_ms, before.observed_ms if before else 0)
    return watched_ms < _FULL_MS and sum(over) <= most and all(o <= max(m, 0) for o, m in zip(over, lacks, strict=True))


def _balanced(minute: int, stored: Mapping[int, Minute], truth: Mapping[int, tuple[int, int]]) -> bool:
    """Tell whether the minutes around one of an unsure clock have no more people than there were, minutes aside."""
    found = [stored[each] for each in range(minute - 2, minute + 3) if each in stored]
    real = [truth.get(each, (0, 0)) for each in range(minute - 5, minute + 6)]
    forward, backward = (sum(column) for column in zip(*real, strict=True))
    return sum(each.forward for each in found) <= forward and sum(each.backward for each in found) <= backward


def account(verdict: Verdict, journal: Journal, database: Database, place: Place) -> None:
    """Look what became of every record that was made: each is stored, declared lost, rejected or held for good."""
    deliveries = database.execute(_DELIVERY.encode(), (place.site,)).fetchall()
    settled = {epoch: [Ranges.parse(text) for text in texts] for epoch, *texts in deliveries}
    stored = {
        (start, forward, backward, observed_ms)
        for start, forward, backward, observed_ms, _ in database.execute(_FACTS.encode(), place)
    }
    declared = sum(ranges[2].count() for ranges in settled.values())
    gone = {_flow_key(text) for text in journal.destroyed}  # perhaps under a newer number
    missing: list[str] = []
    for (epoch, seq), texts in journal.made.items():
        for text in texts:
            if (key := _flow_key(text)) is None or key in gone or key in stored or _is_covered(key, stored):
                continue
            _, rejected, lost = settled.get(epoch, [Ranges()] * 3)
            if seq not in lost and seq not in rejected:
                missing.append(f"record {seq} of {epoch} is nowhere: {text[:200]!r}")
    # A damaged record may be declared lost under a new number of a new epoch.
    if len(missing) > declared:
        verdict.lost += len(missing) - declared
        verdict.wrong += missing[:3]
    verdict.destroyed += len(journal.destroyed)


def _flow_key(text: bytes) -> tuple[int, int, int, int] | None:
    """Return start, counts and observed time of a flow record's line; None for another record."""
    record = _record.decode(text)
    if not isinstance(record, wire.FlowRecord):
        return None
    [line] = record.lines
    return int(record.start.timestamp()), line.forward, line.backward, line.observed_ms


def _is_covered(key: tuple[int, int, int, int], stored: set[tuple[int, int, int, int]]) -> bool:
    """Tell whether another record of the same minute is stored: this one is a conflict, kept and not counted."""
    return any(key[0] == start for start, *_ in stored)


def stamp(begin_ms: int, minute: int) -> str:
    """Return a minute of the campaign as a time."""
    return datetime.fromtimestamp(begin_ms / 1000 + 60 * minute, UTC).isoformat(timespec="minutes")
