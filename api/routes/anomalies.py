"""What is unusual, and people's answers to it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from api.access.caller import Caller, CallerDep
from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.errors import NotAllowedError, ParameterError
from api.problems import responses
from api.routes.anomaly_models import Anomaly, AnomalyAnswer, Rule, State
from api.routes.openapi_examples import ok
from api.routes.record_parameters import Number, RecordQuery, RecordQueryDep
from api.services import KnownSiteKey, Services, ServicesDep
from api.tables.base import FrozenModel

router = APIRouter(route_class=RuledRoute, tags=["quality"])


class AnomalyList(FrozenModel):
    """A page of what was found."""

    anomalies: Annotated[list[Anomaly], Field(description="Newest first.")]
    next: Annotated[str | None, Field(description="The cursor of the next page; null: there is none.", examples=[None])]


@router.get(
    "/sites/{site}/anomalies",  # noqa: FAST003 - `asked` takes the site
    dependencies=[needs(Right.READ_LOG_RECORDS)],
    responses={**ok(AnomalyList), **responses(404, 422)},
)
async def anomalies(
    services: ServicesDep,
    caller: CallerDep,
    query: RecordQueryDep,
    state: Annotated[State | None, Query(description="Only these.", examples=["open"])] = None,
    rule: Annotated[Rule | None, Query(description="Only these.", examples=["zero_run"])] = None,
) -> AnomalyList:
    """Return what the rules found and what was answered, newest first, a page at a time."""
    if query.from_utc is not None and query.from_utc > services.now():
        raise ParameterError(f"from {query.from_utc:%Y-%m-%dT%H:%MZ} lies in the future: nothing has been found yet")
    asked = query.parameters(state=state, rule=rule, **caller.names_at(query.site))
    rows = await services.database.rows("logbook/anomalies", asked, Anomaly)
    shown, following = query.page(rows, lambda row: (row.starts_at, row.anomaly_id))
    return AnomalyList(anomalies=shown, next=following)


@router.post(
    "/sites/{site}/anomalies/{number}/answer",
    response_model=Anomaly,
    dependencies=[needs(Right.WRITE_LOG_RECORDS)],
    responses={**ok(Anomaly), **responses(404, 409, 412, 422)},
)
async def anomaly_answer(
    services: ServicesDep, caller: CallerDep, site: KnownSiteKey, number: Number, answer: AnomalyAnswer
) -> dict[str, Any]:
    """Answer an anomaly: accept, explain, or exclude.

    To exclude, and to answer anew what was excluded, needs the right to write exclusions.
    """
    if not caller.may(Right.WRITE_STUDY, site):
        await _check_no_exclusion(services, caller, site, number, answer)
    fields = answer.model_dump(exclude={"version"}, exclude_none=True)
    record = await services.commands.run(
        "anomaly_answer", by=caller.name, site=site, id=number, version=answer.version, fields=fields
    )
    return {name: value for name, value in record.items() if name != "site"}


async def _check_no_exclusion(
    services: Services, caller: Caller, site: str, number: int, answer: AnomalyAnswer
) -> None:
    """Refuse an answer that would exclude time, or bring it back. Raises NotAllowedError.

    One that is given meanwhile has another version, so that the command refuses this one.
    """
    if answer.answer == "exclude":
        raise NotAllowedError(f"answer exclude: {caller.label} may not exclude time; accept or explain it")
    query = RecordQuery(site).parameters(state=None, rule=None, id=number, **caller.names_at(site))
    found = await services.database.rows("logbook/anomalies", query, Anomaly)
    if any(one.answer == "exclude" for one in found):
        raise NotAllowedError(
            f"answer {answer.answer}: the anomaly's time was excluded, and {caller.label} may not bring it back"
        )
