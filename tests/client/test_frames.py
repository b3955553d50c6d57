"""Data frames: the types that an evaluator computes with, and the same numbers as the rows and the files."""

import random
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.asked_times import instant
from platspuls_client import Client, Format, MissingLibraryError, Query, Rows, Table, frames, models
from platspuls_client.times import written
from tests.support.served import World
from tests.support.servers import need_library

ZONES = ("Europe/Stockholm", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
"""Hours that come twice, quarters of an hour, half an hour of summer time, none of it."""
AUTUMN = datetime(2026, 10, 24, 20, tzinfo=UTC)
STARTS = [AUTUMN + timedelta(minutes=15 * n) for n in range(200)]


def flows(zone: ZoneInfo, random_: random.Random, starts: list[datetime]) -> list[models.LineFlowRow]:
    """Return rows as the API would give them, some without numbers."""
    return [
        msgspec.convert(
            {
                **dict.fromkeys(
                    (field.name for field in msgspec.structs.fields(models.LineFlowRow) if field.required), None
                ),
                "line": "gate",
                "role": "main",
                "name_sv": "Mot stationen",
                "name_en": "Towards the station",
                "start_utc": start,
                "end_utc": start + timedelta(minutes=15),
                "start_local": start.astimezone(zone).replace(tzinfo=None),
                "utc_offset": "+01:00",
                "partial": False,
                "forward": random_.choice([None, 0, 1, 2**53 + 1]),
                "coverage": random_.choice([None, 0.5]),
                "observed_ms": random_.randrange(900_001),
                "expected_ms": 900_000,
                "flags": random_.choice([[], ["dark", "moved"]]),
            },
            models.LineFlowRow,
        )
        for start in starts
    ]


def rows(zone: ZoneInfo, found: list[models.LineFlowRow]) -> Rows[models.LineFlowRow]:
    return Rows(models.LineFlowRow, lambda: iter(found), lambda: zone, {"site": "a", "bucket": "quarter"})


@pytest.mark.parametrize("row", [models.LineFlowRow, models.DwellRow, models.PresenceRow, models.OccupancyRow])
def test_a_frame_without_rows_has_what_was_asked_for_beside_them(row: type[msgspec.Struct]) -> None:
    """Who takes a column of weather or calendar from an answer that all rows were left out of isn't stopped."""
    beside = {field.name for field in msgspec.structs.fields(row) if field.default is msgspec.UNSET}
    assert {"temperature_mean_c", "holiday", "school_break"} <= beside
    asked, plain = (
        Rows(row, lambda: iter([]), lambda: ZoneInfo("UTC"), {"site": "a"}, in_context=asked).frame()
        for asked in (True, False)
    )
    assert set(asked.columns) - set(plain.columns) == beside
    types = (str(asked["temperature_mean_c"].dtype), str(asked["holiday"].dtype), str(asked["holiday_days"].dtype))
    assert types == ("float64", "category", "Int64")


@pytest.mark.parametrize("name", ZONES)
def test_a_frame_of_pandas_has_the_rows_numbers_and_the_sites_time(name: str) -> None:
    zone = ZoneInfo(name)
    found = flows(zone, random.Random(name), STARTS)
    frame = rows(zone, found).frame()
    types = {column: str(kind) for column, kind in frame.dtypes.items()}
    assert list(types)[:3] == ["site", "bucket", "line"]
    assert (types["forward"], types["partial"], types["line"], types["coverage"]) == (
        "Int64", "boolean", "category", "float64",
    )  # fmt: skip
    assert (types["start_utc"], types["start_local"]) == ("datetime64[us, UTC]", f"datetime64[us, {name}]")
    assert types["observed_ms"] == "timedelta64[ms]"
    assert [None if value is pd.NA else int(value) for value in frame["forward"]] == [one.forward for one in found]
    assert list(frame["start_utc"]) == [one.start_utc for one in found]
    assert list(frame["start_local"].dt.tz_convert("UTC")) == [one.start_utc for one in found]
    assert list(frame["start_local"].dt.tz_localize(None)) == [one.start_local for one in found]
    assert frame["observed_ms"].sum() / pd.Timedelta(milliseconds=1) == sum(one.observed_ms for one in found)
    assert [list(flags) for flags in frame["flags"]] == [one.flags for one in found]
    empty = rows(zone, []).frame()
    assert len(empty) == 0
    assert {column: str(kind) for column, kind in empty.dtypes.items() if kind != "category"} == {
        column: kind for column, kind in types.items() if kind != "category"
    }


@pytest.mark.full
@pytest.mark.parametrize("name", ZONES)
def test_a_frame_of_polars_is_the_same(name: str) -> None:
    need_library("polars")
    import polars as pl  # noqa: PLC0415 - an extra

    zone = ZoneInfo(name)
    found = flows(zone, random.Random(name), STARTS)
    for frame in (rows(zone, found).frame("polars"), rows(zone, []).frame("polars")):
        assert (frame.schema["forward"], frame.schema["line"]) == (pl.Int64, pl.Categorical)
        assert frame.schema["start_local"] == pl.Datetime("us", name)
        assert frame.schema["observed_ms"] == pl.Duration("ms")
        assert frame.schema["flags"] == pl.List(pl.String)
    frame = rows(zone, found).frame("polars")
    assert frame["forward"].to_list() == [one.forward for one in found]
    assert frame["start_local"].dt.convert_time_zone("UTC").to_list() == [one.start_utc for one in found]
    assert frame["start_local"].dt.replace_time_zone(None).to_list() == [one.start_local for one in found]
    assert frame["observed_ms"].to_list() == [timedelta(milliseconds=one.observed_ms) for one in found]


def structs() -> list[type[msgspec.Struct]]:
    offered = [value for value in vars(models).values() if isinstance(value, type)]
    return [one for one in offered if issubclass(one, msgspec.Struct) and one is not msgspec.Struct]


@pytest.mark.parametrize("library", ["pandas", pytest.param("polars", marks=pytest.mark.full)])
def test_all_that_the_api_answers_can_be_a_frame(library: Literal["pandas", "polars"]) -> None:
    """Nested values too; lengths of time are time deltas, and nothing that was written is a number by accident."""
    if library == "polars":
        need_library("polars")
    for row in structs():
        empty = Rows(row, lambda: iter(()), lambda: ZoneInfo("UTC")).frame(library)
        assert list(empty.columns) == [field.name for field in msgspec.structs.fields(row)]
    groups = [models.Group(gender="woman", age=None, count=17)]
    activity = models.Activity(
        site="a", activity_id=1, version=1, kind="concert", title="007", space=None, starts_at=AUTUMN,
        ends_at=AUTUMN, organiser=None, participants=models.Participants(method="counted", total=17, groups=groups),
        note=None, status="held", plan_key=None, written_at=AUTUMN, written_by="key:a",
    )  # fmt: skip
    frame = Rows(models.Activity, lambda: iter([activity]), lambda: ZoneInfo("Europe/Stockholm")).frame(library)
    [participants] = list(frame["participants"])
    found = msgspec.json.decode(participants) if isinstance(participants, str) else participants
    assert found == msgspec.to_builtins(activity.participants)
    assert (list(frame["title"]), list(frame["starts_at"])) == (["007"], [AUTUMN])
    assert str(next(iter(frame["starts_at"]))).startswith("2026-10-24 22:00:00+02:00"), "by the site's clocks"


@pytest.mark.chain
def test_a_frame_is_the_file_with_better_types(world: World, tmp_path: Path) -> None:
    query = Query(table=Table.DWELL, site="haninge-entre", start=date(2026, 11, 2), end=pd.Timestamp("2026-11-05"))
    with Client(world.address) as client:
        frame = client.rows(query, models.DwellRow).frame()
        filed = pd.read_parquet(client.save(query, Format.PARQUET, tmp_path / "dwell.parquet").path)
        profile = client.profiles.dwell("haninge-entre", "2026-11-02", "2026-11-09", by="weekday").frame()
        notes = client.logbook.notes.records("haninge-entre").frame()
    assert list(frame.columns) == list(filed.columns)
    assert list(frame["entered"].fillna(-1)) == list(filed["entered"].fillna(-1))
    assert list(frame["median_s"].dt.total_seconds().dropna()) == list(filed["median_s"].dropna())
    assert list(frame["start_local"].dt.tz_localize(None)) == list(filed["start_local"])
    assert list(frame["start_local"].dt.hour) == [n % 24 for n in range(72)]
    assert list(profile["weekday"]) == [1, 2, 3, 4, 5, 6, 7]
    assert set(profile["by"]) == {"weekday"}
    assert str(notes["text"].dtype) == "string"


def test_a_missing_library_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(
        MissingLibraryError, match=r"needs pandas, which isn't installed: pip install './client\[pandas\]'"
    ):
        rows(ZoneInfo("UTC"), []).frame()
    with pytest.raises(TypeError, match="not of dict"):
        frames.columns(dict, [], {})


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(2021, 1, 1), datetime(2099, 1, 1))  # noqa: DTZ001 - zones are drawn beside them


@given(at=TIMES, zone=OFFSETS, as_pandas=st.booleans())
def test_an_instant_is_asked_for_as_it_is(at: datetime, zone: timezone, as_pandas: bool) -> None:
    aware = at.replace(tzinfo=zone)
    text = written("start", pd.Timestamp(aware) if as_pandas else aware)
    assert instant("from", text, ZoneInfo("Asia/Kathmandu"), AUTUMN) == aware


@given(day=st.dates(date(2021, 1, 1), date(2099, 1, 1)), zone=st.sampled_from(ZONES))
def test_a_day_begins_by_the_clocks_of_the_site(day: date, zone: str) -> None:
    expected = instant("from", day.isoformat(), ZoneInfo(zone), AUTUMN)
    for given_ in (day, pd.Timestamp(day), datetime(day.year, day.month, day.day)):  # noqa: DTZ001 - by the site's clocks
        assert instant("from", written("start", given_), ZoneInfo(zone), AUTUMN) == expected


@given(at=TIMES)
def test_a_time_of_day_that_could_be_two_instants_is_refused(at: datetime) -> None:
    if at.time() != datetime.min.time():
        with pytest.raises(ValueError, match="must have a time zone"):
            written("start", at)


def test_words_are_handed_on_and_no_time_is_refused() -> None:
    assert [written("start", word) for word in ("7d", "2026-W48", "last-week")] == ["7d", "2026-W48", "last-week"]
    with pytest.raises(ValueError, match="start is NaT"):
        written("start", pd.NaT)
