"""Shared by commands: errors as a sentence and an exit code, the store, times, tables, and files that are generated."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from store.database import Database

FAILED = 3
"""Exit code when a server couldn't be asked, or isn't ready for this version: 1 says that something is wrong there."""


def database_url_option(help_: str, *, required: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option for the store's address; `help_` says as whom."""
    return click.option(
        "--database-url", envvar="PLATSPULS_DATABASE_URL", required=required, show_envvar=True, help=help_
    )


database_url = database_url_option("Address of the store, such as postgresql://user@host/database.")


def fail(sentence: str, code: int = 1) -> NoReturn:
    """End the program with one sentence."""
    click.echo(sentence, err=True)
    sys.exit(code)


@contextmanager
def failing(code: int, *errors: type[Exception]) -> Iterator[None]:
    """End the program with the sentence of one of these errors, where it is raised."""
    try:
        yield
    except errors as error:
        fail(str(error), code)


@contextmanager
def needing(advice: str, *modules: str) -> Iterator[None]:
    """Say what to install, where one of these modules is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in modules:
            raise
        raise click.ClickException(advice) from error


@contextmanager
def opened(address: str, command: str, *, away: int = FAILED) -> Iterator["Database"]:
    """Connect, in autocommit mode, to a store of this version; end the program with one sentence when it can't be.

    It ends with `away` when the database can't be asked, and with 1 when it refuses what the command asks for.
    """
    from store.database import CommandRefusedError, DatabaseError, connect, transaction
    from store.migrate import check_version

    application = f"platspuls {command}"
    with (
        failing(away, DatabaseError),
        failing(1, CommandRefusedError),
        connect(address, application=application, autocommit=True) as database,
    ):
        with transaction(database):
            check_version(database)
        yield database


def shown(value: object, zone: ZoneInfo | None = None) -> str:
    """Return a cell as text: nothing for None, times by a site's clocks with their offset, else in UTC."""
    if isinstance(value, datetime):
        if zone is not None:
            return value.astimezone(zone).isoformat(" ", "seconds")
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return "" if value is None else str(value)


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a plain table; numbers stand to the right."""
    cells = [list(head), *([shown(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    right = [all(isinstance(row[column], int | None) for row in rows) and bool(rows) for column in range(len(head))]
    for row in cells:
        line = "  ".join(
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(row, widths, right, strict=True)
        )
        click.echo(line.rstrip())


def write_generated(made: Mapping[Path, str], *, check: bool, command: str) -> None:
    """Write files that are generated from the programs, where they differ; with `check` fail where one does."""
    stale = [path for path, text in made.items() if not path.exists() or path.read_text("utf-8") != text]
    if check and stale:
        raise click.ClickException(f"out of date: {', '.join(map(str, stale))}; run `{command}`")
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], "utf-8")
        click.echo(f"wrote {path}")
