"""`platspuls tls`: a private authority, the broker's certificate, and what ends when."""

import sys
from typing import TYPE_CHECKING

import click

from platspuls.cli.listing import json_option, print_json, records
from platspuls.cli.ops.shared import RELOAD, CredentialsGroup, folder_option, time_now
from platspuls.cli.shared import database_url, opened

if TYPE_CHECKING:
    from platspuls.ops.identity.folder import Folder


@click.group(cls=CredentialsGroup)
def tls() -> None:
    """Make and renew the certificates of TLS."""


@tls.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@folder_option
def init(names: tuple[str, ...], folder: "Folder") -> None:
    """Make a private authority and the broker's certificate.

    NAME is a DNS name or an address by which devices and ingest reach the broker; devices are given the first one.
    """
    from platspuls.ops.identity import tls as certificates

    certificates.init(folder, names, time_now())
    _show(folder)
    click.echo(f"Keep {folder.authority / 'ca.key'} secret and in your backup: it is what all devices trust.")
    click.echo(f"Mosquitto reads {folder.mosquitto}: give that folder, and no other, to the user it runs as.")


@tls.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@folder_option
def renew(names: tuple[str, ...], folder: "Folder") -> None:
    """Make a new certificate of the broker, of the same authority: for the same names, or for each NAME."""
    from platspuls.ops.identity import tls as certificates

    chosen = certificates.renew(folder, names, time_now())
    click.echo(f"Made a new certificate of the broker for {', '.join(chosen)}.")
    _show(folder)
    click.echo(RELOAD)


@tls.command()
@folder_option
@json_option
def status(folder: "Folder", as_json: bool) -> None:
    """Print when each certificate ends. Ends with 1 when one does within 30 days, or has ended."""
    if _show(folder, as_json=as_json):
        sys.exit(1)


@tls.command()
@database_url
@folder_option
def note(database_url: str, folder: "Folder") -> None:
    """Note in the store when each certificate ends, so that alerts know: once a day, and after a renewal."""
    from platspuls.ops.identity import tls as certificates

    found = certificates.expiries(folder, time_now())
    from store.monitoring import Certificate, note_certificates

    with opened(database_url, "tls") as database:
        note_certificates(database, [Certificate(str(one.path), one.names, one.until) for one in found])
    click.echo(f"Noted {len(found)} certificates; the first ends {found[0].until:%Y-%m-%d}.")


def _show(folder: "Folder", *, as_json: bool = False) -> bool:
    """Print when each certificate ends; return whether one does soon."""
    from platspuls.ops.identity import tls as certificates

    found = certificates.expiries(folder, time_now())
    if as_json:
        rows = [(str(one.path), one.names, one.until, one.is_soon) for one in found]
        print_json(records(("path", "names", "until", "is_soon"), rows))
    for one in () if as_json else found:
        left = f"in {one.left.days} days" if one.left.days >= 0 else "it has ended"
        mark = "  RENEW" if one.is_soon else ""
        click.echo(f"{one.path!s:<44}  ends {one.until:%Y-%m-%d}, {left}  ({', '.join(one.names)}){mark}")
    return any(one.is_soon for one in found)
