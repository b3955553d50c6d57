"""The page's server: the standard library's, bounded in connections, time and bytes, for one reader and minutes.

A device has no web framework, and four answers need none. What an open port asks for is done here: a bound on
connections, on the time of each, and on what is read of it; no answer before the code but the code's own page.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from http.server import ThreadingHTTPServer
from importlib.resources import files
from threading import Lock
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from pydantic import ValidationError

from core.http_server import BadRequestError, BoundedHandler, BoundedHttpServer
from core.texts.catalog import Domain, Language, catalog
from core.texts.negotiation import choose_language
from platspuls.setup.config_pair import DrawingRefusedError, SetupError
from platspuls.setup.one_time_code import OneTimeCode
from platspuls.setup.pages import code_page, doorway_page, drawing_page, truth_page
from platspuls.setup.panels import Panel

COOKIE: Final = "platspuls-setup"
_MOST_BYTES: Final = 200_000
_STATIC: Final = {
    "setup.css": "text/css",
    "common.js": "text/javascript",
    "doorway.js": "text/javascript",
    "height.js": "text/javascript",
    "setup.js": "text/javascript",
    "shapes.js": "text/javascript",
    "truth.css": "text/css",
    "truth.js": "text/javascript",
}
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_PAGES: Final = {"drawing": drawing_page, "doorway": doorway_page, "truth": truth_page}
_MOST_DIGITS: Final = 9
_HTML: Final = "text/html; charset=utf-8"
_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page stands on.

    Attributes:
        code: who knows it may come in.
        panel: what is shown and written.
        only_loopback: whether only requests to this machine itself are answered: else a page of another site could
            reach it by a name that it lets lead here.
        saving: held while files are written: one browser may press twice.
    """

    code: OneTimeCode
    panel: Panel
    only_loopback: bool = False
    saving: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: HTTPStatus
    body: bytes
    kind: str = _JSON
    headers: tuple[tuple[str, str], ...] = ()


def open_server(desk: Desk, address: str, port: int = 0) -> ThreadingHTTPServer:
    """Return a server that listens. Raises OSError: the address can't be used."""

    class Handler(_Handler):
        answers = _Answers(desk)

    return BoundedHttpServer((address, port), Handler)


class _Handler(BoundedHandler):
    """Reads a request, within bounds, and writes its answer."""

    answers: "_Answers"

    def do_GET(self) -> None:  # noqa: N802 - as the library has it
        """Answer a reader."""
        self._write(self.answers.get(self._request(b"")))

    def do_POST(self) -> None:  # noqa: N802 - as the library has it
        """Answer a writer, if it says how much comes and where it comes from."""
        self._write(self.answers.post(self._request(self.body(_MOST_BYTES))))

    def _request(self, body: bytes) -> "_Request":
        try:
            parts = urlsplit(self.path)
        except ValueError:
            raise BadRequestError(HTTPStatus.BAD_REQUEST) from None
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", "")).get(COOKIE)
        except CookieError:
            cookie = None
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if self.answers.desk.only_loopback and not _is_here(self.headers.get("Host", "")):
            raise BadRequestError(HTTPStatus.MISDIRECTED_REQUEST)
        return _Request(
            path=parts.path,
            query=query,
            body=body,
            token=cookie.value if cookie else "",
            language=choose_language(query.get("lang", ""), self.headers.get("Accept-Language", "")),
            # A page of another site can send a form to us; browsers then say where it comes from.
            is_ours=self.headers.get("Origin") in {None, f"http://{self.headers.get('Host')}"},
        )

    def _write(self, answer: _Answer) -> None:
        self.send_response(answer.status)
        for name, value in (*_HEADERS.items(), *answer.headers):
            self.send_header(name, value)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)


@dataclass(frozen=True, slots=True)
class _Request:
    path: str
    query: dict[str, str]
    body: bytes
    token: str
    language: Language
    is_ours: bool


@dataclass(frozen=True, slots=True)
class _Answers:
    """From requests to answers."""

    desk: Desk

    def get(self, request: _Request) -> _Answer:
        name = request.path.removeprefix("/static/")
        if request.path != name and name in _STATIC:
            body = files("platspuls.setup").joinpath("static", name).read_bytes()
            return _Answer(HTTPStatus.OK, body, f"{_STATIC[name]}; charset=utf-8")
        if not self.desk.code.accepts(request.token):
            return self._code_page(request, HTTPStatus.OK) if request.path == "/" else _plain(HTTPStatus.FORBIDDEN)
        return self._shown(request)

    def _shown(self, request: _Request) -> _Answer:
        match request.path:
            case "/":
                return _Answer(HTTPStatus.OK, _PAGES[self.desk.panel.page](request.language).encode(), _HTML)
            case "/picture.png" if self.desk.panel.picture is not None:
                return _Answer(HTTPStatus.OK, self.desk.panel.picture, "image/png")
            case "/frames" if (frames := self.desk.panel.frames) is not None:
                first, step, count = (_number(request.query.get(name, "")) for name in ("first", "step", "count"))
                return _Answer(HTTPStatus.OK, frames(first, max(step, 1), count), "application/octet-stream")
            case "/state.json":
                return self._state()
            case "/live.json" | "/walk.json" if (going_on := self._going_on(request.path)) is not None:
                return _json(going_on)
            case _:
                return _plain(HTTPStatus.NOT_FOUND)

    def _going_on(self, path: str) -> dict[str, Any] | None:
        """Return what is so now, of what the page asks about again and again; None where there is no such thing."""
        panel = self.desk.panel
        if path == "/live.json":
            return panel.live()
        return panel.walk(None) if panel.walk else None

    def post(self, request: _Request) -> _Answer:
        if not request.is_ours:
            return _plain(HTTPStatus.FORBIDDEN)
        if request.path == "/code":
            return self._code(request)
        if not self.desk.code.accepts(request.token):
            return _plain(HTTPStatus.FORBIDDEN)
        return self._sent(request)

    def _sent(self, request: _Request) -> _Answer:
        match request.path:
            case "/save":
                return self._save(request)
            case "/sights" if (sights := self.desk.panel.sights) is not None:
                return self._judged(sights, request)
            case "/walk" if (walk := self.desk.panel.walk) is not None:
                return self._judged(walk, request)
            case "/done":
                self.desk.code.closed.set()
                return _json({})
            case _:
                return _plain(HTTPStatus.NOT_FOUND)

    def _code_page(self, request: _Request, status: HTTPStatus, *, is_wrong: bool = False) -> _Answer:
        return _Answer(status, self._code_text(request, is_wrong=is_wrong).encode(), _HTML)

    def _code_text(self, request: _Request, *, is_wrong: bool) -> str:
        return code_page(request.language, self.desk.code, is_wrong=is_wrong, page=self.desk.panel.page)

    def _code(self, request: _Request) -> _Answer:
        code = parse_qs(request.body.decode("ascii", "replace")).get("code", [""])[0]
        token = self.desk.code.redeem(code)
        if token is None:
            return self._code_page(request, HTTPStatus.FORBIDDEN, is_wrong=True)
        cookie = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict"
        address = f"/?lang={request.language}"
        return _Answer(HTTPStatus.SEE_OTHER, b"", _HTML, (("Set-Cookie", cookie), ("Location", address)))

    def _state(self) -> _Answer:
        desk = self.desk
        catalogs = {language: catalog(Domain.SETUP, language).messages() for language in Language}
        more = {"texts": catalogs, "leftS": round(desk.code.left_s)}
        return _json({**desk.panel.state(), **more})

    def _judged(self, judge: Callable[[bytes], dict[str, Any]], request: _Request) -> _Answer:
        try:
            return _json(judge(request.body))
        except (ValidationError, SetupError):
            return _plain(HTTPStatus.UNPROCESSABLE_ENTITY)

    def _save(self, request: _Request) -> _Answer:
        try:
            with self.desk.saving:
                self.desk.panel.save(request.body)
            return _json(self.desk.panel.state())
        except ValidationError as error:
            problems = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)]
        except DrawingRefusedError as error:
            problems = error.problems
        except SetupError as error:
            problems = [str(error)]
        return _json({"problems": problems}, HTTPStatus.UNPROCESSABLE_ENTITY)


def _is_here(host: str) -> bool:
    """Return whether a Host header names this machine itself."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name in {"127.0.0.1", "::1", "localhost"}


def _number(text: str) -> int:
    """Return a number of frames, at most a billion. Raises BadRequestError."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS):
        raise BadRequestError(HTTPStatus.BAD_REQUEST)
    return int(text)


def _json(value: object, status: HTTPStatus = HTTPStatus.OK) -> _Answer:
    return _Answer(status, json.dumps(value, ensure_ascii=False, default=str).encode())


def _plain(status: HTTPStatus) -> _Answer:
    return _Answer(status, f"{status.value} {status.phrase}\n".encode(), "text/plain; charset=utf-8")
