"""The rounds of counting that are planned: which are due, which are done, which were missed."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from pydantic import BaseModel

from api.services import Services
from api.tables.places import Site
from api.web.counting.start import CountPlaces
from api.web.frame import PageReader
from api.web.navigation import SitePage, path_of
from core.asked_times import midnight

_DAY: Final = timedelta(days=1)
_SLOT: Final = ("slot", "part", "place", "minutes")


def _kept_slot(request: Request) -> dict[str, str]:
    """Return what the address says of a planned round: the page in another language is for the same one."""
    return {name: request.query_params[name] for name in _SLOT if name in request.query_params}


KeptSlot = Annotated[dict[str, str], Depends(_kept_slot)]


class PlannedRound(BaseModel):
    """A slot of a plan, and what has become of it: coming, due, missed or done."""

    slot: int
    plan: int
    plan_name: str
    mode: str
    space: str | None
    zone: str | None
    line: str | None
    minutes: int
    starts_at: datetime
    ends_at: datetime
    state: str

    @property
    def place(self) -> tuple[str, str]:
        """Return what it is at, and its key."""
        found = (("line", self.line), ("zone", self.zone), ("space", self.space))
        return next((part, key) for part, key in found if key)


async def read_planned(services: Services, site: Site, before_days: int = 6, ahead_days: int = 7) -> list[PlannedRound]:
    """Return the planned rounds of some days before today, of today, and of some days ahead."""
    zone = ZoneInfo(site.time_zone)
    today = services.now().astimezone(zone).date()
    span = {
        "from_utc": midnight(today - before_days * _DAY, zone),
        "to_utc": midnight(today + (ahead_days + 1) * _DAY, zone),
    }
    return await services.database.rows("logbook/round_slots", {"site": site.site, **span}, PlannedRound)


def shown_round(planned: PlannedRound, places: CountPlaces, reader: PageReader, site: Site) -> dict[str, object]:
    """Return a planned round as a page shows it, with the address at which it is counted."""
    part, key = planned.place
    found = places.lines if part == "line" else [area for area in places.areas if area["part"] == part]
    zone = ZoneInfo(site.time_zone)
    way = "passing" if planned.mode == "moving" else "here"
    query = {"slot": planned.slot, "part": part, "place": key, "minutes": planned.minutes}
    return {
        "state": planned.state,
        "name": next((place["name"] for place in found if place["key"] == key), key),
        "day": planned.starts_at.astimezone(zone).date().isoformat(),
        "from": f"{planned.starts_at.astimezone(zone):%H:%M}",
        "to": f"{planned.ends_at.astimezone(zone):%H:%M}",
        "address": _with(reader, f"{path_of(site.site, SitePage.COUNT)}/{way}", query),
        "paper": _with(reader, f"{path_of(site.site, SitePage.COUNT)}/enter", {"mode": planned.mode, **query}),
    }


def _with(reader: PageReader, path: str, query: dict[str, object]) -> str:
    return f"{path}?{urlencode({**query, 'lang': reader.language} if reader.asked else query)}"
