"""What is so now at a site: never facts."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from api.tables.base import FrozenModel
from api.tables.columns import Key


class LiveLineState(FrozenModel):
    """The open interval of a line: never a fact."""

    line: Key
    at: Annotated[AwareDatetime, Field(description="When the device saw this, by its own clock.")]
    received_at: Annotated[AwareDatetime, Field(description="When it arrived: what its age is reckoned from.")]
    start: Annotated[AwareDatetime, Field(description="Start of the open interval.")]
    forward: int
    backward: int


class LiveZoneState(FrozenModel):
    """The people in a zone now: never a fact."""

    zone: Key
    at: Annotated[AwareDatetime, Field(description="When the device saw this, by its own clock.")]
    received_at: Annotated[AwareDatetime, Field(description="When it arrived: what its age is reckoned from.")]
    occupancy: Annotated[int, Field(description="People in it.", examples=[4])]
    staying: Annotated[int, Field(description="Of them, how many have been there for stay_s.", examples=[2])]
    stay_s: Annotated[int, Field(description="In seconds.", examples=[60])]


class LiveDeviceState(FrozenModel):
    """How a device is now."""

    device: Key
    online: bool | None
    heard_at: Annotated[AwareDatetime | None, Field(description="When its last status arrived.")]
    frame_rate: float | None
    clock_known: bool | None
    clock_offset_ms: int | None
    outbox_records: int | None


class LiveSnapshot(FrozenModel):
    """What is so at one moment. A line, zone or device that never spoke is missing or null."""

    at: Annotated[AwareDatetime, Field(description="The database's clock.")]
    lines: list[LiveLineState]
    zones: list[LiveZoneState]
    devices: list[LiveDeviceState]
