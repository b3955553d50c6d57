"""`platspuls demo` as its user runs it, in a process of its own."""

import json
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from platspuls.embedded.process import free_port
from store.database import Database, connect

SITE: Final = "haninge-entre"


@dataclass(frozen=True, slots=True)
class Demo:
    """A running `platspuls demo`."""

    process: subprocess.Popen[str]
    folder: Path
    port: int

    @property
    def address(self) -> str:
        """Return where its API is."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> dict[str, object] | None:
        """Return what the API answers, or None while it doesn't."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return dict(json.load(answer))
        except (URLError, OSError):
            return None

    def pid_of(self, *words: str) -> int | None:
        """Return the process id of the part whose command line has all these words."""
        for child in psutil.Process(self.process.pid).children():
            try:
                line = " ".join(child.cmdline())
            except psutil.NoSuchProcess:
                continue
            if all(word in line for word in words):
                return child.pid
        return None

    def database(self) -> Database:
        """Return a connection to the demo's database."""
        words = shlex.split((self.folder / "env").read_text())
        environment = dict(word.split("=", 1) for word in words if "=" in word)
        return connect(environment["PLATSPULS_DATABASE_URL"], application="test", autocommit=True)

    def unsettled(self) -> int:
        """Return how many records have no receipt yet."""
        return sum(
            sqlite3.connect(path).execute("select count(*) from record where settled_ms is null").fetchone()[0]
            for path in outboxes(self.folder)
        )

    def end(self) -> str:
        """End it as Ctrl-C does; return all that it said."""
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=60)
        return said


def start(folder: Path, history_days: int) -> Demo:
    """Start it in a folder, and wait until its API answers."""
    port = free_port()
    words = [sys.executable, "-m", "platspuls", "demo", "--folder", str(folder), "--port", str(port)]
    process = subprocess.Popen(
        [*words, "--history-days", str(history_days)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    demo = Demo(process, folder, port)
    until(lambda: process.poll() is not None or bool(demo.get(f"/api/v1/sites/{SITE}")), "the API answers")
    assert process.poll() is None, process.stdout and process.stdout.read()
    return demo


def outboxes(folder: Path) -> list[Path]:
    """Return the outboxes of its counters."""
    found = sorted(folder.glob("*.sqlite3"))
    assert len(found) == 4
    return found


def until(condition: Callable[[], bool], what: str, timeout_s: float = 120) -> None:
    """Wait for a condition; fail with `what` it was."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {timeout_s:.0f} s: {what}"
        time.sleep(0.1)
