"""All parts as real processes: database, broker, replicas of ingest, counters, and the lines between them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Final

import psutil

from platspuls.embedded import broker as embedded_broker
from platspuls.embedded import postgres
from platspuls.embedded.process import Command, EmbeddedError, accepts, free_port, log_tail, start, stop, wait_until
from tests.chaos.line import Line, lay
from tests.chaos.place import Device, write_counter, write_site
from tests.chaos.plan import Shape
from tests.chaos.virtual.audit import Journal
from tests.chaos.walking import USUAL_RATE, next_minute_ms

_ROOT: Final = Path(__file__).parents[2]
_SMALL_DISK: Final = "96m"
_SMALL_OUTBOX: Final = 1600
"""Records: what a restore takes back from further ago can't come again, and must be declared lost."""
_PATIENCE_S: Final = 30.0


@dataclass(slots=True)
class Part:
    """One program.

    Attributes:
        wanted: it should be running; when it isn't, it ended by itself.
        paused: it is stopped by a signal.
    """

    command: Command
    ready: Callable[[], bool] | None = None
    end_signal: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    wanted: bool = False
    paused: bool = False

    def start(self) -> None:
        """Start it, and wait until it is ready where that can be asked. A killed database may need some tries."""
        self.wanted = True
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            self.process = start(self.command)
            if self.ready is None:
                return
            try:
                wait_until(self.ready, self.process, self.command)
            except EmbeddedError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return

    def kill(self) -> None:
        """End it as a power cut does."""
        self.wanted = self.paused = False
        if self.process:
            self.process.kill()
            self.process.wait()

    def end(self) -> None:
        """Ask it to end, and wait for it."""
        self.wanted = False
        if self.process:
            self.resume()
            stop(self.process, how=self.end_signal)

    def pause(self) -> None:
        """Stop it where it is, and all it started."""
        self.paused = True
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        if self.paused:
            self._signal(signal.SIGCONT)
        self.paused = False

    def ended_by_itself(self) -> bool:
        """Tell whether it isn't there although it should be."""
        return self.wanted and self.process is not None and self.process.poll() is not None

    def _signal(self, number: signal.Signals) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        with suppress(psutil.NoSuchProcess):
            own = psutil.Process(self.process.pid)
            for each in (own, *own.children(recursive=True)):
                with suppress(psutil.NoSuchProcess):
                    each.send_signal(number)


@dataclass(frozen=True, slots=True)
class Load:
    """What each counter has to tell.

    Attributes:
        history_days: the days it claims to have counted before.
        rate: records of that time made a second.
    """

    history_days: int
    rate: float


@dataclass
class World:
    """What runs. Made and used by the main thread alone: a child ends with the thread that started it.

    Attributes:
        parts: all programs by name: database, broker, ingest-1.., counter-1...
        lines: the lines to the broker, and the one from ingest to the database, by the names of the plan.
        outboxes: of each counter.
        small_disk: the folder of the disk that can be filled; None for none.
        begin_ms: when people of the live counter begin to walk, UTC milliseconds.
        images: folders with copies of its files, oldest first.
    """

    folder: Path
    cluster: postgres.Cluster
    broker_port: int
    shape: Shape
    load: Load
    parts: dict[str, Part] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    outboxes: dict[str, Path] = field(default_factory=dict)
    small_disk: Path | None = None
    begin_ms: int = field(default_factory=next_minute_ms)
    images: list[Path] = field(default_factory=list)

    @cached_property
    def journal(self) -> Journal:
        """What the counter whose people are known has made."""
        return Journal(self.outboxes[self.shape.live_counter])

    @property
    def database_url(self) -> str:
        """Address of the store."""
        return self.cluster.url()

    def named(self, prefix: str) -> list[Part]:
        """Return the parts whose names begin so."""
        return [part for name, part in self.parts.items() if name.startswith(prefix)]

    def shift_file(self, counter: str) -> Path:
        """Return the file that says by how many seconds the counter's clock is wrong."""
        return self.folder / f"{counter}.shift"

    def move_clock(self, counter: str, shift_s: int) -> None:
        """Let the counter's clock be wrong by so many seconds: at once, never half-written."""
        fresh = self.folder / f"{counter}.shift.new"
        fresh.write_text(str(shift_s))
        fresh.replace(self.shift_file(counter))

    def let_come(self, counter: str, rate: float) -> None:
        """Let so many frames a second come to the counter whose people are known."""
        fresh = self.folder / f"{counter}.rate.new"
        fresh.write_text(str(rate))
        fresh.replace(self.folder / f"{counter}.rate")

    def take_image(self) -> None:
        """Copy the files of the counter whose people are known, as they are."""
        outbox = self.outboxes[self.shape.live_counter]
        if outbox.exists():
            image = self.folder / f"image-{len(self.images)}"
            image.mkdir()
            for file in outbox.parent.glob(f"{outbox.name}*"):
                if file.is_file() and not file.name.endswith((".lock", "-shm")):
                    shutil.copy(file, image / file.name)
            self.images.append(image)

    def put_back(self, age: int) -> None:
        """Put an image in place of the files of that counter, which isn't running: the one `age` before the newest."""
        outbox, image = self.outboxes[self.shape.live_counter], self.images[max(len(self.images) - 1 - age, 0)]
        for file in outbox.parent.glob(f"{outbox.name}*"):
            if file.is_file() and not file.name.endswith(".lock"):
                file.unlink()
        for file in image.iterdir():
            shutil.copy(file, outbox.parent / file.name)

    def hurry(self) -> None:
        """Let the counters make what is left of their past as fast as they can."""
        (self.folder / "hurry").touch()

    def restart_the_ended(self) -> list[str]:
        """Start again what ended by itself; return what it was, with its last words."""
        found = []
        for name, part in self.parts.items():
            if part.ended_by_itself():
                assert part.process
                found.append(
                    f"{name} ended by itself, code {part.process.returncode}: {log_tail(part.command.log, 300)}"
                )
                part.start()
        return found


@contextmanager
def world(folder: Path, shape: Shape, broker: str, load: Load) -> Iterator[World]:
    """Run the servers and ingest, with the counters ready to be started; end everything afterwards."""
    with ExitStack() as stack:
        cluster = postgres.prepare(folder / "postgres")
        stack.callback(cluster.close)
        command, port = _broker(folder, broker)
        here = World(folder, cluster, port, shape, load)
        stack.callback(_end, here)
        here.parts["database"] = Part(cluster.command(), cluster.is_ready, signal.SIGINT)
        here.parts["broker"] = Part(command, lambda: accepts("127.0.0.1", port))
        for part in here.parts.values():
            part.start()
        for name in ("line of the counters", "line of ingest"):
            here.lines[name] = lay(port)
            stack.callback(here.lines[name].close)
        here.lines["line of the database"] = lay(cluster.sockets / ".s.PGSQL.5432")
        stack.callback(here.lines["line of the database"].close)
        if shape.small_disk:
            here.small_disk = stack.enter_context(_small_disk(folder / "small"))
        _set_up(here)
        for replica in here.named("ingest-"):
            replica.start()
        yield here


def can_mount() -> bool:
    """Tell whether a disk of a size of our own can be had here."""
    return os.geteuid() == 0 and sys.platform == "linux" and shutil.which("mount") is not None


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_SMALL_DISK}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def _broker(folder: Path, kind: str) -> tuple[Command, int]:
    if kind == "embedded":
        broker = embedded_broker.prepare(folder / "broker")
        return broker.command(), broker.port_v5
    port, config = free_port(), folder / "mosquitto.conf"
    as_root = ["user root"] if os.geteuid() == 0 else []
    keeps = kind == "mosquitto-persistent"
    persistence = ["persistence true", f"persistence_location {folder}/", "autosave_interval 2"] if keeps else []
    config.write_text("\n".join([*as_root, *persistence, f"listener {port} 127.0.0.1", "allow_anonymous true", ""]))
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise EmbeddedError("Mosquitto is not on this machine")
    return Command([program, "-c", str(config)], folder / "mosquitto.log"), port


def _set_up(here: World) -> None:
    """Make the store and the files of all programs."""
    since = datetime.now(UTC).date() - timedelta(days=here.load.history_days + 1)
    (here.folder / "logs").mkdir()
    environment = {
        "PLATSPULS_DATABASE_URL": here.database_url,
        "PLATSPULS_INGEST_MQTT_PORT": str(here.lines["line of ingest"].port),
        "PLATSPULS_INGEST_SHARE": "chaos",
        "PYTHONPATH": str(_ROOT),
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
    host, port = "127.0.0.1", here.lines["line of the database"].port
    over_the_line = here.database_url.replace(f"host={here.cluster.sockets}", f"host={host}&port={port}")
    of_ingest = environment | {"PLATSPULS_DATABASE_URL": over_the_line}
    here.cluster.create_database()
    _once(environment, "db", "migrate")
    _once(environment, "site", "apply", str(write_site(here.folder, here.shape.counters, since)))
    for number in range(1, here.shape.replicas + 1):
        _add(here, f"ingest-{number}", ["platspuls", "ingest", "run"], of_ingest)
    for number in range(1, here.shape.counters + 1):
        _add_counter(here, number, since, environment)


def _add_counter(here: World, number: int, since: date, environment: dict[str, str]) -> None:
    """Prepare a counter. The first has a small disk, the second a small outbox, the last counts live alone."""
    name = f"counter-{number}"
    disk = here.small_disk if here.small_disk and number == 1 else here.folder
    here.outboxes[name] = disk / f"{name}.sqlite3"
    history_days = 0 if name == here.shape.live_counter else here.load.history_days
    device = Device(number, here.outboxes[name], history_days, _SMALL_OUTBOX if number == 2 else None)
    file = write_counter(here.folder, device, here.lines["line of the counters"].port, since)
    here.move_clock(name, 0)
    here.let_come(name, USUAL_RATE)
    (here.folder / "begin").write_text(str(here.begin_ms))
    words = ["tests.chaos.counter", str(file), str(here.shift_file(name)), str(here.load.rate)]
    _add(here, name, words, environment)


def _add(here: World, name: str, words: list[str], environment: dict[str, str]) -> None:
    log = here.folder / "logs" / f"{name}.log"
    here.parts[name] = Part(Command([sys.executable, "-m", *words], log, environment))


def _once(environment: dict[str, str], *words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "platspuls", *words], env={**os.environ, **environment}, check=True, capture_output=True
    )


def _end(here: World) -> None:
    """End counters and ingest first, the servers last."""
    for name in ("counter-", "ingest-", "broker", "database"):
        for part in here.named(name):
            if part.process:
                part.wanted = False
                part.resume()
                part.process.send_signal(part.end_signal)
        for part in here.named(name):
            part.end()
