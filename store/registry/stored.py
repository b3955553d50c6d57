"""A site as the store has it, and how much data the store has of its parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from core.ranges import TimeRange
from core.site_file.times import FOREVER, Periods
from store.database import Database, statement
from store.registry.parts import (
    Field,
    PartKind,
    SitePart,
    SiteParts,
    assignment_part,
    calendar_part,
    exception_part,
    hours_part,
    keyed,
    plain,
)

_TIMES: Final = frozenset({"commissioned", "assigned"})


@dataclass(frozen=True, slots=True)
class StoredTimes:
    """The quarter-hours that are stored of a line or zone within some times: how many, and [start, end) of them all."""

    quarters: int
    start: datetime
    end: datetime


def stored_parts(database: Database, site: str) -> SiteParts:
    """Return the site's parts in the store; empty when it has no such site."""
    return keyed(part for kind in PartKind for part in _read(database, site, kind))


def lock(database: Database, site: str) -> None:
    """Keep the site and its parts as they are until the transaction ends, and wait for facts in flight."""
    database.execute(statement("registry/lock"), {"site": site})


def parts_with_data(database: Database, site: str) -> set[tuple[PartKind, str]]:
    """Return the lines and zones that have facts, and the devices that have delivered anything."""
    return {
        (PartKind(kind), key) for kind, key in database.execute(statement("registry/parts_with_data"), {"site": site})
    }


def data_within(
    database: Database, site: str, part: tuple[PartKind, str], times: Periods, device: str | None
) -> StoredTimes | None:
    """Return what is stored of a line or zone within `times`, by one device where it is named; None for nothing."""
    kind, key = part
    values = {"site": site, "key": key, "times": multirange(times), "device": device}
    quarters, start, end = database.execute(statement(f"registry/{kind}_data_within"), values).fetchall()[0]
    return StoredTimes(quarters, start, end) if quarters else None


def knows_zone(database: Database, time_zone: str) -> bool:
    """Return whether the database has this time zone: its own list may be older than ours."""
    return bool(database.execute(statement("registry/knows_time_zone"), {"time_zone": time_zone}).fetchall()[0][0])


def other_sites(database: Database, site: str) -> list[str]:
    """Return the keys of the store's other sites."""
    return [key for (key,) in database.execute(statement("registry/other_sites"), {"site": site})]


def multirange(times: Periods) -> str:
    """Return periods as PostgreSQL writes a tstzmultirange."""
    ends = [(one.start.isoformat(), "" if one.end == FOREVER else one.end.isoformat()) for one in times]
    return "{" + ",".join(f"[{start},{end})" for start, end in ends) + "}"


def _read(database: Database, site: str, kind: PartKind) -> Iterator[SitePart]:
    cursor = database.execute(statement(f"registry/read/{kind}"), {"site": site})
    names = [column.name for column in cursor.description or ()]
    for row in cursor:
        yield _part(kind, dict(zip(names, row, strict=True)))


def _part(kind: PartKind, row: Mapping[str, Any]) -> SitePart:
    match kind:
        case PartKind.HOURS:
            return hours_part(**row)
        case PartKind.EXCEPTION:
            return exception_part(**row)
        case PartKind.CALENDAR:
            return calendar_part(**row)
        case PartKind.DEVICE_LINE | PartKind.DEVICE_ZONE:
            return assignment_part(kind, row["device"], row["target"], _periods(row["assigned"]))
        case _:
            fields = {name: _field(name, value) for name, value in row.items() if name != "key"}
            return plain(kind, row["key"], fields)


def _field(name: str, value: Any) -> Field:  # noqa: ANN401 - what psycopg made of a column
    return _periods(value) if name in _TIMES else value


def _periods(ranges: Any) -> Periods:  # noqa: ANN401 - psycopg's multirange
    return tuple(TimeRange(one.lower, FOREVER if one.upper is None else one.upper) for one in ranges)
