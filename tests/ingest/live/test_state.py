"""Live ticks and status: only the newest counts."""

from datetime import datetime, timedelta

import pytest

from core import wire
from ingest.live.state import LatestStates
from ingest.messages import LiveMessage, StatusMessage
from ingest.reconnecting_store import store_handle
from store.database import Database, connect
from tests.support.small_site import ARRIVED, DEVICE, SITE, assign, begun, make_site, rows

pytestmark = pytest.mark.chain


def live(seconds: int, forward: int, device: str = DEVICE, site: str = SITE) -> LiveMessage:
    at = ARRIVED + timedelta(seconds=seconds)
    start = at.replace(second=0)
    tick = wire.Live(
        at, [wire.LiveLine("north", start, forward, 0)], [wire.LiveZone("stage", forward, min(1, forward), 60)]
    )
    return LiveMessage(wire.Topic(site, device, wire.Kind.LIVE), tick, max(at, ARRIVED))


def status(seconds: int, heard: datetime = ARRIVED, *, online: bool = True, retained: bool = False) -> StatusMessage:
    topic = wire.Topic(SITE, DEVICE, wire.Kind.STATUS)
    found = wire.Status(online=online, at=ARRIVED + timedelta(seconds=seconds), frame_rate=9.5, made=7)
    return StatusMessage(topic, found, heard, retained)


def post(database_url: str, *messages: LiveMessage | StatusMessage) -> LatestStates:
    states = LatestStates()
    for message in messages:
        states.note(message)
    with connect(database_url, application="test", autocommit=True) as database:
        store_handle(database, begun(database)).live.write(states)
    assert not states
    return states


LINE = "select forward from platspuls.live_line"


def test_a_tick_counts_only_when_it_is_newer(database: Database, database_url: str) -> None:
    post(database_url, live(10, 1), live(20, 2))
    assert rows(database, LINE) == [(2,)]
    for seconds, forward, expected in ((15, 9, 2), (20, 9, 2), (25, 3, 3)):
        post(database_url, live(seconds, forward))
        assert rows(database, LINE) == [(expected,)]
    assert rows(database, "select occupancy, staying, stay_s from platspuls.live_zone") == [(3, 1, 60)]


def test_of_two_devices_at_one_line_the_newest_tick_counts(database: Database, database_url: str) -> None:
    make_site(database, "two", ["a", "b"])
    post(database_url, live(20, 2, "a", "two"), live(15, 1, "b", "two"))
    assert rows(database, LINE) == [(2,)]


def test_ticks_of_strangers_and_of_wrong_clocks_are_left_out(database: Database, database_url: str) -> None:
    ahead = LiveMessage(live(0, 0).topic, live(300, 5).live, ARRIVED)
    states = post(database_url, live(0, 1, "stranger"), ahead)
    assert states.take_ignored() == 2
    assign(database, "{}")
    post(database_url, live(0, 1))
    assert rows(database, LINE) == []


def test_the_status_heard_last_counts_also_a_will_of_an_older_time(database: Database, database_url: str) -> None:
    query = "select online, frame_rate, received_at from platspuls.device_status"
    post(database_url, status(60))
    later = ARRIVED + timedelta(seconds=90)
    post(database_url, status(0, later, online=False))
    assert rows(database, query) == [(False, 9.5, later)]
    post(database_url, status(60, ARRIVED))
    assert rows(database, query)[0][0] is False


def test_the_brokers_copy_of_a_known_status_is_no_sign_of_life(database: Database, database_url: str) -> None:
    later = ARRIVED + timedelta(hours=1)
    post(database_url, status(60))
    post(database_url, status(60, later, retained=True))
    assert rows(database, "select received_at from platspuls.device_status") == [(ARRIVED,)]
    post(database_url, status(90, later, retained=True))
    assert rows(database, "select received_at from platspuls.device_status") == [(later,)]
