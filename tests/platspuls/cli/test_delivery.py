"""`platspuls rejects`, `held`, `reconcile` and `verify`: exit codes, and what people and programs read."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from core import wire
from ingest.batch.writer import BatchWriter
from ingest.quarantine.bisect import store_around
from platspuls.cli.main import main
from store.aggregates.sums import sum_up_some
from store.database import Database, connect
from tests.support.small_site import EPOCH, ZONES, arrive, flow, make_site, meaning, received, rows

RULE = "alter table platspuls.line_flow add constraint rule check (forward <> 13)"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.fixture
def database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A store where one record is rejected, one message refused, something is held, and two records are missing."""
    monkeypatch.setenv("PLATSPULS_DATABASE_URL", database_url)
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database)
        with connect(database_url, application="writer", autocommit=True) as connection:
            database.execute(RULE)
            store = BatchWriter(connection).store
            lost = [wire.LostRange(5, 6, "outbox_full")]
            good = received(flow(1, 0, zones=ZONES), flow(2, 1, count=13), flow(3, 2), lost=lost)
            list(store_around(store, [good, received(flow(9, 9))]))
            store(
                [
                    meaning(arrive(b'{"epoch":"0123456789abcdef","face":"anna"}')),
                    received(flow(1, 0), device="stranger"),
                ]
            )
        yield database


@pytest.mark.chain
@pytest.mark.usefixtures("database")
def test_rejects_are_listed_newest_first() -> None:
    lines = run("rejects", "list").output.splitlines()
    assert lines[0].split()[:6] == ["number", "last", "times", "site", "device", "epoch"]
    assert "unknown_field  no" in lines[1]
    assert "database       yes" in lines[2]
    assert [len(run("rejects", "list", *limits).output.splitlines()) for limits in (("--limit", "1"),)] == [3]
    assert len(run("rejects", "list", "--code", "database", "--site", "torget").output.splitlines()) == 2
    nothing = run("rejects", "list", "--since", "today", "--code", "too_new")
    assert (nothing.exit_code, nothing.stdout) == (0, "nothing was refused, with these limits\n")
    assert run("rejects", "list", "--since", "tomorrow").exit_code == 2
    assert run("rejects", "list", "--device", "nobody").exit_code == 3
    assert run("rejects", "list", "--since", "monday").exit_code == 2


@pytest.mark.chain
@pytest.mark.usefixtures("database")
def test_a_reject_is_shown_whole() -> None:
    shown = run("rejects", "show", "1").output
    assert f"epoch: {EPOCH}\nseq: 2\ncode: database\n" in shown
    assert '"forward": 13' in shown
    without = run("rejects", "show", "2").output
    assert "field_names: epoch, face" in without
    assert "payload:" not in without
    assert "It can't be replayed: nothing of it was kept" in without
    assert run("rejects", "show", "77").exit_code == 1


@pytest.mark.chain
def test_a_reject_is_replayed_once_its_cause_is_mended(database: Database) -> None:
    refused = run("rejects", "replay", "1", "--by", "karin")
    assert refused.exit_code == 1
    assert refused.output.startswith("1: refused: database: ")
    database.execute("alter table platspuls.line_flow drop constraint rule")
    done = run("rejects", "replay", "--code", "database")
    assert (done.exit_code, done.output) == (0, "1: stored: 1 record stored, 2 facts counted\n1 of 1 are stored\n")
    again = run("rejects", "replay", "1", "2", "77")
    assert again.exit_code == 1
    assert again.output.splitlines()[0].startswith("1: stored: it was stored already")
    assert again.output.splitlines()[1].startswith("2: not tried: nothing of it was kept")
    assert again.output.splitlines()[2:] == ["77: there is no such reject", "1 of 3 are stored"]
    assert run("rejects", "replay", "--held").output == "0 of 0 are stored\n"
    assert rows(database, "select replayed_by is not null from platspuls.reject where reject_id = 1") == [(True,)]


@pytest.mark.parametrize("words", [[], ["1", "--held"], ["1", "--code", "database"]])
def test_a_replay_is_of_numbers_or_of_a_kind(words: list[str]) -> None:
    assert run("rejects", "replay", "--database-url", "postgresql://x", *words).exit_code == 2


@pytest.mark.chain
def test_what_waits_says_what_resolves_it(database: Database) -> None:
    said = run("held", "list").output.splitlines()
    assert said[0] == "torget/stranger: device stranger is not known at site torget (unknown_device)"
    assert ", once" in said[1]
    assert "platspuls site apply" in said[2]
    database.execute(
        "insert into platspuls.device (site_id, key, name_sv, name_en) "
        "select site_id, 'stranger', 'x', 'x' from platspuls.site"
    )
    assert "Resolved: the name is known now" in run("held", "list", "--site", "torget").output
    assert run("held", "list", "--device", "cam").output == "nothing waits\n"


@pytest.mark.chain
def test_reconcile_is_a_monitor(database: Database) -> None:
    fine = run("reconcile")
    assert fine.exit_code == 0
    row = fine.output.splitlines()[1].split()
    assert row[:10] == ["torget", "cam", EPOCH, "current", "9", "3", "1", "2", "3", "0"]
    late = run("reconcile", "--grace-min", "0")
    assert late.exit_code == 1
    assert "3 records are unsettled since" in late.stderr
    assert "torget/stranger: held since" in late.stderr
    assert run("reconcile", "--grace-min", "0", "--site", "none").exit_code == 3
    BatchWriter(database).store([received(flow(1, 90), epoch="fedcba9876543210", previous=EPOCH)])
    dead = run("reconcile")
    assert dead.exit_code == 1
    assert "what became of 3 records is unknown" in dead.stderr
    assert run("reconcile", "--since", "tomorrow").exit_code == 2


@pytest.mark.chain
@pytest.mark.usefixtures("database")
def test_reconcile_serves_programs_too() -> None:
    [row] = json.loads(run("reconcile", "--format", "json").stdout)
    assert (row["made"], row["unsettled"], row["missing"]) == (9, 3, [[4, 4], [7, 8]])
    [line] = csv.DictReader(io.StringIO(run("reconcile", "--format", "csv").stdout))
    assert (line["made"], line["missing"], line["previous_epoch"]) == ("9", "4-4 7-8", "")
    [day] = csv.DictReader(io.StringIO(run("reconcile", "--format", "csv", "--day", "2025-03-03").stdout))
    assert (day["made"], day["stored"], day["missing"], day["day"]) == ("9", "3", "3", "2025-03-03")
    assert run("reconcile", "--day", "2025-03-05").output == "no device has reported any record\n"


@pytest.mark.chain
def test_verify_finds_and_repairs(database: Database) -> None:
    assert run("verify").output == "torget: 1 month counted again, no differences\n"
    database.execute("update platspuls.line_quarter set forward = forward + 1 where line_id = 1")
    found = run("verify", "--site", "torget", "--from", "2025-03-01", "--to", "2025-04-01")
    assert found.exit_code == 1
    assert "torget line north, 2025-03-03 10:00Z: forward kept 4, recounted 3" in found.output
    assert run("verify", "--to", "2025-03-01").exit_code == 0
    repaired = run("verify", "--repair")
    assert (repaired.exit_code, repaired.output.splitlines()[1]) == (0, "2025-03: 1 quarter-hour repaired")
    assert run("verify").exit_code == 0
    database.execute("delete from platspuls.line_flow where line_id = 1 and seq = 9")
    gone = run("verify", "--repair")
    assert gone.exit_code == 1
    assert "facts of some minutes are gone" in gone.output
    assert run("verify", "--site", "none").exit_code == 3


@pytest.mark.chain
def test_verify_leaves_out_all_sums_that_differ_however_few_it_lists(database: Database) -> None:
    while sum_up_some(database, datetime.now(UTC)):
        pass
    for table in ("line_hour", "line_day"):
        database.execute(f"update platspuls.{table} set forward = forward + 1".encode())  # noqa: S608 - words of ours
    [(wrong,)] = rows(database, "select count(*) from platspuls.line_hour")
    listed = run("verify", "--limit", "1")
    assert (listed.exit_code, wrong > 1) == (1, True)
    repaired = run("verify", "--limit", "1", "--repair")
    assert (repaired.exit_code, "left out until made again" in repaired.output) == (0, True), repaired.output
    assert run("verify").exit_code == 0


@pytest.mark.parametrize("words", [["rejects", "list"], ["held", "list"], ["reconcile"], ["verify"]])
def test_a_database_that_is_away_is_one_sentence_and_3(words: list[str], tmp_path: Path) -> None:
    result = run(*words, "--database-url", f"postgresql:///none?host={tmp_path}")
    assert result.exit_code == 3
    assert "connection" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.chain
def test_the_quarantine_is_listed_and_decided_on_by_number(database: Database) -> None:
    assert run("quarantine", "list").output == "nothing is in quarantine\n"
    database.execute(
        "insert into platspuls.quarantined (mark, topic, site_key, device_key, epoch, seq, reason, payload_sha256, "
        "payload_bytes) values ('torget/cam/e/7', 't', 'torget', 'cam', 'e', 7, 'IoError: block 7', '', 2), "
        "('t x', 'platspuls/v1/torget/cam/records', 'torget', 'cam', null, null, 'RecursionError: deep', '', 2)"
    )
    shown = run("quarantine", "list", "--device", "cam").output
    assert "1: torget/cam, record 7 of epoch e (waiting)" in shown
    assert "2: platspuls/v1/torget/cam/records (waiting)" in shown
    assert "IoError: block 7" in shown
    assert "... and more" in run("quarantine", "list", "--limit", "1").output
    assert run("quarantine", "release", "1").exit_code == 2, "a reason is needed"
    assert run("quarantine", "release", "1", "--reason", "new disk").exit_code == 0
    assert run("quarantine", "reject", "2", "--reason", "by hand").exit_code == 0
    again = run("quarantine", "release", "1", "--reason", "again")
    assert (again.exit_code, again.output.startswith("1 is not waiting in quarantine")) == (1, True)
    assert run("quarantine", "list").output == "nothing is in quarantine\n"
    decided = run("quarantine", "list", "--all").output
    assert "released by" in decided
    assert "by hand" in decided
