"""The HTTP client of one API, with timeouts and retries: places, streamed rows, and whole files. Not thread-safe."""

import itertools
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from platspuls_client import files
from platspuls_client.errors import (
    BusyError,
    InvalidResponseError,
    UnreachableError,
    UnsafeAddressError,
    problem_error,
)
from platspuls_client.models import (
    Border,
    CalendarDates,
    Device,
    DwellRow,
    Line,
    OccupancyRow,
    PresenceRow,
    QualityRow,
    Site,
    SiteFlowRow,
    Space,
    Zone,
)
from platspuls_client.query import Dialect, Format, Language, Query, Table

_READ_TIMEOUT_S: Final = 660.0
"""The longest silence: a file is made as a whole before its first byte comes."""
_CONNECT_TIMEOUT_S: Final = 10.0
_MAX_RETRY_AFTER_S: Final = 60.0
"""An API that asks for a longer pause than this is not waited for."""
_MAX_PROBLEM_BYTES: Final = 10_000_000
_LOOPBACK: Final = re.compile(r"localhost|127(\.\d+){3}|::1")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was written.

    Attributes:
        path: where it is.
        size: in bytes.
        data_version: the same for the same data: two files of one query and version are the same bytes.
        left_out: how many rows were left out for their coverage, and the first of them; empty where none were to be.
    """

    path: Path
    size: int
    data_version: str
    left_out: str = ""


class Client:
    """Asks one API. Use as a context.

    Args:
        address: such as https://place.example or http://127.0.0.1:8420.
        key: what `platspuls key add` printed; None asks without authentication. `find_key` reads it from a file.
        attempts: how often a request is made while the API is busy or limits the rate (429, 503).
        transport: what carries requests; None is the network.
        sleep: waits between attempts: as long as `Retry-After` says, else a second more each time.

    Raises:
        UnsafeAddressError: a key would go over the network as plain text.
    """

    __slots__ = ("_attempts", "_http", "_sleep")

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        attempts: int = 3,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        url = httpx.URL(address)
        if key is not None and url.scheme != "https" and not _LOOPBACK.fullmatch(url.host):
            raise UnsafeAddressError(f"{address}: a key is sent to https, or to this machine, and nowhere else")
        headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
        self._attempts = attempts
        self._sleep = sleep
        self._http = httpx.Client(
            base_url=url,
            headers={"User-Agent": "platspuls-client", **headers},
            timeout=httpx.Timeout(_READ_TIMEOUT_S, connect=_CONNECT_TIMEOUT_S),
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    # Places

    def sites(self) -> list[Site]:
        """Return the sites that the key may see."""
        return self._json("/api/v1/sites", {}, list[Site])

    def spaces(self, site: str) -> list[Space]:
        """Return the spaces of a site."""
        return self._parts(site, Space)

    def borders(self, site: str) -> list[Border]:
        """Return the borders of a site."""
        return self._parts(site, Border)

    def lines(self, site: str) -> list[Line]:
        """Return the counting lines of a site."""
        return self._parts(site, Line)

    def zones(self, site: str) -> list[Zone]:
        """Return the zones of a site."""
        return self._parts(site, Zone)

    def devices(self, site: str) -> list[Device]:
        """Return the devices of a site."""
        return self._parts(site, Device)

    def calendar(self, site: str) -> list[CalendarDates]:
        """Return the holidays and school breaks of a site."""
        return self._json(f"/api/v1/sites/{quote(site, safe='')}/calendar", {}, list[CalendarDates])

    # Numbers

    def dwell(self, site: str, start: str, end: str | None = None, **more: Any) -> Iterator[DwellRow]:  # noqa: ANN401 - Query names them
        """Yield dwell of zones; `more` as in Query."""
        return self.rows(Query(table=Table.DWELL, site=site, start=start, end=end, **more), DwellRow)

    def presence(self, site: str, start: str, end: str | None = None, **more: Any) -> Iterator[PresenceRow]:  # noqa: ANN401 - Query names them
        """Yield presence in zones; `more` as in Query."""
        return self.rows(Query(table=Table.PRESENCE, site=site, start=start, end=end, **more), PresenceRow)

    def entries(self, site: str, start: str, end: str | None = None, **more: Any) -> Iterator[SiteFlowRow]:  # noqa: ANN401 - Query names them
        """Yield entries to the site and exits; `more` as in Query. Flow of lines, borders and spaces: `rows`."""
        return self.rows(Query(table=Table.FLOW, site=site, start=start, end=end, **more), SiteFlowRow)

    def occupancy(self, site: str, start: str, end: str, **more: Any) -> Iterator[OccupancyRow]:  # noqa: ANN401 - Query names them
        """Yield how many people closed spaces held; `more` as in Query."""
        return self.rows(Query(table=Table.OCCUPANCY, site=site, start=start, end=end, **more), OccupancyRow)

    def quality(self, site: str, start: str, end: str | None = None, **more: Any) -> Iterator[QualityRow]:  # noqa: ANN401 - Query names them
        """Yield how well lines and zones were watched; `more` as in Query."""
        return self.rows(Query(table=Table.QUALITY, site=site, start=start, end=end, **more), QualityRow)

    def rows(self, query: Query, row: type[T]) -> Iterator[T]:
        """Yield the rows of a query as they are streamed: one in memory at a time.

        Args:
            query: what is asked.
            row: the type of its rows, of `platspuls_client.models`.
        """
        decoder = msgspec.json.Decoder(row)
        with self._request(query.path(f".{Format.NDJSON}"), query.parameters()) as response, _decoding():
            for line in response.iter_lines():
                yield decoder.decode(line)

    def pages(self, path: str, row: type[T], **parameters: str) -> Iterator[T]:
        """Yield everything in a list that comes in pages, such as /api/v1/sites/KEY/activities.

        Args:
            path: of the list.
            row: the type of what it holds, of `platspuls_client.models`.
            parameters: of the query.
        """
        decoder = msgspec.json.Decoder(row)
        cursor: str | None = None
        while True:
            page = self._json(path, {**parameters, **({"cursor": cursor} if cursor else {})}, _Page)
            for record in page.records:
                with _decoding():
                    found = decoder.decode(record)
                yield found
            cursor = page.next
            if cursor is None:
                return

    # Files

    def save(  # noqa: PLR0913 - one argument an option
        self,
        query: Query,
        file_format: Format,
        target: Path | None = None,
        *,
        dialect: Dialect = Dialect.STANDARD,
        language: Language | None = None,
        on_progress: files.OnProgress = lambda _: None,
    ) -> Saved:
        """Write a file: whole, or not at all.

        Args:
            query: what is asked.
            file_format: of the file.
            target: where to; None is a name made from the query, in the current folder. What is there is replaced.
            dialect: of a CSV.
            language: of a workbook; None is English.
            on_progress: called with the number of bytes that have come, now and then.
        """
        with self._file(query, file_format, dialect, language) as response:
            target = target or files.name_of(response)
            size = files.write_whole(response, target, on_progress)
            headers = response.headers
            left_out = headers.get("platspuls-left-out", "")
            return Saved(target, size, headers.get("platspuls-data-version", ""), left_out)

    def write(  # noqa: PLR0913 - one argument an option
        self,
        query: Query,
        file_format: Format,
        stream: IO[bytes],
        *,
        dialect: Dialect = Dialect.STANDARD,
        language: Language | None = None,
        on_progress: files.OnProgress = lambda _: None,
    ) -> None:
        """Write a file to an open stream as it comes; a broken connection has written a part of it."""
        with self._file(query, file_format, dialect, language) as response:
            files.copy(response, stream, on_progress)

    # Requests and retries

    @contextmanager
    def _file(
        self, query: Query, file_format: Format, dialect: Dialect, language: Language | None
    ) -> Iterator[httpx.Response]:
        more = {} if dialect is Dialect.STANDARD else {"dialect": dialect.value}
        more |= {} if language is None else {"lang": language.value}
        with self._request(query.path(f".{file_format}"), query.parameters() | more) as response:
            yield response

    def _parts(self, site: str, row: type[T]) -> list[T]:
        path = f"/api/v1/sites/{quote(site, safe='')}/{row.__name__.lower()}s"
        return self._json(path, {}, list[row])  # type: ignore[valid-type] # the row's type is known when this runs

    def _json(self, path: str, parameters: Mapping[str, str], kind: type[T]) -> T:
        with self._request(path, parameters) as response, _decoding():
            return msgspec.json.decode(response.read(), type=kind)

    @contextmanager
    def _request(self, path: str, parameters: Mapping[str, str]) -> Iterator[httpx.Response]:
        """Make a request, with retries while the API is busy. Raises the errors of `platspuls_client.errors`."""
        with ExitStack() as open_:
            yield self._retry(open_, path, parameters)

    def _retry(self, open_: ExitStack, path: str, parameters: Mapping[str, str]) -> httpx.Response:
        for attempt in itertools.count(1):
            try:
                return open_.enter_context(self._attempt(path, parameters))
            except BusyError as error:
                if attempt >= self._attempts or (error.retry_after_s or 0) > _MAX_RETRY_AFTER_S:
                    raise
                self._sleep(error.retry_after_s or float(attempt))
        raise AssertionError

    @contextmanager
    def _attempt(self, path: str, parameters: Mapping[str, str]) -> Iterator[httpx.Response]:
        try:
            with self._http.stream("GET", path, params=parameters) as response:
                if response.status_code != httpx.codes.OK:
                    raise problem_error(response.status_code, response.headers, _beginning(response))
                yield response
        except httpx.HTTPError as error:
            raise UnreachableError(
                f"{str(self._http.base_url).rstrip('/')}{path}: {str(error) or type(error).__name__}"
            ) from error


class _Page(msgspec.Struct, frozen=True):
    records: list[msgspec.Raw]
    next: str | None = None


@contextmanager
def _decoding() -> Iterator[None]:
    try:
        yield
    except msgspec.DecodeError as error:
        raise InvalidResponseError(f"the response can't be decoded: {error}") from error


def _beginning(response: httpx.Response) -> bytes:
    found = b""
    for block in response.iter_bytes():
        found += block
        if len(found) > _MAX_PROBLEM_BYTES:
            break
    return found
