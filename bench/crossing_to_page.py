"""How long a crossing takes from the moment it happens to the number on the page, by the page's own rules.

The page shows the open interval with each tick of the live stream, and asks for the day 1.5 s after the tick that
closes an interval.

While `platspuls demo` runs (its crowd is known beforehand, so the moment of each crossing is too):

    python -m bench.crossing_to_page var/demo http://127.0.0.1:8420 --minutes 5
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

from counter.device_file import load
from sim.events import crossings
from sim.kinds import KINDS
from sim.source import open_source

DECIDED_MS = 4_000
"""A crossing is decided when the person has settled across, so the last moments belong to the next interval."""
FETCHED_MS = 2_000
DEVICES = {"tunnel-kamera": "stationen", "torg-kamera": "centrum"}


@dataclass
class Line:
    """One line: when it is crossed, and how many of these the stream has reported."""

    crossed_ms: list[float]
    start: str = ""
    before: int = 0
    delays_s: list[float] = field(default_factory=list)

    def came(self, start: str, total: int, now_ms: float) -> None:
        """Take the line's total of its open interval; each rise is the next crossing on the page."""
        start_ms = datetime.fromisoformat(start).timestamp() * 1000
        if start != self.start:
            self._show(sum(at < start_ms - DECIDED_MS for at in self.crossed_ms), now_ms + FETCHED_MS)
            self.before, self.start = len(self.delays_s), start
        self._show(self.before + total, now_ms)

    def _show(self, count: int, now_ms: float) -> None:
        for at_ms in self.crossed_ms[len(self.delays_s) : count]:
            self.delays_s.append((now_ms - at_ms) / 1000)


def lines(folder: Path, from_ms: int, to_ms: int) -> dict[str, Line]:
    """Return when each camera's line is crossed in [from_ms, to_ms)."""
    found = {}
    for device, key in DEVICES.items():
        file = load(folder / f"{device}.toml", KINDS)
        geometry = next(line for line in file.lines if line.line == key)
        paths = open_source(file.source, folder).crowd.paths(from_ms, to_ms)
        at_ms, _ = crossings(paths, geometry.points, geometry.forward_towards)
        found[key] = Line([at for at in at_ms.tolist() if from_ms <= at < to_ms])
    return found


def snapshots(address: str, site: str) -> Iterator[dict[str, object]]:
    """Yield what the page gets, as it arrives."""
    with urlopen(f"{address}/api/v1/sites/{site}/live/stream", timeout=60) as stream:  # noqa: S310 - the demo's
        for line in stream:
            if line.startswith(b"data:"):
                yield json.loads(line[5:])


def main() -> None:
    """Follow the stream for some minutes and print the delays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("address")
    parser.add_argument("--minutes", type=float, default=5)
    options = parser.parse_args()
    minute_ms = (int(time.time()) // 60 + 1) * 60_000
    expected = lines(options.folder, minute_ms, minute_ms + int(options.minutes * 60_000))
    for snapshot in snapshots(options.address, "haninge-entre"):
        now_ms = time.time() * 1000
        for came in snapshot["lines"]:  # type: ignore[attr-defined]
            if came["line"] in expected and came["start"] >= _iso(minute_ms):
                expected[came["line"]].came(came["start"], came["forward"] + came["backward"], now_ms)
        if now_ms > minute_ms + options.minutes * 60_000 + 10_000:
            break
    delays = sorted(delay for line in expected.values() for delay in line.delays_s)
    crossed = sum(len(line.crossed_ms) for line in expected.values())
    print(f"{crossed} crossings, {len(delays)} seen on the stream")
    if delays:
        print(f"seconds: median {delays[len(delays) // 2]:.1f}, longest {delays[-1]:.1f}")


def _iso(at_ms: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at_ms / 1000))


if __name__ == "__main__":
    main()
