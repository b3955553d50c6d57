"""`platspuls site`: exit codes, and what people read."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core.site_file.load import load
from platspuls.cli.main import main
from store.database import connect
from tests.store.registry.example import changed, example


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["site", *arguments], catch_exceptions=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "site.toml"
    path.write_text(example(), "utf-8")
    return path


def test_a_right_file_is_counted(file: Path) -> None:
    result = run("check", str(file))
    assert result.exit_code == 0
    assert "site haninge-entre: 2 spaces, 2 borders, 2 lines, 1 zone, 1 device" in result.output


def test_a_wrong_file_ends_with_1_and_all_its_problems(file: Path) -> None:
    file.write_text(changed(('role = "main"', 'role = "x"'), ('to = "torget"', 'to = "y"')), "utf-8")
    result = run("check", str(file))
    assert result.exit_code == 1
    assert "2 problems" in result.stderr
    assert "lines[0].role" in result.stderr
    assert "borders[1].to" in result.stderr


def test_warnings_do_not_stop(file: Path) -> None:
    file.write_text(changed(("zones = [{", "zones = [] # [{")), "utf-8")
    result = run("check", str(file))
    assert result.exit_code == 0
    assert 'warning: zones[0] = "bankarna": no device is assigned' in result.stderr


def test_a_wrong_command_ends_with_2(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLATSPULS_DATABASE_URL", raising=False)
    assert run("check", str(file.parent / "none.toml")).exit_code == 2
    assert run("apply", str(file)).exit_code == 2
    assert run("apply", str(file), "--wet-run").exit_code == 2


def test_a_database_that_is_away_is_said_to_be(file: Path, tmp_path: Path) -> None:
    result = run("apply", str(file), "--database-url", f"postgresql:///none?host={tmp_path}")
    assert result.exit_code == 1
    assert "connection" in result.stderr


@pytest.mark.chain
def test_apply_shows_and_applies(file: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLATSPULS_DATABASE_URL", database_url)
    dry = run("apply", str(file), "--dry-run")
    assert dry.exit_code == 0
    assert dry.output.endswith("Dry run: nothing was changed.\n")
    wet = run("apply", str(file))
    assert wet.exit_code == 0
    assert wet.output.endswith("Applied.\n")
    assert wet.output.splitlines()[:-1] == dry.output.splitlines()[:-1]
    assert run("apply", str(file)).output == "no changes\n"


@pytest.mark.chain
def test_a_refusal_ends_with_1_and_says_why(file: Path, database_url: str) -> None:
    assert run("apply", str(file), "--database-url", database_url).exit_code == 0
    with connect(database_url, application="test", autocommit=True) as database:
        database.execute(
            "insert into platspuls.delivery (device_id, epoch) select device_id, 'e' from platspuls.device"
        )
    file.write_text(changed(('key = "tunnel-kamera"', 'key = "annan"')), "utf-8")
    result = run("apply", str(file), "--database-url", database_url)
    assert result.exit_code == 1
    assert result.stderr.startswith("Refused, nothing was changed:\n  device tunnel-kamera has data")


@pytest.mark.chain
def test_a_database_without_the_schema_is_not_ready(file: Path, empty_database_url: str) -> None:
    result = run("apply", str(file), "--database-url", empty_database_url)
    assert result.exit_code == 1
    assert "platspuls db migrate" in result.stderr


def test_holidays_of_a_country_are_printed_as_a_site_file_has_them(file: Path) -> None:
    """What is printed is read back by the site file's own code: names with quotes too, and one date an entry."""
    pytest.importorskip("holidays")
    printed = run("holidays", "se", "--year", "2027", "--year", "2025", "--language", "sv")
    assert printed.exit_code == 0, printed.output
    file.write_text(example() + printed.stdout, "utf-8")
    dates = {one.start: one.name for one in load(file).calendar if one.kind == "holiday"}
    assert dates[date(2027, 3, 26)] == "Långfredagen"
    assert {day.year for day in dates} == {2025, 2026, 2027}
    assert run("holidays", "XX", "--year", "2026").exit_code == 1


def test_names_of_holidays_are_the_countrys_own_or_those_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("holidays")
    monkeypatch.setenv("LANGUAGE", "en_US")
    asked = ("holidays", "SE", "--year", "2027")
    assert 'name = "Långfredagen"' in run(*asked).stdout
    assert 'name = "Good Friday"' in run(*asked, "--language", "en_US").stdout
    other = run(*asked, "--language", "xx")
    assert (other.exit_code, "--language xx: SE has no such names: there are en_US, sv" in other.stderr) == (2, True)
    assert run("holidays", "NZ", "--year", "2027").exit_code == 0
    none = run("holidays", "NZ", "--year", "2027", "--language", "mi")
    assert (none.exit_code, "there are only its own" in none.stderr) == (2, True)


def test_dates_of_a_csv_are_printed_or_written_into_a_site_file_once(file: Path, tmp_path: Path) -> None:
    """`to` is the last day there, and the day after in a site file; a file that would be wrong is left as it was."""
    breaks = tmp_path / "lov.csv"
    breaks.write_text("\ufefffrån;till;namn\n26/10 2027;30 oktober 2027;Höstlov\n2027-05-07;;Klämdag\n", "utf-8")
    printed = run("calendar", str(breaks), "--kind", "school_break")
    assert printed.exit_code == 0, printed.output
    assert 'from = 2027-10-26\nto = 2027-10-31\nname = "Höstlov"\n' in printed.stdout
    before = load(file).calendar
    for written in (2, 0):
        done = run("calendar", str(breaks), "--kind", "school_break", "--into", str(file))
        assert (done.exit_code, f"{written} entries written" in done.output) == (0, True), done.output
        assert [one.name for one in load(file).calendar] == [*(one.name for one in before), "Klämdag", "Höstlov"]
    kept = file.read_bytes()
    breaks.write_text("from;to;name;kind\n2027-10-28;2027-11-02;Other;lov\n", "utf-8")
    refused = run("calendar", str(breaks), "--into", str(file))
    assert (refused.exit_code, "overlaps calendar[" in refused.stderr) == (1, True), refused.output
    assert refused.stderr.startswith(f"{file}: 1 problem"), "the file that was named, not one that it was tried in"
    assert file.read_bytes() == kept
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lov.csv", "site.toml"]
    breaks.write_bytes(b"fr\xe5n;namn\n")
    assert "is not UTF-8" in run("calendar", str(breaks)).stderr
