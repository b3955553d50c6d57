"""Child processes that end with their parent, and a wait that never sleeps longer than it must."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

LOG_BYTES: Final = 5_000_000


class EmbeddedError(Exception):
    """A part of the embedded mode cannot run on this machine; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Command:
    """One program to run.

    Attributes:
        words: the program and its arguments.
        log: the file that takes what it prints; set aside at a start once it is larger than LOG_BYTES.
        environment: what is added to this process's own environment.
        user: the user and group ids to run as, or None for our own.
        end_signal: asks it to end cleanly; the system sends it too when this process was killed.
    """

    words: Sequence[str]
    log: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    user: tuple[int, int] | None = None
    end_signal: signal.Signals = signal.SIGTERM


def start(command: Command) -> subprocess.Popen[bytes]:
    """Start the program in its own session, so that Ctrl-C reaches only the parent, which ends it in order."""
    uid, gid = command.user or (None, None)
    before_program = partial(_die_with_parent, command.end_signal) if sys.platform == "linux" else None
    _set_aside(command.log)
    with command.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - the words are ours
            command.words,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **command.environment},
            start_new_session=True,
            user=uid,
            group=gid,
            extra_groups=[] if command.user else None,
            preexec_fn=before_program,  # noqa: PLW1509 - no threads yet
        )


def _set_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".old.log"))


_PR_SET_PDEATHSIG = 1


def _die_with_parent(end_signal: signal.Signals) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, end_signal)


def stop(process: subprocess.Popen[bytes], *, how: signal.Signals = signal.SIGTERM, timeout_s: float = 15) -> int:
    """End a child and return its exit code: asked with the signal `how`, and killed after `timeout_s` seconds."""
    if process.poll() is None:
        process.send_signal(how)
    try:
        return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def wait_until(
    ready: Callable[[], bool],
    process: subprocess.Popen[bytes],
    command: Command,
    *,
    timeout_s: float = 30,
) -> None:
    """Wait until `ready` says so. Raises EmbeddedError when the program ends first, or takes too long."""
    deadline = time.monotonic() + timeout_s
    while not ready():
        if process.poll() is not None:
            raise EmbeddedError(f"{_name(command)} ended with code {process.returncode}: {log_tail(command.log)}")
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{_name(command)} was not ready after {timeout_s:.0f} s: {log_tail(command.log)}")
        time.sleep(0.02)


def _name(command: Command) -> str:
    return command.log.stem


def log_tail(log: Path, most_bytes: int = 600) -> str:
    """Return the end of a log on one line, or 'no log' where there is none."""
    if not log.exists():
        return "no log"
    return " | ".join(log.read_bytes()[-most_bytes:].decode(errors="replace").split("\n")).strip(" |")


def accepts(host: str, port: int) -> bool:
    """Return whether something takes TCP connections at this address."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def free_port(host: str = "127.0.0.1") -> int:
    """Return a TCP port that is free now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def check_port(host: str, port: int, purpose: str) -> None:
    """Raise EmbeddedError when another program has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise EmbeddedError(f"port {port} on {host} for {purpose} can't be used: {error.strerror}") from None
