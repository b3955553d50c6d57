"""`platspuls site`: check a site file, and apply it to the store."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from platspuls.cli.access.grants import operator
from platspuls.cli.shared import database_url, fail, failing, opened

if TYPE_CHECKING:
    from core.site_file.document import SiteFile
    from store.registry.plan import SitePlan

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def site() -> None:
    """Check and apply site files: a place, its lines and zones, and its devices."""


@site.command()
@_FILE
def check(file: Path) -> None:
    """Print all that is wrong with FILE, without a database. Ends with 1 if anything is."""
    loaded = _load(file)
    parts = {
        "space": loaded.spaces,
        "border": loaded.borders,
        "line": loaded.lines,
        "zone": loaded.zones,
        "device": loaded.devices,
    }
    counts = ", ".join(f"{len(some)} {name}{'' if len(some) == 1 else 's'}" for name, some in parts.items())
    click.echo(f"{file}: site {loaded.site.key}: {counts}")


@site.command()
@_FILE
@database_url
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def apply(file: Path, database_url: str, dry_run: bool) -> None:
    """Make the store agree with FILE, all or nothing. Ends with 1 if the file is wrong or would orphan data."""
    from store.registry.apply import PlanRefusedError
    from store.registry.apply import apply as apply_file
    from store.registry.plan import plan

    loaded = _load(file)
    try:
        with opened(database_url, "site", away=1) as database:
            _show(plan(database, loaded))
            if dry_run:
                click.echo("Dry run: nothing was changed.")
            elif apply_file(database, loaded, operator()).changes:
                click.echo("Applied.")
    except PlanRefusedError as error:
        _refuse(error.plan)


@site.command()
@click.argument("country")
@click.option("--subdivision", help="Of the country, such as BY of DE: its code.")
@click.option("--year", "years", type=click.IntRange(2000, 2199), multiple=True, required=True, help="May be repeated.")
@click.option("--language", help="Of the names, such as sv; left out, the country's own.")
def holidays(country: str, subdivision: str | None, years: tuple[int, ...], language: str | None) -> None:
    """Print the public holidays of COUNTRY, such as SE, as [[calendar]] entries for a site file: look at them first."""
    from holidays import country_holidays

    with failing(1, NotImplementedError):
        known = country_holidays(country.upper(), subdiv=subdivision)
        if language and language not in known.supported_languages:
            there_are = ", ".join(known.supported_languages) or "only its own"
            raise click.UsageError(f"--language {language}: {country.upper()} has no such names: there are {there_are}")
        # Without a language the library would take that of this machine.
        spoken = language or known.default_language
        found = country_holidays(country.upper(), subdiv=subdivision, years=years, language=spoken)
    for day, name in sorted(found.items()):
        click.echo(f'[[calendar]]\nkind = "holiday"\nfrom = {day}\nname = {json.dumps(name, ensure_ascii=False)}\n')


@site.command()
@_FILE
@click.option("--kind", type=click.Choice(["holiday", "school_break"]), help="Of rows that don't say theirs.")
@click.option(
    "--into",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A site file: write those that it doesn't have yet at its end, if it is right with them.",
)
def calendar(file: Path, kind: str | None, into: Path | None) -> None:
    """Print the holidays and school breaks in FILE, a CSV, as [[calendar]] entries for a site file.

    FILE has the columns from, to, name and kind (från, till, namn, typ), with semicolons or commas; its `to` is the
    last day. Ends with 1 and names each line where anything is wrong. Repeats are harmless.
    """
    from store.registry.calendar_file import CalendarFileError, as_entries, read_calendar

    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        fail(f"{file} is not UTF-8: {error}")
    with failing(1, CalendarFileError):
        dates = read_calendar(text, kind)
    if into is None:
        click.echo("\n".join(as_entries(dates)), nl=False)
        return
    new = [one for one in dates if one not in _load(into).calendar]
    _append(into, "".join(f"\n{entry}" for entry in as_entries(new)))
    click.echo(f"{into}: {len(new)} entries written, {len(dates) - len(new)} were there; now `platspuls site apply`")


def _append(file: Path, text: str) -> None:
    """Write a text at the end of a site file, whole or not at all. Ends with 1 where the file would be wrong then."""
    name, file = str(file), file.resolve()
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}-") as folder:
        changed = Path(folder) / file.name
        changed.write_bytes(file.read_bytes().rstrip() + b"\n" + text.encode() if text else file.read_bytes())
        shutil.copymode(file, changed)
        _load(changed, name)
        changed.replace(file)


def _load(file: Path, name: str | None = None) -> "SiteFile":
    from core.site_file.errors import SiteFileError
    from core.site_file.load import load
    from store.registry.advice import warnings_about

    with failing(1, SiteFileError):
        loaded = load(file, name)
    for warning in warnings_about(loaded):
        click.echo(f"warning: {warning}", err=True)
    return loaded


def _show(plan: "SitePlan") -> None:
    for note in plan.notes:
        click.echo(f"note: {note}", err=True)
    click.echo(str(plan))
    if plan.refusals:
        _refuse(plan)


def _refuse(plan: "SitePlan") -> NoReturn:
    fail("\n".join(["Refused, nothing was changed:", *(f"  {refusal}" for refusal in plan.refusals)]))
