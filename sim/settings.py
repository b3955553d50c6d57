"""What a device file says of simulated sources: kind "simulated", and [source.simulated] of sensors in a doorway."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from counter.fields import ExistingFile, Point, StrictTable
from counter.sources.doorway.settings import BeamsSource, TofSource
from counter.sources.thermal.settings import ThermalSource

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in metres; x0 <= x1 and y0 <= y1."""


class Outage(StrictTable):
    """Time in which the device counted nothing, as it stands in the history: [start, end)."""

    start: AwareDatetime
    end: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"end {self.end.isoformat()} is not after start {self.start.isoformat()}")
        return self


class SimulatedSource(StrictTable):
    """A view into the simulated world."""

    kind: Literal["simulated"] = Field(description="People of a simulated world.")
    world: Path = Field(description="The world file, relative to the device file.")
    seed: int = Field(
        ge=0,
        lt=2**32,
        description="Which of all possible crowds: devices with the same world and seed see the same people.",
    )
    frame_rate: float = Field(default=10.0, gt=0, le=60, description="Frames a second.")
    view: Box = Field(description="What the device sees: x0, y0, x1, y1 in metres.")
    history_days: int = Field(
        default=0, ge=0, le=800, description="How many days before today the device claims to have counted."
    )
    noise_m: float = Field(
        default=0.03, ge=0, le=1, description="Standard deviation of a seen position in each direction, metres."
    )
    restarts_per_week: float = Field(
        default=3.0, ge=0, le=1000, description="How often a week, in the history, it missed a minute or more."
    )
    loss_every_s: float = Field(
        default=7200.0,
        gt=0,
        description="After how many seconds in a zone, on average and in the history, a person is lost from sight for "
        "a moment: one visit becomes a cut one and a fragment.",
    )
    outages: tuple[Outage, ...] = Field(
        default=(), description="Longer times [start, end), in the history, in which the device counted nothing."
    )

    @model_validator(mode="after")
    def _view_has_an_area(self) -> Self:
        x0, y0, x1, y1 = self.view
        if x0 >= x1 or y0 >= y1:
            raise ValueError(f"view {list(self.view)} is not x0, y0, x1, y1 with x0 < x1 and y0 < y1")
        return self


class SimulatedPlace(StrictTable):
    """[source.simulated]: people of a simulated world pass here, and no sensor is opened."""

    world: ExistingFile = Field(description="The world file, relative to the device file unless absolute.")
    seed: int = Field(ge=0, lt=2**32, description="Which of all possible crowds.")
    ends: tuple[Point, Point] = Field(description="The two sides of the doorway: x, y in metres of the world.")
    forward_towards: Point = Field(description="Any point on the side that forward leads to.")

    @model_validator(mode="after")
    def _is_a_doorway(self) -> Self:
        (x0, y0), (x1, y1) = self.ends
        x, y = self.forward_towards
        if (x1 - x0) * (y - y0) == (y1 - y0) * (x - x0):
            raise ValueError(f"forward_towards {self.forward_towards} lies on the line through ends {self.ends}")
        return self


Simulated = Annotated[
    SimulatedPlace | None,
    Field(description="Where in a simulated world this doorway is: for trying without the part."),
]


class VirtualBeams(BeamsSource):
    """Light beams that may hang in a simulated doorway."""

    simulated: Simulated = None


class VirtualTof(TofSource):
    """A ranger that may hang over a simulated doorway."""

    simulated: Simulated = None


class VirtualThermal(ThermalSource):
    """A thermal array that may hang over a simulated doorway."""

    simulated: Simulated = None
