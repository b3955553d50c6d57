"""The weather at a site, from a weather station's file: the form of SMHI's open data, semicolons and hours in UTC."""

import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from itertools import dropwhile
from typing import Final, NamedTuple

from store.database import Database, statement, transaction

_COLUMNS: Final = ("Datum", "Tid (UTC)")
"""What the row above the values begins with; the third names the measure."""


class Measure(StrEnum):
    """What can be kept: a temperature at a moment, or the precipitation of the hour that ends then."""

    TEMPERATURE = "temperature_c"
    PRECIPITATION = "precipitation_mm"


_NAMES: Final = {"Lufttemperatur": Measure.TEMPERATURE, "Nederbördsmängd": Measure.PRECIPITATION}
_PLAUSIBLE: Final = {Measure.TEMPERATURE: (-60.0, 60.0), Measure.PRECIPITATION: (0.0, 200.0)}


class WeatherFileError(Exception):
    """A file isn't of the expected form; the text names the line and what is wrong with it."""


class WeatherValue(NamedTuple):
    """One value of a file, at an aware time."""

    at: datetime
    value: float


def read_weather(lines: Iterable[str]) -> tuple[Measure, list[WeatherValue]]:
    """Return the measure of a file and its values; what stands above the columns and beside them is passed over.

    Raises WeatherFileError, also where a time comes twice with two values.
    """
    numbered = ((number, line.removeprefix("\N{BOM}").rstrip("\r\n")) for number, line in enumerate(lines, 1))
    rows = dropwhile(lambda row: tuple(row[1].split(";")[:2]) != _COLUMNS, numbered)
    heading = next(rows, None)
    if heading is None:
        raise WeatherFileError(f"no line begins with {';'.join(_COLUMNS)}: is it a file by the hour, as SMHI has them?")
    name = [*heading[1].split(";"), ""][2]
    if name not in _NAMES:
        raise WeatherFileError(f"line {heading[0]}: {name!r} is not kept, only {' and '.join(_NAMES)}")
    found: dict[datetime, float] = {}
    for at, value, number in _values(_NAMES[name], rows):
        if found.setdefault(at, value) != value:
            raise WeatherFileError(f"line {number}: {at:%Y-%m-%d %H:%M} UTC is there twice, with two values")
    return _NAMES[name], [WeatherValue(at, value) for at, value in sorted(found.items())]


def import_weather(database: Database, site: str, measure: Measure, values: Iterable[WeatherValue]) -> int:
    """Store the values of a site, in place of those of the same times. Returns how many. Raises DatabaseError."""
    kept = list(values)
    with transaction(database):
        database.execute(
            statement("weather/put"),
            {"site": site, "measure": measure, "times": [one.at for one in kept], "values": [v.value for v in kept]},
        )
        database.execute(statement("facts/site_version_raise"), {"site": site})
    return len(kept)


def _values(measure: Measure, rows: Iterable[tuple[int, str]]) -> Iterator[tuple[datetime, float, int]]:
    low, high = _PLAUSIBLE[measure]
    for number, row in rows:
        if not row.strip(";"):
            continue
        cells = row.split(";")
        try:
            at = datetime.fromisoformat(f"{cells[0]}T{cells[1]}")
            value = float(cells[2].replace(",", "."))
        except (IndexError, ValueError) as error:
            raise WeatherFileError(f"line {number}: {row!r} must be a date, a time and a number") from error
        if at.tzinfo or at != at.replace(minute=0, second=0, microsecond=0):
            raise WeatherFileError(f"line {number}: {cells[1]} must be a whole hour in UTC: a file by the hour is read")
        if not (math.isfinite(value) and low <= value <= high):
            raise WeatherFileError(f"line {number}: {measure} is {cells[2]}, not between {low:g} and {high:g}")
        yield at.replace(tzinfo=UTC), value, number
