"""`platspuls quarantine`: records that made ingest fail, held until a person releases or rejects them."""

import getpass
from typing import TYPE_CHECKING

import click

from platspuls.cli.asked import known_places
from platspuls.cli.listing import json_option, print_json
from platspuls.cli.shared import database_url, fail, opened, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.database import Database
    from store.quarantine import QuarantinedRecord


@click.group()
def quarantine() -> None:
    """Look at records that made ingest fail, each alone: they wait, and their devices keep them."""


@quarantine.command("list")
@database_url
@click.option("--site", help="Key of a site.")
@click.option("--device", help="Key of a device.")
@click.option("--all", "decided", is_flag=True, help="Also what was released or rejected before.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Most records.")
@json_option
def list_(  # noqa: PLR0913 - as many options
    database_url: str, site: str | None, device: str | None, limit: int, *, decided: bool, as_json: bool
) -> None:
    """List what is in quarantine, newest first: since when, why, and what was decided."""
    from store.quarantine import quarantined_records

    with opened(database_url, "quarantine") as database:
        found = quarantined_records(database, site, device, limit + 1, decided=decided)
        if not found:  # what is unknown may wait as well
            known_places(database, site, device=device)
    if as_json:
        print_json(found[:limit])
        return
    if not found:
        click.echo("nothing is in quarantine")
    for one in found[:limit]:
        _show(one)
    if len(found) > limit:
        click.echo(f"... and more: this is --limit {limit}", err=True)


def _show(one: "QuarantinedRecord") -> None:
    what = one.topic if one.seq is None else f"{one.site}/{one.device}, record {one.seq} of epoch {one.epoch}"
    click.echo(f"{one.number}: {what} ({one.state})")
    often = "once" if one.times == 1 else f"{one.times} times"
    kept = "payload kept" if one.is_kept else "nothing of its payload may be kept"
    click.echo(f"  since {shown(one.first_at)}, last {shown(one.last_at)}, {often}; {kept}")
    click.echo(f"  {one.reason}")
    if one.decided_by:
        click.echo(f"  {one.state} by {one.decided_by}: {one.decision}")


@quarantine.command()
@database_url
@click.argument("number", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why, for whoever looks later.")
def release(database_url: str, number: int, reason: str) -> None:
    """Let ingest try NUMBER again, once its fault is gone: it is stored when its device sends it."""
    from store.quarantine import release as decide

    _decide(decide, database_url, number, reason)
    click.echo(f"{number} is released: it is tried again as soon as its device sends it")


@quarantine.command()
@database_url
@click.argument("number", type=click.IntRange(1))
@click.option("--reason", required=True, help="Why, for whoever looks later.")
def reject(database_url: str, number: int, reason: str) -> None:
    """Reject NUMBER for good: it is settled as rejected when its device sends it, and never counted."""
    from store.quarantine import reject as decide

    _decide(decide, database_url, number, reason)
    click.echo(f"{number} is rejected: it is settled as soon as its device sends it")


def _decide(decide: "Callable[[Database, int, str, str], bool]", database_url: str, number: int, reason: str) -> None:
    with opened(database_url, "quarantine") as database:
        if not decide(database, number, getpass.getuser(), reason):
            fail(f"{number} is not waiting in quarantine: `platspuls quarantine list --all` shows what there is")
