"""Dates for the calendar of a site file, from a CSV as a school or a spreadsheet has it.

Its first line names the columns: from, to, name, kind, in any order and in English or Swedish. `to` is the last day
itself, as people write it, and not the day after as in the site file.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Final

from core.site_file.document import CalendarSpec

_COLUMNS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("from", "från", "fr.o.m.", "from och med", "från och med", "start", "datum", "date"), "from"),
    **dict.fromkeys(("to", "till", "t.o.m.", "tom", "till och med", "slut", "end", "last"), "to"),
    **dict.fromkeys(("name", "namn", "benämning"), "name"),
    **dict.fromkeys(("kind", "typ", "slag", "sort"), "kind"),
}
_KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("holiday", "helgdag", "röd dag"), "holiday"),
    **dict.fromkeys(("school_break", "school break", "lov", "skollov", "lovdag", "studiedag"), "school_break"),
}
_MONTHS: Final = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_ISO: Final = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/. ]\s*(\d{4})")
_WORDS: Final = re.compile(r"(\d{1,2})\s+([a-zå]{3})[a-z]*\.?\s+(\d{4})")
_LONGEST_NAME: Final = 200


class CalendarFileError(Exception):
    """A file holds no such dates; the text names each fault with its line, its column and its value."""


@dataclass(frozen=True, slots=True)
class _DatesRow:
    """A line of the file: its number, and its cells by column."""

    line: int
    cells: Mapping[str, str]


def read_calendar(text: str, kind: str | None = None) -> list[CalendarSpec]:
    """Return the dates of a CSV in order, with semicolons, commas or tabs between its cells.

    Args:
        text: of the file; a mark for UTF-8 at its beginning is passed over.
        kind: holiday or school_break, of rows that don't say theirs.

    Raises:
        CalendarFileError: with all that is wrong, not only the first.
    """
    faults: list[str] = []
    found = [(row.line, spec) for row in _rows(text) if (spec := _spec(row, kind, faults)) is not None]
    for (_, one), (line, other) in combinations(sorted(found, key=lambda item: (item[1].start, item[0])), 2):
        if one.kind == other.kind and other.start < one.end_day and one != other:
            faults.append(f"line {line}: {other.name} overlaps {one.name}: a date is in one {one.kind} at most")
    if faults:
        raise CalendarFileError("\n".join(faults))
    return sorted({spec: None for _, spec in found}, key=lambda spec: (spec.start, spec.kind))


def as_entries(dates: Iterable[CalendarSpec]) -> Iterator[str]:
    """Yield each as the text of a [[calendar]] entry of a site file."""
    for spec in dates:
        to = "" if spec.end is None else f"to = {spec.end}\n"
        yield f'[[calendar]]\nkind = "{spec.kind}"\nfrom = {spec.start}\n{to}name = {toml_text(spec.name)}\n'


def toml_text(text: str) -> str:
    """Return a text without control characters as TOML writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _rows(text: str) -> Iterator[_DatesRow]:
    lines = text.removeprefix("\N{BOM}").splitlines()
    begin = next((number for number, line in enumerate(lines) if line.strip(" ;,\t")), None)
    if begin is None:
        raise CalendarFileError("there is nothing in the file: its first line names the columns from;to;name;kind")
    delimiter = max(";\t,", key=lines[begin].count)
    reader = csv.reader(io.StringIO("\n".join(lines[begin:])), delimiter=delimiter, skipinitialspace=True)
    heading = [_COLUMNS.get(cell.strip().casefold(), "") for cell in next(reader)]
    for name in ("from", "name"):
        if heading.count(name) != 1:
            raise CalendarFileError(
                f"line {begin + 1}: {lines[begin]!r} must name one column {name!r}, as in from;to;name;kind"
            )
    for cells in reader:
        if any(cell.strip() for cell in cells):
            named = {name: cell.strip() for name, cell in zip(heading, cells, strict=False) if name}
            yield _DatesRow(begin + reader.line_num, named)


def _spec(row: _DatesRow, kind: str | None, faults: list[str]) -> CalendarSpec | None:
    """Return the dates of a row; None, with its faults noted, where something is wrong with it."""
    before = len(faults)

    def fault(column: str, said: str) -> None:
        faults.append(f"line {row.line}, {column}: {row.cells.get(column, '')!r} {said}")

    start, last = (_day(row.cells.get(column, "")) for column in ("from", "to"))
    if start is None:
        fault("from", "is not a date such as 2026-10-26, 26/10 2026 or 26 oktober 2026")
    if last is None and row.cells.get("to"):
        fault("to", "is not a date such as 2026-10-30, 30/10 2026 or 30 oktober 2026")
    if start and last and last < start:
        fault("to", f"is before {start}; it is the last day")
    said = row.cells.get("kind") or kind or ""
    if said.casefold() not in _KINDS:
        fault("kind", f"must be one of {', '.join(_KINDS)}")
    name = row.cells.get("name", "")
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        fault("name", f"must be a name of at most {_LONGEST_NAME} letters")
    if len(faults) > before or start is None:
        return None
    end = None if last is None or last == start else last + timedelta(days=1)
    return CalendarSpec.model_validate({"kind": _KINDS[said.casefold()], "from": start, "to": end, "name": name})


def _day(text: str) -> date | None:
    """Return the date that a text says: the year first, or the day first as in Swedish; None where it says none."""
    found = text.strip().casefold()
    try:
        if match := _ISO.fullmatch(found):
            year, month, day = map(int, match.groups())
        elif match := _DAY_FIRST.fullmatch(found):
            day, month, year = map(int, match.groups())
        elif (match := _WORDS.fullmatch(found)) and match[2] in _MONTHS:
            day, month, year = int(match[1]), _MONTHS.index(match[2]) + 1, int(match[3])
        else:
            return None
        return date(year, month, day) if 2000 <= year < 2199 else None  # noqa: PLR2004 - as site files
    except ValueError:
        return None
