"""The log as rows and as files: what people wrote of a site, of all kinds or of some, now or with its history."""

from types import GenericAlias
from typing import Annotated, Any, Final, Union
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AwareDatetime, Field, create_model

from api.access.caller import Caller, CallerDep
from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.errors import NotAllowedError, ParameterError
from api.formats.log.answer import log_answer
from api.formats.log.question import LogQuestion
from api.logbook.tables import LOG_TABLES, LogRow, LogTable
from api.negotiation import FILES, MEDIA_TYPES, Format, RequestedFormatDep
from api.problems import responses
from api.ranges import When
from api.routes.openapi_examples import columns, example
from api.series_query import tags_of
from api.services import KnownSite, KnownSiteKey, ServicesDep
from api.tables.base import FrozenModel
from core.asked_times import DESCRIPTION, PERIODS

router = APIRouter(route_class=RuledRoute, tags=["logbook"], dependencies=[needs(Right.READ_STUDY)])

_PROBLEMS: Final = (304, 404, 422)
_ROWS: Any = Union[(*(table.row for table in LOG_TABLES.values()), LogRow)]
_OWN_ROWS: dict[str, Any] = {"rows": (GenericAlias(list, _ROWS), Field(description="By kind, then by time."))}


class LogHead(FrozenModel):
    """What was asked of the log."""

    site: Annotated[str, Field(description="Key of the site.", examples=["haninge-entre"])]
    time_zone: Annotated[str, Field(description="IANA name.", examples=["Europe/Stockholm"])]
    from_utc: Annotated[AwareDatetime | None, Field(description="What ends later; null: all.")]
    to_utc: Annotated[AwareDatetime | None, Field(description="What starts earlier; null: all.")]
    kinds: Annotated[list[str], Field(description="What the rows are of.", examples=[["activities"]])]
    history: Annotated[bool, Field(description="Every version, and what was withdrawn.", examples=[False])]


LogRowsList: Final = create_model(
    "LogRowsList",
    __base__=LogHead,
    __doc__="Log records as rows, of one kind or of several.",
    **_OWN_ROWS,
)


async def chosen_tables(
    caller: CallerDep,
    site: KnownSiteKey,
    kind: Annotated[
        str | None,
        Query(
            max_length=400,
            description=f"Which of {', '.join(LOG_TABLES)}, with commas between; participants, tallies and answers are "
            "rows of their own, one a group, tally or answer. Left out: all that the role may read.",
            examples=["activities,participants"],
        ),
    ] = None,
) -> list[LogTable]:
    """Return the tables asked for. Raises ParameterError, NotAllowedError."""
    if kind is None:
        return [table for table in LOG_TABLES.values() if caller.may(table.kind.read, site)]
    asked = {name.strip() for name in kind.split(",") if name.strip()}
    if unknown := sorted(asked - set(LOG_TABLES)):
        raise ParameterError(f"kind {', '.join(unknown)}: there are {', '.join(LOG_TABLES)}")
    if not asked:
        raise ParameterError("kind is empty: name some, or leave it out")
    tables = [table for name, table in LOG_TABLES.items() if name in asked]
    _check_readable(caller, site, tables)
    return tables


def _check_readable(caller: Caller, site: str, tables: list[LogTable]) -> None:
    if closed := [table.name for table in tables if not caller.may(table.kind.read, site)]:
        role = caller.roles.role_at(site)
        raise NotAllowedError(f"{caller.name} has the role {role} at {site}, which may not read {', '.join(closed)}")


async def unbounded_when(
    from_: Annotated[
        str | None,
        Query(alias="from", max_length=40, description=f"{DESCRIPTION} What ends later.", examples=["2026-10-01"]),
    ] = None,
    to: Annotated[
        str | None, Query(max_length=40, description=f"{DESCRIPTION} What starts earlier.", examples=["2026-11-01"])
    ] = None,
    period: Annotated[
        str | None,
        Query(max_length=60, description=f"Instead of from and to, all of it: {PERIODS}.", examples=["2026-10"]),
    ] = None,
) -> When:
    """Return when, as it was asked; left out: of any time."""
    return When(from_, to, period)


async def log_question(  # noqa: PLR0913, PLR0917 - one argument a parameter
    request: Request,
    services: ServicesDep,
    caller: CallerDep,
    tables: Annotated[list[LogTable], Depends(chosen_tables)],
    when: Annotated[When, Depends(unbounded_when)],
    site: KnownSite,
    history: Annotated[bool, Query(description="Every version, and what was withdrawn.")] = False,
) -> LogQuestion:
    """Return what is asked for. Raises ParameterError, NotAllowedError, UnknownPlaceError."""
    start, end = when.bounds(ZoneInfo(site.time_zone), services.now())
    return LogQuestion(site, tables, start, end, history, tags_of(request), caller)


async def log(
    services: ServicesDep,
    requested: RequestedFormatDep,
    question: Annotated[LogQuestion, Depends(log_question)],
) -> Response:
    """Return what people wrote of a site: records, and their groups, tallies and answers as rows of their own.

    Authors are pseudonyms. Roles see the kinds that they may read. Small counts are not suppressed.
    """
    return await log_answer(services, requested, question)


def _content(format_: Format) -> dict[str, Any]:
    table = LOG_TABLES["activities"]
    if format_ is Format.CSV:
        names = ",".join(column.column.name for column in table.columns)
        return {"schema": {"type": "string"}, "example": names}
    if format_ is Format.NDJSON:
        return {"schema": {"type": "string"}, "example": str(example(table.row))}
    return {"schema": {"type": "string", "format": "binary"}, "example": f"a {format_} file"}


_ABOUT: Final = {
    Format.CSV: "as CSV, streamed",
    Format.NDJSON: "as JSON, one a line, streamed",
    Format.PARQUET: "as Parquet, with types, and the question and the data version as metadata",
    Format.XLSX: "as XLSX: a summary, a sheet a kind, what the columns mean and how the rows are made",
}

router.add_api_route(
    "/sites/{site}/log",
    log,
    response_model=LogRowsList,
    responses={
        200: {"content": {MEDIA_TYPES[Format.JSON]: {"example": example(LogRowsList)}}},
        **responses(*_PROBLEMS, 406, 501),
    },
)
for _format in FILES:
    router.add_api_route(
        f"/sites/{{site}}/log.{_format}",
        log,
        response_class=Response,
        name=f"log_{_format}",
        description=f"Return what people wrote of a site {_ABOUT[_format]}. Columns of each kind:\n\n"
        + "\n\n".join(f"`{table.name}`:\n\n{columns(table.row)}" for table in LOG_TABLES.values())
        if _format is Format.CSV
        else f"Return what people wrote of a site {_ABOUT[_format]}.",
        responses={200: {"content": {MEDIA_TYPES[_format]: _content(_format)}}, **responses(*_PROBLEMS, 501)},
    )
