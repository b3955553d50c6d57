"""Profiles: numbers by weekday, hour, kind of day or month, each from all such time in a range."""

from typing import Unpack

from platspuls_client.models import (
    BorderFlowProfileRow,
    DwellBinRow,
    DwellProfileRow,
    LineFlowProfileRow,
    PresenceProfileRow,
    SiteFlowProfileRow,
    SpaceFlowProfileRow,
)
from platspuls_client.query import (
    By,
    Of,
    ProfileOfBorders,
    ProfileOfDwell,
    ProfileOfLines,
    ProfileOfSite,
    ProfileOfSpaces,
    ProfileOfZones,
    Query,
    Table,
)
from platspuls_client.reading import Reading
from platspuls_client.rows import Rows
from platspuls_client.times import When


class Profiles:
    """Asks for profiles of a site; options and times as in Query, `by` is the hour unless said otherwise."""

    __slots__ = ("_reading",)

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def dwell(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[ProfileOfDwell]
    ) -> Rows[DwellProfileRow]:
        """Return dwell of zones: each row is one life table of all its visits."""
        options.setdefault("by", By.HOUR)
        return self._reading.rows(Query(table=Table.DWELL, site=site, start=start, end=end, **options), DwellProfileRow)

    def dwell_bins(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[ProfileOfZones]
    ) -> Rows[DwellBinRow]:
        """Return the histograms of dwell: a row a bin."""
        options.setdefault("by", By.HOUR)
        query = Query(table=Table.DWELL, site=site, start=start, end=end, bins=True, **options)
        return self._reading.rows(query, DwellBinRow)

    def presence(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[ProfileOfZones]
    ) -> Rows[PresenceProfileRow]:
        """Return presence in zones."""
        options.setdefault("by", By.HOUR)
        query = Query(table=Table.PRESENCE, site=site, start=start, end=end, **options)
        return self._reading.rows(query, PresenceProfileRow)

    def entries(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[ProfileOfSite]
    ) -> Rows[SiteFlowProfileRow]:
        """Return entries to the site and exits."""
        options.setdefault("by", By.HOUR)
        query = Query(table=Table.FLOW, of=Of.SITE, site=site, start=start, end=end, **options)
        return self._reading.rows(query, SiteFlowProfileRow)

    def space_flow(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[ProfileOfSpaces]
    ) -> Rows[SpaceFlowProfileRow]:
        """Return crossings into and out of spaces."""
        options.setdefault("by", By.HOUR)
        query = Query(table=Table.FLOW, of=Of.SPACE, site=site, start=start, end=end, **options)
        return self._reading.rows(query, SpaceFlowProfileRow)

    def border_flow(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[ProfileOfBorders]
    ) -> Rows[BorderFlowProfileRow]:
        """Return crossings of borders."""
        options.setdefault("by", By.HOUR)
        query = Query(table=Table.FLOW, of=Of.BORDER, site=site, start=start, end=end, **options)
        return self._reading.rows(query, BorderFlowProfileRow)

    def line_flow(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[ProfileOfLines]
    ) -> Rows[LineFlowProfileRow]:
        """Return crossings of lines."""
        options.setdefault("by", By.HOUR)
        query = Query(table=Table.FLOW, of=Of.LINE, site=site, start=start, end=end, **options)
        return self._reading.rows(query, LineFlowProfileRow)
