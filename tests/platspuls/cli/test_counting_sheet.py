"""The CSV of counting rounds: what is read, and what is wrong by row and column."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from platspuls.cli.store.counting_sheet import SheetError, read

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "calibration.csv"
HERE = ZoneInfo("Europe/Stockholm")
HEAD = "kind,line,zone,from,minutes,forward,backward,looks,present,stays_s,counted_by,note\n"


def refused(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "counting_rounds.csv"
    file.write_bytes(text.encode("latin-1" if "\xe5" in text else "utf-8"))
    with pytest.raises(SheetError) as caught:
        read(file, HERE)
    return str(caught.value).splitlines()


def test_the_example_of_the_docs() -> None:
    rows = read(EXAMPLE, HERE)
    assert list(rows) == [2, 3, 4, 5]
    assert rows[2] == {
        "kind": "crossings",
        "line": "stationen",
        "from": "2026-10-05T07:30:00+02:00",
        "to": "2026-10-05T06:15:00+00:00",
        "hand": {"forward": 212, "backward": 61},
        "counted_by": "AB",
        "note": "regn",
    }
    assert rows[4]["hand"] == {"looks": 30, "present": 41}
    complete = [0, 2, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, *[0] * 8]
    assert rows[5]["hand"] == {"complete": complete, "known_s": 900}


def test_no_dwell_of_a_person_goes_further_than_the_file() -> None:
    [stays] = [row for row in read(EXAMPLE, HERE).values() if row["kind"] == "stays"]
    assert "310" not in str(stays)


def test_semicolons_and_a_byte_order_mark_as_spreadsheets_write_them(tmp_path: Path) -> None:
    file = tmp_path / "counting_rounds.csv"
    file.write_text(EXAMPLE.read_text().replace(",", ";"), "utf-8-sig")
    assert read(file, HERE) == read(EXAMPLE, HERE)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    assert refused(
        tmp_path,
        HEAD
        + "tea,stationen,,2026-10-05 07:30,45,1,1,,,,AB,\n"
        + "crossings,,,5 oktober,0,1.5,,,3,,AB,\n"
        + "stays,,bankarna,2026-10-25 02:30,60,,,,,12 lång,CD,\n".replace("å", "a")
        + "presence,,bankarna,2026-10-05 12:00,60,,,30,41,,CD,a,b\n",
    ) == [
        "row 2, kind tea: kinds are crossings, presence, stays",
        "row 3, line: crossings need it, and it is empty",
        "row 3, backward: crossings need it, and it is empty",
        "row 3, present 3: crossings have none, leave it empty",
        "row 3, forward 1.5: it must be a whole number",
        "row 3, minutes 0: it must be 1 to 720",
        "row 3, from 5 oktober: it must be a time such as 2026-10-25 14:30",
        "row 4, stays_s lang: whole seconds with spaces between, with + for who was there still",
        "row 4, from 2026-10-25 02:30: the clocks change then: write it with an offset, such as 2026-10-25T02:30+01:00",
        "row 5: it has more cells than the header: put quotation marks around a note with commas",
    ]


@pytest.mark.parametrize("text", ["", "kind,from\n", HEAD.replace("note", "name"), HEAD.replace("note", "kind")])
def test_a_header_that_is_none(tmp_path: Path, text: str) -> None:
    [said] = refused(tmp_path, text)
    assert said.startswith("row 1: the columns are")


def test_another_encoding(tmp_path: Path) -> None:
    assert refused(tmp_path, HEAD + "crossings,st\xe5tion,,,,,,,,,,\n") == [
        "counting_rounds.csv is not UTF-8: save it as CSV UTF-8"
    ]


def test_counts_by_minute_are_one_number_for_each(tmp_path: Path) -> None:
    file = tmp_path / "by_minute.csv"
    file.write_text(HEAD + "crossings,stationen,,2026-10-05 07:32,6,0 1 2 3 4 5,1 1 1 1 1 1,,,,AB,\n")
    [row] = read(file, HERE).values()
    assert row["hand_minutes"] == {"forward": [0, 1, 2, 3, 4, 5], "backward": [1] * 6}
    assert "hand" not in row
    assert refused(
        tmp_path,
        HEAD
        + "crossings,stationen,,2026-10-05 07:32,3,1 2,4,,,,AB,\n"
        + "presence,,bankarna,2026-10-05 12:00,3,,,1 1 x,0 0 0,,CD,\n",
    ) == [
        "row 2, forward: it has 2 numbers for 3 minutes",
        "row 2, forward: it has a number for each minute, and the other one hasn't",
        "row 3, looks 1 1 x: it must be a whole number for each minute",
    ]
