"""Weather by the hour from a station's file: what is read, what is refused, and in which bucket an hour is."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from platspuls.cli.main import main
from store.database import connect
from store.weather import (
    Measure,
    WeatherFileError,
    WeatherSource,
    WeatherValue,
    import_weather,
    imports,
    read_weather,
    replaced_values,
)
from tests.store.reading.place import Place

HEAD = """\N{BOM}Stationsnamn;Stationsnummer;Stationsnät;Mäthöjd (meter över marken)
En station;1;Ett nät;2.0

Parameternamn;Beskrivning;Enhet
{name};momentanvärde, 1 gång/tim;celsius

Datum;Tid (UTC);{name};Kvalitet;;Tidsutsnitt:
"""
SOURCE = WeatherSource("a.csv", "test")
HOUR = timedelta(hours=1)
MIDNIGHT = datetime(2026, 3, 28, 23, tzinfo=UTC)
"""In Stockholm, before a day of 23 hours."""


def text(values: list[WeatherValue], name: str = "Lufttemperatur") -> str:
    rows = [f"{at:%Y-%m-%d};{at:%H:%M:%S};{value};G;;" for at, value in values]
    return HEAD.format(name=name) + "\n".join(rows)


@given(st.lists(st.integers(-600, 600), min_size=1, max_size=30))
def test_a_file_is_read_whatever_stands_around_its_values(tenths: list[int]) -> None:
    values = [WeatherValue(MIDNIGHT + HOUR * number, value / 10) for number, value in enumerate(tenths)]
    assert read_weather(text(values[::-1]).splitlines(keepends=True)) == (Measure.TEMPERATURE, values)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("a,b\n1,2", "no line begins with Datum;Tid"),
        (HEAD.format(name="Snödjup"), "line 7: 'Snödjup' is not kept"),
        (HEAD.format(name="Lufttemperatur") + "2026-01-01;00:00:00;warm;G", "line 8"),
        (HEAD.format(name="Lufttemperatur") + "2026-01-01;00:00:00", "line 8"),
        (HEAD.format(name="Lufttemperatur") + "2026-01-01;00:00:00;99;G", "not between -60 and 60"),
        (HEAD.format(name="Lufttemperatur") + "2026-01-01;00:00:00;nan;G", "not between"),
        (HEAD.format(name="Nederbördsmängd") + "2026-01-01;00:15:00;0.1;G", "line 8: 00:15:00 must be a whole hour"),
        (HEAD.format(name="Lufttemperatur") + "2026-01-01;00:00:00+01:00;1;G", "must be a whole hour in UTC"),
        (HEAD.format(name="Nederbördsmängd") + "2026-01-01;00:00:00;-1;G", "not between 0 and 200"),
        (HEAD.format(name="Lufttemperatur") + "2026-01-01;01:00:00;1;G\n2026-01-01;01:00:00;2;G", "line 9: 2026-01-01"),
    ],
)
def test_another_form_is_refused_with_its_line(lines: str, said: str) -> None:
    with pytest.raises(WeatherFileError, match=said.replace("(", r"\(")):
        read_weather(lines.splitlines(keepends=True))


@pytest.mark.chain
def test_days_have_the_hours_that_end_in_them_and_a_later_file_takes_the_place(
    database_url: str, tmp_path: Path
) -> None:
    """The day is of 23 hours: its precipitation is that of the hours ending after its midnight, up to the next."""
    hours = [WeatherValue(MIDNIGHT + HOUR * n, n / 2) for n in range(-5, 40)]
    file = tmp_path / "rain.csv"
    file.write_text(text(hours[5:], "Nederbördsmängd"), "utf-8")
    with connect(database_url, application="test", autocommit=True) as database:
        place = Place(database, "torget", "Europe/Stockholm")
        before = [WeatherValue(MIDNIGHT + HOUR * n, 50) for n in range(23)]
        import_weather(database, "torget", Measure.TEMPERATURE, before, SOURCE)
        assert import_weather(database, "torget", Measure.TEMPERATURE, hours, SOURCE) == (22, 23)
        words = ["weather", "import", str(file), "--database-url", database_url, "--site"]
        assert CliRunner().invoke(main, [*words, "nowhere"]).exit_code == 3
        for said in ("40 new, 0 in place of others, 0 were there", "0 new, 0 in place of others, 40 were there"):
            done = CliRunner().invoke(main, [*words, "torget"])
            assert (done.exit_code, "torget: 40 values of precipitation_mm" in done.output) == (0, True), done.output
            assert said in done.output
        asked = ["weather", "list", "--site", "torget", "--database-url", database_url]
        listed = CliRunner().invoke(main, [*asked, "--json"])
        assert [(one["measure"], one["file_name"], one["added"]) for one in json.loads(listed.output)] == [
            ("temperature_c", "a.csv", 23), ("temperature_c", "a.csv", 22), ("precipitation_mm", "rain.csv", 40),
        ]  # fmt: skip
        lines = CliRunner().invoke(main, [*asked, "--replaced"]).output.splitlines()
        assert (len(lines), lines[0]) == (23, "torget  2  temperature_c  2026-03-28 23:00Z  50.0")
        [day, next_day, last] = place.ask(
            "select * from reading.weather_cells('torget', 'day', %s, %s) order by 1", MIDNIGHT, MIDNIGHT + 70 * HOUR
        )
    assert (day["temperature_hours"], day["precipitation_hours"]) == (23, 23)
    assert (float(day["temperature_min_c"]), float(day["temperature_max_c"])) == (0, 11)
    assert float(day["precipitation_mm"]) == sum(n / 2 for n in range(1, 24))
    assert (next_day["temperature_hours"], next_day["precipitation_hours"]) == (17, 16)
    assert (last["temperature_hours"], last["precipitation_mm"], last["temperature_mean_c"]) == (0, None, None)


@pytest.mark.chain
@pytest.mark.parametrize("seed", range(3))
def test_whatever_files_overlap_the_last_holds_and_what_was_before_is_kept(database_url: str, seed: int) -> None:
    """Any order of overlapping and repeated files: each value can be followed back through its imports to the first."""
    rng = random.Random(seed)
    with connect(database_url, application="test", autocommit=True) as database:
        place = Place(database, "torget", "Europe/Stockholm")
        Place(database, "other", "Europe/Stockholm")
        import_weather(database, "other", Measure.TEMPERATURE, [WeatherValue(MIDNIGHT, 9)], SOURCE)
        held: dict[tuple[Measure, datetime], list[float]] = {}
        noted: list[tuple[str, int, int]] = []
        replaced: list[tuple[Measure, datetime, float]] = []
        for number in range(12):
            measure, first = rng.choice(list(Measure)), rng.randint(0, 9)
            values = [
                WeatherValue(MIDNIGHT + HOUR * n, rng.randint(0, 2)) for n in range(first, first + rng.randint(0, 9))
            ]
            [version] = place.ask("select version from platspuls.site where key = 'torget'")
            done = import_weather(database, "torget", measure, values, WeatherSource(f"{number}.csv", "test"))
            [after] = place.ask("select version from platspuls.site where key = 'torget'")
            new = [one for one in values if (measure, one.at) not in held]
            other = [one for one in values if held.get((measure, one.at), [one.value])[-1] != one.value]
            assert done == (len(new), len(other))
            assert (after["version"] > version["version"]) == bool(new or other), "an answer made before is no other"
            if new or other:
                noted.append((f"{number}.csv", len(new), len(other)))
            replaced += [(measure, one.at, held[measure, one.at][-1]) for one in other]
            for one in (*new, *other):
                held.setdefault((measure, one.at), []).append(one.value)
        now = place.ask("select measure, at, value from reading.weather where site = 'torget'")
        assert {(row["measure"], row["at"]): row["value"] for row in now} == {
            key: all_[-1] for key, all_ in held.items()
        }
        assert [(one.file_name, one.added, one.replaced) for one in imports(database, ["torget"])] == noted
        assert [(one.measure, one.at, one.value) for one in replaced_values(database, ["torget"])] == replaced
