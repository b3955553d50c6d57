"""A site and its parts, as the site file describes them."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from api.tables.base import FrozenModel
from api.tables.columns import NameEn, NameSv


class Name(FrozenModel):
    """A name in both languages."""

    sv: NameSv
    en: NameEn


class Period(FrozenModel):
    """A half-open time; null is without end."""

    from_utc: AwareDatetime | None
    to_utc: AwareDatetime | None


class Site(FrozenModel):
    """A place that is evaluated as a whole."""

    site: Annotated[str, Field(description="Its key.", examples=["haninge-entre"])]
    name: Name
    time_zone: Annotated[str, Field(description="IANA name.", examples=["Europe/Stockholm"])]
    version: Annotated[int, Field(description="Rises with every change to the site file.", examples=[3])]


class Space(FrozenModel):
    """A part of a site that people are in."""

    space: Annotated[str, Field(description="Its key.", examples=["gangtunneln"])]
    name: Name


class Border(FrozenModel):
    """What joins two spaces, or a space and outside. Forward over its lines is from -> to."""

    border: Annotated[str, Field(description="Its key.", examples=["stationen"])]
    name: Name
    from_space: Annotated[str | None, Field(description="Key of a space; null is outside.", examples=[None])]
    to_space: Annotated[str | None, Field(description="Key of a space; null is outside.", examples=["gangtunneln"])]


class Line(FrozenModel):
    """A directed counting line on a border."""

    line: Annotated[str, Field(description="Its key.", examples=["stationen"])]
    name: Name
    border: Annotated[str, Field(description="Key of its border.", examples=["stationen"])]
    role: Annotated[str, Field(description="main or check; a check line is in no sum.", examples=["main"])]
    commissioned: list[Period]


class Zone(FrozenModel):
    """An area of a space where dwell is measured."""

    zone: Annotated[str, Field(description="Its key.", examples=["bankarna"])]
    name: Name
    space: Annotated[str, Field(description="Key of its space.", examples=["gangtunneln"])]
    covers_space: Annotated[bool, Field(description="It covers all of its space.")]
    disjoint: Annotated[bool, Field(description="Declared not to overlap others: only such may be added.")]
    stay_threshold_s: Annotated[int, Field(description="What counts as a stay here, in seconds.", examples=[60])]
    commissioned: list[Period]


class Assignment(FrozenModel):
    """What a device watches, and when."""

    kind: Annotated[str, Field(description="line or zone.", examples=["line"])]
    key: Annotated[str, Field(description="Key of the line or zone.", examples=["stationen"])]
    from_utc: AwareDatetime | None
    to_utc: AwareDatetime | None


class Device(FrozenModel):
    """One counter, and what it watches when."""

    device: Annotated[str, Field(description="Its key.", examples=["tunnel-kamera"])]
    name: Name
    assigned: list[Assignment]


class CalendarDates(FrozenModel):
    """Dates of a site that are unlike others, as the site file says. A holiday is a Sunday in profiles by day type."""

    kind: Annotated[str, Field(description="holiday or school_break.", examples=["holiday"])]
    first_day: Annotated[date, Field(description="The first date, of local time.", examples=["2026-12-25"])]
    end_day: Annotated[date, Field(description="The first date after it.", examples=["2026-12-27"])]
    name: Annotated[str, Field(description="As people call it.", examples=["Juldagen, annandag jul"])]
