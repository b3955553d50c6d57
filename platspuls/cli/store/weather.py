"""`platspuls weather`: bring the weather at a site into the store."""

from pathlib import Path

import click

from platspuls.cli.asked import chosen_sites
from platspuls.cli.shared import database_url, fail, failing, opened


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
    from store.weather import WeatherFileError, import_weather, read_weather

    try:
        with failing(1, WeatherFileError), file.open(encoding="utf-8") as lines:
            measure, values = read_weather(lines)
    except UnicodeDecodeError as error:
        fail(f"{file} is not UTF-8: {error}")
    with opened(database_url, "weather") as database:
        [known] = chosen_sites(database, site)
        count = import_weather(database, known, measure, values)
    times = f", {values[0].at:%Y-%m-%d %H:%M} to {values[-1].at:%Y-%m-%d %H:%M} UTC" if values else ""
    click.echo(f"{known}: {count} values of {measure}{times}")
