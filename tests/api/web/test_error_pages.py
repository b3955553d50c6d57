"""Errors as pages: who gets one, in which language, and what an unforeseen one carries."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from hypothesis import given
from hypothesis import strategies as st

from api import problems
from api.errors import DatabaseUnavailableError, DiskFullError
from api.negotiation import prefers_html
from api.web.error_pages import page_of

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def answered(path: str, **headers: str) -> httpx.Response:
    """Return what an app that fails in several ways answers, over https."""
    app = FastAPI(openapi_url=None)
    problems.install(app, page_of)

    @app.get("/api/fails")
    async def fails(request: Request) -> None:
        raise {"full": DiskFullError, "away": DatabaseUnavailableError}.get(request.url.query, ZeroDivisionError)("x")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as client:
            return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("path", "language", "status", "says"),
    [
        ("/api/fails", "sv", 500, "Något gick fel här"),
        ("/api/fails", "en", 500, "Something went wrong here"),
        ("/api/fails?away", "sv", 503, "Siffrorna går inte att läsa just nu"),
        ("/api/fails?full", "en", 503, "There is no space for the file"),
        ("/nothing", "en", 404, "There is no such page"),
        ("/nothing?lang=sv", "en", 404, "Sidan finns inte"),
    ],
)
def test_a_page_says_what_went_wrong_in_the_readers_language(path: str, language: str, status: int, says: str) -> None:
    answer = answered(path, accept=BROWSER, accept_language=language)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert f"<h1>{says}</h1>" in answer.text
    assert "Error" not in answer.text


def test_an_unforeseen_error_has_the_security_headers_in_either_form() -> None:
    """It is answered outside of all middleware: neither form may lack what theirs sets."""
    for accept, kind in ((BROWSER, "text/html; charset=utf-8"), ("*/*", problems.MEDIA_TYPE)):
        answer = answered("/api/fails", accept=accept)
        assert (answer.status_code, answer.headers["content-type"]) == (500, kind)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "max-age" in answer.headers["strict-transport-security"]


def test_what_is_asked_for_is_shown_as_text() -> None:
    answer = answered("/%3Cscript%3E?lang=%22%3E%3Cb%3E", accept=BROWSER)
    assert answer.status_code == 404
    assert "<b>" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("accept", "is_html"),
    [
        (BROWSER, True),
        ("TEXT/HTML", True),
        ("text/*;q=0.5, image/png", True),
        ("text/html, application/json", True),
        ("application/json, text/html", False),
        ("application/json, text/plain, */*", False),
        ("text/html;q=0.2, */*;q=0.8", False),
        ("text/html;q=0, application/json", False),
        ("application/*, text/html;q=0.9", False),
        *((accept, None) for accept in ("", "*/*", "image/png", "text/html;q=0", "text/html;q=x", ",,,", "text/plain")),
    ],
)
def test_who_names_html_first_gets_html(accept: str, *, is_html: bool | None) -> None:
    for otherwise in (True, False):
        assert prefers_html(accept, otherwise=otherwise) is (otherwise if is_html is None else is_html)


@given(st.text(max_size=200))
def test_any_header_is_an_answer(accept: str) -> None:
    assert {prefers_html(accept, otherwise=otherwise) for otherwise in (True, False)} <= {True, False}


def test_the_page_of_the_api_says_what_to_do_about_every_status() -> None:
    page = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if re.match(r"\| \d", line)]
    said = {int(status) for row in rows for status in re.findall(r"\d{3}", row.split("|")[1])}
    assert {kind.status for kind in vars(problems)["_PROBLEM_TYPES"].values()} <= said
