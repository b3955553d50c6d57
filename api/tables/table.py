"""What the rows of an answer are: the one description of columns that CSV, Parquet and XLSX files are made from.

The row models (api/tables/) say the name, type and meaning of each column; this reads them.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, Self, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, NaiveDatetime

from api.tables.context import InContext
from core.texts.catalog import Domain, Language, catalog


class ColumnKind(enum.StrEnum):
    """What a column holds, as far as a file must know.

    Attributes:
        TEXT: keys and names; names are what people typed.
        INTEGER: a whole number.
        NUMBER: a number with decimals, rounded already.
        BOOLEAN: true or false.
        LIST: keys or words.
        INSTANT: a time, UTC, to the second.
        LOCAL: a time as the site's clocks show it.
        OFFSET: of the site from UTC, as +01:00.
    """

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    LIST = "list"
    INSTANT = "instant"
    LOCAL = "local"
    OFFSET = "offset"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file.

    Attributes:
        name: as in JSON.
        kind: what it holds.
        meaning: a sentence or two, in English.
    """

    name: str
    kind: ColumnKind
    meaning: str

    def meaning_in(self, language: Language) -> str:
        """Return its meaning in a language."""
        return catalog(Domain.ANSWERS, language).pgettext(self.name, self.meaning)


CORRECTED: Final = "corrected/"
"""The folder of the statements of corrected numbers; each has the name of the raw one's."""


@dataclass(frozen=True, slots=True)
class Table:
    """What an answer holds.

    Attributes:
        statement: its rows.
        row: their columns.
        name: a part of the name of a file.
        of: site, space, border, line or zone, whose rows follow each other, those that `only` names; None of no one.
        is_profile: its rows are groups of a profile, not buckets.
        context: the columns of weather and calendar that end its rows.
    """

    statement: str
    row: type[BaseModel]
    name: str
    of: str | None = None
    is_profile: bool = False
    context: tuple[str, ...] = ()

    @property
    def numbers(self) -> str:
        """Tell whether they are corrected by calibrations, or raw."""
        return "corrected" if self.statement.startswith(CORRECTED) else "raw"

    def columns(self) -> tuple[Column, ...]:
        """Return the columns of a file: of JSON's rows, after the site and the bucket (of a profile, what it is by)."""
        beside = columns(InContext) if issubclass(self.row, InContext) else ()
        own = (column for column in columns(self.row) if column not in beside)
        asked = (column for column in beside if column.name in self.context)
        return (_SITE, _BY if self.is_profile else _BUCKET, *own, *asked)

    def in_context(self, context: tuple[str, ...]) -> Self:
        """Return the table with these columns of weather and calendar beside its own."""
        return replace(self, name=f"{self.name}-context", context=context)

    def header(self) -> list[str]:
        """Return the names of a file's columns."""
        return [column.name for column in self.columns()]


_SITE: Final = Column("site", ColumnKind.TEXT, "Key of the site.")
_BUCKET: Final = Column(
    "bucket", ColumnKind.TEXT, "Length of a cell in local time: quarter, hour, day, week (ISO) or month."
)
_BY: Final = Column(
    "by",
    ColumnKind.TEXT,
    "What rows are put together by: weekday, hour, weekday_hour, day_type or month; of participants kind, kind_age, "
    "kind_gender or kind_group.",
)
"""These stand in front of each row of a file: its question."""

_KINDS: Final[Mapping[object, ColumnKind]] = {
    str: ColumnKind.TEXT,
    int: ColumnKind.INTEGER,
    float: ColumnKind.NUMBER,
    bool: ColumnKind.BOOLEAN,
    AwareDatetime: ColumnKind.INSTANT,
    NaiveDatetime: ColumnKind.LOCAL,
}


@cache
def columns(row: type[BaseModel]) -> tuple[Column, ...]:
    """Return the columns of a row model."""
    return tuple(
        Column(name, ColumnKind.OFFSET if name == "utc_offset" else _kind(field.annotation), field.description or "")
        for name, field in row.model_fields.items()
    )


def _kind(annotation: object) -> ColumnKind:
    if get_origin(annotation) is list:
        return ColumnKind.LIST
    [kind] = {_KINDS[part] for part in (annotation, *get_args(annotation)) if part in _KINDS}
    return kind
