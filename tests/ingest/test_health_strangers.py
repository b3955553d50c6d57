"""Ingest's metrics and health under whatever is sent to them: no traceback, and they go on."""

import logging
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from ingest.health import HealthEndpoint, json_answer, metrics_answer
from platspuls.embedded.process import free_port
from tests.support.http_fuzz import ask, is_fair, requests
from tests.support.properties import examples


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    number = free_port()
    routes = {"/metrics": lambda: metrics_answer(b"up 1\n"), "/healthz": lambda: json_answer(ok=True, facts={})}
    with HealthEndpoint("127.0.0.1", number).serving(routes):
        yield number


@settings(
    max_examples=examples(200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(sent=requests)
def test_no_request_makes_a_traceback(
    sent: bytes, port: int, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = ask(port, sent)
    assert is_fair(answer), answer[:200]
    assert capfd.readouterr().err == ""
    assert not caplog.records


def test_it_still_answers(port: int) -> None:
    assert ask(port, b"GET /healthz HTTP/1.0\r\n\r\n").endswith(b'{"ok": true}\n')
