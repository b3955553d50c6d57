"""One format of logs for every program, and few lines about a trouble that lasts for weeks, or comes and goes."""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.logs import LimitedHandler, ThrottledLog, set_up
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


def test_what_is_left_out_is_counted(
    throttled: ThrottledLog, clock: SetClock, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(50):
        throttled.warn(f"cause {number}")
    clock.ms += 3_600_000
    throttled.warn("another")
    assert caplog.records[-1].message == "another (30 more lines of this were left out)"


hours = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["away", "back", "full", "0x1f at 7"])), max_size=300)


@given(steps=hours)
def test_no_trouble_brings_more_than_twenty_lines_an_hour_and_all_are_accounted_for(
    steps: list[tuple[int, str]],
) -> None:
    """Whoever logs it: a library may, too. Lines logged and lines said to be left out are all that there were."""
    clock, stream = SetClock(), io.StringIO()
    handler = LimitedHandler(stream, clock.monotonic_s)
    log = logging.Logger("library")  # noqa: LOG001  nobody else's
    log.addHandler(handler)
    for minutes, text in steps:
        clock.ms += minutes * 60_000
        log.warning("%s", text)
    clock.ms += 3_600_000
    log.error("the end")
    lines = stream.getvalue().splitlines()
    own = [line for line in lines if not re.search(r": [0-9]+ more lines of this were left out$", line)]
    left_out = sum(int(found) for found in re.findall(r"([0-9]+) more lines of this", stream.getvalue()))
    assert len(own) + left_out == len(steps) + 1
    passed_h = sum(minutes for minutes, _ in steps) // 60 + 1
    assert all(sum(cause in line for line in own) <= 20 * passed_h for cause in ("away", "back", "full"))


def test_ever_new_causes_of_a_library_take_no_memory() -> None:
    stream = io.StringIO()
    handler = LimitedHandler(stream, SetClock().monotonic_s)
    log = logging.Logger("library")  # noqa: LOG001  nobody else's
    log.addHandler(handler)
    for number in range(2000):
        log.warning("cause %s", "".join(chr(97 + int(digit)) for digit in str(number)))
    assert len(handler._limits) == 501  # noqa: SLF001 - memory shows nowhere else
    assert len(stream.getvalue().splitlines()) == 520


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
