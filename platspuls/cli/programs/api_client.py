"""Where commands ask for numbers: an API that is named, or one inside this process on the database."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from platspuls.cli.shared import FAILED, database_url_option, fail

if TYPE_CHECKING:
    from platspuls_client import Client, ProblemError

ADVICE: Final = "this needs the client of the API: pip install ./client, in the checkout"
"""Where the client isn't there."""
WHERE: Final = (
    database_url_option("Address of the store.", required=False),
    click.option("--api", help="Address of an API instead, such as https://place.example or http://127.0.0.1:8420."),
    click.option(
        "--key-file",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="PLATSPULS_KEY_FILE",
        show_envvar=True,
        help="File with the key for the API.",
    ),
)
"""The options that say where: database_url, api, key_file."""


@contextmanager
def failing_where_unknown(kind: "type[ProblemError]", refused: int) -> Iterator[None]:
    """End with 3 where the API knows no such site, line or zone: as all commands do.

    Where it doesn't know who asks, end with `refused`, and say where a key is read from.
    """
    try:
        yield
    except kind as error:
        if error.status == HTTPStatus.UNAUTHORIZED:
            fail(f"{error}. It is read from the file that --key-file or PLATSPULS_KEY_FILE names", refused)
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        fail(str(error), FAILED)


def api_client(database_url: str | None, api: str | None, key_file: Path | None) -> "Client":
    """Return a client of the API that was named, or of one that runs inside this process on the database."""
    from platspuls_client import Client, find_key

    if api:
        return Client(api, key=find_key(key_file))
    if not database_url:
        raise click.UsageError("say where the numbers are: --database-url, or --api")
    if not hasattr(socket, "AF_UNIX"):
        raise click.UsageError("--database-url works on Linux and macOS alone: ask an API instead (--api)")
    from platspuls.cli.programs.in_process import ADDRESS, InProcessTransport

    return Client(ADDRESS, transport=InProcessTransport(database_url), attempts=1)
