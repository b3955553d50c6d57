"""Shared by the commands on the store: its address, options for times, tables as text, and errors as one sentence."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from store.database import Database

FAILED = 3
"""Exit code when the question couldn't be put: the database is away, or isn't ready for this version."""

database_url = click.option(
    "--database-url",
    envvar="PLATSPULS_DATABASE_URL",
    required=True,
    show_envvar=True,
    help="Address of the store, such as postgresql://user@host/database.",
)


@contextmanager
def opened(address: str, command: str) -> Iterator["Database"]:
    """Connect, in autocommit mode, to a store of this version; end the program with one sentence when it can't be."""
    from store.database import DatabaseError, connect, transaction
    from store.migrate import check_version

    try:
        with connect(address, application=f"platspuls {command}", autocommit=True) as database:
            with transaction(database):
                check_version(database)
            yield database
    except DatabaseError as error:
        click.echo(str(error), err=True)
        sys.exit(FAILED)


def chosen_sites(database: "Database", wanted: str | None) -> Sequence[str]:
    """Return the keys of all sites, or the one that is wanted; end the program where it isn't there."""
    from store.anomalies import sites

    keys = sites(database)
    if wanted is None:
        return keys
    if wanted not in keys:
        click.echo(f"there is no site {wanted}: there are {', '.join(keys) or 'none'}", err=True)
        sys.exit(FAILED)
    return [wanted]


def moment(_context: click.Context, _parameter: click.Parameter, text: str | None) -> datetime | None:
    """Read an option as an aware time: a date is its UTC midnight, a time without an offset is UTC."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is neither a date nor a time, as in 2026-10-25 or 2026-10-25T08:00Z"
        ) from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def shown(value: object) -> str:
    """Return a cell as text: nothing for None, times to the second in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    return "" if value is None else str(value)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a plain table; numbers stand to the right."""
    cells = [list(head), *([shown(value) for value in row] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    right = [all(isinstance(row[column], int | None) for row in rows) and bool(rows) for column in range(len(head))]
    for row in cells:
        line = "  ".join(
            cell.rjust(width) if is_right else cell.ljust(width)
            for cell, width, is_right in zip(row, widths, right, strict=True)
        )
        yield line.rstrip()
