"""`platspuls weather`: bring the weather at a site into the store."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from platspuls.cli.access.grants import operator
from platspuls.cli.asked import chosen_sites
from platspuls.cli.listing import json_option, print_json
from platspuls.cli.shared import database_url, fail, failing, opened

if TYPE_CHECKING:
    from collections.abc import Sequence


@click.group()
def weather() -> None:
    """Keep the weather beside the numbers: `platspuls export weather` gives it by hour, day, week or month."""


@weather.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--site", required=True, help="Key of the site.")
@database_url
def import_(file: Path, site: str, database_url: str) -> None:
    """Store the temperatures or the precipitation by the hour in FILE, a CSV of SMHI's open data. Repeats are harmless.

    Ends with 1 where the file is of another form: then nothing is stored. Ends with 3 when the store can't be asked.
    """
    from store.weather import WeatherFileError, WeatherSource, import_weather, read_weather

    try:
        with failing(1, WeatherFileError), file.open(encoding="utf-8") as lines:
            measure, values = read_weather(lines)
    except UnicodeDecodeError as error:
        fail(f"{file} is not UTF-8: {error}")
    with opened(database_url, "weather") as database:
        [known] = chosen_sites(database, site)
        done = import_weather(database, known, measure, values, WeatherSource(file.name, operator()))
    times = f", {values[0].at:%Y-%m-%d %H:%M} to {values[-1].at:%Y-%m-%d %H:%M} UTC" if values else ""
    there = len(values) - done.added - done.replaced
    click.echo(f"{known}: {len(values)} values of {measure}{times}")
    click.echo(f"{done.added} new, {done.replaced} in place of others, {there} were there")


@weather.command("list")
@click.option("--site", help="Key of the site; left out: all.")
@click.option("--replaced", is_flag=True, help="The values that imports replaced, as they were before.")
@database_url
@json_option
def list_(site: str | None, database_url: str, replaced: bool, as_json: bool) -> None:
    """List the files that were imported: by whom, when, and how many values they changed."""
    from store.weather import imports, replaced_values

    with opened(database_url, "weather") as database:
        known = list(chosen_sites(database, site))
        found: Sequence[NamedTuple] = (replaced_values if replaced else imports)(database, known)
    if as_json:
        print_json([one._asdict() for one in found])
        return
    for one in found:
        click.echo("  ".join(map(_cell, one)))


def _cell(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}Z" if isinstance(value, datetime) else str(value)
