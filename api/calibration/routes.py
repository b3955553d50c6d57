"""Counting rounds beside counters, and the corrections that come of them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response

from api.access.caller import Caller, CallerDep
from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.calibration.models import (
    CalibrationFields,
    CalibrationRow,
    CountingRoundChange,
    CountingRoundFields,
    CountingRoundRow,
    CountingRoundVersion,
    FactorRow,
)
from api.errors import UnknownRecordError
from api.logbook.origin import origin
from api.problems import responses
from api.routes.openapi_examples import ok
from api.routes.record_parameters import Number, Reason, RecordTargetDep, WriterDep
from api.services import KnownSite, Services, ServicesDep

router = APIRouter(route_class=RuledRoute, tags=["calibration"])

_COUNTING_ROUNDS: Final = "/sites/{site}/counting-rounds"
_COUNTING_ROUND: Final = f"{_COUNTING_ROUNDS}/{{number}}"
_CALIBRATIONS: Final = "/sites/{site}/calibrations"
_MOST: Final = 1_000
_WRITTEN: Final[dict[int | str, dict[str, Any]]] = responses(404, 409, 422)


SourceDep = Annotated[dict[str, object], Depends(origin)]


async def _entering(writer: WriterDep, source: SourceDep) -> dict[str, Any]:
    """Return what the commands of counting rounds take: who, where, which request, entered when and how."""
    return {**writer, **source}


async def _correcting(target: RecordTargetDep, source: SourceDep) -> dict[str, Any]:
    """Return what is taken besides to change one: which, and in which version."""
    of = {"counting_round": target.id, "version": target.version, "request": target.request}
    return {"by": target.by, "site": target.site, **of, **source}


EnteringDep = Annotated[dict[str, Any], Depends(_entering)]
CorrectingDep = Annotated[dict[str, Any], Depends(_correcting)]


@router.get(
    _COUNTING_ROUNDS,
    dependencies=[needs(Right.READ_LOG_RECORDS)],
    responses={**ok(CountingRoundRow, is_list=True), **responses(404, 422)},
)
async def counting_rounds(
    services: ServicesDep,
    caller: CallerDep,
    site: KnownSite,
    mine: Annotated[bool, Query(description="Only those that the caller entered.", examples=[False])] = False,
) -> list[CountingRoundRow]:
    """Return the newest thousand counting rounds, withdrawn ones too."""
    return await _counting_rounds(services, caller, site.site, author=caller.author if mine else None)


@router.post(
    _COUNTING_ROUNDS,
    status_code=201,
    dependencies=[needs(Right.WRITE_LOG_RECORDS)],
    responses={**ok(CountingRoundRow, status=201), **_WRITTEN},
)
async def counting_round_add(
    services: ServicesDep, caller: CallerDep, entering: EnteringDep, fields: CountingRoundFields, response: Response
) -> CountingRoundRow:
    """Keep what was counted by hand. It is compared with the counter as soon as the counter's records are there.

    All of the time, where the counter's own periods begin and end with it; else, where each minute is known, the
    longest part that they cover. `state` says whether it is compared, and `reason` why not.
    """
    site = entering["site"]
    number = await services.commands.run("counting_round_add", **entering, counting_round=fields.command_fields())
    response.headers["Location"] = f"/api/v1{_COUNTING_ROUNDS.format(site=site)}/{number}"
    return await _counting_round(services, caller, site, number, response)


@router.get(
    _COUNTING_ROUND,
    dependencies=[needs(Right.READ_LOG_RECORDS)],
    responses={**ok(CountingRoundRow), **responses(404, 422)},
)
async def counting_round_show(
    services: ServicesDep, caller: CallerDep, site: KnownSite, number: Number, response: Response
) -> CountingRoundRow:
    """Return one counting round. Its ETag is its version."""
    return await _counting_round(services, caller, site.site, number, response)


@router.get(
    f"{_COUNTING_ROUND}/history",
    dependencies=[needs(Right.READ_LOG_RECORDS)],
    responses={**ok(CountingRoundVersion, is_list=True), **responses(404, 422)},
)
async def counting_round_history(
    services: ServicesDep, caller: CallerDep, site: KnownSite, number: Number
) -> list[CountingRoundVersion]:
    """Return every version of what was written of one counting round, newest first."""
    asked = {"site": site.site, "number": number, **caller.names_at(site.site)}
    if found := await services.database.rows("calibration/counting_round_versions", asked, CountingRoundVersion):
        return found
    raise UnknownRecordError(f"the site {site.site} has no counting round {number}")


@router.patch(
    _COUNTING_ROUND,
    dependencies=[needs(Right.WRITE_LOG_RECORDS)],
    responses={**ok(CountingRoundRow), **responses(404, 409, 412, 422, 428)},
)
async def counting_round_change(
    services: ServicesDep, caller: CallerDep, correcting: CorrectingDep, fields: CountingRoundChange, response: Response
) -> CountingRoundRow:
    """Correct what was counted by hand, by whom, or the note. Counts that a calibration was made with stay."""
    number = await services.commands.run("counting_round_change", **correcting, fields=fields.command_fields())
    return await _counting_round(services, caller, correcting["site"], number, response)


@router.delete(_COUNTING_ROUND, status_code=204, dependencies=[needs(Right.WRITE_LOG_RECORDS)], responses=_WRITTEN)
async def counting_round_withdraw(services: ServicesDep, entering: EnteringDep, number: Number, reason: Reason) -> None:
    """Take a counting round out; it stays to be seen. Refused while a calibration uses it."""
    await services.commands.run("counting_round_withdraw", **entering, counting_round=number, reason=reason)


@router.get(
    _CALIBRATIONS,
    dependencies=[needs(Right.READ_STUDY)],
    responses={**ok(CalibrationRow, is_list=True), **responses(404)},
)
async def calibrations(services: ServicesDep, caller: CallerDep, site: KnownSite) -> list[CalibrationRow]:
    """Return the newest thousand calibrations with their factors, withdrawn ones too."""
    return await _calibrations(services, caller, site.site)


@router.post(
    f"{_CALIBRATIONS}/preview",
    dependencies=[needs(Right.READ_STUDY)],
    responses={**ok(FactorRow, is_list=True), **responses(404, 422)},
)
async def calibration_preview(
    services: ServicesDep, caller: CallerDep, site: KnownSite, fields: CalibrationFields
) -> list[FactorRow]:
    """Return the factors that counting rounds give, and keep nothing."""
    computed = fields.computed(await _counting_rounds(services, caller, site.site, fields.counting_rounds))
    return [FactorRow.model_validate(factor) for factor in computed.factor_fields()]


@router.post(
    _CALIBRATIONS,
    status_code=201,
    dependencies=[needs(Right.WRITE_STUDY)],
    responses={**ok(CalibrationRow, status=201), **_WRITTEN},
)
async def calibration_add(
    services: ServicesDep, caller: CallerDep, site: KnownSite, fields: CalibrationFields, response: Response
) -> CalibrationRow:
    """Compute factors from counting rounds and apply them from now on to `numbers=corrected`; raw numbers stay."""
    computed = fields.computed(await _counting_rounds(services, caller, site.site, fields.counting_rounds))
    given = computed.fields(fields.starts_at, fields.ends_at, fields.note)
    number = await services.commands.run("calibration_add", by=caller.name, site=site.site, calibration=given)
    response.headers["Location"] = f"/api/v1{_CALIBRATIONS.format(site=site.site)}/{number}"
    [row] = await _calibrations(services, caller, site.site, number)
    return row


@router.get(
    f"{_CALIBRATIONS}/{{number}}",
    dependencies=[needs(Right.READ_STUDY)],
    responses={**ok(CalibrationRow), **responses(404, 422)},
)
async def calibration_show(services: ServicesDep, caller: CallerDep, site: KnownSite, number: Number) -> CalibrationRow:
    """Return one calibration with its factors."""
    found = await _calibrations(services, caller, site.site, number)
    if not found:
        raise UnknownRecordError(f"the site {site.site} has no calibration {number}")
    return found[0]


@router.delete(
    f"{_CALIBRATIONS}/{{number}}", status_code=204, dependencies=[needs(Right.WRITE_STUDY)], responses=_WRITTEN
)
async def calibration_withdraw(
    services: ServicesDep, caller: CallerDep, site: KnownSite, number: Number, reason: Reason
) -> None:
    """Apply a calibration no more: `numbers=corrected` is as if it had never been. It stays to be seen."""
    given = {"by": caller.name, "site": site.site, "calibration": number, "reason": reason}
    await services.commands.run("calibration_withdraw", **given)


async def _counting_rounds(
    services: Services, caller: Caller, site: str, numbers: list[int] | None = None, author: str | None = None
) -> list[CountingRoundRow]:
    asked = {"site": site, "numbers": numbers, "author": author, "limit": _MOST, **caller.names_at(site)}
    return await services.database.rows("calibration/counting_rounds", asked, CountingRoundRow)


async def _counting_round(
    services: Services, caller: Caller, site: str, number: int, response: Response
) -> CountingRoundRow:
    found = await _counting_rounds(services, caller, site, [number])
    if not found:
        raise UnknownRecordError(f"the site {site} has no counting round {number}")
    response.headers["ETag"] = f'"{found[0].version}"'
    return found[0]


async def _calibrations(
    services: Services, caller: Caller, site: str, number: int | None = None
) -> list[CalibrationRow]:
    asked = {"site": site, "number": number, "limit": _MOST, **caller.names_at(site)}
    return await services.database.rows("calibration/calibrations", asked, CalibrationRow)
