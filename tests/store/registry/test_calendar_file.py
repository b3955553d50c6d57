"""Dates from a CSV: however it is written they are those that were meant, and what isn't a date is named."""

import tomllib
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.site_file.document import CalendarSpec
from store.registry.calendar_file import CalendarFileError, as_entries, read_calendar

MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
FORMS = (
    lambda day: f"{day}",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day.day}/{day.month} {day.year}",
    lambda day: f"{day:%d.%m.%Y}",
    lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{day.day} {MONTHS[day.month - 1][:3].title()}. {day.year}",
)
HEADINGS = (("from", "to", "name", "kind"), ("Från", "Till", "Namn", "Typ"), ("datum", "T.o.m.", "benämning", "slag"))
WORDS = {"holiday": ("holiday", "Helgdag", "röd dag"), "school_break": ("school_break", "lov", "Skollov", "studiedag")}
NAMES = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12).filter(
    lambda text: text.strip() and text.isprintable()
)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[str, list[CalendarSpec]]:
    """Return a file, and the dates that it says: those of a kind follow each other."""
    day, meant, rows = draw(st.dates(date(2000, 1, 1), date(2190, 1, 1))), [], []
    headings, delimiter = draw(st.sampled_from(HEADINGS)), draw(st.sampled_from(";,\t"))
    order = draw(st.permutations(range(4)))
    for _ in range(draw(st.integers(0, 6))):
        kind, days, name = draw(st.sampled_from(sorted(WORDS))), draw(st.integers(1, 9)), draw(NAMES).strip()
        last = day + timedelta(days=days - 1)
        write = draw(st.sampled_from(FORMS))
        to = "" if days == 1 and draw(st.booleans()) else write(last)
        cells = (write(day), to, '"' + name.replace('"', '""') + '"', draw(st.sampled_from(WORDS[kind])))
        rows.append(delimiter.join(cells[place] for place in order))
        end = None if days == 1 else last + timedelta(days=1)
        meant.append(CalendarSpec.model_validate({"kind": kind, "from": day, "to": end, "name": name}))
        day = last + timedelta(days=draw(st.integers(1, 40)))
    head = delimiter.join(headings[place] for place in order)
    lines = [head, *draw(st.permutations(rows))]
    mark, end_of_line = draw(st.sampled_from(["", "\N{BOM}"])), draw(st.sampled_from(["\n", "\r\n"]))
    return mark + end_of_line.join(lines), meant


@given(calendars())
def test_dates_are_those_that_were_meant(drawn: tuple[str, list[CalendarSpec]]) -> None:
    text, meant = drawn
    found = read_calendar(text)
    assert found == meant
    entries = tomllib.loads("".join(as_entries(found))).get("calendar", [])
    assert [CalendarSpec.model_validate(entry) for entry in entries] == meant, "as the site file reads them"
    assert read_calendar(f"{text}\n{text.splitlines()[-1]}") == meant if meant else True, "a row twice is one"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("2026-13-01;;Lov;lov", "line 2, from: '2026-13-01' is not a date"),
        ("10/26/2026;;Lov;lov", "line 2, from: '10/26/2026' is not a date"),
        ("31 september 2026;;Lov;lov", "line 2, from: '31 september 2026' is not a date"),
        ("1026-10-26;;Lov;lov", "line 2, from: '1026-10-26' is not a date"),
        ("\n;;Lov;lov", "line 3, from: '' is not a date"),
        ("2026-10-26;snart;Lov;lov", "line 2, to: 'snart' is not a date"),
        ("2026-10-26;2026-10-25;Lov;lov", "line 2, to: '2026-10-25' is before 2026-10-26; it is the last day"),
        ("2026-10-26;;;lov", "line 2, name: '' must be a name"),
        ("2026-10-26;;Lov;ledigt", "line 2, kind: 'ledigt' must be one of holiday, helgdag"),
        ("2026-10-26;;Lov", "line 2, kind: '' must be one of"),
        ("2026-10-26;2026-10-30;A;lov\n2026-10-30;;B;skollov", "line 3: B overlaps A: a date is in one school_break"),
        ("x;y;;z", "line 2, name"),
    ],
)
def test_a_fault_is_named_with_its_line_its_column_and_its_value(rows: str, said: str) -> None:
    with pytest.raises(CalendarFileError) as raised:
        read_calendar(f"from;to;name;kind\n{rows}")
    assert said in str(raised.value)


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(CalendarFileError) as raised:
        read_calendar("from;to;name;kind\na;b;c;d\ne;f;;holiday")
    assert len(str(raised.value).splitlines()) == 6


@pytest.mark.parametrize(
    "text", ["", "\n;;\n", "a;b\n2026-01-01;x", "name;kind\nx;lov", "from;from;name\n", "from;to\n"]
)
def test_a_file_without_such_columns_is_refused(text: str) -> None:
    with pytest.raises(CalendarFileError, match="from;to;name;kind"):
        read_calendar(text)
