"""The live page and its frame: HTML in two languages, rendered with the first numbers in it, and the files it needs."""

from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote, urlencode

import jinja2
from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles

from api.access.caller import Who
from api.access.roles import Right
from api.access.rules import needs
from api.day import cells, day_title, total
from api.errors import ApiError, DatabaseAwayError, DatabaseNotReadyError, TooSlowError, UnknownPlaceError
from api.i18n import Language, choose_language, texts, texts_for_browser
from api.page_reads import Day, read_day, read_place, read_troubles
from api.ranges import Bucket
from api.rows import Site
from api.services import KnownSite, Services, Use
from api.texts import Texts
from api.view import STALE_AFTER_S, Place, entry_ways, read, show_devices, show_lines, show_now, show_troubles
from api.writing import write_clock, write_count, write_date, write_weekday

_FOLDER: Final = Path(__file__).parent
# A page from a cache would show its numbers younger than they are. The policy on scripts is the whole app's.
_HEADERS: Final = {"Cache-Control": "no-store", "Vary": "Accept-Language"}


@dataclass(frozen=True, slots=True)
class _LanguageLink:
    code: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads: the language, and whether it was asked for in the address (then every link keeps it)."""

    language: Language
    asked: bool

    def address(self, path: str) -> str:
        """Return the path, with the language where it was asked for."""
        return f"{path}?{urlencode({'lang': self.language})}" if self.asked else path


@dataclass(frozen=True, slots=True)
class _Frame:
    """What every page needs, as the templates name it."""

    language: Language
    texts: Texts
    static: str
    home: str
    languages: list[_LanguageLink]


def _reader(request: Request, lang: Annotated[str | None, Query(max_length=40)] = None) -> _Reader:
    language = choose_language(lang, request.headers.get("accept-language"))
    return _Reader(language, lang == language)


Reader = Annotated[_Reader, Depends(_reader)]
DayBucket = Literal[Bucket.QUARTER, Bucket.HOUR]


def mount_static(app: FastAPI) -> None:
    """Serve the style, the scripts and the icon under an address that changes with them."""
    app.mount(_static_address(), StaticFiles(directory=_FOLDER / "static"), name="static")


@cache
def _static_address() -> str:
    digest = sha256()
    for path in sorted((_FOLDER / "static").iterdir()):
        digest.update(path.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"


class PageRoute(APIRoute):
    """A route that tells in a page what the API tells as a problem."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = super().get_route_handler()

        async def answer_or_refuse(request: Request) -> Response:
            try:
                return await answer(request)
            except ApiError as error:
                return _refusal(error, _reader(request, request.query_params.get("lang")), request)

        return answer_or_refuse


router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.LIVE)])
parts = APIRouter(include_in_schema=False, dependencies=[needs(Right.LIVE)])


@router.get("/")
async def sites(use: Use, reader: Reader, who: Who) -> Response:
    """List the sites that the reader may see, or go on to the only one."""
    found = [site for site in await use.database.rows("sites", {}, Site) if who.may_see(site.site)]
    links = [
        {"name": read(site.name, reader.language), "address": reader.address(_address(site.site))} for site in found
    ]
    if len(links) == 1:
        return RedirectResponse(links[0]["address"], HTTPStatus.TEMPORARY_REDIRECT, headers=_HEADERS)
    return _page("sites.html", reader, sites=links)


@router.get("/sites/{site}")
async def live_page(use: Use, reader: Reader, site: KnownSite) -> Response:
    """Show a site with its first numbers in it."""
    return await _live_page(use, reader, await read_place(use.database, site))


@parts.get("/sites/{site}/day")
async def day(use: Use, reader: Reader, site: KnownSite, bucket: DayBucket = Bucket.HOUR) -> JSONResponse:
    """Return today's part of the live page, ready to be shown: what its scripts ask for once a minute."""
    place = await read_place(use.database, site)
    now = use.now()
    found = await read_day(use.database, site, bucket, now)
    return JSONResponse(_day(place, found, now, reader.language), headers=_HEADERS)


async def _live_page(use: Services, reader: _Reader, place: Place) -> Response:
    now, site = use.now(), place.site
    local = now.astimezone(place.time_zone)
    found = await read_day(use.database, site, Bucket.HOUR, now)
    live = await use.live.snapshot(site.site)
    today = _day(place, found, now, reader.language)
    start = {
        "texts": texts_for_browser(reader.language),
        "site": _site_for_browser(place, reader.language),
        "live": live.model_dump(mode="json"),
        "today": today,
        "addresses": {
            "day": f"{_address(site.site)}/day?{urlencode({'lang': reader.language})}",
            "stream": f"/api/v1/sites/{quote(site.site)}/live/stream",
        },
    }
    return _page(
        "site.html",
        reader,
        site={
            "name": read(site.name, reader.language),
            "weekday": write_weekday(local.date(), reader.language),
            "date": write_date(local.date(), reader.language),
            "clock": write_clock(local, seconds=True),
            "time_zone": site.time_zone,
        },
        now=show_now(place, live, reader.language),
        today=today,
        flows=show_lines(place, live, found.ways, reader.language),
        devices=show_devices(place, live, reader.language),
        troubles=show_troubles(await read_troubles(use.database, site, now), reader.language),
        start=start,
    )


def _site_for_browser(place: Place, language: Language) -> dict[str, object]:
    return {
        "time_zone": place.site.time_zone,
        "stale_after_s": STALE_AFTER_S,
        "zones": [
            {"key": zone.zone, "name": read(zone.name, language), "disjoint": zone.disjoint} for zone in place.zones
        ],
        "entry_ways": [{"line": line, "way": way} for line, way in entry_ways(place)],
    }


def _day(place: Place, found: Day, now: datetime, language: Language) -> dict[str, object]:
    """Return today's part: for the template, and for the scripts as JSON."""
    words, local = texts(language), now.astimezone(place.time_zone)
    names = {line.line: read(line.name, language) for line in place.lines}
    until = found.spans.finished.end.astimezone(place.time_zone)
    return {
        "at": now.isoformat(),
        "title": day_title(words.chart_title, local.date(), language),
        "caption": day_title(words.table_caption, local.date(), language),
        "before_name": day_title(words.same_day_last_week, local.date(), language),
        "fetched_text": words.refreshed.format(time=write_clock(local, seconds=False)),
        "cells": [asdict(cell) for cell in cells(found.today, found.week_before, now, language)],
        "total": asdict(total(found.sums, until, names, language)),
        "ways": [
            {"line": line, "direction": direction, "today": count}
            for line, way in found.ways.items()
            for direction, count in zip(("forward", "backward"), way, strict=True)
        ],
    }


def _address(site: str) -> str:
    return f"/sites/{quote(site)}"


def _refusal(error: ApiError, reader: _Reader, request: Request) -> Response:
    """Say in a page what the API says as a problem."""
    words = texts(reader.language)
    match error:
        case UnknownPlaceError():
            message = words.not_found_help.format(site=request.path_params.get("site", ""))
            return _page("message.html", reader, HTTPStatus.NOT_FOUND, title=words.not_found, message=message)
        case DatabaseAwayError() | DatabaseNotReadyError() | TooSlowError():
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return _page("message.html", reader, status, title=words.away, message=words.away_help)
        case _:
            raise error


def _page(template: str, reader: _Reader, status: HTTPStatus = HTTPStatus.OK, **parts: object) -> Response:
    frame = _Frame(
        language=reader.language,
        texts=texts(reader.language),
        static=_static_address(),
        home=reader.address("/"),
        languages=[
            _LanguageLink(language, texts(language).language_name, f"?{urlencode({'lang': language})}")
            for language in Language
        ],
    )
    html = _environment().get_template(template).render(page=frame, **parts)
    return HTMLResponse(html, status, headers=_HEADERS)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = _count
    environment.filters["filled"] = _filled
    return environment


@jinja2.pass_context
def _count(context: jinja2.runtime.Context, value: int | None) -> str:
    frame: _Frame = context["page"]
    return write_count(value, frame.language)


def _filled(text: str, **words: object) -> str:
    return text.format_map({name: str(word) for name, word in words.items()})
