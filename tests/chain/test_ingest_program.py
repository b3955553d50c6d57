"""The ingest program itself: killed, asked to end, wrongly set up."""

import os
import random
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core import wire
from platspuls.embedded.broker import Broker
from store.database import Database, connect
from tests.chain import ingest_runs
from tests.chain.ingest_runs import HELD_LOCK, WAITING, known, program, status, stored_seqs
from tests.chain.sender import sender
from tests.chain.wiretap import wiretap
from tests.support.small_site import (
    ZONES,
    assert_recount_agrees,
    flow,
    rows,
)
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

site, database = ingest_runs.site, ingest_runs.database


def test_killed_under_load_everything_is_stored_once(
    database: Database, database_url: str, broker: Broker, site: str, tmp_path: Path
) -> None:
    rng = random.Random(5)
    records = [flow(seq, seq, zones=ZONES) for seq in range(1, 1201)]
    with ThreadPoolExecutor(1) as pool, sender(site, "cam", broker.port_v5) as device:
        delivery = pool.submit(device.deliver, records, 90)
        for kill in range(4):
            with program(database_url, broker.port_v5, tmp_path / "log", batch_facts=40) as process:
                goal = stored_seqs(database) + 1
                eventually(lambda goal=goal: stored_seqs(database) >= goal or delivery.done())
                if kill < 3:
                    with pytest.raises(subprocess.TimeoutExpired):
                        process.wait(rng.random() / 20)
                    process.send_signal(signal.SIGKILL)
                else:
                    delivery.result(90)
    assert rows(database, "select stored::text from platspuls.delivery") == [("{[1,1201)}",)]
    assert rows(database, "select count(*) from platspuls.line_flow") == [(2400,)]
    assert rows(database, "select count(*) from platspuls.conflict") == [(0,)]
    assert_recount_agrees(database)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_stores_what_has_arrived(  # noqa: PLR0913, PLR0917 - fixtures
    database: Database, database_url: str, broker: Broker, site: str, tmp_path: Path, number: signal.Signals
) -> None:
    with (
        wiretap(broker.port_v5) as tap,
        program(database_url, tap.port, tmp_path / "log") as process,
        sender(site, "cam", broker.port_v5) as device,
        connect(database_url, application="blocker") as blocker,
    ):
        eventually(lambda: bool(device.publish(wire.Kind.STATUS, status())) or known(database, site)())
        blocker.execute(HELD_LOCK)
        device.send([flow(seq, seq) for seq in range(1, 51)])
        eventually(lambda: len(tap.lines[0].records()) == 10)
        eventually(lambda: bool(rows(database, WAITING)))
        process.send_signal(number)
        blocker.commit()
        assert process.wait(PATIENCE_S) == 0
        eventually(lambda: device.settled.pairs == ((1, 50),))
    assert stored_seqs(database) == 50


def run(**environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "platspuls", "ingest", "run"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.returncode, done.stderr


def test_wrong_settings_end_it_with_all_of_them() -> None:
    code, said = run(PLATSPULS_INGEST_MQTT_PORT="0", PLATSPULS_INGEST_SHARE="a b", PLATSPULS_DATABASE_URL="")
    assert code == 2
    assert [line.split(":")[0] for line in said.splitlines()] == [
        "PLATSPULS_DATABASE_URL",
        "PLATSPULS_INGEST_MQTT_PORT",
        "PLATSPULS_INGEST_SHARE",
    ]


def test_a_database_without_the_schema_ends_it_with_what_to_do(empty_database_url: str) -> None:
    code, said = run(PLATSPULS_DATABASE_URL=empty_database_url)
    assert code == 3
    assert said.strip() == (
        "the database isn't ready: the database has no Platspuls schema: run `platspuls db migrate`"
    )


def test_the_schema_is_made_by_a_command(empty_database_url: str) -> None:
    words = [sys.executable, "-m", "platspuls", "db", "migrate", "--database-url", empty_database_url]
    said = [subprocess.run(words, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert said[0].startswith("ran 0001_store.sql\n")
    assert said[1] == "The database has this version's schema.\n"
