"""What every part of the client reads with: the connection, the time zones of sites, rows of queries and of pages."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from platspuls_client.connection import Connection, decoding
from platspuls_client.models import Site
from platspuls_client.query import Format, LogQuery, Query, site_path
from platspuls_client.rows import Rows

_NEXT: Final = "next"

RowT = TypeVar("RowT")


class Reading:
    """Reads rows over one connection."""

    __slots__ = ("_zones", "connection")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._zones: dict[str, ZoneInfo] = {}

    def zone(self, site: str) -> ZoneInfo:
        """Return the time zone of a site; asked once."""
        if site not in self._zones:
            self._zones[site] = ZoneInfo(self.connection.read(site_path(site), Site).time_zone)
        return self._zones[site]

    def rows(self, query: Query | LogQuery, row: type[RowT]) -> Rows[RowT]:
        """Return the rows of a query."""
        path, parameters = query.path(f".{Format.NDJSON}"), query.parameters()
        of = dict[str, str]()
        if isinstance(query, Query):
            of = {"site": query.site, **({"by": str(query.by)} if query.by else {"bucket": str(query.bucket)})}
        read, zone = (lambda: self.connection.lines(path, parameters, row)), (lambda: self.zone(query.site))
        return Rows(row, read, zone, of, in_context=isinstance(query, Query) and query.context)

    def listed(self, site: str, part: str, row: type[RowT], parameters: Mapping[str, str] | None = None) -> Rows[RowT]:
        """Return what a list of a site holds that comes as a whole."""

        def read() -> Iterator[RowT]:
            yield from self.connection.read(site_path(site, part), list[row], parameters)  # type: ignore[valid-type] # known when this runs

        return Rows(row, read, lambda: self.zone(site))

    def paged(self, site: str, part: str, row: type[RowT], parameters: Mapping[str, str]) -> Rows[RowT]:
        """Return what a list of a site holds that comes in pages."""
        return Rows(row, lambda: self.pages(site_path(site, part), row, parameters), lambda: self.zone(site))

    def pages(self, path: str, row: type[RowT], parameters: Mapping[str, str]) -> Iterator[RowT]:
        """Yield everything in a list that comes in pages, to the last one."""
        decoder = msgspec.json.Decoder(list[row])  # type: ignore[valid-type] # known when this runs
        cursor: str | None = None
        while True:
            asked = {**parameters, **({"cursor": cursor} if cursor else {})}
            page = self.connection.read(path, dict[str, msgspec.Raw], asked)
            with decoding():
                cursor = msgspec.json.decode(page.pop(_NEXT, b"null"), type=str | None)
                lists = (value for value in page.values() if memoryview(value)[0] == ord("["))
                found = decoder.decode(next(lists, msgspec.Raw(b"null")))  # a later API may say more of a page
            yield from found
            if cursor is None:
                return
