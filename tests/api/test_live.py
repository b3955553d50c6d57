"""The live stream: at once, at each change, again after silence; one poller for all; a bounded number of listeners."""

import asyncio
import json
import threading
from collections.abc import Iterator
from queue import Queue
from typing import Any

import httpx
import pytest

from api.database.reading import Database as ReadDatabase
from api.database.reading import DatabaseLimits
from api.live import LiveFeeds
from store.database import Database, connect
from tests.api.serving import TIMEOUT_S, serving
from tests.store.reading.place import Place
from tests.support.waiting import eventually

pytestmark = pytest.mark.chain

LIMITS = DatabaseLimits(connections=2, wait_s=5, statement_timeout_s=5, export_timeout_s=5, work_mem_mb=4)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        place = Place(database, "tunnel", "Europe/Stockholm")
        place.space("hall")
        place.zone("bench", "hall", [(None, None)])
        database.execute(
            b"insert into platspuls.device (site_id, key, name_sv, name_en) "
            b"select site_id, 'cam', 'K', 'C' from platspuls.site"
        )
        yield database


def sit(database: Database, people: int) -> None:
    database.execute(
        b"insert into platspuls.live_zone (zone_id, device_id, at, occupancy, staying, stay_s) "
        b"select zone_id, device_id, now(), %s, 0, 60 from platspuls.zone, platspuls.device "
        b"on conflict (zone_id) do update set at = excluded.at, occupancy = excluded.occupancy",
        (people,),
    )


def listen(client: httpx.Client, heard: "Queue[dict[str, Any]]", enough: threading.Event) -> None:
    with client.stream("GET", "/api/v1/sites/tunnel/live/stream") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("data:"):
                heard.put(json.loads(line.removeprefix("data:")))
            if enough.is_set():
                return


def test_an_event_comes_at_once_and_after_each_change(database_url: str, database: Database) -> None:
    heard: Queue[dict[str, Any]] = Queue()
    enough = threading.Event()
    with serving(database_url, live_poll_s=0.05, live_heartbeat_s=0.2) as client:
        thread = threading.Thread(target=listen, args=(client, heard, enough))
        thread.start()
        try:
            assert heard.get(timeout=TIMEOUT_S)["zones"] == []
            for people in (3, 4):
                sit(database, people)
                eventually(lambda: [zone["occupancy"] for zone in heard.get(timeout=TIMEOUT_S)["zones"]] == [people])  # noqa: B023 - awaited here
            first, second = heard.get(timeout=TIMEOUT_S), heard.get(timeout=TIMEOUT_S)
            assert first["at"] < second["at"]
            assert first["zones"] == second["zones"]
            assert client.get("/api/v1/sites/tunnel/live").json()["zones"] == first["zones"]
        finally:
            enough.set()
            thread.join(TIMEOUT_S)


def test_one_listener_too_many_is_refused(database_url: str, database: Database) -> None:
    assert not database.closed
    with serving(database_url, live_clients=1) as client:
        with client.stream("GET", "/api/v1/sites/tunnel/live/stream") as first:
            assert first.status_code == 200
            refused = client.get("/api/v1/sites/tunnel/live/stream")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "30")
            assert "1 live streams are open" in refused.json()["detail"]
        eventually(lambda: _opens(client))


def _opens(client: httpx.Client) -> bool:
    with client.stream("GET", "/api/v1/sites/tunnel/live/stream") as answer:
        return answer.status_code == 200


def test_all_who_follow_a_site_share_one_poller_and_the_last_one_ends_it(database_url: str, database: Database) -> None:
    assert not database.closed
    asyncio.run(_share(database_url))


async def _share(database_url: str) -> None:
    reading = ReadDatabase(database_url, LIMITS)
    async with reading, LiveFeeds(reading, poll_s=0.01, heartbeat_s=0.02, clients=9) as feeds:
        followers = [feeds.follow("tunnel") for _ in range(5)]
        for follower in followers:
            await anext(follower)
        assert _pollers() == 1
        for follower in followers:
            await anext(follower)
            await follower.aclose()
        async with asyncio.timeout(TIMEOUT_S):
            while _pollers():  # noqa: ASYNC110 - a task that ends sets no event
                await asyncio.sleep(0)


def _pollers() -> int:
    return sum(task.get_name() == "live tunnel" for task in asyncio.all_tasks())


def test_the_end_of_the_program_ends_the_streams(database_url: str, database: Database) -> None:
    assert not database.closed
    asyncio.run(_end(database_url))


async def _end(database_url: str) -> None:
    reading = ReadDatabase(database_url, LIMITS)
    async with reading:
        async with LiveFeeds(reading, poll_s=0.01, heartbeat_s=60, clients=9) as feeds:
            follower = feeds.follow("tunnel")
            await anext(follower)
            await anext(follower)
        assert [snapshot async for snapshot in follower] == []
