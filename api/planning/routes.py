"""Planning activities many at a time: from a template, items, the week before, or a calendar's file."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool

from api.access.caller import CallerDep
from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.errors import ParameterError
from api.logbook.fields import ActivityKind, TemplateItem
from api.logbook.origin import origin
from api.planning.calendar_file import occurrences_of
from api.planning.models import Day, PlanFields, PlanOutcome, as_date, monday_of, week_item
from api.planning.week import WeekItem, as_item, days_of, laid_out
from api.problems import responses
from api.routes.openapi_examples import ok
from api.routes.record_parameters import MOST, RecordQuery
from api.services import KnownSite, Services, ServicesDep
from api.tables.base import FrozenModel
from api.tables.places import Site

router = APIRouter(route_class=RuledRoute, tags=["logbook"])

_PLAN: Final = "/sites/{site}/activity-plan"
_AT_ONCE: Final = 500
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {**ok(PlanOutcome), **responses(404, 409, 413, 422)}
SourceDep = Annotated[dict[str, Any], Depends(origin)]


class _FoundRecord(FrozenModel):
    record: dict[str, Any]
    at: datetime
    log_record_id: int


@router.post(_PLAN, dependencies=[needs(Right.WRITE_LOG_RECORDS)], responses=_RESPONSES)
async def activity_plan(
    services: ServicesDep, caller: CallerDep, site: KnownSite, source: SourceDep, fields: PlanFields
) -> PlanOutcome:
    """Plan activities on the dates from first to until: what a template, items or another week say of each weekday.

    Times are of the site's clocks. The same again makes nothing twice.
    """
    items = await _items(services, site, fields)
    days = days_of(as_date("first", fields.first), as_date("until", fields.until))
    planned = laid_out(items, days, ZoneInfo(site.time_zone))
    by = {"by": caller.name, "site": site.site, "follows": False, **source}
    return await _planned(services, planned, by, dry_run=fields.dry_run)


@router.post(
    f"{_PLAN}/ics",
    dependencies=[needs(Right.WRITE_LOG_RECORDS)],
    responses=_RESPONSES,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"text/calendar": {"schema": {"type": "string", "description": "The file, UTF-8."}}},
        }
    },
)
async def activity_plan_ics(  # noqa: PLR0913, PLR0917 - parameters of the query
    services: ServicesDep,
    caller: CallerDep,
    site: KnownSite,
    request: Request,
    first: Annotated[Day, Query(description="The first date.", examples=["2026-11-30"])],
    until: Annotated[Day, Query(description="The last date.", examples=["2026-12-20"])],
    dry_run: Annotated[
        bool, Query(description="Say what would come of it, and write nothing.", examples=[True])
    ] = False,
    kind: Annotated[
        ActivityKind, Query(description="What sort of activity its events are.", examples=["other"])
    ] = "other",
) -> PlanOutcome:
    """Plan the events of a calendar's file (iCalendar) that start on the dates from first to until.

    Repeats and their exceptions are laid out; times without a zone are of the site's clocks. The same file again makes
    nothing twice. An event that has changed in the file changes its activity, as long as that is planned and nobody has
    changed it by hand; a cancelled one cancels it.
    """
    days = days_of(as_date("first", first), as_date("until", until))
    body = await request.body()
    planned = await run_in_threadpool(occurrences_of, body, days, ZoneInfo(site.time_zone), kind)
    said = {"entered_at": services.now().isoformat(), "entered_via": "import", "entered_skew_s": 0}
    by = {"by": caller.name, "site": site.site, "follows": True, "origin": said}
    return await _planned(services, planned, by, dry_run=dry_run)


async def _planned(
    services: Services, planned: Sequence[dict[str, Any]], by: dict[str, Any], *, dry_run: bool
) -> PlanOutcome:
    """Plan activities, some at a time: first it is looked whether all of them can be."""
    outcomes: list[dict[str, Any]] = []
    for rehearsed in (True,) if dry_run else (True, False):
        outcomes.clear()
        for first in range(0, len(planned), _AT_ONCE):
            plan = {"occurrences": planned[first : first + _AT_ONCE]}
            outcomes += await services.commands.run("activity_plan", **by, plan=plan, dry_run=rehearsed)
    return PlanOutcome.of(outcomes)


async def _items(services: Services, site: Site, fields: PlanFields) -> list[WeekItem]:
    if sum(given is not None for given in (fields.template, fields.items, fields.copy_week)) != 1:
        raise ParameterError("template, items, copy_week: give exactly one of them")
    if fields.items is not None:
        return [week_item(item) for item in fields.items]
    if fields.template is not None:
        asked = RecordQuery(site.site).parameters(
            entity="activity_template", kind=None, id=fields.template, names=False
        )
        found = await services.database.rows("logbook/log_records", asked, _FoundRecord)
        if not found:
            raise ParameterError(f"template {fields.template}: the site {site.site} has none of this number")
        return [week_item(TemplateItem.model_validate(item)) for item in found[0].record["items"]]
    return await _week(services, site, str(fields.copy_week))


async def _week(services: Services, site: Site, week: str) -> list[WeekItem]:
    """Return the activities that start in a week, but for cancelled ones."""
    zone = ZoneInfo(site.time_zone)
    monday = monday_of("copy_week", week)
    starts, ends = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (monday, monday + timedelta(days=7)))
    query = RecordQuery(site.site, starts, ends, None, MOST)
    found = await services.database.rows(
        "logbook/log_records", query.parameters(entity="activity", kind=None, names=False), _FoundRecord
    )
    if len(found) > MOST:
        raise ParameterError(f"copy_week {week}: it has more than {MOST} activities")
    return [*_repeatable([one.record for one in found if starts <= one.at < ends], zone)]


def _repeatable(records: list[dict[str, Any]], zone: ZoneInfo) -> Iterator[WeekItem]:
    yield from (as_item(record, zone) for record in records if record["status"] != "cancelled")
