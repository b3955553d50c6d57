"""Rows of presence and dwell: one zone in one bucket each."""

from typing import Annotated

from pydantic import Field

from api.tables.cell import Cell, OfZone, Watched, WatchedDwell
from api.tables.columns import StayThreshold, Wide
from api.tables.context import InContext


class PresenceRow(InContext, Watched, Cell, OfZone):
    """Entries, exits and presence of one zone in one bucket. All but the times are null where nothing was observed."""

    entries: Annotated[int | None, Field(description="Visits that began over the zone's edge.", examples=[31])]
    appeared: Annotated[int | None, Field(description="Visits first seen inside.", examples=[2])]
    exits: Annotated[int | None, Field(description="Visits that ended over the zone's edge.", examples=[30])]
    lost: Annotated[int | None, Field(description="Visits lost from sight inside.", examples=[3])]
    presence_s: Annotated[int | None, Field(description="Presence in person-seconds.", examples=[5400])]
    presence_hours: Annotated[float | None, Field(description="Presence in person-hours.", examples=[1.5])]
    occupancy_mean: Annotated[float | None, Field(description="Mean number of people while watched.", examples=[1.506])]
    occupancy_max: Annotated[int | None, Field(description="Most people at one moment.", examples=[7])]


class DwellRow(InContext, WatchedDwell, Cell, OfZone):
    """Dwell and stays of one zone in one bucket: of the visits that ended in it, whenever they began."""

    threshold_s: StayThreshold
    entered: Annotated[
        int | None, Field(description="Visits that began over the zone's edge: complete + cut.", examples=[33])
    ]
    complete: Annotated[int | None, Field(description="Entered and seen leaving.", examples=[30])]
    cut: Annotated[int | None, Field(description="Entered and lost from sight.", examples=[3])]
    fragment: Annotated[int | None, Field(description="First seen inside; no part of stays.", examples=[2])]
    stays: Annotated[
        float | None,
        Field(description="Stays: entered x S(threshold) by the life table. Null where not observed.", examples=[12.4]),
    ]
    stays_low: Annotated[int | None, Field(description="Stays if all cut were short.", examples=[12])]
    stays_high: Annotated[int | None, Field(description="Stays if all cut were long.", examples=[13])]
    wide: Wide
    share: Annotated[float | None, Field(description="stays / entered, 0 to 1.", examples=[0.3758])]
    median_s: Annotated[
        float | None,
        Field(
            description="Dwell that half exceed, in seconds. Null above 20 % cut, or if never reached.", examples=[41.3]
        ),
    ]
    p75_s: Annotated[float | None, Field(description="Dwell that a quarter exceed, in seconds.", examples=[92.0])]
    p90_s: Annotated[float | None, Field(description="Dwell that a tenth exceed, in seconds.", examples=[410.5])]
    presence_s: Annotated[
        int | None,
        Field(description="Presence in person-seconds, of the time around outages too.", examples=[5400]),
    ]
    presence_hours: Annotated[float | None, Field(description="The same in person-hours.", examples=[1.5])]
