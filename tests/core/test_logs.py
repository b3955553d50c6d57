"""One format of logs for every program, and few lines about a trouble that lasts for weeks, or comes and goes."""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest

from core.logs import ThrottledLog, set_up
from tests.support.counter.records import SetClock


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def root() -> Iterator[None]:
    """Give the root logger back as it was."""
    logger = logging.getLogger()
    before = logger.level, logger.handlers[:]
    yield
    logger.setLevel(before[0])
    logger.handlers[:] = before[1]


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def throttled(clock: SetClock, caplog: pytest.LogCaptureFixture) -> ThrottledLog:
    caplog.set_level(logging.INFO)
    return ThrottledLog(logging.getLogger("trouble"), clock.monotonic_s)


def test_causes_that_take_turns_are_said_once_each(throttled: ThrottledLog, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(1000):
        throttled.warn("no route")
        throttled.warn("no answer")
    throttled.over("connected again")
    throttled.over("connected again")
    throttled.warn("no route")
    assert [record.message for record in caplog.records] == ["no route", "no answer", "connected again", "no route"]


@pytest.mark.simulation
def test_a_month_of_coming_and_going_is_a_few_lines_an_hour(
    throttled: ThrottledLog, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    minutes = 30 * 24 * 60
    for _ in range(minutes):
        throttled.warn("no route")
        throttled.over("connected again")
        clock.ms += 60_000
    assert len(caplog.records) <= 20 * 24 * 30
    assert sum("no more of this for an hour" in record.message for record in caplog.records) == 24 * 30
    assert sum(len(record.message) for record in caplog.records) < 1_000_000


def test_ever_new_causes_take_no_memory_and_few_lines(
    throttled: ThrottledLog, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(10_000):
        throttled.warn(f"cause {number}")
    assert len(caplog.records) == 20
    assert len(throttled._causes) == 16  # noqa: SLF001 - memory shows nowhere else


@pytest.mark.usefixtures("root")
def test_a_program_reads_one_json_object_a_line() -> None:
    stream = io.StringIO()
    set_up("info", stream)
    log = logging.getLogger("ingest.writer")
    log.debug("not asked for")
    log.warning("stored %d på Torget", 3, extra={"records": 3, "color_message": "as uvicorn gives it"})
    line = json.loads(stream.getvalue())
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {"level": "warning", "logger": "ingest.writer", "message": "stored 3 på Torget", "records": 3}
    assert "på" in stream.getvalue()


@pytest.mark.usefixtures("root")
def test_an_exception_is_in_its_line_whole() -> None:
    stream = io.StringIO()
    set_up("error", stream)
    try:
        raise ValueError("no luck\nat all")  # noqa: TRY301 - to be logged
    except ValueError:
        logging.getLogger("api").exception("ended", extra={"path": object})
    [line] = [json.loads(text) for text in stream.getvalue().splitlines()]
    assert list(line) == ["time", "level", "logger", "message", "exception", "path"]
    assert line["exception"].endswith("ValueError: no luck\nat all")


@pytest.mark.usefixtures("root")
def test_a_person_reads_plain_lines_in_utc() -> None:
    stream = Terminal()
    set_up("info", stream)
    logging.getLogger("counter").info("connected")
    assert re.fullmatch(r"20[-\d]{8}T[:\d]{8}\.\d{3}Z INFO    counter: connected\n", stream.getvalue())
