"""`platspuls export`: the same bytes by every way, whole files or none, and its exit codes."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platspuls.cli.main import main
from platspuls.embedded.postgres import Cluster
from platspuls_client import Table
from tests.support.served import World, served

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
        done = run(table.value, "--api", world.address, *ASKED)
        assert done.exit_code == 0, done.output
    assert sorted(path.name.split("_")[1] for path in tmp_path.iterdir()) == [
        "dwell-60s", "occupancy", "presence", "quality", "site-flow", "weather",
    ]  # fmt: skip
    shown = run("flow", "--api", world.address, *ASKED, "--of", "line", "--bucket", "day", "--output", "-")
    assert shown.stdout.startswith("site,bucket,line,")
    assert len(shown.stdout.splitlines()) == 4
    whole = run("flow", "--api", world.address, *ASKED, "--of", "line", "--bucket", "week", "--whole", "--output", "-")
    assert (whole.exit_code, whole.stdout) == (0, shown.stdout.splitlines()[0] + "\n"), "days are no week"


@pytest.mark.chain
def test_profiles_are_commands(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (["dwell", "--bins"], ["presence"], ["flow", "--of", "line", "--by", "weekday_hour"]):
        done = run("profile", *words, "--database-url", world.database_url, *ASKED)
        assert done.exit_code == 0, done.output
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        f"haninge-entre_{name}_20261101T2300Z_20261104T2300Z.csv"
        for name in ("dwell-bins_hour", "line-flow-profile_weekday_hour", "presence-profile_hour")
    ]


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
    unknown = run("dwell", "--api", world.address, "--site", "nope/../x", "--from", "2026-11-02")
    assert (unknown.exit_code, "there is no" in unknown.output) == (3, True)
    for words in (
        ["dwell", *ASKED],
        ["dwell", "--api", world.address, *ASKED, "--dialect", "excel-sv", "--format", "xlsx"],
        ["dwell", "--api", world.address, *ASKED, "--output", str(tmp_path / "nowhere" / "a.csv")],
        ["dwell", "--api", world.address, *ASKED, "--bucket", "year"],
    ):
        assert run(*words).exit_code == 2


def test_without_the_client_it_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "platspuls_client", None)
    refused = run("dwell", "--api", "http://127.0.0.1:9", *ASKED)
    assert refused.exit_code == 1
    assert refused.output == "Error: this needs the client of the API: pip install ./client, in the checkout\n"
