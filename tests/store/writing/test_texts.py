"""Texts in own words go when they are old, everywhere that they are kept; numbers and times stay.

Tables and versions are made older in the test, as the years would make them.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from platspuls.cli.main import main
from store.database import Database
from store.housekeeping import TextsRemoved, remove_texts
from store.registry.apply import apply
from tests.store.registry.example import example, loaded
from tests.store.writing.staff import GIVEN, SITE, made, run
from tests.support import small_site as support

pytestmark = pytest.mark.chain

NOW = datetime.now(UTC)
KEPT = {"activity_template": "name", "exclusion": "reason", "study": "note", "phase": "note", "round_plan": "note"}
TEXTS = {
    "activity": "note",
    "manual_count": "note",
    "staff_time": "note",
    "survey": "note",
    "incident": "note",
    "note": "text",
    "day_close": "note",
}
OWN_WORDS = "Ordet som ska bort"
OLDER = """
do $$
declare
  stored text;
begin
  set local session_replication_role = replica;
  foreach stored in array array[
    'activity', 'observation', 'staff_time', 'survey', 'incident', 'note', 'day_close', 'activity_template',
    'exclusion', 'study', 'round_plan'
  ] loop
    execute format('update platspuls.%I set written_at = written_at - interval ''3 years''', stored);
  end loop;
  update platspuls.phase set written_at = written_at - interval '3 years';
  update platspuls.audit set at = at - interval '3 years',
    before = before || jsonb_build_object('written_at', (before ->> 'written_at')::timestamptz - interval '3 years'),
    after = after || jsonb_build_object('written_at', (after ->> 'written_at')::timestamptz - interval '3 years')
  where entity <> 'texts';
end $$
"""


@pytest.fixture
def log(database: Database, tmp_path: Path) -> Database:
    """A site on which everything was written three years ago, and some of it changed and withdrawn."""
    apply(database, loaded(tmp_path, example()))
    old = {"day": "2023-10-01", "starts_at": "2023-10-01T17:00:00+02:00", "ends_at": "2023-10-01T19:00:00+02:00"}
    for entity in GIVEN:
        field = TEXTS.get(entity, KEPT.get(entity, "note"))
        times = {name: value for name, value in old.items() if name in GIVEN[entity]}
        record = made(database, entity, **{field: OWN_WORDS, **times})
        number = record[f"{entity}_id"]
        if entity in {"note", "incident", "survey"}:
            run(database, f"{entity}_change", "test", SITE, number, 1, {field: f"{OWN_WORDS} igen"})
        if entity in {"incident", "exclusion"}:
            run(
                database,
                f"{entity}_withdraw",
                "test",
                SITE,
                number,
                record["version"] + (entity == "incident"),
                OWN_WORDS,
            )
    database.execute(OLDER.encode())
    return database


def everything(database: Database) -> str:
    """Return all that the store keeps of what people wrote, as text."""
    tables = ("activity", "observation", "staff_time", "survey", "incident", "note", "day_close", "audit", "request")
    return "".join(
        json.dumps(support.rows(database, f"select to_jsonb(t) from platspuls.{name} as t"), default=str)  # noqa: S608 - names of our schema
        for name in tables
        if name != "audit"
    ) + json.dumps(
        support.rows(
            database,
            "select to_jsonb(t) from platspuls.audit as t where entity not in "
            "('activity_template', 'exclusion', 'study', 'phase', 'round_plan', 'texts')",
        ),
        default=str,
    )


def test_old_texts_are_gone_everywhere_and_numbers_stay(log: Database) -> None:
    assert OWN_WORDS in everything(log)
    before = dict(support.rows(log, "select entity, record from reading.log_record"))
    removed = remove_texts(log, "cli:test", NOW - timedelta(days=730), 24, is_rehearsal=False)
    assert removed.records == len(TEXTS)
    assert removed.versions > len(TEXTS)
    assert OWN_WORDS not in everything(log)
    after = dict(support.rows(log, "select entity, record from reading.log_record"))
    assert set(after) == set(before)
    for entity, record in after.items():
        if entity in KEPT:
            assert record == before[entity]
            continue
        marked = {"text_removed_at": record["text_removed_at"], TEXTS[entity]: None}
        assert record == before[entity] | marked
        assert datetime.fromisoformat(record["text_removed_at"]) >= NOW
    histories = support.rows(log, "select entity, action, record from reading.history")
    assert {action for _, action, _ in histories} == {"create", "change", "withdraw"}
    assert all(record["text_removed_at"] for entity, _, record in histories if entity in TEXTS)
    assert remove_texts(log, "cli:test", NOW - timedelta(days=730), 24, is_rehearsal=False) == TextsRemoved(0, 0)


def test_what_is_younger_or_changed_since_stays(log: Database) -> None:
    """Text is old by itself: of one record the newest version may stay while an earlier one's words go."""
    [(number, version)] = support.rows(log, "select note_id, version from reading.note")
    run(log, "note_change", "test", SITE, number, version, {"text": "Nytt"})
    ahead = {"starts_at": (NOW + timedelta(days=9)).isoformat(), "ends_at": (NOW + timedelta(days=10)).isoformat()}
    future = made(log, "activity", note="Planerad", **ahead)["activity_id"]
    log.execute("update platspuls.activity set written_at = '2020-01-01Z' where activity_id = %s", (future,))
    remove_texts(log, "cli:test", NOW - timedelta(days=730), 24, is_rehearsal=False)
    asked = "select record ->> 'text', record ->> 'text_removed_at' is null from reading.history where entity = 'note'"
    history = support.rows(log, f"{asked} order by version")
    assert history == [(None, False), (None, False), ("Nytt", True)]
    assert support.rows(log, "select note from reading.activity where activity_id = %s", future) == [("Planerad",)]
    assert OWN_WORDS not in everything(log)


def test_words_that_are_written_anew_take_the_mark_away(log: Database) -> None:
    remove_texts(log, "cli:test", NOW - timedelta(days=730), 24, is_rehearsal=False)
    [(number, version)] = support.rows(log, "select activity_id, version from reading.activity")
    changed = run(log, "activity_change", "test", SITE, number, version, {"title": "Ny rubrik"})
    assert changed["text_removed_at"]
    changed = run(log, "activity_change", "test", SITE, number, version + 1, {"note": "Ny"})
    assert (changed["note"], changed["text_removed_at"]) == ("Ny", None)


def test_the_audit_loses_texts_and_nothing_else(log: Database) -> None:
    """Even its owner can't change anything else of it, nor write other words."""
    for change in (
        "update platspuls.audit set after = after || '{\"note\": \"x\"}' where entity = 'activity'",
        "update platspuls.audit set after = after || '{\"title\": null}' where entity = 'activity'",
        "update platspuls.audit set after = after - 'note' where entity = 'activity'",
        "update platspuls.audit set at = now(), after = platspuls.without_text(after) where entity = 'activity'",
        "update platspuls.audit set after = platspuls.without_text(after) where entity = 'exclusion'",
        "update platspuls.audit set after = null where entity = 'activity'",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="only added to"):
            log.execute(change.encode())


def test_the_command_says_how_many_first_and_keeps_what_it_did(log: Database, database_url: str) -> None:
    def housekeep(*options: str, **variables: str) -> str:
        asked = ["db", "housekeep", "--database-url", database_url, *options]
        done = CliRunner().invoke(main, asked, env={"PLATSPULS_KEEP_TEXT_MONTHS": None, **variables})
        assert done.exit_code == 0, done.output
        return done.output

    rehearsed = housekeep("--dry-run")
    assert "Would take away texts from before" in rehearsed
    assert f": {len(TEXTS)} log records" in rehearsed
    assert OWN_WORDS in everything(log)
    assert support.rows(log, "select * from reading.text_retention") == []
    assert ": 0 log records" in housekeep("--dry-run", PLATSPULS_KEEP_TEXT_MONTHS="40")
    assert f": {len(TEXTS)} log records" in housekeep()
    assert OWN_WORDS not in everything(log)
    assert support.rows(log, "select months from reading.text_retention") == [(24,)]
    [(actor, after)] = support.rows(log, "select actor, after from platspuls.audit where entity = 'texts'")
    assert actor.startswith("cli:")
    assert after["months"] == 24
