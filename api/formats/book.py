"""A workbook that is being written: its file, its formats of cells, and sheets of rows.

XlsxWriter writes each row to disk when the next one begins (`constant_memory`), and has no types.
"""

import io
import tempfile
import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from api.formats.layout import SheetColumn, Style
from api.logbook.words import names_by_field

_MADE_AT: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""Stands as the time of making, as for the parts of the archive: the same answer makes the same bytes."""
_A4: Final = 9
"""What XlsxWriter calls the size of the paper."""
_HEADING_HEIGHT: Final = 45
_HEADING_LINES: Final = 3
_BOLD: Final = 1.15
"""So much wider are letters of a heading than those that widths are counted in."""
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
WriteCell = Callable[[int, int, Any, Any], object]
"""Writes one cell: its row, its column, its value, its format."""


class Workbook:
    """A workbook and its formats of cells. The same rows make the same bytes.

    Args:
        file: takes the bytes.
        title: what it is of.
        company: of whom: the program and its version.
    """

    __slots__ = ("_file", "_folder", "book", "styles")

    def __init__(self, file: IO[bytes], title: str, company: str) -> None:
        self._file = _WholeOrError(file)
        self._folder = tempfile.TemporaryDirectory()  # its files are the sheets, until they are packed
        self.book = xlsxwriter.Workbook(self._file, {"constant_memory": True, "tmpdir": self._folder.name})
        self.book.set_properties({"title": title, "company": company, "created": _MADE_AT})
        self.styles = {name: self.book.add_format(dict(properties)) for name, properties in _FORMATS.items()}

    def sheet(self, name: str) -> Any:  # noqa: ANN401 - it has no types
        """Return a new sheet, which is printed as wide as a page."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        return sheet

    def sheet_of_rows(self, name: str, columns: Sequence[SheetColumn], frozen: int) -> Any:  # noqa: ANN401 - it has no types
        """Return a new sheet with the columns' headings, the first `frozen` of which stay while others are scrolled."""
        sheet = self.sheet(name)
        sheet.freeze_panes(1, frozen)
        sheet.repeat_rows(0)
        sheet.set_row(0, _HEADING_HEIGHT)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, _width(column))
            sheet.write_string(0, place, column.label, self.styles["heading"])
        return sheet

    def cells(self, sheet: Any, columns: Sequence[SheetColumn]) -> list[Callable[[int, int, Any], None]]:  # noqa: ANN401 - it has no types
        """Return what writes the cells of each column to a sheet."""
        return [_cell(sheet, column, self.styles[column.style]) for column in columns]

    def close(self) -> None:
        """Write the file. Raises OSError."""
        try:
            self.book.close()
        except FileCreateError as error:
            raise error.args[0] from error
        finally:
            self._folder.cleanup()
            self._file.end()


def _width(column: SheetColumn) -> float:
    """Return a width in characters at which the heading isn't cut off, nor any word of the log."""
    words = [text for word in names_by_field().get(column.name, {}).values() for text in (word.sv, word.en)]
    least = max([_WIDTHS.get(column.style, _WIDTH), *(len(text) + 1 for text in words)])
    needed = next(size for size in range(1, len(column.label) + 2) if _is_whole(column.label, size))
    return max(least, needed * _BOLD)


def _is_whole(label: str, size: int) -> bool:
    """Tell whether a heading has room in columns so many letters wide."""
    return len(textwrap.wrap(label, size, break_long_words=False)) <= _HEADING_LINES and size >= max(
        map(len, label.split())
    )


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
