"""What requests about log records carry beside their fields: a page of a list, the version that was seen, a reason."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Header, Path, Query

from api.access.caller import CallerDep
from api.errors import ParameterError, VersionNeededError
from api.ranges import moment
from api.services import KnownSite, KnownSiteKey, ServicesDep
from core.asked_times import DESCRIPTION

MOST: Final = 500
RowT = TypeVar("RowT")
_TAG: Final = re.compile(r'"(\d{1,9})"')
_UTC: Final = ZoneInfo("UTC")


Number = Annotated[int, Path(ge=1, lt=2**31, description="Number of the log record.", examples=[17])]


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """Which of the log records are wanted: some time, after a cursor, so many.

    Attributes:
        site: key of the site.
        from_utc: log records that end later, or None.
        to_utc: log records that start earlier, or None.
        after: the last log record of the page before: its time and number.
        limit: how many at most.
    """

    site: str
    from_utc: datetime | None = None
    to_utc: datetime | None = None
    after: tuple[datetime, int] | None = None
    limit: int = 1

    def parameters(self, **more: object) -> dict[str, object]:
        """Return what the statement of a list takes."""
        at, number = self.after or (None, None)
        return {
            "site": self.site,
            "id": None,
            "from_utc": self.from_utc,
            "to_utc": self.to_utc,
            "cursor_at": at,
            "cursor_id": number,
            "limit": self.limit + 1,
            **more,
        }

    def page(self, rows: list[RowT], position: Callable[[RowT], tuple[datetime, int]]) -> tuple[list[RowT], str | None]:
        """Return the rows of the page, and the cursor of the next one; None: there is none."""
        shown = rows[: self.limit]
        return shown, write_cursor(*position(shown[-1])) if len(rows) > self.limit else None


@dataclass(frozen=True, slots=True)
class _UncheckedQuery:
    """A page as asked for, refused already where no site could make it right."""

    from_: str | None
    to: str | None
    after: tuple[datetime, int] | None
    limit: int


async def unchecked_query(
    services: ServicesDep,
    from_: Annotated[
        str | None,
        Query(alias="from", max_length=40, description=f"{DESCRIPTION} What ends later.", examples=["2026-10-01"]),
    ] = None,
    to: Annotated[
        str | None, Query(max_length=40, description=f"{DESCRIPTION} What starts earlier.", examples=["2026-11-01"])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST, description="How many at most.", examples=[100])] = 100,
    cursor: Annotated[
        str | None, Query(max_length=100, description="`next` of the page before; left out: the first page.")
    ] = None,
) -> _UncheckedQuery:
    """Check what is wanted as far as it can be without knowing the site. Raises ParameterError."""
    for name, text in (("from", from_), ("to", to)):
        if text is not None:
            moment(name, text, _UTC, services.now())
    return _UncheckedQuery(from_, to, read_cursor(cursor) if cursor else None, limit)


async def record_query(
    services: ServicesDep, query: Annotated[_UncheckedQuery, Depends(unchecked_query)], site: KnownSite
) -> RecordQuery:
    """Return which log records are wanted. Raises ParameterError."""
    zone, now = ZoneInfo(site.time_zone), services.now()
    start = moment("from", query.from_, zone, now) if query.from_ is not None else None
    end = moment("to", query.to, zone, now) if query.to is not None else None
    if start and end and end <= start:
        raise ParameterError(f"to {query.to} must be after from {query.from_}")
    return RecordQuery(site.site, start, end, query.after, query.limit)


RecordQueryDep = Annotated[RecordQuery, Depends(record_query)]


async def record_range(
    services: ServicesDep,
    site: KnownSite,
    from_: Annotated[
        str | None,
        Query(alias="from", max_length=40, description=f"{DESCRIPTION} What ends later.", examples=["2026-10-01"]),
    ] = None,
    to: Annotated[
        str | None, Query(max_length=40, description=f"{DESCRIPTION} What starts earlier.", examples=["2026-11-01"])
    ] = None,
) -> dict[str, object]:
    """Return what a statement takes of a list that comes as a whole: site, from_utc, to_utc. Raises ParameterError."""
    unchecked = _UncheckedQuery(from_, to, None, 1)
    query = await record_query(services, unchecked, site)
    return {"site": query.site, "from_utc": query.from_utc, "to_utc": query.to_utc}


RecordRangeDep = Annotated[dict[str, object], Depends(record_range)]


def write_cursor(at: datetime, number: int) -> str:
    """Return what continues after a log record."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{number}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, int]:
    """Return the time and number of the log record after which to go on. Raises ParameterError."""
    try:
        at, number = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True).decode("ascii").split("|")
        found = datetime.fromisoformat(at), int(number)
    except (ValueError, binascii.Error) as error:
        raise ParameterError(f"cursor {text} isn't ours: take next of the page before") from error
    if found[0].tzinfo is None or not 0 < found[1] < 2**31:
        raise ParameterError(f"cursor {text} isn't ours: take next of the page before")
    return found


async def seen(
    if_match: Annotated[
        str | None,
        Header(max_length=20, description='The ETag of the log record as it was seen, such as "3".', examples=['"3"']),
    ] = None,
    version: Annotated[
        int | None, Query(ge=1, lt=2**31, description="The same as a number, instead of If-Match.", examples=[3])
    ] = None,
) -> int:
    """Return the version of the log record that the caller has seen.

    Raises:
        ParameterError: it isn't a version, or there are two.
        VersionNeededError: there is none.
    """
    if if_match is None:
        if version is None:
            raise VersionNeededError("say which version you have seen: its ETag as If-Match, or version=")
        return version
    tag = _TAG.fullmatch(if_match.strip())
    if tag is None:
        raise ParameterError(f'If-Match {if_match} must be one version in quotes, such as "3"')
    if version not in (None, int(tag[1])):
        raise ParameterError(f"If-Match {if_match} and version {version} differ")
    return int(tag[1])


@dataclass(frozen=True, slots=True)
class RecordTarget:
    """One log record in the state that somebody has seen, and who wants to change it.

    Attributes:
        by: who, for the audit.
        site: key of its site.
        id: its number.
        version: the version that was seen.
        request: the request's own id, or None.
    """

    by: str
    site: str
    id: int
    version: int
    request: UUID | None = None

    def arguments(self, **more: object) -> dict[str, object]:
        """Return what a command takes."""
        return {"by": self.by, "site": self.site, "id": self.id, "version": self.version, **more}

    def once(self, **more: object) -> dict[str, object]:
        """Return what a command takes that the same request runs only once."""
        return self.arguments(request=self.request, **more)


RequestId = Annotated[
    UUID | None,
    Header(
        alias="Idempotency-Key",
        description="A new UUID for each request: sent again with the same one, it gets the same answer, and nothing "
        "is done twice; with other fields, or by somebody else, it is refused.",
        examples=["5f0c1b0e-8f5e-4c39-9d0f-1f7a4f2f9f10"],
    ),
]


async def record_target(
    caller: CallerDep,
    site: KnownSiteKey,
    number: Number,
    version: Annotated[int, Depends(seen)],
    request: RequestId = None,
) -> RecordTarget:
    """Return the log record that is meant."""
    return RecordTarget(caller.name, site, number, version, request)


RecordTargetDep = Annotated[RecordTarget, Depends(record_target)]


async def writer(caller: CallerDep, site: KnownSiteKey, request_id: RequestId = None) -> dict[str, object]:
    """Return what every command that writes something at a site takes."""
    return {"by": caller.name, "site": site, "request": request_id}


WriterDep = Annotated[dict[str, object], Depends(writer)]
Reason = Annotated[
    str,
    Query(
        min_length=1, max_length=500, description="Why; it is kept in the history.", examples=["Registrerad två gånger"]
    ),
]
