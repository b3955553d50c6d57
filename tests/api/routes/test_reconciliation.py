"""The proof of delivery over HTTP: the same numbers as in the reading contract."""

from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest

from core import wire
from ingest.batch.writer import BatchWriter
from store.database import connect
from tests.api.serving import serving
from tests.support.small_site import EPOCH, flow, make_site, received

pytestmark = pytest.mark.chain

PATH = "/api/v1/sites/torget/reconciliation"


@pytest.fixture
def client(database_url: str) -> Iterator[httpx.Client]:
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database)
        lost = wire.LostRange(3, 3, "outbox_full")
        BatchWriter(database).store(
            [received(flow(1, 0), flow(2, 1), flow(5, 4), lost=[lost], previous="fedcba9876543210")]
        )
    with serving(database_url) as client:
        yield client


def test_every_record_has_one_fate(client: httpx.Client) -> None:
    found = client.get(PATH).json()
    assert found["days"] == []
    unheard, account = found["accounts"]
    assert (unheard["epoch"], unheard["state"], unheard["made"]) == ("fedcba9876543210", "unheard", None)
    counts = {name: account[name] for name in ("made", "stored", "rejected", "lost", "unsettled", "unknown")}
    assert counts == {"made": 5, "stored": 3, "rejected": 0, "lost": 1, "unsettled": 1, "unknown": 0}
    assert account["unsettled_since"] is not None


def test_a_day_has_its_own_numbers(client: httpx.Client) -> None:
    [day] = client.get(PATH, params={"day": "2025-03-03"}).json()["days"]
    assert (day["device"], day["epoch"], day["day"]) == ("cam", EPOCH, "2025-03-03")
    assert (day["made"], day["stored"], day["lost"], day["missing"]) == (5, 3, 1, 1)
    assert client.get(PATH, params={"day": "2025-03-04"}).json()["days"] == []


def test_totals_without_a_time_are_shown_beside(client: httpx.Client, database_url: str) -> None:
    assert client.get(PATH).json()["unplaced"] == []
    lines, zones = [wire.LineTotal("north", 5, 6, 7, 8, 3600)], [wire.ZoneTotal("stage", 1, 2, 3, 4, 90, 3600)]
    record = wire.UnplacedRecord(seq=wire.Seq(6), setup="sim-a", flags=[wire.Flag.DARK], lines=lines, zones=zones)
    with connect(database_url, application="test", autocommit=True) as database:
        BatchWriter(database).store([received(record)])
    line, zone = client.get(PATH).json()["unplaced"]
    assert (line["device"], line["epoch"], line["seq"], line["flags"]) == ("cam", EPOCH, 6, ["dark"])
    counts = ("line", "zone", "forward", "gross_backward", "entries", "presence_s", "observed_s")
    assert [line[name] for name in counts] == ["north", None, 5, 8, None, None, 3600]
    assert [zone[name] for name in counts] == [None, "stage", None, None, 1, 90, 3600]
    assert datetime.fromisoformat(line["received_at"]).tzinfo is not None


def test_what_is_no_place_or_no_day_is_refused(client: httpx.Client) -> None:
    assert client.get(PATH.replace("torget", "none")).status_code == 404
    assert client.get(PATH, params={"day": "monday"}).status_code == 422
    for day in ("9999-12-31", "tomorrow", "last-week", "2026-10"):
        assert client.get(PATH, params={"day": day}).status_code == 422
    assert client.get(PATH, params={"day": "yesterday"}).status_code == 200
