"""Drawn people for the tests of the counting core: paths, the frames that show them, and what was counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

import numpy as np

from core import wire
from counter.counting.draft import Draft, DwellDraft, FlowDraft
from counter.counting.tally import Tally
from counter.counting.version import COUNTING_VERSION, CountingVersion
from counter.detections import Detections
from counter.geometry import LineGeometry, ZoneGeometry

START_MS = 1_800_000_000_000 - 1_800_000_000_000 % 900_000
RATE = 10.0
Point = tuple[float, float]
Path = list[Point | None]
"""Where one person is in each frame; None where they are not seen."""

MIDDLE = LineGeometry("middle", ((320.0, 0.0), (320.0, 480.0)), (640.0, 240.0), band=20.0)
"""In a picture of 640 x 480: forward is towards the right."""
BENCH = ZoneGeometry("bench", ((200.0, 100.0), (440.0, 100.0), (440.0, 400.0), (200.0, 400.0)), 60, margin=20.0)


def walk(*corners: Point, speed: float = 80.0, rate: float = RATE) -> Path:
    """Walk from corner to corner at `speed` units/s."""
    path: Path = [corners[0]]
    for (x0, y0), (x1, y1) in pairwise(corners):
        steps = max(round(float(np.hypot(x1 - x0, y1 - y0)) / speed * rate), 1)
        path += [(x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * k / steps) for k in range(1, steps + 1)]
    return path


def stand(at: Point, seconds: float, *, sway: float = 0.0, rate: float = RATE, seed: int = 1) -> Path:
    """Stand at a place, with noise of `sway` units to each side."""
    chance = np.random.default_rng(seed)
    return [(at[0] + x, at[1] + y) for x, y in chance.uniform(-sway, sway, (round(seconds * rate), 2)).tolist()]


def swing(at: Point, seconds: float, *, reach: float, period_s: float, rate: float = RATE) -> Path:
    """Go to and fro `reach` units to each side of a place, along x."""
    times = np.arange(round(seconds * rate)) / rate
    return [(at[0] + reach * float(np.sin(2 * np.pi * time / period_s)), at[1]) for time in times]


def unseen(seconds: float, rate: float = RATE) -> Path:
    """Not be seen."""
    return [None] * round(seconds * rate)


def frames(paths: Sequence[Path], *, rate: float = RATE, from_ms: int = START_MS) -> Iterator[Detections]:
    """Show the people of `paths`, all beginning at the first frame."""
    for place, points in enumerate(zip_longest(*paths)):
        yield frame(from_ms + round(place * 1000 / rate), [point for point in points if point is not None])


def frame(at_ms: int, points: Sequence[Point]) -> Detections:
    """Show people at these points."""
    return Detections(at_ms, np.array(points, dtype=np.float64).reshape(-1, 2))


def tally(
    lines: Sequence[LineGeometry] = (MIDDLE,),
    zones: Sequence[ZoneGeometry] = (),
    period_s: int = 60,
    version: CountingVersion = COUNTING_VERSION,
) -> Tally:
    return Tally(lines, zones, flow_period_s=period_s, setup="test", version=version)


@dataclass
class Counted:
    """What the records say in sum, of the first line and the first zone."""

    drafts: list[Draft] = field(default_factory=list)

    @property
    def flows(self) -> list[FlowDraft]:
        return [draft for draft in self.drafts if isinstance(draft, FlowDraft)]

    @property
    def dwells(self) -> list[DwellDraft]:
        return [draft for draft in self.drafts if isinstance(draft, DwellDraft)]

    @property
    def net(self) -> tuple[int, int]:
        return (
            sum(flow.lines[0].forward for flow in self.flows),
            sum(flow.lines[0].backward for flow in self.flows),
        )

    @property
    def gross(self) -> tuple[int, int]:
        return (
            sum(flow.lines[0].gross_forward for flow in self.flows),
            sum(flow.lines[0].gross_backward for flow in self.flows),
        )

    @property
    def visits(self) -> tuple[int, int, int, int]:
        """Entries, appeared, exits, lost."""
        zones = [flow.zones[0] for flow in self.flows]
        return (
            sum(zone.entries for zone in zones),
            sum(zone.appeared for zone in zones),
            sum(zone.exits for zone in zones),
            sum(zone.lost for zone in zones),
        )

    @property
    def presence_s(self) -> int:
        return sum(flow.zones[0].presence_s for flow in self.flows)

    @property
    def observed_ms(self) -> int:
        parts = [(flow.lines or flow.zones)[0] for flow in self.flows]
        return sum(part.observed_ms for part in parts)

    def dwell_bins(self, kind: str) -> dict[int, int]:
        """Lower edge in seconds -> visits of one kind: complete, cut or fragment."""
        bins = np.sum([getattr(dwell.zones[0], kind).bins for dwell in self.dwells], axis=0)
        return {wire.BIN_EDGES_S[place]: int(bins[place]) for place in np.flatnonzero(bins)}


def count(shown: Iterable[Detections], by: Tally | None = None, *, close: bool = True) -> Counted:
    """Count all frames, and close."""
    by = by or tally()
    counted, at_ms = Counted(), START_MS
    for detections in shown:
        counted.drafts += by.update(detections)
        at_ms = detections.at_ms
    if close:
        counted.drafts += by.close(at_ms)
    return counted
