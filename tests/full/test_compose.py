"""docker-compose.yml: read by Docker Compose itself, and each of its services run by hand with the same files.

Grafana's program can't be had from the package registries: its service is only read.
"""

import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any
from urllib.error import HTTPError, URLError

import pytest

from core.clock import SystemClock
from counter.device_file import load
from counter.service.run import count
from counter.sources.port import Input
from platspuls.embedded.process import Command, accepts, free_port, start, stop, wait_until
from platspuls.ops.identity.credentials import add_device
from platspuls.ops.install.layout import CONTAINERS, Layout, parts
from platspuls.ops.install.make import install
from sim.kinds import KINDS
from store.database import connect
from tests.chain.test_backup import _SITE as SITE_FILE
from tests.chain.test_backup import SITE
from tests.support.counter.walkers import DEVICE, Walkers
from tests.support.servers import folder, need
from tests.support.servers.compose import ROOT, ByHand, read
from tests.support.servers.mosquitto import deployed_lines, mosquitto
from tests.support.servers.timescale import running_apache
from tests.support.small_site import rows
from tests.support.waiting import eventually

pytestmark = [pytest.mark.full, pytest.mark.timeout(180)]

CAMERA = "tunnel-kamera"
RUNNING = {"database", "mosquitto", "ingest", "api", "grafana", "proxy"}
JOBS = {"migrate", "quality"}
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    made = Layout(tmp_path_factory.mktemp("project") / "installation")
    install(made, ["127.0.0.1", "localhost"], NOW)
    return made


@pytest.fixture(scope="module")
def model(layout: Layout) -> Mapping[str, Any]:
    return read(layout.path)


def test_every_container_has_no_more_than_it_needs(model: Mapping[str, Any]) -> None:
    services = model["services"]
    assert set(services) == RUNNING | JOBS | {"operator"}
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert int(service["mem_limit"]) <= 2 << 30, name
        assert 0 < service["pids_limit"] <= 200, name
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "3"}, name
        assert service["restart"] in {"unless-stopped", "on-failure:5", "no"}, name
        assert not service.get("privileged"), name
        image = service["image"].rpartition(":")
        assert image[2] not in {"", "latest"}, name
        for port in service.get("ports", ()):
            assert port["host_ip"] == "127.0.0.1", name
    users = {name: service.get("user") for name, service in services.items()}
    assert users.pop("operator") == "0:0"
    assert not any(str(user).startswith("0") for user in users.values())
    assert "USER 10001:10001" in (ROOT / "deploy" / "docker" / "server.Dockerfile").read_text()
    assert {name for name, service in services.items() if service.get("cap_add")} == {"proxy", "operator"}
    assert {name for name, service in services.items() if "healthcheck" in service} == RUNNING
    assert {name for name, service in services.items() if service.get("ports")} == {"mosquitto", "proxy"}


def test_who_holds_the_databases_passwords_reaches_nobody_outside(model: Mapping[str, Any]) -> None:
    within = {name for name, network in model["networks"].items() if network.get("internal")}
    assert within == {"store", "gate", "pages"}
    reaching = {name: set(service["networks"]) - within for name, service in model["services"].items()}
    assert {name: out for name, out in reaching.items() if out} == {
        "mosquitto": {"devices"},
        "ingest": {"devices"},
        "proxy": {"outside"},
    }
    at_gate = {name for name, service in model["services"].items() if "gate" in service["networks"]}
    assert at_gate == {"api", "proxy"}
    [subnet] = model["networks"]["gate"]["ipam"]["config"]
    assert model["services"]["api"]["environment"]["PLATSPULS_API_TRUSTED_PROXY"] == subnet["subnet"]


def test_no_secret_stands_in_a_setting(layout: Layout, model: Mapping[str, Any]) -> None:
    text = json.dumps(model)
    secrets = [path.read_text().strip() for path in layout.secrets.rglob("*.password")]
    assert len(secrets) >= 5
    assert not [secret for secret in secrets if secret in text]


def test_each_file_is_there_and_belongs_to_who_reads_it(layout: Layout, model: Mapping[str, Any]) -> None:
    owners = {part.path.resolve(): CONTAINERS[part.reader].number for part in parts(layout)}
    for name in RUNNING | JOBS:
        user = int(str(model["services"][name].get("user", "10001")).partition(":")[0])
        for source in map(Path, ByHand(model, name, {}).files().values()):
            assert source.exists(), (name, source)
            if source.is_relative_to(layout.path):
                assert owners[source.resolve()] == user, (name, source)


@dataclass(frozen=True, slots=True)
class Running:
    """The installation, run by hand."""

    layout: Layout
    model: Mapping[str, Any]
    places: Mapping[str, str]
    mqtt_port: int
    owner: str
    logs: Path

    def by_hand(self, name: str) -> ByHand:
        return ByHand(self.model, name, self.places)

    def once(self, name: str, *words: str) -> str:
        """Run a program of our image to its end, by default with the service's own words."""
        service = self.by_hand(name)
        done = subprocess.run(
            [sys.executable, "-m", "platspuls", *(words or service.command())],
            env={"PATH": os.environ["PATH"], **service.environment()},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def program(self, name: str) -> Iterator[None]:
        """Run a program of our image as the service says; it is up once its health check says so."""
        service = self.by_hand(name)
        command = Command(
            [sys.executable, "-m", "platspuls", *service.command()], self.logs / f"{name}.log", service.environment()
        )
        process = start(command)
        try:
            wait_until(lambda: is_healthy(service), process, command, timeout_s=60)
            yield
        finally:
            assert stop(process) in {0, -signal.SIGTERM}


def is_healthy(service: ByHand) -> bool:
    words = [sys.executable if word == "python" else word for word in service.health()]
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


@contextmanager
def database(logs: Path) -> Iterator[tuple[str, str]]:
    """Run TimescaleDB that lets in its owner alone without a password; yield the owner's address and the port."""
    root = folder() / "timescale-apache"
    rules = root / "tmp" / f"platspuls-{os.getpid()}.hba"
    need(root.exists(), "TimescaleDB (Apache edition)")
    rules.write_text("host all platspuls 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
    try:
        with running_apache(logs, hba_file=f"/tmp/{rules.name}") as url:  # noqa: S108 - within the server's own folder
            with connect(url, application="test", autocommit=True) as server:
                server.execute("create database platspuls")
            yield url.replace("/postgres", "/platspuls"), url.rpartition(":")[2].partition("/")[0]
    finally:
        rules.unlink()


@pytest.fixture(scope="module")
def running(layout: Layout, model: Mapping[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Database and broker run, the job `migrate` is done, the site file applied, the device added."""
    logs = tmp_path_factory.mktemp("logs")
    (layout.sites / "site.toml").write_text(SITE_FILE)
    add_device(layout.credentials, SITE, CAMERA, NOW)
    with ExitStack() as stack:
        owner, port = stack.enter_context(database(logs))
        broker = stack.enter_context(mosquitto(logs / "broker", deployed_lines(layout.credentials.path)))
        places = {
            "@database/": f"@127.0.0.1:{port}/",
            "mosquitto": "127.0.0.1",
            "8883": str(broker.port),
            ":22B3 ": f":{broker.port:04X} ",
            "9108": str(free_port()),
            "8080": str(free_port()),
            "0.0.0.0": "127.0.0.1",  # noqa: S104 - what the container listens on
        }
        here = Running(layout, model, places, broker.port, owner, logs)
        assert "Logins: ingest, api, grafana." in here.once("migrate")
        assert "Applied." in here.once("operator", "site", "apply", str(layout.sites / "site.toml"))
        yield here


def device_file(running: Running, folder: Path) -> Path:
    """Carry the device's files beside a device file, as docs/devices.md tells."""
    for file in running.layout.credentials.handed_over(f"{SITE}.{CAMERA}").iterdir():
        shutil.copy(file, folder)
    table = (folder / f"{CAMERA}.mqtt.toml").read_text().replace("8883", str(running.mqtt_port))
    text = DEVICE.format(site=SITE, port=0, version="5").partition("[mqtt]")[0]
    (folder / "device.toml").write_text(text + table + "receipt_timeout_s = 5\n")
    return folder / "device.toml"


def test_what_a_device_counts_is_stored_by_ingest_as_it_is_deployed(running: Running, tmp_path: Path) -> None:
    assert is_healthy(running.by_hand("mosquitto"))
    begin_ms = (round(NOW.timestamp()) // 900 - 8) * 900_000
    walkers = Walkers(begin_ms, begin_ms + 300_000, [begin_ms + 2000])
    with running.program("ingest"):
        count(load(device_file(running, tmp_path), KINDS), Input(walkers), SystemClock(), Event(), "0.1.0")
    with connect(running.owner, application="test") as store:
        assert rows(store, "select sum(forward) from platspuls.line_flow") == [(1,)]
        [(tables,)] = rows(store, "select count(*) from timescaledb_information.hypertables")
        assert tables >= 5


@contextmanager
def proxy(running: Running) -> Iterator[int]:
    """Run Caddy with the deployed configuration; yield the port of HTTPS."""
    program = shutil.which("caddy") or str(folder() / "timescale-apache" / "usr" / "bin" / "caddy")
    need(Path(program).exists(), "Caddy")
    service, https, http, health = running.by_hand("proxy"), free_port(), free_port(), free_port()
    environment = service.environment() | {
        "PLATSPULS_PROXY_CERTIFICATES": service.files()["/run/secrets/https"],
        "PLATSPULS_PROXY_API": f"127.0.0.1:{running.places['8080']}",
        "PLATSPULS_PROXY_HTTPS": str(https),
        "PLATSPULS_PROXY_HTTP": str(http),
        "PLATSPULS_PROXY_HEALTH": str(health),
        "HOME": str(running.logs),
    }
    config = service.files()["/etc/caddy/Caddyfile"]
    command = Command(
        [program, "run", "--config", config, "--adapter", "caddyfile"], running.logs / "caddy", environment
    )
    process = start(command)
    try:
        wait_until(lambda: accepts("127.0.0.1", https) and accepts("127.0.0.1", http), process, command)
        answer = urllib.request.urlopen(f"http://127.0.0.1:{health}/", timeout=5)
        with answer:
            assert answer.read() == b"ok"
        yield https
    finally:
        stop(process)


def test_the_pages_stand_behind_https_of_the_private_authority(running: Running) -> None:
    authority = ssl.create_default_context(cafile=str(running.layout.credentials.https / "ca.pem"))
    key = running.once("operator", "key", "add", "evaluator", "--role", "evaluator", "--all-sites").strip()
    with running.program("api"), proxy(running) as port:
        for name in ("127.0.0.1", "localhost"):
            with urllib.request.urlopen(f"https://{name}:{port}/readyz", context=authority, timeout=10) as answer:
                assert json.load(answer)["status"] == "ready"
                assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        with pytest.raises(URLError, match="certificate verify failed"):
            urllib.request.urlopen(f"https://127.0.0.1:{port}/readyz", timeout=10)
        with pytest.raises(HTTPError, match="401") as refused:
            urllib.request.urlopen(f"https://127.0.0.1:{port}/api/v1/sites", context=authority, timeout=10)
        refused.value.close()
        asked = urllib.request.Request(
            f"https://127.0.0.1:{port}/api/v1/sites", headers={"Authorization": f"Bearer {key}"}
        )

        def is_let_in() -> bool:
            try:
                with urllib.request.urlopen(asked, context=authority, timeout=10) as answer:  # noqa: S310 - our own
                    return SITE in answer.read().decode()
            except HTTPError as error:
                error.close()
                return False

        eventually(is_let_in)


def test_the_job_that_looks_for_what_is_unusual_may_do_so(running: Running) -> None:
    command = running.by_hand("quality").command()
    assert command[-2:] == ["--every", "15"]
    running.once("quality", *command[:-2])


def test_a_backup_of_timescale_comes_back(running: Running, tmp_path: Path) -> None:
    said = running.once("operator", "backup", str(tmp_path / "backups"))
    made = Path(said.split()[1])
    manifest = json.loads((made / "manifest.json").read_text())
    assert manifest["timescale"].startswith("2.")
    files = subprocess.run(["tar", "tf", made / "files.tar"], capture_output=True, text=True, check=True).stdout
    assert "installation/credentials/authority/ca.key" in files
    with connect(running.owner, application="test", autocommit=True) as store:
        before = rows(store, "select * from platspuls.line_flow order by start")
        store.execute("truncate platspuls.line_flow")
    running.once("operator", "restore", str(made), "--force")
    with connect(running.owner, application="test", autocommit=True) as store:
        assert rows(store, "select * from platspuls.line_flow order by start") == before
        assert rows(store, "select current_setting('timescaledb.restoring')") == [("off",)]
        [(tables,)] = rows(store, "select count(*) from timescaledb_information.hypertables")
        assert tables >= 5
