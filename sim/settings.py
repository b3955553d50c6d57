"""What a device file says under [source] when its kind is "simulated"."""

from pathlib import Path
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 in metres; x0 <= x1 and y0 <= y1."""


class Outage(BaseModel):
    """Time in which the device counted nothing, as it stands in the history: [start, end)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: AwareDatetime
    end: AwareDatetime

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"end {self.end.isoformat()} is not after start {self.start.isoformat()}")
        return self


class SimulatedSource(BaseModel):
    """A view into the simulated world."""

    model_config = ConfigDict(frozen=True, extra="forbid")

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
