"""What all pages share: the reader, the frame around each page, and the files they need."""

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
from api.access.roles import Right
from api.access.rules import authorised_first
from api.api_index import INDEX
from api.web.formatting import write_count
from api.web.i18n import role_text, texts
from api.web.navigation import HELP, Here, help_path, page_links
from api.web.stalls import noticing_stalls
from core.texts.catalog import Language
from core.texts.negotiation import choose_language

_FOLDER: Final = Path(__file__).parent
# A page from a cache would show its numbers younger than they are, and to somebody else. The policy on scripts is the
# whole app's.
HEADERS: Final = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
LOGIN: Final = "/login"
_HELP_AT_WORK: Final = tuple(f"{HELP}/{topic}" for topic in ("today", "close", "count", "outbox"))
"""Help that opens without contact, too."""
OUTBOX: Final = "/outbox"


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
    """What every page needs, as the templates name it.

    `logged_in` is empty without a login, `offline` None for who writes nothing.
    """

    language: Language
    static: str
    home: str
    login: str
    api: str
    help: str
    logged_in: str
    languages: list[LanguageLink]
    pages: list[dict[str, object]]
    offline: dict[str, object] | None


async def reader_of(request: Request, lang: Annotated[str | None, Query(max_length=40)] = None) -> PageReader:
    """Return who reads a page."""
    return reader_in(request, lang)


def reader_in(request: Request, lang: str | None) -> PageReader:
    """Return who sent the request, and in which language they read; `lang` is the one that the address asks for."""
    language = choose_language(lang, request.headers.get("accept-language"))
    return PageReader(language, lang == language, getattr(request.state, "caller", ANONYMOUS))


Reader = Annotated[PageReader, Depends(reader_of)]


class PageRoute(APIRoute):
    """A route whose answers are pages: its errors are, too, for who accepts any form alike."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        return noticing_stalls(authorised_first(self, super().get_route_handler()))


def mount_static(app: FastAPI) -> None:
    """Serve the style, the scripts and the icon under an address that changes with them."""
    app.mount(static_address(), StaticFiles(directory=_FOLDER / "static"), name="static")


@cache
def static_address() -> str:
    """Return the address below which the files lie."""
    digest = sha256()
    for path in sorted(path for path in (_FOLDER / "static").rglob("*") if path.is_file()):
        digest.update(path.read_bytes())
    return f"/static/{digest.hexdigest()[:12]}"


def page(
    template: str,
    reader: PageReader,
    status: int = HTTPStatus.OK,
    *,
    languages: bool = True,
    here: Here | None = None,
    **parts: object,
) -> Response:
    """Return a page: the template with its parts, in its frame.

    Args:
        template: its path below the folder of templates.
        reader: who reads.
        status: of the answer.
        languages: whether its address takes `lang`.
        here: which page of which site it is; None is a page of no site.
        parts: what the template shows.
    """
    kept = here.kept if here else {}
    frame = _PageFrame(
        language=reader.language,
        static=static_address(),
        home=reader.address("/"),
        login=reader.address(LOGIN),
        api=reader.address(INDEX),
        help=reader.address(help_path(template)),
        logged_in=_logged_in(reader, here),
        languages=[
            LanguageLink(language, language.own_name, f"?{urlencode({**kept, 'lang': language})}")
            for language in (Language if languages else ())
        ],
        pages=_pages(here, reader) if here else [],
        offline=_offline(reader, here),
    )
    html = _environment(reader.language).get_template(template).render(page=frame, **parts)
    return HTMLResponse(html, status, headers=HEADERS)


def _pages(here: Here, reader: PageReader) -> list[dict[str, object]]:
    links = page_links(here, reader.caller, reader.language)
    return [{"name": link.name, "address": reader.address(link.path), "is_here": link.is_here} for link in links]


def outbox_author(reader: PageReader) -> dict[str, object]:
    """Return whose the outbox of the reader's browser is: `author`, and `who` as people call them."""
    return {"author": reader.caller.author, "who": reader.caller.label or reader.caller.name}


_BY_HAND: Final = ("today/close", "count/here", "count/passing", "count/beside")
"""Pages of a site below those that it links, which open without contact though nobody was there before."""


def _offline(reader: PageReader, here: Here | None) -> dict[str, object] | None:
    """Return what the bar of the outbox needs: its author, and the pages of the site that work without contact."""
    if not reader.caller.may_somewhere(Right.WRITE_LOG_RECORDS):
        return None
    pages = [str(link["address"]) for link in _pages(here, reader)] if here else []
    if here and reader.caller.may(Right.WRITE_LOG_RECORDS, here.site.site):
        pages += [reader.address(f"/sites/{here.site.site}/{path}") for path in _BY_HAND]
    return {
        **outbox_author(reader),
        "pages": [*pages, reader.address(OUTBOX), *map(reader.address, _HELP_AT_WORK)],
        "address": reader.address(OUTBOX),
    }


def _logged_in(reader: PageReader, here: Here | None) -> str:
    """Return who is logged in: with the role at the site that is shown, or the only one; empty where nobody is."""
    caller, _ = reader.caller, texts(reader.language).gettext
    if caller.method is not AuthMethod.LOGIN:
        return ""
    held = [caller.roles.role_at(here.site.site)] if here else caller.roles.every()
    if len(held) != 1 or held[0] is None:
        return _("Logged in: {name}").format(name=caller.label)
    return _("Logged in: {name} ({role})").format(name=caller.label, role=role_text(held[0], reader.language))


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
