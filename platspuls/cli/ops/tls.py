"""`platspuls tls`: a private authority, the broker's certificate, and what ends when."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from platspuls.cli import shared as store
from platspuls.cli.ops.device import FOLDER, RELOAD, reported


@click.group()
def tls() -> None:
    """Make and renew the certificates of TLS."""


@tls.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@FOLDER
def init(names: tuple[str, ...], folder: Path) -> None:
    """Make a private authority and the broker's certificate.

    NAME is a DNS name or an address by which devices and ingest reach the broker; devices are given the first one.
    """
    with tools():
        from platspuls.ops.identity import tls as certificates
        from platspuls.ops.identity.folder import Folder

        certificates.init(Folder(folder), names, _now())
    _show(folder)
    click.echo(f"Keep {folder / 'authority' / 'ca.key'} secret and in your backup: it is what all devices trust.")
    click.echo(f"Mosquitto reads {folder / 'mosquitto'}: give that folder, and no other, to the user it runs as.")


@tls.command()
@click.argument("names", nargs=-1, metavar="[NAME...]")
@FOLDER
def renew(names: tuple[str, ...], folder: Path) -> None:
    """Make a new certificate of the broker, of the same authority: for the same names, or for each NAME."""
    with tools():
        from platspuls.ops.identity import tls as certificates
        from platspuls.ops.identity.folder import Folder

        chosen = certificates.renew(Folder(folder), names, _now())
    click.echo(f"Made a new certificate of the broker for {', '.join(chosen)}.")
    _show(folder)
    click.echo(RELOAD)


@tls.command()
@FOLDER
def status(folder: Path) -> None:
    """Print when each certificate ends. Ends with 1 when one does within 30 days, or has ended."""
    if _show(folder):
        sys.exit(1)


@tls.command()
@store.database_url
@FOLDER
def note(database_url: str, folder: Path) -> None:
    """Note in the store when each certificate ends, so that alerts know: once a day, and after a renewal."""
    with tools():
        from platspuls.ops.identity import tls as certificates
        from platspuls.ops.identity.folder import Folder

        found = certificates.expiries(Folder(folder), _now())
    from store.monitoring import Certificate, note_certificates

    with store.opened(database_url, "tls") as database:
        note_certificates(database, [Certificate(str(one.path), one.names, one.until) for one in found])
    click.echo(f"Noted {len(found)} certificates; the first ends {found[0].until:%Y-%m-%d}.")


def _show(folder: Path) -> bool:
    """Print when each certificate ends; return whether one does soon."""
    with tools():
        from platspuls.ops.identity import tls as certificates
        from platspuls.ops.identity.folder import Folder

        found = certificates.expiries(Folder(folder), _now())
    for one in found:
        left = f"in {one.left.days} days" if one.left.days >= 0 else "it has ended"
        mark = "  RENEW" if one.is_soon else ""
        click.echo(f"{one.path!s:<44}  ends {one.until:%Y-%m-%d}, {left}  ({', '.join(one.names)}){mark}")
    return any(one.is_soon for one in found)


@contextmanager
def tools() -> Iterator[None]:
    """Report what is wrong in a sentence, a missing extra too."""
    with reported():
        try:
            yield
        except ModuleNotFoundError as error:
            if error.name != "cryptography":
                raise
            raise click.ClickException("certificates need an extra: pip install 'platspuls[operator]'") from error


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
