"""The set-up page under whatever is sent to it: 4xx, no traceback, and it goes on."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platspuls.setup.config_pair import ConfigPair
from platspuls.setup.files import PictureFiles
from platspuls.setup.one_time_code import OneTimeCode
from platspuls.setup.panels import drawing_panel
from platspuls.setup.server import COOKIE, Desk, open_server
from tests.platspuls.place import write_place
from tests.support.counter.clips import write_clip
from tests.support.http_fuzz import Ask, asking, is_fair, posts, requests
from tests.support.properties import examples

CODE = "12345678"
patient = settings(
    max_examples=examples(200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    database=None,
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("place")
    files = PictureFiles(
        ConfigPair(*write_place(folder, write_clip(folder / "clip.mp4", 4))),
        (768, 432),
        lambda: datetime(2026, 11, 22, tzinfo=UTC),
    )
    return Desk(OneTimeCode(CODE, lambda: 0.0), drawing_panel(files, b"a picture", (768, 432)))


@pytest.fixture(scope="module")
def ask(desk: Desk) -> Iterator[Ask]:
    with asking(open_server(desk, "127.0.0.1")) as sends:
        yield sends


@patient
@given(sent=requests)
def test_no_request_makes_a_traceback(
    sent: bytes, ask: Ask, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = ask(sent)
    assert is_fair(answer), answer[:200]
    assert capfd.readouterr().err == ""
    assert not caplog.records


@pytest.mark.parametrize("length", ["\u00b2", "-1", "1e3", "", "٣", "9" * 5000, "200001"])
def test_a_length_that_is_none(length: str, ask: Ask, capfd: pytest.CaptureFixture[str]) -> None:
    for encoding in ("latin-1", "utf-8"):
        sent = f"POST /code HTTP/1.1\r\nContent-Length: {length}\r\n\r\n".encode(encoding, "replace")
        assert ask(sent)[9:12] in {b"400", b"413"}
    assert capfd.readouterr().err == ""


@pytest.fixture(scope="module")
def token(desk: Desk) -> str:
    found = desk.code.redeem(CODE)
    assert found
    return found


@patient
@given(data=st.data())
def test_neither_does_whoever_is_logged_in(
    data: st.DataObject, ask: Ask, token: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    answer = ask(data.draw(posts([b"/save", b"/code", b"/nowhere"], f"{COOKIE}={token}".encode())))
    assert answer[9:10] == b"4", answer[:200]
    assert capfd.readouterr().err == ""
    assert not caplog.records
