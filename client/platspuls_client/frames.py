"""Data frames of rows: their columns with the types that an evaluator works with, in pandas or polars."""

import enum
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import UnionType
from typing import TYPE_CHECKING, Final, get_args
from zoneinfo import ZoneInfo

import msgspec

from platspuls_client.errors import MissingLibraryError

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

_MS_PER_UNIT: Final = {"_ms": 1, "_s": 1000}
"""Suffixes of lengths of time."""


class Kind(enum.Enum):
    """What a column holds."""

    INTEGER = enum.auto()
    NUMBER = enum.auto()
    BOOLEAN = enum.auto()
    WORD = enum.auto()
    TEXT = enum.auto()
    DURATION = enum.auto()
    UTC = enum.auto()
    LOCAL = enum.auto()
    DATE = enum.auto()
    WORDS = enum.auto()
    NESTED = enum.auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        kind: what it holds.
        cells: a value a row; None where there is none. Times are aware, durations timedeltas.
    """

    kind: Kind
    cells: list[object]


def columns(
    row: type[object], rows: Iterable[object], question: Mapping[str, str], *, in_context: bool = False
) -> dict[str, Column]:
    """Return the columns of rows, those of the question first; of numbers none of what no row has, such as context.

    `in_context`: context was asked for, so that where there are no rows its columns are there too, as of other answers.

    Raises TypeError for rows that aren't Structs.
    """
    if not issubclass(row, msgspec.Struct):
        raise TypeError(f"a frame is made of rows of platspuls_client.models, not of {row.__name__}")
    fields = msgspec.structs.fields(row)
    kinds = {field.name: _kind(field.name, field.type, is_numbers=bool(question)) for field in fields}
    held = list(rows)
    found = {name: Column(Kind.WORD, [value] * len(held)) for name, value in question.items() if name not in kinds}
    for field in fields:
        # What the clocks show could be two instants: the time zone makes it of the instant.
        source = "start_utc" if field.name == "start_local" and "start_utc" in kinds else field.name
        cells = [getattr(one, source) for one in held]
        is_optional = bool(question) and field.default is msgspec.UNSET and not (in_context and not held)
        if is_optional and all(cell is msgspec.UNSET for cell in cells):
            continue
        found[field.name] = Column(kinds[field.name], _cells(kinds[field.name], field, cells))
    return found


def to_pandas(found: Mapping[str, Column], zone: ZoneInfo) -> "pd.DataFrame":
    """Return a frame of pandas. Raises MissingLibraryError."""
    with _needing("pandas"):
        import pandas as pd  # noqa: PLC0415 - an extra

    types = {
        Kind.INTEGER: "Int64",
        Kind.NUMBER: "float64",
        Kind.BOOLEAN: "boolean",
        Kind.WORD: "category",
        Kind.TEXT: "string",
        Kind.DURATION: "timedelta64[ms]",
        Kind.UTC: pd.DatetimeTZDtype("us", UTC),
        Kind.LOCAL: pd.DatetimeTZDtype("us", UTC),
        Kind.DATE: "datetime64[s]",
        Kind.WORDS: "object",
        Kind.NESTED: "object",
    }
    made = {name: pd.Series(column.cells, dtype=types[column.kind]) for name, column in found.items()}
    for name, column in found.items():
        if column.kind is Kind.LOCAL:
            made[name] = made[name].dt.tz_convert(zone)
    return pd.DataFrame(made)


def to_polars(found: Mapping[str, Column], zone: ZoneInfo) -> "pl.DataFrame":
    """Return a frame of polars; nested values are JSON texts. Raises MissingLibraryError."""
    with _needing("polars"):
        import polars as pl  # noqa: PLC0415 - an extra

    types = {
        Kind.INTEGER: pl.Int64(),
        Kind.NUMBER: pl.Float64(),
        Kind.BOOLEAN: pl.Boolean(),
        Kind.WORD: pl.Categorical(),
        Kind.TEXT: pl.String(),
        Kind.DURATION: pl.Duration("ms"),
        Kind.UTC: pl.Datetime("us", "UTC"),
        Kind.LOCAL: pl.Datetime("us", "UTC"),
        Kind.DATE: pl.Date(),
        Kind.WORDS: pl.List(pl.String()),
        Kind.NESTED: pl.String(),
    }
    frame = pl.DataFrame({name: pl.Series(name, _plain(column), types[column.kind]) for name, column in found.items()})
    local = [name for name, column in found.items() if column.kind is Kind.LOCAL]
    return frame.with_columns(pl.col(local).dt.convert_time_zone(str(zone)))


def _plain(column: Column) -> list[object]:
    if column.kind is not Kind.NESTED:
        return column.cells
    return [None if value is None else json.dumps(value, ensure_ascii=False) for value in column.cells]


def _kind(name: str, annotation: object, *, is_numbers: bool) -> Kind:
    """Return what a field holds; texts of rows of numbers are keys and words, which come again and again."""
    held = [part for part in _parts(annotation) if part not in {type(None), msgspec.UnsetType}]
    if held == [list[str]]:
        return Kind.WORDS
    [part] = held if len(held) == 1 else [None]
    if part in {int, float} and name.endswith(tuple(_MS_PER_UNIT)):
        return Kind.DURATION
    if part is datetime:
        return Kind.UTC if name.endswith("_utc") else Kind.LOCAL
    texts = Kind.WORD if is_numbers else Kind.TEXT
    plain = {int: Kind.INTEGER, float: Kind.NUMBER, bool: Kind.BOOLEAN, str: texts, date: Kind.DATE}
    return plain.get(part, Kind.NESTED) if isinstance(part, type) else Kind.NESTED


def _parts(annotation: object) -> tuple[object, ...]:
    return get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)


def _cells(kind: Kind, field: msgspec.structs.FieldInfo, given: list[object]) -> list[object]:
    """Return values as a column holds them."""
    if msgspec.UnsetType in _parts(field.type):
        given = [None if one is msgspec.UNSET else one for one in given]
    if kind is Kind.DURATION:
        [unit] = [ms for suffix, ms in _MS_PER_UNIT.items() if field.name.endswith(suffix)]
        return [timedelta(milliseconds=one * unit) if isinstance(one, int | float) else None for one in given]
    return [msgspec.to_builtins(one) for one in given] if kind is Kind.NESTED else given


@contextmanager
def _needing(library: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != library:
            raise
        raise MissingLibraryError(
            f"a frame of {library} needs {library}, which isn't installed: pip install './client[{library}]'"
        ) from error
