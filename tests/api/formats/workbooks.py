"""Reads workbooks back: the rows of the answer, by the names and in the units that the other forms have."""

import io
from datetime import datetime, time, timedelta
from typing import Any, Final

import openpyxl

from core.texts.catalog import Domain, Language, catalog

_SECONDS: Final = frozenset({"presence_s", "raw_presence_s"})


def sheet(content: bytes, name: str, language: Language = Language.EN) -> list[tuple[Any, ...]]:
    """Return the rows of a sheet, by its English name."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    translated = catalog(Domain.ANSWERS, language).gettext(name)
    return list(book[translated].iter_rows(values_only=True))


def workbook_rows(content: bytes, language: Language = Language.EN) -> list[dict[str, Any]]:
    """Return the rows of the answer; what the workbook derives (date, weekday, hour) is left out."""
    described = sheet(content, "columns", language)[1:]
    labels, *rows = sheet(content, "data", language)
    assert [row[0] for row in described] == list(labels)
    yes = catalog(Domain.ANSWERS, language).gettext("yes")
    columns = [(place, row[3]) for place, row in enumerate(described)]
    derived = {"date", "weekday", "hour"}
    if any(name == "start_local" for _, name in columns):
        columns = [(place, name) for place, name in columns if name not in derived]
    return [{name: _value(name, row[place], yes) for place, name in columns} for row in rows]


def _value(name: str, value: Any, yes: str) -> Any:  # noqa: ANN401 - cells are anything
    if value is None:
        return None
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    if name.endswith("_ms"):
        return round(value / timedelta(milliseconds=1))
    if isinstance(value, timedelta):
        return round(value / timedelta(seconds=1), 1)
    if name in _SECONDS:
        return round(value * 3600)
    if name in {"wide", "partial", "estimate"}:
        return value == yes
    return value.replace(microsecond=0) if isinstance(value, datetime) else value
