"""Answers as XLSX, in one language: a summary, the rows, what each column means, how the numbers are made, coverage.

What it costs is measured by `python -m bench.exports`.
"""

from collections.abc import Sequence
from typing import IO, Any, Final

from api.errors import TooMuchAskedError
from api.formats import workbook_sheets as sheets
from api.formats.book import Workbook
from api.formats.course import Course
from api.formats.labels import Labels
from api.formats.layout import letters, sheet_columns
from api.formats.metadata import ResultMetadata
from api.formats.summary import GOOD, POOR, PartReader, Summary
from core.texts.catalog import Language

MAX_ROWS: Final = 500_000
"""Of one sheet. Excel takes twice as many, and nobody reads them there."""
_SCROLLED: Final = frozenset(
    {"date", "weekday", "hour", "zone", "line", "border", "space", "part", "kind", "name_sv", "name_en"}
)
_DOUBTED: Final = frozenset({"stays", "stays_low", "stays_high", "wide", "share", "stays_per_hour"})
"""What is marked where the bounds of stays are wide."""


class XlsxWriter:
    """Writes rows as a workbook. The same rows make the same bytes."""

    __slots__ = (
        *("_book", "_cells", "_columns", "_course", "_first", "_labels", "_metadata", "_next", "_sheet", "_styles"),
        "_summary",
    )

    def __init__(self, file: IO[bytes], metadata: ResultMetadata, language: Language = Language.EN) -> None:
        self._metadata, self._labels = metadata, Labels(language)
        self._columns = sheet_columns(metadata, self._labels)
        reader = PartReader(metadata, self._columns)
        self._summary, self._course = Summary(self._columns, reader), Course(self._columns, reader)
        self._book = Workbook(file, metadata.table.name, metadata.versions()["program_version"])
        self._styles = self._book.styles
        self._first = self._book.sheet(self._labels.translated(sheets.SUMMARY))
        names = [column.name for column in self._columns]
        frozen = next((place for place, name in enumerate(names) if name not in _SCROLLED), 0)
        self._sheet = self._book.sheet_of_rows(self._labels.translated(sheets.DATA), self._columns, frozen)
        self._cells = self._book.cells(self._sheet, self._columns)
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
        self._book.close()

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
        names = [sheets.COURSE, sheets.COLUMNS, sheets.METHOD, *([sheets.COVERAGE] if self._summary.is_watched else [])]
        course, rest, method, *coverage = (book.sheet(labels.translated(name)) for name in names)
        at = sheets.write_summary(self._first, self._metadata, labels, columns, self._summary, styles)
        if rows := sheets.write_course(course, self._course, styles):
            self._first.insert_chart(at, 0, sheets.chart(book.book, labels, self._course, rows))
        self._first.fit_to_pages(1, 1)
        sheets.write_columns(rest, labels, columns, styles)
        sheets.write_method(method, self._metadata, labels, styles)
        for sheet in coverage:
            sheets.write_coverage(sheet, labels, self._summary, styles)


def _coverage_formula(names: Sequence[str]) -> tuple[str, str] | None:
    """Return when a row has a coverage, and which: of the second row of a sheet, for rules that go down it."""
    cell = {name: f"${letters(place)}2" for place, name in enumerate(names)}
    if "coverage" in cell:
        return f"ISNUMBER({cell['coverage']})", cell["coverage"]
    if "expected_ms" in cell:
        return f"{cell['expected_ms']}>0", f"{cell['observed_ms']}/{cell['expected_ms']}"
    return None
