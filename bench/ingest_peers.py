"""How fast ingest stores, beside the consumer that one writes in an afternoon and beside COPY, in one run.

    python -m bench.ingest_peers [--repeat 3] [--only live|catch-up] [--embedded] [--alone]

Two forms, both with four facts a record. Live: 500 devices, one record a message, each answered by a receipt.
Catch-up: 20 devices, 100 records a message, as after a long outage. Both keep at most 8 messages of a device in
flight. The contestants take turns on a new database each, made from the same template; what counts is the time from
the first message to the last receipt (ours) or to the last fact in the database (the other, which sends none).
COPY: the same facts of the catch-up form, encoded beforehand as PostgreSQL's binary format, into empty tables; as they
are, and with a foreign key on each fact, as ingest has it on each quarter-hour. Plain paho: ingest itself with
PLATSPULS_INGEST_MQTT_PACKETS=paho.

The database is TimescaleDB's Apache edition with its defaults (durable commits) and the broker is Mosquitto, where
`.ci/install-servers` has installed them; else, or with --embedded, those of the embedded mode. Everything shares the
machine: consumer, database, broker, and one process that plays all devices. So the processor time
of each of them is reported as well.
"""

import argparse
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from core import wire
from platspuls.embedded.broker import running_broker
from platspuls.embedded.postgres import running_postgres
from store.database import Database, connect
from store.migrate import migrate
from tests.support.servers import folder as servers
from tests.support.servers.mosquitto import mosquitto
from tests.support.servers.timescale import running_apache
from tests.support.small_site import EPOCH, LINES, START, ZONES, line_flow, make_site, zone_flow

FACTS = len(LINES) + len(ZONES)
_EPOCH_2000 = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Form:
    """How the devices deliver.

    Attributes:
        name: what it is called.
        devices: how many.
        messages: how many each sends.
        records: how many records are in each message.
    """

    name: str
    devices: int
    messages: int
    records: int

    @property
    def facts(self) -> int:
        """All facts of all devices."""
        return self.devices * self.messages * self.records * FACTS


FORMS = (Form("live", 500, 20, 1), Form("catch-up", 20, 15, 100))


def record(seq: int) -> wire.FlowRecord:
    """Return a minute of all lines and zones."""
    return wire.FlowRecord(
        seq=seq,
        start=START + timedelta(minutes=seq),
        period_s=60,
        setup="sim-a",
        lines=[line_flow(line, seq % 7) for line in LINES],
        zones=[zone_flow(zone, seq % 5) for zone in ZONES],
    )


def site(number: int) -> str:
    """Return the key of a device's site."""
    return f"s{number}"


def load_file(form: Form, folder: Path) -> Path:
    """Write what the devices send."""
    encoded = [wire.encode(record(seq)) for seq in range(1, form.messages * form.records + 1)]
    payloads = [
        wire.encode_batch(EPOCH, encoded[at : at + form.records]).decode()
        for at in range(0, len(encoded), form.records)
    ]
    topics = [str(wire.Topic(site(number), "cam", wire.Kind.RECORDS)) for number in range(form.devices)]
    path = folder / f"{form.name}.json"
    path.write_bytes(msgspec.json.encode([{"topic": topic, "payloads": payloads} for topic in topics]))
    return path


@dataclass(frozen=True, slots=True)
class Place:
    """Servers, and databases made from a template with all sites. The embedded broker has a port for each version."""

    admin_url: str
    port_v5: int
    port_v311: int
    broker_pid: int
    folder: Path

    @contextmanager
    def database(self) -> Iterator[str]:
        """Yield the address of a new database; drop it afterwards."""
        with connect(self.admin_url, application="bench", autocommit=True) as database:
            database.execute("create database run template plats")
            database.execute("checkpoint")
            try:
                yield self.url("run")
            finally:
                database.execute("drop database run with (force)")

    def url(self, name: str) -> str:
        """Return the address of a database of this name."""
        return self.admin_url.replace("/postgres", f"/{name}", 1)


@contextmanager
def place(*, embedded: bool) -> Iterator[Place]:
    """Run the servers, with a template database."""
    has_apache = (servers() / "timescale-apache").exists() and os.geteuid() == 0 and not embedded
    has_mosquitto = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin") is not None and not embedded
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="platspuls-bench-")))
        if has_apache:
            url = stack.enter_context(running_apache(folder, fsync="on"))
        else:
            url = stack.enter_context(running_postgres(folder / "pg")).url("postgres")
        if has_mosquitto:
            lines = ["allow_anonymous true", "max_queued_messages 0", "log_type none"]
            broker = stack.enter_context(mosquitto(folder / "mosquitto", lines))
            ports, pid = (broker.port, broker.port), broker.process.pid
        else:
            embedded_broker = stack.enter_context(running_broker(folder / "broker"))
            ports, pid = (embedded_broker.port_v5, embedded_broker.port_v311), 0
        print(f"database: {'TimescaleDB, Apache edition' if has_apache else 'embedded PostgreSQL'};", end=" ")
        print(f"broker: {'Mosquitto' if has_mosquitto else 'embedded'}; {os.cpu_count()} cores shared by all")
        made = Place(url, *ports, pid, folder)
        make_template(made)
        yield made


def make_template(made: Place) -> None:
    """Make the database that all runs begin with."""
    with connect(made.admin_url, application="bench", autocommit=True) as database:
        database.execute("create database plats template template0")
    with connect(made.url("plats"), application="bench", autocommit=True) as database:
        migrate(database)
        with database.transaction():
            for number in range(max(form.devices for form in FORMS)):
                make_site(database, site(number), ["cam"])
        database.execute("analyze")
    with connect(made.admin_url, application="bench", autocommit=True) as database:
        # TimescaleDB's scheduler sits in every database, and a template may have no visitor.
        database.execute("alter database plats allow_connections false")
        database.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = 'plats'")


@dataclass(frozen=True, slots=True)
class Result:
    """What one run took: seconds, seconds of processor time by program, and the consumer's most memory in MB."""

    took_s: float
    cpu_s: Mapping[str, float]
    memory_mb: float


def cpu_s(pid: int) -> float:
    """Return the processor time of a process and all its threads, in seconds."""
    return sum(map(int, _stat(pid)[11:13])) * _TICK_S if pid else 0.0


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def server_cpu_s(database: Database) -> float:
    """Return the processor time of a database server with all its processes, also those that have ended."""
    [(backend,)] = database.execute("select pg_backend_pid()").fetchall()
    postmaster = _stat(backend)[1]
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return sum(map(int, _stat(int(postmaster))[11:15])) * _TICK_S + sum(cpu_s(int(child)) for child in children)


def memory_mb(pid: int) -> float:
    """Return the most memory that the process has held, in MB."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) / 1024


@contextmanager
def running(words: Sequence[str], environment: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run one of our own programs; end it afterwards."""
    process = subprocess.Popen(
        [sys.executable, *words],
        env=os.environ | (environment or {}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


def line_of(process: subprocess.Popen[str]) -> str:
    """Return the next line that a process prints."""
    assert process.stdout is not None  # noqa: S101 - it is piped
    if not (line := process.stdout.readline()):
        raise SystemExit(f"{process.args} ended")
    return line.strip()


@contextmanager
def ours(made: Place, url: str, packets: str = "fast") -> Iterator[subprocess.Popen[str]]:
    """Run ingest; yields once it is subscribed."""
    environment = {
        "PLATSPULS_DATABASE_URL": url,
        "PLATSPULS_INGEST_MQTT_PORT": str(made.port_v5),
        "PLATSPULS_INGEST_MQTT_PACKETS": packets,
        "PLATSPULS_INGEST_LOG_BATCHES": "false",  # nobody reads the pipe meanwhile
    }
    with running(["-m", "platspuls", "ingest", "run"], environment) as process:
        while "subscribed" not in line_of(process):
            pass
        yield process


@contextmanager
def peer(made: Place, url: str) -> Iterator[subprocess.Popen[str]]:
    """Run the straightforward consumer; yields once it is subscribed."""
    with running(["-m", "bench.straightforward", url, str(made.port_v311)]) as process:
        line_of(process)
        yield process


def plain(made: Place, url: str) -> AbstractContextManager[subprocess.Popen[str]]:
    """Run ingest with the library's handling of packets."""
    return ours(made, url, "paho")


Consumer = Callable[[Place, str], AbstractContextManager[subprocess.Popen[str]]]


def measure(form: Form, made: Place, load: Path, consumer_of: Consumer) -> Result:
    """Let all devices deliver to one consumer."""
    ending = "nothing" if consumer_of is peer else "receipts"
    with (
        made.database() as url,
        consumer_of(made, url) as consumer,
        running(["-m", "bench.senders", str(made.port_v311), str(load), ending]) as devices,
        connect(url, application="bench", autocommit=True) as database,
    ):
        line_of(devices)

        def used() -> dict[str, float]:
            return {
                "consumer": cpu_s(consumer.pid),
                "database": server_cpu_s(database),
                "broker": cpu_s(made.broker_pid),
                "devices": cpu_s(devices.pid),
            }

        before, began = used(), time.monotonic()
        assert devices.stdin is not None  # noqa: S101 - it is piped
        print(file=devices.stdin, flush=True)
        line_of(devices)
        wait_for(form.facts, database)
        took_s = time.monotonic() - began
        spent = {name: after - before[name] for name, after in used().items()}
        return Result(took_s, spent, memory_mb(consumer.pid))


def wait_for(facts: int, database: Database) -> None:
    """Wait until so many facts are stored."""
    deadline = time.monotonic() + 100
    count = "select (select count(*) from platspuls.line_flow) + (select count(*) from platspuls.zone_flow)"
    while (stored := database.execute(count).fetchall()[0][0]) < facts:
        if time.monotonic() > deadline:
            raise SystemExit(f"only {stored} of {facts} facts were stored")
        time.sleep(0.05)


def copy(form: Form, made: Place, *, checked: bool) -> Result:
    """Copy the same facts into empty tables; `checked` with a foreign key to the line or zone of each fact."""
    with made.database() as url, connect(url, application="bench", autocommit=True) as database:
        if checked:
            for part in ("line", "zone"):
                key = f"foreign key ({part}_id) references platspuls.{part}"
                database.execute(f"alter table platspuls.{part}_flow add {key}".encode())
        streams = {part: copied(database, part, form) for part in ("line", "zone")}
        began = time.monotonic()
        with database.transaction():
            for part, stream in streams.items():
                statement = f"copy platspuls.{part}_flow from stdin (format binary)"
                with database.cursor().copy(statement.encode()) as target:
                    target.write(stream)
        return Result(time.monotonic() - began, {}, 0)


_COLUMNS = {"line": "iqhiqiiiiiii", "zone": "iqhiqiiiiiiiii"}
"""The types of the columns of facts, as `struct` writes them."""


def copied(database: Database, part: str, form: Form) -> bytes:
    """Return the facts of all lines or zones as COPY's binary stream, in the order of keys."""
    layout = "".join(f"i{code}" for code in _COLUMNS[part])
    sizes = [struct.calcsize(code) for code in _COLUMNS[part]]
    encoder = struct.Struct(f"!h{layout}")
    query = (
        f"select {part}_id, key from platspuls.{part} join platspuls.site using (site_id) "  # noqa: S608 - our words
        f"where site.key = any(%s) order by 1"
    ).replace("key from", f"{part}.key from")
    rows = [b"PGCOPY\n\xff\r\n\0" + bytes(8)]
    records = [record(seq) for seq in range(1, form.messages * form.records + 1)]
    for part_id, key in database.execute(query.encode(), ([site(n) for n in range(form.devices)],)):
        for each in records:
            [fact] = [
                fact
                for fact in (*each.lines, *each.zones)
                if fact.__struct_fields__[0] == part and getattr(fact, part) == key
            ]
            counts = [getattr(fact, name) for name in fact.__struct_fields__[1:]]
            start_us = (int(each.start.timestamp()) - _EPOCH_2000) * 1_000_000
            values = [part_id, start_us, 60, 1, each.seq, 1, *counts, 0]
            rows.append(encoder.pack(len(sizes), *(item for pair in zip(sizes, values, strict=True) for item in pair)))
    return b"".join([*rows, b"\xff\xff"])


def show(form: Form, name: str, results: Sequence[Result]) -> float:
    """Print the median of a contestant; return its facts a second."""
    middle = sorted(results, key=lambda result: result.took_s)[len(results) // 2]
    rate = form.facts / middle.took_s
    messages = form.devices * form.messages
    spread = ", ".join(f"{form.facts / result.took_s:,.0f}" for result in results)
    shares = ", ".join(f"{who} {spent / messages * 1e6:,.0f}" for who, spent in middle.cpu_s.items())
    used = f"; us of processor a message: {shares}" if shares else ""
    memory = f"; {max(result.memory_mb for result in results):.0f} MB" if middle.memory_mb else ""
    print(f"  {name:16} {messages / middle.took_s:7,.0f} messages/s {rate:8,.0f} facts/s ({spread}){used}{memory}")
    return rate


def compete(form: Form, made: Place, repeat: int, *, alone: bool) -> None:
    """Let the contestants take turns, and print how they compare."""
    load = load_file(form, made.folder)
    contestants: dict[str, Callable[[], Result]] = {
        "platspuls": lambda: measure(form, made, load, ours),
        "plain paho": lambda: measure(form, made, load, plain),
        "straightforward": lambda: measure(form, made, load, peer),
    }
    if form.records > 1:
        contestants["COPY"] = lambda: copy(form, made, checked=False)
        contestants["COPY, checked"] = lambda: copy(form, made, checked=True)
    if alone:
        contestants = {"platspuls": contestants["platspuls"]}
    results: dict[str, list[Result]] = {name: [] for name in contestants}
    for _ in range(repeat):
        for name, run in contestants.items():
            results[name].append(run())
    print(f"{form.name}: {form.devices} devices, {form.records} records a message; load {os.getloadavg()[0]:.1f}")
    rates = {name: show(form, name, found) for name, found in results.items()}
    for name, rate in list(rates.items())[1:]:
        print(f"  {rates['platspuls'] / rate:.2f} of {name}")


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--only", choices=[form.name for form in FORMS])
    parser.add_argument("--embedded", action="store_true")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    wanted = parser.parse_args()
    with place(embedded=wanted.embedded) as made:
        for form in FORMS:
            if wanted.only in (None, form.name):
                compete(form, made, wanted.repeat, alone=wanted.alone)


if __name__ == "__main__":
    main()
