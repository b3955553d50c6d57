"""`platspuls held`: records that wait until a cause is resolved, and what resolves it."""

from typing import Final

import click

from platspuls.cli.asked import known_places
from platspuls.cli.listing import json_option, print_json
from platspuls.cli.shared import database_url, opened, shown

_RESOLUTIONS: Final = {
    "unknown_site": "Put the site into a site file and run `platspuls site apply`, or correct the device's own file.",
    "unknown_device": "Add the device to the site's file and run `platspuls site apply`, or correct its own file.",
    "not_assigned": (
        "Assign the line or zone to the device in the site's file, from before the records' time, and run "
        "`platspuls site apply`; or take it out of the device's own file."
    ),
    "damaged": (
        "Its neighbours are stored, and the device sends it again. It goes when that can be read, or is declared lost. "
        "Where it stays: update the device's program, which then checks what its card gives back."
    ),
    "ahead": (
        "It is stored when its time has come, flagged `clock_unsure`. Set the clock that is wrong: the device's "
        "(`platspuls counter doctor`, `timedatectl`) or this server's."
    ),
    "forked": (
        "An older copy of the outbox was put back, or it lost what it wrote last. A counter of this version begins a "
        "new epoch by itself and sends under it all that waits; an older one does when its program is updated."
    ),
    "quarantined": (
        "It made ingest fail, alone. Look at `platspuls quarantine list`; once that fault is gone, release it, or "
        "reject it."
    ),
    "server_fault": (
        "The database's server fails at it (an I/O error, a damaged page): look at its log and its disk. It goes by "
        "itself once the server stores it."
    ),
    "too_many_setups": "It goes by itself within a day. If nobody of yours makes setups: `platspuls device revoke`.",
    "too_many_epochs": (
        "They are admitted in order, a few a day. Does the device's clock jump, or its card fail? If nobody of yours "
        "makes outboxes: `platspuls device revoke`."
    ),
    "too_many_conflicts": (
        "They are kept a day's worth at a time. Two devices report the same line or zone: assign it to one of them."
    ),
    "too_many_unplaced": "They are kept a day's worth at a time. Why does the device lose its power without a clock?",
    "too_many_holes": "It goes by itself when the device has sent what is missing in between.",
    "newer_version": "Update this program, on servers first: the device speaks a newer version of the wire.",
}
_KNOWN_NOW: Final = "Resolved: the name is known now. This goes as soon as the device sends its records again."


@click.group()
def held() -> None:
    """Look at what waits: nothing of it is lost, the devices keep it and send it again."""


@held.command("list")
@database_url
@click.option("--site", help="Key of a site.")
@click.option("--device", help="Key of a device.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Most causes.")
@json_option
def list_(database_url: str, site: str | None, device: str | None, limit: int, as_json: bool) -> None:
    """List what waits, with its cause, since when, how often it came, and what resolves it."""
    from store.known_names import read_known_names
    from store.rejects_and_held import held_causes

    with opened(database_url, "held") as database:
        zones = read_known_names(database).zones
        found = held_causes(database, site, device, limit + 1)
        if not found:  # what is unknown may wait as well
            known_places(database, site, device=device)
    if as_json:
        print_json(found[:limit])
        return
    if not found:
        click.echo("nothing waits")
    for one in found[:limit]:
        click.echo(f"{one.site}/{one.device}: {one.detail} ({one.cause})")
        often = "once" if one.times == 1 else f"{one.times} times"
        first, last = (shown(at, zones.get(one.site)) for at in (one.first_at, one.last_at))
        click.echo(f"  since {first}, last {last}, {often}")
        click.echo(f"  {resolution(one.cause, is_known=one.is_known)}")
    if len(found) > limit:
        click.echo(f"... and more: this is --limit {limit}", err=True)


def resolution(cause: str, *, is_known: bool) -> str:
    """Return what resolves a cause, in a sentence; is_known: site and device are known by now."""
    if is_known and cause in {"unknown_site", "unknown_device"}:
        return _KNOWN_NOW
    return _RESOLUTIONS[cause]
