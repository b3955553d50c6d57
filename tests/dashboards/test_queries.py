"""Every query of every dashboard, run for real, and the numbers it gives."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.dashboards.asking import (
    CHOICES,
    EVERYTHING,
    NOTHING,
    QUARTER,
    QUOTED,
    SINGLE,
    Reader,
    check,
    expanded,
    last_day,
    longer,
)
from tests.dashboards.macros import Range, Value
from tests.dashboards.walk import ALL, DISTINCT, ENGLISH, Asked

pytestmark = pytest.mark.chain
OF_SITE = {**EVERYTHING, "bucket": "hour"}


@pytest.mark.parametrize("asked", DISTINCT, ids=lambda asked: asked.where)
def test_every_query_runs(seeded: Reader, asked: Asked) -> None:
    """With every kind of choice; the Swedish ones, which differ in names alone, with one."""
    with seeded.database.transaction(force_rollback=True):
        if "weekday" in asked.sql and "$study" in asked.sql:
            longer(seeded)  # no other needs whole days
        for choice, values in CHOICES.items() if asked in ENGLISH else [("all", EVERYTHING)]:
            shown = choice == "all" or (choice == "single" and asked.kind != "annotation")
            for ready in expanded(asked, values, last_day(seeded.base)):
                answer = seeded.run(ready)
                check(asked, answer)
                assert not shown or any(value is not None for row in answer.rows for value in row), choice


@pytest.mark.parametrize("asked", ENGLISH, ids=lambda asked: asked.where)
def test_no_query_fails_where_there_is_nothing(empty: Reader, asked: Asked) -> None:
    for choice in CHOICES.values():
        check(asked, empty.ask(asked, choice))


def test_everything_is_asked() -> None:
    assert len(ALL) == 2 * (11 + 9 + 6 + 15 + 5 + 3 + 2 + 5 + 3 + 3 + 3 + 2 + 2)
    assert {asked.kind for asked in ALL} == {"time_series", "table", "variable", "annotation"}


@pytest.mark.parametrize(
    "asked",
    [asked for asked in ENGLISH if asked.kind == "time_series" and "public" not in asked.sql],
    ids=lambda asked: asked.where,
)
def test_a_range_to_come_has_no_points(seeded: Reader, asked: Asked) -> None:
    during = Range(seeded.base + timedelta(days=2), seeded.base + timedelta(days=3))
    assert seeded.ask(asked, EVERYTHING, during=during).rows == []


def test_entries_are_those_of_main_lines_to_outside_in_whole_hours(seeded: Reader) -> None:
    answer = seeded.ask("live-flow/site_flow", OF_SITE)
    assert len(answer.rows) in {24, 25}
    assert answer.column("time")[0] == (seeded.base - timedelta(hours=24)).replace(minute=0)
    whole = answer.rows[:-1]
    assert {row[1:] for row in whole} == {(4 * (3 + 2 + 1), 4 * (1 + 1 + 5))}


def test_the_last_step_ends_with_the_last_whole_quarter_hour(seeded: Reader) -> None:
    answer = seeded.ask("live-flow/site_flow", {**EVERYTHING, "bucket": "quarter"})
    assert answer.column("time")[-1] >= seeded.base - QUARTER
    assert set(answer.column("entries")) == {6}


def test_borders_say_in_and_out_and_leave_missing_time_empty(seeded: Reader) -> None:
    answer = seeded.ask("live-flow/border_flow", {**EVERYTHING, "bucket": "quarter"})
    shown = {(row[2], row[3:]) for row in answer.rows}
    assert shown == {("door", (5, 2)), ("gate", (1, 5)), ("passage", (4, 2)), ("passage", (None, None))}
    unseen = [row[0] for row in answer.rows if row[3] is None]
    assert unseen == [seeded.base - timedelta(hours=10) + QUARTER * n for n in range(9)]


@pytest.mark.parametrize(("space", "borders"), [("hall", {"door", "passage"}), ("yard", {"gate", "passage"})])
def test_a_space_has_its_borders_only(seeded: Reader, space: str, borders: set[str]) -> None:
    assert set(seeded.ask("live-flow/border_flow", {**OF_SITE, "space": [space]}).column("border_key")) == borders


def test_presence_is_the_mean_number_of_people(seeded: Reader) -> None:
    answer = seeded.ask("live-flow/zone_presence", OF_SITE)
    assert {row[2:] for row in answer.rows} == {
        ("benches", 2),
        ("stage", 1),
        ("piano", Decimal("0.5")),
        ("piano", None),
    }


def test_coverage_is_that_of_the_devices_lines(seeded: Reader) -> None:
    answer = seeded.ask("shared/line_coverage", {**EVERYTHING, "bucket": "quarter", "device": ["beam"]})
    assert set(answer.column("line_key")) == {"passage"}
    assert set(answer.column("coverage")) == {0, Decimal("0.4444"), 1}


def test_an_outage_is_one_annotation_with_its_device(seeded: Reader) -> None:
    answer = seeded.ask("marks/outages", OF_SITE)
    start, end = seeded.base - timedelta(hours=10), seeded.base - timedelta(hours=8)
    assert answer.rows == [(start, end, "The beam: The passage")]
    assert seeded.ask("marks/outages", {**OF_SITE, "device": ["cam"]}).rows == []


def test_times_told_twice_are_joined_by_the_hour(seeded: Reader) -> None:
    rows = seeded.ask("marks/conflicts", OF_SITE).rows
    assert [row[2] for row in rows] == ["The camera"]
    assert rows[0][0] == seeded.base - timedelta(hours=5)
    assert rows[0][1] == seeded.base - timedelta(hours=4, minutes=58)


def test_held_and_refused_of_unknown_sites_are_shown_with_each_site(seeded: Reader) -> None:
    assert seeded.ask("live-flow/quality", OF_SITE).rows == [(2, 2, 5)]
    causes = seeded.ask("live-flow/troubles", OF_SITE)
    assert sorted(zip(causes.column("kind"), causes.column("times"), strict=True)) == [
        ("conflict", 2),
        ("held", 1),
        ("held", 1),
        ("reject", 2),
        ("reject", 3),
    ]


def test_devices_the_most_silent_first(seeded: Reader) -> None:
    answer = seeded.ask("shared/devices", OF_SITE)
    assert answer.column("key") == ["spare", "beam", "cam"]
    assert answer.column("state") == ["never", "offline", "online"]
    assert answer.column("clock_offset_ms") == [None, None, 40]
    silence = seeded.ask("shared/silence", OF_SITE).rows[0]
    assert silence[0] >= 400
    assert silence[1] == 1


def test_today_counts_from_midnight(seeded: Reader) -> None:
    entries, exits, week_ago, change, coverage = seeded.ask("live-flow/today", OF_SITE).rows[0]
    assert (week_ago, change) == (None, None)
    assert entries % 6 == 0
    assert exits * 6 == entries * 7
    assert coverage == 1


FRESH_OR_NOT = [(3, ["hall", "yard"], 11, {7, 4, 2}), (3, ["yard"], 4, {4, 2}), (21, ["hall", "yard"], None, {None})]


@pytest.mark.parametrize(("age_s", "spaces", "people", "by_zone"), FRESH_OR_NOT)
def test_people_now_are_fresh_or_not_shown(
    seeded: Reader, age_s: int, spaces: list[str], people: int | None, by_zone: set[int | None]
) -> None:
    choice = {**EVERYTHING, "space": spaces}
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(
            "update platspuls.live_zone set at = now() - make_interval(secs => %s), received_at = now()", (age_s,)
        )
        assert seeded.ask("live-flow/people_now", choice).rows == [(people, age_s)]
        assert set(seeded.ask("live-flow/zones_now", choice).column("occupancy")) == by_zone


@pytest.mark.parametrize("hours", [-1, 1])
def test_people_of_a_wrong_clock_are_not_people_now(seeded: Reader, hours: int) -> None:
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(
            b"update platspuls.live_zone set at = now() + make_interval(hours => %s), received_at = now()", (hours,)
        )
        assert seeded.ask("live-flow/people_now", EVERYTHING).rows[0][0] is None
        assert set(seeded.ask("live-flow/zones_now", EVERYTHING).column("occupancy")) == {None}


def test_a_device_whose_clock_is_off_or_that_died_isnt_online(seeded: Reader) -> None:
    """By what it said an hour ago by its own time, whenever that arrived; and by a last will of a moment ago."""
    with seeded.database.transaction(force_rollback=True):
        seeded.database.execute(
            b"update platspuls.device_status set at = now() - interval '1 hour', received_at = now() where online"
        )
        answer = seeded.ask("shared/devices", OF_SITE)
        by_key = {row[0]: row[1:] for row in zip(*map(answer.column, ("key", "state", "skew_s")), strict=True)}
        assert by_key["cam"] == ("clock_off", -3600)
        assert ("The camera", 3600) in seeded.ask("delivery/clock_skews", OF_SITE).rows
        assert seeded.ask("shared/silence", OF_SITE).rows[0][0] >= 3600


def test_names_follow_the_language(seeded: Reader) -> None:
    spaces = [asked for asked in ALL if asked.where == "live-flow.en: variable space"]
    spaces += [asked for asked in ALL if asked.where == "live-flow.sv: variable space"]
    assert [seeded.ask(asked, SINGLE).column("__text") for asked in spaces] == [
        ["The hall", "The yard"],
        ["Gården", "Hallen"],
    ]


@pytest.mark.parametrize("choice", [QUOTED, NOTHING], ids=["quoted", "nothing"])
def test_a_choice_that_is_none_shows_nothing(seeded: Reader, choice: Mapping[str, Value]) -> None:
    choices, marks = ("choices/space", "choices/device"), ("marks/outages", "marks/conflicts")
    panels = ("live-flow/site_flow", "live-flow/border_flow", "live-flow/zones_now", "shared/devices")
    for name in (*choices, *panels, *marks):
        assert seeded.ask(name, choice).rows == []
