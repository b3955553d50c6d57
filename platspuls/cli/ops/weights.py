"""`platspuls weights`: the weights of detectors, from their makers onto this machine."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from platspuls.cli.listing import json_option, print_json
from platspuls.cli.shared import fail, print_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from platspuls.ops.weights.catalogue import ReleasedFile

_MEGA: Final = 1e6
_STEP: Final = 10


@click.group()
def weights() -> None:
    """See which weights of detectors are known, and fetch them from their makers."""


@weights.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Print all known weights: licence, size, where they are published, and the SHA-256 they are checked by."""
    from platspuls.ops.weights.catalogue import WEIGHTS

    if as_json:
        print_json(list(WEIGHTS.values()))
        return
    print_table(
        ("name", "file", "megabytes", "detector", "licence", "makers"),
        [
            (one.name, one.file, f"{one.size / _MEGA:.1f}", one.detector, one.licence, one.makers)
            for one in WEIGHTS.values()
        ],
    )
    for one in WEIGHTS.values():
        click.echo(f"\n{one.name}: {one.address}\n  SHA-256 {one.sha256}")
        if one.note:
            click.echo(f"  {one.licence}: {one.note}")


@weights.command()
@click.argument("name")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="the working folder",
    help="The folder to put them into. A device file looks for its weights from its own folder.",
)
@click.option(
    "--from",
    "carried",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Take them from this file, which was fetched elsewhere and carried here; nothing is asked of the network.",
)
@click.option(
    "--mirror",
    envvar="PLATSPULS_WEIGHTS_MIRROR",
    show_envvar=True,
    help="An address that the file lies under, instead of its makers'. What comes is checked all the same.",
)
def get(name: str, into: Path, carried: Path | None, mirror: str | None) -> None:
    """Fetch the weights NAME into a folder, and check that they are what their makers published.

    Exit codes: 0 they are there; 1 they aren't, and nothing was kept; 2 there are no such weights.
    """
    from platspuls.ops.weights.catalogue import WEIGHTS
    from platspuls.ops.weights.install import WeightsError, carry, download

    released = WEIGHTS.get(name) or fail(f"{name} is not known: there are {', '.join(WEIGHTS)}", 2)
    try:
        path = carry(released, into, carried) if carried else download(released, into, mirror, _progress(released))
    except WeightsError as error:
        fail(str(error))
    click.echo(f"{path}: checked. {released.licence}, by {released.makers}")
    if released.note:
        click.echo(f"{released.licence}: {released.note}", err=True)
    click.echo(f'In the device file: [detector] kind = "{released.detector}", weights = "{released.file}"')


def _progress(released: "ReleasedFile") -> "Callable[[int], object]":
    """Return what says how much has come, every tenth of it, where somebody looks."""

    def say(percent: int) -> None:
        if sys.stderr.isatty() and percent % _STEP == 0:
            click.echo(f"{released.file}: {percent} % of {released.size / _MEGA:.1f} MB", err=True)

    return say
