"""The work of a day: what became of activities, how days went, weeks that come again."""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from store.migrate import migrate
from store.registry.apply import apply
from tests.store.registry.example import example, loaded
from tests.store.writing.staff import GIVEN, SITE, made, refusal, run

pytestmark = pytest.mark.chain

ROOT: Final = Path(__file__).parents[3]
NOW = dt.datetime.now(dt.UTC)
COUNTED = {"method": "counted", "total": 12, "figure": "peak"}


@pytest.fixture(scope="module")
def address(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    cluster.create_database("day_work")
    with connect(cluster.url("day_work"), application="test", autocommit=True) as database:
        migrate(database)
        apply(database, loaded(tmp_path_factory.mktemp("site"), example()))
    return cluster.url("day_work")


@pytest.fixture
def store(address: str) -> Iterator[Database]:
    with connect(address, application="test", autocommit=True) as database, database.transaction(force_rollback=True):
        yield database


def hours(start: float, end: float) -> dict[str, str]:
    """Return the times of an activity, in hours from now."""
    return {name: (NOW + dt.timedelta(hours=at)).isoformat() for name, at in (("starts_at", start), ("ends_at", end))}


def test_what_is_to_come_is_planned_and_what_was_is_held_unless_somebody_says(store: Database) -> None:
    for times, said, found in (
        (hours(-3, -1), {}, "held"),
        (hours(3, 5), {}, "planned"),
        (hours(-3, -1), {"status": "planned"}, "planned"),  # nobody started or cancelled it
        (hours(0.5, 2), {"status": "ongoing"}, "ongoing"),  # it began before its time
        (hours(3, 5), {"status": "cancelled"}, "cancelled"),
        (hours(-3, -1), {"status": "planned", "participants": COUNTED}, "held"),
    ):
        assert made(store, "activity", **times, **said)["status"] == found
    for times, said, why in (
        (hours(3, 5), {"status": "held"}, "status held: it starts at"),
        (hours(3, 5), {"status": "ongoing"}, "status ongoing: it starts at"),
        (hours(3, 5), {"participants": COUNTED}, "nobody has taken part in what starts at"),
        (
            hours(-3, -1),
            {"status": "cancelled", "participants": COUNTED},
            "nobody has taken part in what was cancelled",
        ),
        (hours(-3, -1), {"status": "over"}, "status must be one of planned, ongoing, held, cancelled"),
        (hours(-3, -1), {"participants": COUNTED | {"figure": "all"}}, "figure must be one of any_time, peak, moment"),
    ):
        state, sentence = refusal(store, "activity_create", "test", SITE, GIVEN["activity"] | times | said)
        assert (state, why in sentence) == ("22023", True), sentence


def test_a_planned_activity_stays_so_until_somebody_says_what_became_of_it(store: Database) -> None:
    first = made(store, "activity", status="planned", **hours(-3, -1))
    renamed = run(store, "activity_change", "test", SITE, first["activity_id"], 1, {"title": "x"})
    assert renamed["status"] == "planned"
    assert (
        run(store, "activity_change", "test", SITE, first["activity_id"], 2, {"participants": COUNTED})["status"]
        == "held"
    )


def test_only_what_was_on_has_participants_in_sums(store: Database) -> None:
    for status in ("planned", "cancelled", "ongoing", "held"):
        made(store, "activity", status=status, **hours(-3, -1))
    made(store, "activity", participants=COUNTED, **hours(-3, -1))
    asked = "select activities, activities_counted, participants, figure from reading.participation(%s, 'kind', %s, %s)"
    span = (SITE, NOW - dt.timedelta(days=1), NOW)
    assert store.execute(asked.encode(), span).fetchall() == [(3, 1, 12, "peak")]
    made(store, "activity", participants=COUNTED | {"figure": "any_time"}, **hours(-3, -1))
    assert store.execute(asked.encode(), span).fetchall() == [(4, 2, 24, "mixed")]


def test_who_reads_activities_says_which_of_them_are_meant() -> None:
    """Sums, public figures, marks and what stands beside anomalies take those that were on; others show which."""
    whole_log = {"activity.sql", "activity_participants.sql", "log_record.sql", "data_version_participants.sql"}
    folders = (ROOT / "store/sql/reading", ROOT / "api/database/sql", ROOT / "dashboards/sql")
    readers = [
        path
        for folder in folders
        for path in folder.rglob("*.sql")
        if re.search(r"(from|join) (reading|platspuls)\.activity\b", path.read_text("utf-8"))
        and path.name not in whole_log
    ]
    assert len(readers) >= 5
    assert [path.name for path in readers if "status" not in path.read_text("utf-8")] == []
    only_on = {path.name for path in readers if "status in ('ongoing', 'held')" in path.read_text("utf-8")}
    assert only_on >= {"participation.sql", "anomaly.sql", "activities.sql", "participants.sql"}


def test_of_each_plan_key_there_is_one_activity(store: Database) -> None:
    first = made(store, "activity", plan_key="a")
    state, sentence = refusal(store, "activity_create", "test", SITE, GIVEN["activity"] | {"plan_key": "a"})
    assert (state, sentence) == ("23505", f"plan_key a: activity {first['activity_id']} was made of it")
    run(store, "activity_withdraw", "test", SITE, first["activity_id"], 1, "x")
    assert made(store, "activity", plan_key="a")["version"] == 1


def test_a_day_is_closed_once_and_says_which_one_it_is(store: Database) -> None:
    first = made(store, "day_close")
    assert (first["starts_at"], first["ends_at"]) == ("2026-09-30T22:00:00+00:00", "2026-10-01T22:00:00+00:00")
    state, sentence = refusal(store, "day_close_create", "test", SITE, GIVEN["day_close"])
    assert state == "23505"
    assert sentence == f"day 2026-10-01: day close {first['day_close_id']} is of this day: change that one"
    other = made(store, "day_close", day="2026-10-25")
    assert other["ends_at"] == "2026-10-25T23:00:00+00:00"  # a day of 25 hours
    moved = refusal(store, "day_close_change", "test", SITE, other["day_close_id"], 1, {"day": "2026-10-01"})
    assert moved == (state, sentence)
    run(store, "day_close_withdraw", "test", SITE, first["day_close_id"], 1, "x")
    assert made(store, "day_close", disturbances=True)["disturbances"] is True


def test_a_day_close_says_when_it_was_open_where_that_was_changed(store: Database) -> None:
    evening = {"opened_at": "2026-10-01T12:00:00+02:00", "closed_at": "2026-10-02T01:00:00+02:00"}
    assert made(store, "day_close", opening="changed", **evening)["closed_at"] == "2026-10-01T23:00:00+00:00"
    for fields, why in (
        ({"opening": "changed"}, "say when it was open"),
        ({"opening": "closed", **evening}, "they go with opening changed, not with closed"),
        ({"opening": "changed", "opened_at": "2026-09-30T12:00:00+02:00"}, "must lie on 2026-10-01"),
        ({"opening": "changed", "opened_at": evening["closed_at"], "closed_at": evening["opened_at"]}, "must be after"),
        ({"day": "2026-02-30"}, "day must be a date from 2020"),
        ({"day": (NOW + dt.timedelta(days=2)).date().isoformat()}, "hasn't come yet"),
        ({"disturbances": None}, "disturbances must be given"),
    ):  # fmt: skip
        given = GIVEN["day_close"] | {"day": "2026-10-01"} | fields
        state, sentence = refusal(store, "day_close_create", "test", SITE, given)
        assert (state, why in sentence) == ("22023", True), sentence


def test_a_close_on_the_day_or_in_its_night_is_in_time_and_later_is_late(store: Database) -> None:
    for at, late in (
        ("2026-10-01T18:00+02:00", False),
        ("2026-10-02T03:00+02:00", False),
        ("2026-10-02T09:00+02:00", True),
    ):
        origin = {"entered_at": at, "entered_via": "page", "entered_skew_s": 0}
        record = run(store, "day_close_create", "test", SITE, GIVEN["day_close"], str(uuid.uuid4()), origin)
        assert record["late"] is late
        run(store, "day_close_withdraw", "test", SITE, record["day_close_id"], 1, "x")


def test_a_template_is_a_week_in_its_order(store: Database) -> None:
    items = [
        {"weekday": 5, "from": "22:00", "to": "02:00", "kind": "concert", "title": "Jazz", "space": "gangtunneln"},
        {"weekday": 1, "from": "17:00", "to": "19:00", "kind": "game", "title": "Schack", "organiser": "Klubben"},
    ]
    record = made(store, "activity_template", items=items)
    assert [one["title"] for one in record["items"]] == ["Schack", "Jazz"]
    for change, why in (
        ({"from": "24:00"}, "from must be a time of day such as 17:00"),
        ({"weekday": 8}, "weekday must be a whole number from 1 to 7"),
        ({"space": "cellar"}, "has none of this key"),
        ({"kind": "party"}, "kind must be one of"),
        ({"name": "Anna"}, "name is unknown"),
    ):
        fields = GIVEN["activity_template"] | {"items": [items[0] | change]}
        assert why in refusal(store, "activity_template_create", "test", SITE, fields)[1]
    assert "list of 1 to 200" in refusal(store, "activity_template_create", "test", SITE, {"name": "x", "items": []})[1]
