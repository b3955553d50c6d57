"""Colours, limits and columns: how values are shown.

Colour-blind people can distinguish the colours too (Okabe and Ito's set), and mean the same in all panels.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.models.dashboard import (
    DynamicConfigValue,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMappingResult,
)

from dashboards.page import Page, only_device_link


class Colour(enum.StrEnum):
    """A colour and what it stands for."""

    IN = "#0072B2"
    OUT = "#E69F00"
    GOOD = "#009E73"
    DOUBTFUL = "#F0E442"
    BAD = "#D55E00"
    PLAIN = "#999999"
    ARRANGED = "#CC79A7"
    BASELINE = "#56B4E9"
    FOLLOW_UP = "#0072B2"


class FieldUnit(enum.StrEnum):
    """Grafana's id of a unit."""

    COUNT = "locale"
    DECIMAL = "none"
    HOURS = "h"
    BYTES = "decbytes"
    DAYS = "d"
    SHARE = "percentunit"
    SECONDS = "s"
    MILLISECONDS = "ms"
    HERTZ = "hertz"
    CELSIUS = "celsius"
    TIME = "dateTimeAsIso"
    TEXT = "string"


@dataclass(frozen=True, slots=True)
class Limits:
    """From which values on a colour is used; the first is that of everything below."""

    base: Colour
    steps: tuple[tuple[float, Colour], ...] = ()

    def build(self) -> ThresholdsConfig:
        """Return Grafana's thresholds."""
        steps = [Threshold(None, self.base), *(Threshold(value, colour) for value, colour in self.steps)]
        return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


PLAIN: Final = Limits(Colour.PLAIN)
COUNTED: Final = Limits(Colour.IN)
COVERAGE: Final = Limits(Colour.BAD, ((0.5, Colour.DOUBTFUL), (0.9, Colour.GOOD)))
NONE_EXPECTED: Final = Limits(Colour.GOOD, ((1, Colour.BAD),))
DOWNWARDS: Final[dict[str, object]] = {"custom.transform": "negative-Y"}
DASHED: Final[Mapping[str, object]] = {"custom.lineStyle": {"fill": "dash", "dash": [8, 6]}}
COLOURED_TEXT: Final[Mapping[str, object]] = {"custom.cellOptions": {"type": "color-text"}}
COLOURED_CELL: Final[Mapping[str, object]] = {
    "custom.cellOptions": {"type": "color-background", "mode": "basic"},
    "custom.width": 44,
    "custom.align": "center",
    # A cell without a value is not painted: missing is not little.
    "mappings": [{"type": "special", "options": {"match": "null", "result": {"text": "", "color": "transparent"}}}],
}
AGE_OF_FIGURE: Final = Limits(Colour.GOOD, ((20, Colour.BAD),))
RECORDS_WAITING: Final = Limits(Colour.GOOD, ((60, Colour.DOUBTFUL), (1440, Colour.BAD)))
AGE_OF_RECORD: Final = Limits(Colour.GOOD, ((3600, Colour.DOUBTFUL), (86_400, Colour.BAD)))
CLOCK_OFFSET: Final = Limits(Colour.GOOD, ((2000, Colour.DOUBTFUL), (60_000, Colour.BAD)))
CLOCK_SKEW: Final = Limits(Colour.GOOD, ((20, Colour.DOUBTFUL), (121, Colour.BAD)))
SIGNED_SKEW: Final = Limits(
    Colour.BAD, ((-120, Colour.DOUBTFUL), (-20, Colour.GOOD), (20, Colour.DOUBTFUL), (121, Colour.BAD))
)
DAYS_LEFT: Final = Limits(Colour.BAD, ((14, Colour.DOUBTFUL), (30, Colour.GOOD)))
AGE_OF_NOTE: Final = Limits(Colour.GOOD, ((2 * 86_400, Colour.BAD),))
FULLNESS: Final = Limits(Colour.GOOD, ((0.7, Colour.DOUBTFUL), (0.85, Colour.BAD)))
AGE_OF_DEVICE: Final = Limits(Colour.GOOD, ((90, Colour.DOUBTFUL), (300, Colour.BAD)))


@dataclass(frozen=True, slots=True)
class Field:
    """How one column of a query is shown.

    Attributes:
        column: its name in the query.
        name: shown to the reader; None where each row is shown by its own name.
        unit: of its values.
        limits: colours by value; None leaves it plain.
        words: what to show instead of a value, and its colour.
        only_device: whether it links to the dashboard for the counter of the row.
        custom: further settings of the field, by Grafana's names.
    """

    column: str
    name: str | None
    unit: FieldUnit = FieldUnit.TEXT
    limits: Limits | None = None
    words: Mapping[str, tuple[str, Colour]] = field(default_factory=dict)
    only_device: str | None = None
    custom: Mapping[str, object] = field(default_factory=dict)

    def settings(self, page: Page) -> list[DynamicConfigValue]:
        """Return what Grafana overrides for this column."""
        settings = [_set("unit", self.unit.value)]
        if self.name:
            settings.append(_set("displayName", page.say(self.name)))
        if self.limits:
            settings.append(_set("thresholds", self.limits.build().build()))
            settings.append(_set("color", {"mode": "thresholds"}))
        if self.words:
            settings.append(_set("mappings", [self._map(page)]))
        if self.only_device:
            settings.append(_set("links", [only_device_link(page, self.only_device)]))
        return [*settings, *(_set(name, value) for name, value in self.custom.items())]

    def _map(self, page: Page) -> ValueMap:
        words = enumerate(self.words.items())
        return ValueMap(
            {value: ValueMappingResult(page.say(text), colour, index=index) for index, (value, (text, colour)) in words}
        )


def _set(name: str, value: object) -> DynamicConfigValue:
    return DynamicConfigValue(name, value)


def series(column: str, name: str, colour: Colour, unit: FieldUnit = FieldUnit.COUNT, *, down: bool = False) -> Field:
    """Return a column or series with a fixed colour; `down` draws it below the axis."""
    return _painted(Field(column, name, unit), "fixed", colour, down=down)


def shades(column: str, name: str, colour: Colour, *, down: bool = False) -> Field:
    """Return counts of one direction in several series, each a shade of its colour; `down` draws below the axis."""
    return _painted(Field(column, name, FieldUnit.COUNT), "shades", colour, down=down)


def _painted(field_: Field, mode: str, colour: Colour, *, down: bool) -> Field:
    color: dict[str, object] = {"color": {"mode": mode, "fixedColor": colour.value}}
    return replace(field_, custom=color | (DOWNWARDS if down else {}))


def hours_of_day(unit: FieldUnit) -> list[Field]:
    """Return the 24 columns h00 to h23 of a table of hours, each painted by its value."""
    names = [f"{hour:02}" for hour in range(24)]
    return [Field(f"h{name}", name, unit, custom=COLOURED_CELL) for name in names]


def coloured(column: str, name: str, unit: FieldUnit, limits: Limits) -> Field:
    """Return a table's column whose text has the colour of its value."""
    return Field(column, name, unit, limits, custom=COLOURED_TEXT)
