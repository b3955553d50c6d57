"""What all pages share: the reader, the frame around each page, refusals as pages, and the files they need."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import jinja2
from fastapi import Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from jinja2.ext import InternationalizationExtension
from starlette.staticfiles import StaticFiles

from api.access.caller import ANONYMOUS, AuthMethod, Caller
from api.access.roles import Role
from api.access.rules import authorised_first
from api.errors import (
    ApiError,
    DatabaseNotReadyError,
    DatabaseUnavailableError,
    NotAllowedError,
    RateLimitedError,
    TooSlowError,
    UnauthenticatedError,
    UnknownPlaceError,
)
from api.web.formatting import write_count
from api.web.i18n import texts
from core.texts.catalog import Language
from core.texts.negotiation import choose_language

_FOLDER: Final = Path(__file__).parent
# A page from a cache would show its numbers younger than they are, and to somebody else. The policy on scripts is the
# whole app's.
HEADERS: Final = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
LOGIN: Final = "/login"


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A way to the same page in another language."""

    code: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class PageReader:
    """Who reads: the language, whether it was asked for in the address (then every link keeps it), and the caller."""

    language: Language
    asked: bool
    caller: Caller

    def address(self, path: str) -> str:
        """Return the path, with the language where it was asked for."""
        return f"{path}?{urlencode({'lang': self.language})}" if self.asked else path


@dataclass(frozen=True, slots=True)
class _PageFrame:
    """What every page needs, as the templates name it. `logged_in` is empty without a login."""

    language: Language
    static: str
    home: str
    login: str
    logged_in: str
    languages: list[LanguageLink]


async def reader_of(request: Request, lang: Annotated[str | None, Query(max_length=40)] = None) -> PageReader:
    """Return who reads a page."""
    language = choose_language(lang, request.headers.get("accept-language"))
    return PageReader(language, lang == language, getattr(request.state, "caller", ANONYMOUS))


Reader = Annotated[PageReader, Depends(reader_of)]


class PageRoute(APIRoute):
    """A route whose errors are pages, as the API's are problems."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        answer = authorised_first(self, super().get_route_handler())

        async def answer_or_refuse(request: Request) -> Response:
            try:
                return await answer(request)
            except ApiError as error:
                return refusal(error, await reader_of(request, request.query_params.get("lang")), request)

        return answer_or_refuse


def mount_static(app: FastAPI) -> None:
    """Serve the style, the scripts and the icon under an address that changes with them."""
    app.mount(static_address(), StaticFiles(directory=_FOLDER / "static"), name="static")


@cache
def static_address() -> str:
    """Return the address below which the files lie."""
    digest = sha256()
    for path in sorted((_FOLDER / "static").iterdir()):
        digest.update(path.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"


def page(template: str, reader: PageReader, status: HTTPStatus = HTTPStatus.OK, **parts: object) -> Response:
    """Return a page: the template with its parts, in its frame."""
    frame = _PageFrame(
        language=reader.language,
        static=static_address(),
        home=reader.address("/"),
        login=reader.address(LOGIN),
        logged_in=_logged_in(reader),
        languages=[
            LanguageLink(language, language.own_name, f"?{urlencode({'lang': language})}") for language in Language
        ],
    )
    html = _environment(reader.language).get_template(template).render(page=frame, **parts)
    return HTMLResponse(html, status, headers=HEADERS)


def _logged_in(reader: PageReader) -> str:
    caller = reader.caller
    if caller.method is not AuthMethod.LOGIN or caller.role is None:
        return ""
    _ = texts(reader.language).gettext
    roles = {
        Role.PUBLIC: _("public"),
        Role.STAFF: _("staff"),
        Role.EVALUATOR: _("evaluator"),
        Role.FUNDER: _("funder"),
        Role.ADMIN: _("administrator"),
    }
    return _("Logged in: {name} ({role})").format(name=caller.label, role=roles[caller.role])


def refusal(error: ApiError, reader: PageReader, request: Request) -> Response:
    """Say in a page what the API says as a problem. Raises the error where no page is made for it."""
    _ = texts(reader.language).gettext
    match error:
        case UnknownPlaceError():
            message = _("There is no site with the key “{site}”.").format(site=request.path_params.get("site", ""))
            title = _("There is no such page")
            return page("message.html", reader, HTTPStatus.NOT_FOUND, title=title, message=message)
        case DatabaseUnavailableError() | DatabaseNotReadyError() | TooSlowError():
            status = HTTPStatus.SERVICE_UNAVAILABLE
            title = _("The numbers can't be read right now")
            message = _("The database does not answer. The counters go on counting; try again in a while.")
            return page("message.html", reader, status, title=title, message=message)
        case UnauthenticatedError():
            again = request.url.path
            return page("not_known.html", reader, HTTPStatus.UNAUTHORIZED, again=again)
        case NotAllowedError():
            title, message = _not_allowed(reader.language, is_read=request.method == "GET")
            return page("message.html", reader, HTTPStatus.FORBIDDEN, title=title, message=message)
        case RateLimitedError():
            status, title = HTTPStatus.TOO_MANY_REQUESTS, _("Too many attempts")
            answer = page("message.html", reader, status, title=title, message=_("Wait a while and try again."))
            answer.headers["Retry-After"] = str(error.retry_after_s)
            return answer
        case _:
            raise error


def _not_allowed(language: Language, *, is_read: bool) -> tuple[str, str]:
    _ = texts(language).gettext
    if is_read:
        return _("Your login doesn't reach this"), _(
            "You are logged in, but not for this place or page. If you need it, ask whoever runs Platspuls here."
        )
    return _("It couldn't be sent"), _(
        "It came from another web site, or over a connection that isn't safe. Open this page again."
    )


@cache
def _environment(language: Language) -> jinja2.Environment:
    environment = jinja2.Environment(
        extensions=[InternationalizationExtension],
        loader=jinja2.FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = texts(language)
    environment.filters["count"] = partial(write_count, language=language)
    environment.filters["filled"] = _filled
    environment.globals.update(
        gettext=text.gettext, ngettext=text.ngettext, pgettext=text.pgettext, messages=text.messages
    )
    return environment


def _filled(text: str, **words: object) -> str:
    return text.format_map({name: str(word) for name, word in words.items()})
