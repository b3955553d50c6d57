"""Names and keys in the CSV for Swedish spreadsheets, and what LibreOffice makes of these and of workbooks."""

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import openpyxl
import pytest
from psycopg.sql import SQL

from api.database.export_columns import csv_query
from api.formats.labels import Labels
from api.negotiation import Dialect
from api.tables.table import Column, ColumnKind
from core.texts.catalog import Language
from platspuls.embedded.postgres import Cluster
from store.database import connect
from tests.api.formats.workbooks import workbook_rows
from tests.api.serving import serving
from tests.store.reading.by_hand import utc
from tests.store.reading.place import QUARTER, Dwelt, Place, bins
from tests.support.servers import need

READ_OTHERWISE: Final = (
    *(
        "00123",
        "123",
        "1e5",
        "3E5",
        "1E+05",
        "2310009E13",
        "1 e5",
        "1e 5",
        "12 e 3",
        "1,e5",
        "1e - 5",
        "1 000",
        "1\u00a0000",
        "-5",
        "\u22125",
        "1,5",
        "12.5",
        "(5)",
        "5 %",
    ),
    *(
        "1-2",
        "1/2",
        "2026-10-25",
        "2026-11",
        "25/10",
        "1.5.2026",
        "12:30",
        "3:15 em",
        "maj 12",
        "1 maj",
        "mars 3",
        "3-mar",
    ),
    *("Oct 4", "12 dec 2026", "sant", "FALSE", "50 kr", "$5", "1 1/2"),
)
"""What a spreadsheet, in Swedish or English, may take for a number, a date, a time or a truth value."""
PLAIN: Final = (
    "Pianot",
    "E4",
    "Zon 2",
    "2 trappor",
    "Mars",
    "Maj-Britts plats",
    "entre-1",
    "3B",
    "Å",
    "sant nöje",
    "dec",
)
TEXTS: Final = (*READ_OTHERWISE, *PLAIN)


def as_csv(cluster: Cluster, dialect: Dialect, texts: tuple[str, ...]) -> bytes:
    """Return the texts as a CSV of names, each beside itself as a list of one."""
    columns = (Column("name_sv", ColumnKind.TEXT, ""), Column("flags", ColumnKind.LIST, ""))
    statement = SQL("select name_sv, array[name_sv] as flags from unnest(%(texts)s::text[]) as name_sv")
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as database:
        query = csv_query(statement, columns, dialect)
        with database.cursor() as cursor, cursor.copy(query, {"texts": list(texts)}) as copy:
            return b"".join(bytes(block) for block in copy)


@pytest.mark.chain
def test_names_that_a_spreadsheet_reads_otherwise_stay_texts(cluster: Cluster) -> None:
    """The class: a text that the program that opens the file turns into another value, and shows or joins as that."""
    lines = csv.reader(io.StringIO(as_csv(cluster, Dialect.EXCEL_SV, TEXTS).decode()), delimiter=";")
    found = [row[0] for row in lines]
    assert found == [*(f"'{text}" for text in READ_OTHERWISE), *PLAIN]
    lists = csv.reader(
        io.StringIO(as_csv(cluster, Dialect.EXCEL_SV, ("3", "00123", "1 234", "dark")).decode()), delimiter=";"
    )
    assert [row[1] for row in lists] == ["3", "'00123", "'1 234", "dark"]
    plain = csv.reader(io.StringIO(as_csv(cluster, Dialect.STANDARD, ("00123", "1e5")).decode()))
    assert [row[0] for row in plain] == ["00123", "1e5"], "programs get them as they are"


LOCALE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale"><value>sv-SE</value></prop></item>
</oor:items>"""
"""Of LibreOffice where Swedish is set."""


def converted(folder: Path, name: str, content: bytes, to: str, *words: str) -> bytes:
    """Open a file in LibreOffice where Swedish is set, and return it in another form."""
    need(shutil.which("soffice") is not None, "LibreOffice, of Debian's package libreoffice-calc-nogui")
    (folder / "profile" / "user").mkdir(parents=True, exist_ok=True)
    (folder / "profile" / "user" / "registrymodifications.xcu").write_text(LOCALE)
    (folder / name).write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        "soffice",
        profile,
        "--headless",
        *words,
        "--convert-to",
        to,
        "--outdir",
        str(folder),
        str(folder / name),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=150)
    return (folder / name).with_suffix(f".{to.partition(':')[0]}").read_bytes()


@pytest.mark.full
def test_libreoffice_keeps_guarded_names_as_texts(cluster: Cluster, tmp_path: Path) -> None:
    """With semicolons, quotes and numbers of Swedish, special numbers looked for: what it reads worst."""
    texts = tuple(text for text in TEXTS if text != "123")  # a list of one whole number is left as it is
    names = as_csv(cluster, Dialect.EXCEL_SV, texts)
    read = converted(tmp_path, "names.csv", names, "fods", "--infilter=CSV:59,34,76,1,,1053,false,true").decode()
    kinds = re.findall(r'<table:table-cell[^>]*office:value-type="(\w+)"[^>]*>', read)
    assert set(kinds) == {"string"}
    bare = "\n".join(f'"{text}"' for text in READ_OTHERWISE).encode()
    read = converted(tmp_path, "bare.csv", bare, "fods", "--infilter=CSV:59,34,76,1,,1053,false,true").decode()
    kinds = re.findall(r'<table:table-cell[^>]*office:value-type="(\w+)"[^>]*>', read)
    assert {"float", "date", "time", "percentage", "boolean"} <= set(kinds), "without the guard it does"


@pytest.fixture(scope="module")
def workbook(cluster: Cluster) -> Iterator[Callable[[Language], bytes]]:
    """A workbook of three days of dwell, without the results of its formulas: who opens it must compute them."""
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as other:
        other.execute(b"create database opened template platspuls_template")
    with connect(cluster.url("opened"), application="tests", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        place.zone("bench", "hall", [(None, None)])
        start = utc("2025-10-25T00:00")
        place.dwells("bench", *(Dwelt(start + QUARTER * n, bins(b3=n % 5, b8=20), bins(b2=1)) for n in range(280)))
        for n in range(8):
            place.occupies("bench", start + QUARTER * n, (3, 0, 2, 1, 1234, 4))
        with serving(cluster.url("opened")) as client:

            def made(language: Language) -> bytes:
                asked = {"from": "2025-10-25", "to": "2025-10-28", "lang": language.value}
                answer = client.get("/api/v1/sites/tunnel/dwell.xlsx", params=asked)
                file = io.BytesIO()
                openpyxl.load_workbook(io.BytesIO(answer.content)).save(file)
                return file.getvalue()

            yield made


@pytest.mark.full
@pytest.mark.parametrize("language", Language)
def test_libreoffice_computes_the_sums_in_swedish(
    workbook: Callable[[Language], bytes], language: Language, tmp_path: Path
) -> None:
    """Total entered, and person-hours with a decimal comma, as the sheet shows them; the pages can be drawn."""
    content = workbook(language)
    shown = converted(tmp_path, "dwell.xlsx", content, "csv:Text - txt - csv (StarCalc):59,34,76,1,,1053,false,true")
    rows = list(csv.reader(io.StringIO(shown.decode()), delimiter=";"))
    heading = next(row for row in rows if row[0] == {"sv": "summa", "en": "total"}[language])
    total = next(row for row in rows if row[0] == "bench")
    found = dict(zip(heading, total, strict=True))
    labels = Labels(language)
    answered = workbook_rows(content, language)
    entered, presence_s = (sum(row[name] or 0 for row in answered) for name in ("entered", "presence_s"))
    assert entered > 6000
    assert re.sub(r"\D", "", found[labels.column("entered")]) == str(entered)
    assert found[labels.column("presence_s")] == f"{presence_s / 3600:.2f}".replace(".", ",") != "0,00"
    pages = converted(tmp_path, "dwell.xlsx", content, "pdf")
    assert pages.startswith(b"%PDF")
