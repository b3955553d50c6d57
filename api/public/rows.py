"""What is published. In each cell, zero, suppressed and missing are three things."""

import enum
from typing import Annotated, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, Field

from api.tables.base import FrozenModel
from api.tables.cell import LastColumns, OfBorder, OfZone, WholeCell
from api.tables.columns import Coverage, Key, StayThreshold
from api.tables.places import Name


class CellState(enum.StrEnum):
    """What a cell is.

    Attributes:
        SHOWN: counted, and published; zero is a count.
        SUPPRESSED: counted, and not published: it is of fewer than five, or would reveal such a cell.
        MISSING: not counted, or watched for less than half.
    """

    SHOWN = "shown"
    SUPPRESSED = "suppressed"
    MISSING = "missing"


class ShareState(enum.StrEnum):
    """What a share is.

    Attributes:
        SHOWN: published; null where nobody came in.
        SUPPRESSED: those who came in, stayed or didn't are fewer than five, or it would reveal such a cell.
        WIDE: so many were lost from sight that its bounds lie more than 10 % apart.
        MISSING: as of the cell.
    """

    SHOWN = "shown"
    SUPPRESSED = "suppressed"
    WIDE = "wide"
    MISSING = "missing"


StateOf = Annotated[
    CellState,
    Field(
        description="shown: counted, zero included. suppressed: counted, but of fewer than 5 or revealing such a cell. "
        "missing: not counted, or watched for less than half.",
        examples=["shown"],
    ),
]


class PublicSite(FrozenModel):
    """A site whose public figures may be asked for."""

    site: Annotated[str, Field(description="Its key.", examples=["haninge-entre"])]
    name: Name
    time_zone: Annotated[str, Field(description="IANA name.", examples=["Europe/Stockholm"])]


class PublicLastColumns(LastColumns):
    """How well the main lines of a public sum were watched; ends a row."""

    coverage: Coverage
    estimate: Annotated[bool, Field(description="A main line was watched for less than 0.9 of the time: too low.")]


class SitePassages(PublicLastColumns, WholeCell):
    """Entries to the site and exits from it in one cell of the grid. Never suppressed: a passage is nobody's."""

    state: StateOf
    entries: Annotated[int | None, Field(description="Null where missing.", examples=[118])]
    exits: Annotated[int | None, Field(description="Null where missing.", examples=[103])]


class BorderPassages(PublicLastColumns, WholeCell, OfBorder):
    """Passages of one border over its main lines in one cell of the grid."""

    state: StateOf
    forward: Annotated[int | None, Field(description="Null where missing.", examples=[42])]
    backward: Annotated[int | None, Field(description="Null where missing.", examples=[39])]


class PublicDwell(WholeCell, OfZone):
    """Dwell of one zone in one cell of the grid: of at least five visits, or nothing."""

    state: StateOf
    visits: Annotated[int | None, Field(description="Visits that began over the zone's edge.", examples=[33])]
    threshold_s: StayThreshold
    share_state: Annotated[
        ShareState,
        Field(
            description="shown: null where nobody came in. suppressed: of those who came in, fewer than 5 stayed or "
            "fewer than 5 didn't, or it would reveal such a cell. wide: too many were lost. missing: as of state.",
            examples=["shown"],
        ),
    ]
    share: Annotated[
        float | None,
        Field(description="Of the visits, how many lasted at least the threshold, 0 to 1.", examples=[0.3758]),
    ]
    median_s: Annotated[
        float | None,
        Field(description="Dwell that half exceed, in seconds. Null where the share is suppressed.", examples=[41.3]),
    ]
    presence_hours: Annotated[float | None, Field(description="Presence in person-hours.", examples=[1.5])]
    coverage: Coverage
    longer: Annotated[
        str | None,
        Field(description="Where the share is suppressed: the frame whose cells are longer.", examples=["2026-11"]),
    ]


RowT = TypeVar("RowT", bound=BaseModel)


class Grid(FrozenModel, Generic[RowT]):
    """One frame of the grid, whose cells ended before it was published."""

    site: Key
    time_zone: Annotated[str, Field(description="IANA name.", examples=["Europe/Stockholm"])]
    frame: Annotated[str, Field(description="As asked for.", examples=["2026-11"])]
    bucket: Annotated[str, Field(description="hour, day, week (ISO) or month.", examples=["day"])]
    from_utc: Annotated[AwareDatetime, Field(description="Inclusive.", examples=["2026-10-31T23:00:00Z"])]
    to_utc: Annotated[AwareDatetime, Field(description="Exclusive: the end of the last cell that is published.")]
    rows: list[RowT]


class Passages(FrozenModel):
    """Passages of a frame: of the site, and of each of its borders."""

    site: Grid[SitePassages]
    borders: Grid[BorderPassages]


class TableCell(FrozenModel):
    """A count of a table. Without row or column: the sum over them."""

    row: Annotated[str | None, Field(description="Null: the sum over rows.", examples=["woman"])]
    column: Annotated[str | None, Field(description="Null: the sum over columns.", examples=["65+"])]
    state: StateOf
    count: Annotated[int | None, Field(examples=[12])]


class Counts(FrozenModel):
    """A table with its sums. Each cell is there."""

    table: Annotated[str, Field(description="What is counted, and by what.", examples=["gender and age"])]
    cells: list[TableCell]


class PublicParticipants(FrozenModel):
    """Participants of a year's activities: nobody's attendance, and not persons: who comes twice counts twice."""

    site: Key
    year: Annotated[int, Field(examples=[2026])]
    activities: Annotated[int, Field(description="How many there were.", examples=[41])]
    counted: Annotated[int, Field(description="Of them, how many were counted.", examples=[38])]
    tables: list[Counts]


class Survey(FrozenModel):
    """One questionnaire round: a table a question, by answer; no answer is `(none)`."""

    title: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    tables: list[Counts]
