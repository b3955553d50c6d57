"""How right is dwell when people are lost from sight? From drawn visits through tracker, zone, records and the store.

Visits of 10 s to 2 h; once in ten minutes someone is lost from sight for 10 to 20 s, longer than the tracker waits;
5 % of the time they are missed for a second or so. What the reading contract answers is set beside the truth. Needs
nothing but the embedded database:

    python -m bench.dwell
"""

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from bench.sitting import ZONE, Shown, Sitting, show
from core import wire
from counter.counting.draft import Draft, numbered
from counter.counting.tally import Tally
from ingest.batch.writer import BatchWriter
from platspuls.embedded.postgres import running_postgres
from store.database import Database, connect
from store.migrate import migrate
from tests.support.small_site import START, make_site, received

THRESHOLDS_S = (60, 300, 900, 1800)
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Counted:
    """Records of one zone."""

    records: list[wire.Record]

    @property
    def presence_s(self) -> int:
        """Return the person-seconds."""
        return sum(one.zones[0].presence_s for one in self.records if isinstance(one, wire.FlowRecord))

    def naive(self, threshold_s: int) -> int:
        """Return what counting every piece of a visit as a visit makes of stays."""
        first = wire.BIN_EDGES_S.index(threshold_s)
        dwells = [one.zones[0] for one in self.records if isinstance(one, wire.DwellRecord)]
        return sum(sum(part.bins[first:]) for one in dwells for part in (one.complete, one.cut, one.fragment))


def counted(shown: Shown, begin: datetime) -> Counted:
    """Count all frames."""
    tally = Tally([], [ZONE], flow_period_s=60, setup="sim-a", units_per_metre=1.0)
    from_ms = round(begin.timestamp() * 1000)
    drafts: list[Draft] = []
    at_ms = from_ms
    for detections in shown.detections(from_ms):
        drafts += tally.update(detections)
        at_ms = detections.at_ms
    drafts += tally.close(at_ms)
    return Counted([numbered(draft, wire.Seq(seq)) for seq, draft in enumerate(drafts, start=1)])


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reading contract says of one threshold over the whole time."""

    entered: int
    cut: int
    fragment: int
    stays: Decimal
    low: int
    high: int
    wide: bool
    median_s: Decimal | None
    presence_s: int


def store(database: Database, site: str, records: list[wire.Record]) -> None:
    """Make a site and store all records."""
    make_site(database, site)
    database.commit()
    writer = BatchWriter(database)
    for first in range(0, len(records), _BATCH):
        stored = writer.store([received(*records[first : first + _BATCH], site=site)])
        if stored.rejects or stored.conflicts:
            raise RuntimeError(f"not all records were stored: {stored.refusals}, {stored.conflicts} conflicts")


def ask(database: Database, site: str, threshold_s: int) -> Answer:
    """Ask for the month."""
    query = (
        b"select entered, cut, fragment, stays, stays_low, stays_high, wide, median_s, presence_s "
        b"from reading.zone_dwell(%s, 'month', %s, %s, %s, 'all', array[%s])"
    )
    parameters = (site, START - timedelta(days=1), START + timedelta(days=20))
    [row] = database.execute(query, (*parameters, threshold_s, ZONE.zone)).fetchall()
    return Answer(*row)


def cases(usual: Sitting) -> Iterator[tuple[str, Sitting]]:
    """Yield what may go wrong, one by one and together."""
    yield "seen always", replace(usual, losses_per_s=0.0, dropped=0.0)
    yield "5 % drop-outs", replace(usual, losses_per_s=0.0)
    yield "a loss in ten minutes", replace(usual, dropped=0.0)
    yield "both", usual
    yield "both, losses of 20 to 60 s", replace(usual, loss_s=(20.0, 60.0))


def report(name: str, shown: Shown, made: Counted, database: Database) -> None:
    """Print the truth and what was read, threshold by threshold."""
    site = name.replace(" ", "-").replace("%", "per-cent").replace(",", "")
    store(database, site, made.records)
    true_s = float(shown.dwells_s.sum())
    one = ask(database, site, THRESHOLDS_S[0])
    print(f"{name}: {len(shown.dwells_s)} visits; entered {one.entered}, cut {one.cut}, fragments {one.fragment}")
    off = f"{one.presence_s / true_s - 1:+.1%}; unseen {shown.lost_s / true_s:.1%}"
    print(f"  presence {one.presence_s / 3600:.1f} h of {true_s / 3600:.1f} h: {off}")
    median = "withheld" if one.median_s is None else f"{one.median_s:.0f} s"
    print(f"  median {median} of {float(np.median(shown.dwells_s)):.0f} s")
    for threshold_s in THRESHOLDS_S:
        answer = ask(database, site, threshold_s)
        truth = int((shown.dwells_s >= threshold_s).sum())
        stays = f"{answer.stays} ({float(answer.stays) / truth - 1:+.1%}){' wide' if answer.wide else ''}"
        print(
            f"  stays of {threshold_s:4d} s: truth {truth}, {stays}, bounds {answer.low}..{answer.high}, "
            f"pieces taken for visits {made.naive(threshold_s)} ({made.naive(threshold_s) / truth - 1:+.1%})",
            flush=True,
        )


def main() -> None:
    """Print each case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visits", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres(Path(folder) / "postgres") as cluster,
        connect(cluster.url(), application="bench", autocommit=True) as database,
    ):
        migrate(database)
        for name, sitting in cases(Sitting(visits=arguments.visits)):
            shown = show(sitting, arguments.seed)
            report(name, shown, counted(shown, START - timedelta(hours=1)), database)


if __name__ == "__main__":
    main()
