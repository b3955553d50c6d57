"""`platspuls counter setup`: draw a counter's lines and zones on a page of its own."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from platspuls.setup.server import Desk

_PATH = click.Path(path_type=Path)
_LOOK_S: Final = 0.5


@click.command()
@click.argument("file", type=_PATH)
@click.option("--site", type=_PATH, help="The site file; the one beside FILE that is about its site, if not given.")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is all of them.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 is any free one.")
def setup(file: Path, site: Path | None, address: str, port: int) -> None:
    """Draw the lines and zones of FILE on a coarse still picture of its camera, in a browser.

    Stop a counter that runs first: it has its camera to itself. The page wants the code that is shown here, closes
    after 15 minutes, when it is done, or when five codes were wrong. Exit codes: 0 closed; 2 it can't begin.
    """
    from counter.errors import CounterError
    from counter.lockdown import forbid_dumps
    from platspuls.setup.door import new_code
    from platspuls.setup.files import SetupError

    code = new_code()
    try:
        desk = make_desk(file, site, code)
        forbid_dumps()
        _serve(desk, address, port, code)
    except (CounterError, SetupError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{address} port {port} can't be listened on: {error.strerror}")


def make_desk(file: Path, site: Path | None, code: str) -> "Desk":
    """Take the picture and read the files. Raises CounterError or SetupError."""
    from counter.clock import SystemClock
    from counter.sources.video.still import take_still
    from platspuls.setup.door import Door
    from platspuls.setup.files import Files, find_site, load_site, source_of
    from platspuls.setup.server import Desk

    site = site or find_site(file)
    load_site(site, file)
    still = take_still(source_of(file)[1], SystemClock())
    files = Files(file, site, still.size, lambda: datetime.now(UTC))
    return Desk(Door(code, time.monotonic), files, still.png, still.shown)


def _serve(desk: "Desk", address: str, port: int, code: str) -> None:
    from platspuls.setup.server import open_server

    with open_server(desk, address, port) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="setup", daemon=True)
        thread.start()
        host = address if address != "0.0.0.0" else "ADDRESS-OF-THIS-DEVICE"  # noqa: S104 - compared, not opened
        click.echo(f"Open http://{host}:{server.server_address[1]}/ and type the code {code[:4]} {code[4:]}")
        click.echo("It closes in 15 minutes, or with Ctrl-C.")
        try:
            while desk.door.left_s and not desk.door.closed.wait(_LOOK_S):
                pass
        except KeyboardInterrupt:
            desk.door.closed.set()
        server.shutdown()
        thread.join()
    click.echo("The page is closed.")


def _fail(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(2)
