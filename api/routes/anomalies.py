"""What is unusual, and people's answers to it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.access.caller import Caller, Who
from api.access.roles import Right
from api.access.rules import needs
from api.errors import NotAllowedError
from api.problems import responses
from api.routes.anomaly_models import Anomaly, Answer, Rule, State
from api.routes.openapi_examples import example
from api.routes.record_parameters import Asked, Number, Page, SiteKey, write_cursor
from api.services import Services, Use
from api.tables.rows import FROZEN

router = APIRouter(tags=["quality"])


class AnomalyList(BaseModel):
    """A page of what was found."""

    model_config = FROZEN

    anomalies: Annotated[list[Anomaly], Field(description="Newest first.")]
    next: Annotated[str | None, Field(description="The cursor of the next page; null: there is none.", examples=[None])]


def _said(model: type[BaseModel]) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {"application/json": {"example": example(model)}}}}


@router.get(
    "/sites/{site}/anomalies",  # noqa: FAST003 - `asked` takes the site
    dependencies=[needs(Right.READ_DIARY)],
    responses={**_said(AnomalyList), **responses(404, 422)},
)
async def anomalies(
    use: Use,
    asked: Asked,
    state: Annotated[State | None, Query(description="Only these.", examples=["open"])] = None,
    rule: Annotated[Rule | None, Query(description="Only these.", examples=["zero_run"])] = None,
) -> AnomalyList:
    """Return what the rules found and what was answered, newest first, a page at a time."""
    rows = await use.database.rows("anomalies", asked.parameters(state=state, rule=rule), Anomaly)
    shown = rows[: asked.limit]
    more = len(rows) > asked.limit
    return AnomalyList(anomalies=shown, next=write_cursor(shown[-1].starts_at, shown[-1].anomaly_id) if more else None)


@router.post(
    "/sites/{site}/anomalies/{number}/answer",
    response_model=Anomaly,
    dependencies=[needs(Right.WRITE_DIARY)],
    responses={**_said(Anomaly), **responses(404, 409, 412, 422)},
)
async def anomaly_answer(use: Use, who: Who, site: SiteKey, number: Number, said: Answer) -> dict[str, Any]:
    """Answer an anomaly: accept, explain, or exclude.

    To exclude, and to answer anew what was excluded, needs the right to write exclusions.
    """
    if not who.has(Right.WRITE_STUDY):
        await _check_no_exclusion(use, who, site, number, said)
    fields = said.model_dump(exclude={"version"}, exclude_none=True)
    told = await use.commands.run(
        "anomaly_answer", by=who.name, site=site, id=number, version=said.version, fields=fields
    )
    return {name: value for name, value in told.items() if name != "site"}


async def _check_no_exclusion(use: Services, who: Caller, site: str, number: int, said: Answer) -> None:
    """Refuse an answer that would exclude time, or bring it back. Raises NotAllowedError.

    One that is given meanwhile has another version, so that the command refuses this one.
    """
    if said.answer == "exclude":
        raise NotAllowedError(f"answer exclude: {who.label} may not exclude time; accept or explain it")
    asked = Page(site, None, None, None, 1).parameters(state=None, rule=None, id=number)
    found = await use.database.rows("anomalies", asked, Anomaly)
    if any(one.answer == "exclude" for one in found):
        raise NotAllowedError(
            f"answer {said.answer}: the anomaly's time was excluded, and {who.label} may not bring it back"
        )
