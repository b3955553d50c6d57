"""The client of one API: places, streamed rows of numbers, what people write, and whole files. Not thread-safe."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final, Self, TypeVar, Unpack

import httpx

from platspuls_client import files
from platspuls_client.calibrations import Calibrations
from platspuls_client.connection import Connection, Request, Sleep
from platspuls_client.corrected import Corrected
from platspuls_client.log_rows import LogRows
from platspuls_client.logbooks import Logbooks
from platspuls_client.models import (
    Anomaly,
    AnomalyAnswer,
    AuditEvent,
    Border,
    BorderFlowRow,
    CalendarDates,
    DataChanges,
    Device,
    DwellRow,
    EstimateRow,
    Health,
    Line,
    LineFlowRow,
    LiveSnapshot,
    OccupancyRow,
    ParticipantsRow,
    PresenceRow,
    QualityRow,
    Reconciliation,
    Segment,
    Site,
    SiteFlowRow,
    Space,
    SpaceFlowRow,
    WeatherImport,
    WeatherRow,
    Word,
    Zone,
)
from platspuls_client.profiles import Profiles
from platspuls_client.public import PublicFigures
from platspuls_client.query import (
    Buckets,
    BucketsOfLines,
    BucketsOfLinesAndZones,
    Dialect,
    Format,
    Language,
    LogQuery,
    Of,
    OfBorders,
    OfDwell,
    OfLines,
    OfSite,
    OfSpaces,
    OfZones,
    Participation,
    Query,
    Table,
    site_path,
    time_range,
)
from platspuls_client.reading import Reading
from platspuls_client.rows import Rows
from platspuls_client.times import When, written

RowT = TypeVar("RowT")


_LEFT_OUT: Final = "platspuls-left-out"


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

    Attributes:
        corrected: numbers corrected by calibrations.
        profiles: numbers by weekday, hour and the like.
        logbook: what people write.
        log: the same as rows for evaluation.
        calibrations: counting rounds, and what comes of them.
        public: figures for the public.

    Raises:
        UnsafeAddressError: a key would go over the network as plain text.
    """

    __slots__ = ("_connection", "_reading", "calibrations", "corrected", "log", "logbook", "profiles", "public")

    def __init__(
        self,
        address: str,
        *,
        key: str | None = None,
        attempts: int = 3,
        transport: httpx.BaseTransport | None = None,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._connection = Connection(address, key, attempts, transport, sleep)
        self._reading = Reading(self._connection)
        self.corrected = Corrected(self._reading)
        self.profiles = Profiles(self._reading)
        self.logbook = Logbooks(self._reading)
        self.log = LogRows(self._reading)
        self.calibrations = Calibrations(self._reading)
        self.public = PublicFigures(self._reading)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._connection.close()

    # Places

    def sites(self) -> list[Site]:
        """Return the sites that the key may see."""
        return self._connection.read("/api/v1/sites", list[Site])

    def site(self, site: str) -> Site:
        """Return one site."""
        return self._connection.read(site_path(site), Site)

    def spaces(self, site: str) -> list[Space]:
        """Return the spaces of a site."""
        return self._connection.read(site_path(site, "spaces"), list[Space])

    def borders(self, site: str) -> list[Border]:
        """Return the borders of a site."""
        return self._connection.read(site_path(site, "borders"), list[Border])

    def lines(self, site: str) -> list[Line]:
        """Return the counting lines of a site."""
        return self._connection.read(site_path(site, "lines"), list[Line])

    def zones(self, site: str) -> list[Zone]:
        """Return the zones of a site."""
        return self._connection.read(site_path(site, "zones"), list[Zone])

    def devices(self, site: str) -> list[Device]:
        """Return the devices of a site."""
        return self._connection.read(site_path(site, "devices"), list[Device])

    def calendar(self, site: str) -> list[CalendarDates]:
        """Return the holidays and school breaks of a site."""
        return self._connection.read(site_path(site, "calendar"), list[CalendarDates])

    def weather_imports(self, site: str) -> list[WeatherImport]:
        """Return the files of weather that were imported at a site: by whom, when, and how much they changed."""
        return self._connection.read(site_path(site, "weather/imports"), list[WeatherImport])

    # Numbers

    def dwell(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfDwell]
    ) -> Rows[DwellRow]:
        """Return dwell of zones; options and times as in Query, here and below."""
        return self.rows(Query(table=Table.DWELL, site=site, start=start, end=end, **options), DwellRow)

    def presence(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfZones]
    ) -> Rows[PresenceRow]:
        """Return presence in zones."""
        return self.rows(Query(table=Table.PRESENCE, site=site, start=start, end=end, **options), PresenceRow)

    def entries(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfSite]
    ) -> Rows[SiteFlowRow]:
        """Return entries to the site and exits."""
        return self.rows(Query(table=Table.FLOW, site=site, start=start, end=end, **options), SiteFlowRow)

    def space_flow(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfSpaces]
    ) -> Rows[SpaceFlowRow]:
        """Return crossings into and out of spaces."""
        query = Query(table=Table.FLOW, of=Of.SPACE, site=site, start=start, end=end, **options)
        return self.rows(query, SpaceFlowRow)

    def border_flow(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfBorders]
    ) -> Rows[BorderFlowRow]:
        """Return crossings of borders."""
        query = Query(table=Table.FLOW, of=Of.BORDER, site=site, start=start, end=end, **options)
        return self.rows(query, BorderFlowRow)

    def line_flow(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfLines]
    ) -> Rows[LineFlowRow]:
        """Return crossings of lines, check lines too."""
        query = Query(table=Table.FLOW, of=Of.LINE, site=site, start=start, end=end, **options)
        return self.rows(query, LineFlowRow)

    def occupancy(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[OfSpaces]
    ) -> Rows[OccupancyRow]:
        """Return how many people closed spaces held; nobody may be there at both ends."""
        return self.rows(Query(table=Table.OCCUPANCY, site=site, start=start, end=end, **options), OccupancyRow)

    def weather(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[Buckets]
    ) -> Rows[WeatherRow]:
        """Return temperature and precipitation, where they were imported."""
        return self.rows(Query(table=Table.WEATHER, site=site, start=start, end=end, **options), WeatherRow)

    def participants(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[Participation]
    ) -> Rows[ParticipantsRow]:
        """Return who took part in activities, added over the range, by kind of activity and group of people."""
        return self.rows(Query(table=Table.PARTICIPANTS, site=site, start=start, end=end, **options), ParticipantsRow)

    def rows(self, query: Query, row: type[RowT]) -> Rows[RowT]:
        """Return the rows of a query.

        Args:
            query: what is asked.
            row: the type of its rows, of `platspuls_client.models`.
        """
        return self._reading.rows(query, row)

    def pages(self, path: str, row: type[RowT], **parameters: str) -> Iterator[RowT]:
        """Yield everything in a list that comes in pages.

        Args:
            path: of the list.
            row: the type of what it holds, of `platspuls_client.models`.
            parameters: of the query.
        """
        return self._reading.pages(path, row, parameters)

    # How far numbers can be trusted

    def quality(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[BucketsOfLinesAndZones]
    ) -> Rows[QualityRow]:
        """Return how well lines and zones were watched."""
        return self.rows(Query(table=Table.QUALITY, site=site, start=start, end=end, **options), QualityRow)

    def estimates(
        self, site: str, start: When | None = None, end: When | None = None, **options: Unpack[BucketsOfLines]
    ) -> Rows[EstimateRow]:
        """Return what lines would have counted in the time that is missing, with bounds; it is in no other number."""
        return self.rows(Query(table=Table.ESTIMATES, site=site, start=start, end=end, **options), EstimateRow)

    def segments(self, site: str, start: When, end: When | None = None) -> Rows[Segment]:
        """Return which setup counted each line and zone when: two segments aren't counted by the same rules."""
        return self._reading.listed(site, "segments", Segment, time_range(start, end))

    def changes(self, site: str, since: When) -> DataChanges:
        """Return what has changed since a time, or since a file: by its data version, or `sha256:` and its SHA-256."""
        return self._connection.read(site_path(site, "changes"), DataChanges, {"since": written("since", since)})

    def anomalies(
        self,
        site: str,
        start: When | None = None,
        end: When | None = None,
        *,
        state: str | None = None,
        rule: str | None = None,
    ) -> Rows[Anomaly]:
        """Return what is unusual and what was answered, newest first; of some `state` or `rule`, where given."""
        chosen = {name: value for name, value in (("state", state), ("rule", rule)) if value is not None}
        return self._reading.paged(site, "anomalies", Anomaly, time_range(start, end) | chosen)

    def answer_anomaly(self, site: str, number: int, answer: AnomalyAnswer) -> Anomaly:
        """Answer an anomaly: accept, explain, or exclude. Raises VersionConflictError for an answer unseen."""
        request = Request(site_path(site, "anomalies", number, "answer"), method="POST", body=answer)
        return self._connection.send(request, Anomaly)

    def reconciliation(self, site: str, day: When | None = None) -> Reconciliation:
        """Return what became of every record of a site's devices, and of those of one local day."""
        asked = {} if day is None else {"day": written("day", day)}
        return self._connection.read(site_path(site, "reconciliation"), Reconciliation, asked)

    def audit(self, site: str, *, limit: int = 100, before: int | None = None) -> Rows[AuditEvent]:
        """Return who did what at a site, newest first.

        Args:
            site: its key.
            limit: how many at most, up to 500.
            before: only those that are older than this audit_id.
        """
        asked = {"limit": str(limit), **({} if before is None else {"before": str(before)})}
        return self._reading.listed(site, "audit", AuditEvent, asked)

    def words(self) -> Mapping[str, Mapping[str, Word]]:
        """Return how the words of log records are called in Swedish and English, by field."""
        return self._connection.read("/api/v1/words", dict[str, dict[str, Word]])

    # Now

    def health(self, site: str) -> Health:
        """Return how the devices of a site are, and what became of their records."""
        return self._connection.read(site_path(site, "health"), Health)

    def live(self, site: str) -> LiveSnapshot:
        """Return what is so now: never facts."""
        return self._connection.read(site_path(site, "live"), LiveSnapshot)

    def follow(self, site: str) -> Iterator[LiveSnapshot]:
        """Yield what is so now, at once and at each change."""
        return self._connection.events(site_path(site, "live", "stream"), LiveSnapshot)

    # Files

    def save(  # noqa: PLR0913 - one argument an option
        self,
        query: Query | LogQuery,
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

        Raises:
            FileInUseError: the target is open in another program, which keeps others from replacing it.
        """
        with self._file(query, file_format, dialect, language) as response:
            target = target or files.name_of(response)
            size = files.write_whole(response, target, on_progress)
            headers = response.headers
            return Saved(target, size, headers.get("platspuls-data-version", ""), headers.get(_LEFT_OUT, ""))

    def write(  # noqa: PLR0913 - one argument an option
        self,
        query: Query | LogQuery,
        file_format: Format,
        stream: IO[bytes],
        *,
        dialect: Dialect = Dialect.STANDARD,
        language: Language | None = None,
        on_progress: files.OnProgress = lambda _: None,
    ) -> str:
        """Write a file to an open stream as it comes; a broken connection has written a part of it.

        Returns:
            How many rows were left out for their coverage, and the first of them, as `Saved.left_out`.
        """
        with self._file(query, file_format, dialect, language) as response:
            files.copy(response, stream, on_progress)
            return str(response.headers.get(_LEFT_OUT, ""))

    @contextmanager
    def _file(
        self, query: Query | LogQuery, file_format: Format, dialect: Dialect, language: Language | None
    ) -> Iterator[httpx.Response]:
        more = {} if dialect is Dialect.STANDARD else {"dialect": dialect.value}
        more |= {} if language is None else {"lang": language.value}
        with self._connection.stream(Request(query.path(f".{file_format}"), query.parameters() | more)) as response:
            yield response
