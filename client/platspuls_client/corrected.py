"""Numbers corrected by calibrations, each row with those that corrected it."""

from typing import Final, Unpack

from platspuls_client.models import (
    CorrectedBorderRow,
    CorrectedDwellRow,
    CorrectedLineRow,
    CorrectedPresenceRow,
    CorrectedSiteRow,
    CorrectedSpaceRow,
)
from platspuls_client.query import (
    Of,
    OfBorders,
    OfDwell,
    OfLines,
    OfSite,
    OfSpaces,
    OfZones,
    Query,
    Table,
)
from platspuls_client.reading import Reading
from platspuls_client.rows import Rows
from platspuls_client.times import When

_CORRECTED: Final = "corrected"


class Corrected:
    """Asks for corrected numbers of a site; options and times as in Query."""

    __slots__ = ("_reading",)

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def dwell(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfDwell]
    ) -> Rows[CorrectedDwellRow]:
        """Return dwell of zones."""
        query = Query(table=Table.DWELL, site=site, start=start, end=end, numbers=_CORRECTED, **options)
        return self._reading.rows(query, CorrectedDwellRow)

    def presence(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfZones]
    ) -> Rows[CorrectedPresenceRow]:
        """Return presence in zones."""
        query = Query(table=Table.PRESENCE, site=site, start=start, end=end, numbers=_CORRECTED, **options)
        return self._reading.rows(query, CorrectedPresenceRow)

    def entries(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfSite]
    ) -> Rows[CorrectedSiteRow]:
        """Return entries to the site and exits."""
        query = Query(table=Table.FLOW, of=Of.SITE, site=site, start=start, end=end, numbers=_CORRECTED, **options)
        return self._reading.rows(query, CorrectedSiteRow)

    def space_flow(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfSpaces]
    ) -> Rows[CorrectedSpaceRow]:
        """Return crossings into and out of spaces."""
        query = Query(table=Table.FLOW, of=Of.SPACE, site=site, start=start, end=end, numbers=_CORRECTED, **options)
        return self._reading.rows(query, CorrectedSpaceRow)

    def border_flow(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfBorders]
    ) -> Rows[CorrectedBorderRow]:
        """Return crossings of borders."""
        query = Query(table=Table.FLOW, of=Of.BORDER, site=site, start=start, end=end, numbers=_CORRECTED, **options)
        return self._reading.rows(query, CorrectedBorderRow)

    def line_flow(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLines]
    ) -> Rows[CorrectedLineRow]:
        """Return crossings of lines."""
        query = Query(table=Table.FLOW, of=Of.LINE, site=site, start=start, end=end, numbers=_CORRECTED, **options)
        return self._reading.rows(query, CorrectedLineRow)
