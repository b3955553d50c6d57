"""What has changed since a file was made, or since a time: data that came later, and what people wrote."""

import re
from datetime import datetime, timedelta
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from api.access.caller import Caller, CallerDep
from api.access.roles import Right
from api.access.rules import RuledRoute, needs
from api.errors import UnknownRecordError
from api.logbook.kinds import KINDS, PHASE
from api.problems import responses
from api.ranges import past_moment
from api.routes.openapi_examples import ok
from api.services import KnownSite, Services, ServicesDep
from api.tables.base import FrozenModel
from api.tables.columns import Key
from core.asked_times import DESCRIPTION

router = APIRouter(route_class=RuledRoute, tags=["numbers"], dependencies=[needs(Right.NUMBERS)])

_KNOWN_BY: Final = re.compile(r"[0-9a-f]{16}|sha256:[0-9a-fA-F]{64}")
_COMMITTED: Final = timedelta(seconds=2)
"""So long before others see it may what is stored have taken its time."""
_MOST: Final = 1000


class DataChange(FrozenModel):
    """One change of what numbers are made from, or of what stands beside them."""

    changed_at: AwareDatetime
    kind: Annotated[
        str,
        Field(
            description="data: records that were stored. site: a part of the site file. weather: a file that was "
            "imported. Else a kind of log record, calibration or counting_round.",
            examples=["exclusion"],
        ),
    ]
    action: Annotated[
        str,
        Field(
            description="arrive (data); add, change, remove (site); import (weather); create, change, withdraw and the "
            "like.",
            examples=["create"],
        ),
    ]
    part_kind: Annotated[
        str | None,
        Field(description="What part is: line, zone or space; of the site file any of its parts.", examples=["line"]),
    ]
    part: Annotated[str | None, Field(description="Its key; null of the whole site.", examples=["stationen"])]
    device: Annotated[str | None, Field(description="Which device's records came.", examples=[None])]
    starts_at: Annotated[
        AwareDatetime | None,
        Field(description="Of the UTC day that records are of, of the log record, or when a calibration holds."),
    ]
    ends_at: Annotated[AwareDatetime | None, Field(description="The end of the same.")]
    number: Annotated[str | None, Field(description="Of the log record or calibration.", examples=["17"])]
    version: Annotated[int | None, Field(description="Of the log record after the change.", examples=[1])]


class DataChanges(FrozenModel):
    """What has changed since a time, newest first."""

    site: Key
    since_utc: Annotated[
        AwareDatetime, Field(description="Of a file: when it was begun; of several with this data version, the first.")
    ]
    from_utc: Annotated[
        AwareDatetime | None,
        Field(description="The range of the file, or of all files with this data version; null: of all times."),
    ]
    to_utc: AwareDatetime | None
    data_known_from: Annotated[
        AwareDatetime | None,
        Field(description="When data came is noted since then; what came before isn't among them."),
    ]
    more: Annotated[bool, Field(description=f"There are more than these {_MOST}.", examples=[False])]
    changes: list[DataChange]


class _FileTaken(BaseModel):
    begun_at: datetime
    from_utc: datetime | None = None
    to_utc: datetime | None = None


class _KnownFrom(BaseModel):
    known_from: datetime


@router.get("/sites/{site}/changes", responses={**ok(DataChanges), **responses(404, 422)})
async def changes(
    services: ServicesDep,
    caller: CallerDep,
    site: KnownSite,
    since: Annotated[
        str,
        Query(
            max_length=80,
            description="The data version of a file of numbers (`Platspuls-Data-Version`, and in the file itself), or "
            "`sha256:` and the SHA-256 of a file as it was taken: then changes of its range alone. Or a time. "
            f"{DESCRIPTION}",
            examples=["7d"],
        ),
    ],
) -> DataChanges:
    """Return what has changed since an export in what its numbers are made from: late data, exclusions and the like.

    DataChanges of log records that the caller may not read are not among them.
    """
    file, slack = await _file_taken(services, site.site, since), _COMMITTED
    if file is None:
        at = past_moment("since", since, ZoneInfo(site.time_zone), services.now())
        file, slack = _FileTaken(begun_at=at), timedelta(0)
    asked = {
        "site": site.site,
        "since_utc": file.begun_at - slack,
        "from_utc": file.from_utc,
        "to_utc": file.to_utc,
        "kinds": _kinds(caller, site.site),
        "limit": _MOST + 1,
    }
    found = await services.database.rows("logbook/changes", asked, DataChange)
    known = await services.database.rows("logbook/changes_known_from", {}, _KnownFrom)
    return DataChanges(
        site=site.site,
        since_utc=file.begun_at,
        from_utc=file.from_utc,
        to_utc=file.to_utc,
        data_known_from=known[0].known_from if known else None,
        more=len(found) > _MOST,
        changes=found[:_MOST],
    )


async def _file_taken(services: Services, site: str, since: str) -> _FileTaken | None:
    """Return the file that is meant; None where `since` is a time. Raises UnknownRecordError where nobody took it.

    Files of several ranges may have one data version: they are one file, of the range of all.
    """
    if not _KNOWN_BY.fullmatch(since):
        return None
    known_by = since.removeprefix("sha256:").lower()  # some programs write it in capitals
    found = await services.database.rows("logbook/file_taken", {"site": site, "known_by": known_by}, _FileTaken)
    if not found:
        raise UnknownRecordError(
            f"since {since}: no file of {site} is known by this; say when it was made, such as 2026-11-02 or 7d"
        )
    return found[0]


def _kinds(caller: Caller, site: str) -> list[str]:
    """Return the kinds of changes of the site that the caller may hear of."""
    written = [kind.entity for kind in (*KINDS, PHASE) if caller.may(kind.read, site)]
    study = ["calibration", "counting_round"] if caller.may(Right.READ_STUDY, site) else []
    return ["data", "site", "weather", *written, *study]
