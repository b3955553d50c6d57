"""What is so now at a site: never facts."""

from typing import Annotated

from pydantic import AwareDatetime, Field, computed_field

from api.tables.base import FrozenModel
from api.tables.columns import HeardAt, Key, Online, RecordedUntil, SkewS, State
from core.clock_off import is_clock_off


class _Tick(FrozenModel):
    """What a device saw at a moment. Whoever shows it as now looks at its age and at `clock_off`."""

    at: Annotated[AwareDatetime, Field(description="When the device saw this, by its own clock.")]
    received_at: Annotated[AwareDatetime, Field(description="When it arrived.")]
    as_of: Annotated[
        AwareDatetime,
        Field(
            default_factory=lambda seen: min(seen["at"], seen["received_at"]),
            description="What its age is reckoned from: the older of `at` and `received_at`, where a clock that is "
            "known to be a little behind is allowed for.",
        ),
    ]

    @computed_field(  # type: ignore[prop-decorator] # mypy knows no decorator above a property; pydantic asks for this
        description="The two differ by more than 120 s: the device's clock is wrong or the message late. Never of now."
    )
    @property
    def clock_off(self) -> bool:
        """Return whether it can't be shown as now."""
        return is_clock_off(self.at, self.received_at)


class LiveLineState(_Tick):
    """The open interval of a line: never a fact."""

    line: Key
    start: Annotated[AwareDatetime, Field(description="Start of the open interval.")]
    forward: int
    backward: int


class LiveZoneState(_Tick):
    """The people in a zone now: never a fact."""

    zone: Key
    occupancy: Annotated[int, Field(description="People in it.", examples=[4])]
    staying: Annotated[int, Field(description="Of them, how many have been there for stay_s.", examples=[2])]
    stay_s: Annotated[int, Field(description="In seconds.", examples=[60])]


class LiveDeviceState(FrozenModel):
    """How a device is now."""

    device: Key
    state: State = None
    online: Online
    heard_at: HeardAt
    skew_s: SkewS = None
    frame_rate: float | None
    clock_known: bool | None
    clock_offset_ms: int | None
    outbox_records: int | None
    recorded_until: RecordedUntil = None


class LiveStall(FrozenModel):
    """The database doesn't answer: what was so last is of so long ago."""

    age_s: Annotated[int, Field(description="Seconds since the last look that was answered.", examples=[4])]


class LiveSnapshot(FrozenModel):
    """What is so at one moment. A line, zone or device that never spoke is missing or null."""

    at: Annotated[AwareDatetime, Field(description="The database's clock.")]
    lines: list[LiveLineState]
    zones: list[LiveZoneState]
    devices: list[LiveDeviceState]
