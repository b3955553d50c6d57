"""What stands in a site file: strict types, unknown keys refused. docs/site-file.md has each key's meaning.

What is wrong with one entry alone is refused here; what needs several entries is in check.py.
"""

import unicodedata
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Annotated, Final, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from core.wire import KEY_LENGTH, is_key

OUTSIDE: Final = "outside"
"""The place that isn't a space: what a border of the whole site leads to."""

_YEARS: Final = range(2000, 2200)
_LONGEST_STAY_S: Final = 86_400


def _check_key(value: str) -> str:
    if not is_key(value):
        raise ValueError(f"must be lower case letters a-z, digits and single hyphens, {KEY_LENGTH} characters at most")
    return value


def _check_printable(value: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValueError("must not hold control characters")
    return value


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())  # reads a whole folder


def _check_time_zone(value: str) -> str:
    if value not in _time_zones():
        raise ValueError('is no IANA time zone, such as "Europe/Stockholm"')
    return value


def _check_year(value: date) -> None:
    if value.year not in _YEARS:
        raise ValueError(f"must lie in the years {_YEARS.start} to {_YEARS.stop - 1}")


def _read_day(value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a date without a time or quotes, such as 2026-10-01")  # noqa: TRY004 - pydantic lists it
    _check_year(value)
    return value


def _read_moment(value: object) -> date | datetime:
    if not isinstance(value, date):
        raise ValueError("must be a date or a date-time without quotes, such as 2026-10-01")  # noqa: TRY004 - the same
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("is a date-time without an offset: write it as 2026-10-01T09:00:00+02:00, or a date alone")
        if value.second or value.microsecond:
            raise ValueError("must be a whole minute: the shortest record is a minute")
    _check_year(value)
    return value


def _read_clock(value: object) -> time:
    if not isinstance(value, time):
        raise ValueError("must be a time without quotes, such as 07:00:00")  # noqa: TRY004 - pydantic lists it
    if value.second or value.microsecond:
        raise ValueError("must be a whole minute")
    return value


def _check_days(days: "tuple[Day, ...]") -> "tuple[Day, ...]":
    if len(set(days)) != len(days):
        raise ValueError("names a day twice")
    return days


class Day(StrEnum):
    """A day of the week, in ISO's order: Monday is the first."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


Key = Annotated[str, AfterValidator(_check_key)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_check_printable)]
TimeZone = Annotated[str, AfterValidator(_check_time_zone)]
LocalDay = Annotated[date, BeforeValidator(_read_day)]
Moment = Annotated[date | datetime, BeforeValidator(_read_moment)]
"""A date stands for its local midnight; a date-time has an offset."""
Clock = Annotated[time, BeforeValidator(_read_clock)]
HoursKind = Literal["open", "staffed"]


class NameSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """What people read, in both languages."""

    sv: Text
    en: Text


class SiteSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """The place itself."""

    key: Key
    name: NameSpec
    time_zone: TimeZone


class HoursSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """Weekly hours in the dates [start, end). closes 00:00 is midnight at the end of the day."""

    kind: HoursKind
    start: LocalDay = Field(alias="from")
    end: LocalDay | None = Field(None, alias="to")
    days: Annotated[
        tuple[Annotated[Day, Field(strict=False)], ...], Field(strict=False, min_length=1), AfterValidator(_check_days)
    ]
    opens: Clock
    closes: Clock


class ExceptionSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """A date with other hours than the week says; without opens and closes it is closed all day."""

    kind: HoursKind
    day: LocalDay
    opens: Clock | None = None
    closes: Clock | None = None
    note: Text | None = None


class CalendarSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """Dates [start, end) that are unlike others; without an end it is one date."""

    kind: Literal["holiday", "school_break"]
    start: LocalDay = Field(alias="from")
    end: LocalDay | None = Field(None, alias="to")
    name: Text

    @property
    def end_day(self) -> date:
        """The first date after it."""
        return self.end or self.start + timedelta(days=1)


class SpaceSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """A part of the site that people are in."""

    key: Key
    name: NameSpec


class BorderSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """What joins two spaces, or a space and outside. Forward over its lines is from origin to destination."""

    key: Key
    name: NameSpec
    origin: Key = Field(alias="from")
    destination: Key = Field(alias="to")


class SpanSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """A time [start, end); without an end it still goes on."""

    start: Moment = Field(alias="from")
    end: Moment | None = Field(None, alias="to")


SpanSpecs = Annotated[tuple[SpanSpec, ...], Field(strict=False, min_length=1)]


class LineSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """A directed counting line on a border; commissioned: when it was meant to be watched."""

    key: Key
    name: NameSpec
    border: Key
    role: Literal["main", "check"]
    commissioned: SpanSpecs


class ZoneSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """An area of a space where dwell is measured."""

    key: Key
    name: NameSpec
    space: Key
    covers_space: bool
    disjoint: bool
    stay_threshold_s: Annotated[int, Field(ge=1, le=_LONGEST_STAY_S)] = 60
    commissioned: SpanSpecs


class LineAssignmentSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """The device watches this line during [start, end)."""

    line: Key
    start: Moment = Field(alias="from")
    end: Moment | None = Field(None, alias="to")


class ZoneAssignmentSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """The device watches this zone during [start, end)."""

    zone: Key
    start: Moment = Field(alias="from")
    end: Moment | None = Field(None, alias="to")


class DeviceSpec(BaseModel, frozen=True, strict=True, extra="forbid"):
    """One counter, and what it watches when."""

    key: Key
    name: NameSpec
    lines: Annotated[tuple[LineAssignmentSpec, ...], Field(strict=False)] = ()
    zones: Annotated[tuple[ZoneAssignmentSpec, ...], Field(strict=False)] = ()


class SiteFile(BaseModel, frozen=True, strict=True, extra="forbid"):
    """A whole site file. `core.site_file.load.load` makes it, and checks what the types alone cannot say."""

    site: SiteSpec
    hours: Annotated[tuple[HoursSpec, ...], Field(strict=False)] = ()
    exceptions: Annotated[tuple[ExceptionSpec, ...], Field(strict=False)] = ()
    calendar: Annotated[tuple[CalendarSpec, ...], Field(strict=False)] = ()
    spaces: Annotated[tuple[SpaceSpec, ...], Field(strict=False)] = ()
    borders: Annotated[tuple[BorderSpec, ...], Field(strict=False)] = ()
    lines: Annotated[tuple[LineSpec, ...], Field(strict=False)] = ()
    zones: Annotated[tuple[ZoneSpec, ...], Field(strict=False)] = ()
    devices: Annotated[tuple[DeviceSpec, ...], Field(strict=False)] = ()
