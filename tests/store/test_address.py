"""An address of the database that can't be read is refused in a sentence, and its password isn't in it."""

import traceback

import pytest

from store.database import NotReadyError, connect, for_programs


@pytest.mark.parametrize(
    "url",
    [
        "postgresql//u:secret@h/db",
        "postgresql://u:secret@h/db?oops",
        "secret",
        "=secret",
        "postgresql://u:secret/x@h/db",
        "postgresql://u:12/secret@h/db",
        "postgresql://u:x@secret@h/db",
        "postgresql://u:se%secret@h/db",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(url: str) -> None:
    for use in (lambda: connect(url, application="test"), lambda: for_programs(url)):
        with pytest.raises(NotReadyError, match="must be like postgresql://user@host/database") as refused:
            use()
        assert "secret" not in "".join(traceback.format_exception(refused.value))
