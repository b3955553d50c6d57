"""Answers as XLSX: the rows, what each column means, how the numbers are made, and the coverage of each part.

XlsxWriter writes each row to disk when the next one begins (`constant_memory`): what it costs is measured by
`python -m bench.exports`.
"""

import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import IO, Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from api.errors import TooMuchAskedError
from api.formats.metadata import ResultMetadata
from api.formats.methods import method
from api.formats.summary import Summary
from api.tables.table import Column, ColumnKind
from core.texts.catalog import Language

MAX_ROWS: Final = 500_000
"""Of one sheet. Excel takes twice as many, and nobody reads them there."""
_MADE_AT: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""Stands as the time of making, as for the parts of the archive: the same answer makes the same bytes."""
_DAY_S: Final = 86_400
_DAYS_BEFORE_1970: Final = 25_569
"""Of a spreadsheet's count of days."""
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

WriteCell = Callable[[int, int, Any], object]
"""Writes one cell: its row, its column, its value."""


class XlsxWriter:
    """Writes rows as a workbook. The same rows make the same bytes."""

    __slots__ = ("_book", "_cells", "_columns", "_file", "_folder", "_metadata", "_next", "_sheet", "_summary")

    def __init__(self, file: IO[bytes], metadata: ResultMetadata) -> None:
        self._metadata = metadata
        self._columns = metadata.table.columns()
        self._summary = Summary(self._columns)
        self._file = _WholeOrError(file)
        self._folder = tempfile.TemporaryDirectory()  # its files are the sheets, until they are packed
        self._book = xlsxwriter.Workbook(self._file, {"constant_memory": True, "tmpdir": self._folder.name})
        version = metadata.versions()["program_version"]
        self._book.set_properties({"title": metadata.table.name, "company": version, "created": _MADE_AT})
        self._sheet = _data_sheet(self._book, self._columns)
        formats = {kind: self._book.add_format(properties) for kind, properties in _FORMATS.items()}
        self._cells = [_cell(self._sheet, column.kind, formats.get(column.kind)) for column in self._columns]
        self._next = 1

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write these rows next. Raises TooMuchAskedError above MAX_ROWS."""
        if self._next - 1 + len(rows) > MAX_ROWS:
            raise TooMuchAskedError(
                f"an XLSX has {MAX_ROWS} rows at most: ask for a shorter range, a longer bucket, or CSV or Parquet"
            )
        for number, row in enumerate(rows, self._next):
            for place, (write, value) in enumerate(zip(self._cells, row, strict=True)):
                if value is not None:
                    write(number, place, value)
        self._next += len(rows)
        self._summary.add(rows)

    def close(self) -> None:
        """Write the other sheets and the file. Raises OSError."""
        book, metadata = self._book, self._metadata
        self._sheet.autofilter(0, 0, self._next - 1, len(self._columns) - 1)
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        _sheet(book, "columns", [24, 10, 70, 70], _column_rows(metadata), bold, wrapped)
        _sheet(book, "method", [20, 90, 90], _method_rows(metadata), bold, wrapped)
        _sheet(book, "coverage", [20, *([16] * 9)], self._summary.table(), bold, wrapped)
        try:
            book.close()
        except FileCreateError as error:
            raise error.args[0] from error
        finally:
            self._folder.cleanup()
            self._file.end()


class _WholeOrError:
    """A file that an archive is written to: what can't be written is raised once, at the end.

    An archive that was interrupted writes its end when it is forgotten: by then nobody hears of errors.
    """

    __slots__ = ("_error", "_file")

    def __init__(self, file: IO[bytes]) -> None:
        self._file: IO[bytes] | io.BytesIO = file
        self._error: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write, or do as if."""
        self._try(self._file.write, data)
        return len(data)

    def seek(self, at: int) -> None:
        """Go to a place."""
        self._try(self._file.seek, at)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def flush(self) -> None:
        """Hand on what was written."""
        self._try(self._file.flush)

    def end(self) -> None:
        """Take no more. Raises the OSError that there was."""
        self._file = io.BytesIO()
        if self._error:
            raise self._error

    def _try(self, do: Callable[..., object], *arguments: object) -> None:
        try:
            do(*arguments)
        except OSError as error:
            self._error, self._file = error, io.BytesIO()


def _data_sheet(book: Any, columns: Sequence[Column]) -> Any:  # noqa: ANN401 - it has no types
    sheet, bold = book.add_worksheet("data"), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, max(len(column.name) + 3, _WIDTHS.get(column.kind, _NARROWEST)))
        sheet.write_string(0, place, column.name, bold)
    return sheet


def _cell(sheet: Any, kind: ColumnKind, style: Any) -> WriteCell:  # noqa: ANN401 - it has no types
    """Return what writes the cells of a column."""
    number, text = sheet.write_number, sheet.write_string
    match kind:
        case ColumnKind.INTEGER | ColumnKind.NUMBER:
            return lambda row, place, value: number(row, place, value, style)
        case ColumnKind.BOOLEAN:
            return lambda row, place, value: sheet.write_boolean(row, place, value, style)
        case ColumnKind.INSTANT | ColumnKind.LOCAL:
            return lambda row, place, value: number(row, place, value / _DAY_S + _DAYS_BEFORE_1970, style)
        case ColumnKind.LIST:
            return lambda row, place, value: text(row, place, " ".join(value)) if value else None
        case ColumnKind.TEXT | ColumnKind.OFFSET:
            write: WriteCell = text
            return write


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
