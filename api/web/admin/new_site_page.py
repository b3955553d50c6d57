"""The page for a new site: it makes and checks a site file to download; an operator applies it on the server.

The pages change no site: what can be lost by a wrong file is seen and decided by `platspuls site apply`.
"""

from datetime import date, timedelta
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.access.roles import Right
from api.access.rules import needs
from api.services import ServicesDep
from api.web.admin.invitation_form import first, read_form
from api.web.admin.new_site_form import MadeSiteFile, NewSiteForm, make_site_file, new_site_form
from api.web.formatting import write_weekday
from api.web.frame import HEADERS, PageReader, PageRoute, Reader, page
from api.web.navigation import ADMIN
from core.site_file.document import Day
from core.texts.catalog import Language

NEW_SITE: Final = f"{ADMIN}/sites/new"
_MONDAY: Final = date(2024, 1, 1)
_WORKDAYS: Final = tuple(Day)[:5]

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.ADMIN)])


@router.get(NEW_SITE)
async def new_site(services: ServicesDep, reader: Reader) -> Response:
    """Show the form for a new site."""
    begins = services.now().date().isoformat()
    return _form_page(reader, NewSiteForm(begins=begins, days=_WORKDAYS))


@router.post(NEW_SITE)
async def make_site(request: Request, reader: Reader) -> Response:
    """Check what was filled in, and show the site file that it makes, or give it to download."""
    sent = await read_form(request)
    form = new_site_form(sent)
    made = make_site_file(form)
    if made.wrong or first(sent, "as") != "file":
        return _form_page(reader, form, made)
    named = {"Content-Disposition": f'attachment; filename="{form.site_key}.toml"'}
    return Response(made.text, media_type="application/toml", headers={**HEADERS, **named})


def _form_page(reader: PageReader, form: NewSiteForm, made: MadeSiteFile | None = None) -> Response:
    is_wrong = made is not None and bool(made.wrong)
    return page(
        "admin/new_site.html",
        reader,
        HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
        languages=made is None,
        form=form,
        days=[
            {"key": str(day), "name": write_weekday(_MONDAY + timedelta(number), reader.language)}
            for number, day in enumerate(Day)
        ],
        wrong=made.wrong if made else {},
        text=made.text if made and not made.wrong else "",
        file_name=f"{form.site_key}.toml",
        people=reader.address(ADMIN),
    )


def _days(language: Language) -> list[dict[str, str]]:
    names = (write_weekday(_MONDAY + timedelta(number), language) for number in range(len(Day)))
    return [{"key": str(day), "name": name} for day, name in zip(Day, names, strict=True)]
