"""`platspuls demo`: a whole place with simulated people, by one command."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

HISTORY_DAYS = 21


@click.command()
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Holds the database and the counters' outboxes; a second start goes on from it.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8420, show_default=True, help="Port of the pages.")
@click.option("--history-days", type=click.IntRange(0, 60), default=HISTORY_DAYS, show_default=True)
def demo(folder: Path, port: int, history_days: int) -> None:
    """Run a whole place on this machine: simulated people, real counters, broker, database and pages.

    Everything listens on loopback only. Ctrl-C ends it cleanly.
    """
    from platspuls.demo import write_devices, write_site
    from platspuls.embedded import installation
    from platspuls.embedded.process import EmbeddedError
    from platspuls.embedded.supervisor import Supervisor, ending_signals

    folder = folder.resolve()
    try:
        with installation.open_folder(folder), ending_signals() as ending:
            here = installation.prepare(folder, installation.Ports(web=port))
            since = _since(folder / "since", history_days)
            devices = write_devices(folder, here.broker.port_v5, since)
            place = installation.Place(write_site(folder, since), devices)
            installation.run(here, place, Supervisor(_say), ending, _say)
    except EmbeddedError as error:
        raise click.ClickException(str(error)) from error


def _since(kept: Path, history_days: int) -> date:
    """Return the day the history begins: chosen at the first start and kept."""
    if not kept.exists():
        kept.write_text((datetime.now(UTC).date() - timedelta(days=history_days)).isoformat())
    return date.fromisoformat(kept.read_text().strip())


def _say(line: str) -> None:
    click.echo(line)
