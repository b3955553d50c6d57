"""Plans of rounds: drawn at random by kind of day and hour, kept, and done by manual counts, entered at any time."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.database import Database
from store.registry.apply import apply
from tests.store.registry.example import example, loaded
from tests.store.writing.staff import GIVEN, SITE, made, refusal, run

pytestmark = pytest.mark.chain

ZONE = ZoneInfo("Europe/Stockholm")
ALL_DAYS = ["weekday", "friday", "saturday", "sunday"]


@pytest.fixture
def store(database: Database, tmp_path: Path) -> Database:
    apply(database, loaded(tmp_path, example()))
    return database


def slots(plan: dict[str, Any]) -> list[tuple[dt.datetime, dt.datetime, str, int]]:
    return [
        (
            dt.datetime.fromisoformat(slot["starts_at"]).astimezone(ZONE),
            dt.datetime.fromisoformat(slot["ends_at"]).astimezone(ZONE),
            slot["day_type"],
            slot["hour"],
        )
        for slot in plan["slots"]
    ]


def states(database: Database) -> dict[int, tuple[str, list[int]]]:
    found = database.execute(b"select slot, state, counts from reading.round_slot").fetchall()
    return {slot: (state, counts) for slot, state, counts in found}


def day_type(day: dt.date, holidays: frozenset[dt.date]) -> str:
    if day in holidays:
        return "sunday"
    return {4: "friday", 5: "saturday", 6: "sunday"}.get(day.weekday(), "weekday")


@pytest.mark.parametrize("seed", range(2))
def test_of_each_kind_of_day_and_hour_as_many_are_drawn_on_different_dates(store: Database, seed: int) -> None:
    """Over both changes of the clocks and a holiday, by day and by night, whatever the seed."""
    store.execute(b"delete from platspuls.site_hours")
    store.execute(b"delete from platspuls.site_calendar")
    store.execute(
        b"insert into platspuls.site_calendar (site_id, kind, first_day, end_day, name) "
        b"select site_id, 'holiday', '2026-12-24', '2026-12-25', 'J' from platspuls.site where key = %s",
        (SITE,),
    )
    plan = made(
        store, "round_plan", first="2026-10-20", until="2027-04-04", day_types=ALL_DAYS, from_hour=0, to_hour=24,
        rounds_per_stratum=3, seed=seed,
    )  # fmt: skip
    found = slots(plan)
    assert Counter((kind, hour) for _, _, kind, hour in found) == {
        (kind, hour): 3 for kind in ALL_DAYS for hour in range(24)
    }
    holidays = frozenset({dt.date(2026, 12, 24)})
    for start, end, kind, hour in found:
        assert (day_type(start.date(), holidays), start.hour) == (kind, hour)
        assert (end.astimezone(dt.UTC) - start.astimezone(dt.UTC), start.minute % 10) == (dt.timedelta(minutes=10), 0)
        assert dt.date(2026, 10, 20) <= start.date() <= dt.date(2027, 4, 4)
    assert max(Counter((start.date(), hour) for start, _, _, hour in found).values()) == 1
    assert len({start.minute for start, *_ in found}) == 6


def test_the_seed_alone_decides(store: Database) -> None:
    one, again, other = (made(store, "round_plan", seed=seed, rounds_per_stratum=5) for seed in (17, 17, 18))
    assert slots(one) == slots(again) != slots(other)
    assert not {slot["slot"] for slot in one["slots"]} & {slot["slot"] for slot in again["slots"]}
    drawn = made(store, "round_plan", seed=None)
    assert slots(made(store, "round_plan", seed=drawn["seed"])) == slots(drawn)


def test_slots_lie_within_opening_hours_and_what_has_none_is_refused(store: Database) -> None:
    store.execute(b"delete from platspuls.site_hours")
    store.execute(
        b"insert into platspuls.site_hours (site_id, kind, valid_from, weekday, opens, closes) "
        b"select site_id, 'open', '2026-01-01', weekday, '07:30', '18:00' "
        b"from platspuls.site, generate_series(1, 5) as weekday where key = %s",
        (SITE,),
    )
    plan = made(store, "round_plan", day_types=ALL_DAYS, from_hour=6, to_hour=20, rounds_per_stratum=4)
    found = slots(plan)
    assert {kind for _, _, kind, _ in found} == {"weekday", "friday"}
    assert {hour for *_, hour in found} == set(range(7, 18))
    assert all((start.hour, start.minute) >= (7, 30) for start, *_ in found)
    night = GIVEN["round_plan"] | {"from_hour": 0, "to_hour": 3}
    assert refusal(store, "round_plan_create", "test", SITE, night)[1].startswith(
        "first 2026-10-01, until 2026-10-31: no"
    )


def test_a_slot_is_done_by_a_count_whenever_it_is_entered(store: Database) -> None:
    """Missed ones too, from paper; a count that is withdrawn leaves its slot; a withdrawn plan keeps what is done."""
    today = dt.datetime.now(ZONE).date()
    times = {"first": str(today - dt.timedelta(days=40)), "until": str(today + dt.timedelta(days=40))}
    plan = made(store, "round_plan", **times, day_types=ALL_DAYS, from_hour=8, to_hour=18, rounds_per_stratum=4)
    past = [slot for slot in plan["slots"] if dt.datetime.fromisoformat(slot["ends_at"]) < dt.datetime.now(dt.UTC)]
    coming = plan["slots"][-1]["slot"]
    assert states(store)[coming] == ("coming", [])
    first, second = past[0], past[1]
    assert states(store)[first["slot"]] == ("missed", [])
    at = {name: first[name] for name in ("starts_at", "ends_at")}
    counts = [made(store, "manual_count", **at, planned_round=first["slot"])["manual_count_id"] for _ in range(2)]
    assert states(store)[first["slot"]] == ("done", counts)
    run(store, "manual_count_withdraw", "test", SITE, counts[0], 1, "twice")
    assert states(store)[first["slot"]] == ("done", counts[1:])
    assert states(store)[second["slot"]] == ("missed", [])
    run(store, "round_plan_withdraw", "test", SITE, plan["round_plan_id"], 1, "another one is better")
    assert states(store) == {first["slot"]: ("done", counts[1:])}
    late = made(store, "manual_count", planned_round=second["slot"])
    assert states(store)[second["slot"]] == ("done", [late["manual_count_id"]])


def test_due_is_from_ten_minutes_before_to_ten_minutes_after(store: Database) -> None:
    plan = made(store, "round_plan")
    slot = plan["slots"][0]["slot"]
    for minutes, state in ((11, "coming"), (9, "due"), (-9, "due"), (-19, "due"), (-21, "missed")):
        store.execute(
            b"update platspuls.round_plan set slots = jsonb_build_array(slots -> 0 || jsonb_build_object("
            b"'starts_at', now() + %s * interval '1 minute', 'ends_at', now() + (%s + 10) * interval '1 minute'))",
            (minutes, minutes),
        )
        assert states(store) == {slot: (state, [])}


def test_what_a_plan_was_drawn_from_stays(store: Database) -> None:
    plan = made(store, "round_plan")
    number = plan["round_plan_id"]
    after = run(store, "round_plan_change", "test", SITE, number, 1, {"name": "Vintern", "note": "regn"})
    assert (after["name"], after["note"], after["version"], after["slots"]) == ("Vintern", "regn", 2, plan["slots"])
    said = refusal(store, "round_plan_change", "test", SITE, number, 2, {"seed": 3})
    assert said == ("22023", "seed is unknown: change of a round plan has name, note")


@pytest.mark.parametrize(
    ("entity", "fields", "sentence"),
    [
        ("round_plan", {"until": "2026-09-30"}, "until 2026-09-30 must be from first 2026-10-01"),
        ("round_plan", {"first": "2026-02-30"}, 'such as 2026-10-25, not "2026-02-30"'),
        ("round_plan", {"day_types": []}, "day_types must be a list of some of weekday"),
        ("round_plan", {"day_types": ["monday"]}, 'not ["monday"]'),
        ("round_plan", {"to_hour": 8}, "to_hour must be a whole number from 9 to 24, not 8"),
        ("round_plan", {"mode": "moving"}, "zone: a moving count is of a line"),
        ("round_plan", {"rounds_per_stratum": 0}, "rounds_per_stratum must be a whole number from 1 to 50"),
        ("manual_count", {"planned_round": 4711}, "planned_round 4711: the site haninge-entre has no stationary one"),
    ],
)
def test_what_cant_be_planned_is_refused(store: Database, entity: str, fields: dict[str, Any], sentence: str) -> None:
    state, said = refusal(store, f"{entity}_create", "test", SITE, GIVEN[entity] | fields)
    assert (state, sentence in said) == ("22023", True), said
