"""`platspuls rejects`: the dead letters: what was refused for good, why, and a replay once the cause is fixed."""

import getpass
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

import click

from platspuls.cli.asked import AskedTime, known_places, time_option, zone_of
from platspuls.cli.listing import json_option, print_json
from platspuls.cli.shared import database_url, fail, opened, print_table, shown

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from ingest.replay import KeptReject, Replayer
    from store.database import Database
    from store.rejects_and_held import ListedReject

_HEAD = ("number", "last", "times", "site", "device", "epoch", "seq", "code", "kept", "replay", "reason")
_REASON_LENGTH = 80


@click.group()
def rejects() -> None:
    """Look at what was refused for good, and store it after all once the cause is fixed."""


@rejects.command("list")
@database_url
@click.option("--site", help="Key of a site.")
@click.option("--device", help="Key of a device.")
@click.option("--code", help="Why, such as invalid, too_new, database or quarantined.")
@time_option("--since", help_="Refused then or later.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Most rows.")
@json_option
def list_(  # noqa: PLR0913, PLR0917 - as many options
    database_url: str,
    site: str | None,
    device: str | None,
    code: str | None,
    since: AskedTime | None,
    limit: int,
    as_json: bool,
) -> None:
    """List rejects, newest first."""
    from store.known_names import read_known_names
    from store.rejects_and_held import RejectSelection, unkept_rejects
    from store.rejects_and_held import rejects as refused

    with opened(database_url, "rejects") as database:
        known = read_known_names(database)
        after = None if since is None else since.at(zone_of(known, site, since))
        wanted = RejectSelection(site=site, device=device, code=code, since=after)
        found = refused(database, wanted, limit + 1)
        unkept = unkept_rejects(database, wanted, limit)
        if not found and not unkept:  # what is unknown may have been refused as well
            known_places(database, site, device=device)
    if as_json:
        print_json({"rejects": found[:limit], "beyond_a_days_worth": unkept})
        return
    for one in unkept:
        whose = f"{one.site}/{one.device}" if one.site else "no known device"
        click.echo(f"{one.day}, {whose}: {one.times} more ({one.code}), beyond a day's worth: nothing of them is kept")
    if not found and unkept:
        return
    if not found:
        click.echo("nothing was refused" + (", with these limits" if any((site, device, code, since)) else ""))
        return
    print_table(_HEAD, [_line(one, known.zones.get(one.site or "")) for one in found[:limit]])
    if len(found) > limit:
        click.echo(f"... and more: this is --limit {limit}", err=True)


def _line(one: "ListedReject", zone: "ZoneInfo | None") -> Sequence[object]:
    sentence = one.reason if one.site else f"{one.topic}: {one.reason}"
    short = sentence if len(sentence) <= _REASON_LENGTH else sentence[: _REASON_LENGTH - 3] + "..."
    kept = "yes" if one.is_kept else "no"
    record = (one.site, one.device, one.epoch, one.seq)
    return (one.number, shown(one.last_at, zone), one.times, *record, one.code, kept, one.outcome, short)


@rejects.command()
@database_url
@click.argument("number", type=int)
def show(database_url: str, number: int) -> None:
    """Show all that is kept of reject NUMBER. Ends with 1 when there is none."""
    from ingest.replay import kept_reject

    with opened(database_url, "rejects") as database:
        found = kept_reject(database, number)
    if found is None:
        fail(f"there is no reject {number}")
    for line in _all_of(found):
        click.echo(line)


def _all_of(found: "KeptReject") -> Iterator[str]:
    import msgspec

    from ingest.replay import why_not_replayable

    for field in fields(found):
        value = getattr(found, field.name)
        if field.name != "payload" and value is not None:
            yield f"{field.name}: {', '.join(value) if isinstance(value, tuple | list) else shown(value)}"
    if found.payload is not None:
        yield "payload:"
        yield msgspec.json.format(found.payload, indent=2).decode()
    if sentence := why_not_replayable(found):
        yield f"It can't be replayed: {sentence}."


@rejects.command()
@database_url
@click.argument("numbers", type=int, nargs=-1)
@click.option("--code", help="All that were refused for this, such as database or quarantined.")
@click.option("--held", is_flag=True, help="All whose last replay found that they must wait.")
@click.option("--site", help="With --code or --held: only of this site.")
@click.option("--device", help="With --code or --held: only of this device.")
@click.option("--by", "who", help="Who does this, for the record; else the name of the user.")
def replay(  # noqa: PLR0913, PLR0917 - as many options
    database_url: str,
    numbers: tuple[int, ...],
    code: str | None,
    held: bool,
    site: str | None,
    device: str | None,
    who: str | None,
) -> None:
    """Store rejects NUMBERS, or those that --code or --held choose, through the same writer as everything else.

    It may be done again: what is stored already is left alone. Ends with 1 when something still isn't stored.
    """
    if bool(numbers) == (bool(code) or held):
        raise click.UsageError("name either the NUMBERS of rejects, or --code or --held")
    from ingest.replay import Replayer
    from store.rejects_and_held import RejectSelection, rejects_to_replay

    with opened(database_url, "rejects") as database:
        replayer = Replayer(database, who or getpass.getuser())
        wanted = RejectSelection(site=site, device=device, code=code, held=held)
        chosen = numbers or rejects_to_replay(database, wanted)
        if not chosen:
            known_places(database, site, device=device)
        unstored = [number for number in chosen if not _replay_one(database, replayer, number)]
    click.echo(f"{len(chosen) - len(unstored)} of {len(chosen)} are stored")
    sys.exit(1 if unstored else 0)


def _replay_one(database: "Database", replayer: "Replayer", number: int) -> bool:
    from ingest.replay import kept_reject

    found = kept_reject(database, number)
    if found is None:
        click.echo(f"{number}: there is no such reject")
        return False
    tried = replayer.replay(found)
    click.echo(f"{number}: {tried.outcome or 'not tried'}: {tried.reason}")
    return tried.is_stored
