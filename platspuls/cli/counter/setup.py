"""`platspuls counter setup`: draw a counter's lines and zones on a page of its own."""

import time
from functools import partial
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

import click

from platspuls.cli.counter.shared import file_argument
from platspuls.cli.shared import fail, failing

if TYPE_CHECKING:
    from counter.sources.kinds import Kinds
    from platspuls.setup.panels import PanelOptions
    from platspuls.setup.server import Desk

_PATH = click.Path(path_type=Path)
_POLL_S: Final = 0.5
_HOUR_S: Final = 3600


@click.command()
@file_argument
@click.option("--site", type=_PATH, help="The site file; the one beside FILE that is about its site, if not given.")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is all of them.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 is any free one.")
@click.option(
    "--walk-through",
    is_flag=True,
    help="For a camera that looks straight down: take its height from somebody who walks through, and write it.",
)
@click.pass_obj
def setup(  # noqa: PLR0913, PLR0917 - one argument an option
    kinds: "Kinds | None", file: Path, site: Path | None, address: str, port: int, walk_through: bool
) -> None:
    """Draw the lines and zones of FILE on a coarse still picture of its camera, in a browser.

    For beams and a ranger: choose the line, and see which way forward is. Stop a counter that runs first: it has its
    sensor to itself. The page wants the code that is shown here, closes
    after 15 minutes, when it is done, or when five codes were wrong. Exit codes: 0 closed; 2 it can't begin.
    """
    from counter.errors import CounterError
    from counter.service.process_hardening import forbid_dumps
    from platspuls.setup.config_pair import SetupError
    from platspuls.setup.one_time_code import OneTimeCode, new_code
    from platspuls.setup.open_panel import open_panel
    from platspuls.setup.panels import PanelOptions
    from platspuls.setup.server import Desk

    code = new_code()
    options = PanelOptions(kinds, say=click.echo, complain=partial(click.echo, err=True))
    if walk_through:
        _walk_through(file, site, options)
    try:
        with failing(2, CounterError, SetupError), open_panel(file, site, options) as panel:
            forbid_dumps()
            serve(Desk(OneTimeCode(code, time.monotonic), panel), address, port, code)
    except OSError as error:
        fail(f"{address} port {port} can't be listened on: {error.strerror}", 2)


def _walk_through(file: Path, site: Path | None, options: "PanelOptions") -> None:
    from counter.errors import CounterError
    from platspuls.setup.config_pair import DrawingRefusedError, SetupError, find_site
    from platspuls.setup.walk_through import take_height

    with failing(2, CounterError, SetupError, DrawingRefusedError):
        height_m = take_height(file, site or find_site(file), options)
        click.echo(f"The camera hangs {height_m:g} m above the floor: written into {file} as camera_height_m.")


def serve(desk: "Desk", address: str, port: int, code: str) -> None:
    """Serve a page until it is done, its time is over, or Ctrl-C; print where, and its code. Raises OSError."""
    from platspuls.setup.server import open_server

    with open_server(desk, address, port) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="setup", daemon=True)
        thread.start()
        host = address if address != "0.0.0.0" else "ADDRESS-OF-THIS-DEVICE"  # noqa: S104 - compared, not opened
        click.echo(f"Open http://{host}:{server.server_address[1]}/ and type the code {code[:4]} {code[4:]}")
        click.echo(f"It closes in {_words(desk.code.open_s)}, or with Ctrl-C.")
        try:
            while desk.code.left_s and not desk.code.closed.wait(_POLL_S):
                pass
        except KeyboardInterrupt:
            desk.code.closed.set()
        server.shutdown()
        thread.join()
    click.echo("The page is closed.")


def _words(seconds: float) -> str:
    return f"{seconds / 3600:.0f} hours" if seconds > _HOUR_S else f"{seconds / 60:.0f} minutes"
