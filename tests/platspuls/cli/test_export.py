"""`platspuls export`: the same bytes by every way, whole files or none, and its exit codes."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platspuls.cli.main import main
from platspuls.embedded.postgres import Cluster
from platspuls_client import Client, Table, models
from tests.support.served import World, served

TOP = Path(__file__).parents[3]
OTHER_SYSTEMS = TOP / "tests" / "support" / "other_systems.py"
ASKED = ["--site", "haninge-entre", "--from", "2026-11-02", "--to", "2026-11-05"]


@pytest.fixture(scope="module")
def world(cluster: Cluster) -> Iterator[World]:
    with served(cluster, "export_command") as found:
        yield found


def run(*words: str) -> Result:
    return CliRunner().invoke(
        main, ["export", *words], env={"PLATSPULS_DATABASE_URL": None, "PLATSPULS_KEY_FILE": None}
    )


@pytest.mark.chain
@pytest.mark.parametrize("name", ["a.csv", "a.ndjson", "a.parquet", "a.xlsx"])
def test_the_database_and_the_api_give_the_same_bytes(world: World, name: str, tmp_path: Path) -> None:
    ours, theirs = tmp_path / f"ours-{name}", tmp_path / f"theirs-{name}"
    first = run("dwell", "--database-url", world.database_url, *ASKED, "--output", str(ours))
    second = run("dwell", "--api", world.address, *ASKED, "--output", str(theirs))
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert ours.read_bytes() == theirs.read_bytes()
    assert ours.stat().st_size > 1000
    version = re.findall("data version ([0-9a-f]{16})", first.output)
    assert version == re.findall("data version ([0-9a-f]{16})", second.output)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([ours.name, theirs.name])


@pytest.mark.chain
def test_every_table_is_a_command(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for table in Table:
        done = run(table.name.lower(), "--api", world.address, *ASKED)
        assert done.exit_code == 0, done.output
    assert sorted(path.name.split("_")[1] for path in tmp_path.iterdir()) == [
        "dwell-60s", "estimates", "occupancy", "participants", "presence", "quality", "site-flow", "weather",
    ]  # fmt: skip
    shown = run("flow", "--api", world.address, *ASKED, "--of", "line", "--bucket", "day", "--output", "-")
    assert shown.stdout.startswith("site,bucket,line,")
    assert len(shown.stdout.splitlines()) == 4
    whole = run("flow", "--api", world.address, *ASKED, "--of", "line", "--bucket", "week", "--whole", "--output", "-")
    assert (whole.exit_code, whole.stdout) == (0, shown.stdout.splitlines()[0] + "\n"), "days are no week"


@pytest.mark.chain
def test_a_period_has_both_ends_and_rows_of_low_coverage_are_named(world: World, tmp_path: Path) -> None:
    asked = ["flow", "--api", world.address, "--site", "haninge-entre", "--bucket", "day", "--output", "-"]
    month = run(*asked, "--period", "2026-11-01..2026-11-04")
    assert (month.exit_code, month.stdout) == (0, run(*asked, "--from", "2026-11-01", "--to", "2026-11-05").stdout)
    watched = run(*asked[:-1], str(tmp_path / "a.csv"), "--period", "2026-11-01..2026-11-04", "--min-coverage", "0.99")
    assert "left out for a coverage below 0.99: 1; 2026-11-01T00:00:00 0.9583" in watched.stderr
    shown = run(*asked, "--period", "2026-11-01..2026-11-04", "--min-coverage", "0.99")
    assert (shown.stdout, "below 0.99: 1; 2026" in shown.stderr) == ((tmp_path / "a.csv").read_text(), True)
    assert (tmp_path / "a.csv").read_text() == month.stdout.replace(month.stdout.splitlines()[1] + "\n", "")
    assert "goes on until now; for all of it and no more: --period 2025-W48" in run(*asked, "--from", "2025-W48").stderr
    assert "until now" not in run(*asked, "--from", "2025-12-01").stderr + run(*asked, "--from", "7d").stderr
    for words, says in ((["--period", "2026-11", "--to", "today"], "both ends"), ([], "say when"),
                        (["--period", "lastweek"], "did you mean last-week")):  # fmt: skip
        refused = run(*asked, *words)
        assert refused.exit_code == 2
        assert says in refused.stderr


@pytest.mark.chain
def test_profiles_are_commands(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["dwell", "--bins"], ["presence"], ["flow", "--of", "line", "--by", "weekday_hour", "--days", "all"]):
        done = run("profile", *words, "--database-url", world.database_url, *ASKED)
        assert done.exit_code == 0, done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"haninge-entre_{name}_20261101T2300Z_20261104T2300Z.csv"
        for name in ("dwell-bins_hour", "line-flow-profile_weekday_hour", "presence-profile_hour")
    ]


@pytest.mark.chain
def test_what_people_wrote_is_a_command(world: World, tmp_path: Path) -> None:
    with Client(world.address) as client:
        fields = models.NoteFields(text="Rulltrappan", starts_at=datetime(2026, 11, 2, 12, tzinfo=UTC))
        note = client.logbook.notes.create("haninge-entre", fields)
        client.logbook.notes.withdraw(note, "Inaktuell")
    asked = ["log", "--site", "haninge-entre", "--kind", "notes", "--history"]
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    assert run(*asked, "--database-url", world.database_url, "--output", str(ours)).exit_code == 0
    assert run(*asked, "--api", world.address, "--period", "2026-11", "--output", str(theirs)).exit_code == 0
    assert ours.read_bytes() == theirs.read_bytes()
    assert "Rulltrappan" in ours.read_text("utf-8")
    assert len(ours.read_text("utf-8").splitlines()) == 3
    refused = run("log", "--api", world.address, "--site", "haninge-entre", "--kind", "diary", "--output", "-")
    assert (refused.exit_code, "there are activities" in refused.output) == (1, True)


@pytest.mark.chain
def test_a_file_is_written_whole_or_not_at_all(world: World, tmp_path: Path) -> None:
    target = tmp_path / "dwell.csv"
    target.write_text("before")
    refused = run("dwell", "--database-url", world.database_url, *ASKED, "--threshold", "61", "--output", str(target))
    assert refused.exit_code == 1
    assert "threshold_s is 61" in refused.output
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


@pytest.mark.chain
def test_refusals_have_their_exit_codes(world: World, tmp_path: Path) -> None:
    away = run("dwell", "--api", "http://127.0.0.1:9", *ASKED)
    assert away.exit_code == 3
    assert "http://127.0.0.1:9/api/v1/sites/haninge-entre/dwell.csv" in away.output
    wrong = tmp_path / "key"
    wrong.write_text("wrong")
    wrong.chmod(0o600)
    refused = run("dwell", "--api", world.address, *ASKED, "--key-file", str(wrong))
    assert (refused.exit_code, "the file that --key-file or PLATSPULS_KEY_FILE names" in refused.output) == (1, True)
    unknown = run("dwell", "--api", world.address, "--site", "nope/../x", "--from", "2026-11-02")
    assert (unknown.exit_code, "there is no" in unknown.output) == (3, True)
    for words in (
        ["dwell", *ASKED],
        ["dwell", "--api", world.address, *ASKED, "--dialect", "excel-sv", "--format", "xlsx"],
        ["dwell", "--api", world.address, *ASKED, "--output", str(tmp_path / "nowhere" / "a.csv")],
        ["dwell", "--api", world.address, *ASKED, "--bucket", "year"],
    ):
        assert run(*words).exit_code == 2


@pytest.mark.chain
def test_an_api_is_asked_from_windows_too(world: World, tmp_path: Path) -> None:
    """Nothing on the way needs a module, function or signal of POSIX, nor a default encoding; line ends stay."""
    folder = tmp_path / "Mätning åå"
    folder.mkdir()
    here, there = folder / "here.csv", folder / "there.csv"
    there.write_bytes(b"before")
    assert run("dwell", "--api", world.address, *ASKED, "--output", str(here)).exit_code == 0
    ended = elsewhere("export", "dwell", "--api", world.address, *ASKED, "--output", str(there))
    assert (ended.returncode, ended.stderr[:6]) == (0, "wrote "), ended.stderr
    assert there.read_bytes() == here.read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["here.csv", "there.csv"]


def test_where_there_is_no_unix_socket_the_database_is_asked_by_an_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("socket.AF_UNIX")
    refused = run("dwell", "--database-url", "postgresql:///nowhere", *ASKED)
    assert refused.exit_code == 2
    assert refused.output.splitlines()[-1] == (
        "Error: --database-url works on Linux and macOS alone: ask an API instead (--api)"
    )


def elsewhere(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as on a system without POSIX."""
    program = [sys.executable, "-X", "warn_default_encoding", "-W", "error::EncodingWarning", OTHER_SYSTEMS, *words]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (TOP, TOP / "client")))}
    return subprocess.run(program, check=False, capture_output=True, encoding="utf-8", env=environment)


def test_without_the_client_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "platspuls_client", None)
    refused = run("dwell", "--api", "http://127.0.0.1:9", *ASKED)
    assert refused.exit_code == 1
    assert refused.output == "Error: this needs the client of the API: pip install ./client, in the checkout\n"
