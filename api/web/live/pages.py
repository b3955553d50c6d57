"""The live page: HTML in two languages, rendered with the first numbers in it."""

from dataclasses import asdict
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from api.access.roles import Right
from api.access.rules import AuthorisesRequests, RuledRoute, needs
from api.live import event_stream
from api.ranges import Bucket
from api.services import KnownSite, ServicesDep
from api.web.formatting import write_clock, write_date, write_weekday
from api.web.frame import HEADERS, PageRoute, Reader, page
from api.web.i18n import texts
from api.web.live.agenda import show_agenda
from api.web.live.counters import show_devices
from api.web.live.day import DayMoment, beside_name, cells, day_title, total
from api.web.live.page_reads import DayFigures, read_day, read_page, read_place
from api.web.live.picture import Picture, for_browser, show_picture
from api.web.live.summary import show_facts
from api.web.live.view import (
    SILENT_AFTER_S,
    STALE_AFTER_S,
    Counted,
    SiteParts,
    entry_ways,
    read,
    show_lines,
    show_now,
    show_troubles,
    watchers,
)
from api.web.navigation import Here, SitePage, path_of
from core.clock_off import CLOCK_OFF
from core.texts.catalog import Language

DayBucket = Literal[Bucket.QUARTER, Bucket.HOUR]


router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.LIVE)])
parts = APIRouter(include_in_schema=False, route_class=RuledRoute, dependencies=[needs(Right.LIVE)])


@router.get("/sites/{site}")
async def live_page(services: ServicesDep, reader: Reader, site: KnownSite) -> Response:
    """Show a site with its first numbers in it."""
    now = services.now()
    log = reader.caller.may(Right.READ_LOG_RECORDS, site.site)
    place, issues, agenda = await read_page(services.database, site, now, log=log)
    local = now.astimezone(place.time_zone)
    found = await read_day(services.database, site, Bucket.HOUR, now, services.usual)
    live = await services.live.snapshot(site.site)
    today = _day(place, found, now, reader.language)
    shown_now = show_now(place, live, reader.language)
    counted = Counted(found.recent, found.ways)
    picture = show_picture(place, shown_now, counted, reader.language)
    start = {
        "site": _site_for_browser(place, picture, now, reader.language),
        "live": live.model_dump(mode="json"),
        "today": today,
        "addresses": {
            "day": f"{path_of(site.site)}/day?{urlencode({'lang': reader.language})}",
            "stream": f"{path_of(site.site)}/stream",
        },
    }
    return page(
        "live/site.html",
        reader,
        here=Here(site, SitePage.NOW),
        site={
            "name": read(site.name, reader.language),
            "weekday": write_weekday(local.date(), reader.language),
            "date": write_date(local.date(), reader.language),
            "clock": write_clock(local, seconds=True),
            "time_zone": site.time_zone,
        },
        now=shown_now,
        picture=picture,
        agenda=show_agenda(agenda, now, place.time_zone, reader.language),
        today=today,
        flows=show_lines(place, live, counted, reader.language),
        devices=show_devices(place, live, reader.language),
        troubles=show_troubles(issues, reader.language),
        may_count=reader.caller.may(Right.WRITE_LOG_RECORDS, site.site),
        count_address=reader.address(f"{path_of(site.site)}/count"),
        start=start,
    )


@parts.get("/sites/{site}/day")
async def day(services: ServicesDep, reader: Reader, site: KnownSite, bucket: DayBucket = Bucket.HOUR) -> JSONResponse:
    """Return today's part of the live page, ready to be shown: what its scripts ask for once a minute."""
    place = await read_place(services.database, site)
    now = services.now()
    found = await read_day(services.database, site, bucket, now, services.usual)
    return JSONResponse(_day(place, found, now, reader.language), headers=HEADERS)


@parts.get("/sites/{site}/stream")
async def stream(request: Request, services: ServicesDep, reader: Reader, site: KnownSite) -> Response:
    """Follow what is so now as the API's stream does, and hear when the database doesn't answer."""
    authenticator: AuthorisesRequests = request.app.state.authenticator
    found = services.live.follow_with_stalls(site.site)
    return await event_stream(found, lambda: authenticator.is_still_authenticated(request, reader.caller))


def _site_for_browser(place: SiteParts, picture: Picture, now: datetime, language: Language) -> dict[str, object]:
    return {
        "time_zone": place.site.time_zone,
        "stale_after_s": STALE_AFTER_S,
        "silent_after_s": SILENT_AFTER_S,
        "clock_off_s": CLOCK_OFF.total_seconds(),
        "zones": [
            {
                "key": zone.zone,
                "name": read(zone.name, language),
                "disjoint": zone.disjoint,
                "devices": watchers(place, zone.zone, now),
            }
            for zone in place.zones
        ],
        "entry_ways": [{"line": line, "way": way} for line, way in entry_ways(place)],
        "doors": for_browser(picture, place),
        "rooms": [{"key": room.drawn.space, "zones": list(room.zones)} for room in picture.rooms],
    }


def _day(place: SiteParts, found: DayFigures, now: datetime, language: Language) -> dict[str, object]:
    """Return today's part: for the template, and for the scripts as JSON."""
    _, local = texts(language).gettext, now.astimezone(place.time_zone)
    names = {line.line: read(line.name, language) for line in place.lines}
    moment = DayMoment(now, found.sums.so_far.until_utc if found.sums.so_far else None)
    return {
        "at": now.isoformat(),
        "title": day_title(_("Entries {weekday} {date}"), local.date(), language),
        "caption": day_title(_("Entries {weekday} {date} and the same weekday last week"), local.date(), language),
        "before_name": beside_name(found.usual, local.date(), language),
        "fetched_text": _("fetched {time}").format(time=write_clock(local, seconds=False)),
        "cells": [asdict(cell) for cell in cells(found.today, found.week_before, moment, language, found.usual)],
        "total": asdict(total(found.sums, local.date(), names, language)),
        "ways": [
            {"line": line, "direction": direction, "today": count}
            for line, way in found.ways.items()
            for direction, count in zip(("forward", "backward"), way, strict=True)
        ],
        "recent": {line: {"forward": way[0], "backward": way[1]} for line, way in found.recent.items()},
        "facts": [asdict(fact) for fact in show_facts(found, language)],
    }
