"""People under a thermal array, and what is counted of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.virtual_doorways import Running, Walk, bodies
from counter.counting.draft import FlowDraft
from counter.counting.tally import Tally
from counter.counting.version import COUNTING_VERSION
from counter.detections import Detections
from counter.errors import SensorError
from counter.geometry import LineGeometry
from counter.sources.thermal.source import Thermal
from counter.sources.thermal.spots import SPOT_TRACKING, TRACKING, Optics
from sim.warmth import Warmth

Floats = NDArray[np.float64]
START_MS = 1_800_000_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One part, as its data sheet says it is."""

    shape: tuple[int, int]
    field_deg: tuple[float, float]
    rate: float
    noise_c: float
    step_c: float
    contrast_c: float = 1.2


AMG8833 = Kind((8, 8), (60.0, 60.0), 10.0, 0.25, 0.25)
MLX90640 = Kind((24, 32), (110.0, 75.0), 8.0, 0.4, 0.0)


def radiator(kind: Kind) -> Floats:
    """Return a radiator of 25 degrees more than the floor in a corner of the picture."""
    things = np.zeros(kind.shape)
    rows, columns = kind.shape[0] // 8, kind.shape[1] // 3
    things[:rows, :columns] = 25.0
    return things


def frames(  # noqa: PLR0913 - what may happen under an array
    kind: Kind,
    walks: Sequence[Walk],
    height_m: float,
    *,
    seed: int = 1,
    drift_c: Callable[[float], float] = lambda _: 0.0,
    things: Floats | float = 0.0,
    warmer: float = 1.0,
    floor_c: float = 20.0,
) -> Iterator[tuple[float, Floats]]:
    """Yield the pictures of people's walks with their times, five seconds before the first to ten after the last."""
    warmth = Warmth(
        kind.shape,
        kind.field_deg,
        height_m,
        kind.noise_c,
        kind.step_c,
        floor_c,
        things=things,
        warmer=warmer,
        chance=np.random.default_rng(seed),
    )
    begin_s = min(float(one.times_s[0]) for one in walks) - 5.0
    end_s = max(float(one.times_s[-1]) for one in walks) + 10.0
    for number in range(round((end_s - begin_s) * kind.rate)):
        time_s = begin_s + number / kind.rate
        there = [one for one in walks if one.times_s[0] <= time_s <= one.times_s[-1]]
        yield time_s, warmth.picture(bodies(there, time_s) if there else None, drift_c(time_s))


@dataclass
class _Played:
    """An array that brings pictures, and sets the clock to their times."""

    pictures: Iterator[tuple[float, Floats]]
    clock: Running

    def next(self) -> Floats:
        """Return the next picture."""
        try:
            time_s, picture = next(self.pictures)
        except StopIteration:
            raise SensorError("there are no more pictures") from None
        self.clock.ms = START_MS + round(time_s * 1000)
        return picture

    def close(self) -> None:
        """Nothing to let go of."""


def detections_in(
    kind: Kind, pictures: Iterable[tuple[float, Floats]], height_m: float, *, by_shape: bool = True
) -> Iterator[Detections]:
    """Yield what an array brings of its pictures, wherever it hangs."""
    clock = Running(START_MS)
    optics = Optics.of(kind.shape, kind.field_deg, height_m, by_shape=by_shape)
    thermal = Thermal(optics, kind.contrast_c, 1 / kind.rate, 600.0, clock)
    with suppress(SensorError):
        yield from thermal.detections(_Played(iter(pictures), clock))


def count(kind: Kind, seen: Iterable[Detections], height_m: float, *, by_shape: bool = True) -> tuple[int, int]:
    """Return how many cross the line below the array, forward and backward."""
    line = LineGeometry("door", ((-3.0, 0.0), (3.0, 0.0)), (0.0, 1.0), 0.2)
    view = Optics.of(kind.shape, kind.field_deg, height_m).view
    tracking = TRACKING if by_shape else SPOT_TRACKING
    tally = Tally(
        [line],
        [],
        flow_period_s=60,
        setup="thermal",
        units_per_metre=1.0,
        view=view,
        tracking=tracking,
        version=COUNTING_VERSION if by_shape else 2,
    )
    drafts, at_ms = [], START_MS
    for detections in seen:
        drafts += tally.update(detections)
        at_ms = detections.at_ms
    drafts += tally.close(at_ms)
    flows = [draft.lines[0] for draft in drafts if isinstance(draft, FlowDraft)]
    return sum(flow.forward for flow in flows), sum(flow.backward for flow in flows)
