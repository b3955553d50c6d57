"""Backups as an operator makes them: with the commands, PostgreSQL's own programs, a real ingest and a real counter."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from click.testing import CliRunner, Result

from api.logbook.kinds import KINDS
from core.clock import SystemClock
from counter.detections import Detections
from counter.service.run import count
from counter.sources.port import Input
from platspuls.cli.main import main
from platspuls.embedded.broker import Broker
from platspuls.embedded.postgres import Cluster
from store.database import Database, connect
from store.migrate import check_version, migrations
from store.registry.apply import apply
from store.weather import Measure, WeatherSource, WeatherValue, import_weather
from tests.chain.ingest_runs import program
from tests.store.registry.example import example, loaded
from tests.store.test_upgrade import copy_into_older, make_released_schema, store_a_run
from tests.store.writing.staff import GIVEN, made
from tests.support.counter.walkers import device_file
from tests.support.small_site import assert_recount_agrees, dump, rows
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

SITE = "backup-site"
_SITE = f"""\
[site]
key = "{SITE}"
name = {{ sv = "Plats", en = "Place" }}
time_zone = "Europe/Stockholm"
[[spaces]]
key = "hall"
name = {{ sv = "Hall", en = "Hall" }}
[[borders]]
key = "door"
name = {{ sv = "Dörr", en = "Door" }}
from = "outside"
to = "hall"
[[lines]]
key = "stationen"
name = {{ sv = "Linje", en = "Line" }}
border = "door"
role = "main"
commissioned = [{{ from = 2025-01-01 }}]
[[devices]]
key = "tunnel-kamera"
name = {{ sv = "Kamera", en = "Camera" }}
lines = [{{ line = "stationen", from = 2025-01-01 }}]
"""
FACTS = (
    "select start, forward, backward, observed_ms, seq from platspuls.line_flow "
    "where start < date_trunc('hour', now()) - interval '5 hours' and observed_ms = 60000 order by start"
)
QUARTERS = (
    "select start, forward, backward, observed_ms from platspuls.line_quarter "
    "where start < date_trunc('hour', now()) - interval '5 hours' and observed_ms = 900000 order by start"
)


def platspuls(url: str, *words: str) -> Result:
    return CliRunner(env={"PLATSPULS_DATABASE_URL": url}).invoke(main, words, catch_exceptions=False)


def as_process(url: str, *words: str) -> str:
    """Run the command as its user would."""
    return subprocess.run(
        [sys.executable, "-m", "platspuls", *words],
        env=os.environ | {"PLATSPULS_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def done(url: str, *words: str) -> str:
    ended = platspuls(url, *words)
    assert ended.exit_code == 0, ended.output
    return ended.output


def backed_up(url: str, folder: Path, *words: str) -> Path:
    said = done(url, "backup", str(folder), *words)
    return Path(said.splitlines()[0].removeprefix("made "))


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    file = tmp_path / "site.toml"
    file.write_text(_SITE)
    done(database_url, "site", "apply", str(file))
    with connect(database_url, application="test", autocommit=True) as database:
        yield database


@contextmanager
def emptied(cluster: Cluster) -> Iterator[str]:
    """Yield the address of another, empty database of the server."""
    name = "restored"
    with connect(cluster.url("postgres"), application="tests", autocommit=True) as server:
        server.execute(f"create database {name}".encode())
        try:
            yield cluster.url(name)
        finally:
            server.execute(f"drop database {name} with (force)".encode())


@dataclass
class Passers:
    """A quarter from `begin` with a person every two minutes, two frames a second; nothing more until `stop`."""

    begin: datetime
    stop: Event

    def detections(self) -> Iterator[Detections]:
        for frame in range(_FRAMES):
            at_s = frame / 2
            x = (at_s % 120) * 1.2 - 5.0
            yield Detections(_ms(self.begin) + round(at_s * 1000), _at(x) if x < _EDGE_M else _NOBODY)
        self.stop.wait()

    def close(self) -> None:
        self.stop.set()


_FRAMES = 1801
_EDGE_M = 5.0
_NOBODY = np.empty((0, 2))


def _at(x: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array([[x, 3.0]])


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


@contextmanager
def ingesting(url: str, port: int, log: Path) -> Iterator[None]:
    """Run ingest in a process; what is sent before it listens comes again only after seconds."""
    with program(url, port, log):
        eventually(lambda: "subscribed at the broker" in log.read_text())
        yield


@contextmanager
def counting(folder: Path, port: int, begin: datetime) -> Iterator[None]:
    """Let a counter count the quarter from `begin`, and stay connected."""
    stop = Event()
    source = Input(Passers(begin, stop), None)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(count, device_file(folder, port, SITE), source, SystemClock(), stop, "0.1.0")
        try:
            yield
        finally:
            stop.set()
            running.result(PATIENCE_S)


def counted(database: Database, quarters: int) -> Callable[[], bool]:
    """Tell whether so many quarters, and what passed in them, are stored to the last minute."""
    query = "select count(*), sum(forward) from platspuls.line_flow where observed_ms = 60000"
    return lambda: rows(database, query) == [(quarters * 15, quarters * 8)]


def state(database: Database) -> Sequence[object]:
    weather = [
        f"select * from platspuls.{table} order by 1, 2, 3"  # noqa: S608 - names of our schema
        for table in ("weather", "weather_import", "weather_replaced")
    ]
    return [rows(database, query) for query in (FACTS, QUARTERS, *weather)]


def written(database: Database) -> Sequence[list[tuple[object, ...]]]:
    """Return all that people wrote, each kind of log record, its history, and a pseudonym of who did."""
    asked = ("entity, record from reading.log_record", "entity, version, record, valid_to from reading.history")
    authors = rows(database, "select reading.author('key:desk')")
    return [*(sorted(rows(database, f"select {what}"), key=repr) for what in asked), authors]


def test_what_was_counted_after_the_backup_comes_again(
    database: Database, database_url: str, broker: Broker, cluster: Cluster, tmp_path: Path
) -> None:
    """Back up, count another quarter, restore: nothing is missing, because the device fills it again."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with ingesting(database_url, broker.port_v5, tmp_path / "before"):
        with counting(tmp_path, broker.port_v5, now - timedelta(hours=8)):
            eventually(counted(database, 1))
        for value in (1.5, -2):
            source = WeatherSource("smhi.csv", "cli:test")
            import_weather(database, SITE, Measure.TEMPERATURE, [WeatherValue(now, value)], source)
        then = state(database)
        assert all(then), "something of everything"
        made = Path(as_process(database_url, "backup", str(tmp_path / "backups")).split()[-1])
        with counting(tmp_path, broker.port_v5, now - timedelta(hours=6)):
            eventually(counted(database, 2))
        whole = state(database)
    with emptied(cluster) as restored_url:
        assert "The store is as it was" in as_process(restored_url, "restore", str(made))
        with connect(restored_url, application="test", autocommit=True) as restored:
            assert state(restored) == then != whole
            with (
                ingesting(restored_url, broker.port_v5, tmp_path / "after"),
                counting(tmp_path, broker.port_v5, now - timedelta(hours=4)),
            ):
                eventually(counted(restored, 3))
            assert state(restored) == whole
            assert_recount_agrees(restored)


def test_a_backup_holds_the_files_and_tells_when_it_is_damaged(
    database: Database, database_url: str, cluster: Cluster, tmp_path: Path
) -> None:
    secrets = tmp_path / "installation"
    secrets.mkdir()
    (secrets / "ca.key").write_text("secret")
    apply(database, loaded(secrets, example()))
    for entity in GIVEN:
        made(database, entity)
    log = written(database)
    assert {record[0] for record in log[0]} == {kind.entity for kind in KINDS}
    first = backed_up(
        database_url, tmp_path / "backups", "--files", str(secrets), "--files", str(tmp_path / "site.toml")
    )
    assert oct(first.stat().st_mode & 0o777) == "0o700"
    assert {oct(path.stat().st_mode & 0o777) for path in first.iterdir()} == {"0o600"}
    with emptied(cluster) as url:
        done(url, "restore", str(first), "--files-to", str(tmp_path / "back"))
        with connect(url, application="test", autocommit=True) as restored:
            assert written(restored) == log
    assert (tmp_path / "back" / "installation" / "ca.key").read_text() == "secret"
    assert (tmp_path / "back" / "site.toml").read_text() == _SITE
    again = platspuls(database_url, "restore", str(first), "--files-to", str(tmp_path / "back"))
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    with (first / "store.dump").open("ab") as dump:
        dump.write(b"x")
    damaged = platspuls(database_url, "restore", str(first), "--force")
    assert (damaged.exit_code, "the backup is damaged" in damaged.output) == (1, True)
    assert rows(database, "select key from platspuls.site order by key") == [(SITE,), ("haninge-entre",)]


def test_a_store_is_only_taken_away_when_told_so_and_never_under_a_program(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    made = backed_up(database_url, tmp_path / "backups")
    database.execute("update platspuls.site set name_en = 'changed since'")
    database.execute("create table platspuls.of_a_newer_version (site_id integer references platspuls.site)")
    database.execute("insert into public.platspuls_migration (number, name, sha256) values (9999, 'newer', '')")
    refused = platspuls(database_url, "restore", str(made))
    assert (refused.exit_code, "holds a store already" in refused.output) == (1, True)
    with connect(database_url, application="platspuls ingest"):
        refused = platspuls(database_url, "restore", str(made), "--force")
        assert (refused.exit_code, "platspuls ingest is connected" in refused.output) == (1, True)
    done(database_url, "restore", str(made), "--force")
    assert rows(database, "select name_en from platspuls.site") == [("Place",)]
    assert rows(database, "select to_regclass('platspuls.of_a_newer_version')::text") == [(None,)]


def test_what_this_version_or_server_cannot_hold_is_refused(
    database_url: str, cluster: Cluster, tmp_path: Path
) -> None:
    made = backed_up(database_url, tmp_path / "backups")
    manifest = made / "manifest.json"
    content = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(content | {"schema": content["schema"] | {"9999": "0" * 64}}))
    with emptied(cluster) as url:
        refused = platspuls(url, "restore", str(made))
        assert (refused.exit_code, "the backup is newer: its schema is 9999" in refused.output) == (1, True)
        manifest.write_text(json.dumps(content | {"server": 990_001}))
        refused = platspuls(url, "restore", str(made))
        assert (refused.exit_code, "the backup is of PostgreSQL 99" in refused.output) == (1, True)
        manifest.write_text(json.dumps(content | {"timescale": "1.2.3"}))
        refused = platspuls(url, "restore", str(made))
        assert (refused.exit_code, "the backup needs TimescaleDB 1.2.3" in refused.output) == (1, True)
        manifest.write_text(json.dumps(content))
        done(url, "restore", str(made))
        with connect(url, application="test", autocommit=True) as restored:
            assert rows(restored, "select count(*) from public.platspuls_migration") == [(len(migrations()),)]


def test_a_backup_of_an_older_version_is_brought_up(
    empty_database_url: str, database_url: str, cluster: Cluster, tmp_path: Path
) -> None:
    with (
        connect(empty_database_url, application="test", autocommit=True) as old,
        connect(database_url, application="test", autocommit=True) as new,
    ):
        released = make_released_schema(old)
        store_a_run(new)
        copy_into_older(new, old)
        kept = dump(old)
    made = backed_up(empty_database_url, tmp_path / "backups")
    with emptied(cluster) as url:
        assert done(url, "restore", str(made)).count("ran 00") == len(migrations()) - released
        with connect(url, application="test", autocommit=True) as restored:
            assert dump(restored) == kept
            check_version(restored)


def test_only_the_newest_are_kept(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    for name in ("platspuls-20250101T000000Z", "platspuls-20250102T000000Z", "something-else"):
        (folder / name).mkdir(parents=True)
        (folder / name / "manifest.json").write_text("{}")
    newest = backed_up(database_url, folder, "--keep", "2")
    assert {path.name for path in folder.iterdir()} == {newest.name, "platspuls-20250102T000000Z", "something-else"}
    inside = platspuls(database_url, "backup", str(folder / "inner"), "--files", str(folder))
    assert (inside.exit_code, "each backup would hold those before it" in inside.output) == (1, True)
