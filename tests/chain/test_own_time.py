"""What is old when it arrives, over a real broker: retained, late, of a wrong clock, or the broker's own last will."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from core import wire
from platspuls.embedded.broker import Broker
from store.database import Database
from tests.api.serving import serving as api
from tests.chain import ingest_runs
from tests.chain.ingest_runs import ingesting, known
from tests.chain.sender import Sender, sender
from tests.support.small_site import EPOCH, rows
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

site, database = ingest_runs.site, ingest_runs.database
HOUR = timedelta(hours=1)


def now() -> datetime:
    at = datetime.now(UTC).replace(microsecond=0)
    return at - timedelta(seconds=at.second % 5)


def status(at: datetime, *, online: bool = True) -> bytes:
    return wire.encode(wire.Status(online=online, at=at, epoch=EPOCH, made=7, outbox_records=0, minor=1))


def tick(at: datetime, people: int) -> bytes:
    return wire.encode(wire.Live(at, [], [wire.LiveZone("stage", people, 0, 60)], minor=1))


class Answers:
    """What the API says of the device."""

    def __init__(self, client: httpx.Client, site: str) -> None:
        self._client = client
        self._site = site

    def state(self) -> tuple[str, bool | None, bool]:
        """Return its state, whether it is online, and whether it was heard within the last five minutes."""
        [device] = [one for one in self._get("health")["devices"] if one["device"] == "cam"]
        return device["state"], device["online"], device["age_s"] is not None and device["age_s"] < 300

    def zone(self) -> tuple[int, bool, bool] | None:
        """Return the people in its zone, whether that is of now by its age, and whether its clock is off."""
        snapshot = self._get("live")
        for zone in snapshot["zones"]:
            age = datetime.fromisoformat(snapshot["at"]) - datetime.fromisoformat(zone["as_of"])
            return zone["occupancy"], age <= timedelta(seconds=20), zone["clock_off"]
        return None

    def _get(self, what: str) -> Any:  # noqa: ANN401 - what JSON holds is anything
        return self._client.get(f"/api/v1/sites/{self._site}/{what}").raise_for_status().json()


@pytest.fixture
def device(broker: Broker, site: str) -> Iterator[Sender]:
    with sender(site, "cam", broker.port_v5) as device:
        yield device


def test_an_hour_old_tick_and_status_are_an_hour_old(
    database: Database, database_url: str, broker: Broker, site: str, device: Sender
) -> None:
    with ingesting(database_url, broker.port_v5), api(database_url) as client:
        answers = Answers(client, site)
        eventually(lambda: bool(device.publish(wire.Kind.STATUS, status(now()))) or known(database, site)())
        eventually(lambda: answers.state() == ("online", True, True))
        device.publish(wire.Kind.LIVE, tick(now() - HOUR, 9), 0)
        eventually(lambda: answers.zone() == (9, False, True))
        burst = [now() - timedelta(seconds=age) for age in (1800, 600, 0, 300)]
        for number, at in enumerate(burst):
            device.publish(wire.Kind.LIVE, tick(at, number), 0)
        eventually(lambda: answers.zone() == (2, True, False))
        database.execute(b"delete from platspuls.device_status")
        device.publish(wire.Kind.STATUS, status(now() - HOUR))
        eventually(lambda: answers.state() == ("clock_off", None, False))
        page = client.get(f"/sites/{site}", params={"lang": "en"}).text
        assert "60 min behind the server, or late" in page
        device.publish(wire.Kind.STATUS, status(now() + HOUR))
        eventually(lambda: answers.state() == ("clock_off", None, True))
        device.publish(wire.Kind.STATUS, status(now()))
        eventually(lambda: answers.state() == ("online", True, True))


def test_the_brokers_copy_and_its_last_will_show_no_life(
    database: Database, database_url: str, broker: Broker, site: str, device: Sender
) -> None:
    """A counter said that it was online an hour ago; it hung, and the broker publishes the will of its connection."""
    topic = device.topic(wire.Kind.STATUS)
    device.client.publish(topic, status(now() - HOUR), 1, retain=True).wait_for_publish(PATIENCE_S)
    with ingesting(database_url, broker.port_v5), api(database_url) as client:
        answers = Answers(client, site)
        eventually(known(database, site))
        eventually(lambda: answers.state() == ("silent", False, False))
        hung = paho.Client(CallbackAPIVersion.VERSION2, "hung", protocol=MQTTProtocolVersion.MQTTv5)
        will = wire.encode(wire.Status(online=False, at=now() - 2 * HOUR, epoch=EPOCH))
        hung.will_set(topic, will, 1, retain=True)
        hung.connect("127.0.0.1", broker.port_v5)
        hung.loop_start()
        eventually(hung.is_connected)
        hung.loop_stop()
        hung.socket().close()
        eventually(lambda: answers.state() == ("offline", False, False))
        kept = "select made, now() - received_at < interval '1 minute' from platspuls.device_status"
        assert rows(database, kept) == [(7, True)]
    device.client.publish(topic, b"", 1, retain=True).wait_for_publish(PATIENCE_S)
