"""Receipts that Mosquitto's access list forbids: ingest is subscribed, and says that no device gets an answer."""

import json
from pathlib import Path

import pytest

from platspuls.embedded.process import free_port
from store.database import connect
from tests.chain.ingest_runs import ingesting
from tests.chain.sender import sender
from tests.chain.test_hostile import is_heard
from tests.chain.test_watched import ask
from tests.support.servers.mosquitto import running_mosquitto
from tests.support.small_site import flow, make_site
from tests.support.waiting import eventually

pytestmark = pytest.mark.full

SITE = "forbidden"
RULES = "topic read #\ntopic write platspuls/v1/+/+/records\ntopic write platspuls/v1/+/+/status\n"


@pytest.mark.parametrize("packets", ["fast", "paho"])
def test_forbidden_receipts_make_ingest_not_ready(tmp_path: Path, database_url: str, packets: str) -> None:
    rules, port = tmp_path / "acl", free_port()
    rules.write_text(RULES)
    rules.chmod(0o644)
    settings = {"mqtt_packets": packets, "metrics_port": port}
    with (
        running_mosquitto(tmp_path, ["allow_anonymous true", f"acl_file {rules}"]) as (_, broker_port),
        connect(database_url, application="test", autocommit=True) as database,
    ):
        make_site(database, SITE, ["cam"])
        with sender(SITE, "cam", broker_port) as device, ingesting(database_url, broker_port, **settings):
            eventually(lambda: ask(port, "/readyz")[0] == 200)
            eventually(lambda: is_heard(device, database, SITE))
            device.send([flow(1, 1)])
            eventually(lambda: ask(port, "/readyz")[0] == 503)
            told = json.loads(ask(port, "/readyz")[1])
            assert (told["broker"], told["receipts"]) == (
                "subscribed",
                "the broker refuses them: not authorized (0x87)",
            )
            assert "platspuls_ingest_receipts_failing 1" in ask(port, "/metrics")[1]
            assert device.receipts == 0
