"""The page of people: who may log in, inviting by a link or a QR code, ending logins.

What it does is decided in SQL, by the login that asks: without one (by a key, or on this machine while nobody is asked)
nothing of it can be seen or done.
"""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import RedirectResponse, Response

from api.access import qr_codes
from api.access.authenticator import AuthenticatorDep
from api.access.roles import Right, Role
from api.access.rules import needs
from api.access.tokens import code_sha256, make_code
from api.errors import ConflictError, ParameterError, UnknownRecordError
from api.services import Services, ServicesDep, VisibleSites
from api.tables.places import Site
from api.web.admin.invitation_form import DAYS, InvitationForm, invitation_form, read_form
from api.web.admin.people import GRANTED, PersonRow, show_person
from api.web.frame import HEADERS, PageReader, PageRoute, Reader, page
from api.web.i18n import role_text
from api.web.live.view import read
from api.web.navigation import ADMIN, SitePage, path_of

_CODE_LIFETIME: Final = timedelta(hours=24)
_UTC: Final = ZoneInfo("UTC")

router = APIRouter(include_in_schema=False, route_class=PageRoute, dependencies=[needs(Right.ADMIN)])
LoginNumber = Annotated[int, Path(ge=1, lt=2**31)]


@dataclass(frozen=True, slots=True)
class _Desk:
    """An administrator at the page of people.

    Attributes:
        services: the app's.
        reader: who reads.
        sites: where they are an administrator.
        prefix: of the login that asks; None where it isn't one.
        address: where the pages are, as the browser asked for them, without a slash at its end.
    """

    services: Services
    reader: PageReader
    sites: list[Site]
    prefix: str | None
    address: str

    async def run(self, command: str, **given: object) -> None:
        """Run a command by the login that asks. Raises ParameterError where it isn't one, or may not."""
        await self.services.commands.run(command, prefix=self.prefix, **given)

    async def page(self, form: InvitationForm, *, wrong: frozenset[str] = frozenset(), refusal: str = "") -> Response:
        """Return the page of people, with the form as it was filled in and what was wrong with it."""
        language, now = self.reader.language, self.services.now()
        found = await self.services.commands.run("admin_people", prefix=self.prefix) if self.prefix else []
        local = now.astimezone(ZoneInfo(self.sites[0].time_zone) if self.sites else _UTC)
        names = {site.site: read(site.name, language) for site in self.sites}
        shown = [show_person(PersonRow.model_validate(row), names, local, language) for row in found]
        roles, is_wrong = self.reader.caller.roles, bool(wrong or refusal)
        return page(
            "admin/people.html",
            self.reader,
            HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
            languages=not is_wrong,
            is_login=self.prefix is not None,
            people=[person for person in shown if not person.is_over],
            over=[person for person in shown if person.is_over],
            sites=_site_links(self.sites, self.reader),
            roles=[{"key": str(role), "name": role_text(role, language)} for role in GRANTED],
            may_all=roles.elsewhere is Role.ADMIN and roles.every() == [Role.ADMIN],
            days=DAYS,
            new_site=self.reader.address(f"{ADMIN}/sites/new"),
            form=form,
            wrong=wrong,
            refusal=refusal,
        )

    def invited(self, name: str, code: str) -> Response:
        """Show a link and its QR code: they are in no other answer."""
        link = f"{self.address}/login#{code}"
        size, path = qr_codes.drawing(link)
        qr = {"size": size, "path": path}
        return page("admin/invited.html", self.reader, languages=False, name=name, code=code, link=link, qr=qr)


async def _desk(
    request: Request, services: ServicesDep, authenticator: AuthenticatorDep, reader: Reader, sites: VisibleSites
) -> _Desk:
    """Return who asks, and where they may decide."""
    found = None if request.headers.get("authorization") else await authenticator.login(request)
    scheme = "https" if authenticator.origin(request).is_https else "http"
    address = f"{scheme}://{request.headers.get('host', '')}"
    return _Desk(services, reader, sites, found[0].prefix if found else None, address)


_DeskDep = Annotated[_Desk, Depends(_desk)]


@router.get(ADMIN)
async def people(desk: _DeskDep) -> Response:
    """Show who may log in where, and a form to invite somebody."""
    return await desk.page(InvitationForm())


@router.post(f"{ADMIN}/people")
async def invite(request: Request, desk: _DeskDep) -> Response:
    """Invite somebody, and show the link and the QR code, this once."""
    form = invitation_form(await read_form(request), [site.site for site in desk.sites])
    if form.wrong:
        return await desk.page(form, wrong=form.wrong)
    code = make_code()
    try:
        await desk.run("admin_invite", **_of_code(code), **form.arguments())
    except ParameterError as error:
        return await desk.page(form, refusal=str(error))
    return desk.invited(form.name, code)


@router.post(f"{ADMIN}/people/{{login}}/again")
async def invite_again(desk: _DeskDep, login: LoginNumber) -> Response:
    """Invite the person of a login anew, with the same roles."""
    code = make_code()
    await desk.run("admin_invite_again", login_id=login, **_of_code(code))
    return desk.invited("", code)


@router.post(f"{ADMIN}/people/{{login}}/end")
async def end_login(desk: _DeskDep, login: LoginNumber) -> Response:
    """End a login or an invitation; one that ended meanwhile is no mistake."""
    try:
        await desk.run("admin_end_login", login_id=login)
    except ConflictError:
        pass
    except (ParameterError, UnknownRecordError) as error:
        return await desk.page(InvitationForm(), refusal=str(error))
    return RedirectResponse(desk.reader.address(ADMIN), HTTPStatus.SEE_OTHER, headers=HEADERS)


def _of_code(code: str) -> dict[str, object]:
    return {"code_sha256": code_sha256(code), "code_lifetime": _CODE_LIFETIME}


def _site_links(sites: list[Site], reader: PageReader) -> list[dict[str, str]]:
    return [
        {
            "key": site.site,
            "name": read(site.name, reader.language),
            "address": reader.address(path_of(site.site, SitePage.ADMIN)),
        }
        for site in sites
    ]
