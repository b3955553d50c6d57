"""Rows of the weather: one bucket of a site each."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from api.tables.base import FrozenModel
from api.tables.cell import Cell

TemperatureMean = Annotated[
    float | None,
    Field(description="Mean of the temperatures, in degrees Celsius. Null without any.", examples=[7.4]),
]
TemperatureMin = Annotated[float | None, Field(description="The lowest of them.", examples=[5.1])]
TemperatureMax = Annotated[float | None, Field(description="The highest of them.", examples=[9.8])]
TemperatureHours = Annotated[int, Field(description="How many temperatures there are.", examples=[24])]
Precipitation = Annotated[
    float | None,
    Field(description="Precipitation of the hours that end in it, in mm. Null without any.", examples=[1.2]),
]
PrecipitationHours = Annotated[int, Field(description="How many such hours there are.", examples=[24])]


class WeatherRow(Cell):
    """The weather at a site in one bucket, as a weather station reported it. Nothing is filled in."""

    temperature_mean_c: TemperatureMean
    temperature_min_c: TemperatureMin
    temperature_max_c: TemperatureMax
    temperature_hours: TemperatureHours
    precipitation_mm: Precipitation
    precipitation_hours: PrecipitationHours


class WeatherImport(FrozenModel):
    """A file of weather that was imported and held something new: who did it, and how much it changed."""

    weather_import_id: Annotated[int, Field(description="Its number.", examples=[3])]
    measure: Annotated[str, Field(description="temperature_c or precipitation_mm.", examples=["temperature_c"])]
    file_name: Annotated[str, Field(description="Name of the file.", examples=["smhi-opendata_1_98230.csv"])]
    imported_at: AwareDatetime
    imported_by: Annotated[
        str, Field(description="Who ran the command; a pseudonym, but to admin.", examples=["cli:ansvarig"])
    ]
    first_at: Annotated[AwareDatetime, Field(description="The first time of which it changed the value.")]
    last_at: Annotated[AwareDatetime, Field(description="The last such time.")]
    added: Annotated[int, Field(description="How many times had no value before.", examples=[744])]
    replaced: Annotated[
        int, Field(description="How many had another value, which is kept (`platspuls weather list`).", examples=[0])
    ]
