"""Errors as pages, for who would rather read HTML than JSON: the one place that decides it (`api.problems.answer`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response

from api.negotiation import prefers_html
from api.problems import RefusedRequest
from api.web.frame import LOGIN, PageReader, PageRoute, page, reader_in
from api.web.i18n import texts
from core.texts.catalog import Domain, Language, catalog
from core.texts.catalog import noop as _

_SAFE: Final = frozenset({"GET", "HEAD"})
_DATABASE: Final = frozenset({"database-unavailable", "database-not-ready", "too-slow"})


@dataclass(frozen=True, slots=True)
class _Words:
    """What a page says: a title, a sentence, and where the API's own sentence (in English) helps, that."""

    title: str
    message: str
    detail: str = ""


_KINDS: Final[Mapping[int, _Words]] = {
    HTTPStatus.FORBIDDEN: _Words(
        _("Your login doesn't reach this"),
        _("You are logged in, but not for this place or page. If you need it, ask whoever runs Platspuls here."),
    ),
    HTTPStatus.NOT_FOUND: _Words(
        _("There is no such page"),
        _("There is nothing at this address. Is it misspelt, or older than Platspuls here?"),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: _Words(
        _("This address can't be opened"),
        _("It is for programs, or takes what is sent from a form of another page."),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: _Words(_("Too many attempts"), _("Wait a while and try again.")),
    HTTPStatus.INTERNAL_SERVER_ERROR: _Words(
        _("Something went wrong here"),
        _("The fault is not yours, and it was logged. The counters go on counting; try again in a while."),
    ),
}
_NOT_SENT: Final = _Words(
    _("It couldn't be sent"),
    _("It came from another web site, or over a connection that isn't safe. Open this page again."),
)
_NO_DATABASE: Final = _Words(
    _("The numbers can't be read right now"),
    _("The database does not answer. The counters go on counting. This page tries again by itself."),
)
_OTHER: Final = _Words(_("This can't be answered"), _("The API says why, in English:"))
_UNKNOWN_SITE: Final = _("There is no site with the key “{site}”.")


def page_of(request: Request, refusal: RefusedRequest) -> Response | None:
    """Return the refusal as a page in the reader's language, or None for who would rather have a problem.

    Who accepts either alike (`*/*`) gets the form of what was asked for: a page where the route's answers are pages.
    """
    is_page = isinstance(request.scope.get("route"), PageRoute)
    if not prefers_html(", ".join(request.headers.getlist("accept")), otherwise=is_page):
        return None
    reader = reader_in(request, request.query_params.get("lang"))
    is_api = request.url.path.startswith("/api/")
    if refusal.status == HTTPStatus.UNAUTHORIZED:
        again = _again(request)
        log_in = _to_log_in(reader, again, is_read=request.method in _SAFE)
        template = "shared/not_known.html"
        answer = page(template, reader, refusal.status, languages=not is_api, again=again, log_in=log_in)
    else:
        words = _words(request, refusal, reader.language)
        answer = page(
            "shared/message.html",
            reader,
            refusal.status,
            words=words,
            languages=not is_api,
            retries=refusal.name in _DATABASE and request.method in _SAFE,
        )
    answer.headers.update(refusal.headers)
    return answer


def _again(request: Request) -> str:
    """Return the address that was asked for, as a path of ours: it never begins with what browsers take for a host."""
    query = f"?{request.url.query}" if request.url.query else ""
    return "/" + request.url.path.lstrip("/\\") + query


def _to_log_in(reader: PageReader, again: str, *, is_read: bool) -> str:
    """Return where to log in, to come back to what was asked for."""
    query = {"lang": str(reader.language)} if reader.asked else {}
    return f"{LOGIN}?{urlencode(query | {'to': again})}" if is_read else reader.address(LOGIN)


def _words(request: Request, refusal: RefusedRequest, language: Language) -> _Words:
    text = texts(language).gettext
    kind = _kind(refusal, is_read=request.method in _SAFE)
    if kind is None:
        title = catalog(Domain.ANSWERS, language).gettext(refusal.title) if refusal.name else ""
        return _Words(title or text(_OTHER.title), text(_OTHER.message), refusal.detail)
    site = request.path_params.get("site")
    if refusal.name == "unknown-place" and site and f"no site {site}" in refusal.detail:
        return _Words(text(kind.title), text(_UNKNOWN_SITE).format(site=site))
    return _Words(text(kind.title), text(kind.message))


def _kind(refusal: RefusedRequest, *, is_read: bool) -> _Words | None:
    """Return the words of a kind of refusal, as messages; None where only its detail says what it is about."""
    if refusal.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _NO_DATABASE if refusal.name in _DATABASE else None
    if refusal.status == HTTPStatus.FORBIDDEN and not is_read:
        return _NOT_SENT
    return _KINDS.get(refusal.status)
