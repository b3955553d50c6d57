"""Rows of numbers=corrected: what counters counted times the factors of calibrations, and the raw numbers beside it."""

import enum
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import BaseModel, Field, create_model

from api.tables.cell import Cell, CorrectionOfPart, LastColumns, OfZone, Watched, WatchedDwell
from api.tables.columns import StayThreshold, Wide
from api.tables.context import InContext
from api.tables.table import CORRECTED, Table


class Numbers(enum.StrEnum):
    """Whether numbers are as the counters counted them."""

    RAW = "raw"
    CORRECTED = "corrected"


AskedNumbers = Annotated[
    Numbers,
    Query(
        description="raw: as the counters counted. corrected: by the calibrations that hold, with the raw number "
        "beside it; each row says whether all of it, a part or nothing was corrected, and by which."
    ),
]

Corrected = Annotated[float | None, Field(description="Corrected; null where raw would be.", examples=[131.3])]
Low = Annotated[
    float | None,
    Field(
        description="Lower end of the 95 % interval of the correction; null unless all is corrected.", examples=[125.2]
    ),
]
High = Annotated[float | None, Field(description="Upper end of it.", examples=[138.0])]
Raw = Annotated[int | None, Field(description="The same without any correction.", examples=[118])]


class CorrectedPresenceRow(InContext, CorrectionOfPart, Watched, Cell, OfZone):
    """Corrected presence in one zone in one bucket."""

    presence_s: Annotated[float | None, Field(description="Corrected presence, person-seconds.", examples=[5940.0])]
    presence_hours: Annotated[float | None, Field(description="The same in person-hours.", examples=[1.65])]
    presence_hours_low: Low
    presence_hours_high: High
    occupancy_mean: Annotated[
        float | None, Field(description="Corrected mean number of people while watched.", examples=[1.657])
    ]
    raw_presence_s: Raw


class CorrectedDwellRow(InContext, CorrectionOfPart, WatchedDwell, Cell, OfZone):
    """Corrected stays in one zone in one bucket; entered is as the counter saw it."""

    threshold_s: StayThreshold
    entered: Annotated[int | None, Field(description="Visits that began over the zone's edge.", examples=[33])]
    stays: Corrected
    stays_low: Low
    stays_high: High
    share: Annotated[float | None, Field(description="Corrected stays / entered, 0 to 1.", examples=[0.4021])]
    wide: Wide
    raw_stays: Annotated[float | None, Field(description="Stays without any correction.", examples=[12.4])]
    raw_stays_low: Annotated[int | None, Field(description="Raw stays if all cut were short.", examples=[12])]
    raw_stays_high: Annotated[int | None, Field(description="Raw stays if all cut were long.", examples=[13])]
    raw_share: Annotated[float | None, Field(description="Share without any correction.", examples=[0.3758])]


def corrected_flow(raw: Table, counts: tuple[str, str], correction: type[LastColumns]) -> Table:
    """Return the corrected table of a raw one: in its rows each count with its interval, and then both raw."""
    columns: dict[str, Any] = {}
    for count in counts:
        columns |= {count: (Corrected, ...), f"{count}_low": (Low, ...), f"{count}_high": (High, ...)}
    columns |= {f"raw_{count}": (Raw, ...) for count in counts}
    name, doc = raw.row.__name__.replace("Flow", ""), raw.row.__doc__ or ""
    row: type[BaseModel] = create_model(
        f"Corrected{name}",
        __base__=(InContext, correction, *(base for base in raw.row.__bases__ if base is not InContext)),
        __doc__=f"Corrected {doc[0].lower()}{doc[1:]}",
        __module__=__name__,
        **columns,
    )
    return Table(raw.statement.replace("numbers/", CORRECTED), row, f"{raw.name}-corrected", raw.of)


PRESENCE: Final = Table("corrected/presence", CorrectedPresenceRow, "presence-corrected", "zone")
DWELL: Final = Table("corrected/dwell", CorrectedDwellRow, "dwell-corrected", "zone")
