"""One whole place on one machine: database, broker, ingest, API and counters under one supervisor."""

import fcntl
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final

from platspuls.embedded import broker as mqtt
from platspuls.embedded import postgres
from platspuls.embedded.process import Command, EmbeddedError, accepts, check_port
from platspuls.embedded.supervisor import Service, Supervisor, run_until_shutdown

LAYOUT: Final = "1"
"""Version of the folder's layout; another one is refused rather than guessed at."""
_HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Deployment:
    """What to run: one site and its devices.

    Attributes:
        site_file: the site file, applied at each start.
        device_files: one counter is run for each.
        recorded: whether they count something that has an end, and are not started again after it.
        counter: the words of the command that counts, before the name of the device file.
    """

    site_file: Path
    device_files: Sequence[Path]
    recorded: bool = False
    counter: Sequence[str] = ("counter", "run")


@contextmanager
def open_folder(folder: Path) -> Iterator[None]:
    """Hold the folder for this program alone. Raises EmbeddedError when another program has it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("w")
    except OSError as error:
        raise EmbeddedError(f"the folder {folder} can't be used: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EmbeddedError(f"the folder {folder} is in use by another Platspuls: end that one first") from None
        _check_layout(folder / "LAYOUT")
        yield


def _check_layout(mark: Path) -> None:
    if not mark.exists():
        mark.write_text(f"{LAYOUT}\n")
    elif (found := mark.read_text().strip()) != LAYOUT:
        raise EmbeddedError(
            f"the folder {mark.parent} has layout {found!r}, this version knows {LAYOUT!r}: choose another folder"
        )


@dataclass(frozen=True, slots=True)
class Installation:
    """The servers of one place, and how its programs reach them.

    Attributes:
        folder: holds everything that outlives the run; held by `open_folder`.
        web_port: where the pages are.
        cluster: the database.
        broker: the MQTT broker.
    """

    folder: Path
    web_port: int
    cluster: postgres.Cluster
    broker: mqtt.Broker

    @property
    def address(self) -> str:
        """Where the pages are."""
        return f"http://{_HOST}:{self.web_port}/"

    def start_servers(self, supervisor: Supervisor) -> None:
        """Start database and broker. Raises EmbeddedError."""
        supervisor.start(Service("database", self.cluster.command(), self.cluster.is_ready))
        supervisor.start(Service("broker", self.broker.command(), self.broker.is_ready))
        self.cluster.create_database()

    def set_up(self, place: Deployment) -> None:
        """Bring the database to this version and apply the site file. Raises EmbeddedError with what went wrong."""
        self._once("db", "migrate")
        self._once("site", "apply", str(place.site_file))

    def write_environment(self) -> None:
        """Write how to reach the servers into `folder`/env, for commands run beside the installation."""
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in self._environment().items()]
        (self.folder / "env").write_text("".join(lines))

    def programs(self) -> list[Service]:
        """Return the servers' programs in the order of their start. The last one is the first that is waited for."""
        return [
            Service("ingest", self._program("ingest", "ingest", "run")),
            Service("api", self._program("api", "api", "run"), lambda: accepts(_HOST, self.web_port)),
        ]

    def counters(self, place: Deployment) -> list[Service]:
        """Return the counters, which need no server to begin: what they count waits in their outboxes."""
        return [self._counter(path, place) for path in place.device_files]

    def _counter(self, device_file: Path, place: Deployment) -> Service:
        name = f"counter-{device_file.stem}"
        return Service(name, self._program(name, *place.counter, str(device_file)), may_end=place.recorded)

    def _program(self, name: str, *words: str) -> Command:
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        return Command([sys.executable, "-m", "platspuls", *words], logs / f"{name}.log", self._environment())

    def _once(self, *words: str) -> None:
        done = subprocess.run(  # noqa: S603 - the words are ours
            [sys.executable, "-m", "platspuls", *words],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **self._environment()},
        )
        if done.returncode:
            raise EmbeddedError(f"platspuls {' '.join(words)}: {(done.stderr or done.stdout).strip()}")

    def _environment(self) -> dict[str, str]:
        return {
            "PLATSPULS_DATABASE_URL": self.cluster.url(),
            "PLATSPULS_INGEST_MQTT_HOST": self.broker.host,
            "PLATSPULS_INGEST_MQTT_PORT": str(self.broker.port_v5),
            "PLATSPULS_API_HOST": _HOST,
            "PLATSPULS_API_PORT": str(self.web_port),
            # Counters multiply tiny matrices: a pool of threads in each only costs memory.
            "OPENBLAS_NUM_THREADS": "1",
            # glibc keeps an arena a thread; two are enough here and spare some tens of megabytes.
            "MALLOC_ARENA_MAX": "2",
        }


def prepare(folder: Path, web_port: int) -> Installation:
    """Make the servers' folders ready. Raises EmbeddedError: a busy port, a folder of another version, a full disk."""
    check_port(_HOST, web_port, "the pages")
    cluster = postgres.prepare(folder / "postgres")
    return Installation(folder, web_port, cluster, mqtt.prepare(folder / "broker"))


def run(  # noqa: PLR0913, PLR0917 - what is run, and how it is watched, ended and spoken of
    installation: Installation,
    place: Deployment,
    supervisor: Supervisor,
    shutdown: Event,
    say: Callable[[str], None],
    welcome: Callable[[], str],
) -> None:
    """Run a place until the end is asked for, then end its parts in order: counters first, the database last.

    Args:
        installation: from `prepare`.
        place: what to count.
        supervisor: starts and watches the parts.
        shutdown: set when the end is asked for.
        say: shows a line to whoever started it.
        welcome: returns what to say once all is up.

    Raises:
        EmbeddedError: a part can't be started; the parts already started are ended first.
    """
    try:
        for counter in installation.counters(place):
            supervisor.start(counter)
        installation.start_servers(supervisor)
        installation.write_environment()
        installation.set_up(place)
        for program in installation.programs():
            if not shutdown.is_set():
                supervisor.start(program)
        if not shutdown.is_set():
            say(f"Platspuls is up: {installation.address}  (Ctrl-C ends it)")
            say(welcome())
        run_until_shutdown(supervisor, shutdown)
    finally:
        say("Ending ...")
        supervisor.stop_at_once("counter-")
        supervisor.stop()
        installation.cluster.close()
