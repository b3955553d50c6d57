"""`platspuls demo`: a whole place with simulated people, by one command."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from platspuls import __version__
from platspuls.cli.access.grants import operator
from platspuls.cli.counter.counter import accuracy, check, until_ended
from platspuls.cli.counter.doctor import doctor
from platspuls.cli.counter.service import staff
from platspuls.cli.counter.setup import setup
from platspuls.cli.counter.shared import file_argument

if TYPE_CHECKING:
    from platspuls.embedded.installation import Installation

HISTORY_DAYS = 21


@click.group(invoke_without_command=True)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    show_default="var/demo, with --clip var/clip",
    help="Holds the database and the counters' outboxes; a second start goes on from it.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8420, show_default=True, help="Port of the pages.")
@click.option("--history-days", type=click.IntRange(0, 60), default=HISTORY_DAYS, show_default=True)
@click.option(
    "--clip",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Count the real people of this video file instead, once, as if it ended a moment ago. Needs --weights.",
)
@click.option("--weights", type=click.Path(exists=True, path_type=Path), help="Of the detector: docs/detectors.md.")
@click.option(
    "--line-at",
    type=click.FloatRange(0.05, 0.95),
    default=0.5,
    show_default=True,
    help="Where the line stands across the clip, as a part of the picture's width.",
)
@click.pass_context
def demo(  # noqa: PLR0913, PLR0917 - one argument an option of the command
    context: click.Context,
    folder: Path | None,
    port: int,
    history_days: int,
    clip: Path | None,
    weights: Path | None,
    line_at: float,
) -> None:
    """Run a whole place on this machine: simulated people, real counters, broker, database and pages.

    Everything listens on loopback only. Ctrl-C ends it cleanly.
    """
    if context.invoked_subcommand is not None:
        return
    if (clip is None) != (weights is None):
        raise click.UsageError("--clip and --weights belong together")
    from platspuls.demo import write_devices, write_site
    from platspuls.demo.clip import ClipPlace, ClipRefusedError
    from platspuls.embedded import installation
    from platspuls.embedded.process import EmbeddedError
    from platspuls.embedded.supervisor import Supervisor, shutdown_signals

    folder = (folder or Path("var/demo" if clip is None else "var/clip")).resolve()
    try:
        with installation.open_folder(folder), shutdown_signals() as shutdown:
            here = installation.prepare(folder, port)
            if clip is not None and weights is not None:
                counted = ClipPlace(clip.resolve(), weights.resolve(), line_at)
                site_file, device_file = counted.write(folder, here.broker.port_v5, datetime.now(UTC))
                place = installation.Deployment(site_file, [device_file], recorded=True)
            else:
                since = _since(folder / "since", history_days)
                devices = write_devices(folder, here.broker.port_v5, since)
                place = installation.Deployment(write_site(folder, since), devices, counter=("demo", "counter", "run"))
            installation.run(here, place, Supervisor(click.echo), shutdown, click.echo, lambda: _welcome(here))
    except ClipRefusedError as error:
        raise click.UsageError(str(error)) from error
    except EmbeddedError as error:
        raise click.ClickException(str(error)) from error


def _welcome(here: "Installation") -> str:
    """Invite the first administrator, and return how to log in. Raises EmbeddedError."""
    from platspuls.embedded.process import EmbeddedError
    from platspuls.ops.invitation import invite_first
    from store.database import DatabaseError, connect

    try:
        with connect(here.cluster.url(), application="demo", autocommit=True) as database:
            made = invite_first(database, operator(), here.address.rstrip("/"))
    except DatabaseError as error:
        raise EmbeddedError(f"nobody can be invited to log in: {error}") from error
    return (
        "Until somebody logs in, this machine may see and write everything.\n"
        f"To log in as an administrator, once and within 24 hours: {made.link}"
    )


def _since(kept: Path, history_days: int) -> date:
    """Return the day the history begins: chosen at the first start and kept."""
    if not kept.exists():
        kept.write_text((datetime.now(UTC).date() - timedelta(days=history_days)).isoformat())
    return date.fromisoformat(kept.read_text().strip())


@demo.group("counter")
@click.pass_context
def demo_counter(context: click.Context) -> None:
    """As `platspuls counter`, for device files whose sources are simulated, which no other counter opens."""
    from platspuls.demo.counter import simulated_kinds

    context.obj = simulated_kinds()


for _command in (accuracy, check, doctor, setup, staff):
    demo_counter.add_command(_command)


@demo_counter.command()
@file_argument
def run(file: Path) -> None:
    """Backfill what the simulated device of FILE would have counted until now, then count until ended.

    Exit codes are those of `platspuls counter run`.
    """
    from platspuls.demo.counter import run as run_counter

    until_ended(lambda stop: run_counter(file, stop, __version__))
