"""`platspuls reconcile`: what became of everything that the devices made; also as a monitor."""

import csv
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from platspuls.cli.asked import DAY, AskedTime, known_places, local_day, time_option, zone_of
from platspuls.cli.shared import database_url, opened, print_table

if TYPE_CHECKING:
    from store.reconciliation import Account, DayAccount

_COLUMNS = (
    "site", "device", "epoch", "state", "made", "stored", "rejected", "lost", "unsettled", "unknown",
    "moved", "unsettled_since",
)  # fmt: skip


@click.command()
@database_url
@click.option("--site", help="Key of a site.")
@click.option("--device", help="Key of a device.")
@click.option("--day", type=DAY, help="The records of one local day: 2026-10-25, yesterday, 7d.")
@time_option("--since", help_="Only epochs heard of since then: leaves out what was looked into before.")
@click.option(
    "--grace-min",
    type=click.IntRange(0, 525_600),
    default=60,
    show_default=True,
    help="How long something may be unsettled or held, in minutes.",
)
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True)
@click.option("--json", "form", flag_value="json", help="As --format json.")
def reconcile(  # noqa: PLR0913, PLR0917 - as many options
    database_url: str,
    site: str | None,
    device: str | None,
    day: AskedTime | None,
    since: AskedTime | None,
    grace_min: int,
    form: str,
) -> None:
    """Print by device and epoch how many records were made, stored, rejected, lost, or are not settled.

    Ends with 1 when anything is unknown, has been unsettled or held for longer than --grace-min, or when an epoch has
    forked or a device's own numbers don't fit; with 3 when the store can't be asked. docs/delivery.md says what each
    word means, and how to check on the device.
    """
    from store.known_names import read_known_names
    from store.reconciliation import AccountFilter, accounts, complaints, day_accounts

    before = datetime.now(UTC) - timedelta(minutes=grace_min)
    with opened(database_url, "reconcile") as database:
        known = read_known_names(database)
        after = None if since is None else since.at(zone_of(known, site, since))
        chosen = AccountFilter(site, device, after)
        found = accounts(database, chosen)
        said = list(complaints(database, chosen, found, before))
        if not found and not said:  # what is unknown may wait as well
            known_places(database, site, device=device)
        _write(form, day_accounts(database, chosen, local_day(known, site, day)) if day else found)
    for sentence in said:
        click.echo(sentence, err=True)
    sys.exit(1 if said else 0)


def _write(form: str, found: "Sequence[Account] | Sequence[DayAccount]") -> None:
    rows = [_row(account) for account in found]
    match form:
        case "json":
            import msgspec

            click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
        case "csv":
            lines = csv.writer(sys.stdout, lineterminator="\n")
            lines.writerows(list(row) for row in rows[:1])  # the names of its columns
            lines.writerows(map(_cell, row.values()) for row in rows)
        case _:
            _print(rows)


def _row(account: "Account | DayAccount") -> dict[str, Any]:
    from store.reconciliation import Account

    row = asdict(account)
    if isinstance(account, Account):
        row["missing"] = None if account.missing is None else account.missing_ranges().pairs
    return row


def _print(rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        click.echo("no device has reported any record")
        return
    columns = _COLUMNS if "state" in rows[0] else tuple(rows[0])
    print_table([name.replace("_", " ") for name in columns], [[row[name] for name in columns] for row in rows])


def _cell(value: object) -> str:
    """Return a cell of the CSV; several ranges or causes in one are parted by spaces."""
    match value:
        case None:
            return ""
        case datetime() | date():
            return value.isoformat()
        case tuple() | list():
            return " ".join("-".join(map(str, part)) if isinstance(part, tuple) else str(part) for part in value)
        case _:
            return str(value)
