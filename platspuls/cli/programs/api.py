"""`platspuls api`: the read side as a web server."""

import click

from platspuls.cli.shared import failing


@click.group()
def api() -> None:
    """Serve the numbers, the live stream and the pages."""


@api.command()
def run() -> None:
    """Serve on loopback until ended; settings are environment variables, PLATSPULS_API_... and PLATSPULS_DATABASE_URL.

    It starts whether or not the database is there: /readyz says. Exit codes: 2 wrong settings, 1 a busy port.
    """
    from api.serve import ListenError
    from api.serve import run as serve
    from api.settings import load
    from core.settings import SettingsError

    with failing(2, SettingsError), failing(1, ListenError):
        serve(load())
