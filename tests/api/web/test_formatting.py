"""The two languages say the same things, and write numbers and times as their readers do."""

from datetime import UTC, date, datetime

from api.web.formatting import (
    NO_VALUE,
    write_clock,
    write_count,
    write_date,
    write_decimal,
    write_percent,
    write_signed,
    write_weekday,
)
from core.texts.catalog import Domain, Language
from platspuls.documents import catalogs


def messages_of(language: Language) -> list[str]:
    found = (message.string for message in catalogs.read(Domain.PAGES, language) if message.id)
    return [form for text in found for form in ([text] if isinstance(text, str) else text or ())]


def test_an_entry_is_never_called_a_person_or_a_visitor() -> None:
    for language, wrong in ((Language.SV, ("besökare", "personer i dag")), (Language.EN, ("visitor", "people today"))):
        for text in messages_of(language):
            assert not any(word in text.lower() for word in wrong), text


def test_numbers_are_written_as_in_each_language() -> None:
    assert write_count(1234567, Language.SV) == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567"
    assert write_count(1234567, Language.EN) == "1,234,567"
    assert write_decimal(9.96, 1, Language.SV) == "10,0"
    assert [write_decimal(value, 1, Language.EN) for value in (9.94, 9.25, 154.25)] == ["9.9", "9.3", "154.3"]
    assert [write_signed(value, Language.SV) for value in (-140, 0, 1234)] == [
        "\N{MINUS SIGN}140",
        "0",
        "+1\N{NO-BREAK SPACE}234",
    ]
    assert [write_signed(value, Language.EN) for value in (-140, 0, 1234)] == ["-140", "0", "+1,234"]


def test_no_number_is_not_zero() -> None:
    for language in Language:
        assert write_count(None, language) == write_percent(None, language) == NO_VALUE
        assert write_count(0, language) == "0"


def test_a_coverage_just_below_one_is_not_called_all() -> None:
    assert write_percent(0.9996, Language.SV) == "99\N{NO-BREAK SPACE}%"
    assert write_percent(1.0, Language.EN) == "100%"
    assert write_percent(0.29, Language.EN) == "29%"


def test_dates_and_times() -> None:
    assert (write_weekday(date(2026, 11, 21), Language.SV), write_date(date(2026, 11, 21), Language.SV)) == (
        "lördag",
        "21 november",
    )
    assert write_date(date(2026, 5, 1), Language.EN) == "1 May"
    at = datetime(2026, 11, 21, 14, 5, 9, tzinfo=UTC)
    assert (write_clock(at, seconds=True), write_clock(at, seconds=False)) == ("14:05:09", "14:05")
