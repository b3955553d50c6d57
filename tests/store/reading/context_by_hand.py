"""What stands beside a bucket, worked out in plain Python: weather hour by hour, the calendar date by date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from store.weather import Measure
from tests.store.reading.by_hand import Cell


@dataclass(frozen=True, slots=True)
class Known:
    """What was put in: values by their time, and dates (kind, first, end, name) in order of date."""

    zone: ZoneInfo
    weather: Mapping[Measure, Mapping[datetime, float]]
    calendar: Sequence[tuple[str, date, date, str]]

    def beside(self, bucket: str, cell: Cell) -> dict[str, Any]:
        """Return what should stand beside a bucket."""
        end = cell.cut_end
        warm = [v for at, v in self.weather[Measure.TEMPERATURE].items() if cell.cut_start <= at < end]
        wet = [v for at, v in self.weather[Measure.PRECIPITATION].items() if cell.cut_start < at <= end]
        first, last = (at.astimezone(self.zone).date() for at in (cell.cut_start, end - timedelta(seconds=1)))
        found: dict[str, Any] = {
            "temperature_mean_c": sum(warm) / len(warm) if warm else None,
            "temperature_min_c": min(warm, default=None),
            "temperature_max_c": max(warm, default=None),
            "temperature_hours": len(warm),
            "precipitation_mm": sum(wet) if wet else None,
            "precipitation_hours": len(wet),
            "day_type": self._day_type(first) if bucket in {"hour", "day"} else None,
        }
        return found | self._dates("holiday", first, last) | self._dates("school_break", first, last)

    def _dates(self, kind: str, first: date, last: date) -> dict[str, Any]:
        ours = [(day, end, name) for of, day, end, name in self.calendar if of == kind]
        dates = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        known = {day.year + n for day, end, _ in ours for n in range((end - timedelta(days=1)).year - day.year + 1)}
        names = [name for day, end, name in ours if any(day <= one < end for one in dates)]
        inside = [one for one in dates if any(day <= one < end for day, end, _ in ours)]
        is_known = {one.year for one in dates} <= known
        return {kind: ", ".join(names) or None, f"{kind}_days": len(inside) if is_known else None}

    def _day_type(self, day: date) -> str:
        if any(kind == "holiday" and first <= day < end for kind, first, end, _ in self.calendar):
            return "sun_holiday"
        return {5: "fri", 6: "sat", 7: "sun_holiday"}.get(day.isoweekday(), "mon_thu")
