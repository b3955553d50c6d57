"""What a device file says under [source] when its kind is "simulated"."""

from pathlib import Path
from typing import Annotated, Literal, Self

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
    """A view into the simulated world.

    Attributes:
        kind: always "simulated".
        world: the world file, relative to the device file.
        seed: which of all possible crowds. Devices with the same world and seed see the same people.
        frame_rate: frames a second.
        view: what the device sees: x0, y0, x1, y1 in metres.
        history_days: how many days before today the device claims to have counted.
        noise_m: standard deviation of a seen position about the true one, metres, in each direction.
        restarts_per_week: how often, in the history, the device missed a minute or more.
        loss_every_s: how many seconds of being in a zone it takes, on average, until a person is lost from
            sight for a moment, in the history: one visit then becomes a cut one and a fragment.
        outages: longer times, in the history, in which the device counted nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["simulated"]
    world: Path
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    frame_rate: Annotated[float, Field(gt=0, le=60)] = 10.0
    view: Box
    history_days: Annotated[int, Field(ge=0, le=800)] = 0
    noise_m: Annotated[float, Field(ge=0, le=1)] = 0.03
    restarts_per_week: Annotated[float, Field(ge=0, le=1000)] = 3.0
    loss_every_s: Annotated[float, Field(gt=0)] = 7200.0
    outages: tuple[Outage, ...] = ()

    @model_validator(mode="after")
    def _view_has_an_area(self) -> Self:
        x0, y0, x1, y1 = self.view
        if x0 >= x1 or y0 >= y1:
            raise ValueError(f"view {list(self.view)} is not x0, y0, x1, y1 with x0 < x1 and y0 < y1")
        return self
