"""The pages of help. They hold nothing of any place, so that anybody may read them, also before logging in."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import Response

from api.access.roles import Right
from api.access.rules import needs
from api.errors import UnknownPlaceError
from api.web.frame import PageRoute, Reader, page
from api.web.help.topics import SHEETS, TOPICS
from api.web.i18n import texts
from api.web.navigation import HELP
from core.alike import did_you_mean

_SHEETS: Final = f"{HELP}/sheets"

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.OPEN)])


@router.get(HELP)
async def all_help(reader: Reader) -> Response:
    """List all help, and the sheets for the wall."""
    say = texts(reader.language).gettext
    topics = [{"name": say(topic.title), "address": reader.address(f"{HELP}/{key}")} for key, topic in TOPICS.items()]
    sheets = [
        {"name": say(sheet.title), "address": reader.address(f"{_SHEETS}/{key}")} for key, sheet in SHEETS.items()
    ]
    return page("help/index.html", reader, topics=topics, sheets=sheets)


@router.get(HELP + "/{topic}")
async def help_page(reader: Reader, topic: str) -> Response:
    """Show the help of one page."""
    found = TOPICS.get(topic)
    if found is None:
        raise UnknownPlaceError(f"there is no help about {topic}{did_you_mean(topic, list(TOPICS))}")
    say = texts(reader.language).gettext
    points = [{"question": say(point.question), "answer": say(point.answer)} for point in found.points]
    every = reader.address(HELP)
    return page("help/topic.html", reader, title=say(found.title), lead=say(found.lead), points=points, every=every)


@router.get(_SHEETS + "/{sheet}")
async def sheet_page(reader: Reader, sheet: str) -> Response:
    """Show a sheet to be printed on A4."""
    found = SHEETS.get(sheet)
    if found is None:
        raise UnknownPlaceError(f"there is no sheet {sheet}{did_you_mean(sheet, list(SHEETS))}")
    say, every = texts(reader.language).gettext, reader.address(HELP)
    steps = [say(step) for step in found.steps]
    return page("help/sheet.html", reader, title=say(found.title), steps=steps, note=say(found.note), every=every)
