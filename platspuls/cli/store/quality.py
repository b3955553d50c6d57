"""`platspuls quality`: detect anomalies, list them, answer them."""

import sys
import time
from typing import TYPE_CHECKING

import click

from platspuls.cli.access.grants import operator
from platspuls.cli.asked import chosen_sites, known_places
from platspuls.cli.listing import json_option, print_json
from platspuls.cli.shared import database_url, opened, print_table, shown

if TYPE_CHECKING:
    from store.database import Database

_HEAD = ("site", "no", "rule", "of", "from", "to", "measured", "usual", "state", "answer")


@click.group()
def quality() -> None:
    """Find what is unusual in the numbers, and answer it."""


@quality.command()
@database_url
@click.option("--site", help="Key of a site; else all of them.")
@click.option(
    "--days", type=click.IntRange(1, 400), default=8, show_default=True, help="How far back; late data comes so late."
)
@click.option(
    "--every", type=click.FloatRange(1, 1440), help="Go on, and run again after so many minutes, until ended."
)
def detect(database_url: str, site: str | None, days: int, every: float | None) -> None:
    """Apply the rules, and keep what they find.

    Each run prints how many anomalies are new, known and gone. Ends with 3 when the store can't be asked.
    """
    while True:
        with opened(database_url, "quality") as database:
            _detect(database, site, days)
        if every is None:
            return
        time.sleep(every * 60)


def _detect(database: "Database", wanted: str | None, days: int) -> None:
    from datetime import UTC, datetime

    from store.anomalies import detect

    for site in chosen_sites(database, wanted):
        new, known, gone = detect(database, site, datetime.now(UTC), days)
        click.echo(f"{site}: {new} new, {known} known, {gone} gone")


@quality.command("list")
@database_url
@click.option("--site", help="Key of a site; else all of them.")
@click.option("--all", "everything", is_flag=True, help="Also those that were answered or are gone.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Most lines.")
@json_option
def list_(database_url: str, site: str | None, everything: bool, limit: int, as_json: bool) -> None:
    """List what nobody has answered yet, the oldest first. Ends with 1 when there is any."""
    from store.anomalies import list_anomalies

    with opened(database_url, "quality") as database:
        zones = known_places(database, site).zones
        found = list_anomalies(database, site, everything=everything, limit=limit)
    rows = [
        (
            *(
                one.site,
                one.number,
                one.rule,
                one.part,
                *(shown(at, zones[one.site]) for at in (one.starts_at, one.ends_at)),
            ),
            *(one.measured, one.usual, one.state, one.answer),
        )
        for one in found
    ]
    if as_json:
        print_json(found)
    elif rows:
        print_table(_HEAD, rows)
    else:
        click.echo("nothing")
    sys.exit(1 if any(one.state == "open" for one in found) else 0)


@quality.command()
@database_url
@click.option("--site", required=True, help="Key of the site.")
@click.option("--reason", help="Why, in own words, without names; needed but for accept.")
@click.option(
    "--result-seen/--result-not-seen",
    default=None,
    help="To exclude: whether a result of this time had been seen.",
)
@click.argument("number", type=click.IntRange(1))
@click.argument("said", metavar="ANSWER", type=click.Choice(["accept", "explain", "exclude"]))
def answer(  # noqa: PLR0913, PLR0917 - as many options
    database_url: str, site: str, number: int, said: str, reason: str | None, result_seen: bool | None
) -> None:
    """Answer anomaly NUMBER: accept (the numbers are right), explain (right, and why), exclude (wrong: left out).

    Time that is excluded counts as unobserved in corrected numbers; raw ones stay. Ends with 1 when it is refused.
    """
    from store.anomalies import answer as put

    fields = {"answer": said, "reason": reason, "result_seen": result_seen}
    with opened(database_url, "quality") as database:
        known_places(database, site)
        put(database, operator(), site, number, fields)
    click.echo(f"{site}: anomaly {number} is answered: {said}")
