"""`platspuls counter setup`: draw a counter's lines and zones on a page of its own."""

import sys
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from counter.sources.doorway.settings import BeamsSource, TofSource
    from counter.sources.thermal.settings import ThermalSource
    from counter.sources.video.settings import CameraSource, ClipSource
    from platspuls.setup.config_pair import Both
    from platspuls.setup.server import Desk, Panel

_PATH = click.Path(path_type=Path)
_POLL_S: Final = 0.5
_SHUTDOWN_S: Final = 5.0
"""Longer than a sensor takes for one look."""


@click.command()
@click.argument("file", type=_PATH)
@click.option("--site", type=_PATH, help="The site file; the one beside FILE that is about its site, if not given.")
@click.option("--address", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is all of them.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 is any free one.")
def setup(file: Path, site: Path | None, address: str, port: int) -> None:
    """Draw the lines and zones of FILE on a coarse still picture of its camera, in a browser.

    For beams and a ranger: choose the line, and see which way forward is. Stop a counter that runs first: it has its
    sensor to itself. The page wants the code that is shown here, closes
    after 15 minutes, when it is done, or when five codes were wrong. Exit codes: 0 closed; 2 it can't begin.
    """
    from counter.errors import CounterError
    from counter.service.process_hardening import forbid_dumps
    from platspuls.setup.config_pair import SetupError
    from platspuls.setup.one_time_code import Door, new_code
    from platspuls.setup.server import Desk

    code = new_code()
    try:
        with open_panel(file, site) as panel:
            forbid_dumps()
            _serve(Desk(Door(code, time.monotonic), panel), address, port, code)
    except (CounterError, SetupError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{address} port {port} can't be listened on: {error.strerror}")


@contextmanager
def open_panel(
    file: Path,
    site: Path | None,
    now: "Callable[[], datetime]" = lambda: datetime.now(UTC),
    trail_s: float | None = None,
) -> "Iterator[Panel]":
    """Read the files, and take the picture or watch the doorway.

    Args:
        file: the device file.
        site: the site file; None for the one beside it.
        now: returns the time at which something is saved.
        trail_s: how long a thermal array is looked at, seconds; None for long enough to walk through.

    Raises CounterError or SetupError.
    """
    from counter.sources.doorway.settings import BeamsSource, TofSource
    from counter.sources.thermal.settings import ThermalSource
    from counter.sources.video.settings import CameraSource, ClipSource
    from platspuls.setup.config_pair import Both, SetupError, find_site, load_device, load_site

    both = Both(file, site or find_site(file))
    load_site(both.site, file)
    device = load_device(file)
    match device.source:
        case ClipSource() | CameraSource():
            yield _board_of_camera(both, device.source, now)
        case ThermalSource():
            yield _board_of_array(both, device.source, now, trail_s)
        case BeamsSource() | TofSource():
            with _passage(both, device.source, now) as panel:
                yield panel
        case _:
            raise SetupError(f"{file}: a source of kind {device.source.kind} has nothing to set up")


def _board_of_camera(both: "Both", source: "ClipSource | CameraSource", now: "Callable[[], datetime]") -> "Panel":
    from core.clock import SystemClock
    from counter.sources.video.still import take_still
    from platspuls.setup.files import Files
    from platspuls.setup.panels import Board

    still = take_still(source, SystemClock())
    return Board(Files(both, still.size, now), still.png, still.shown)


def _board_of_array(
    both: "Both", source: "ThermalSource", now: "Callable[[], datetime]", trail_s: float | None
) -> "Panel":
    from core.clock import SystemClock
    from counter.sources.sensors import array_of, optics_of
    from counter.sources.thermal.picture import LOOK_S, take_trail
    from platspuls.setup.files import on_floor
    from platspuls.setup.panels import Board

    clock, look_s = SystemClock(), trail_s or LOOK_S
    with closing(array_of(source, clock)()) as array:
        click.echo(f"Looks for {look_s:.0f} seconds. Walk through meanwhile: your way will show.")
        trail = take_trail(array, optics_of(source), clock, look_s)
    files = on_floor(both, trail.bounds, now)
    return Board(files, trail.png, files.size, "thermal")


@contextmanager
def _passage(both: "Both", source: "BeamsSource | TofSource", now: "Callable[[], datetime]") -> "Iterator[Panel]":
    from core.clock import SystemClock
    from counter.sources.sensors import open_doorway
    from platspuls.setup.doorway import Doorway, Live
    from platspuls.setup.panels import Passage

    live = Live(open_doorway(source, SystemClock()))
    panel = Passage(Doorway.of(both, live, now))
    thread = live.start()
    try:
        yield panel
    finally:
        live.close()
        thread.join(_SHUTDOWN_S)


def _serve(desk: "Desk", address: str, port: int, code: str) -> None:
    from platspuls.setup.server import open_server

    with open_server(desk, address, port) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="setup", daemon=True)
        thread.start()
        host = address if address != "0.0.0.0" else "ADDRESS-OF-THIS-DEVICE"  # noqa: S104 - compared, not opened
        click.echo(f"Open http://{host}:{server.server_address[1]}/ and type the code {code[:4]} {code[4:]}")
        click.echo("It closes in 15 minutes, or with Ctrl-C.")
        try:
            while desk.door.left_s and not desk.door.closed.wait(_POLL_S):
                pass
        except KeyboardInterrupt:
            desk.door.closed.set()
        server.shutdown()
        thread.join()
    click.echo("The page is closed.")


def _fail(message: str) -> None:
    click.echo(message, err=True)
    sys.exit(2)
