"""What the API answers about the health of devices and what became of their records."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from api.tables.base import FrozenModel
from api.tables.columns import HeardAt, Online, RecordedUntil, SkewS, State
from api.tables.places import Name


class DeviceHealth(FrozenModel):
    """How a device said it was. Null where it never said."""

    device: Annotated[str, Field(description="Its key.", examples=["tunnel-kamera"])]
    name: Name
    state: State
    online: Online
    said_at: Annotated[AwareDatetime | None, Field(description="When it said so, by its own clock.")]
    received_at: Annotated[AwareDatetime | None, Field(description="When that arrived.")]
    heard_at: HeardAt
    age_s: Annotated[int | None, Field(description="Seconds since heard_at.", examples=[12])]
    skew_s: SkewS
    epoch: str | None
    outbox_records: Annotated[int | None, Field(description="Records that aren't settled yet.", examples=[0])]
    clock_known: bool | None
    clock_offset_ms: int | None
    recorded_until: RecordedUntil
    recorded_ahead_s: Annotated[
        int | None,
        Field(description="Seconds that this lay ahead of heard_at: over 120, its clock has run ahead.", examples=[0]),
    ]
    frame_rate: Annotated[float | None, Field(description="Frames a second.", examples=[9.8])]
    temperature_c: Annotated[float | None, Field(description="Degrees Celsius.", examples=[48.0])]
    setup: str | None
    counter_version: str | None
    wire_minor: Annotated[
        int | None,
        Field(
            description="Minor version of the wire that it speaks. One of 0 may report time as observed in which "
            "nobody would have been counted: update it.",
            examples=[1],
        ),
    ]
    revoked_at: Annotated[
        AwareDatetime | None, Field(description="From when it may deliver no more; it is not online then.")
    ]


class EpochDelivery(FrozenModel):
    """What became of a device's records in one epoch of its outbox, in records."""

    device: Annotated[str, Field(description="Key of the device.", examples=["tunnel-kamera"])]
    epoch: Annotated[str, Field(examples=["6c1f0a9be2d74583"])]
    first_heard_at: AwareDatetime
    last_heard_at: AwareDatetime
    made: Annotated[int, Field(description="The newest record heard of.", examples=[2016])]
    stored: int
    rejected: int
    lost: Annotated[int, Field(description="Declared lost by the device.")]
    unsettled: Annotated[int, Field(description="Still owed by the current epoch.", examples=[0])]
    unknown: Annotated[int, Field(description="Still owed by a dead epoch: at least so many.", examples=[0])]
    unsettled_since: AwareDatetime | None


class Held(FrozenModel):
    """What waits for its cause to be resolved."""

    device: Annotated[str, Field(description="Key as its topic names it, known or not.")]
    cause: str
    detail: str
    first_at: AwareDatetime
    last_at: AwareDatetime
    times: Annotated[int, Field(description="Messages so far.")]


class UnkeptRejects(FrozenModel):
    """What was refused beyond what a device may make the store keep in a day: counted, and nothing of it kept."""

    day: Annotated[date, Field(description="A UTC day.", examples=["2026-10-25"])]
    device: Annotated[str, Field(description="Key of the device.", examples=["tunnel-kamera"])]
    code: Annotated[str, Field(description="Why.", examples=["invalid"])]
    times: Annotated[int, Field(description="Messages and records.", examples=[4711])]
    last_at: AwareDatetime


class Conflict(FrozenModel):
    """Times reported twice by one device for one line or zone: never counted."""

    device: Annotated[str, Field(description="Key of the device that reported it second.")]
    kind: Annotated[str, Field(description="line_flow, zone_flow or zone_dwell.", examples=["line_flow"])]
    key: Annotated[str, Field(description="Key of the line or zone.")]
    records: Annotated[int, Field(description="How many.")]
    first_start: AwareDatetime
    last_start: AwareDatetime
    last_noticed_at: AwareDatetime
