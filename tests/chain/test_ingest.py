"""Ingest between a real broker and a real database, with its own handling of packets and with paho's."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from api.web.i18n import texts
from core import wire
from core.texts.catalog import Language
from platspuls.embedded.broker import Broker
from store.database import Database, connect
from tests.api.serving import serving as api
from tests.chain import ingest_runs
from tests.chain.ingest_runs import CUT, HELD_LOCK, WAITING, ingesting, known, status, stored_seqs
from tests.chain.sender import sender
from tests.chain.wiretap import wiretap
from tests.support.small_site import (
    ARRIVED,
    EPOCH,
    ZONES,
    assert_recount_agrees,
    flow,
    payload,
    rows,
)
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

site, database = ingest_runs.site, ingest_runs.database

both_packets = pytest.mark.parametrize("packets", ["fast", "paho"])
"""Ingest's own handling of packets and paho's: what holds of one holds of the other."""


@both_packets
@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_records_become_facts_and_receipts(  # noqa: PLR0913, PLR0917 - fixtures
    database: Database, database_url: str, broker: Broker, site: str, version: str, packets: str
) -> None:
    port = broker.port_v5 if version == "5" else broker.port_v311
    records = [flow(seq, seq, zones=ZONES) for seq in range(1, 101)]
    with (
        sender(site, "cam", broker.port_v5) as device,
        ingesting(database_url, port, mqtt_version=version, mqtt_packets=packets),
    ):
        device.deliver(records)
        assert device.settled.pairs == ((1, 100),)
    assert stored_seqs(database) == 100
    assert_recount_agrees(database)


@both_packets
def test_live_and_status_arrive(database: Database, database_url: str, broker: Broker, site: str, packets: str) -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    at -= timedelta(seconds=at.second % wire.LIVE_TICK_S)
    with (
        sender(site, "cam", broker.port_v5) as device,
        ingesting(database_url, broker.port_v5, mqtt_packets=packets),
    ):
        eventually(lambda: bool(device.publish(wire.Kind.STATUS, status())) or known(database, site)())
        line = wire.LiveLine("north", at.replace(second=0), 4, 2)
        live = wire.encode(wire.Live(at, [line], [wire.LiveZone("stage", 3, 1, 60)]))
        device.publish(wire.Kind.LIVE, b'{"at":"never"}', 0)
        device.publish(wire.Kind.LIVE, live, 0)
        query = "select forward, occupancy from platspuls.live_line, platspuls.live_zone"
        eventually(lambda: rows(database, query) == [(4, 3)])
    assert rows(database, "select count(*) from platspuls.reject") == [(0,)]


def test_a_device_that_does_not_know_its_clock_says_so_to_everyone(
    database: Database, database_url: str, broker: Broker, site: str
) -> None:
    """Its status has no time; ingest takes it, and the reading contract, the API and the page pass it on."""
    unknown = wire.Status(online=True, epoch=EPOCH, made=2, outbox_records=2, clock_known=False, frame_rate=9.5)
    health = (
        "select online, at, clock_known, made, outbox_records, age_s < 60 from reading.device_health "
        "where device = 'cam'"
    )
    with (
        sender(site, "cam", broker.port_v5) as device,
        ingesting(database_url, broker.port_v5),
        api(database_url) as client,
    ):
        publish = partial(device.publish, wire.Kind.STATUS)
        eventually(lambda: bool(publish(wire.encode(unknown))) or known(database, site)())
        assert rows(database, health) == [(True, None, False, 2, 2, True)]
        found = {each["device"]: each for each in client.get(f"/api/v1/sites/{site}/health").json()["devices"]}
        assert (found["cam"]["online"], found["cam"]["clock_known"], found["cam"]["outbox_records"]) == (True, False, 2)
        assert found["other"]["clock_known"] is None
        for language in Language:
            page = client.get(f"/sites/{site}", params={"lang": language})
            assert page.status_code == 200
            text = texts(language).gettext("not checked by itself")
            assert f'<dd data-field="clock">{text}</dd>' in page.text
        publish(wire.encode(wire.Status(online=False, epoch=EPOCH)))
        eventually(lambda: rows(database, health)[0][:2] == (False, None))
        publish(wire.encode(wire.Status(online=True, at=ARRIVED, epoch=EPOCH, clock_known=True)))
        eventually(lambda: rows(database, health)[0][:3] == (True, ARRIVED, True))
    assert rows(database, "select count(*) from platspuls.reject") == [(0,)]


@both_packets
def test_the_retained_status_is_there_after_a_start(
    database: Database, database_url: str, broker: Broker, site: str, packets: str
) -> None:
    with sender(site, "cam", broker.port_v5) as device:
        topic = str(wire.Topic(site, "cam", wire.Kind.STATUS))
        device.client.publish(topic, status(online=False), 1, retain=True).wait_for_publish(PATIENCE_S)
        with ingesting(database_url, broker.port_v5, mqtt_packets=packets):
            eventually(known(database, site))
        device.client.publish(topic, b"", 1, retain=True).wait_for_publish(PATIENCE_S)
    assert rows(database, "select online from platspuls.device_status") == [(False,)]


@both_packets
def test_nothing_is_acknowledged_or_receipted_before_the_commit(
    database: Database, database_url: str, broker: Broker, site: str, packets: str
) -> None:
    with (
        wiretap(broker.port_v5) as tap,
        sender(site, "cam", broker.port_v5) as device,
        connect(database_url, application="blocker") as blocker,
        ingesting(database_url, tap.port, mqtt_packets=packets),
    ):
        eventually(lambda: bool(device.publish(wire.Kind.STATUS, status())) or known(database, site)())
        blocker.execute(HELD_LOCK)
        device.send([flow(seq, seq) for seq in range(1, 21)], size=1)
        eventually(lambda: bool(rows(database, WAITING)))
        [line] = tap.lines
        eventually(lambda: len(line.records()) == 20)
        assert rows(database, "select count(*) from platspuls.delivery") == [(0,)]
        assert device.receipts == 0
        assert not any(delivery.is_acknowledged for delivery in line.records())
        blocker.commit()
        eventually(lambda: device.settled.pairs == ((1, 20),))
        eventually(line.is_all_acknowledged)


@both_packets
def test_a_packet_id_of_an_earlier_connection_is_never_acknowledged(
    database: Database, database_url: str, broker: Broker, site: str, packets: str
) -> None:
    with (
        wiretap(broker.port_v5) as tap,
        sender(site, "cam", broker.port_v5) as device,
        connect(database_url, application="blocker") as blocker,
        ingesting(database_url, tap.port, mqtt_packets=packets),
    ):
        eventually(lambda: bool(device.publish(wire.Kind.STATUS, status())) or known(database, site)())
        blocker.execute(HELD_LOCK)
        device.send([flow(seq, seq) for seq in range(1, 4)], size=1)
        eventually(lambda: bool(rows(database, WAITING)))
        [first] = tap.lines
        first.cut()
        eventually(lambda: len(tap.lines) > 1)
        blocker.commit()
        device.deliver([flow(seq, seq) for seq in range(1, 11)])
        assert stored_seqs(database) == 10
        assert not any(delivery.is_acknowledged for delivery in first.records())
        eventually(lambda: len(tap.lines[-1].delivered) > 0)
        eventually(lambda: all(line.is_all_acknowledged() for line in tap.lines[1:]))


@both_packets
def test_the_database_goes_away_in_the_middle(
    database: Database, database_url: str, broker: Broker, site: str, packets: str
) -> None:
    """Cut off while it stores, and then at any moment once something more is stored: a slow machine gets on too."""
    records = [flow(seq, seq, zones=ZONES) for seq in range(1, 301)]
    done = threading.Event()

    def cut_again_and_again() -> None:
        before = -1
        while not done.wait(0.15):
            if (now := stored_seqs(database)) > before:
                before = now
                database.execute(CUT)

    with (
        ThreadPoolExecutor(1) as pool,
        sender(site, "cam", broker.port_v5) as device,
        connect(database_url, application="blocker") as blocker,
        ingesting(database_url, broker.port_v5, batch_facts=50, mqtt_packets=packets),
    ):
        eventually(lambda: bool(device.publish(wire.Kind.STATUS, status())) or known(database, site)())
        for at in range(0, 50, 10):
            blocker.execute(HELD_LOCK)
            device.send(records[at : at + 10])
            eventually(lambda: bool(rows(database, WAITING)))
            assert rows(database, CUT) == [(True,)]
            blocker.commit()
            device.deliver(records[: at + 10], again_s=0.5)
        cutting = pool.submit(cut_again_and_again)
        try:
            device.deliver(records, again_s=0.5)
        finally:
            done.set()
        cutting.result(PATIENCE_S)
    assert stored_seqs(database) == 300
    assert_recount_agrees(database)


def test_a_batch_of_nothing_but_what_the_server_fails_at_stops_no_other(
    database: Database, database_url: str, broker: Broker, site: str
) -> None:
    """It comes alone, as on a quiet evening; others that come meanwhile are stored, and it is put away."""
    database.execute(
        b"create function platspuls.broken() returns trigger language plpgsql as "
        b"$$ begin raise exception 'could not read block 7' using errcode = 'XX001'; end $$"
    )
    database.execute(
        b"create trigger broken before insert on platspuls.line_flow for each row when (new.forward = 666) "
        b"execute function platspuls.broken()"
    )
    with (
        sender(site, "cam", broker.port_v5) as device,
        sender(site, "other", broker.port_v5) as other,
        ingesting(database_url, broker.port_v5) as service,
    ):
        eventually(lambda: bool(device.publish(wire.Kind.STATUS, status())) or known(database, site)())
        device.send([flow(1, 1, count=666)])
        eventually(service._store.server_fails)  # noqa: SLF001 - the moment that matters
        other.deliver([flow(1, 100)])
        eventually(lambda: rows(database, "select seq from platspuls.quarantined") == [(1,)])
        device.deliver([flow(2, 2)])
    assert stored_seqs(database) == 2


@both_packets
def test_two_replicas_divide_the_records(
    database: Database, database_url: str, broker: Broker, site: str, packets: str
) -> None:
    records = {
        name: [flow(seq, offset + seq, zones=ZONES) for seq in range(1, 151)]
        for name, offset in (("cam", 0), ("other", 200))
    }
    with ExitStack() as stack:
        devices = {name: stack.enter_context(sender(site, name, broker.port_v5)) for name in records}
        for _ in range(2):
            stack.enter_context(ingesting(database_url, broker.port_v5, share=site, mqtt_packets=packets))
        for name, device in devices.items():
            device.deliver(records[name], again_s=3)
    assert rows(database, "select stored::text from platspuls.delivery") == [("{[1,151)}",)] * 2
    assert rows(database, "select count(*) from platspuls.line_flow") == [(600,)]
    assert rows(database, "select count(*) from platspuls.conflict") == [(0,)]
    assert_recount_agrees(database)


@both_packets
def test_hostile_messages_leave_only_a_trace(
    database: Database, database_url: str, broker: Broker, site: str, packets: str
) -> None:
    good = flow(1, 0)
    with (
        sender(site, "cam", broker.port_v5) as device,
        ingesting(database_url, broker.port_v5, mqtt_packets=packets),
    ):
        eventually(lambda: bool(device.publish(wire.Kind.STATUS, status())) or known(database, site)())
        device.publish(wire.Kind.RECORDS, payload([good]).replace(b"{", b'{"face":"anna",', 1))
        device.publish(wire.Kind.RECORDS, b"anna" * 100)
        device.publish(wire.Kind.RECORDS, b'{"face":"' + b"anna" * 16_500 + b'"}')
        device.publish(wire.Kind.STATUS, b'{"name":"anna"}')
        device.deliver([good])
    assert rows(database, "select code from platspuls.reject order by 1") == [
        ("invalid",),
        ("size",),
        ("unknown_field",),
        ("unknown_field",),
    ]
    tables = rows(
        database, "select format('%%I.%%I', schemaname, tablename) from pg_tables where schemaname = 'platspuls'"
    )
    for (table,) in tables:
        kept = rows(database, f"select t::text from {table} as t where t::text ~ 'anna|616e6e61'")  # noqa: S608 - ours
        assert kept == [], table
