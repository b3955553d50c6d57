"""Metrics and health of ingest, asked of the real program."""

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core import wire
from platspuls.embedded.broker import Broker, running_broker
from platspuls.embedded.process import free_port
from store.database import Database, connect
from tests.chain.sender import sender
from tests.support.small_site import flow, make_site, payload
from tests.support.waiting import PATIENCE_S, eventually

pytestmark = pytest.mark.chain

SITE = "watched"
AWAY = "update pg_database set datallowconn = false where datname = current_database()"
CUT = (
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'platspuls ingest' "
    "and datname = current_database()"
)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker of this test alone: what others leave retained would be counted too."""
    with running_broker(tmp_path / "broker") as broker:
        yield broker


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with connect(database_url, application="test", autocommit=True) as database:
        make_site(database, SITE, ["cam"])
        yield database


def ask(port: int, path: str) -> tuple[int, str]:
    """Return status and body; 0 while nobody listens."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except urllib.error.URLError:
        return 0, ""


def values(port: int) -> dict[tuple[str, str], float]:
    """Return each sample by its name and the values of its labels."""
    families = text_string_to_metric_families(ask(port, "/metrics")[1])
    return {
        (sample.name.removeprefix("platspuls_ingest_"), ",".join(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


def is_all_counted(found: dict[tuple[str, str], float]) -> bool:
    """Tell whether the batches that hold all five messages are counted to the last: how old they were."""
    batches, ages = found["batch_seconds_count", ""], found["lag_seconds_count", ""]
    return found["batch_messages_sum", ""] == 5 and batches == ages


def metric_names(listed: str) -> set[str]:
    """Return the names in the text that Prometheus reads, as a query names them; of a histogram its common part."""
    return {line.split()[2] for line in listed.splitlines() if line.startswith("# TYPE") and "_created" not in line}


def documented(page: str) -> set[str]:
    return set(re.findall(r"^\| `(platspuls_ingest_\w+)`", page, re.MULTILINE))


@contextmanager
def watched(database_url: str, broker_port: int, log: Path) -> Iterator[int]:
    """Run the program; yield the port of its metrics, once it is ready."""
    port = free_port()
    environment = {
        "PLATSPULS_DATABASE_URL": database_url,
        "PLATSPULS_INGEST_MQTT_PORT": str(broker_port),
        "PLATSPULS_INGEST_METRICS_PORT": str(port),
    }
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "platspuls", "ingest", "run"], env=os.environ | environment, stderr=file
        )
    try:
        eventually(lambda: ask(port, "/readyz")[0] == 200)
        yield port
    finally:
        process.terminate()
        assert process.wait(PATIENCE_S) == 0


@pytest.mark.usefixtures("database")
def test_counts_tell_what_became_of_everything(database_url: str, broker: Broker, tmp_path: Path) -> None:
    log = tmp_path / "log"
    with watched(database_url, broker.port_v5, log) as port, sender(SITE, "cam", broker.port_v5) as device:
        at = datetime.now(UTC).replace(microsecond=0)
        device.publish(
            wire.Kind.STATUS, wire.encode(wire.Status(online=True, at=at, clock_known=True, clock_offset_ms=-400))
        )
        device.publish(wire.Kind.RECORDS, payload([flow(1, 0)], lost=[wire.LostRange(5, 7, "outbox_full")]))
        device.publish(wire.Kind.RECORDS, payload([flow(1, 0)]))
        device.publish(wire.Kind.RECORDS, payload([flow(2, 0)]))
        device.publish(wire.Kind.RECORDS, payload([flow(3, 1, lines=["nowhere"])]))
        device.publish(wire.Kind.RECORDS, b"anna")
        eventually(lambda: is_all_counted(values(port)))
        found = values(port)
        listed = ask(port, "/metrics")[1]
    expected = {
        ("messages_total", "records"): 5,
        ("messages_total", "status"): 1,
        ("records_stored_total", ""): 2,
        ("facts_stored_total", ""): 2,
        ("conflicts_total", ""): 2,
        ("records_repeated_total", ""): 1,
        ("records_lost_total", ""): 3,
        ("clock_offset_seconds_count", ""): 1,
        ("clock_offset_seconds_sum", ""): 0.4,
        ("record_age_seconds_count", ""): 4,
        ("lag_seconds_count", ""): found["batch_seconds_count", ""],
        ("batch_messages_sum", ""): 5,
        ("queue_messages", ""): 0,
        ("broker_connected", ""): 1,
        ("database_away", ""): 0,
    }
    assert {key: found[key] for key in expected} == expected
    assert found["process_resident_memory_bytes", ""] < 150e6
    page = (Path(__file__).parents[2] / "docs" / "watching.md").read_text("utf-8")
    assert documented(page) == {name for name in metric_names(listed) if name.startswith("platspuls")}
    assert SITE not in listed
    assert "anna" not in listed
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert sum(line.get("records", 0) for line in lines if line["message"].startswith("stored")) == 2


def test_without_its_database_it_lives_and_is_not_ready(
    database: Database, database_url: str, broker: Broker, tmp_path: Path
) -> None:
    with watched(database_url, broker.port_v5, tmp_path / "log") as port, sender(SITE, "cam", broker.port_v5) as device:
        database.execute(AWAY)
        database.execute(CUT)
        device.publish(wire.Kind.RECORDS, payload([flow(1, 0)]))
        eventually(lambda: values(port)["database_away", ""] == 1)
        status, body = ask(port, "/readyz")
        assert (status, json.loads(body)["broker"]) == (503, "subscribed")
        assert "not currently accepting connections" in json.loads(body)["database"]
        assert ask(port, "/healthz")[0] == 200
        database.execute(AWAY.replace("false", "true"))
        device.deliver([flow(1, 0)])
        assert values(port)["database_away_seconds_total", ""] > 0
        assert ask(port, "/readyz") == (200, '{"ok": true, "broker": "subscribed", "database": "ready"}\n')
        assert ask(port, "/secrets")[0] == 404


def test_an_address_that_others_reach_must_be_allowed(database_url: str) -> None:
    environment = {
        "PLATSPULS_DATABASE_URL": database_url,
        "PLATSPULS_INGEST_METRICS_PORT": "9",
        "PLATSPULS_INGEST_METRICS_HOST": "0.0.0.0",  # noqa: S104 - that is what is refused
    }
    words = [sys.executable, "-m", "platspuls", "ingest", "run"]
    done = subprocess.run(words, env=os.environ | environment, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 2
    assert "set PLATSPULS_INGEST_METRICS_PUBLIC=true" in done.stderr
