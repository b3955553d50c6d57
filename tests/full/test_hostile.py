"""Messages far beyond every bound, over a Mosquitto that lets everything through."""

from pathlib import Path

import pytest

from core import wire
from store.database import connect
from tests.chain.ingest_runs import ingesting
from tests.chain.sender import sender
from tests.chain.test_hostile import is_heard
from tests.support.servers.mosquitto import running_mosquitto
from tests.support.small_site import flow, make_site, rows
from tests.support.waiting import eventually

pytestmark = pytest.mark.full

SITE = "hostile"
HUGE = b'{"face":"' + b"x" * 10_000_000 + b'"}'


@pytest.mark.parametrize(("version", "seen"), [("5", 0), ("3.1.1", 10_000_011)])
def test_a_message_of_ten_megabytes_leaves_at_most_a_trace(
    tmp_path: Path, database_url: str, version: str, seen: int
) -> None:
    """With MQTT 5 ingest tells the broker not to send it; with 3.1.1 it comes, and only its trace stays."""
    records = [flow(seq, seq) for seq in range(1, 51)]
    with (
        running_mosquitto(tmp_path, ["allow_anonymous true"]) as (_, port),
        connect(database_url, application="test", autocommit=True) as database,
    ):
        make_site(database, SITE, ["cam", "bad"])
        with (
            sender(SITE, "cam", port) as good,
            sender(SITE, "bad", port) as bad,
            ingesting(database_url, port, mqtt_version=version),
        ):
            eventually(lambda: is_heard(good, database, SITE))
            for kind in (wire.Kind.RECORDS, wire.Kind.STATUS, wire.Kind.LIVE):
                bad.publish(kind, HUGE)
            good.deliver(records)
            bad.deliver([flow(1, 100)])
        kept = rows(database, "select code, payload_bytes, payload, field_names from platspuls.reject")
    assert kept == [("size", seen, None, [])] * (2 if seen else 0)
