"""Cursors of lists of log records."""

from datetime import UTC, datetime

import pytest

from api.errors import ParameterError
from api.routes.record_parameters import read_cursor, write_cursor


def test_a_cursor_is_read_as_it_was_written() -> None:
    at = datetime(2026, 10, 1, 12, 30, 0, 123456, tzinfo=UTC)
    assert read_cursor(write_cursor(at, 17)) == (at, 17)


@pytest.mark.parametrize("text", ["", "x", "åäö", "MjAyNi0xMC0wMXwx", "MjAyNi0xMC0wMVQwMDowMFp8LTE", "!" * 90])
def test_other_cursors_are_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="isn't ours"):
        read_cursor(text)
