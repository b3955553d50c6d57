"""`platspuls verify`: count quarter-hours and their sums again, and check the facts against what was delivered."""

import sys
from typing import TYPE_CHECKING

import click

from platspuls.cli.asked import (
    AskedPeriod,
    AskedTime,
    asked_range,
    check_one_of,
    chosen_sites,
    period_option,
    time_option,
)
from platspuls.cli.shared import database_url, opened

if TYPE_CHECKING:
    from core.ranges import TimeRange
    from store.aggregates.verify import Verifier
    from store.database import Database


@click.command()
@database_url
@click.option("--site", help="Key of a site; else all of them.")
@time_option("--from", "first", help_="What is counted again begins here.")
@time_option("--to", "end", help_="Where it ends, exclusive.")
@period_option()
@click.option(
    "--repair", is_flag=True, help="Write what the facts say; holds up what the site's devices send meanwhile."
)
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Most lines a month.")
def verify(  # noqa: PLR0913, PLR0917 - as many options
    database_url: str,
    site: str | None,
    first: AskedTime | None,
    end: AskedTime | None,
    period: AskedPeriod | None,
    repair: bool,
    limit: int,
) -> None:
    """Count again all quarter-hours whose raw facts are still kept, a month at a time, and list what differs.

    A quarter-hour of which facts are gone is listed, never repaired. Also listed: facts of records that aren't
    stored, stored records without facts, and sums by hour and day that aren't those of their quarter-hours.
    Ends with 1 when something differs, and with --repair when something still does; with 3 when the store
    can't be asked.
    """
    from store.aggregates.verify import Verifier

    check_one_of(period, first, end)
    left = 0
    with opened(database_url, "verify") as database:
        for key, zone in chosen_sites(database, site).items():
            verifier, asked = Verifier(database, key), asked_range(first, end, zone, period)
            months = verifier.months(*asked)
            here = sum(_one_month(verifier, month, limit, repair) for month in months)
            all_months = verifier.months(*asked, also_without_facts=True)
            here += sum(_sums_of_month(database, key, month, limit, repair) for month in all_months)
            click.echo(f"{key}: {_many(len(months), 'month')} counted again, {_many(here, 'difference')}")
            left += here
    sys.exit(1 if left else 0)


def _many(count: int, name: str) -> str:
    return f"{count or 'no'} {name}{'' if count == 1 else 's'}"


def _one_month(verifier: "Verifier", month: "TimeRange", limit: int, repair: bool) -> int:
    """List what differs, and repair it if asked to. Returns how many differences are left."""
    found = verifier.differences(month, limit)
    doubts = verifier.disagreements(month)
    for line in (*found.differences, *doubts):
        click.echo(str(line))
    if found.total > len(found.differences):
        click.echo(f"... and {found.total - len(found.differences)} more in {month.start:%Y-%m}")
    if not (repair and found.total):
        return found.total + len(doubts)
    click.echo(f"{month.start:%Y-%m}: {_many(verifier.repair(month), 'quarter-hour')} repaired")
    return verifier.differences(month, 1).total + len(doubts)


def _sums_of_month(database: "Database", site: str, month: "TimeRange", limit: int, repair: bool) -> int:
    """List which sums differ, and let them be made again if asked to. Returns how many differences are left."""
    from store.aggregates.verify_sums import forget_sums, sum_differences

    found = sum_differences(database, site, month, limit)
    for line in found.differences:
        click.echo(str(line))
    if found.total > len(found.differences):
        click.echo(f"... and {found.total - len(found.differences)} more sums in {month.start:%Y-%m}")
    if not (repair and found.total):
        return found.total
    left_out = 0
    while found.differences:  # as many at a time as are listed
        forget_sums(database, site, found.differences)
        left_out += len(found.differences)
        found = sum_differences(database, site, month, limit)
    click.echo(f"{month.start:%Y-%m}: {_many(left_out, 'sum')} left out until made again")
    return found.total
