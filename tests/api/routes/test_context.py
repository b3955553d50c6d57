"""Weather and calendar as columns beside numbers: in every table and format, and said where a site has none."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from pyarrow import parquet

from platspuls.embedded.postgres import Cluster
from platspuls_client import Client, Query, Table
from platspuls_client.models import DwellRow
from store.database import connect
from store.weather import Measure, WeatherSource, WeatherValue, import_weather
from tests.api.formats.workbooks import workbook_rows
from tests.store.reading.by_hand import cells
from tests.store.reading.context_by_hand import Known
from tests.store.reading.place import Place
from tests.support.served import World, served

pytestmark = pytest.mark.chain

SITE = "haninge-entre"
SOURCE = WeatherSource("smhi.csv", "cli:anna")
START = datetime(2026, 11, 1, 23, tzinfo=UTC)
END = START + timedelta(days=7)
RANGE = {"from": "2026-11-02", "to": "2026-11-09", "context": "true"}
WEATHER = {
    Measure.TEMPERATURE: {START + timedelta(hours=hour): hour * 7 % 90 / 10 for hour in range(-5, 60)},
    Measure.PRECIPITATION: {START + timedelta(hours=hour): hour % 13 / 10 for hour in range(20, 120)},
}
CALENDAR = [
    ("school_break", date(2026, 10, 26), date(2026, 11, 4), "Höstlov"),
    ("holiday", date(2026, 11, 7), date(2026, 11, 8), "Påhittad helg"),
]
KNOWN = Known(ZoneInfo("Europe/Stockholm"), WEATHER, CALENDAR)
PATHS = [
    *(
        "flow?of=site&bucket=hour",
        "flow?of=space&bucket=day",
        "flow?of=border&bucket=week",
        "flow?of=line&bucket=month",
    ),
    *("flow?numbers=corrected&bucket=week", "flow?of=line&numbers=corrected&bucket=day", "occupancy?bucket=hour"),
    *("dwell?bucket=week", "dwell?numbers=corrected&bucket=day", "presence?bucket=day"),
    "presence?numbers=corrected&bucket=month",
]


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    """One site has everything, `rainy` has precipitation alone, `plain` nothing."""
    with served(cluster, "in_context") as found:
        with connect(found.database_url, application="test", autocommit=True) as database:
            for measure, values in WEATHER.items():
                import_weather(database, SITE, measure, [WeatherValue(*one) for one in values.items()], SOURCE)
            for dates in CALENDAR:
                database.execute("insert into platspuls.site_calendar values (1, %s, %s, %s, %s)", dates)
            for key in ("rainy", "plain"):
                Place(database, key, "Europe/Stockholm")
            import_weather(database, "rainy", Measure.PRECIPITATION, [WeatherValue(START, 1)], SOURCE)
        yield found


def get(world: World, path: str, suffix: str = "", site: str = SITE, **asked: str) -> httpx.Response:
    """Ask; what is asked for as an empty text is left out."""
    path, _, words = path.partition("?")
    more = dict(word.split("=") for word in words.split("&") if word)
    asked = {name: text for name, text in {**RANGE, **more, **asked}.items() if text}
    answer = httpx.get(f"{world.address}/api/v1/sites/{site}/{path}{suffix}", params=asked, timeout=30)
    assert answer.status_code in {200, 422}, answer.text
    return answer


def rows(answer: httpx.Response) -> list[dict[str, Any]]:
    said = answer.json()
    found: list[dict[str, Any]] = said.get("series", said)["rows"]
    return found


def same(row: dict[str, Any], wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        assert row[name] == (pytest.approx(value, abs=0.0501) if isinstance(value, float) else value), name


@pytest.mark.parametrize("path", PATHS)
def test_each_row_is_the_one_without_and_what_is_known_of_its_bucket(world: World, path: str) -> None:
    bucket = path.rpartition("=")[2]
    wanted = [KNOWN.beside(bucket, cell) for cell in cells("Europe/Stockholm", bucket, START, END)]
    plain, found = rows(get(world, path, context="")), rows(get(world, path))
    assert len(found) == len(plain) == len(wanted)
    for row, without, known in zip(found, plain, wanted, strict=True):
        assert not known.keys() & without.keys()
        assert {name: row.pop(name) for name in without} == without
        assert row.keys() == known.keys()
        same(row, known)


@pytest.mark.parametrize("path", ["dwell?threshold_s=120", "occupancy"])
def test_every_format_says_the_same(world: World, path: str) -> None:
    found = rows(get(world, path, bucket="day"))
    assert [json.loads(line) for line in get(world, path, ".ndjson", bucket="day").text.splitlines()] == found
    table = list(csv.DictReader(io.StringIO(get(world, path, ".csv", bucket="day").text)))
    typed = parquet.read_table(io.BytesIO(get(world, path, ".parquet", bucket="day").content))
    book = workbook_rows(get(world, path, ".xlsx", bucket="day", lang="en").content)
    assert list(table[0]) == typed.column_names
    assert list(table[0])[-11:] == list(found[0])[-11:]
    for row, line, values, cells_of in zip(found, table, typed.to_pylist(), book, strict=True):
        for name in list(row)[-11:]:
            text = "" if row[name] is None else str(row[name])
            assert (line[name], values[name]) == (text, row[name])
            shown = {"sun_holiday": "Sunday or holiday", "mon_thu": "Monday to Thursday"}
            assert name == "day_type" or cells_of[name] == row[name]
            assert name != "day_type" or cells_of[name] == shown.get(row[name], cells_of[name])
    question = json.loads(typed.schema.metadata[b"platspuls.question"])
    assert question["context"].startswith("temperature_mean_c,")
    assert b"Weather is that of a weather station" in typed.schema.metadata[b"platspuls.method"]


def test_weather_that_comes_later_makes_another_version(world: World) -> None:
    first = get(world, "flow", ".csv", site="rainy")
    with connect(world.database_url, application="test", autocommit=True) as database:
        import_weather(database, "rainy", Measure.PRECIPITATION, [WeatherValue(START + timedelta(hours=1), 2)], SOURCE)
    second = get(world, "flow", ".csv", site="rainy")
    assert first.headers["etag"] != second.headers["etag"]
    assert first.text != second.text


def test_columns_are_of_what_the_site_has_and_nothing_is_said_so(world: World) -> None:
    """No empty column in silence."""
    header = get(world, "flow", ".csv", site="rainy").text.splitlines()[0]
    assert header.endswith(",estimate,precipitation_mm,precipitation_hours")
    for path, asked, said in (
        ("flow", {"site": "plain"}, "context: plain has no weather (`platspuls weather import`) and no [[calendar]]"),
        ("occupancy", {"site": "plain"}, "context: plain has no weather"),
        ("dwell", {"bucket": "quarter"}, "context: weather is by the hour; ask for bucket hour or longer, not quarter"),
        ("quality", {}, "context: there is no such parameter here"),
        ("dwell/profile", {}, "context: there is no such parameter here"),
    ):
        refused = get(world, path, **asked)
        assert (refused.status_code, said in refused.json()["detail"]) == (422, True), refused.text


def test_the_client_has_them_typed(world: World) -> None:
    query = Query(table=Table.DWELL, site=SITE, start="2026-11-07", end="2026-11-08", bucket="day", context=True)
    with Client(world.address) as client:
        [day] = client.rows(query, DwellRow)
    assert (day.holiday, day.holiday_days, day.day_type) == ("Påhittad helg", 1, "sun_holiday")
    assert (day.school_break, day.school_break_days, day.temperature_mean_c) == (None, 0, None)


@pytest.mark.parametrize(
    ("days", "weekdays"),
    [
        ("all", [1, 2, 3, 4, 5, 6, 7]),
        ("workday", [1, 2, 3, 4, 5]),
        ("holiday", [6]),
        ("school_break", [1, 2]),
        ("term", [3, 4, 5, 6, 7]),
        ("school_day", [3, 4, 5]),
    ],
)
def test_a_profile_is_of_such_dates_alone(world: World, days: str, weekdays: list[int]) -> None:
    """The week begins with two days of a break, and its Saturday is a holiday."""
    answer = get(world, "flow/profile?of=line&by=weekday", context="", days=days)
    assert answer.json()["days"] == days
    assert [row["weekday"] for row in rows(answer)] == weekdays
    assert {row["forward"] for row in rows(answer)} == {4 * sum(range(24))}
    hours = rows(get(world, "dwell/profile?by=hour", context="", days=days))
    assert {row["days"] for row in hours} == {len(weekdays)}
    assert {row["expected_ms"] for row in hours} == {len(weekdays) * 3_600_000}
    name = get(world, "presence/profile?by=month", ".csv", context="", days=days).headers["content-disposition"]
    assert ("month_2026" if days == "all" else f"month-{days.replace('_', '-')}_2026") in name


def test_dates_of_which_the_calendar_says_nothing_are_refused(world: World) -> None:
    """Else a holiday of a year that nobody wrote down would be a workday."""
    for site, days, words, said in (
        ("rainy", "holiday", {}, "days holiday: the site file has no holiday in its [[calendar]] for 2026"),
        ("rainy", "term", {}, "days term: the site file has no school_break in its [[calendar]] for 2026"),
        (SITE, "workday", {"from": "2024-12-31"}, "no holiday in its [[calendar]] for 2024, 2025"),
        (SITE, "school_day", {"from": "2025-12-31T23:45+01:00"}, "no holiday in its [[calendar]] for 2025"),
        (SITE, "often", {}, "days"),
    ):
        refused = get(world, "flow/profile", site=site, context="", days=days, **words)
        assert (refused.status_code, said in refused.text) == (422, True), refused.text
    allowed = get(world, "flow/profile", context="", days="workday", **{"from": "2026-01-01"})
    assert allowed.status_code == 200


def test_who_imported_what_is_listed_for_who_reads_the_log(world: World) -> None:
    with Client(world.address) as client:
        warm, wet = client.weather_imports(SITE)
    assert (warm.measure, warm.file_name, warm.imported_by) == ("temperature_c", "smhi.csv", "cli:anna")
    assert (warm.added, warm.replaced, wet.added) == (65, 0, 100)
    asked = {"context": "", "from": "", "to": "", "since": "2026-11-01"}
    changes = [one for one in get(world, "changes", **asked).json()["changes"] if one["kind"] == "weather"]
    assert {(one["number"], one["action"], one["starts_at"]) for one in changes} == {
        (str(warm.weather_import_id), "import", f"{warm.first_at:%Y-%m-%dT%H:%M:%SZ}"),
        (str(wet.weather_import_id), "import", f"{wet.first_at - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"),
    }
    assert (warm.first_at, warm.last_at) == (START - timedelta(hours=5), START + timedelta(hours=59))
