"""Queries: what can be asked for as rows or as a file, and its path and parameters."""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote


class Table(enum.StrEnum):
    """What is asked for."""

    DWELL = "dwell"
    PRESENCE = "presence"
    FLOW = "flow"
    OCCUPANCY = "occupancy"
    QUALITY = "quality"
    WEATHER = "weather"


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


class Hours(enum.StrEnum):
    """Which hours count, by the site file."""

    ALL = "all"
    OPEN = "open"
    STAFFED = "staffed"


class Of(enum.StrEnum):
    """What flow is asked of."""

    SITE = "site"
    SPACE = "space"
    BORDER = "border"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One query for numbers by bucket, or for a profile. Words may be given as texts too: the API refuses wrong ones.

    Attributes:
        table: what is asked for.
        site: its key.
        start: a local date, an aware time on a quarter-hour, or a text such as 7d, last-week, 2026-W48; inclusive.
            Texts are handed on as they are. None where a period is given.
        end: the same, exclusive; None is now.
        period: instead of both, all of what it names: last-week, 2026-11, 2026-W40..2026-W45.
        bucket: the length of a cell.
        hours: which hours count.
        whole: leave out buckets that the range cuts, or that haven't ended.
        min_coverage: leave out rows with a lower coverage, 0 to 1; not of a profile.
        of: what flow is asked of; only with flow.
        zones: their keys, none for all; the same for lines, borders and spaces.
        threshold_s: from when a visit is a stay; only with dwell.
        numbers: raw or corrected; None is raw.
        by: asks for a profile, by weekday, hour and the like; of dwell, presence and flow. It has no bucket.
        bins: the histograms of a profile of dwell.
        context: weather, holidays and school breaks beside the numbers, of what the site has; with dwell, presence,
            flow and occupancy, by hour or longer.
    """

    table: Table
    site: str
    start: date | datetime | str | None = None
    end: date | datetime | str | None = None
    period: str | None = None
    bucket: Bucket | str = Bucket.HOUR
    hours: Hours | str = Hours.ALL
    whole: bool = False
    min_coverage: float | None = None
    of: Of | str | None = None
    zones: Sequence[str] = ()
    lines: Sequence[str] = ()
    borders: Sequence[str] = ()
    spaces: Sequence[str] = ()
    threshold_s: int | None = None
    numbers: str | None = None
    by: By | str | None = None
    bins: bool = False
    context: bool = False

    def path(self, suffix: str = "") -> str:
        """Return where it is asked."""
        return f"/api/v1/sites/{quote(self.site, safe='')}/{self.table}{'/profile' if self.by else ''}{suffix}"

    def parameters(self) -> dict[str, str]:
        """Return how it is asked: what was left out isn't said."""
        found = {
            "from": _time(self.start) if self.start is not None else "",
            "to": _time(self.end) if self.end is not None else "",
            "period": self.period or "",
            "bucket": "" if self.by else str(self.bucket),
            "by": str(self.by or ""),
            "bins": "true" if self.bins else "",
            "context": "true" if self.context else "",
            "hours": "" if self.hours == Hours.ALL else str(self.hours),
            "whole": "true" if self.whole else "",
            "min_coverage": "" if self.min_coverage is None else f"{self.min_coverage:g}",
            "of": str(self.of or ""),
            "threshold_s": "" if self.threshold_s is None else str(self.threshold_s),
            "numbers": self.numbers or "",
        }
        parts = {"zones": self.zones, "lines": self.lines, "borders": self.borders, "spaces": self.spaces}
        found |= {name: ",".join(keys) for name, keys in parts.items()}
        return {name: value for name, value in found.items() if value}


def _time(at: date | datetime | str) -> str:
    return at if isinstance(at, str) else at.isoformat()
