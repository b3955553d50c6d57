"""What the overview asks the database for: a few statements for all sites together, each for the sites where it may."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.access.caller import Caller
from api.access.roles import Right
from api.database.reading import Ask
from api.services import Services
from api.tables.live import LiveDeviceState
from api.tables.places import Name, Site
from api.typical import UsualSoFar
from api.web.live.view import STALE_AFTER_S


@dataclass(frozen=True, slots=True)
class PeopleNow:
    """How many are at a site, in its zones that may be added.

    Attributes:
        site: its key.
        zones: how many such zones it has.
        fresh: how many of them have a number that is of now.
        people: the sum of those.
    """

    site: str
    zones: int
    fresh: int
    people: int


class AilingDevice(LiveDeviceState):
    """A device that isn't well, and the site that it is at."""

    site: str
    name: Name


@dataclass(frozen=True, slots=True)
class SiteAlarms:
    """What waits for somebody: unanswered anomalies, held messages, times reported twice of late."""

    site: str
    anomalies: int
    held: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What people haven't written yet of the last two weeks: participants of activities, and how days went."""

    site: str
    uncounted: int
    unclosed: int


@dataclass(frozen=True, slots=True)
class OverviewFigures:
    """What is known of all sites, by their keys; a site where the caller may not know it has none."""

    people: dict[str, PeopleNow]
    usual: dict[str, UsualSoFar]
    devices: dict[str, list[AilingDevice]]
    alarms: dict[str, SiteAlarms]
    unfinished: dict[str, Unfinished]


async def read_overview(services: Services, sites: Sequence[Site], caller: Caller) -> OverviewFigures:
    """Return what is known of the sites, each by what the caller may know there."""
    database, now = services.database, services.now()
    counted, watched = _where(sites, caller, Right.NUMBERS), _where(sites, caller, Right.HEALTH)
    log = _where(sites, caller, Right.READ_LOG_RECORDS)
    live = {"sites": _where(sites, caller, Right.LIVE), "stale_after_s": STALE_AFTER_S}
    (people, devices, alarms, unfinished), usual = await asyncio.gather(
        database.together(
            Ask("overview/now", live, PeopleNow),
            Ask("overview/devices", {"sites": watched}, AilingDevice),
            Ask("overview/alarms", {"sites": watched, "at": now}, SiteAlarms),
            Ask("overview/unfinished", {"sites": log, "at": now}, Unfinished),
        ),
        services.usual.today(database, counted, now),
    )
    return OverviewFigures(
        people=_by_site(people),
        usual=_by_site(usual),
        devices={site: [device for device in devices if device.site == site] for site in watched},
        alarms=_by_site(alarms),
        unfinished=_by_site(unfinished),
    )


def _where(sites: Sequence[Site], caller: Caller, right: Right) -> list[str]:
    return [site.site for site in sites if caller.may(right, site.site)]


def _by_site(rows: Any) -> dict[str, Any]:  # noqa: ANN401 - rows of any kind that have a site
    return {row.site: row for row in rows}
