"""What it takes to count for two days without a clock: room on the disk, and time and memory to place it all.

    python -m bench.early [--hours 48] [--lines 3] [--zones 2] [--quiet]

Makes seconds of so many hours, saves them as the counter does (every five seconds; here a day at a time), and lets the
clock be known. In every second somebody crosses a line and people stay in each zone, by other numbers than in the
second before; with --quiet nobody comes.
"""

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from counter.believed_clock import BelievedClock
from counter.counting.cells import FlowCell, LineCrossings, ZoneCell
from counter.counting.second_tallies import SecondTally, run_lengths
from counter.counting.tally import Tally
from counter.geometry import LineGeometry, ZoneGeometry
from counter.records.checkpoint import CheckpointFile
from counter.records.outbox import Outbox, OutboxLimits
from counter.records.outbox_file import prepare
from counter.records.people_file import PeopleFile
from counter.records.record_writer import RecordWriter
from counter.records.seconds_file import Boot, CountingSetup, SecondsFile
from counter.service.presync import Presync
from counter.service.presync_counter import PresyncFiles

NOW_MS = 1_800_000_000_000
MEGABYTE = 1_000_000


class LateClock:
    """A clock that is known when `is_known` is set; the computer started `hours` ago."""

    def __init__(self, hours: float) -> None:
        self.started_s = hours * 3600 + 60
        self.is_known = False

    def now_ms(self) -> int:
        """Return the time."""
        return NOW_MS

    def monotonic_s(self) -> float:
        """Return the time since the start."""
        return self.started_s

    def boot_id(self) -> str:
        """Return the only one."""
        return "bench"

    def known(self) -> bool:
        """Tell whether it is known."""
        return self.is_known


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=48)
    parser.add_argument("--lines", type=int, default=3)
    parser.add_argument("--zones", type=int, default=2)
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    lines = tuple(f"line-{n}" for n in range(options.lines))
    zones = tuple(f"zone-{n}" for n in range(options.zones))
    with tempfile.TemporaryDirectory(prefix="platspuls-bench-") as folder:
        measure(Path(folder) / "outbox.sqlite3", options.hours, lines, zones, quiet=options.quiet)


def measure(path: Path, hours: float, lines: tuple[str, ...], zones: tuple[str, ...], *, quiet: bool) -> None:
    """Fill the file, place what is in it, and print what it took."""
    clock, about = LateClock(hours), CountingSetup("f", "bench", lines, zones)

    def make() -> Tally:
        walls = [LineGeometry(line, ((0.0, 0.0), (0.0, 6.0)), (1.0, 3.0), 0.5) for line in lines]
        floors = [ZoneGeometry(zone, ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0)), 60, 0.5) for zone in zones]
        return Tally(walls, floors, flow_period_s=60, setup="bench")

    prepare(path, clock)
    with (
        closing(Outbox(path, OutboxLimits(), clock)) as outbox,
        closing(CheckpointFile(path)) as checkpoints,
        closing(SecondsFile(path)) as seconds,
    ):
        for day in range(0, round(hours * 3600), 86_400):
            last = min(day + 86_400, round(hours * 3600))
            made = (
                (SecondTally(n, FlowCell({}, {}, 1000), {}) for n in range(day, last))
                if quiet
                else busy(day, last, about)
            )
            seconds.save(Boot("bench", clock_known=False, about=about, at_ms=last * 1000), run_lengths(made))
        room = sum(part.stat().st_size for part in path.parent.glob("outbox.sqlite3*"))
        rows = sum(1 for _ in seconds.runs())
        print(f"{hours:g} h, {len(lines)} lines and {len(zones)} zones: {rows} rows, {room / MEGABYTE:.1f} MB")
        files = PresyncFiles(RecordWriter(outbox, checkpoints, "f"), checkpoints, seconds, PeopleFile(path))
        presync = Presync(files, make, about, BelievedClock(clock)).begin(waits=True)
        if presync is None:
            raise SystemExit("the clock is known already")
        before_mb, clock.is_known = peak_mb(), True
        begin_s = time.perf_counter()
        presync.commit()
        took_s = time.perf_counter() - begin_s
        made_records = outbox.totals().last_seq
    print(
        f"{made_records} records made in {took_s:.1f} s; peak memory {before_mb:.0f} MB before, {peak_mb():.0f} after"
    )


def busy(first: int, last: int, about: CountingSetup) -> Iterator[SecondTally]:
    """Yield seconds [first, last) in which everything happens."""
    chance = random.Random(first)
    for number in range(first, last):
        crossed = {chance.choice(about.lines): LineCrossings(chance.randrange(2), 1, chance.randrange(3), 1)}
        stayed = {zone: ZoneCell(presence_ms=chance.randrange(9000), occupancy_max=9) for zone in about.zones}
        yield SecondTally(number, FlowCell(crossed, stayed, 1000), {})


def peak_mb() -> float:
    """Return the most memory that this process ever took."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
