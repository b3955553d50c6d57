"""How each language writes numbers, times and dates (Babel). The browser writes them alike (static/shared/text.js)."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_interval, get_day_names
from babel.numbers import format_decimal, format_percent, get_minus_sign_symbol, get_plus_sign_symbol

from core.texts.catalog import Language

NO_VALUE: Final = "\N{EN DASH}"
"""Stands where there is no number: missing is not zero."""


@lru_cache(maxsize=10_000)  # Babel takes 40 us for each, and a page has hundreds, mostly the same ones
def write_count(count: int | None, language: Language) -> str:
    """Return a whole number with the language's thousands (1 234 or 1,234), or a dash where there is none."""
    return NO_VALUE if count is None else format_decimal(count, locale=language)


def write_signed(value: int, language: Language) -> str:
    """Return a whole number with its sign: a plus or the language's minus, nothing for zero."""
    sign = "" if value == 0 else (get_plus_sign_symbol if value > 0 else get_minus_sign_symbol)(locale=language)
    return f"{sign}{write_count(abs(value), language)}"


def write_decimal(value: float, digits: int, language: Language) -> str:
    """Return a number with `digits` decimals and the language's decimal sign, halves rounded away from zero."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return format_decimal(rounded, format=f"#,##0.{'0' * digits}", locale=language)


@lru_cache(maxsize=10_000)
def write_percent(ratio: float | None, language: Language) -> str:
    """Return a ratio of 0..1 as whole per cent, rounded down so that 99.9 % is not called 100 %."""
    return NO_VALUE if ratio is None else format_percent(int(ratio * 100 + 1e-9) / 100, locale=language)


def write_signed_percent(ratio: float, language: Language) -> str:
    """Return a ratio as whole per cent with its sign, halves rounded away from zero: +4 % or +4%."""
    percent = int(Decimal(str(100 * ratio)).quantize(Decimal(1), ROUND_HALF_UP))
    sign = write_signed(percent, language)[:1] if percent else ""
    return f"{sign}{format_percent(abs(percent) / 100, locale=language)}"


def write_days(first: date, last: date, language: Language) -> str:
    """Return the first and the last of some days, such as 16 to 22 November, as the language writes it."""
    return write_date(first, language) if first == last else format_interval(first, last, "MMMMd", locale=language)


def write_date(day: date, language: Language) -> str:
    """Return the day and month, such as `21 november`."""
    return format_date(day, "d MMMM", locale=language)


def write_weekday(day: date, language: Language) -> str:
    """Return the name of the weekday, such as `lördag`."""
    return format_date(day, "EEEE", locale=language)


def write_month(day: date, language: Language) -> str:
    """Return the month and year that the day lies in, such as `november 2026`."""
    return format_date(day, "LLLL y", locale=language)


def write_short_date(day: date, language: Language, *, year: bool = False) -> str:
    """Return the day with its weekday, short, such as `ons 18 nov.`."""
    return format_date(day, f"EEE d MMM{' y' if year else ''}", locale=language)


def weekday_names(language: Language, *, short: bool) -> list[str]:
    """Return Monday to Sunday."""
    names = get_day_names("abbreviated" if short else "wide", locale=language)
    return [names[place].replace(".", "") for place in range(7)]


def write_clock(at: datetime, *, seconds: bool) -> str:
    """Return the time of day of `at` in its own zone, always by 24 hours."""
    return at.strftime("%H:%M:%S" if seconds else "%H:%M")


def write_last(at: datetime, now: datetime, time_zone: ZoneInfo) -> str:
    """Return the second of `at` in the zone, with its day where that isn't today: yesterday's 14:02 isn't today's."""
    local = at.astimezone(time_zone)
    clock = write_clock(local, seconds=True)
    return clock if local.date() == now.astimezone(time_zone).date() else f"{local.date()} {clock}"
