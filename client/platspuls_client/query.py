"""Queries: what can be asked for as rows or as a file, and its path and parameters."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import quote

from platspuls_client.times import When, written


class Table(enum.StrEnum):
    """What is asked for."""

    DWELL = "dwell"
    PRESENCE = "presence"
    FLOW = "flow"
    OCCUPANCY = "occupancy"
    QUALITY = "quality"
    ESTIMATES = "estimates"
    WEATHER = "weather"
    PARTICIPANTS = "activities/participants"


class Format(enum.StrEnum):
    """Formats of files."""

    CSV = "csv"
    NDJSON = "ndjson"
    PARQUET = "parquet"
    XLSX = "xlsx"


class Dialect(enum.StrEnum):
    """How a CSV is written: for programs, or as Excel reads it where Swedish is set."""

    STANDARD = "standard"
    EXCEL_SV = "excel-sv"


class Language(enum.StrEnum):
    """Languages of workbooks."""

    SV = "sv"
    EN = "en"


class Bucket(enum.StrEnum):
    """Lengths of local time."""

    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class By(enum.StrEnum):
    """What the time of a profile is put together by."""

    WEEKDAY = "weekday"
    HOUR = "hour"
    WEEKDAY_HOUR = "weekday_hour"
    DAY_TYPE = "day_type"
    MONTH = "month"


class ByPeople(enum.StrEnum):
    """What participants in activities are put together by, beside the kind of activity."""

    KIND = "kind"
    KIND_AGE = "kind_age"
    KIND_GENDER = "kind_gender"
    KIND_GROUP = "kind_group"


class Hours(enum.StrEnum):
    """Which hours count, by the site file."""

    ALL = "all"
    OPEN = "open"
    STAFFED = "staffed"


class Days(enum.StrEnum):
    """Which dates a profile is of, by the calendar of the site file."""

    ALL = "all"
    WORKDAY = "workday"
    HOLIDAY = "holiday"
    SCHOOL_BREAK = "school_break"
    TERM = "term"
    SCHOOL_DAY = "school_day"


class Of(enum.StrEnum):
    """What flow is asked of."""

    SITE = "site"
    SPACE = "space"
    BORDER = "border"
    LINE = "line"


class Buckets(TypedDict, total=False):
    """When, which buckets of time, and which hours; each as in Query."""

    period: str
    bucket: Bucket | str
    hours: Hours | str
    whole: bool
    min_coverage: float


class BucketsOfLines(Buckets, total=False):
    """The same, of some lines."""

    lines: Sequence[str]


class BucketsOfLinesAndZones(BucketsOfLines, total=False):
    """The same, of some lines and zones."""

    zones: Sequence[str]


class OfSite(Buckets, total=False):
    """The same as Buckets, and what is known beside the numbers."""

    context: bool


class OfZones(OfSite, total=False):
    """The same, of some zones."""

    zones: Sequence[str]


class OfDwell(OfZones, total=False):
    """The same, and from when a visit is a stay."""

    threshold_s: int


class OfLines(OfSite, total=False):
    """The same, of some lines."""

    lines: Sequence[str]


class OfBorders(OfSite, total=False):
    """The same, of some borders."""

    borders: Sequence[str]


class OfSpaces(OfSite, total=False):
    """The same, of some spaces."""

    spaces: Sequence[str]


class ProfileOfSite(TypedDict, total=False):
    """When, what a profile's time is put together by, and which hours; each as in Query."""

    period: str
    by: By | str
    hours: Hours | str
    days: Days | str
    whole: bool


class Participation(TypedDict, total=False):
    """When, and what participants are put together by; each as in Query."""

    period: str
    by: ByPeople | str


class ProfileOfZones(ProfileOfSite, total=False):
    """The same, of some zones."""

    zones: Sequence[str]


class ProfileOfDwell(ProfileOfZones, total=False):
    """The same, and from when a visit is a stay."""

    threshold_s: int


class ProfileOfLines(ProfileOfSite, total=False):
    """The same, of some lines."""

    lines: Sequence[str]


class ProfileOfBorders(ProfileOfSite, total=False):
    """The same, of some borders."""

    borders: Sequence[str]


class ProfileOfSpaces(ProfileOfSite, total=False):
    """The same, of some spaces."""

    spaces: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query for numbers by bucket, or for a profile. Words may be given as texts too: the API refuses wrong ones.

    Attributes:
        table: what is asked for.
        site: its key.
        start: a local date, an aware time on a quarter-hour, or a text such as 7d, last-week, 2026-W48; inclusive.
            None where a period is given.
        end: the same, exclusive; None is now.
        period: instead of both, all of what it names: last-week, 2026-11, 2026-W40..2026-W45.
        bucket: the length of a cell.
        hours: which hours count.
        whole: leave out buckets that the range cuts, or that haven't ended.
        min_coverage: leave out rows with a lower coverage, 0 to 1; not of a profile.
        of: what flow is asked of; only with flow.
        zones: a list of their keys; None is all. The same for lines, borders and spaces.
        threshold_s: from when a visit is a stay; only with dwell.
        numbers: raw or corrected; None is raw.
        by: asks for a profile, by weekday, hour and the like; of dwell, presence and flow. It has no bucket. Of
            participants: kind, kind_age, kind_gender or kind_group.
        bins: the histograms of a profile of dwell.
        days: of a profile, only such dates by the calendar of the site file; None is all.
        context: weather, holidays and school breaks beside the numbers, of what the site has; with dwell, presence,
            flow and occupancy, by hour or longer.
    """

    table: Table
    site: str
    start: When | None = None
    end: When | None = None
    period: str | None = None
    bucket: Bucket | str = Bucket.HOUR
    hours: Hours | str = Hours.ALL
    whole: bool = False
    min_coverage: float | None = None
    of: Of | str | None = None
    zones: Sequence[str] | None = None
    lines: Sequence[str] | None = None
    borders: Sequence[str] | None = None
    spaces: Sequence[str] | None = None
    threshold_s: int | None = None
    numbers: str | None = None
    by: By | ByPeople | str | None = None
    bins: bool = False
    days: Days | str | None = None
    context: bool = False

    def path(self, suffix: str = "") -> str:
        """Return where it is asked."""
        profile = "/profile" if self.by and self.table != Table.PARTICIPANTS else ""
        return site_path(self.site, f"{self.table}{profile}{suffix}")

    def parameters(self) -> dict[str, str]:
        """Return how it is asked: what was left out isn't said.

        Raises:
            ValueError: as `times.written`; or a list of keys is empty.
            TypeError: a text is given for a list of keys.
        """
        found = {
            **time_range(self.start, self.end),
            "period": self.period or "",
            "bucket": "" if self.by or self.table == Table.PARTICIPANTS else str(self.bucket),
            "by": str(self.by or ""),
            "bins": "true" if self.bins else "",
            "days": str(self.days or ""),
            "context": "true" if self.context else "",
            "hours": "" if self.hours == Hours.ALL else str(self.hours),
            "whole": "true" if self.whole else "",
            "min_coverage": "" if self.min_coverage is None else str(float(self.min_coverage)),
            "of": str(self.of or ""),
            "threshold_s": "" if self.threshold_s is None else str(self.threshold_s),
            "numbers": self.numbers or "",
        }
        parts = {"zones": self.zones, "lines": self.lines, "borders": self.borders, "spaces": self.spaces}
        found |= {name: _listed(name, keys) for name, keys in parts.items()}
        return {name: value for name, value in found.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuery:
    """One query for what people wrote.

    Attributes:
        site: its key.
        kinds: which of activities, participants, manual-counts, tallies, staff-time, surveys, answers, incidents,
            notes, exclusions, studies, phases; None: all that the key may read.
        start: of what ends later: a local date, an aware time, or a text such as 7d; None: all.
        end: of what starts earlier, the same.
        period: instead of both, all of what it names: last-week, 2026-11.
        history: every version, and what was withdrawn.
    """

    site: str
    kinds: Sequence[str] | None = None
    start: When | None = None
    end: When | None = None
    period: str | None = None
    history: bool = False

    def path(self, suffix: str = "") -> str:
        """Return where it is asked."""
        return site_path(self.site, f"log{suffix}")

    def parameters(self) -> dict[str, str]:
        """Return how it is asked: what was left out isn't said. Raises as Query."""
        history = {"history": "true"} if self.history else {}
        chosen = {"kind": _listed("kinds", self.kinds), "period": self.period or ""}
        return time_range(self.start, self.end) | {name: value for name, value in chosen.items() if value} | history


def _listed(name: str, keys: Sequence[str] | None) -> str:
    """Return keys with commas between. Raises ValueError where there are none, TypeError for a text."""
    if keys is None:
        return ""
    if isinstance(keys, str):
        raise TypeError(f"{name} {keys} is a text: give a list, such as [{keys!r}]")
    if len(keys) == 0:
        raise ValueError(f"{name} is empty: leave it out for all of them")
    return ",".join(keys)


def site_path(site: str, *parts: str | int) -> str:
    """Return the path of something of a site."""
    return "/".join(("/api/v1/sites", quote(site, safe=""), *map(str, parts)))


def time_range(start: When | None, end: When | None) -> dict[str, str]:
    """Return the parameters of a range of time, without what is None. Raises ValueError as `times.written`."""
    given = {"from": ("start", start), "to": ("end", end)}
    return {name: written(argument, at) for name, (argument, at) in given.items() if at is not None}
