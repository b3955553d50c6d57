"""Sites and their parts as frozen values, likewise."""

from datetime import datetime

import msgspec


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A name in both languages."""

    sv: str
    en: str


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """A half-open time; null is without end."""

    from_utc: datetime | None
    to_utc: datetime | None


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """A place that is evaluated as a whole."""

    site: str
    name: Name
    time_zone: str
    version: int


class Space(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a site that people are in."""

    space: str
    name: Name


class Border(msgspec.Struct, frozen=True, kw_only=True):
    """What joins two spaces, or a space and outside. Forward over its lines is from -> to."""

    border: str
    name: Name
    from_space: str | None
    to_space: str | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A directed counting line on a border."""

    line: str
    name: Name
    border: str
    role: str
    commissioned: tuple[Period, ...]


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """An area of a space where dwell is measured."""

    zone: str
    name: Name
    space: str
    covers_space: bool
    disjoint: bool
    stay_threshold_s: int
    commissioned: tuple[Period, ...]


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """What a device watches, and when."""

    kind: str
    key: str
    from_utc: datetime | None
    to_utc: datetime | None


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """One counter, and what it watches when."""

    device: str
    name: Name
    assigned: tuple[Assignment, ...]
