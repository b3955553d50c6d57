"""The weather at a site, from a weather station's file: the form of SMHI's open data, semicolons and hours in UTC."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
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


class WeatherImported(NamedTuple):
    """How many values of a file were new, and how many replaced another; the others were there already."""

    added: int
    replaced: int


class NotedImport(NamedTuple):
    """An import that changed something: from its first to its last such time, aware."""

    site: str
    weather_import_id: int
    measure: Measure
    file_name: str
    imported_at: datetime
    imported_by: str
    first_at: datetime
    last_at: datetime
    added: int
    replaced: int


class ReplacedValue(NamedTuple):
    """A value as it was before an import replaced it."""

    site: str
    weather_import_id: int
    measure: Measure
    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class WeatherSource:
    """Where values come from: the name of the file, and who brings it."""

    file_name: str
    by: str


def import_weather(
    database: Database, site: str, measure: Measure, values: Iterable[WeatherValue], source: WeatherSource
) -> WeatherImported:
    """Store the values of a site, in place of those of the same times, which are kept beside the import.

    Values that are there already change nothing, and a file of such alone leaves no trace. Raises DatabaseError.
    """
    kept = list(values)
    given = {"times": [one.at for one in kept], "values": [one.value for one in kept]}
    words = {"site": site, "measure": measure, "file": source.file_name, "by": source.by}
    with transaction(database):
        database.execute(statement("weather/lock"), words)
        changed = database.execute(statement("weather/put"), words | given).fetchone()
        if changed is None:
            return WeatherImported(0, 0)
        database.execute(statement("facts/site_version_raise"), {"site": site})
    return WeatherImported(*changed)


def imports(database: Database, sites: Sequence[str]) -> list[NotedImport]:
    """Return the imports of sites in order. Raises DatabaseError."""
    with transaction(database):
        rows = database.execute(statement("weather/imports"), {"sites": list(sites)}).fetchall()
    return [NotedImport(site, number, Measure(measure), *rest) for site, number, measure, *rest in rows]


def replaced_values(database: Database, sites: Sequence[str]) -> list[ReplacedValue]:
    """Return the values of sites that imports replaced, in order. Raises DatabaseError."""
    with transaction(database):
        rows = database.execute(statement("weather/replaced"), {"sites": list(sites)}).fetchall()
    return [ReplacedValue(site, number, Measure(measure), at, value) for site, number, measure, at, value in rows]


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
