"""Weather by the hour from a station's file: what is read, what is refused, and in which bucket an hour is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from platspuls.cli.main import main
from store.database import connect
from store.weather import Measure, WeatherFileError, WeatherValue, import_weather, read_weather
from tests.store.reading.place import Place

HEAD = """\N{BOM}Stationsnamn;Stationsnummer;Stationsnät;Mäthöjd (meter över marken)
En station;1;Ett nät;2.0

Parameternamn;Beskrivning;Enhet
{name};momentanvärde, 1 gång/tim;celsius

Datum;Tid (UTC);{name};Kvalitet;;Tidsutsnitt:
"""
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
        import_weather(
            database, "torget", Measure.TEMPERATURE, [WeatherValue(MIDNIGHT + HOUR * n, 50) for n in range(23)]
        )
        import_weather(database, "torget", Measure.TEMPERATURE, hours)
        words = ["weather", "import", str(file), "--database-url", database_url, "--site"]
        assert CliRunner().invoke(main, [*words, "nowhere"]).exit_code == 3
        for _ in range(2):
            done = CliRunner().invoke(main, [*words, "torget"])
            assert (done.exit_code, "torget: 40 values of precipitation_mm" in done.output) == (0, True), done.output
        [day, next_day, last] = place.ask(
            "select * from reading.weather_cells('torget', 'day', %s, %s) order by 1", MIDNIGHT, MIDNIGHT + 70 * HOUR
        )
    assert (day["temperature_hours"], day["precipitation_hours"]) == (23, 23)
    assert (float(day["temperature_min_c"]), float(day["temperature_max_c"])) == (0, 11)
    assert float(day["precipitation_mm"]) == sum(n / 2 for n in range(1, 24))
    assert (next_day["temperature_hours"], next_day["precipitation_hours"]) == (17, 16)
    assert (last["temperature_hours"], last["precipitation_mm"], last["temperature_mean_c"]) == (0, None, None)
