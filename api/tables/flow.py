"""Rows of crossings: of the site, its spaces, its borders and its lines."""

from typing import Annotated

from pydantic import Field

from api.tables.cell import Cell, OfBorder, OfLineWithRole, OfSpace, Watched, WatchedMainLines
from api.tables.columns import Count
from api.tables.context import InContext


class SiteFlowRow(InContext, WatchedMainLines, Cell):
    """Entries to a site and exits from it in one bucket: crossings of main lines to and from outside, not persons."""

    entries: Annotated[int | None, Field(description="Inward crossings. Null below a coverage of 0.5.", examples=[118])]
    exits: Annotated[int | None, Field(description="Outward crossings. Null below a coverage of 0.5.", examples=[103])]
    difference: Annotated[int | None, Field(description="entries - exits.", examples=[15])]
    gross_entries: Annotated[int | None, Field(description="Entries with turn-backs and sway.", examples=[125])]
    gross_exits: Annotated[int | None, Field(description="Exits with turn-backs and sway.", examples=[110])]


class SpaceFlowRow(InContext, WatchedMainLines, Cell, OfSpace):
    """Crossings into and out of one space in one bucket, over all main lines of its borders."""

    inward: Annotated[int | None, Field(description="Crossings into it. Null below a coverage of 0.5.", examples=[61])]
    outward: Annotated[
        int | None, Field(description="Crossings out of it. Null below a coverage of 0.5.", examples=[58])
    ]
    difference: Annotated[int | None, Field(description="inward - outward.", examples=[3])]
    gross_inward: Annotated[int | None, Field(description="inward with turn-backs and sway.", examples=[66])]
    gross_outward: Annotated[int | None, Field(description="outward with turn-backs and sway.", examples=[63])]


class BorderFlowRow(InContext, WatchedMainLines, Cell, OfBorder):
    """Crossings of one border in one bucket, over its main lines; forward is from its from_space to its to_space."""

    forward: Annotated[int | None, Field(description="Null below a coverage of 0.5.", examples=[42])]
    backward: Annotated[int | None, Field(description="Null below a coverage of 0.5.", examples=[39])]
    difference: Annotated[int | None, Field(description="forward - backward.", examples=[3])]
    gross_forward: Annotated[int | None, Field(description="forward with turn-backs and sway.", examples=[44])]
    gross_backward: Annotated[int | None, Field(description="backward with turn-backs and sway.", examples=[41])]


class LineFlowRow(InContext, Watched, Cell, OfLineWithRole):
    """Crossings of one line, main or check, in one bucket."""

    forward: Count
    backward: Count
    gross_forward: Annotated[int | None, Field(description="With turn-backs and sway.", examples=[44])]
    gross_backward: Annotated[int | None, Field(description="With turn-backs and sway.", examples=[39])]
