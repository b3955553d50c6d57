"""Workbooks: in the language asked for, a summary first, units that people read, doubts marked, no name a formula."""

import io
import textwrap
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import httpx
import openpyxl
import pytest
from psycopg.types.json import Jsonb

from api.formats.labels import Labels
from api.logbook.words import names_by_field
from api.tables.context import InContext
from core.texts.catalog import Language
from core.wire.records import Flag
from platspuls.documents.catalogs import all_tables
from platspuls.embedded.postgres import Cluster
from store.database import connect
from store.weather import Measure, WeatherSource, WeatherValue, import_weather
from tests.api.formats.workbooks import sheet, workbook_rows
from tests.api.serving import serving
from tests.store.reading.by_hand import utc
from tests.store.reading.place import QUARTER, Dwelt, LinePlace, Passed, Place, bins

START = utc("2025-10-25T00:00")
RANGE = {"from": "2025-10-25", "to": "2025-10-28"}
SHEETS = {
    Language.EN: ["summary", "data", "course", "columns", "method", "coverage"],
    Language.SV: ["sammanfattning", "data", "förlopp", "kolumner", "metod", "täckning"],
}
PATHS = [
    *("dwell?bucket=day", "presence?bucket=week", "flow", "occupancy?bucket=day", "quality?bucket=day"),
    *("estimates?bucket=day", "weather?bucket=day", "flow?numbers=corrected&bucket=day", "flow?context=true"),
    *("dwell/profile?bins=true&by=day_type", "flow/profile?by=weekday_hour", "activities/participants?by=kind_age"),
]
MORE_PATHS = [
    *("flow?of=line&bucket=day", "flow?of=space&bucket=month", "flow?of=border&bucket=day"),
    *("dwell?numbers=corrected&bucket=day", "presence?numbers=corrected&bucket=day"),
    *("dwell/profile", "presence/profile?by=month", "dwell?numbers=corrected&context=true&bucket=week"),
]
"""The same tables, asked for in other ways: in the full suite."""


UNWATCHED = ("weather", "activities")
"""No counter watches these: they have no coverage."""


@pytest.fixture(scope="module")
def client(cluster: Cluster) -> Iterator[httpx.Client]:
    """A place with two zones that lost some from sight, one line with a silence, over a change of clocks."""
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database workbooks template platspuls_template")
    with connect(cluster.url("workbooks"), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        place.line(LinePlace("gate", "main", None, "hall", [(None, None)]))
        for key, cut in (("bench", bins(b2=1)), ("00123", bins(b2=6))):
            place.zone(key, "hall", [(None, None)])
            quarters = [n for n in range(300) if n not in range(40, 50)]
            place.dwells(key, *(Dwelt(START + QUARTER * n, bins(b3=n % 5, b8=2), cut) for n in quarters))
            place.occupies(key, START + QUARTER * 118, (3, 0, 2, 1, 5400, 4))
        place.passes("gate", *(Passed(START + QUARTER * n, n % 7, 3) for n in range(300) if n % 50))
        import_weather(
            database, "tunnel", Measure.TEMPERATURE, [WeatherValue(START, 7.5)], WeatherSource("a.csv", "test")
        )
        for kind, groups in (
            ("walk", ["65+", "7-14"]),
            ("market", ["15-24", "0-6"]),
            ("talk", ["25-44"]),
            ("game", []),
        ):
            people = {"method": "counted", "total": 9, "groups": [{"age": age, "count": 2} for age in groups]}
            written = {"kind": kind, "title": "x", "participants": people if groups else None}
            written |= {"starts_at": "2025-10-26T12:00Z", "ends_at": "2025-10-26T13:00Z"}
            database.execute("select writing.activity_create('cli:desk', 'tunnel', %s)", [Jsonb(written)])
        database.execute(
            "insert into platspuls.site_calendar values (1, 'school_break', '2025-10-27', '2025-11-01', 'Lov')"
        )
        with serving(cluster.url("workbooks")) as client:
            yield client


def amount(cell: float | time | timedelta | None) -> float:
    """Return a number as it is, and a length of time in minutes."""
    if isinstance(cell, time):
        return cell.hour * 60 + cell.minute
    return cell / timedelta(minutes=1) if isinstance(cell, timedelta) else cell or 0


def book_of(client: httpx.Client, path: str, **more: str) -> bytes:
    path, _, asked = path.partition("?")
    words = dict(part.split("=") for part in asked.split("&") if part)
    answer = client.get(f"/api/v1/sites/tunnel/{path}.xlsx", params={**RANGE, **words, **more})
    assert answer.status_code == 200, answer.text
    return answer.content


@pytest.mark.parametrize("language", Language)
def test_every_column_and_word_has_a_label(language: Language) -> None:
    """What is added to a row, or to the flags, needs a heading that people read; two in a sheet are never alike."""
    labels = Labels(language)
    for table in [table.in_context(tuple(InContext.model_fields)) for table in all_tables()]:
        names = [column.name for column in table.columns() if column.name not in {"name_sv", "name_en"}]
        labelled = [labels.column(name) for name in names if (name, "presence_hours" in names) != ("presence_s", True)]
        assert len(set(labelled)) == len(labelled), table.statement
        assert not any("_" in label for label in labelled)
        assert labels.title(table.statement)
    assert not any("_" in labels.word(flag) for flag in Flag)


@pytest.mark.chain
@pytest.mark.parametrize("path", [*PATHS, *(pytest.param(path, marks=pytest.mark.full) for path in MORE_PATHS)])
def test_a_workbook_of_each_table_is_in_one_language(client: httpx.Client, path: str) -> None:
    swedish, english = (book_of(client, path, lang=language) for language in (Language.SV, Language.EN))
    for content, language in ((swedish, Language.SV), (english, Language.EN)):
        names = SHEETS[language][: -1 if path.startswith(UNWATCHED) else None]
        assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == names
        assert all(all(row) for row in sheet(content, "columns", language)), "a meaning is missing"
    rows = [workbook_rows(content, language) for content, language in ((swedish, Language.SV), (english, Language.EN))]
    assert len(rows[0]) == len(rows[1]) > 0
    headings = [sheet(content, "data", language)[0] for content, language in ((swedish, "sv"), (english, "en"))]
    assert headings[0] != headings[1]
    assert path != "flow" or book_of(client, path) == english, "English where none is asked for"


@pytest.mark.chain
def test_cells_are_what_people_read(client: httpx.Client) -> None:
    content = book_of(client, "dwell", lang="sv")
    heading, *rows = sheet(content, "data", Language.SV)
    first = dict(zip(heading, rows[30], strict=True))
    assert first["datum"] == datetime(2025, 10, 26)  # noqa: DTZ001 - as the site's clocks show it
    assert (first["veckodag"], first["zon"]) == ("söndag", "00123")
    assert [row[heading.index("timme")] for row in rows[24:29]] == [0, 1, 2, 2, 3], "the hour that comes twice"
    assert {row[heading.index("närvaro (persontimmar)")] for row in rows} == {None, 1.5}
    book = openpyxl.load_workbook(io.BytesIO(content))["data"]
    formats = {cell.value: book.cell(105, place).number_format for place, cell in enumerate(book[1], 1)}
    assert formats["täckning"] == formats["andel som stannar"] == "0.0%"
    assert formats["observerat (tim:min)"] == "[h]:mm"
    assert formats["vistelsetid, median (min:s)"] == "[m]:ss"
    assert first["ofullständig"] == "nej"


@pytest.mark.chain
def test_words_are_the_readers_on_every_sheet(client: httpx.Client) -> None:
    """Totals, course and chart call things as the rows do, in the order of the log's words: kinds, groups, parts."""
    content = book_of(client, "activities/participants?by=kind_age", lang="sv")
    heading, *groups = sheet(content, "course", Language.SV)
    rows = workbook_rows(content, Language.SV)
    kinds = names_by_field()["activity_kind"]
    assert (
        set(heading[1:])
        == {row["activity_kind"] for row in rows}
        == {kinds[kind].sv for kind in ("walk", "market", "talk", "game")}
    )
    ages = [word.sv for word in names_by_field()["age"].values()]
    assert [age for age, *_ in groups] == [age for age in ages if age != "45-64 år"], "nobody counted at a game: no row"
    summary = sheet(content, "summary", Language.SV)
    assert {row[0] for row in summary} >= set(heading[1:])
    said = {cell for row in summary for cell in row}
    assert not said & {"täckning", "observerat (tim:min)", "timmar", "råa eller korrigerade"}, "nobody watched these"
    quality = sheet(book_of(client, "quality?bucket=day", lang="sv"), "summary", Language.SV)
    assert {row[0] for row in quality} >= {"linje gate", "zon bench"}


@pytest.mark.chain
@pytest.mark.parametrize("path", ["quality?bucket=day", "activities/participants?by=kind_age"])
def test_every_sheet_is_printed_as_wide_as_a_page_and_no_heading_is_cut_off(client: httpx.Client, path: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(book_of(client, path, lang="sv")))
    for one in book:
        assert (one.page_setup.orientation, one.page_setup.paperSize, one.page_setup.fitToWidth or 1) == (
            *("landscape", 9, 1),
        )
        assert one.sheet_properties.pageSetUpPr.fitToPage
    for one in (book["data"], book["förlopp"]):
        for cell in one[1]:
            letter = cell.column_letter if one.title == "data" else "A"  # in the course all are as wide as the first
            width = one.column_dimensions[letter].width
            lines = len(textwrap.wrap(cell.value, int(width / 1.1), break_long_words=False))
            assert lines * 15 <= (one.row_dimensions[1].height or 15), cell.value


@pytest.mark.chain
def test_what_is_doubtful_is_shaded(client: httpx.Client) -> None:
    """Low coverage in two shades, and stays whose bounds are wide; the summary says what the colours mean."""
    content = book_of(client, "dwell", lang="en")
    rules = openpyxl.load_workbook(io.BytesIO(content))["data"].conditional_formatting
    formulas = [formula for range_ in rules for rule in range_.rules for formula in rule.formula]
    assert any('="yes"' in formula for formula in formulas)
    assert [formula[-3:] for formula in formulas if "ISNUMBER" in formula] == [".5)", ".9)"]
    said = " ".join(str(cell) for row in sheet(content, "summary") for cell in row if cell)
    assert "Coverage below 0.5" in said
    assert "bounds differ" in said
    assert "bounds differ" not in str(sheet(book_of(client, "flow"), "summary"))


@pytest.mark.chain
@pytest.mark.parametrize("path", ["dwell", "flow?of=line", "quality?bucket=day", "flow/profile"])
def test_totals_are_formulas_over_the_rows_and_agree_with_them(client: httpx.Client, path: str) -> None:
    """What may not be added (stays, shares, rates, bounds) has no total; nothing observed has none, never zero."""
    content = book_of(client, path)
    book, read = (openpyxl.load_workbook(io.BytesIO(content), data_only=values) for values in (False, True))
    [at] = [row for row in range(1, 30) if read["summary"].cell(row, 1).value == "total"]
    headings = [cell.value for cell in read["data"][1]]
    totals = 0
    for row in book["summary"].iter_rows(min_row=at + 1, max_row=at + 2):
        for cell in (cell for cell in row if str(cell.value).startswith("=SUM")):
            label = read["summary"].cell(at, cell.column).value
            first, last = str(cell.value).removeprefix("=SUM('data'!").removesuffix(")").split(":")
            cells = [found.value for [found] in read["data"][first:last]]
            assert headings[book["data"][first].column - 1] == label
            assert sum(map(amount, cells)) == pytest.approx(amount(read["summary"][cell.coordinate].value))
            assert not label.startswith(("stays", "share", "people inside", "coverage"))
            assert "per hour" not in label
            totals += 1
    assert totals >= 2


@pytest.mark.chain
def test_time_is_counted_once_however_many_rows_are_of_it(client: httpx.Client) -> None:
    """Each bin of a histogram bears the time of all its group: the summary and the coverage show it once."""
    whole, bins_of_it = (book_of(client, "dwell/profile", by="day_type", bins=bins_) for bins_ in ("false", "true"))
    watched = {row[0]: row[-3:] for row in sheet(whole, "summary")[1:] if row[0] in {"bench", "00123"}}
    assert {row[0]: row[-3:] for row in sheet(bins_of_it, "summary")[1:] if row[0] in watched} == watched
    assert sheet(bins_of_it, "coverage") == sheet(whole, "coverage")


@pytest.mark.chain
@pytest.mark.parametrize(("language", "word"), [(Language.EN, "hour"), (Language.SV, "timme")])
def test_a_profile_says_what_it_is_grouped_by(client: httpx.Client, language: Language, word: str) -> None:
    content = book_of(client, "flow/profile", by="hour", lang=language)
    assert [row[1] for row in sheet(content, "summary", language) if row[0] in {"grouped by", "grupperat efter"}] == [
        word
    ]
    assert {row["by"] for row in workbook_rows(content, language)} == {word}


@pytest.mark.chain
def test_the_course_leaves_gaps_where_too_little_was_watched(client: httpx.Client) -> None:
    days = sheet(book_of(client, "flow", bucket="hour"), "course")
    assert [row[0].date() for row in days[1:]] == [date(2025, 10, 25) + timedelta(days=n) for n in range(3)]
    assert days[0][1] == "tunnel"
    rows = workbook_rows(book_of(client, "flow", bucket="day"))
    assert [row[1] for row in days[1:]] == [row["entries"] for row in rows]
    hours = sheet(book_of(client, "presence", bucket="hour", zones="bench"), "course")
    assert [row[1] for row in hours[1:]] == [None, None, None], "one quarter-hour is no day"
    silent = book_of(client, "flow", **{"from": "2025-11-01", "to": "2025-11-03"})
    assert [row[1] for row in sheet(silent, "course")[1:]] == [None, None]


@pytest.mark.chain
def test_a_workbook_is_the_same_bytes_and_no_name_is_a_formula(client: httpx.Client) -> None:
    content = book_of(client, "dwell", lang="sv")
    assert content == book_of(client, "dwell", lang="sv")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 31, 0, 0, 0)}
        assert b"<f>" not in archive.read("xl/worksheets/sheet2.xml")
    zones = {row["zone"] for row in workbook_rows(content, Language.SV)}
    assert zones == {"bench", "00123"}, "a key of digits stays a text"
