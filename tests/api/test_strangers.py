"""The API under whatever is sent to its port: an answer that blames the request, no traceback, and few lines."""

import logging
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.serving import serving
from tests.support.http_fuzz import ask, is_fair, requests
from tests.support.properties import examples

pytestmark = pytest.mark.chain


@pytest.fixture
def port(database_url: str) -> Iterator[int]:
    with serving(database_url) as client:
        yield urlsplit(str(client.base_url)).port or 0


_paths = st.sampled_from(
    [b"/api/v1/sites", b"/", b"/login", b"/api/v1/sites/%ff/lines", b"/static/..%2f", b"/openapi.json"]
)


@settings(
    max_examples=examples(160),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)
@given(sent=requests, path=_paths)
def test_no_request_makes_a_traceback(
    sent: bytes, path: bytes, port: int, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = ask(port, sent.replace(b"/save", path))
    assert is_fair(answer), answer[:200]
    assert "Traceback" not in capfd.readouterr().err + caplog.text
