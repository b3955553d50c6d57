"""The world file: places, routes through them, and how many people come when."""

import math
import tomllib
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator

from counter.errors import SourceError
from counter.fields import StrictTable
from sim.settings import Box

LONGEST_S: Final = 5400
"""Longest time anyone may spend in the world: whoever is there now came within so many seconds."""
SLOWEST_M_S: Final = 0.8
FASTEST_M_S: Final = 1.9

Hourly = Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=24, max_length=24)]
"""One number for each local hour of the day."""


class WorldError(SourceError):
    """The world file can't be read, or says something impossible."""


class Place(StrictTable):
    """A box that routes pass through; each person goes to a random point of it.

    Attributes:
        box: x0, y0, x1, y1 in metres. May be a line or a point.
        lane: a person keeps to the same side of all lanes, instead of a new random y in each.
        stop_share: share of those passing who stop here.
        stop_median_s: median of the time they stop, log-normal.
        stop_sigma: standard deviation of that time's logarithm.
        stop_max_s: longest stop.
    """

    box: Box
    lane: bool = False
    stop_share: Annotated[float, Field(ge=0, le=1)] = 0.0
    stop_median_s: Annotated[float, Field(gt=0)] = 1.0
    stop_sigma: Annotated[float, Field(ge=0, le=3)] = 0.0
    stop_max_s: Annotated[float, Field(gt=0, le=LONGEST_S)] = 3600.0

    @field_validator("box")
    @classmethod
    def _in_order(cls, box: Box) -> Box:
        if box[0] > box[2] or box[1] > box[3]:
            raise ValueError(f"box {list(box)} is not x0, y0, x1, y1 with x0 <= x1 and y0 <= y1")
        return box


class Route(StrictTable):
    """One way through the world, from outside to outside.

    Attributes:
        stops: names of places, in order.
        weight: how common the route is, against the others.
        profile: name of the profile that says at which hours.
        stays: true where people come to stay; such routes grow with the trend.
    """

    stops: Annotated[tuple[str, ...], Field(min_length=2, max_length=12)]
    weight: Annotated[float, Field(gt=0)]
    profile: str
    stays: bool = False


class World(StrictTable):
    """A world file.

    Attributes:
        time_zone: IANA name; the hours below are local.
        weekday: people who come in each hour, Monday to Friday; `saturday` and `sunday` the same.
        quiet_days: local dates on which only `quiet_share` of the usual number come.
        day_sigma: day-to-day variation: standard deviation of the logarithm of a day's number.
        pair_share: share of arrivals that are two people side by side.
        trend_from: local date at which staying is as common as the weights say.
        trend_per_week: by how much staying grows a week, as a share; held within half and double.
        profiles: name -> a factor for each local hour.
        places: name -> place.
        routes: the ways through the places.
    """

    time_zone: str
    weekday: Hourly
    saturday: Hourly
    sunday: Hourly
    quiet_days: tuple[date, ...] = ()
    quiet_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    day_sigma: Annotated[float, Field(ge=0, le=1)] = 0.08
    pair_share: Annotated[float, Field(ge=0, le=1)] = 0.2
    trend_from: date
    trend_per_week: Annotated[float, Field(ge=-1, le=1)] = 0.0
    profiles: dict[str, Hourly]
    places: dict[str, Place]
    routes: Annotated[tuple[Route, ...], Field(min_length=1, max_length=100)]

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"time_zone {name!r} is not an IANA time zone") from error
        return name

    @model_validator(mode="after")
    def _names_and_lengths(self) -> Self:
        for route in self.routes:
            self._check_names(route)
            if (longest_s := self.longest_s(route)) > LONGEST_S:
                raise ValueError(f"route {' - '.join(route.stops)} may take {longest_s:.0f} s, {LONGEST_S} at most")
        return self

    def _check_names(self, route: Route) -> None:
        if unknown := [stop for stop in route.stops if stop not in self.places]:
            raise ValueError(f"route stops at {unknown[0]!r}, which is not a place")
        if route.profile not in self.profiles:
            raise ValueError(f"route has profile {route.profile!r}, which is not a profile")

    def longest_s(self, route: Route) -> float:
        """Return the longest time the route can take, seconds: every stop made, at the slowest walk."""
        places = [self.places[stop] for stop in route.stops]
        metres = sum(_farthest(a.box, b.box) for a, b in pairwise(places))
        return metres / SLOWEST_M_S + sum(place.stop_max_s for place in places if place.stop_share > 0)


def _farthest(a: Box, b: Box) -> float:
    return math.hypot(max(a[2], b[2]) - min(a[0], b[0]), max(a[3], b[3]) - min(a[1], b[1]))


def load_world(path: Path) -> World:
    """Read a world file. Raises WorldError, naming every wrong field."""
    try:
        return World.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise WorldError(f"world file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorldError(f"world file {path} is not TOML: {error}") from error
    except ValidationError as error:
        raise WorldError(f"world file {path}: {'; '.join(_sentences(error))}") from error


def _sentences(error: ValidationError) -> Iterable[str]:
    for fault in error.errors():
        yield f"{'.'.join(map(str, fault['loc'])) or 'the whole'}: {fault['msg']}"
