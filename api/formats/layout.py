"""How a workbook shows the columns of an answer: in which order, called what, and with values that people read.

Times are days, as spreadsheets have it, so that hours and minutes can be added; ratios stay ratios, shown in percent.
"""

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.formats.labels import Labels
from api.formats.metadata import ResultMetadata
from api.logbook.words import names_by_field
from api.tables.table import Column, ColumnKind
from core.texts.catalog import Language

Row = Sequence[Any]

_DAY_S: Final = 86_400
_DAY_MS: Final = 86_400_000
_HOUR_S: Final = 3_600
_DAYS_BEFORE_1970: Final = 25_569
"""Of a spreadsheet's count of days."""


class Style(enum.StrEnum):
    """How a cell shows its value.

    Attributes:
        TEXT: as it is.
        WHOLE: a whole number.
        NUMBER: a number with decimals.
        PERCENT: a ratio as a percentage.
        HOURS: person-hours.
        SPAN: a length of time in hours and minutes; its value is days.
        SHORT_SPAN: the same in minutes and seconds.
        DATE: a date.
        MOMENT: a date and a time.
    """

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    PERCENT = "percent"
    HOURS = "hours"
    SPAN = "span"
    SHORT_SPAN = "short_span"
    DATE = "date"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the sheet of rows.

    Attributes:
        label: its heading.
        source: the column of the answer that it comes from.
        name: that column's name, or that of what is derived from it.
        style: how its cells show their values.
        value: of a cell, from a row of the answer; None where there is none.
    """

    label: str
    source: Column
    name: str
    style: Style
    value: Callable[[Row], str | float | None]


_LAST: Final = ("start_utc", "end_utc", "utc_offset", "site", "bucket", "by")
"""What programs need of a row more than people do stands at its end."""
_TEXTS: Final[Mapping[Language, str]] = {Language.SV: "name_sv", Language.EN: "name_en"}
_GROUPS: Final = frozenset({"weekday", "hour", "day_type", "month"})
_PEOPLE: Final[Mapping[str, frozenset[str]]] = {
    "kind": frozenset({"gender", "age"}),
    "kind_age": frozenset({"gender"}),
    "kind_gender": frozenset({"age"}),
}
"""What participants aren't by."""
_PRESENCE: Final = frozenset({"presence_s", "raw_presence_s"})
_QUANTILES: Final = frozenset({"median_s", "p75_s", "p90_s"})
_WORDY: Final = frozenset({"role", "kind", "refused_for", "numbers", "day_type", "bucket"})
_DERIVED: Final[Mapping[str, tuple[str, ...]]] = {
    "quarter": ("date", "weekday", "hour"),
    "hour": ("date", "weekday", "hour"),
    "day": ("date", "weekday"),
    "week": ("date",),
    "month": ("date",),
}
"""What is derived from the local start, by the bucket."""


def letters(place: int) -> str:
    """Return what a spreadsheet calls the column at a place, from 0: A to Z, AA and so on."""
    before, last = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def sheet_columns(metadata: ResultMetadata, labels: Labels) -> tuple[SheetColumn, ...]:
    """Return the columns of the sheet of rows."""
    columns = metadata.table.columns()
    places = {column.name: (place, column) for place, column in enumerate(columns)}
    left_out = _left_out(metadata, labels.language, places.keys())
    order = [name for name in places if name not in left_out and name not in _LAST]
    order += [name for name in _LAST if name in places]
    made: list[SheetColumn] = []
    for name in order:
        place, column = places[name]
        if name == "start_local":
            made += derived(column, place, _DERIVED[metadata.query.bucket.value], labels)
        made.append(shown(column, place, labels))
    return tuple(made)


def _left_out(metadata: ResultMetadata, language: Language, names: Iterable[str]) -> frozenset[str]:
    """Return the columns that say nothing here: names in the other language, what a profile isn't by."""
    other = {name for spoken, name in _TEXTS.items() if spoken is not language}
    by = metadata.query.by
    groups = _GROUPS - _grouped(by.value) if by is not None else frozenset[str]()
    groups |= _PEOPLE.get(by.value if by is not None else "", frozenset())
    twice = {"presence_hours"} if "presence_s" in names else set[str]()
    return frozenset(other | groups | twice)


def _grouped(by: str) -> frozenset[str]:
    return frozenset({"weekday", "hour"} if by == "weekday_hour" else {by})


def derived(column: Column, place: int, names: Sequence[str], labels: Labels) -> list[SheetColumn]:
    """Return what is made of a local time for people to filter by: date, weekday, hour; those that are named."""

    def day(row: Row) -> int:
        return int(row[place]) // _DAY_S

    values: Mapping[str, tuple[Style, Callable[[Row], str | float | None]]] = {
        "date": (Style.DATE, lambda row: day(row) + _DAYS_BEFORE_1970),
        "weekday": (Style.TEXT, lambda row: labels.weekday((day(row) + 3) % 7 + 1)),  # 1970 began on a Thursday
        "hour": (Style.WHOLE, lambda row: int(row[place]) % _DAY_S // _HOUR_S),
    }
    return [SheetColumn(labels.column(name), column, name, *values[name]) for name in names]


def shown(column: Column, place: int, labels: Labels) -> SheetColumn:
    """Return how a column is shown whose values are at this place of a row."""
    style, form = _form(column, labels)

    def value(row: Row) -> str | float | None:
        found = row[place]
        return None if found is None else form(found)

    name = "name" if column.name in _TEXTS.values() else column.name
    return SheetColumn(labels.column(name), column, column.name, style, value)


def _form(column: Column, labels: Labels) -> tuple[Style, Callable[[Any], str | float | None]]:  # noqa: PLR0911 - one a form
    """Return how the values of a column are shown, and what makes them."""
    name, kind = column.name, column.kind
    if kind is ColumnKind.BOOLEAN:
        return Style.TEXT, labels.yes_or_no
    if kind is ColumnKind.LIST:
        return Style.TEXT, lambda words: ", ".join(map(labels.word if name == "flags" else str, words)) or None
    if kind in {ColumnKind.INSTANT, ColumnKind.LOCAL}:
        return Style.MOMENT, lambda seconds: seconds / _DAY_S + _DAYS_BEFORE_1970
    if name == "weekday":
        return Style.TEXT, labels.weekday
    if words := names_by_field().get(name):
        return Style.TEXT, lambda word: getattr(words[word], labels.language.value) if word in words else str(word)
    if kind in {ColumnKind.TEXT, ColumnKind.OFFSET}:
        return Style.TEXT, _spelled(name, labels)
    if name.endswith("_ms"):
        return Style.SPAN, lambda ms: ms / _DAY_MS
    if name in _QUANTILES:
        return Style.SHORT_SPAN, lambda seconds: seconds / _DAY_S
    if name in _PRESENCE:
        return Style.HOURS, lambda seconds: seconds / _HOUR_S
    return _number_style(column), lambda value: value


def _spelled(name: str, labels: Labels) -> Callable[[str], str]:
    """Return how a text of a column is spelled: keys and names as they are, words of ours in the language."""
    if name == "by":
        return labels.group
    return labels.word if name in _WORDY else str


def _number_style(column: Column) -> Style:
    if column.name == "coverage" or column.name.startswith(("share", "raw_share")):
        return Style.PERCENT
    if column.name.startswith("presence_hours"):
        return Style.HOURS
    return Style.WHOLE if column.kind is ColumnKind.INTEGER else Style.NUMBER
