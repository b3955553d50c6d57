"""The command from a CSV to corrected numbers and back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platspuls.cli.main import main
from store.database import connect
from tests.store.calibration.hall import MINUTE, START, Hall
from tests.store.reading.place import QUARTER, Passed

pytestmark = pytest.mark.chain

COUNTS = [(10, 11), (20, 24), (30, 33), (15, 15), (25, 28), (40, 46)]


@pytest.fixture
def hall(database_url: str) -> Iterator[Hall]:
    with connect(database_url, application="test", autocommit=True) as database:
        hall = Hall.made(database)
        for number, (count, _) in enumerate(COUNTS):
            hall.line_facts("gate", START + number * 4 * QUARTER, [(count, count)] * 30)
        hall.place.passes("gate", *(Passed(START + timedelta(days=1) + n * QUARTER, 100, 200) for n in range(4)))
        yield hall


def run(database_url: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["calibrate", *words, "--site", "hall", "--database-url", database_url])


def sheet(tmp_path: Path, *, last: str = "") -> Path:
    rows = [
        f"crossings,gate,{START + number * 4 * QUARTER:%Y-%m-%dT%H:%MZ},30,{hand * 30},{hand * 30},AB"
        for number, (_, hand) in enumerate(COUNTS)
    ]
    file = tmp_path / "counting_rounds.csv"
    file.write_text("\n".join(["kind,line,from,minutes,forward,backward,counted_by", *rows, last]))
    return file


def test_from_a_csv_to_corrected_numbers_and_back(hall: Hall, database_url: str, tmp_path: Path) -> None:
    done = run(database_url, "import", str(sheet(tmp_path)))
    assert (done.exit_code, done.output) == (0, "6 of 6 counting rounds kept\n")
    of = ("--kind", "crossings", "--of", "gate")
    shown = run(database_url, "compute", *of)
    assert shown.exit_code == 0, shown.output
    assert shown.output.splitlines()[1].split()[:4] == ["forward", "any", "any", "1.121"]
    until = ("--valid-from", "2026-03-03", "--valid-to", "2026-03-04")
    applied = run(database_url, "apply", *of, *until, "--together", "--note", "baseline")
    assert applied.exit_code == 0, applied.output
    assert "calibration 1 is applied" in applied.output
    day = (START + timedelta(days=1), START + timedelta(days=1, minutes=60))
    query = "select * from reading.corrected_line_flow('hall', 'hour', %s, %s, 'all', '{gate}')"
    [row] = hall.place.ask(query, *day)
    assert float(row["forward"]) == pytest.approx(400 * 157 / 140, abs=1e-3)
    assert float(row["forward_low"]) < float(row["forward"]) < float(row["forward_high"])
    assert "1.121" in run(database_url, "show", "1").output
    listed = run(database_url, "list").output
    assert "forward 330 backward 330" in listed
    assert "forward 300 backward 300" in listed
    assert run(database_url, "withdraw", "1", "--reason", "moved").exit_code == 0
    [row] = hall.place.ask(query, *day)
    assert (row["forward"], row["numbers"]) == (400, "raw")


def test_all_counting_rounds_or_none(hall: Hall, database_url: str, tmp_path: Path) -> None:
    file = sheet(tmp_path, last=f"crossings,gate,{START:%Y-%m-%dT%H:%MZ},30,1,1,AB")
    done = run(database_url, "import", str(file))
    assert done.exit_code == 1
    assert "row 8: from" in done.output
    assert "this was counted by hand here already" in done.output
    assert "0 of 7 counting rounds kept" in done.output
    assert hall.run("select count(*) from platspuls.calibration_session") == 0
    done = run(database_url, "import", str(file), "--accept-rest")
    assert (done.exit_code, done.output.splitlines()[-1]) == (1, "6 of 7 counting rounds kept")


@pytest.mark.usefixtures("hall")
def test_what_is_not_compared_is_kept_and_left_out(database_url: str, tmp_path: Path) -> None:
    file = sheet(tmp_path, last=f"crossings,gate,{START - 60 * MINUTE:%Y-%m-%dT%H:%MZ},30,1,1,AB")
    assert run(database_url, "import", str(file)).output == "7 of 7 counting rounds kept\n"
    assert "waiting, no_records" in run(database_url, "list").output
    done = run(database_url, "compute", "--kind", "crossings", "--of", "gate")
    assert (done.exit_code, done.stderr) == (0, "not compared with the counter, left out: 7 (no_records)\n")


@pytest.mark.usefixtures("hall")
def test_what_gives_no_factor_says_why(database_url: str, tmp_path: Path) -> None:
    of = ("compute", "--kind", "crossings", "--of", "gate")
    assert run(database_url, *of).output == "site hall has no counting rounds of crossings of gate then\n"
    run(database_url, "import", str(sheet(tmp_path)))
    split = run(database_url, *of, "--strata", "crowd", "--busy-from", "50")
    assert (split.exit_code, split.output) == (
        1,
        "sparse: 3 counting rounds are too few: it takes 6 to tell how much they differ\n",
    )
    assert run(database_url, "show", "7").exit_code == 1
    nowhere = CliRunner().invoke(main, ["calibrate", "list", "--site", "moon", "--database-url", database_url])
    assert (nowhere.exit_code, nowhere.output) == (3, "there is no site moon: there are hall\n")
