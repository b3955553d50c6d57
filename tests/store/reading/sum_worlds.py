"""Random worlds for sums: late data, clocks that change, commissions, opening hours, exclusions, a site that moves.

Answers are compared with those from the quarter-hours alone, and those of lines with the facts, counted in Python.
"""

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core import wire
from ingest.batch.writer import BatchWriter
from store.aggregates.sums import sum_up_some
from store.database import Database, Rollback
from tests.store.reading.by_hand import cells, overlap_ms
from tests.store.reading.place import QUARTER, multirange
from tests.support.small_site import LINES, SITE, ZONES, line_flow, make_site, received, rows

DAY = timedelta(days=1)
PLACES = (
    ("Europe/Stockholm", datetime(2025, 3, 30, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2025, 3, 3, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2025, 4, 5, tzinfo=UTC)),
    ("America/Havana", datetime(2025, 3, 9, tzinfo=UTC)),
    ("Atlantic/Azores", datetime(2025, 10, 26, tzinfo=UTC)),
    ("Europe/Stockholm", datetime(2025, 10, 26, tzinfo=UTC)),
    ("America/Havana", datetime(2025, 11, 2, tzinfo=UTC)),
    ("America/St_Johns", datetime(2025, 11, 2, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2025, 10, 4, tzinfo=UTC)),
)
"""Time zones, and a day on which their clocks change (but in Kathmandu)."""
BUCKETS = ("quarter", "hour", "day", "week", "month")
QUESTIONS = (
    "line_flow('torget', %(bucket)s, %(from)s, %(to)s, %(hours)s)",
    "site_flow('torget', %(bucket)s, %(from)s, %(to)s, %(hours)s)",
    "zone_flow('torget', %(bucket)s, %(from)s, %(to)s, %(hours)s)",
    "zone_dwell('torget', %(bucket)s, %(from)s, %(to)s, 60, %(hours)s)",
    "corrected_line_flow('torget', %(bucket)s, %(from)s, %(to)s, %(hours)s)",
    "corrected_zone_flow('torget', %(bucket)s, %(from)s, %(to)s, %(hours)s)",
    "corrected_zone_dwell('torget', %(bucket)s, %(from)s, %(to)s, 60, %(hours)s)",
)
Ranges = list[tuple[datetime | None, datetime | None]]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of all functions."""

    bucket: str
    start: datetime
    end: datetime
    hours: str

    def parameters(self) -> dict[str, object]:
        return {"bucket": self.bucket, "from": self.start, "to": self.end, "hours": self.hours}


class SumWorld:
    """A site of two lines and two zones, to which things happen in an order drawn by `seed`."""

    def __init__(self, database: Database, writer: BatchWriter, seed: int) -> None:
        self._database = database
        self._writer = writer
        self._rng = random.Random(seed)
        self.time_zone, change = PLACES[seed % len(PLACES)]
        self._first = change - 2 * DAY
        self._days = 5
        self._number = 0
        make_site(database)
        self._move(self.time_zone)
        self._waiting = self._records()

    def play(self) -> None:
        """Let everything happen that was drawn, some of it late, with sums made now and then."""
        happenings = (
            *[self._sum_up] * 3, self._commission, self._open, self._exclude, self._calibrate, self._move
        )  # fmt: skip
        while self._waiting:
            for _ in range(self._rng.randint(1, 5)):
                self._store(self._waiting[:1])
                del self._waiting[:1]
            self._rng.choice(happenings)()
        self._sum_up()

    def questions(self, count: int) -> Iterator[Question]:
        """Yield questions of any length, most of them not from midnight to midnight."""
        for _ in range(count):
            start = self._moment()
            end = start + timedelta(minutes=self._rng.randint(1, self._days * 1440))
            yield Question(self._rng.choice(BUCKETS), start, end, self._rng.choice(("all", "all", "open")))
        yield Question("day", self._first - DAY, self._first + (self._days + 1) * DAY, "all")

    def differences(self, question: Question) -> list[str]:
        """Return where answers with sums aren't those of quarter-hours, or those of lines not those of facts."""
        found: list[str] = []
        with_sums = self._answers(question)
        with self._database.transaction():
            self._database.execute("delete from platspuls.line_summed")
            self._database.execute("delete from platspuls.zone_summed")
            without = self._answers(question)
            raise Rollback
        for name, answer in with_sums.items():
            pairs = zip(answer, without[name], strict=True)
            found += [f"{name}: {one} with sums, {other} without" for one, other in pairs if one != other]
        if question.hours == "all":
            counted = {(line, start): count for line, start, count in self._counted(question)}
            said = {row[:2]: row[5] for row in with_sums[QUESTIONS[0]]}
            found += [
                f"{cell}: {said[cell]} said, {counted[cell]} counted" for cell in said if said[cell] != counted[cell]
            ]
        return found

    def summed_share(self) -> float:
        """Return how much of the time of all quarter-hours has sums."""
        [(share,)] = rows(
            self._database,
            "select avg(coalesce((summed.during @> quarter.start)::int, 0)) from platspuls.line_quarter as quarter "
            "left join reading.line_summed as summed using (line_id)",
        )
        return float(share)

    def _answers(self, question: Question) -> dict[str, list[tuple[Any, ...]]]:
        return {
            name: self._database.execute(
                f"select * from reading.{name} order by 1, 2, 3".encode(),  # noqa: S608 - words of ours
                question.parameters(),
            ).fetchall()
            for name in QUESTIONS
        }

    def _counted(self, question: Question) -> Iterator[tuple[str, datetime, int | None]]:
        """Yield what was counted forward in each cell, from the facts."""
        facts: dict[str, list[tuple[datetime, int, int]]] = {}
        for key, *fact in rows(
            self._database,
            "select key, start, forward, observed_ms from platspuls.line_flow join platspuls.line using (line_id) "
            "where start >= %s and start < %s order by start",
            question.start,
            question.end,
        ):
            facts.setdefault(key, []).append((fact[0], fact[1], fact[2]))
        commissioned = dict(rows(self._database, "select key, commissioned from platspuls.line"))
        for cell in cells(self.time_zone, question.bucket, quarter_of(question.start), question.end):
            for line, ranges in commissioned.items():
                times = [(part.lower, part.upper) for part in ranges]
                kept = facts.get(line, [])
                first, last = (bisect_left(kept, (at,)) for at in (cell.cut_start, cell.cut_end))
                inside = [fact for fact in kept[first:last] if overlap_ms(times, fact[0], fact[0] + QUARTER)]
                is_observed = any(observed_ms for _, _, observed_ms in inside)
                yield line, cell.start, sum(forward for _, forward, _ in inside) if is_observed else None

    def _records(self) -> list[list[wire.Record]]:
        """Return batches of an hour or two, in the order in which they come: some hours late, some days."""
        batches: list[tuple[float, list[wire.Record]]] = []
        seq, quarter = 1, 0
        while quarter < self._days * 96:
            length = self._rng.randint(1, 16)
            records: list[wire.Record] = []
            for n in range(quarter, min(quarter + length, self._days * 96)):
                if self._rng.random() < 0.05:
                    continue
                records += self._quarter(seq, self._first + n * QUARTER)
                seq += 2
            late = self._rng.choice((0, 0, 0, 0, 8, 200))
            batches.append((quarter + late * self._rng.random(), records))
            quarter += length if self._rng.random() > 0.1 else length + self._rng.randint(1, 30)
        return [records for _, records in sorted(batches, key=lambda batch: batch[0]) if records]

    def _quarter(self, seq: int, start: datetime) -> list[wire.Record]:
        watched = self._rng.choice((900_000, 900_000, 900_000, 850_000, 600_000, 0))
        lines = [line_flow(line, self._rng.randint(0, 9), observed_ms=watched) for line in LINES]
        zones = [
            wire.ZoneFlow(
                zone, self._rng.randint(0, 9), 1, 3, 1, self._rng.randint(0, 900), self._rng.randint(0, 9), watched
            )
            for zone in ZONES
        ]
        flow = wire.FlowRecord(seq=seq, start=start, period_s=900, setup="sim-a", lines=lines, zones=zones)
        dwells = [
            wire.ZoneDwell(zone, self._histogram(), self._histogram(), self._histogram(), watched) for zone in ZONES
        ]
        return [flow, wire.DwellRecord(seq=seq + 1, start=start, period_s=900, setup="sim-a", zones=dwells)]

    def _histogram(self) -> wire.DwellHistogram:
        bins = [self._rng.choice((0, 0, 1, 3)) for _ in range(wire.BINS)]
        return wire.DwellHistogram(bins, bins[-1] * wire.BIN_EDGES_S[-1])

    def _store(self, batches: Sequence[Sequence[wire.Record]]) -> None:
        for records in batches:
            self._writer.store([received(*records, at=self._first + 40 * DAY)])

    def _sum_up(self) -> None:
        now = self._moment() + DAY
        for _ in range(self._rng.choice((1, 3, 20))):
            if not sum_up_some(self._database, now):
                break

    def _commission(self) -> None:
        ranges: Ranges = self._rng.choice(
            (
                [(None, None)],
                [(self._moment(), None)],
                sorted([(at := self._moment(), at + timedelta(minutes=self._rng.randint(1, 4000)))], key=repr),
            )
        )
        part = self._rng.choice(("line", "zone"))
        self._database.execute(
            f"update platspuls.{part} set commissioned = %s where {part}_id = %s".encode(),  # noqa: S608 - words of ours
            (multirange(ranges), self._rng.choice((1, 2))),
        )

    def _open(self) -> None:
        opens = f"{self._rng.randint(0, 12):02d}:{self._rng.choice((0, 7, 15, 30)):02d}"
        self._database.execute("delete from platspuls.site_hours")
        self._database.execute(
            "insert into platspuls.site_hours select 1, 'open', '2020-01-01', null, weekday, %s, %s "
            "from generate_series(1, 6) as weekday",
            (opens, self._rng.choice(("18:00", "21:45", "24:00"))),
        )

    def _exclude(self) -> None:
        self._number += 1
        self._database.execute(
            "insert into platspuls.exclusion values (%s, 1, 1, %s, null, null, %s, %s, 'x', false, now(), 'x')",
            (
                self._number,
                self._rng.choice((1, 2, None)),
                start := self._moment(),
                start + self._rng.choice((DAY, QUARTER)),
            ),
        )

    def _calibrate(self) -> None:
        self._number += 1
        start = self._moment()
        self._database.execute(
            "insert into platspuls.calibration (site_id, kind, line_id, setup_id, during, strata, method, created_by) "
            "values (1, 'crossings', %s, 1, tstzrange(%s, %s), 'none', 'x', 'x')",
            (self._rng.choice((1, 2)), start, start + self._number * timedelta(hours=3)),
        )
        self._database.execute(
            "insert into platspuls.calibration_factor "
            "(calibration_id, measure, factor, low, high, sessions, hand, machine, spread) "
            "select max(calibration_id), measure, 1.25, 1.1, 1.4, 6, 9, 9, 0.1 "
            "from platspuls.calibration cross join (values ('forward'), ('backward')) as both_ways (measure) group by 2"
        )

    def _move(self, time_zone: str | None = None) -> None:
        """Let the site be in another time zone: seldom, but for the first time."""
        if time_zone is None and self._rng.random() < 0.7:
            return
        self.time_zone = time_zone or self._rng.choice(PLACES)[0]
        self._database.execute("update platspuls.site set time_zone = %s where key = %s", (self.time_zone, SITE))

    def _moment(self) -> datetime:
        return self._first + timedelta(minutes=self._rng.randint(-600, self._days * 1440))


def quarter_of(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 15)
