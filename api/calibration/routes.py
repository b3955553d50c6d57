"""Counting rounds beside counters, and the corrections that come of them."""

from typing import Any, Final

from fastapi import APIRouter, Response

from api.access.caller import Caller, CallerDep
from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.calibration.models import CalibrationFields, CalibrationRow, CountingRoundFields, CountingRoundRow, FactorRow
from api.errors import UnknownRecordError
from api.problems import responses
from api.routes.openapi_examples import ok
from api.routes.record_parameters import Number, Reason
from api.services import KnownSite, Services, ServicesDep

router = APIRouter(route_class=RuledRoute, tags=["calibration"])

_COUNTING_ROUNDS: Final = "/sites/{site}/counting-rounds"
_CALIBRATIONS: Final = "/sites/{site}/calibrations"
_MOST: Final = 1_000
_WRITTEN: Final[dict[int | str, dict[str, Any]]] = responses(404, 409, 422)


@router.get(
    _COUNTING_ROUNDS,
    dependencies=[needs(Right.READ_LOG_RECORDS)],
    responses={**ok(CountingRoundRow, is_list=True), **responses(404)},
)
async def counting_rounds(services: ServicesDep, caller: CallerDep, site: KnownSite) -> list[CountingRoundRow]:
    """Return the newest thousand counting rounds, withdrawn ones too."""
    return await _counting_rounds(services, caller, site.site)


@router.post(
    _COUNTING_ROUNDS,
    status_code=201,
    dependencies=[needs(Right.WRITE_LOG_RECORDS)],
    responses={**ok(CountingRoundRow, status=201), **_WRITTEN},
)
async def counting_round_add(
    services: ServicesDep, caller: CallerDep, site: KnownSite, fields: CountingRoundFields, response: Response
) -> CountingRoundRow:
    """Keep what was counted by hand, with what the counter counted in the same time.

    Refused where the counter watched less than 0.98 of it (or its records haven't arrived yet), changed its setup, or
    some of it was counted already.
    """
    number = await services.commands.run(
        "counting_round_add", by=caller.name, site=site.site, counting_round=fields.command_fields()
    )
    response.headers["Location"] = f"/api/v1{_COUNTING_ROUNDS.format(site=site.site)}/{number}"
    [row] = await _counting_rounds(services, caller, site.site, [number])
    return row


@router.delete(
    f"{_COUNTING_ROUNDS}/{{number}}", status_code=204, dependencies=[needs(Right.WRITE_LOG_RECORDS)], responses=_WRITTEN
)
async def counting_round_withdraw(
    services: ServicesDep, caller: CallerDep, site: KnownSite, number: Number, reason: Reason
) -> None:
    """Take a counting round out; it stays to be seen. Refused while a calibration uses it."""
    given = {"by": caller.name, "site": site.site, "counting_round": number, "reason": reason}
    await services.commands.run("counting_round_withdraw", **given)


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
    services: Services, caller: Caller, site: str, numbers: list[int] | None = None
) -> list[CountingRoundRow]:
    asked = {"site": site, "numbers": numbers, "limit": _MOST, **caller.names_at(site)}
    return await services.database.rows("calibration/counting_rounds", asked, CountingRoundRow)


async def _calibrations(
    services: Services, caller: Caller, site: str, number: int | None = None
) -> list[CalibrationRow]:
    asked = {"site": site, "number": number, "limit": _MOST, **caller.names_at(site)}
    return await services.database.rows("calibration/calibrations", asked, CalibrationRow)
