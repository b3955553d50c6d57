"""Answers as XLSX, in one language: a summary, the rows, what each column means, how the numbers are made, coverage.

XlsxWriter writes each row to disk when the next one begins (`constant_memory`): what it costs is measured by
`python -m bench.exports`.
"""

import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from api.errors import TooMuchAskedError
from api.formats import workbook_sheets as sheets
from api.formats.course import Course
from api.formats.labels import Labels
from api.formats.layout import SheetColumn, Style, letters, sheet_columns
from api.formats.metadata import ResultMetadata
from api.formats.summary import GOOD, POOR, PartReader, Summary
from core.texts.catalog import Language

MAX_ROWS: Final = 500_000
"""Of one sheet. Excel takes twice as many, and nobody reads them there."""
_MADE_AT: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""Stands as the time of making, as for the parts of the archive: the same answer makes the same bytes."""
_A4: Final = 9
_HEADING_HEIGHT: Final = 45
_FORMATS: Final[Mapping[str, Mapping[str, Any]]] = {
    Style.TEXT: {},
    Style.WHOLE: {"num_format": "#,##0"},
    Style.NUMBER: {"num_format": "#,##0.0##"},
    Style.PERCENT: {"num_format": "0.0%"},
    Style.HOURS: {"num_format": "#,##0.00"},
    Style.SPAN: {"num_format": "[h]:mm"},
    Style.SHORT_SPAN: {"num_format": "[m]:ss"},
    Style.DATE: {"num_format": "yyyy-mm-dd"},
    Style.MOMENT: {"num_format": "yyyy-mm-dd hh:mm"},
    "bold": {"bold": True},
    "title": {"bold": True, "font_size": 16},
    "note": {"italic": True},
    "heading": {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1},
    "wrapped": {"text_wrap": True, "valign": "top"},
    "fair": {"bg_color": "#FFF2CC"},
    "poor": {"bg_color": "#F4B183"},
    "wide": {"bg_color": "#D9D2E9", "italic": True},
}
_WIDTHS: Final[Mapping[Style, int]] = {Style.TEXT: 14, Style.DATE: 11, Style.MOMENT: 17}
_WIDTH: Final = 12
_SCROLLED: Final = frozenset(
    {"date", "weekday", "hour", "zone", "line", "border", "space", "part", "kind", "name_sv", "name_en"}
)
_DOUBTED: Final = frozenset({"stays", "stays_low", "stays_high", "wide", "share", "stays_per_hour"})
"""What is marked where the bounds of stays are wide."""

WriteCell = Callable[[int, int, Any, Any], object]
"""Writes one cell: its row, its column, its value, its format."""


class XlsxWriter:
    """Writes rows as a workbook. The same rows make the same bytes."""

    __slots__ = (
        *("_book", "_cells", "_columns", "_course", "_file", "_first", "_folder", "_labels", "_metadata", "_next"),
        *("_sheet", "_styles", "_summary"),
    )

    def __init__(self, file: IO[bytes], metadata: ResultMetadata, language: Language = Language.EN) -> None:
        self._metadata, self._labels = metadata, Labels(language)
        self._columns = sheet_columns(metadata, self._labels)
        reader = PartReader(metadata, self._columns)
        self._summary, self._course = Summary(self._columns, reader), Course(self._columns, reader)
        self._file = _WholeOrError(file)
        self._folder = tempfile.TemporaryDirectory()  # its files are the sheets, until they are packed
        self._book = xlsxwriter.Workbook(self._file, {"constant_memory": True, "tmpdir": self._folder.name})
        version = metadata.versions()["program_version"]
        self._book.set_properties({"title": metadata.table.name, "company": version, "created": _MADE_AT})
        self._styles = {name: self._book.add_format(dict(properties)) for name, properties in _FORMATS.items()}
        self._first = self._book.add_worksheet(self._labels.translated(sheets.SUMMARY))
        self._sheet = self._data_sheet()
        self._cells = [_cell(self._sheet, column, self._styles[column.style]) for column in self._columns]
        self._next = 1

    def add(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write these rows next. Raises TooMuchAskedError above MAX_ROWS."""
        if self._next - 1 + len(rows) > MAX_ROWS:
            raise TooMuchAskedError(
                f"an XLSX has {MAX_ROWS} rows at most: ask for a shorter range, a longer bucket, or CSV or Parquet"
            )
        for number, row in enumerate(rows, self._next):
            for place, write in enumerate(self._cells):
                write(number, place, row)
        self._next += len(rows)
        self._summary.add(rows)
        self._course.add(rows)

    def close(self) -> None:
        """Write the other sheets and the file. Raises OSError."""
        self._end_data()
        self._other_sheets()
        try:
            self._book.close()
        except FileCreateError as error:
            raise error.args[0] from error
        finally:
            self._folder.cleanup()
            self._file.end()

    def _data_sheet(self) -> Any:  # noqa: ANN401 - it has no types
        sheet = self._book.add_worksheet(self._labels.translated(sheets.DATA))
        names = [column.name for column in self._columns]
        sheet.freeze_panes(1, next((place for place, name in enumerate(names) if name not in _SCROLLED), 0))
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_row(0, _HEADING_HEIGHT)
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, _WIDTHS.get(column.style, _WIDTH))
            sheet.write_string(0, place, column.label, self._styles["heading"])
        return sheet

    def _end_data(self) -> None:
        """Add the filter, and shade what was watched too little and stays whose bounds are wide."""
        last, names = self._next - 1, [column.name for column in self._columns]
        self._sheet.autofilter(0, 0, last, len(self._columns) - 1)
        if not last:
            return
        if "wide" in names:
            wide = f'=${letters(names.index("wide"))}2="{self._labels.yes_or_no(value=True)}"'
            for place in (place for place, name in enumerate(names) if name in _DOUBTED):
                self._shade(place, place, wide, "wide")
        if coverage := _coverage_formula(names):
            known, ratio = coverage
            for least, style in ((POOR, "poor"), (GOOD, "fair")):
                self._shade(0, len(names) - 1, f"=AND({known},{ratio}<{least})", style)

    def _shade(self, first: int, last: int, formula: str, style: str) -> None:
        rule = {"type": "formula", "criteria": formula, "format": self._styles[style], "stop_if_true": True}
        self._sheet.conditional_format(1, first, self._next - 1, last, rule)

    def _other_sheets(self) -> None:
        book, labels, styles, columns = self._book, self._labels, self._styles, self._columns
        course, rest, method, coverage = (
            book.add_worksheet(labels.translated(name))
            for name in (sheets.COURSE, sheets.COLUMNS, sheets.METHOD, sheets.COVERAGE)
        )
        at = sheets.write_summary(self._first, self._metadata, labels, columns, self._summary, styles)
        if rows := sheets.write_course(course, self._course, styles):
            self._first.insert_chart(at, 0, sheets.chart(book, labels, self._course, rows))
        self._first.set_landscape()
        self._first.set_paper(_A4)
        self._first.fit_to_pages(1, 1)
        sheets.write_columns(rest, labels, columns, styles)
        sheets.write_method(method, self._metadata, labels, styles)
        sheets.write_coverage(coverage, labels, self._summary, styles)


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


def _cell(sheet: Any, column: SheetColumn, style: Any) -> Callable[[int, int, Any], None]:  # noqa: ANN401 - no types
    """Return what writes the cells of a column from rows of the answer; a name is never a formula."""
    write: WriteCell = sheet.write_string if column.style is Style.TEXT else sheet.write_number
    of = column.value

    def cell(row: int, place: int, values: Any) -> None:  # noqa: ANN401 - a row of any
        value = of(values)
        if value is not None:
            write(row, place, value, style)

    return cell


def _coverage_formula(names: Sequence[str]) -> tuple[str, str] | None:
    """Return when a row has a coverage, and which: of the second row of a sheet, for rules that go down it."""
    cell = {name: f"${letters(place)}2" for place, name in enumerate(names)}
    if "coverage" in cell:
        return f"ISNUMBER({cell['coverage']})", cell["coverage"]
    if "expected_ms" in cell:
        return f"{cell['expected_ms']}>0", f"{cell['observed_ms']}/{cell['expected_ms']}"
    return None
