"""Answers as XLSX: the rows, what each column means, how the numbers are made, and the coverage of each part.

XlsxWriter makes the workbook with all its styles and the small sheets. The rows of the first sheet are written here,
since one call of the library for each cell takes several times as long (`python -m bench.exports`).
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import IO, Any, Final
from xml.sax.saxutils import escape

import xlsxwriter

from api.errors import TooMuchAskedError
from api.formats.metadata import ResultMetadata
from api.formats.methods import method
from api.formats.summary import Summary
from api.tables.table import Column, ColumnKind
from core.texts.catalog import Language

MOST_ROWS: Final = 500_000
"""Of one sheet. Excel takes twice as many, and nobody reads them there."""
_DATA: Final = "xl/worksheets/sheet1.xml"
_ROWS_END: Final = b"</sheetData>"
_MADE_AT: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""Stands as the time of making, as for the parts of the archive: the same answer makes the same bytes."""
_DAY_S: Final = 86_400
_DAYS_BEFORE_1970: Final = 25_569
"""Of a spreadsheet's count of days."""
_COMPRESSION: Final = 1
_A4: Final = 9
_LINE_HEIGHT: Final = 15
_FORMATS: Final = {
    ColumnKind.INTEGER: {"num_format": "0"},
    # Excel says it in its own words; LibreOffice would show 0 and 1 where the next cell holds a number.
    ColumnKind.BOOLEAN: {"num_format": '"true";;"false"'},
    ColumnKind.INSTANT: {"num_format": "yyyy-mm-dd hh:mm"},
    ColumnKind.LOCAL: {"num_format": "yyyy-mm-dd hh:mm"},
}
_WIDTHS: Final = {
    ColumnKind.INSTANT: 17,
    ColumnKind.LOCAL: 17,
    ColumnKind.LIST: 16,
    ColumnKind.TEXT: 15,
    ColumnKind.OFFSET: 10,
}
_NARROWEST: Final = 9
_DIMENSION: Final = re.compile(rb"<dimension [^>]*/>")
_HEX_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NO_XML: Final = re.compile(r"[^\t\n\r -\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


class XlsxWriter:
    """Writes rows as a workbook. The same rows make the same bytes."""

    __slots__ = ("_archive", "_cells", "_metadata", "_next", "_sheet", "_summary")

    def __init__(self, file: IO[bytes], metadata: ResultMetadata) -> None:
        self._metadata = metadata
        self._summary = Summary(metadata.table.columns())
        parts = _parts(metadata, self._summary, rows=0)
        self._cells = _cells(metadata.table.columns(), _styles(parts[_DATA]))
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION)
        self._sheet = self._archive.open(_entry(_DATA), "w")
        self._sheet.write(_head_and_tail(parts[_DATA])[0])
        self._next = 2

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write these rows next. Raises TooMuchAskedError above MOST_ROWS."""
        if self._next - 2 + len(rows) > MOST_ROWS:
            raise TooMuchAskedError(
                f"an XLSX has {MOST_ROWS} rows at most: ask for a shorter range, a longer bucket, or CSV or Parquet"
            )
        self._sheet.write("".join(self._row(number, row) for number, row in enumerate(rows, self._next)).encode())
        self._next += len(rows)
        self._summary.add(rows)

    def close(self) -> None:
        """Write the end of the rows and all other parts."""
        parts = _parts(self._metadata, self._summary, rows=self._next - 2)
        with self._archive:  # closed on a full disk too: what is left open writes when it is forgotten
            with self._sheet:
                self._sheet.write(_head_and_tail(parts.pop(_DATA))[1])
            for name, content in parts.items():
                self._archive.writestr(_entry(name), content, zipfile.ZIP_DEFLATED, _COMPRESSION)

    def _row(self, number: int, values: Sequence[Any]) -> str:
        cells = "".join(
            [shown(number, value) for shown, value in zip(self._cells, values, strict=True) if value is not None]
        )
        return f'<row r="{number}">{cells}</row>'


def _entry(name: str) -> zipfile.ZipInfo:
    """Return a part of the archive without a time of its own."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


# The workbook around the rows --------------------------------------------------------------------------------------


def _parts(metadata: ResultMetadata, summary: Summary, rows: int) -> dict[str, bytes]:
    """Return the files of the workbook. The first sheet has its heading, and a row of samples that tells the styles."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    book.set_properties(
        {"title": metadata.table.name, "company": metadata.versions()["program_version"], "created": _MADE_AT}
    )
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    _data_sheet(book, metadata.table.columns(), bold, rows)
    _sheet(book, "columns", [24, 10, 70, 70], _column_rows(metadata), bold, wrapped)
    _sheet(book, "method", [20, 90, 90], _method_rows(metadata), bold, wrapped)
    _sheet(book, "coverage", [20, *([16] * 9)], summary.table(), bold, wrapped)
    book.close()
    with zipfile.ZipFile(made) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _data_sheet(book: Any, columns: Sequence[Column], bold: Any, rows: int) -> None:  # noqa: ANN401 - it has no types
    sheet = book.add_worksheet("data")
    formats = {kind: book.add_format(told) for kind, told in _FORMATS.items()}
    for place, column in enumerate(columns):
        width = max(len(column.name) + 3, _WIDTHS.get(column.kind, _NARROWEST))
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, column.name, bold)
        if column.kind in formats:
            sheet.write_number(1, place, 0, formats[column.kind])
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.autofilter(0, 0, rows, len(columns) - 1)


def _sheet(  # noqa: PLR0913, PLR0917 - a sheet has so many sides
    book: Any,  # noqa: ANN401 - it has no types
    name: str,
    widths: Sequence[int],
    rows: Iterator[Sequence[object]],
    bold: Any,  # noqa: ANN401 - it has no types
    wrapped: Any,  # noqa: ANN401 - it has no types
) -> None:
    sheet = book.add_worksheet(name)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for number, row in enumerate(rows):
        # Not every program makes a row as high as its text.
        lines = max((-(-len(str(value)) // width) for value, width in zip(row, widths, strict=False)), default=1)
        sheet.set_row(number, _LINE_HEIGHT * max(1, lines))
        for place, value in enumerate(row):
            if isinstance(value, str):
                sheet.write_string(number, place, value, wrapped if number else bold)
            elif value is not None:
                sheet.write_number(number, place, value)
    sheet.freeze_panes(1, 0)


def _column_rows(metadata: ResultMetadata) -> Iterator[Sequence[object]]:
    yield "column", "type", "meaning", "betydelse"
    for column in metadata.table.columns():
        yield column.name, column.kind.value, column.meaning_in(Language.EN), column.meaning_in(Language.SV)


def _method_rows(metadata: ResultMetadata) -> Iterator[Sequence[object]]:
    yield "", "English", "Svenska"
    yield from {**metadata.question(), **metadata.versions()}.items()
    for english, swedish in zip(method(metadata, Language.EN), method(metadata, Language.SV), strict=True):
        yield "method", english, swedish


# The rows ----------------------------------------------------------------------------------------------------------


def _head_and_tail(sheet: bytes) -> tuple[bytes, bytes]:
    """Return a sheet's text up to its row of samples, and from the end of the rows on. How large it is isn't said."""
    head, _, rest = sheet.partition(b'<row r="2"')
    _, end, tail = rest.rpartition(_ROWS_END)
    return _DIMENSION.sub(b"", head), end + tail


def _styles(sheet: bytes) -> dict[int, str]:
    """Return the attribute for the style of each column that has one, from the row of samples."""
    found = re.finditer(rb'<c r="([A-Z]+)2" s="(\d+)">', sheet)
    return {_place(told[1].decode()): f' s="{told[2].decode()}"' for told in found}


def _place(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


@cache
def _letters(place: int) -> str:
    """Return the name of a column by its number from 0: A, B, ... Z, AA."""
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)  # noqa: PLR2004 - letters


def _cells(columns: Sequence[Column], styles: dict[int, str]) -> list[Callable[[int, Any], str]]:
    return [_cell(column.kind, _letters(place), styles.get(place, "")) for place, column in enumerate(columns)]


def _cell(kind: ColumnKind, letters: str, style: str) -> Callable[[int, Any], str]:
    """Return what writes a cell of a column, given the number of its row and its value."""
    if kind in {ColumnKind.INTEGER, ColumnKind.NUMBER}:
        return lambda row, value: f'<c r="{letters}{row}"{style}><v>{value!r}</v></c>'
    if kind is ColumnKind.BOOLEAN:
        return lambda row, value: f'<c r="{letters}{row}"{style} t="b"><v>{value:d}</v></c>'
    if kind in {ColumnKind.INSTANT, ColumnKind.LOCAL}:
        return lambda row, value: f'<c r="{letters}{row}"{style}><v>{value / _DAY_S + _DAYS_BEFORE_1970!r}</v></c>'
    if kind is ColumnKind.LIST:
        return lambda row, value: _text(letters, row, " ".join(value)) if value else ""
    return lambda row, value: _text(letters, row, value)


def _text(letters: str, row: int, value: str) -> str:
    return f'<c r="{letters}{row}" t="inlineStr"><is><t xml:space="preserve">{_escaped(value)}</t></is></c>'


@lru_cache(maxsize=4096)
def _escaped(text: str) -> str:
    """Return a text as XML; what looks like the format's own escapes is kept as it is."""
    return escape(_HEX_ESCAPE.sub("_x005F_", _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)))
