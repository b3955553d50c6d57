"""What people write: the same operations for each kind of log record, and the steps of a phase.

Who may is said by the rules, what may be written by the database.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import GenericAlias
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, Field, create_model

from api.access.caller import Caller, CallerDep
from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.errors import UnknownRecordError
from api.logbook.fields import ResultSeen
from api.logbook.kinds import KINDS, PHASE, RecordKind
from api.logbook.origin import no_origin, origin
from api.logbook.words import Word, names_by_field
from api.problems import responses
from api.routes.openapi_examples import example, ok, ok_as
from api.routes.record_parameters import (
    Number,
    Reason,
    RecordQuery,
    RecordQueryDep,
    RecordTargetDep,
    WriterDep,
)
from api.services import KnownSiteKey, Services, ServicesDep
from api.tables.base import FrozenModel

router = APIRouter(route_class=RuledRoute, tags=["logbook"])

_CHANGED: Final = (404, 409, 412, 422, 428)


class RecordVersion(FrozenModel):
    """One version of a log record: it held from valid_from until valid_to."""

    version: Annotated[int, Field(description="1 is how it was made.", examples=[2])]
    valid_from: AwareDatetime
    valid_to: Annotated[AwareDatetime | None, Field(description="Null for the newest.")]
    action: Annotated[
        str, Field(description="What made it: create, change, withdraw, extend, close, archive.", examples=["change"])
    ]
    written_by: Annotated[
        str, Field(description="By which key or login; a pseudonym unless one administrates.", examples=["key:desk"])
    ]
    record: Annotated[dict[str, Any], Field(description="The log record as it was.", examples=[{"title": "Körsång"}])]


class Closing(FrozenModel):
    """What is given to close a phase."""

    result_seen: ResultSeen


class Extension(FrozenModel):
    """What is given to make a phase longer."""

    ends_at: Annotated[AwareDatetime, Field(description="Its later end.", examples=["2026-11-01T00:00:00+01:00"])]
    result_seen: ResultSeen


class _ListedRecord(BaseModel):
    """A row of a list, and where it stands in it."""

    record: dict[str, Any]
    at: datetime
    log_record_id: int


async def _one(services: Services, kind: RecordKind, site: str, number: int, caller: Caller) -> dict[str, Any]:
    query = RecordQuery(site).parameters(entity=kind.entity, kind=None, id=number, **caller.names_at(site))
    rows = await services.database.rows("logbook/log_records", query, _ListedRecord)
    if not rows:
        raise UnknownRecordError(f"the site {site} has no {kind.words} {number}; its history shows what was withdrawn")
    return rows[0].record


def _tagged(response: Response, record: dict[str, Any]) -> dict[str, Any]:
    response.headers["ETag"] = f'"{record["version"]}"'
    return record


def _origin_of(kind: RecordKind) -> Callable[..., Awaitable[dict[str, object]]]:
    """Return the parameter that says where a version comes from."""
    return origin if kind.has_origin else no_origin


def _chosen(kind: RecordKind) -> Callable[..., Awaitable[str | None]]:
    """Return the parameter that limits a list to some of a kind."""

    async def everything() -> None:
        return None

    async def chosen(only: str | None = None) -> str | None:
        return only

    if kind.filter is None:
        return everything
    field = kind.fields.model_fields[kind.filter]
    words: Any = field.annotation
    chosen.__annotations__["only"] = Annotated[
        words | None, Query(alias=kind.filter, description="Only these.", examples=field.examples)
    ]
    return chosen


def _add_list(kind: RecordKind, path: str) -> None:
    columns: dict[str, Any] = {
        "records": (GenericAlias(list, kind.row), Field(description="Newest first.")),
        "next": (str | None, Field(description="The cursor of the next page; null: there is none.", examples=[None])),
    }
    page = create_model(f"{kind.row.__name__}List", __base__=FrozenModel, __doc__="A page of a list.", **columns)

    async def log_records(
        services: ServicesDep,
        query: RecordQueryDep,
        caller: CallerDep,
        only: Annotated[str | None, Depends(_chosen(kind))] = None,
    ) -> dict[str, Any]:
        asked = query.parameters(entity=kind.entity, kind=only, **caller.names_at(query.site))
        rows = await services.database.rows("logbook/log_records", asked, _ListedRecord)
        shown, following = query.page(rows, lambda row: (row.at, row.log_record_id))
        return {"records": [row.record for row in shown], "next": following}

    router.add_api_route(
        path,
        log_records,
        response_model=page,
        dependencies=[needs(kind.read)],
        responses={**ok(page), **responses(404, 422)},
        name=f"{kind.entity}_list",
        description=f"Return what holds now, newest first, a page at a time: {kind.plural}.",
    )


def _add_one(kind: RecordKind, path: str) -> None:
    async def shown(
        services: ServicesDep, site: KnownSiteKey, number: Number, caller: CallerDep, response: Response
    ) -> dict[str, Any]:
        return _tagged(response, await _one(services, kind, site, number, caller))

    async def history(
        services: ServicesDep, site: KnownSiteKey, number: Number, caller: CallerDep
    ) -> list[RecordVersion]:
        of = {"site": site, "entity": kind.entity, "id": number, **caller.names_at(site)}
        if found := await services.database.rows("logbook/log_record_history", of, RecordVersion):
            return found
        raise UnknownRecordError(f"the site {site} never had this {kind.words}: {number}")

    router.add_api_route(
        f"{path}/{{number}}",
        shown,
        response_model=kind.row,
        dependencies=[needs(kind.read)],
        responses={**ok(kind.row), **responses(404, 422)},
        name=f"{kind.entity}_show",
        description=f"Return one {kind.words} as it holds now. Its ETag is its version.",
    )
    router.add_api_route(
        f"{path}/{{number}}/history",
        history,
        response_model=list[RecordVersion],
        dependencies=[needs(kind.read)],
        responses={**ok(RecordVersion, is_list=True), **responses(404, 422)},
        name=f"{kind.entity}_history",
        description=f"Return every version of one {kind.words}, newest first; what was withdrawn too.",
    )


def _add_create(kind: RecordKind, path: str) -> None:
    async def create(
        services: ServicesDep,
        writer: WriterDep,
        source: Annotated[dict[str, object], Depends(_origin_of(kind))],
        fields: BaseModel,
        response: Response,
    ) -> dict[str, Any]:
        record: dict[str, Any] = await services.commands.run(
            f"{kind.entity}_{kind.verb}", **writer, **source, fields=kind.dumped(fields)
        )
        site, number = record["site"], record[f"{kind.entity}_id"]
        response.headers["Location"] = f"/api/v1/sites/{site}/{kind.path}/{number}"
        return _tagged(response, record)

    create.__annotations__["fields"] = Annotated[kind.fields, Body(examples=[example(kind.fields)])]
    router.add_api_route(
        path,
        create,
        methods=["POST"],
        status_code=201,
        response_model=kind.row,
        dependencies=[needs(kind.write)],
        responses={**ok(kind.row, status=201), **responses(404, 409, 422)},
        name=f"{kind.entity}_{kind.verb}",
        description=f"{kind.fields.__doc__} Everything is checked before it is written, and noted in the audit.",
    )


def _add_change(kind: RecordKind, path: str) -> None:
    async def change(
        services: ServicesDep,
        target: RecordTargetDep,
        source: Annotated[dict[str, object], Depends(_origin_of(kind))],
        fields: BaseModel,
        response: Response,
    ) -> dict[str, Any]:
        given = target.once(fields=kind.dumped(fields), **source)
        return _tagged(response, await services.commands.run(f"{kind.entity}_change", **given))

    async def withdraw(
        services: ServicesDep,
        target: RecordTargetDep,
        source: Annotated[dict[str, object], Depends(_origin_of(kind))],
        reason: Reason,
    ) -> None:
        await services.commands.run(f"{kind.entity}_withdraw", **target.once(reason=reason, **source))

    change.__annotations__["fields"] = Annotated[kind.change, Body(examples=[kind.small_change()])]
    router.add_api_route(
        f"{path}/{{number}}",
        change,
        methods=["PATCH"],
        response_model=kind.row,
        dependencies=[needs(kind.write)],
        responses={**ok(kind.row), **responses(*_CHANGED)},
        name=f"{kind.entity}_change",
        description="Change any of the fields of POST, of the version that was seen. It stays in the history.",
    )
    router.add_api_route(
        f"{path}/{{number}}",
        withdraw,
        methods=["DELETE"],
        status_code=204,
        dependencies=[needs(kind.write)],
        responses=responses(*_CHANGED),
        name=f"{kind.entity}_withdraw",
        description="Withdraw it: it holds no more, and stays in the history with the reason.",
    )


@router.get(
    "/words",
    dependencies=[needs(Right.PLACES)],
    responses={**ok_as({"incident_kind": {"graffiti": {"sv": "klotter", "en": "graffiti"}}}), **responses()},
)
async def words() -> Mapping[str, Mapping[str, Word]]:
    """Return how the words of log records are called in Swedish and English, by field."""
    return names_by_field()


class AuditEvent(FrozenModel):
    """Something that somebody did."""

    audit_id: Annotated[int, Field(description="Rises with time.", examples=[4711])]
    at: AwareDatetime
    actor: Annotated[str, Field(description="The key, login or user.", examples=["key:desk"])]
    action: Annotated[str, Field(description="What was done.", examples=["change"])]
    entity: Annotated[str, Field(description="To what.", examples=["activity"])]
    entity_id: Annotated[str | None, Field(description="To which.", examples=["17"])]
    before: Annotated[Any, Field(description="How it was; null for something new.", examples=[{"title": "Kör"}])]
    after: Annotated[Any, Field(description="How it was then.", examples=[{"title": "Körsång"}])]


@router.get(
    "/sites/{site}/audit",
    dependencies=[needs(Right.ADMIN)],
    responses={**ok(AuditEvent, is_list=True), **responses(404, 422)},
)
async def audit(
    services: ServicesDep,
    site: KnownSiteKey,
    limit: Annotated[int, Query(ge=1, le=500, description="How many at most.", examples=[100])] = 100,
    before: Annotated[
        int | None, Query(ge=1, lt=2**63, description="Only older ones than this audit_id.", examples=[4711])
    ] = None,
) -> list[AuditEvent]:
    """Return who did what at a site, newest first: commands, exports, and what else is noted of it."""
    events = await services.commands.run("audit_list", site=site, limit=limit, before=before)
    return [AuditEvent.model_validate(event) for event in events]


for _kind in KINDS:
    _path = f"/sites/{{site}}/{_kind.path}"
    for _add in (_add_list, _add_one, _add_create, _add_change):
        _add(_kind, _path)

_PHASE: Final = "/sites/{site}/phases/{number}"
_STEP: Final[dict[str, Any]] = {
    "response_model": PHASE.row,
    "dependencies": [needs(PHASE.write)],
    "responses": {**ok(PHASE.row), **responses(*_CHANGED)},
}


@router.post(f"{_PHASE}/extend", **_STEP)
async def phase_extend(
    services: ServicesDep, target: RecordTargetDep, extension: Extension, response: Response
) -> dict[str, Any]:
    """Move the end of a phase to a later time, before it is closed."""
    given = target.arguments(ends_at=extension.ends_at, result_seen=extension.result_seen)
    return _tagged(response, await services.commands.run("phase_extend", **given))


@router.post(f"{_PHASE}/close", **_STEP)
async def phase_close(
    services: ServicesDep, target: RecordTargetDep, closing: Closing, response: Response
) -> dict[str, Any]:
    """Close a phase that has passed: nothing of it is changed any more."""
    given = target.arguments(result_seen=closing.result_seen)
    return _tagged(response, await services.commands.run("phase_close", **given))


@router.post(f"{_PHASE}/archive", **_STEP)
async def phase_archive(services: ServicesDep, target: RecordTargetDep, response: Response) -> dict[str, Any]:
    """Archive a phase that is closed: its raw facts may be forgotten, as others of their age."""
    return _tagged(response, await services.commands.run("phase_archive", **target.arguments()))
