"""The log as a workbook, in one language: a summary, a sheet a kind, what each column means, how rows are made."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import IO, Any, Final

from api.errors import TooMuchAskedError
from api.formats import workbook_sheets as sheets
from api.formats.book import Workbook
from api.formats.layout import SheetColumn, Style, derived, letters, shown
from api.formats.log.labels import COUNTS, LOG, LogLabels, log_method, question_rows
from api.formats.log.question import LogQuestion
from api.logbook.tables import LogColumn, LogTable
from api.tables.table import ColumnKind
from core.texts.catalog import Language

MAX_ROWS: Final = 500_000
_LAST: Final = ("start_utc", "end_utc", "utc_offset", "site", "record_kind", "record_id", "version")
"""What programs need of a row more than people do stands at its end."""
_OF_HISTORY: Final = frozenset({"action", "valid_to", "withdrawn_reason"})
_OTHER: Final = {Language.SV: "_en", Language.EN: "_sv"}
_TIMES: Final = ("date", "weekday", "hour")
_SUMMED: Final = ("participants_total", "total", "people", "respondents", "length_ms")
"""What the summary adds up, of records that hold now; parts repeat what is of their record."""

Row = Sequence[Any]


@dataclass(slots=True)
class _Sheet:
    """The sheet of a table while it is written."""

    table: LogTable
    name: str
    columns: tuple[SheetColumn, ...]
    sheet: Any
    cells: list[Callable[[int, int, Any], None]]
    rows: int = 0
    records: set[int] = field(default_factory=set)
    totals: dict[int, float] = field(default_factory=dict)


class LogWorkbook:
    """Writes rows of the log as a workbook. The same rows make the same bytes.

    Args:
        file: takes the bytes.
        question: what was asked for.
        data_version: of the rows.
        language: of the sheets.
        text_months: how long texts are kept; None: for ever.
    """

    __slots__ = ("_book", "_data_version", "_kind", "_labels", "_method", "_question", "_record", "_sheets", "_summary")

    def __init__(
        self, file: IO[bytes], question: LogQuestion, data_version: str, language: Language, text_months: int | None
    ) -> None:
        self._question, self._data_version, self._labels = question, data_version, LogLabels(language)
        self._method = list(log_method(language, history=question.history, text_months=text_months))
        names = [column.name for column in question.columns]
        self._kind, self._record = names.index("record_kind"), names.index("record_id")
        self._book = Workbook(file, "log", question.versions(data_version)["program_version"])
        self._summary = self._book.sheet(self._labels.common.translated(sheets.SUMMARY))
        self._sheets = {table.name: self._begun(table, names) for table in question.tables}

    def add(self, rows: Sequence[Row]) -> None:
        """Write these rows next, each to its sheet. Raises TooMuchAskedError above MAX_ROWS of one sheet."""
        for row in rows:
            self._write(self._sheets[row[self._kind]], row)

    def close(self) -> None:
        """Write the other sheets and the file. Raises OSError."""
        for sheet in self._sheets.values():
            sheet.sheet.autofilter(0, 0, sheet.rows, len(sheet.columns) - 1)
        self._write_summary()
        common, styles = self._labels.common, self._book.styles
        first: dict[tuple[str, str], SheetColumn] = {}
        for sheet in self._sheets.values():
            for column in sheet.columns:
                first.setdefault((column.name, column.source.meaning), column)
        sheets.write_columns(self._book.sheet(common.translated(sheets.COLUMNS)), common, [*first.values()], styles)
        said = [*(self._question.question() | self._question.versions(self._data_version)).items()]
        said += [(common.translated(sheets.METHOD), sentence) for sentence in self._method]
        method = self._book.sheet(common.translated(sheets.METHOD))
        sheets.write_table(method, [20, 110], [("", common.translated(sheets.METHOD)), *said], styles)
        self._book.close()

    def _begun(self, table: LogTable, names: Sequence[str]) -> _Sheet:
        columns = tuple(_sheet_columns(table, names, self._labels, history=self._question.history))
        name = self._labels.kind(table.name)
        sheet = self._book.sheet_of_rows(name, columns, len(_TIMES))
        return _Sheet(table, name, columns, sheet, self._book.cells(sheet, columns))

    def _write(self, sheet: _Sheet, row: Row) -> None:
        sheet.rows += 1
        if sheet.rows > MAX_ROWS:
            raise TooMuchAskedError(f"a sheet has {MAX_ROWS} rows at most: ask for a shorter time, or a CSV")
        for place, write in enumerate(sheet.cells):
            write(sheet.rows, place, row)
        sheet.records.add(row[self._record])
        for place, column in enumerate(sheet.columns):
            value = column.value(row) if column.name in _SUMMED else None
            if isinstance(value, int | float):
                sheet.totals[place] = sheet.totals.get(place, 0) + value

    def _write_summary(self) -> None:
        site, styles, sheet, say = self._question.site, self._book.styles, self._summary, self._labels.common.translated
        named = site.name.sv if self._labels.common.language is Language.SV else site.name.en
        sheet.write_string(0, 0, f"{say(LOG)}: {named or site.site}", styles["title"])
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 8, 20)
        at = 2
        for label, text in question_rows(self._question, self._data_version, self._labels):
            sheet.write_string(at, 0, label, styles["bold"])
            sheet.write_string(at, 1, text)
            at += 1
        self._write_totals(at + 1)
        sheet.fit_to_pages(1, 1)

    def _write_totals(self, at: int) -> None:
        """Write how many rows and records each sheet has, and its sums as formulas, where a row is a record of now."""
        labels, sheet, styles = self._labels.common, self._summary, self._book.styles
        heads = (labels.column("record_kind"), *(labels.translated(text) for text in COUNTS))
        summed = [name for name in _SUMMED if any(name == one.columns[place].name for one, place in self._summed())]
        for place, text in enumerate((*heads, *(labels.column(name) for name in summed))):
            sheet.write_string(at, place, text, styles["heading"])
        for number, one in enumerate(self._sheets.values(), at + 1):
            sheet.write_string(number, 0, one.name)
            sheet.write_number(number, 1, len(one.records), styles[Style.WHOLE])
            sheet.write_number(number, 2, one.rows, styles[Style.WHOLE])
            for of, place in self._summed():
                if of is one:
                    letter, column = letters(place), one.columns[place]
                    formula = f"=SUM('{one.name}'!{letter}2:{letter}{one.rows + 1})"
                    at_place = len(heads) + summed.index(column.name)
                    sheet.write_formula(number, at_place, formula, styles[column.style], one.totals[place])

    def _summed(self) -> list[tuple[_Sheet, int]]:
        """Return the columns that are added up: not versions of the same, nor what is beside each part of a record."""
        if self._question.history:
            return []
        return [(sheet, place) for sheet in self._sheets.values() if sheet.table.part is None for place in sheet.totals]


def _sheet_columns(table: LogTable, names: Sequence[str], labels: LogLabels, *, history: bool) -> Iterator[SheetColumn]:
    """Yield the columns of a table's sheet; `names` are those of the rows that come."""
    other = _OTHER[labels.common.language]
    own = {
        column.column.name: column
        for column in table.columns
        if not column.column.name.endswith(other) and (history or column.column.name not in _OF_HISTORY)
    }
    for name in [*(name for name in own if name not in _LAST), *(name for name in _LAST if name in own)]:
        place = names.index(name)
        if name == "start_local":
            yield from derived(own[name].column, place, _TIMES, labels.common)
        yield _worded(own[name], place, labels)


def _worded(column: LogColumn, place: int, labels: LogLabels) -> SheetColumn:
    """Return how a column is shown, its words in the language."""
    made = shown(column.column, place, labels.common)
    if column.column.kind is not ColumnKind.TEXT:
        return made

    def value(row: Row) -> str | None:
        return None if row[place] is None else labels.value(column, row[place])

    return replace(made, value=value)
