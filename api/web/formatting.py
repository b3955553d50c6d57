"""How each language writes numbers, times and dates. The browser writes them alike (static/text.js)."""

from datetime import date, datetime
from typing import Final

from api.web.i18n import Language

NO_VALUE: Final = "\N{EN DASH}"
"""Stands where there is no number: missing is not zero."""

_SPACE: Final = "\N{NO-BREAK SPACE}"


_WEEKDAYS: Final = {
    Language.SV: ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    Language.EN: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS: Final = {
    Language.SV: (
        *("januari", "februari", "mars", "april", "maj", "juni"),
        *("juli", "augusti", "september", "oktober", "november", "december"),
    ),
    Language.EN: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def write_count(count: int | None, language: Language) -> str:
    """Return a whole number with the language's thousands (1 234 or 1,234), or a dash where there is none."""
    if count is None:
        return NO_VALUE
    return f"{count:,}".replace(",", _SPACE) if language is Language.SV else f"{count:,}"


def write_signed(value: int, language: Language) -> str:
    """Return a whole number with its sign: a plus or a true minus, nothing for zero."""
    sign = "" if value == 0 else "+" if value > 0 else "-" if language is Language.EN else "\N{MINUS SIGN}"
    return f"{sign}{write_count(abs(value), language)}"


def write_decimal(value: float, digits: int, language: Language) -> str:
    """Return a number with `digits` decimals and the language's decimal sign."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if language is Language.SV else text


def write_percent(ratio: float | None, language: Language) -> str:
    """Return a ratio of 0..1 as whole per cent, rounded down so that 99.9 % is not called 100 %."""
    if ratio is None:
        return NO_VALUE
    whole = int(ratio * 100 + 1e-9)
    return f"{whole}{_SPACE}%" if language is Language.SV else f"{whole}%"


def write_date(day: date, language: Language) -> str:
    """Return the day and month, such as `21 november`."""
    return f"{day.day} {_MONTHS[language][day.month - 1]}"


def write_weekday(day: date, language: Language) -> str:
    """Return the name of the weekday, such as `lördag`."""
    return _WEEKDAYS[language][day.weekday()]


def write_clock(at: datetime, *, seconds: bool) -> str:
    """Return the time of day of `at` in its own zone, always by 24 hours."""
    return at.strftime("%H:%M:%S" if seconds else "%H:%M")
