"""Whatever a stranger sends: an answer of HTTP or none, no traceback, and the server goes on."""

import logging
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from core.http_server import BadRequestError, BoundedHandler, BoundedHttpServer
from tests.support.http_fuzz import Ask, asking


class Echo(BoundedHandler):
    """Answers what it was sent, and fails on request."""

    def do_GET(self) -> None:  # noqa: N802 - as the library has it
        if self.path == "/refused":
            raise BadRequestError(HTTPStatus.CONFLICT)
        if self.path == "/fault":
            raise KeyError("a fault of ours")
        self.do_POST()

    def do_POST(self) -> None:  # noqa: N802 - as the library has it
        body = self.body(100) if self.command == "POST" else b""
        self.send_response(HTTPStatus.OK)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with asking(BoundedHttpServer(("127.0.0.1", 0), Echo)) as sends:
        yield sends


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ("Content-Length: 3", b"abc", 200),
        ("Content-Length: \u00b2", b"", 400),
        ("Content-Length: -1", b"", 400),
        ("Content-Length: +3", b"abc", 400),
        ("Content-Length: 3.0", b"abc", 400),
        ("Content-Length: 0x3", b"abc", 400),
        ("Content-Length: 101", b"", 413),
        ("Content-Length: " + "9" * 5000, b"", 413),
        ("Content-Length: 9", b"abc", 400),
        ("Content-Length: 3\r\nContent-Length: 4", b"abc", 400),
        ("Content-Length:", b"", 400),
        ("X: y", b"", 411),
        ("Transfer-Encoding: chunked", b"zz\r\nabc", 411),
        ("Transfer-Encoding: chunked\r\nContent-Length: 3", b"abc", 411),
        ("\r\n".join(["X: y"] * 200), b"", 431),
        ("X: " + "y" * 70_000, b"", 431),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_body_must_say_how_long_it_is(  # noqa: PLR0913, PLR0917 - pytest's
    ask: Ask,
    headers: str,
    body: bytes,
    status: int,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = ask(b"POST / HTTP/1.1\r\n" + headers.encode("latin-1") + b"\r\n\r\n" + body)
    assert int(answer.split(b" ", 2)[1]) == status
    assert capfd.readouterr().err == ""
    assert not caplog.records


def test_a_refusal_and_a_fault_of_ours_are_answered(
    ask: Ask, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    assert ask(b"GET /refused HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 409 ")
    for _ in range(30):
        assert ask(b"GET /fault HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.0 500 ")
    [line] = [record.message for record in caplog.records]
    assert line.startswith("a request made this program fail: KeyError in do_GET, line ")
    assert capfd.readouterr().err == ""
