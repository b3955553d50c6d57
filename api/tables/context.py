"""The columns that a row has beside its numbers where `context` is asked for: weather, holidays and school breaks."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Final

from pydantic import Field

from api.tables.cell import LastColumns
from api.tables.weather import (
    Precipitation,
    TemperatureMax,
    TemperatureMean,
    TemperatureMin,
)

_DAYS: Final = "dates of the bucket are {}. Null where the site file has none in all their year."


class InContext(LastColumns):
    """What is known beside the numbers of a bucket. Only with `context=true`, and of what the site has."""

    temperature_mean_c: TemperatureMean = None
    temperature_min_c: TemperatureMin = None
    temperature_max_c: TemperatureMax = None
    temperature_hours: Annotated[int | None, Field(description="How many temperatures there are.", examples=[24])] = (
        None
    )
    precipitation_mm: Precipitation = None
    precipitation_hours: Annotated[int | None, Field(description="How many such hours there are.", examples=[24])] = (
        None
    )
    holiday: Annotated[
        str | None,
        Field(description="Names of the holidays in the bucket, by the site file; null without any.", examples=[None]),
    ] = None
    holiday_days: Annotated[int | None, Field(description=f"How many {_DAYS.format('holidays')}", examples=[0])] = None
    school_break: Annotated[
        str | None,
        Field(
            description="Names of the school breaks in the bucket, by the site file; null without any.",
            examples=["Höstlov"],
        ),
    ] = None
    school_break_days: Annotated[
        int | None, Field(description=f"How many {_DAYS.format('in a school break')}", examples=[1])
    ] = None
    day_type: Annotated[
        str | None,
        Field(
            description="mon_thu, fri, sat or sun_holiday, as in profiles; null of weeks and months.",
            examples=["mon_thu"],
        ),
    ] = None


CONTEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "temperature_c": ("temperature_mean_c", "temperature_min_c", "temperature_max_c", "temperature_hours"),
    "precipitation_mm": ("precipitation_mm", "precipitation_hours"),
    "holiday": ("holiday", "holiday_days"),
    "school_break": ("school_break", "school_break_days"),
}
"""Columns by what a site has: a measure of weather, a kind of dates in its calendar."""


def context_columns(known: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of what a site has, in their order; the kind of day with any calendar. None of nothing."""
    has = set(known)
    found = [name for what, names in CONTEXT.items() if what in has for name in names]
    return (*found, "day_type") if has & {"holiday", "school_break"} else tuple(found)
