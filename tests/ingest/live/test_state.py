"""Live ticks and status: only the newest counts."""

from datetime import UTC, datetime, timedelta

import pytest

from core import wire
from ingest.live.state import LatestStates
from ingest.messages import LiveMessage, StatusMessage
from ingest.reconnecting_store import store_handle
from store.database import Database, connect
from tests.support.small_site import ARRIVED, DEVICE, EPOCH, SITE, assign, begun, make_site, rows

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


def ticked(at: datetime, arrived: datetime, forward: int) -> LiveMessage:
    tick = wire.Live(at, [wire.LiveLine("north", at.replace(second=0), forward, 0)], [])
    return LiveMessage(wire.Topic(SITE, DEVICE, wire.Kind.LIVE), tick, arrived)


def said(at: datetime | None, arrived: datetime, *, online: bool = True, retained: bool = False) -> StatusMessage:
    found = wire.Status(online=online, at=at, epoch=EPOCH, made=7, outbox_records=3) if online else will(at)
    return StatusMessage(wire.Topic(SITE, DEVICE, wire.Kind.STATUS), found, arrived, retained)


def will(at: datetime | None) -> wire.Status:
    return wire.Status(online=False, at=at, epoch=EPOCH)


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


S = timedelta(seconds=1)
HOUR = timedelta(hours=1)
HEALTH = "select state, online, age_s, skew_s from reading.device_health"


def test_an_hour_old_tick_of_a_burst_never_hides_a_newer_one(database: Database, database_url: str) -> None:
    """By their own time, whether they are written together or one after the other, in whatever order they come."""
    now = datetime.now(UTC).replace(microsecond=0)
    at = now.replace(second=now.second - now.second % 5)
    burst = [ticked(at - age * S, now, age) for age in (3600, 0, 1800, 5)]
    for together in (True, False):
        database.execute(b"truncate platspuls.live_line")
        for batch in [burst] if together else [[tick] for tick in burst]:
            post(database_url, *batch)
        assert rows(database, LINE) == [(0,)]


def test_a_late_tick_is_as_old_as_it_says_and_off(database: Database, database_url: str) -> None:
    """Retained, or of a clock an hour behind: it isn't now, however soon it arrived."""
    now = datetime.now(UTC).replace(microsecond=0)
    at = now.replace(second=now.second - now.second % 5)
    post(database_url, ticked(at - HOUR, now, 4))
    [(age_s, clock_off)] = rows(database, "select age_s, clock_off from reading.live_line")
    assert 3600 <= age_s < 3660
    assert clock_off


@pytest.mark.parametrize("ahead_s", [30, 115, 3600, 86_400])
def test_a_clock_that_ran_ahead_and_was_set_right_stops_no_number(
    database: Database, database_url: str, ahead_s: int
) -> None:
    """The newest tick that is known lies in the future: it must not be waited for."""
    post(database_url, ticked(ARRIVED + ahead_s * S, ARRIVED, 1))
    post(database_url, ticked(ARRIVED + 5 * S, ARRIVED + 5 * S, 2))
    assert rows(database, LINE) == [(2,)]
    post(database_url, said(ARRIVED + ahead_s * S, ARRIVED))
    post(database_url, said(ARRIVED + 5 * S, ARRIVED + 5 * S))
    assert rows(database, "select skew_s from platspuls.device_status") == [(0,)]


@pytest.mark.parametrize("back_s", [10, 60, 3600, 86_400])
def test_after_a_clock_was_set_back_the_numbers_go_on(database: Database, database_url: str, back_s: int) -> None:
    post(database_url, ticked(ARRIVED, ARRIVED, 1), said(ARRIVED, ARRIVED))
    for tick in range(1, 8):
        moment = ARRIVED + 5 * tick * S
        post(database_url, ticked(moment - back_s * S, moment, 1 + tick), said(moment - back_s * S, moment))
    assert rows(database, LINE) == [(8,)]
    assert rows(database, "select skew_s from platspuls.device_status") == [(-back_s,)]


def test_a_last_will_is_no_sign_of_life(database: Database, database_url: str) -> None:
    """The broker publishes it when it notices, with the time of the connection. What the device said stays known."""
    now = datetime.now(UTC).replace(microsecond=0)
    heard = now - timedelta(minutes=10)
    post(database_url, said(heard, heard))
    post(database_url, said(now - 24 * HOUR, now, online=False))
    [(state, online, age_s, skew_s)] = rows(database, HEALTH)
    assert (state, online, skew_s) == ("offline", False, 0)
    assert 600 <= age_s < 660
    assert rows(database, "select made, outbox_records, heard_at from platspuls.device_status") == [(7, 3, heard)]


@pytest.mark.parametrize("at", ["known", "ahead", "unknown"])
def test_a_last_will_beside_the_last_status_is_none_either(database: Database, database_url: str, at: str) -> None:
    """Both wait to be written together, as after an outage of the database; also where the device's clock was wrong."""
    now = datetime.now(UTC).replace(microsecond=0)
    heard = now - timedelta(minutes=10)
    time = {"known": heard - HOUR, "ahead": now + HOUR, "unknown": None}[at]
    post(database_url, said(heard, heard), said(time, now, online=False))
    assert rows(database, "select online, heard_at, made from platspuls.device_status") == [(False, heard, 7)]


def test_a_will_of_a_device_that_was_never_heard_says_that_it_connected(database: Database, database_url: str) -> None:
    post(database_url, said(ARRIVED - HOUR, ARRIVED, online=False))
    assert rows(database, "select heard_at from platspuls.device_status") == [(ARRIVED - HOUR,)]


@pytest.mark.parametrize(
    ("behind_s", "retained", "judged"),
    [
        (0, False, ("online", 0)),
        (100, False, ("online", -100)),
        (3600, False, ("clock_off", -3600)),
        (-3600, False, ("clock_off", 3600)),
        (-3600, True, ("clock_off", 3600)),
        (30, True, ("online", None)),
        (3600, True, ("silent", None)),
    ],
)
def test_a_status_is_judged_by_its_own_time(
    database: Database, database_url: str, behind_s: int, retained: bool, judged: tuple[str, int | None]
) -> None:
    """An hour old it isn't now: neither as the broker's copy, nor late, nor of a clock that is wrong."""
    now = datetime.now(UTC).replace(microsecond=0)
    post(database_url, said(now - behind_s * S, now, retained=retained))
    assert rows(database, "select state, skew_s from reading.device_health") == [judged]


def test_a_copy_without_a_time_shows_no_life(database: Database, database_url: str) -> None:
    now = datetime.now(UTC)
    post(database_url, said(None, now, retained=True))
    assert rows(database, HEALTH) == [("never", True, None, None)]
    post(database_url, said(None, now))
    assert rows(database, "select state, skew_s from reading.device_health") == [("online", None)]


def test_who_said_online_and_then_nothing_is_silent(database: Database, database_url: str) -> None:
    """No last will comes where the broker died too."""
    heard = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=4)
    post(database_url, said(heard, heard))
    assert rows(database, "select state from reading.device_health") == [("silent",)]


def test_a_server_whose_clock_ran_ahead_keeps_no_device_from_being_heard(database: Database, database_url: str) -> None:
    """The ratchet on our own side: what arrived tomorrow doesn't stand above all that arrives today."""
    now = datetime.now(UTC).replace(microsecond=0)
    post(database_url, said(now + 24 * HOUR, now + 24 * HOUR))
    post(database_url, said(now, now))
    assert rows(database, "select state, age_s < 60 from reading.device_health") == [("online", True)]


def test_a_counter_that_has_recorded_into_the_future_is_named(database: Database, database_url: str) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for ahead_s, state in ((-60, "online"), (120, "online"), (121, "recorded_ahead"), (86_400, "recorded_ahead")):
        until = now + ahead_s * S
        status = wire.Status(online=True, at=now, epoch=EPOCH, recorded_until=until, minor=1)
        post(database_url, StatusMessage(wire.Topic(SITE, DEVICE, wire.Kind.STATUS), status, now))
        query = "select state, recorded_until, recorded_ahead_s, minor from reading.device_health"
        assert rows(database, query) == [(state, until, max(ahead_s, 0), 1)]
    post(database_url, said(now - HOUR, now, online=False))
    assert rows(database, "select recorded_until, minor from reading.device_health") == [(now + 86_400 * S, 1)]


@pytest.mark.parametrize(("behind_s", "late_s"), [(0, 0), (40, 0), (110, 0), (0, 60), (40, 60), (-100, 0)])
def test_a_clock_that_is_a_little_behind_makes_no_number_older_but_a_late_tick_is_old(
    database: Database, database_url: str, behind_s: int, late_s: int
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    now -= now.second % 5 * S
    post(database_url, said(now - behind_s * S, now), ticked(now - (behind_s + late_s) * S, now, 4))
    [(found,)] = rows(database, "select age_s from reading.live_line")
    assert 0 <= found - late_s < 30
