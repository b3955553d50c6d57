"""Ingest that ends by a fault or is killed, as a real process: what it was storing comes again, and stops nothing."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core import wire
from platspuls.embedded.broker import Broker
from store.database import Database, connect
from tests.chain import ingest_runs
from tests.chain.ingest_runs import CUT, HELD_LOCK, WAITING, known, program, status, stored_seqs
from tests.chain.sender import sender
from tests.support.small_site import ZONES, assert_recount_agrees, flow, plant_a_fault, rows
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

site, database = ingest_runs.site, ingest_runs.database
IN_QUARANTINE = "select seq from platspuls.quarantined where state = 'waiting'"
CONNECTED = (
    "select 1 from pg_stat_activity where application_name = 'platspuls ingest' and datname = current_database()"
)


def test_a_replica_that_is_killed_for_good_takes_nothing_with_it(
    database: Database, database_url: str, broker: Broker, site: str, tmp_path: Path
) -> None:
    records = [flow(seq, seq, zones=ZONES) for seq in range(1, 401)]
    with (
        ThreadPoolExecutor(1) as pool,
        sender(site, "cam", broker.port_v5) as device,
        program(database_url, broker.port_v5, tmp_path / "one", share=site, batch_facts=40) as doomed,
        program(database_url, broker.port_v5, tmp_path / "other", share=site, batch_facts=40),
    ):
        for log in (tmp_path / "one", tmp_path / "other"):
            eventually(lambda log=log: "subscribed at the broker" in log.read_text())
        delivery = pool.submit(device.deliver, records, 90)
        eventually(lambda: stored_seqs(database) > 0)
        doomed.kill()
        delivery.result(90)
    assert rows(database, "select stored::text from platspuls.delivery") == [("{[1,401)}",)]
    assert rows(database, "select count(*) from platspuls.line_flow") == [(800,)]
    assert rows(database, "select count(*) from platspuls.conflict") == [(0,)]
    assert_recount_agrees(database)


def test_a_record_that_ends_the_program_ends_it_once(
    database: Database, database_url: str, broker: Broker, site: str, tmp_path: Path
) -> None:
    plant_a_fault(database)
    records = [flow(seq, seq, zones=ZONES, count=666 if seq == 30 else 1) for seq in range(1, 61)]
    log, good = tmp_path / "log", [record for record in records if record.seq != 30]
    with sender(site, "cam", broker.port_v5) as device:
        with program(database_url, broker.port_v5, log) as process:
            eventually(lambda: "subscribed at the broker" in log.read_text())
            device.send(records)
            assert process.wait(PATIENCE_S) == 70
        with program(database_url, broker.port_v5, log) as process:
            eventually(lambda: log.read_text().count("subscribed at the broker") == 2)
            device.send(records)
            device.deliver(good, 90)
            eventually(lambda: rows(database, IN_QUARANTINE) == [(30,)])
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
    assert rows(database, "select stored::text, rejected::text from platspuls.delivery") == [("{[1,30),[31,61)}", "{}")]
    assert rows(database, "select count(*) from platspuls.suspect") == [(0,)]
    assert log.read_text().count("quarantined") == 1
    assert_recount_agrees(database)


def test_a_record_that_kills_the_program_is_put_away_in_the_end(
    database: Database, database_url: str, broker: Broker, site: str, tmp_path: Path
) -> None:
    deadly, good = [flow(1, 1)], [flow(seq, seq) for seq in range(2, 12)]
    log = tmp_path / "log"
    with sender(site, "cam", broker.port_v5) as device:
        for _ in range(3):  # nothing is known of the first
            database.execute("delete from platspuls.device_status")
            with program(database_url, broker.port_v5, log) as process:
                eventually(lambda: bool(device.publish(wire.Kind.STATUS, status())) or known(database, site)())
                with connect(database_url, application="blocker") as blocker:
                    blocker.execute(HELD_LOCK)
                    device.send(deadly)
                    eventually(lambda: bool(rows(database, WAITING)))
                    process.kill()
                    process.wait()
                    rows(database, CUT)
            eventually(lambda: not rows(database, CONNECTED))
        with program(database_url, broker.port_v5, log) as process:
            device.deliver(good)
            device.send(deadly)
            eventually(lambda: rows(database, IN_QUARANTINE) == [(1,)])
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
    assert rows(database, "select stored::text, rejected::text from platspuls.delivery") == [("{[2,12)}", "{}")]
    assert rows(database, "select count(*) from platspuls.ingest_run") == [(0,)]
