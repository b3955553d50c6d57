"""The sheets of a workbook beside its rows: summary with a chart, course, columns, method, coverage.

XlsxWriter has no types, and writes the rows of a sheet from the first to the last.
"""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo

from api.formats.course import Course
from api.formats.labels import Labels
from api.formats.layout import SheetColumn, Style, letters
from api.formats.metadata import ResultMetadata
from api.formats.methods import method
from api.formats.summary import Summary
from core.texts.catalog import Language
from core.texts.catalog import noop as _

DATA: Final = _("data")
SUMMARY: Final = _("summary")
COURSE: Final = _("course")
COLUMNS: Final = _("columns")
METHOD: Final = _("method")
COVERAGE: Final = _("coverage")
"""Names of the sheets."""
_COVERAGE_HEADING: Final = (
    *(_("part"), _("name"), _("cells"), _("coverage >= 0.9"), _("0.5 to 0.9"), _("below 0.5"), _("not expected")),
    *(_("lowest coverage"), _("observed (h:min)"), _("expected (h:min)"), _("coverage")),
)
_KINDS: Final = (_("text"), _("whole number"), _("number"), _("percentage"), _("person-hours"), _("hours and minutes"))
_KIND_OF: Final[Mapping[Style, str]] = {
    **dict(zip((Style.TEXT, Style.WHOLE, Style.NUMBER, Style.PERCENT, Style.HOURS, Style.SPAN), _KINDS, strict=True)),
    Style.SHORT_SPAN: _("minutes and seconds"),
    Style.DATE: _("date"),
    Style.MOMENT: _("date and time"),
}
_LEGEND: Final = (
    ("fair", _("Coverage from 0.5 to below 0.9: the numbers are too low, or of a part of the time.")),
    ("poor", _("Coverage below 0.5: not to be used alone.")),
    ("wide", _("Stays whose bounds differ by more than 10 % of the lower: many were lost from sight.")),
)
_MS_PER_DAY: Final = 86_400_000
_LINE_HEIGHT: Final = 15
_TOTAL_WIDTH: Final = 16
_BOLD: Final = 0.87
"""So much fewer letters of a heading have room than those that widths are counted in."""
_CHART_ROWS: Final = 20
_MOST_NAMED: Final = 20
"""So many rows that were left out are named in the summary."""

Styles = Mapping[str, Any]
"""Formats of cells, by name."""


def write_summary(  # noqa: PLR0913, PLR0917 - a summary is of all of them
    sheet: Any,  # noqa: ANN401 - it has no types
    metadata: ResultMetadata,
    labels: Labels,
    columns: Sequence[SheetColumn],
    summary: Summary,
    styles: Styles,
) -> int:
    """Write the question, the totals and what colours mean; return the row where the chart may begin."""
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 28)
    sheet.set_column(2, 2 + len(summary.summed) + 4, _TOTAL_WIDTH)
    name = metadata.query.site.name.sv if labels.language is Language.SV else metadata.query.site.name.en
    title = f"{labels.title(metadata.table.statement)}: {name or metadata.query.site.site}"
    sheet.write_string(0, 0, title, styles["title"])
    at = 2
    for label, text in question_rows(metadata, labels, is_watched=summary.is_watched):
        sheet.write_string(at, 0, label, styles["bold"])
        sheet.write_string(at, 1, text)
        at += 1
    at = _write_totals(sheet, at + 1, labels, columns, summary, styles)
    for style, text in _LEGEND if summary.is_watched else ():
        if style != "wide" or any(column.name == "wide" for column in columns):
            sheet.write_blank(at, 0, None, styles[style])
            sheet.write_string(at, 1, labels.translated(text))
            at += 1
    return at + 1


def question_rows(metadata: ResultMetadata, labels: Labels, *, is_watched: bool) -> Iterator[tuple[str, str]]:
    """Yield the question in the language, line by line, and what the answer comes from.

    Args:
        metadata: of the answer.
        labels: in the language.
        is_watched: whether the rows are of counters: only these have dates and hours chosen, and corrections.
    """
    query, say = metadata.query, labels.translated
    zone = ZoneInfo(query.site.time_zone)
    start, end = (f"{at.astimezone(zone):%Y-%m-%d %H:%M}" for at in (query.range.start, query.range.end))
    yield say(_("site")), query.site.site
    yield say(_("from")), f"{start} ({query.site.time_zone})"
    yield say(_("to, exclusive")), f"{end} ({query.site.time_zone})"
    if query.by is None:
        yield say(_("length of a row")), labels.word(query.bucket.value)
    else:
        yield say(_("grouped by")), labels.group(query.by.value)
    if query.by is not None and is_watched:
        yield say(_("dates")), labels.word(query.days.value)
    if is_watched:
        yield say(_("hours")), labels.word(query.hours.value)
        yield say(_("raw or corrected")), labels.word(metadata.table.numbers)
    for kind, keys in query.parts.items():
        if keys:
            yield labels.word(kind) if kind in {"line", "zone"} else labels.column(kind), ", ".join(keys)
    if query.min_coverage is not None:
        yield say(_("lowest coverage")), f"{query.min_coverage:g}"
    if left_out := metadata.left_out_words(_MOST_NAMED):
        yield say(_("left out for their coverage")), left_out
    if "threshold_s" in metadata.more:
        yield say(_("a stay is at least")), f"{metadata.more['threshold_s']} s"
    yield say(_("data version")), metadata.data_version
    yield say(_("program")), metadata.versions()["program_version"]


def _write_totals(  # noqa: PLR0913, PLR0917 - as the sheet's own function
    sheet: Any,  # noqa: ANN401 - it has no types
    at: int,
    labels: Labels,
    columns: Sequence[SheetColumn],
    summary: Summary,
    styles: Styles,
) -> int:
    """Write a row of sums a part: formulas over the sheet of rows, so that it is seen where they come from."""
    say = labels.translated
    heading = [say(_("total")), say(_("name")), *(columns[place].label for place in summary.summed)]
    if summary.is_watched:
        heading += [say(_("observed (h:min)")), say(_("expected (h:min)")), say(_("coverage"))]
    sheet.set_row(at, 3 * _LINE_HEIGHT)
    for place, text in enumerate(heading):
        sheet.write_string(at, place, text, styles["heading"])
    for key, part in summary.parts.items():
        at += 1
        sheet.write_string(at, 0, key)
        sheet.write_string(at, 1, part.name)
        for place, source in enumerate(summary.summed, 2):
            if source in part.totals:
                letter = letters(source)
                cells = f"{letter}{part.first + 2}:{letter}{part.first + part.rows + 1}"
                formula = f"=SUM('{say(DATA)}'!{cells})"
                sheet.write_formula(at, place, formula, styles[columns[source].style], part.totals[source])
        times = 2 + len(summary.summed)
        if part.expected_ms:
            sheet.write_number(at, times, part.observed_ms / _MS_PER_DAY, styles[Style.SPAN])
            sheet.write_number(at, times + 1, part.expected_ms / _MS_PER_DAY, styles[Style.SPAN])
            sheet.write_number(at, times + 2, part.coverage, styles[Style.PERCENT])
    at += 1
    if any(column.name == "stays" for column in columns):
        text = say(
            _("Stays have no total here: those of hours don't add up to those of a month. Ask for a longer row.")
        )
        sheet.write_string(at, 0, text, styles["note"])
        at += 1
    return at + 1


def write_course(sheet: Any, course: Course, styles: Styles) -> int:  # noqa: ANN401 - it has no types
    """Write a row a day or group, with the number of each part; return how many rows."""
    along = [column.label for column in course.along]
    for place, text in enumerate((*along, *course.parts)):
        sheet.write_string(0, place, text, styles["heading"])
    sheet.set_column(0, len(along) + len(course.parts), _TOTAL_WIDTH)
    sheet.set_row(0, _line_heights(_TOTAL_WIDTH, (*along, *course.parts)))
    sheet.freeze_panes(1, len(along))
    rows = 0
    for rows, (at, values) in enumerate(course.rows(), 1):
        for place, (column, value) in enumerate(zip(course.along, at, strict=True)):
            _write(sheet, rows, place, value, styles[column.style])
        for place, number in enumerate(values, len(along)):
            _write(sheet, rows, place, number, styles[course.drawn.style])
    return rows


def chart(book: Any, labels: Labels, course: Course, rows: int) -> Any:  # noqa: ANN401 - it has no types
    """Return a chart of the sheet of the course: lines along days, columns along groups; gaps where nothing is."""
    is_by_date = course.along[0].name == "date"
    made = book.add_chart({"type": "line" if is_by_date and rows > 1 else "column"})
    sheet, depth = labels.translated(COURSE), len(course.along)
    for place in range(depth, depth + len(course.parts)):
        made.add_series({
            "name": [sheet, 0, place],
            "categories": [sheet, 1, 0, rows, depth - 1],
            "values": [sheet, 1, place, rows, place],
        })  # fmt: skip
    made.set_title({"name": course.drawn.label, "name_font": {"size": 12}})
    made.set_x_axis({"date_axis": True, "num_format": "yyyy-mm-dd"} if is_by_date else {})
    made.set_y_axis({"min": 0})
    made.set_legend({"position": "bottom"} if len(course.parts) > 1 else {"none": True})
    made.set_size({"width": 900, "height": _CHART_ROWS * 20})
    return made


def write_columns(sheet: Any, labels: Labels, columns: Sequence[SheetColumn], styles: Styles) -> None:  # noqa: ANN401 - it has no types
    """Write what each column means, and its name in the other forms."""
    say = labels.translated
    rows = [
        (column.label, say(_KIND_OF[column.style]), column.source.meaning_in(labels.language), column.name)
        for column in columns
    ]
    write_table(
        sheet,
        [30, 18, 80, 24],
        [(say(_("column")), say(_("kind")), say(_("meaning")), say(_("in CSV and JSON"))), *rows],
        styles,
    )


def write_method(sheet: Any, metadata: ResultMetadata, labels: Labels, styles: Styles) -> None:  # noqa: ANN401 - it has no types
    """Write the question word by word, as the other forms have it, and how the numbers are made."""
    rows = [*(metadata.question() | metadata.versions()).items()]
    rows += [(labels.translated(METHOD), sentence) for sentence in method(metadata, labels.language)]
    write_table(sheet, [20, 110], [("", labels.translated(METHOD)), *rows], styles)


def write_coverage(sheet: Any, labels: Labels, summary: Summary, styles: Styles) -> None:  # noqa: ANN401 - it has no types
    """Write how well each part was observed."""
    for place, text in enumerate(_COVERAGE_HEADING):
        sheet.write_string(0, place, labels.translated(text), styles["heading"])
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, len(_COVERAGE_HEADING), _TOTAL_WIDTH)
    sheet.set_row(0, _line_heights(_TOTAL_WIDTH, [labels.translated(text) for text in _COVERAGE_HEADING]))
    sheet.freeze_panes(1, 0)
    for at, (key, part) in enumerate(summary.parts.items(), 1):
        counted = part.good + part.fair + part.poor
        counts = (part.good, part.fair, part.poor, part.cells - counted) if counted else (None,) * 4
        times = (part.observed_ms / _MS_PER_DAY, part.expected_ms / _MS_PER_DAY) if part.expected_ms else (None, None)
        values = (key, part.name, part.cells, *counts, part.least, *times, part.coverage)
        spans, ratio, whole = styles[Style.SPAN], styles[Style.PERCENT], styles[Style.WHOLE]
        shown = (None, None, *([whole] * 5), ratio, spans, spans, ratio)
        for place, (value, style) in enumerate(zip(values, shown, strict=True)):
            _write(sheet, at, place, value, style)


def _line_heights(width: int, texts: Sequence[str]) -> int:
    """Return how high a row of headings is in columns so many characters wide, letters of which are bold."""
    return _LINE_HEIGHT * max((len(textwrap.wrap(text, int(width * _BOLD))) for text in texts), default=1)


def _write(sheet: Any, row: int, place: int, value: str | float | None, style: Any) -> None:  # noqa: ANN401 - it has no types
    if isinstance(value, str):
        sheet.write_string(row, place, value, style)
    elif value is not None:
        sheet.write_number(row, place, value, style)


def write_table(sheet: Any, widths: Sequence[int], rows: Sequence[Sequence[str]], styles: Styles) -> None:  # noqa: ANN401 - it has no types
    """Write rows of texts below a heading, in columns so many characters wide."""
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for number, row in enumerate(rows):
        # Not every program makes a row as high as its text.
        lines = max(-(-len(text) // width) for text, width in zip(row, widths, strict=True))
        sheet.set_row(number, _LINE_HEIGHT * max(1, lines))
        for place, text in enumerate(row):
            sheet.write_string(number, place, text, styles["wrapped"] if number else styles["heading"])
    sheet.freeze_panes(1, 0)
