"""What people write: kept with every version, refused with a sentence, under the staff's role alone."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from store.migrate import migrate
from store.registry.apply import apply
from tests.store.registry.example import changed, example, loaded
from tests.store.writing.staff import GIVEN, HOURS, ONCE, SITE, made, refusal, run

pytestmark = pytest.mark.chain

MOVING: dict[str, object] = {
    "mode": "moving",
    "zone": None,
    "line": "stationen",
    "ends_at": "2026-10-01T17:10:00+02:00",
    "tallies": [
        {"direction": "forward", "gender": "woman", "count": 5},
        {"direction": "backward", "gender": "woman", "count": 1},
    ],
}
SOON = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).isoformat()


@pytest.fixture(scope="module")
def written(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A store with two sites; each test undoes what it wrote."""
    cluster.create_database("written")
    with connect(cluster.url("written"), application="test", autocommit=True) as database:
        migrate(database)
        folder = tmp_path_factory.mktemp("sites")
        apply(database, loaded(folder, example()))
        apply(database, loaded(folder, changed(('key = "haninge-entre"', 'key = "other"'))))
        yield database


@pytest.fixture
def store(written: Database) -> Iterator[Database]:
    with written.transaction(force_rollback=True):
        yield written


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    return database.execute(query.encode()).fetchall()


def test_each_kind_lives_and_every_version_is_kept(store: Database) -> None:
    made(store, "study", study="other-study")
    for entity in GIVEN:
        first = made(store, entity)
        number = first[f"{entity}_id"]
        assert (first["version"], first["written_by"], first["site"]) == (1, "test", SITE)
        change: dict[str, object] = {"text": "x"} if entity == "note" else {"note": "x"}
        change = {"reason": "x"} if entity == "exclusion" else change
        change = {"name": "x"} if entity == "activity_template" else change
        change |= {"result_seen": True} if entity == "phase" else {}
        second = run(store, f"{entity}_change", "else", SITE, number, 1, change)
        assert second == {
            **first, **change, "version": 2, "written_by": "else", "written_at": second["written_at"],
            **({"entered_at": second["written_at"]} if "entered_at" in first else {}),
        }  # fmt: skip
        shown = rows(store, f"select to_jsonb(t) from reading.{entity} as t where {entity}_id = {number}")  # noqa: S608 - words of ours
        assert [one["version"] for (one,) in shown] == [2]
        if entity == "study":
            continue
        third = run(store, f"{entity}_withdraw", "test", SITE, number, 2, "Dubblett")
        assert (third["version"], third["withdrawn_reason"]) == (3, "Dubblett")
        assert not rows(store, f"select from reading.{entity} where {entity}_id = {number}")
        history = rows(
            store,
            "select version, action, written_by, record, valid_to is null from reading.history "  # noqa: S608 - words of ours
            f"where entity = '{entity}' and entity_id = '{number}' order by version",
        )
        assert history == [
            (1, "create", "test", first, False),
            (2, "change", "else", second, False),
            (3, "withdraw", "test", third, True),
        ]


def test_what_was_known_at_a_time_can_be_asked(store: Database) -> None:
    first = made(store, "note", text="before")
    [(between,)] = rows(store, "select clock_timestamp()")
    run(store, "note_change", "test", SITE, first["note_id"], 1, {"text": "after"})
    asked = (
        b"select record ->> 'text' from reading.history where entity = 'note' and action <> 'withdraw' "
        b"and valid_from <= %(at)s and (valid_to is null or valid_to > %(at)s)"
    )
    assert store.execute(asked, {"at": between}).fetchall() == [("before",)]


REFUSED: list[tuple[str, dict[str, object], str]] = [
    ("activity", {"kind": "party"}, "kind must be one of concert, performance, market"),
    ("activity", {"title": None}, "title must be given"),
    ("activity", {"title": "x" * 121}, "title must have 1 to 120 characters, not 121"),
    ("activity", {"title": " "}, "title must have 1 to 120 characters, not 0"),
    ("activity", {"title": 7}, "title must be text, not 7"),
    ("activity", {"title": "a\x07"}, "title holds characters that can't be written"),
    ("activity", {"space": "cellar"}, "space cellar: the site haninge-entre has none of this key"),
    ("activity", {"host": "Anna"}, "host is unknown: activity has kind, title, space"),
    ("activity", {"starts_at": "2026-10-01T17:00"}, "starts_at must be a time with its offset"),
    ("activity", {"starts_at": "2026-13-01T17:00Z"}, "starts_at must be a time with its offset"),
    ("activity", {"starts_at": "1999-10-01T17:00Z"}, "starts_at must lie between 2020 and two years from now"),
    ("activity", {"ends_at": HOURS["starts_at"]}, "must be after starts_at"),
    ("activity", {"ends_at": "2027-12-01T00:00Z"}, "may be 366 days after starts_at"),
    ("activity", {"participants": {"method": "counted"}}, "total must be given"),
    ("activity", {"participants": {"method": "counted", "total": 1.5}}, "total must be a whole number"),
    ("activity", {"participants": {"method": "counted", "total": 2, "names": []}}, "names is unknown"),
    (
        "activity",
        {"participants": {"method": "counted", "total": 2, "groups": [{"gender": "man", "count": 3}]}},
        "groups by gender are 3, more than total 2",
    ),
    ("activity", {"note": "Kontakta per@example.se"}, "note must not identify anybody"),
    ("activity", {"note": "Född 19811218-9876"}, "note must not identify anybody"),
    ("manual_count", {"zone": None}, "space must be given"),
    ("manual_count", {"space": "torget"}, "zone bankarna is not in space torget"),
    ("manual_count", {"tallies": None}, "tallies must be given"),
    ("manual_count", {"tallies": [{"count": 1}]}, "at least one of gender, age, posture, activity, direction"),
    ("manual_count", {"tallies": [{"age": "65+", "count": 1}] * 2}, "tallies has"),
    (
        "manual_count",
        {"tallies": [{"age": "65+", "count": 1}, {"gender": "man", "count": 1}]},
        "tallies must all have the same dimensions",
    ),
    ("manual_count", {"starts_at": SOON}, "hasn't come yet"),
    ("manual_count", {"ends_at": "2026-10-03T00:00Z"}, "24:00:00 after starts_at"),
    ("manual_count", {"mode": "moving"}, "zone: a moving count is of a line"),
    ("manual_count", {"line": "stationen"}, "line: a stationary count is of a space or zone"),
    ("manual_count", MOVING | {"line": None}, "line must be given"),
    ("manual_count", MOVING | {"ends_at": None}, "ends_at must be given"),
    ("manual_count", MOVING | {"tallies": [{"direction": "up", "count": 1}]}, "direction must be one of forward"),
    ("manual_count", {"tallies": [{"direction": "forward", "count": 1}]}, "direction: a stationary count has none"),
    ("manual_count", {"joint": "A code that is long"}, "joint must have 1 to 12 characters"),
    ("staff_time", {"people": 0}, "people must be a whole number from 1 to 1000, not 0"),
    ("staff_time", {"name": "Anna"}, "name is unknown"),
    ("survey", {"respondents": 2}, "count must be a whole number from 0 to 2, not 3"),
    ("survey", {"questions": []}, "questions must be a list of 1 to 100 elements"),
    ("incident", {"kind": None}, "kind must be given"),
    ("note", {"text": "x", "ends_at": HOURS["ends_at"]}, "starts_at must be given"),
    ("exclusion", {"zone": "bankarna"}, "line, zone, space: give one of them"),
    ("exclusion", {"result_seen": None}, "result_seen must be given"),
    ("exclusion", {"result_seen": "no"}, 'result_seen must be true or false, not "no"'),
    ("study", {"study": "Å"}, "study must be 1 to 40 of a-z, 0-9 and -"),
    ("phase", {"study": "none"}, "study none: the site haninge-entre has none of this key"),
]  # fmt: skip


def test_what_cant_be_is_refused_with_its_field_and_value(store: Database) -> None:
    for entity, fields, sentence in REFUSED:
        verb = "declare" if entity in {"study", "phase"} else "create"
        state, said = refusal(store, f"{entity}_{verb}", "test", SITE, GIVEN[entity] | fields)
        assert (state, sentence in said) == ("22023", True), (entity, fields, state, said)
    assert rows(store, "select count(*) from platspuls.audit where entity <> 'site'") == [(0,)]


def test_answers_are_no_more_than_respondents_unless_several_may_be_chosen(store: Database) -> None:
    answers = [{"key": key, "text_sv": key, "text_en": key, "count": 4} for key in ("yes", "no")]
    asked: dict[str, Any] = {"key": "q", "text_sv": "q", "text_en": "q", "answers": answers}
    record = GIVEN["survey"] | {"questions": [asked]}
    assert refusal(store, "survey_create", "test", SITE, record)[1].startswith(
        "answers to q are 8, more than respondents 5"
    )
    several = made(store, "survey", questions=[asked | {"multiple": True}])
    counted = f"select answer, count from reading.survey_answer where survey_id = {several['survey_id']} order by 1"  # noqa: S608 - a number
    assert rows(store, counted) == [("no", 4), ("yes", 4)]


def test_participants_by_gender_and_by_age_stand_side_by_side(store: Database) -> None:
    groups = [{"gender": "woman", "count": 7}, {"gender": "man", "count": 3}, {"age": "65+", "count": 10}]
    record = made(store, "activity", participants={"method": "estimated", "total": 10, "groups": groups})
    assert record["participants"]["total"] == 10
    assert sorted(rows(store, "select gender, age, count from reading.activity_participants"), key=str) == sorted(
        [("woman", None, 7), ("man", None, 3), (None, "65+", 10)], key=str
    )


def test_nobody_there_is_a_count_too(store: Database) -> None:
    record = made(store, "manual_count", tallies=[])
    assert (record["total"], record["tallies"], record["space"], record["ends_at"]) == (0, [], "gangtunneln", None)


def test_who_moves_over_a_line_is_counted_by_direction(store: Database) -> None:
    record = made(store, "manual_count", **MOVING)
    assert (record["line"], record["space"], record["total"]) == ("stationen", None, 6)
    shown = "select mode, line, space, direction, gender, count from reading.manual_count_tally order by direction"
    assert rows(store, shown) == [
        ("moving", "stationen", None, "backward", "woman", 1),
        ("moving", "stationen", None, "forward", "woman", 5),
    ]
    changes: dict[str, object] = {"mode": "stationary", "line": None, "zone": "bankarna", "tallies": []}
    again = run(store, "manual_count_change", "test", SITE, record["manual_count_id"], 1, changes)
    assert (again["mode"], again["line"], again["zone"]) == ("stationary", None, "bankarna")


def test_counts_of_one_code_at_one_time_add_up_as_one(store: Database) -> None:
    """No part is added twice, and none to a count of another time, mode, code or site."""
    sitting, standing = ({"posture": posture, "count": count} for posture, count in (("sitting", 3), ("standing", 2)))
    young = {"age": "0-6", "count": 1}

    def part(start: str, end: str | None, joint: str | None, *tallies: dict[str, object], **more: object) -> Any:  # noqa: ANN401 - a number
        times = {"starts_at": f"2026-10-01T{start}Z", "ends_at": end and f"2026-10-01T{end}Z"}
        return made(store, "manual_count", **{**times, "joint": joint, "tallies": list(tallies), **more})[
            "manual_count_id"
        ]

    a = part("10:00", "10:10", "K7PX", sitting)
    b = part("10:09", None, "k7px", sitting, standing, zone=None, space="torget")
    c = part("10:15", "10:20", "K7PX")
    later = part("10:20", "10:30", "K7PX", sitting)
    alone = part("10:00", "10:10", None, sitting)
    other = [part("10:00", "10:10", "OTHER", sitting), part("10:05", "10:15", "OTHER", young)]
    moving = part(
        "10:00", "10:10", "K7PX", {"direction": "forward", "count": 9}, mode="moving", zone=None, line="stationen"
    )
    found = {
        tuple(parts): (total, tallies and [(one.get("posture"), one["count"]) for one in tallies], place)
        for parts, total, tallies, place in rows(
            store, "select manual_counts, total, tallies, coalesce(line, zone, space) from reading.joint_count"
        )
    }
    assert found == {
        (a, b, c): (8, [("sitting", 6), ("standing", 2)], None),
        (later,): (3, [("sitting", 3)], "bankarna"),
        (alone,): (3, [("sitting", 3)], "bankarna"),
        tuple(other): (4, None, "bankarna"),
        (moving,): (9, [(None, 9)], "stationen"),
    }
    run(store, "manual_count_withdraw", "test", SITE, b, 1, "twice")
    parts = rows(
        store, "select manual_counts, total from reading.joint_count where joint = 'K7PX' and mode = 'stationary'"
    )
    assert sorted(parts) == [([a], 3), ([c], 0), ([later], 3)]


def test_another_sites_entries_are_out_of_reach(store: Database) -> None:
    number = made(store, "note")["note_id"]
    assert refusal(store, "note_change", "test", "other", number, 1, {"text": "y"}) == (
        "P0002",
        f"the site other has no note {number}",
    )
    assert refusal(store, "note_withdraw", "test", "nowhere", number, 1, "x") == ("P0002", "there is no site nowhere")
    assert refusal(store, "note_create", "", SITE, GIVEN["note"])[0] == "22023"
    assert refusal(store, "note_create", None, SITE, GIVEN["note"])[0] == "22023"


def test_a_version_that_was_not_seen_isnt_changed(store: Database) -> None:
    number = made(store, "note")["note_id"]
    run(store, "note_change", "test", SITE, number, 1, {"text": "y"})
    for command, value in (("note_change", {"text": "z"}), ("note_withdraw", "why")):
        state, said = refusal(store, command, "test", SITE, number, 1, value)
        assert (state, said.partition(":")[0]) == ("23505", f"note {number} has version 2, not 1")
    assert refusal(store, "note_change", "test", SITE, number, None, {"text": "z"}) == (
        "22023",
        "version must be given",
    )
    assert refusal(store, "note_withdraw", "test", SITE, number, 2, None) == ("22023", "reason must be given")


def test_a_phase_is_declared_extended_closed_and_archived_in_that_order(store: Database) -> None:
    study = made(store, "study")
    assert refusal(store, "study_declare", "test", SITE, GIVEN["study"])[0] == "23505"
    number = made(store, "phase")["phase_id"]
    other = {"phase": "later", "starts_at": "2026-10-01T18:00Z", "ends_at": "2026-10-09T18:00Z"}
    made(store, "phase", **(other | {"starts_at": HOURS["ends_at"]}))  # half-open: they may touch
    overlap = refusal(store, "phase_declare", "test", SITE, GIVEN["phase"] | {"phase": "x"})
    assert overlap == ("23P01", "starts_at, ends_at: the phase baseline of the study has some of this time")
    late = dt.datetime(2026, 10, 2, tzinfo=dt.UTC)
    assert refusal(store, "phase_extend", "test", SITE, number, 1, late, False)[0] == "23P01"
    assert refusal(store, "phase_archive", "test", SITE, number, 1)[0] == "23514"
    assert refusal(store, "phase_close", "test", SITE, number, 1, None)[1] == "result_seen must be given"
    assert run(store, "phase_close", "test", SITE, number, 1, True)["result_seen"] is True
    for command, value in (("phase_close", False), ("phase_change", {"note": "x", "result_seen": False})):
        assert refusal(store, command, "test", SITE, number, 2, value)[0] == "23514"
    assert run(store, "phase_archive", "test", SITE, number, 2)["archived_at"]
    assert refusal(store, "study_withdraw", "test", SITE, study["study_id"], 1, "x")[0] == "23514"
    future = {"phase": "next", "starts_at": "2026-10-20T00:00Z", "ends_at": SOON}
    coming = made(store, "phase", **future)["phase_id"]
    assert refusal(store, "phase_close", "test", SITE, coming, 1, False)[1].startswith("phase next lasts until")


def test_a_withdrawn_phase_keeps_no_facts_and_its_key_is_free(store: Database) -> None:
    made(store, "study")
    number = made(store, "phase")["phase_id"]
    run(store, "phase_withdraw", "test", SITE, number, 1, "Fel tid")
    assert rows(store, "select count(*) from platspuls.phase where archived_at is null") == [(0,)]
    assert made(store, "phase")["version"] == 1


def test_an_exclusion_raises_the_versions_of_its_days_alone(store: Database) -> None:
    def versions() -> dict[tuple[str, str], int]:
        found = rows(store, f"select device, day::text, version from reading.data_version where site = '{SITE}'")  # noqa: S608 - a word of ours
        return {(device, day): version for device, day, version in found}

    record = made(store, "exclusion", starts_at="2026-10-02T22:00Z", ends_at="2026-10-04T00:00Z")
    first = versions()
    assert {day for _, day in first} == {"2026-10-02", "2026-10-03"}
    run(store, "exclusion_withdraw", "test", SITE, record["exclusion_id"], 1, "Ställningen är borta")
    assert versions() == {key: version + 1 for key, version in first.items()}
    [(before,)] = rows(store, f"select version from reading.site where site = '{SITE}'")  # noqa: S608 - a word of ours
    made(store, "exclusion", starts_at="2021-01-01T00:00Z", ends_at="2021-01-02T00:00Z")  # nothing watched then
    assert rows(store, f"select version from reading.site where site = '{SITE}'") == [(before + 1,)]  # noqa: S608 - a word of ours


def test_staff_reach_nothing_but_commands(store: Database) -> None:
    tables = rows(store, "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'platspuls'")
    parts = rows(
        store, "select oid::regproc::text from pg_proc where pronamespace = 'writing'::regnamespace and not prosecdef"
    )
    assert len(tables) > 30
    assert len(parts) > 20
    may = rows(
        store,
        "select relname from pg_class where relnamespace = 'platspuls'::regnamespace and relkind in ('r', 'v', 'S') "
        "and (has_table_privilege('platspuls_staff', oid, 'select, insert, update, delete, truncate') "
        "or has_any_column_privilege('platspuls_staff', oid, 'select, insert, update'))",
    )
    assert may == []
    called = "select proname from pg_proc where pronamespace = 'writing'::regnamespace and not prosecdef "
    assert rows(store, called + "and has_function_privilege('platspuls_staff', oid, 'execute')") == []
    store.execute("set local role platspuls_staff")
    for table in ("activity", "audit"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), store.transaction():
            store.execute(f"insert into platspuls.{table} default values".encode())


def test_nothing_of_the_callers_is_run_as_the_owner(store: Database) -> None:
    """Tables, functions and operators of the caller's own, first in the path, stay unseen by the commands."""
    store.execute("create schema lair; grant usage, create on schema lair to platspuls_staff")
    store.execute("set local role platspuls_staff")
    for schema in ("pg_temp", "lair"):
        for trap in (
            "create {0} table {1}site (site_id integer, key text)",
            "create function {1}nextval(regclass) returns bigint language plpgsql as 'begin raise ''trapped''; end'",
            "create function {1}nextval(text) returns bigint language plpgsql as 'begin raise ''trapped''; end'",
            "create function {1}length(text) returns integer language plpgsql as 'begin raise ''trapped''; end'",
            "create function {1}trap(text, text) returns boolean language plpgsql as 'begin raise ''trapped''; end'",
            "create operator {1}= (leftarg = text, rightarg = text, function = {1}trap)",
            "create operator {1}~ (leftarg = text, rightarg = text, function = {1}trap)",
        ):
            store.execute(trap.format("temp" if schema == "pg_temp" else "", f"{schema}.").encode())
    store.execute("set local search_path = lair, pg_temp, pg_catalog")
    with pytest.raises(psycopg.errors.RaiseException, match="trapped"), store.transaction():
        store.execute("select 'a'::text = 'b'::text")  # the trap is set
    assert made(store, "activity")["title"] == GIVEN["activity"]["title"]


def test_a_time_of_one_moment_needs_no_end(store: Database) -> None:
    assert made(store, "incident", **ONCE)["ends_at"] is None
